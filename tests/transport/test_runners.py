"""Flows and effects, under both runners."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.support.ways import Way, request, sending

from osteon.exceptions import ClientClosedError, EndpointConnectionError
from osteon.flow import NOW, Await, Blocking, Flow, Gather, Once, Send, Sleep, Whole
from osteon.http import Headers, PreparedRequest, Response
from osteon.transport.async_runner import AsyncRunner
from osteon.transport.canned import AsyncCannedTransport, CannedTransport
from osteon.transport.runner import Flight, Runner, held_flights

Make = Callable[..., Way]


def perform(effect: Any) -> Flow[Any]:
    return (yield effect)


def test_a_flow_returns_its_value_without_any_effect(canned: Make) -> None:
    def flow() -> Flow[int]:
        return 7
        yield

    assert canned().run(flow()) == 7


def test_effects_are_performed_and_answered_in_order(canned: Make) -> None:
    def flow() -> Flow[Any]:
        before = yield NOW
        nothing = yield Sleep(0.01)
        found = yield Blocking(lambda: "read")
        response = yield Send(request("http://h/"))
        after = yield NOW
        return nothing, found, response.body, before < after < before + 60

    assert canned([Response(200, Headers(), b"hello")]).run(flow()) == (None, "read", b"hello", True)


def test_an_effects_error_is_raised_where_the_flow_yielded_it(canned: Make) -> None:
    def flow() -> Flow[str]:
        try:
            yield Send(request("http://h/"))
        except EndpointConnectionError as error:
            return f"caught {error.kwargs['endpoint_url']}"
        return "unreached"

    assert canned([EndpointConnectionError(endpoint_url="u")]).run(flow()) == "caught u"


@pytest.mark.parametrize("error", [ValueError("no"), StopIteration(3)], ids=repr)
def test_an_uncaught_error_leaves_the_flow(canned: Make, error: Exception) -> None:
    def fail() -> Any:
        raise error

    with pytest.raises((ValueError, RuntimeError)):
        canned().run(perform(Blocking(fail)))


def test_what_is_no_effect_is_refused_by_name(canned: Make) -> None:
    with pytest.raises(TypeError, match="yielded str, which is no effect"):
        canned().run(perform("oops"))


def test_only_asyncio_can_await() -> None:
    async def seven() -> int:
        return 7

    with pytest.raises(TypeError, match="use AsyncSession"):
        Runner(CannedTransport()).run(perform(Await(seven())))
    assert asyncio.run(AsyncRunner(AsyncCannedTransport()).run(perform(Await(seven())))) == 7


def test_an_interrupt_closes_the_flow(canned: Make) -> None:
    closed = []

    def interrupt() -> None:
        raise KeyboardInterrupt

    def flow() -> Flow[None]:
        try:
            if way.name == "threads":
                yield Blocking(interrupt)
            else:
                yield Await(cancelled())
        finally:
            closed.append(True)

    async def cancelled() -> None:
        raise asyncio.CancelledError

    way = canned()
    with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)):
        way.run(flow())
    assert closed == [True]


@pytest.mark.parametrize("comes", ["while it runs", "before it is taken"])
def test_an_answer_that_nobody_takes_is_given_back(comes: str) -> None:
    """A thread goes on when its flow is cancelled: what it opens would be nobody's to close."""
    runs, may_end, unclaimed = threading.Event(), threading.Event(), list[str]()

    def opened() -> str:
        runs.set()
        may_end.wait(20)
        return "a file"

    async def scene() -> None:
        runner = AsyncRunner(AsyncCannedTransport())
        task = asyncio.ensure_future(runner.run(perform(Blocking(opened, unclaimed.append))))
        await asyncio.to_thread(runs.wait, 20)
        if comes == "before it is taken":
            may_end.set()
            while not task._fut_waiter.done():  # type: ignore[attr-defined]  # the moment before the task sees it
                await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        may_end.set()

    asyncio.run(scene())
    assert unclaimed == ["a file"]


def test_an_answer_that_is_taken_stays(canned: Make) -> None:
    unclaimed = list[str]()
    assert canned().run(perform(Blocking(lambda: "a file", unclaimed.append))) == "a file"
    assert unclaimed == []


# --- Gather


def test_gather_answers_in_order_and_keeps_its_limit(canned: Make) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def count(by: int) -> None:
        nonlocal running, most
        with lock:
            running += by
            most = max(most, running)

    def part(number: int) -> Flow[int]:
        count(1)
        yield Sleep(0.01 * (5 - number))
        count(-1)
        return number

    assert canned().run(perform(Gather([part(n) for n in range(5)], 2))) == [0, 1, 2, 3, 4]
    assert most == 2


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_gather_of_nothing_and_of_more_than_there_is(canned: Make, limit: int) -> None:
    way = canned()
    assert way.run(perform(Gather([], limit))) == []
    assert way.run(perform(Gather([perform(Blocking(lambda: "x"))], limit))) == ["x"]


def test_an_interrupt_waits_for_no_other_thread() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()
    caller = threading.current_thread()

    def stay() -> None:
        if threading.current_thread() is caller:
            begun.wait(20)
            raise KeyboardInterrupt
        begun.set()
        may_end.wait(20)
        ended.set()

    flows = [perform(Blocking(stay)) for _ in range(2)]
    with pytest.raises(KeyboardInterrupt):
        Runner(CannedTransport()).run(perform(Gather(flows, 2)))
    assert not may_end.is_set()
    may_end.set()
    assert ended.wait(20)


# --- what is not to be cut off


def test_a_whole_flow_answers_or_fails_as_it_would_alone(canned: Make) -> None:
    def failing() -> Flow[None]:
        yield NOW
        raise ValueError("so it is")

    for threads in (True, False):
        assert canned().run(perform(Whole(perform(Blocking(lambda: "x")), 1, threads))) == "x"
        with pytest.raises(ValueError, match="so it is"):
            canned().run(perform(Whole(failing(), 1, threads)))


def test_a_whole_flow_sees_the_callers_context(canned: Make) -> None:
    mark = held_flights.set((Flight("outer", None),))
    try:
        flow = perform(Blocking(lambda: [flight.key for flight in held_flights.get()]))
        assert canned().run(perform(Whole(flow, 1))) == ["outer"]
    finally:
        held_flights.reset(mark)


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
def test_a_cancelled_caller_waits_for_a_whole_flow_unless_cancelled_again(again: bool) -> None:
    log: list[str] = []

    async def scene() -> None:
        may_end = asyncio.Event()

        async def wait() -> None:
            log.append("begun")
            await may_end.wait()
            log.append("ended")

        runner = AsyncRunner(AsyncCannedTransport())
        calling = asyncio.ensure_future(runner.run(perform(Whole(perform(Await(wait())), 20))))
        await asyncio.sleep(0.01)
        calling.cancel()
        await asyncio.sleep(0.01)
        assert not calling.done()
        if again:
            calling.cancel()
        else:
            may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await calling

    asyncio.run(scene())
    assert log == ["begun"] if again else ["begun", "ended"]


@pytest.mark.parametrize("way", ["threads", "asyncio"])
def test_patience_with_a_whole_flow_has_an_end(way: str) -> None:
    hold = threading.Event()

    async def cancelled() -> None:
        runner = AsyncRunner(AsyncCannedTransport())
        calling = asyncio.ensure_future(runner.run(perform(Whole(perform(Sleep(60)), 0.05))))
        await asyncio.sleep(0.01)
        calling.cancel()
        await calling

    def stay() -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        hold.wait(20)

    if way == "asyncio":
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(cancelled())
    else:
        with pytest.raises(KeyboardInterrupt):
            Runner(CannedTransport()).run(perform(Whole(perform(Blocking(stay)), 0.05)))
        assert not hold.is_set()
        hold.set()


def test_the_first_error_stops_what_has_not_begun_and_waits_for_what_has(canned: Make) -> None:
    log: list[str] = []

    def slow() -> Flow[None]:
        log.append("begun")
        yield Sleep(0.1)
        log.append("ended")

    def failing() -> Flow[None]:
        yield Sleep(0.01)
        raise ValueError("first")

    def never() -> Flow[None]:
        log.append("never")
        yield NOW

    with pytest.raises(ValueError, match="first"):
        canned().run(perform(Gather([slow(), failing(), never(), never()], 2)))
    assert log == ["begun", "ended"]


def test_gathers_nest(canned: Make) -> None:
    def inner(n: int) -> Flow[Any]:
        return (yield Gather([perform(Blocking(lambda m=m: (n, m))) for m in range(3)], 2))

    assert canned().run(perform(Gather([inner(n) for n in range(3)], 2))) == [
        [(n, m) for m in range(3)] for n in range(3)
    ]


# --- Once


@pytest.mark.parametrize("fails", [False, True])
def test_concurrent_flows_share_one_outcome(canned: Make, fails: bool) -> None:
    made: list[int] = []
    asked: list[int] = []

    def refresh() -> Flow[str]:
        made.append(1)
        while len(asked) < 8:  # on a busy machine a thread may begin late
            yield Sleep(0.001)
        yield Sleep(0.1)
        if fails:
            raise ValueError("refused")
        return "token"

    def asking() -> Flow[str]:
        asked.append(1)
        try:
            return (yield Once("key", refresh))
        except ValueError as error:
            return str(error)

    way = canned()
    assert way.run(perform(Gather([asking() for _ in range(8)], 8))) == ["refused" if fails else "token"] * 8
    assert made == [1]
    assert way.run(asking()) == ("refused" if fails else "token")
    assert made == [1, 1], "what has landed is not kept"


def test_a_flow_that_needs_itself_is_an_error_and_not_a_hang(canned: Make) -> None:
    def once(key: str, make: Any) -> Flow[Any]:
        return (yield Once(key, make))

    def within_itself() -> Flow[Any]:
        return (yield Once("a", lambda: once("a", within_itself)))

    def over_gather() -> Flow[Any]:
        return (yield Once("a", lambda: perform(Gather([once("a", over_gather), perform(Sleep(0.01))], 2))))

    way = canned()
    for flow in within_itself, over_gather:
        with pytest.raises(RuntimeError, match="needed by its own flow"):
            way.run(flow())
    assert way.run(once("a", lambda: perform(Blocking(lambda: "free again")))) == "free again"


def test_two_flows_that_need_each_other_are_an_error_and_not_a_hang(canned: Make) -> None:
    def needing(first: str, second: str) -> Flow[Any]:
        def make() -> Flow[Any]:
            yield Sleep(0.05)
            return (yield Once(second, lambda: perform(Sleep(0.05))))

        return (yield Once(first, make))

    def both() -> Flow[Any]:
        return (yield Gather([needing("a", "b"), needing("b", "a")], 2))

    with pytest.raises(RuntimeError, match="needed by its own flow"):
        canned().run(both())


def test_a_cancelled_leader_leaves_its_followers_their_outcome() -> None:
    def refresh() -> Flow[str]:
        yield Sleep(0.05)
        return "token"

    async def scene() -> Any:
        runner = AsyncRunner(AsyncCannedTransport())
        leader, follower = (asyncio.ensure_future(runner.run(perform(Once("k", refresh)))) for _ in range(2))
        await asyncio.sleep(0.01)
        leader.cancel()
        return await asyncio.gather(leader, follower, return_exceptions=True)

    cancelled, token = asyncio.run(scene())
    assert isinstance(cancelled, asyncio.CancelledError)
    assert token == "token"


def test_async_clients_share_a_flight_and_outlive_who_leads_it() -> None:
    """Closing the client that leads is no end for the others: one of them leads anew."""
    made: list[str] = []

    class Closing(AsyncCannedTransport):
        async def send(self, request: PreparedRequest, /) -> Response:
            await asyncio.sleep(0.05)
            raise ClientClosedError(endpoint_url=request.url)

    def refresh(name: str) -> Flow[str]:
        made.append(name)
        if name != "third":
            yield Send(request("http://h/"))
        yield Sleep(0.01)
        return name

    async def scene() -> list[Any]:
        closed, other, third = AsyncRunner(Closing()), AsyncRunner(Closing()), AsyncRunner(AsyncCannedTransport())
        names = {"closed": closed, "other": other, "third": third}
        flows = [runner.run(perform(Once("k", partial(refresh, name)))) for name, runner in names.items()]
        return await asyncio.gather(*flows, return_exceptions=True)

    first, second, third = asyncio.run(scene())
    assert isinstance(first, ClientClosedError)
    assert isinstance(second, ClientClosedError)
    assert third == "third"
    assert made == ["closed", "other", "third"]


def test_a_flight_without_passengers_is_cancelled() -> None:
    ended: list[str] = []

    def refresh() -> Flow[None]:
        try:
            yield Sleep(60)
        finally:
            ended.append("closed")

    async def scene() -> None:
        task = asyncio.ensure_future(AsyncRunner(AsyncCannedTransport()).run(perform(Once("k", refresh))))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.01)

    asyncio.run(scene())
    assert ended == ["closed"]


def test_an_interrupted_leader_hands_the_lead_to_a_follower() -> None:
    runner = Runner(CannedTransport())
    leading, got = threading.Event(), []

    def interrupted() -> None:
        leading.set()
        time.sleep(0.05)
        raise KeyboardInterrupt

    def follow() -> None:
        leading.wait()
        got.append(runner.run(perform(Once("k", lambda: perform(Blocking(lambda: "mine"))))))

    follower = threading.Thread(target=follow)
    follower.start()
    with pytest.raises(KeyboardInterrupt):
        runner.run(perform(Once("k", lambda: perform(Blocking(interrupted)))))
    follower.join(5)
    assert got == ["mine"]


# --- canned


def test_canned_answers_record_requests_and_stream_bodies(canned: Make) -> None:
    way = canned([Response(200, Headers({"Content-Length": "5"}), b"hello"), Response(404, Headers(), b"none")])
    response = way.run(sending(request("http://h/a", b"in", stream=True)))
    assert way.wait(response.body.read()) == b"hello"
    assert way.run(sending(request("http://h/b", stream=True))).body == b"none"
    assert [seen.url for seen in way.runner.transport.requests] == ["http://h/a", "http://h/b"]
    with pytest.raises(AssertionError, match="No canned answer for request 3"):
        way.run(sending(request("http://h/c")))


def test_canned_answers_may_be_a_function(canned: Make) -> None:
    way = canned(lambda asked: Response(201, {"X-Seen": asked.method}, asked.url.encode()))
    response = way.run(sending(request("http://h/a", method="PUT")))
    assert (response.status_code, response.headers["x-seen"], response.body) == (201, "PUT", b"http://h/a")
