"""One event of one emitter: who hears it at this moment, and calling them. Nothing is registered here."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import partial
from types import GeneratorType
from typing import Any, TypeAlias

from osteon.events.admission import all_described
from osteon.events.trie import Entries, Entry, Handler, Idle, Kind
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

    __slots__ = ("__weakref__", "heard_by", "idle", "name")

    def __init__(self, name: str, heard_by: Entries) -> None:
        self.name = name
        self.hear(heard_by)

    def hear(self, entries: Entries) -> None:
        """These hear it from now on."""
        # In this order: a thread that emits meanwhile passes over nobody whom it could find in heard_by.
        #: whether nobody would do anything with what is told of: to ask costs less than to tell; None: somebody may
        self.idle = _all_idle(entries)
        #: in the order of calling
        self.heard_by = entries

    def tell(self, keywords: dict[str, Any], answers: list[Answer] | None = None) -> Iterable[Effect]:
        """Call every handler. ``answers`` gets the pairs (handler, what it returned)."""
        keywords["event_name"] = self.name
        if logger.isEnabledFor(logging.DEBUG):
            log_emit(self.name, self.heard_by)
        entries = iter(self.heard_by)
        for handler, kind, _ in entries:
            answer = handler(**keywords)
            if answer is not None and (flow := _flow_of(answer, kind)) is not None:
                return _told_later(handler, flow, entries, keywords, answers)
            if answers is not None:
                answers.append((handler, answer))
        return ()

    def ask(self, keywords: dict[str, Any], answers: list[Answer]) -> Iterable[Effect]:
        """Call handlers until one returns something that is not None. ``answers`` gets that pair, if any."""
        keywords["event_name"] = self.name
        if logger.isEnabledFor(logging.DEBUG):
            log_emit(self.name, self.heard_by)
        entries = iter(self.heard_by)
        for handler, kind, _ in entries:
            answer = handler(**keywords)
            if answer is not None:
                flow = _flow_of(answer, kind)
                if flow is not None:
                    return _asked_later(handler, flow, entries, keywords, answers)
                answers.append((handler, answer))
                break
        return ()


def _all_idle(entries: Entries) -> Idle | None:
    checks = [entry.idle for entry in entries if entry.idle is not None]
    if not checks or len(checks) < len(entries):
        return None
    return checks[0] if len(checks) == 1 else partial(_each_idle, checks)


def _each_idle(checks: list[Idle], subject: Any) -> bool:
    for idle in checks:  # noqa: SIM110  # all() of a generator costs twice as much
        if not idle(subject):
            return False
    return True


def log_emit(event_name: str, entries: Entries) -> None:
    if entries and logger.isEnabledFor(logging.DEBUG):
        logger.debug("Event %s: heard by %s", event_name, all_described(entries))


def _told_later(
    handler: Handler, flow: Flow[Any], rest: Iterator[Entry], keywords: dict[str, Any], answers: list[Answer] | None
) -> Flow[None]:
    """Run the flow of ``handler``, and call the ``rest``."""
    answer = yield from flow
    if answers is not None:
        answers.append((handler, answer))
    for handler, kind, _ in rest:
        answer = handler(**keywords)
        if answer is not None and (found := _flow_of(answer, kind)) is not None:
            answer = yield from found
        if answers is not None:
            answers.append((handler, answer))


def _asked_later(
    handler: Handler, flow: Flow[Any], rest: Iterator[Entry], keywords: dict[str, Any], answers: list[Answer]
) -> Flow[None]:
    """Run the flow of ``handler``, and call the ``rest`` until one returns something that is not None."""
    answer = yield from flow
    while answer is None:
        entry = next(rest, None)
        if entry is None:
            return
        handler = entry.handler
        answer = handler(**keywords)
        if answer is not None and (found := _flow_of(answer, entry.kind)) is not None:
            answer = yield from found
    answers.append((handler, answer))


def _flow_of(answer: Any, kind: Kind) -> Flow[Any] | None:
    """What is still to be run of a handler: what an ``async def`` returned, or a flow, whoever made it; else None."""
    if kind is Kind.ASYNC:
        return _awaited(answer)
    return answer if isinstance(answer, _FLOW) else None


def _awaited(answer: Any) -> Flow[Any]:
    return (yield Await(answer))
