"""The emitter by behaviour: answers, unique ids, refusals, isolation, flow and async handlers."""

from __future__ import annotations

import copy
import functools
import logging
import threading
from collections.abc import Generator
from typing import Any

import pytest
from botocore.hooks import HierarchicalEmitter

from osteon.events import Emitter
from osteon.events.admission import Registration, compiled
from osteon.exceptions import HandlerError, OsteonError
from osteon.flow import NOW, Await, Now


def plain(**kwargs: Any) -> Any:
    return kwargs.get("event_name")


def nothing(**kwargs: Any) -> None: ...


def flow(**kwargs: Any) -> Generator[Any, Any, str]:
    moment = yield NOW
    return f"flow at {moment}"


async def asynchronous(**kwargs: Any) -> str:
    return "async"


async def async_generator(**kwargs: Any) -> Any:
    yield 1


class CallableObject:
    def __call__(self, **kwargs: Any) -> str:
        return "object"

    def method(self, **kwargs: Any) -> str:
        return "method"

    def flow_method(self, **kwargs: Any) -> Generator[Any, Any, str]:
        return (yield from flow(**kwargs))

    @staticmethod
    def static(**kwargs: Any) -> str:
        return "static"


class AsyncCallable:
    async def __call__(self, **kwargs: Any) -> str:
        return "async object"


class FlowCallable:
    def __call__(self, **kwargs: Any) -> Generator[Any, Any, str]:
        return (yield from flow(**kwargs))


def drive(generator: Generator[Any, Any, Any]) -> tuple[list[Any], Any]:
    """The effects a flow asked for, each answered with 7 or by running its coroutine, and its result."""
    effects, answer = list[Any](), None
    try:
        while True:
            effect = generator.send(answer)
            effects.append(type(effect))
            answer = _awaited(effect.awaitable) if isinstance(effect, Await) else 7
    except StopIteration as end:
        return effects, end.value


def _awaited(coroutine: Any) -> Any:
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("a test's coroutine awaited something")


# --- what emit gives


def test_emit_gives_handlers_with_their_answers_and_passes_the_event_name() -> None:
    emitter = Emitter()
    emitter.register("a", plain)
    emitter.register("a.b", nothing)
    assert emitter.emit("a.b", x=1) == [(nothing, None), (plain, "a.b")]
    assert emitter.emit("c") == []
    assert emitter.emit(event_name="a") == [(plain, "a")]


def test_emit_until_response_stops_at_the_first_answer_even_a_false_one() -> None:
    emitter, calls = Emitter(), list[str]()

    def empty(**kwargs: Any) -> dict[str, Any]:
        return {}

    emitter.register("a.b", nothing)
    emitter.register("a.b", empty)
    emitter.register("a", lambda **kwargs: calls.append("late"))
    assert emitter.emit_until_response("a.b") == (empty, {})
    assert calls == []
    assert emitter.emit_until_response("b") == (None, None)
    emitter.register("b", nothing)
    assert emitter.emit_until_response("b") == (None, None)


def test_what_a_handler_raises_passes_through() -> None:
    emitter = Emitter()
    emitter.register("a", lambda **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        emitter.emit("a")
    with pytest.raises(ZeroDivisionError):
        drive(emitter.emit_flow("a", {}))


def test_a_handler_that_registers_while_it_runs_is_heard_next_time() -> None:
    emitter = Emitter()

    def registering(**kwargs: Any) -> None:
        emitter.register("a", nothing)

    emitter.register("a", registering)
    assert [handler for handler, _ in emitter.emit("a")] == [registering]
    assert [handler for handler, _ in emitter.emit("a")] == [registering, nothing]


# --- unregistering and unique ids


def test_unregister_takes_the_first_of_that_very_name() -> None:
    emitter = Emitter()
    emitter.register("a.b", plain)
    emitter.register("a.b", nothing)
    emitter.register("a.b", plain)
    emitter.unregister("a", plain)
    emitter.unregister("a.*", plain)
    emitter.unregister("x.y", plain)
    emitter.unregister("a.b")
    emitter.unregister("a.b", unique_id="never seen")
    emitter.unregister("a.b", plain)
    assert [handler for handler, _ in emitter.emit("a.b")] == [nothing, plain]
    emitter.unregister("a.b", nothing)
    emitter.unregister("a.b", plain)
    assert emitter.names() == ()


def test_bound_methods_are_found_again() -> None:
    emitter, thing = Emitter(), CallableObject()
    emitter.register("a", thing.method)
    emitter.unregister("a", thing.method)
    assert emitter.emit("a") == []


def test_a_unique_id_registers_once_and_may_be_used_again_after() -> None:
    emitter = Emitter()
    emitter.register("a", plain, unique_id="u")
    emitter.register_first("a", nothing, unique_id="u")
    assert emitter.emit("a") == [(plain, "a")]
    emitter.unregister("a", unique_id="u")
    emitter.register("a", nothing, unique_id="u")
    assert emitter.emit("a") == [(nothing, None)]


def test_a_counted_unique_id_goes_when_all_who_registered_it_have_gone() -> None:
    emitter = Emitter()
    for _ in range(2):
        emitter.register("a", plain, unique_id="u", unique_id_uses_count=True)
    emitter.unregister("a", unique_id="u", unique_id_uses_count=True)
    assert len(emitter.emit("a")) == 1
    emitter.unregister("a", unique_id="u", unique_id_uses_count=True)
    assert emitter.emit("a") == []


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("method", ["register", "unregister"])
def test_counting_a_unique_id_only_sometimes_is_refused(method: str, counted: bool) -> None:
    emitter = Emitter()
    emitter.register("a", plain, "u", counted)
    with pytest.raises(ValueError, match="u was first registered"):
        getattr(emitter, method)("a", plain, "u", not counted)
    assert len(emitter.emit("a")) == 1


# --- refusals


def _no_keywords(params: Any) -> None: ...


@functools.wraps(plain)
def _wrapper_without_keywords(params: Any) -> None: ...


class _NoKeywords:
    def __call__(self, params: Any) -> None: ...


class _Odd:
    __signature__ = "not a signature"

    def __call__(self, **kwargs: Any) -> None: ...


@pytest.mark.parametrize(
    "handler",
    [None, 3, "plain", _no_keywords, _NoKeywords(), _NoKeywords().__call__, lambda: None, _wrapper_without_keywords,
     functools.partial(_no_keywords, params=1), plain, CallableObject(), CallableObject().method, CallableObject.static,
     dict, print, functools.partial(plain, a=1), CallableObject, _NoKeywords, _Odd(), int, max, [].append],
)  # fmt: skip
@pytest.mark.parametrize("method", ["register", "register_first", "register_last"])
def test_the_same_handlers_are_refused_as_by_botocore(method: str, handler: Any) -> None:
    assert _refusal(Emitter(), method, handler) == _refusal(HierarchicalEmitter(), method, handler)


def _refusal(emitter: Any, method: str, handler: Any) -> type[Exception] | None:
    try:
        getattr(emitter, method)("a", handler)
    except Exception as error:
        return type(error)
    return None


def test_a_refusal_names_the_handler_and_no_arguments() -> None:
    with pytest.raises(ValueError, match=r"_no_keywords must accept keyword arguments \(\*\*kwargs\)") as refused:
        Emitter().register("a", functools.partial(_no_keywords, params="secret"))
    assert "secret" not in str(refused.value)
    with pytest.raises(ValueError, match=r"Event handler 3 must be callable"):
        Emitter().register("a", 3)  # type: ignore[arg-type]


ASYNC = [asynchronous, AsyncCallable(), functools.partial(asynchronous, a=1), AsyncCallable().__call__]
FLOWS = [flow, FlowCallable(), functools.partial(flow, a=1), CallableObject().flow_method]
PLAIN_ONLY = [
    "creating-client-class",
    "creating-client-class.s3",
    "creating-resource-class.s3.Bucket",
    "creating-serializer.s3",
    "getattr.s3.x",
    "choose-service-name",
]


@pytest.mark.parametrize("handler", ASYNC)
def test_async_handlers_are_refused_where_nothing_awaits_them(handler: Any) -> None:
    with pytest.raises(TypeError, match="async function"):
        Emitter().register("before-call.s3", handler)


@pytest.mark.parametrize("name", PLAIN_ONLY)
@pytest.mark.parametrize("handler", [*ASYNC, *FLOWS])
def test_only_plain_functions_hear_what_no_runner_carries(name: str, handler: Any) -> None:
    emitter = Emitter(allow_async=True)
    with pytest.raises(TypeError, match="must be plain"):
        emitter.register(name, handler)
    assert emitter.names() == ()


def test_an_async_generator_is_no_handler() -> None:
    with pytest.raises(TypeError, match="async generator"):
        Emitter(allow_async=True).register("a", async_generator)


@pytest.mark.parametrize("handler", [flow, asynchronous])
@pytest.mark.parametrize("emit", ["emit", "emit_until_response"])
def test_a_plain_emit_refuses_flow_and_async_handlers_before_it_calls_any(emit: str, handler: Any) -> None:
    emitter, calls = Emitter(allow_async=True), list[str]()
    emitter.register("a.b", lambda **kwargs: calls.append("called"))
    emitter.register("a", handler)
    with pytest.raises(HandlerError, match=f"{handler.__name__} of a.b is a flow or async function"):
        getattr(emitter, emit)("a.b")
    assert calls == []


# --- flows


@pytest.mark.parametrize("handler", FLOWS)
def test_a_flow_handler_passes_its_effects_on(handler: Any) -> None:
    emitter = Emitter()
    emitter.register("a", handler)
    assert drive(emitter.emit_flow("a", {})) == ([Now], [(handler, "flow at 7")])


@pytest.mark.parametrize("handler", ASYNC)
def test_an_async_handler_is_awaited_by_the_runner(handler: Any) -> None:
    emitter = Emitter(allow_async=True)
    emitter.register("a", handler)
    effects, [(heard, answer)] = drive(emitter.emit_flow("a", {}))
    assert (effects, heard) == ([Await], handler)
    assert answer in ("async", "async object")


def test_handlers_of_all_kinds_keep_their_order() -> None:
    emitter = Emitter(allow_async=True)
    emitter.register("a", plain)
    emitter.register("a.b", asynchronous)
    emitter.register("a.b", flow)
    emitter.register("a.b", nothing)
    answers = [(asynchronous, "async"), (flow, "flow at 7"), (nothing, None), (plain, "a.b")]
    assert drive(emitter.emit_flow("a.b", {"x": 1})) == ([Await, Now], answers)


def test_until_response_as_a_flow_stops_at_the_first_answer() -> None:
    emitter = Emitter()
    emitter.register("a", nothing)
    assert drive(emitter.emit_until_response_flow("a", {})) == ([], (None, None))
    emitter.register("a", flow)
    emitter.register_last("a", plain)
    assert drive(emitter.emit_until_response_flow("a", {})) == ([Now], (flow, "flow at 7"))


def test_the_keyword_arguments_of_a_flow_are_left_as_they_are() -> None:
    emitter, kwargs = Emitter(), {"x": 1}
    emitter.register("a", plain)
    drive(emitter.emit_flow("a", kwargs))
    assert kwargs == {"x": 1}


# --- isolation


def test_a_copy_and_its_original_are_independent() -> None:
    original = Emitter()
    original.register("a", plain, unique_id="u")
    twin = copy.copy(original)
    twin.register("a", nothing)
    twin.unregister("a", unique_id="u")
    original.register("b", nothing)
    original.register("a", nothing, unique_id="u")
    assert original.emit("a") == [(plain, "a")]
    assert twin.emit("a") == [(nothing, None)]
    assert twin.emit("b") == []
    twin.register("a", plain, unique_id="u")
    assert len(twin.emit("a")) == 2


def test_a_copy_keeps_what_its_original_allows() -> None:
    emitter = copy.copy(Emitter(allow_async=True))
    emitter.register("a", asynchronous)
    assert len(emitter.handlers("a")) == 1


def test_builtin_handlers_can_be_unregistered_by_the_user() -> None:
    builtin = compiled([Registration("before-call.s3", nothing), Registration("before-call", plain)])
    client, other = Emitter().with_builtin(builtin), Emitter().with_builtin(builtin)
    client.unregister("before-call.s3", nothing)
    assert [handler for handler, _ in client.emit("before-call.s3.X")] == [plain]
    assert [handler for handler, _ in other.emit("before-call.s3.X")] == [nothing, plain]


def test_what_on_register_raises_refuses_the_handler() -> None:
    seen = list[str]()

    def check(name: str) -> None:
        seen.append(name)
        if name == "bad":
            raise OsteonError

    emitter = Emitter(on_register=check)
    emitter.register("good", plain)
    with pytest.raises(OsteonError):
        emitter.register("bad", plain, unique_id="u")
    assert (seen, emitter.names()) == (["good", "bad"], ("good",))
    emitter.register("good", nothing, unique_id="u")
    assert len(emitter.emit("good")) == 2


def test_threads_lose_no_registration() -> None:
    emitter, threads = Emitter(), 8

    def register(number: int) -> None:
        for count in range(50):
            emitter.register(f"a.{number}", plain)
            assert len(emitter.emit(f"a.{number}")) == count + 1
            emitter.register("b", nothing, unique_id=f"u{number}", unique_id_uses_count=True)

    workers = [threading.Thread(target=register, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [len(emitter.handlers(f"a.{number}")) for number in range(threads)] == [50] * threads
    assert len(emitter.handlers("b")) == threads


def test_names_without_end_neither_overflow_nor_grow() -> None:
    emitter = Emitter()
    deep = ".".join(["a"] * 20_000)
    emitter.register(deep, plain)
    assert len(emitter.emit(deep)) == 1
    emitter.unregister(deep, plain)
    assert emitter.names() == ()
    emitter.register("*", plain)
    for number in range(10_000):
        assert len(emitter.emit(f"made-up.{number}")) == 1
    assert len(emitter._plans) < 5_000
    assert len(emitter._trie._found) < 5_000


def test_debug_log_names_the_handlers_and_no_arguments(caplog: pytest.LogCaptureFixture) -> None:
    emitter = Emitter()
    emitter.register("a", functools.partial(plain, token="secret"))
    with caplog.at_level(logging.DEBUG, "osteon.events.emitter"):
        emitter.emit("a", password="secret")
    assert "Event a: heard by" in caplog.text
    assert "plain" in caplog.text
    assert "secret" not in caplog.text
