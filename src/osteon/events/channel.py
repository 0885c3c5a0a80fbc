"""One event of one emitter: who hears it at this moment, and calling them. Nothing is registered here."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from types import GeneratorType
from typing import Any, TypeAlias

from osteon.events.admission import described
from osteon.events.trie import Entries, Entry, Handler, Kind
from osteon.flow import Await, Effect, Flow

# The emitter's: who reads a log does not care in which file its handlers are called.
logger = logging.getLogger("osteon.events.emitter")

#: A handler and what it returned.
Answer: TypeAlias = tuple[Handler, Any]
_FLOW: type[Any] = GeneratorType


class Channel:
    """A canonical event name, for who emits it often: the emitter says at each registration who hears it from now on.

    So an event that nobody hears costs one attribute. To emit is to yield from what a method gives: until the first
    flow the handlers have run by then, and where none is a flow there is nothing left, so that no generator is made.
    The dict of keywords is the emit's own from then on.
    """

    __slots__ = ("__weakref__", "heard_by", "name")

    def __init__(self, name: str, heard_by: Entries) -> None:
        self.name = name
        #: in the order of calling
        self.heard_by = heard_by

    def tell(self, keywords: dict[str, Any], answers: list[Answer] | None = None) -> Iterable[Effect]:
        """Call every handler. ``answers`` gets the pairs (handler, what it returned)."""
        return _told(self._begun(keywords), keywords, answers)

    def ask(self, keywords: dict[str, Any], answers: list[Answer]) -> Iterable[Effect]:
        """Call handlers until one returns something that is not None. ``answers`` gets that pair, if any."""
        return _asked(self._begun(keywords), keywords, answers)

    def _begun(self, keywords: dict[str, Any]) -> Iterator[Entry]:
        keywords["event_name"] = self.name
        if logger.isEnabledFor(logging.DEBUG):
            log_emit(self.name, self.heard_by)
        return iter(self.heard_by)


def log_emit(event_name: str, entries: Entries) -> None:
    if entries and logger.isEnabledFor(logging.DEBUG):
        logger.debug("Event %s: heard by %s", event_name, ", ".join(described(handler) for handler, _ in entries))


def _told(entries: Iterator[Entry], keywords: dict[str, Any], answers: list[Answer] | None) -> Iterable[Effect]:
    for handler, kind in entries:
        answer = handler(**keywords)
        if answer is not None and (flow := _flow_of(answer, kind)) is not None:
            return _told_later(handler, flow, entries, keywords, answers)
        if answers is not None:
            answers.append((handler, answer))
    return ()


def _told_later(
    handler: Handler, flow: Flow[Any], rest: Iterator[Entry], keywords: dict[str, Any], answers: list[Answer] | None
) -> Flow[None]:
    answer = yield from flow
    if answers is not None:
        answers.append((handler, answer))
    yield from _told(rest, keywords, answers)


def _asked(entries: Iterator[Entry], keywords: dict[str, Any], answers: list[Answer]) -> Iterable[Effect]:
    for handler, kind in entries:
        answer = handler(**keywords)
        if answer is not None:
            flow = _flow_of(answer, kind)
            if flow is not None:
                return _asked_later(handler, flow, entries, keywords, answers)
            answers.append((handler, answer))
            return ()
    return ()


def _asked_later(
    handler: Handler, flow: Flow[Any], rest: Iterator[Entry], keywords: dict[str, Any], answers: list[Answer]
) -> Flow[None]:
    answer = yield from flow
    if answer is None:
        yield from _asked(rest, keywords, answers)
    else:
        answers.append((handler, answer))


def _flow_of(answer: Any, kind: Kind) -> Flow[Any] | None:
    """What is still to be run of a handler: what an ``async def`` returned, or a flow, whoever made it; else None."""
    if kind is Kind.ASYNC:
        return _awaited(answer)
    return answer if isinstance(answer, _FLOW) else None


def _awaited(answer: Any) -> Flow[Any]:
    return (yield Await(answer))
