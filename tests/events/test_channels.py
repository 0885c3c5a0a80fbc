"""Channels: events for who emits them again and again. They know who hears them, whatever is registered when."""

from __future__ import annotations

import copy
import gc
import sys
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any

import pytest

from osteon.events.admission import Registration, compiled
from osteon.events.channel import Channel
from osteon.events.emitter import Emitter
from osteon.flow import NOW, Await
from osteon.http import Response

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
Log = list[tuple[str, Any]]


def plain(log: Log, answer: Any = None) -> Callable[..., Any]:
    def handler(**kwargs: Any) -> Any:
        log.append(("plain", kwargs["event_name"]))
        return answer

    return handler


def flow(log: Log, answer: Any = None) -> Callable[..., Any]:
    def handler(**kwargs: Any) -> Generator[Any, Any, Any]:
        log.append(("flow", (yield NOW)))
        return answer

    return handler


def asynchronous(log: Log, answer: Any = None) -> Callable[..., Any]:
    async def handler(**kwargs: Any) -> Any:
        log.append(("async", kwargs["event_name"]))
        return answer

    return handler


MAKERS = {"plain": plain, "flow": flow, "async": asynchronous}


def driven(generator: Any) -> Any:
    """The value of a flow (or of what is left of one) whose effects are answered with 7."""

    def whole() -> Generator[Any, Any, Any]:
        return (yield from generator)

    running, answer = whole(), None
    while True:
        try:
            effect = running.send(answer)
        except StopIteration as end:
            return end.value
        answer = _value(effect.awaitable) if isinstance(effect, Await) else 7


def _value(awaitable: Any) -> Any:
    try:
        awaitable.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("the handlers here await nothing")


@pytest.mark.parametrize(
    "kinds",
    [
        [],
        ["plain"],
        ["plain", "plain", "flow"],
        ["flow", "plain", "async", "plain"],
        ["async", "async", "flow", "plain"],
    ],
    ids=lambda kinds: "-".join(kinds) or "nobody",
)
def test_all_kinds_of_handlers_are_called_in_order(kinds: list[str]) -> None:
    emitter, log = Emitter(allow_async=True), Log()
    for kind in kinds:
        emitter.register("a.b", MAKERS[kind](log))
    channel = emitter.channel("a.b")
    driven(channel.tell({"x": 1}))
    told, answers = [kind for kind, _ in log], list[Any]()
    log.clear()
    driven(channel.tell({"x": 1}, answers))
    assert (told, [kind for kind, _ in log], len(answers)) == (kinds, kinds, len(kinds))


def test_plain_handlers_are_called_at_once_and_what_follows_a_flow_waits_for_it() -> None:
    emitter, log = Emitter(), Log()
    for make in (plain, flow, plain):
        emitter.register("a", make(log))
    rest = emitter.channel("a").tell({})
    assert log == [("plain", "a")]
    driven(rest)
    assert log == [("plain", "a"), ("flow", 7), ("plain", "a")]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_first_answer_ends_the_asking(kind: str) -> None:
    emitter, log = Emitter(allow_async=True), Log()
    answering = MAKERS[kind](log, "yes")
    for handler in (plain(log), MAKERS[kind](log), answering, plain(log, "late")):
        emitter.register("a", handler)
    answers = list[Any]()
    driven(emitter.channel("a").ask({}, answers))
    assert answers == [(answering, "yes")]
    assert [heard for heard, _ in log] == ["plain", kind, kind]


def test_nobody_answers() -> None:
    emitter, answers = Emitter(), list[Any]()
    driven(emitter.channel("a").ask({}, answers))
    emitter.register("a", plain([]))
    driven(emitter.channel("a").ask({}, answers))
    assert answers == []


@pytest.mark.parametrize("emit", ["tell", "ask"])
def test_a_plain_function_may_return_a_flow(emit: str) -> None:
    emitter, log, answers = Emitter(), Log(), list[Any]()
    inner = flow(log, "yes")

    def outer(**kwargs: Any) -> Any:
        return inner(**kwargs)

    emitter.register("a", outer)
    driven(getattr(emitter.channel("a"), emit)({}, answers))
    assert (log, answers) == ([("flow", 7)], [(outer, "yes")])


# --- who hears it

#: registered and unregistered names -> whether the channel of a.b.c hears it
HEARD = [("a.b.c", True), ("a.b", True), ("a", True), ("*", True), ("a.*.c", True), ("*.b", True), ("*.*.*", True),
         ("a.b.d", False), ("ab", False), ("b", False), ("a.b.c.d", False)]  # fmt: skip


@pytest.mark.parametrize(("name", "heard"), HEARD)
def test_a_channel_knows_of_what_is_registered_and_unregistered_later(name: str, heard: bool) -> None:
    emitter = Emitter()
    channel, handler = emitter.channel("a.b.c"), plain([])
    assert channel.heard_by == ()
    emitter.register(name, handler)
    assert [entry.handler for entry in channel.heard_by] == ([handler] if heard else [])
    emitter.unregister(name, handler)
    assert channel.heard_by == ()


def test_a_unique_id_too() -> None:
    emitter = Emitter()
    channel = emitter.channel("a")
    emitter.register_first("a", plain([]), unique_id="u")
    assert len(channel.heard_by) == 1
    emitter.unregister("a", unique_id="u")
    assert channel.heard_by == ()


def test_the_channels_of_a_copy_are_its_own() -> None:
    original = Emitter()
    first = original.channel("a")
    twin = copy.copy(original)
    second = twin.channel("a")
    assert first is original.channel("a")
    assert second is not first
    twin.register("a", plain([]))
    assert (len(first.heard_by), len(second.heard_by)) == (0, 1)


def test_names_that_nobody_emits_any_more_are_forgotten() -> None:
    emitter = Emitter()
    channels: list[Channel] = [emitter.channel(f"a.{number}") for number in range(10)]
    assert len(emitter._channels) == 10
    channels.clear()
    gc.collect()
    assert len(emitter._channels) == 0


# --- in a call

#: an event of a call -> a later one of the same call
LATER = [
    ("provide-client-params", "before-call"), ("before-call", "request-created"), ("request-created", "before-send"),
    ("before-send", "before-parse"), ("before-parse", "response-received"), ("response-received", "after-call"),
]  # fmt: skip


@pytest.mark.parametrize(("now", "later"), LATER)
def test_what_a_handler_registers_is_heard_by_later_events_of_the_same_call(mode: Any, now: str, later: str) -> None:
    client, log = mode.client("sqs", session=mode.session(**KEYS)), Log()
    events = client.meta.events
    events.register_last("before-send", lambda **kwargs: Response(200, body=b"{}"))
    mode.do(client.list_queues())
    events.register(f"{now}.sqs", lambda **kwargs: events.register(f"{later}.sqs", plain(log)))
    mode.do(client.list_queues())
    assert log == [("plain", f"{later}.sqs.ListQueues")]


# --- osteon's own handlers that have nothing to do


def none_of(*subjects: Any) -> Callable[[Any], bool]:
    return lambda subject: subject in subjects


def test_an_event_is_idle_where_all_who_hear_it_are() -> None:
    log: Log = []
    own = compiled(
        [Registration("a", plain(log), idle=none_of(1, 2)), Registration("a.b", plain(log), idle=none_of(2, 3))]
    )
    emitter = Emitter().with_builtin(own)
    channel, deeper = emitter.channel("a.c"), emitter.channel("a.b")
    assert channel.idle is not None
    assert deeper.idle is not None
    assert [channel.idle(subject) for subject in (1, 2, 3)] == [True, True, False]
    assert [deeper.idle(subject) for subject in (1, 2, 3)] == [False, True, False]


def test_a_users_handler_is_never_idle() -> None:
    log: Log = []
    emitter = Emitter().with_builtin(compiled([Registration("a", plain(log), idle=none_of(1))]))
    channel = emitter.channel("a.b")
    assert channel.idle is not None
    handler = plain(log)
    emitter.register("a.b", handler)
    assert channel.idle is None
    emitter.unregister("a.b", handler)
    assert channel.idle is not None
    assert Emitter().channel("a.b").idle is None


def test_a_handler_that_is_just_being_registered_is_not_passed_over() -> None:
    """An emit of another thread may fall between any two lines of what a registration does."""
    log: Log = []
    emitter = Emitter().with_builtin(compiled([Registration("a", plain([]), idle=none_of(1))]))
    channel, handler = emitter.channel("a.b"), plain(log)
    seen: list[tuple[bool, bool]] = []

    def emit(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code is not Channel.hear.__code__:
            return emit
        there = any(entry.handler is handler for entry in channel.heard_by)
        if channel.heard_by and (channel.idle is None or not channel.idle(1)):
            driven(channel.tell({}))
        seen.append((there, bool(log)))
        log.clear()
        return emit

    traced = sys.gettrace()
    sys.settrace(emit)
    try:
        emitter.register("a.b", handler)
    finally:
        sys.settrace(traced)
    assert seen[0] == (False, False)
    assert seen[-1] == (True, True)
    assert {there == heard for there, heard in seen} == {True}


@pytest.mark.parametrize("event", ["before-parse", "needs-retry", "before-sign"])
def test_a_users_handler_hears_what_osteons_own_let_pass(mode: Any, event: str) -> None:
    heard: list[str] = []
    client = mode.client("s3", **KEYS)
    client.meta.events.register("before-send.s3", lambda **kwargs: Response(200, {}, b""))
    mode.do(client.put_object(Bucket="shelf", Key="book", Body=b"text"))
    client.meta.events.register(f"{event}.s3", lambda event_name, **kwargs: heard.append(event_name))
    mode.do(client.put_object(Bucket="shelf", Key="book", Body=b"text"))
    assert heard == [f"{event}.s3.PutObject"]
