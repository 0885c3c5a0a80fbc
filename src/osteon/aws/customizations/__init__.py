"""What AWS's services need beyond their models: one file a service, each a tuple of registrations. No mechanism."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from osteon.events.admission import Registration, compiled
from osteon.events.trie import Trie

#: hyphenized service id -> the file with its handlers
_FILES = {
    "s3": "s3",
    "s3-control": "s3_control",
}


@cache
def builtin(service: str) -> Trie:
    """The handlers of every AWS client and those of one service (its hyphenized id), compiled once."""
    registrations: list[Registration] = list(import_module(f"{__name__}.every_service").HANDLERS)
    if service in _FILES:
        registrations += import_module(f"{__name__}.{_FILES[service]}").HANDLERS
    return compiled(registrations)
