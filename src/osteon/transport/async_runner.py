"""Runs flows on asyncio: the twin of runner.py. No protocol, no sockets of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from osteon.exceptions import ClientClosedError
from osteon.flow import Await, Blocking, Effect, Flow, Gather, Now, Once, Send, Sleep, Whole
from osteon.http import PreparedRequest, Response
from osteon.sharing import forsaken, go_on
from osteon.transport.runner import EffectTable, Flight, held_flights, refuse_circle

T = TypeVar("T")


class AsyncTransport(Protocol):
    """What puts requests on the wire. ``send`` raises only errors of :mod:`osteon.exceptions`."""

    async def send(self, request: PreparedRequest, /) -> Response: ...

    async def close(self) -> None: ...


class AsyncRunner:
    """Runs flows as coroutines, on one event loop or on several."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.transport = transport
        self._perform = EffectTable(
            {
                Send: self._send,
                Sleep: lambda effect: asyncio.sleep(effect.seconds),
                Now: _now,
                Blocking: lambda effect: in_thread(effect.function, unclaimed=effect.unclaimed),
                Await: lambda effect: effect.awaitable,
                Once: self._once,
                Gather: self._gather,
                Whole: lambda effect: run_whole(self, effect),
            }
        )

    async def run(self, flow: Flow[T]) -> T:
        """Run ``flow`` to its end and return its value. What an effect raises is raised where the flow yielded it.

        Cancelling closes the flow where it stands.
        """
        perform = self._perform
        send = flow.send
        try:
            effect: Effect = send(None)
            while True:
                try:
                    answer = await perform[type(effect)](effect)
                except Exception as error:
                    effect = flow.throw(error)
                else:
                    effect = send(answer)
        except StopIteration as end:
            value: T = end.value
            return value
        except BaseException:
            flow.close()
            raise

    async def close(self) -> None:
        """Close the transport's connections. Flows may still be run: connections are made anew."""
        await self.transport.close()

    async def _send(self, effect: Send) -> Response:
        return await self.transport.send(effect.request)

    async def _once(self, effect: Once) -> Any:
        while True:
            flight = self._board(effect)
            try:
                return await _passed(flight)
            except ClientClosedError:
                # That of another client, which was closed: this one may be open, and leads the next.
                if flight.runner is self:
                    raise

    def _board(self, effect: Once) -> _SharedFlight:
        flights = _flights_here()
        flight = flights.get(effect.key)
        if flight is None:
            flight = flights[effect.key] = _SharedFlight(effect.key, self, flights)
            # The task copies the context as it is now, with this flight among those it is part of.
            mark = held_flights.set((*held_flights.get(), flight))
            flight.outcome = asyncio.ensure_future(self._fly(flight, effect))
            held_flights.reset(mark)
        else:
            refuse_circle(flight)
        return flight

    async def _fly(self, flight: _SharedFlight, effect: Once) -> Any:
        try:
            return await self.run(effect.make())
        finally:
            flight.land()

    async def _gather(self, effect: Gather) -> list[Any]:
        return await gather_in_tasks(self, effect.flows, effect.limit)


class _SharedFlight(Flight):
    """``outcome`` is a task of its own, which runs on the ``runner`` of who came first.

    ``passengers`` counts who awaits it, and the last to leave cancels it.
    """

    __slots__ = ("_flights", "passengers", "runner")

    def __init__(self, key: object, runner: AsyncRunner, flights: dict[object, _SharedFlight]) -> None:
        super().__init__(key, None)
        self.runner = runner
        self.passengers = 0
        self._flights = flights

    def land(self) -> None:
        # A cancelled flight may still be landing when the next one for its key has started.
        if self._flights.get(self.key) is self:
            del self._flights[self.key]


#: The flights of all runners, by loop: clients of one session share its credentials, and so their refresh.
_flights: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[object, _SharedFlight]] = WeakKeyDictionary()


def _flights_here() -> dict[object, _SharedFlight]:
    """Those of the running loop; only its own thread changes them."""
    return _flights.setdefault(asyncio.get_running_loop(), {})


async def _passed(flight: _SharedFlight) -> Any:
    """The outcome of a flight; who awaits it is its passenger meanwhile."""
    holders = held_flights.get()
    for holder in holders:
        holder.awaits.append(flight)
    flight.passengers += 1
    try:
        # Shielded: who leads and who follows are alike, and one that is cancelled leaves the others their outcome.
        return await asyncio.shield(flight.outcome)
    finally:
        flight.passengers -= 1
        for holder in holders:
            holder.awaits.remove(flight)
        if not flight.passengers and not flight.outcome.done():
            flight.land()
            flight.outcome.cancel()


async def in_thread(
    function: Callable[..., Any], *arguments: Any, unclaimed: Callable[[Any], object] | None = None
) -> Any:
    """What a function that may block returns, asked for in a worker thread.

    A thread cannot be stopped. Where its caller is cancelled the function is not begun, sees it by ``go_on``, or has
    its answer given to ``unclaimed``.
    """
    errand = _Errand(partial(function, *arguments), unclaimed)
    try:
        return await asyncio.to_thread(errand.run)
    except asyncio.CancelledError:
        errand.leave()
        raise


class _Errand:
    """A function's way through a thread."""

    __slots__ = ("_answer", "_function", "_left", "_lock", "_unclaimed")

    def __init__(self, function: Callable[[], Any], unclaimed: Callable[[Any], object] | None) -> None:
        self._function, self._unclaimed = function, unclaimed
        self._lock = threading.Lock()  # guards what follows
        self._left = False
        self._answer: tuple[Any] | None = None

    def run(self) -> Any:
        forsaken.set(self._is_left)  # in the thread's own copy of the context
        go_on()
        try:
            answer = self._function()
        except StopIteration as error:
            # A future cannot hold StopIteration: whoever awaits it would wait for ever.
            raise RuntimeError("a blocking function raised StopIteration") from error
        with self._lock:
            self._answer = (answer,)
            left = self._left
        if left:
            self._give_back(answer)
        return answer

    def _is_left(self) -> bool:
        return self._left

    def leave(self) -> None:
        with self._lock:
            self._left = True
            answer = self._answer
        if answer is not None:
            self._give_back(*answer)

    def _give_back(self, answer: Any) -> None:
        if self._unclaimed is not None:
            self._unclaimed(answer)


async def _now(effect: Now) -> float:
    return time.time()


async def gather_in_tasks(runner: AsyncRunner, flows: Sequence[Flow[Any]], limit: int) -> list[Any]:
    """Run ``flows`` in up to ``limit`` tasks and return their values in order; the first error ends it."""
    waiting = iter(enumerate(flows))
    values: list[Any] = [None] * len(flows)
    errors: list[Exception] = []

    async def work() -> None:
        for place, flow in waiting:
            try:
                values[place] = await runner.run(flow)
            except Exception as error:
                errors.append(error)
            if errors:
                return

    tasks = [asyncio.ensure_future(work()) for _ in range(min(max(limit, 1), len(flows)))]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    finally:
        for _, flow in waiting:
            flow.close()
    if errors:
        raise errors[0]
    return values


async def run_whole(runner: AsyncRunner, effect: Whole) -> Any:
    """Run a flow in a task of its own, which is not cancelled with the caller's."""
    task = asyncio.ensure_future(runner.run(effect.flow))
    task.add_done_callback(_heard)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=effect.patience)
        raise
    finally:
        task.cancel()


def _heard(task: asyncio.Future[Any]) -> None:
    """Take note of an error that nobody may ask for, or asyncio would complain of it."""
    if not task.cancelled():
        task.exception()
