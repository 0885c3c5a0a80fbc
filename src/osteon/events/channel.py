"""One event of one emitter: who hears it at this moment, and calling them. Nothing is registered here."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from osteon.events.admission import described
from osteon.events.trie import Entries, Entry, Handler, Kind
from osteon.flow import Await, Effect, Flow

# The emitter's: who reads a log does not care in which file its handlers are called.
logger = logging.getLogger("osteon.events.emitter")

#: A handler and what it returned.
Answer: TypeAlias = tuple[Handler, Any]
NO_ANSWER: tuple[None, None] = (None, None)


class Channel:
    """A canonical event name, for who emits it often: the emitter says at each registration who hears it from now on.

    So an event that nobody hears costs one attribute. The dict of keywords that an emit gets is its own from then on.
    """

    __slots__ = ("__weakref__", "heard_by", "name")

    def __init__(self, name: str, heard_by: Entries) -> None:
        self.name = name
        #: in the order of calling
        self.heard_by = heard_by

    def tell(self, keywords: dict[str, Any]) -> Iterable[Effect]:
        """Call every handler, whatever they return. The plain ones have run by then; yield from what is left to do."""
        return _told(iter(self._begun(keywords)), keywords)

    def gather(self, keywords: dict[str, Any]) -> Flow[list[Answer]]:
        """Call every handler; the pairs (handler, what it returned)."""
        answers: list[Answer] = []
        for handler, kind in self._begun(keywords):
            answer = handler(**keywords)
            if kind is not Kind.PLAIN:
                answer = yield from _ended(answer, kind)
            answers.append((handler, answer))
        return answers

    def ask(self, keywords: dict[str, Any]) -> Flow[Answer | tuple[None, None]]:
        """Call handlers until one returns something that is not None: that pair, else ``(None, None)``."""
        for handler, kind in self._begun(keywords):
            answer = handler(**keywords)
            if kind is not Kind.PLAIN:
                answer = yield from _ended(answer, kind)
            if answer is not None:
                return handler, answer
        return NO_ANSWER

    def _begun(self, keywords: dict[str, Any]) -> Entries:
        keywords["event_name"] = self.name
        if logger.isEnabledFor(logging.DEBUG):
            log_emit(self.name, self.heard_by)
        return self.heard_by


def _told(entries: Iterator[Entry], keywords: dict[str, Any]) -> Iterable[Effect]:
    for handler, kind in entries:
        answer = handler(**keywords)
        if kind is not Kind.PLAIN:
            return _told_later(answer, kind, entries, keywords)
    return ()


def _told_later(answer: Any, kind: Kind, rest: Iterator[Entry], keywords: dict[str, Any]) -> Flow[None]:
    yield from _ended(answer, kind)
    yield from _told(rest, keywords)


def _ended(answer: Any, kind: Kind) -> Flow[Any]:
    """The flow that a flow function gave, or one that awaits what an async function gave."""
    return _awaited(answer) if kind is Kind.ASYNC else answer


def _awaited(answer: Any) -> Flow[Any]:
    return (yield Await(answer))


def log_emit(event_name: str, entries: Entries) -> None:
    if entries and logger.isEnabledFor(logging.DEBUG):
        logger.debug("Event %s: heard by %s", event_name, ", ".join(described(handler) for handler, _ in entries))
