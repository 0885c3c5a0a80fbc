"""Floor 3: models told to others: as JSON Schema, tools for language models, OpenAPI; and checked. No calls, no files.

The public names are loaded when first asked for; the ``.pyi`` beside this is what type checkers see.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "check": "osteon.schemas.checks",
    **dict.fromkeys(("Fault", "file_schema"), "osteon.schemas.formats"),
    "openapi_document": "osteon.schemas.openapi",
    "operation_schema": "osteon.schemas.shapes",
    "tool_definition": "osteon.schemas.tools",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
