"""What AWS's services need beyond their models: one file a service, each a tuple of registrations. No mechanism."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from osteon.events.admission import Registration, compiled
from osteon.events.trie import Trie

#: hyphenized service id -> the files with its handlers
_FILES = {
    "s3": ("s3", "s3_listings", "s3_answers", "s3_regions", "s3_sessions", "s3_presign"),
    "s3-control": ("s3_control",),
    "polly": ("polly",),
}


@cache
def builtin(service: str, *further: str) -> Trie:
    """The handlers of every AWS client, those of one service (its hyphenized id) and of ``further`` files.

    Compiled once for each combination.
    """
    registrations: list[Registration] = []
    for name in ("every_service", *_FILES.get(service, ()), *further):
        registrations += import_module(f"{__name__}.{name}").HANDLERS
    return compiled(registrations)
