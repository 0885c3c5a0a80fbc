"""Floor 7: resources, objects over a client made from resources-1 definitions. No calls' own steps, no wire.

The public names are loaded when first asked for; the ``.pyi`` beside this types them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    **dict.fromkeys(("Resource", "ResourceMeta"), "osteon.resources.root"),
    **dict.fromkeys(("AsyncServiceResource", "ServiceResource"), "osteon.resources.base"),
    **dict.fromkeys(
        ("AsyncCollection", "AsyncCollectionManager", "Collection", "CollectionManager"), "osteon.resources.collections"
    ),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
