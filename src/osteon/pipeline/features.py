"""What a call makes use of, and how the user agent tells of it. What the features are called on the wire: not here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar

from osteon.config import Config
from osteon.flow import Flow

T = TypeVar("T")

#: what the calls that begin now are part of
_part_of: ContextVar[frozenset[str]] = ContextVar("osteon_features", default=frozenset())

#: where a call's context holds the names of the features in use
FEATURES = "features"
#: texts that are kept: a client meets a handful of combinations
_MOST_TEXTS = 64


def using(features: Iterable[str], flow: Flow[T]) -> Flow[T]:
    """``flow``, all of whose calls are part of ``features``: a context variable, so that users' methods may be between.

    It reaches what the flow gathers, since tasks and threads get a copy of the context.
    """
    before = _part_of.get()
    _part_of.set(before.union(features))
    try:
        return (yield from flow)
    finally:
        # Not by a token: a flow may be closed in another context than it began in.
        _part_of.set(before)


def begin(context: dict[str, Any]) -> None:
    """A call begins: what it is part of is noted in its context."""
    part_of = _part_of.get()
    if part_of:
        context[FEATURES] = set(part_of)


def note(context: dict[str, Any], feature: str) -> None:
    """The call of ``context`` makes use of ``feature``."""
    context.setdefault(FEATURES, set()).add(feature)


class UserAgent:
    """The User-Agent of a client's calls: written once for the features of a call, and anew when Config changes.

    ``client.meta.config.user_agent_extra`` and its kin may be set at any time, as in botocore.
    """

    def __init__(
        self,
        config: Config,
        write: Callable[[frozenset[str]], str],
        found: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        """``write`` makes the text, from ``config`` and features. ``found``: those that come to light by and by."""
        self._config, self._write, self._found = config, write, found
        self._options: tuple[str | None, ...] = ()
        self._texts: dict[tuple[frozenset[str], frozenset[str]], str] = {}
        #: what stands in a request until its features are known: this very text, unless a handler puts another there
        self.draft = write(_NOTHING)

    def text(self, context: Mapping[str, Any]) -> str:
        """The header of the call of ``context``."""
        config = self._config
        options = config.user_agent, config.user_agent_extra, config.user_agent_appid
        if options != self._options:
            self._options, self._texts = options, {}
        noted = context.get(FEATURES)
        key = (frozenset(noted) if noted else _NOTHING), self._found()
        text = self._texts.get(key)
        return self._written(key) if text is None else text

    def _written(self, key: tuple[frozenset[str], frozenset[str]]) -> str:
        if len(self._texts) >= _MOST_TEXTS:
            self._texts = {}
        text = self._texts[key] = self._write(key[0] | key[1])
        return text


_NOTHING: frozenset[str] = frozenset()
