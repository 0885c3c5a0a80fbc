"""The public place of the sessions, loaded when first asked for; the ``.pyi`` beside this is what type checkers see."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = dict.fromkeys(("AsyncSession", "Session"), "osteon.composition")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
