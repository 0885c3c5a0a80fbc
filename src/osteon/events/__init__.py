"""The event system's public names. What needs the model classes is loaded when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from osteon.events.emitter import Emitter
from osteon.events.hooks import CreatingClass, Hook
from osteon.events.trie import Handler

# The model classes cost pydantic, which `import osteon.events` alone must not (the .pyi beside this file types them).
_LAZY = {
    "AnyParams": "osteon.events.handlers",
    "OperationModel": "osteon.model.service",
    "ProvideClientParams": "osteon.events.handlers",
}

__all__ = ["AnyParams", "CreatingClass", "Emitter", "Handler", "Hook", "OperationModel", "ProvideClientParams"]  # noqa: F822 - lazy


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
