"""Floor 6: client classes made at run time, and what is composed of calls. No call's own steps.

The public names are loaded when first asked for; the ``.pyi`` beside this types them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    **dict.fromkeys(("AsyncClient", "Client", "SyncClient"), "osteon.clients.base"),
    "ClientMeta": "osteon.clients.parts",
    **dict.fromkeys(("ClientExceptions", "ServiceErrors"), "osteon.clients.errors"),
    **dict.fromkeys(("AsyncPageIterator", "AsyncPaginator", "PageIterator", "Paginator"), "osteon.clients.pagination"),
    **dict.fromkeys(("AsyncWaiter", "OnAttempt", "Waiter"), "osteon.clients.waiters"),
    **dict.fromkeys(
        ("Blob", "Document", "PaginationConfig", "Readable", "ResponseMetadata", "Timestamp"), "osteon.clients.values"
    ),
    **dict.fromkeys(("WaiterConfig", "Writable"), "osteon.clients.values"),
    **dict.fromkeys(("AsyncStreamingBody", "StreamingBody"), "osteon.transport.streams"),
    **dict.fromkeys(("AsyncEventStream", "EventStream"), "osteon.codecs.eventstream"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
