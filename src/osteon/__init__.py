"""osteon: typed Python clients, made at run time from JSON service models. The public face; all else is private.

Names are loaded when first asked for, so that ``import osteon`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from osteon.version import VERSION

__version__ = VERSION

_HOMES = {
    "Session": "osteon.composition",
    "AsyncSession": "osteon.composition",
    "client": "osteon.defaults",
    "resource": "osteon.defaults",
    "setup_default_session": "osteon.defaults",
    "set_stream_logger": "osteon.defaults",
    "Config": "osteon.config",
    "UNSIGNED": "osteon.config",
    "ServiceModel": "osteon.model.service",
    "OperationModel": "osteon.model.service",
}
_MODULES = ("config", "events", "exceptions", "http", "session", "clients", "resources", "testing")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"osteon.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_MODULES})
