"""Floor 2: what a service can do, read from its files. Nothing here acts on it.

What handlers are given of it is loaded when first asked for; the ``.pyi`` beside this is what type checkers see.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    **dict.fromkeys(
        (
            "ContextParam", "Description", "ErrorTrait", "ListShape", "Location", "MapShape", "RetryableTrait",
            "ScalarShape", "Shape", "ShapeType", "StringShape", "StructureShape", "TimestampFormat", "Trait",
            "XmlNamespace",
        ),
        "osteon.model.shapes",
    ),
    **dict.fromkeys(
        (
            "ApiKeyAuth", "ClientContextParam", "EndpointDiscovery", "EndpointTrait", "Http", "HttpChecksum",
            "Metadata", "OperationContextParam", "RequestCompression", "ServiceId", "StaticContextParam",
        ),
        "osteon.model.traits",
    ),
    **dict.fromkeys(("OperationModel", "ServiceModel"), "osteon.model.service"),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
