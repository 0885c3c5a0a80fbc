"""Runs flows on plain threads: performs each effect that a flow yields and sends it the answer. No sockets.

The asyncio twin is in async_runner.py, so that a blocking program never loads asyncio.
"""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from osteon.flow import Await, Blocking, Effect, Flow, Gather, Now, Once, Send, Sleep, Whole
from osteon.http import PreparedRequest, Response

T = TypeVar("T")


class Transport(Protocol):
    """What puts requests on the wire. ``send`` raises only errors of :mod:`osteon.exceptions`."""

    def send(self, request: PreparedRequest, /) -> Response: ...

    def close(self) -> None: ...


class Flight:
    """A ``Once`` under way; ``outcome`` is whatever its runner's followers wait for."""

    __slots__ = ("awaits", "key", "outcome")

    def __init__(self, key: object, outcome: Any) -> None:
        self.key = key
        self.outcome = outcome
        #: flights that flows inside this one wait for
        self.awaits: list[Flight] = []


#: The flights that the running flow is part of, outermost first. Gather hands them on to its threads and tasks.
held_flights: contextvars.ContextVar[tuple[Flight, ...]] = contextvars.ContextVar("held_flights", default=())


def refuse_circle(flight: Flight) -> None:
    """Raise RuntimeError where waiting for ``flight`` could never end: it waits itself for the flow that would wait."""
    held = held_flights.get()
    reached, seen = [flight], set[int]()
    while reached:
        ahead = reached.pop()
        if ahead in held:
            raise RuntimeError(f"Once({flight.key!r}) is needed by its own flow: it would wait for itself for ever")
        if id(ahead) not in seen:
            seen.add(id(ahead))
            reached.extend(ahead.awaits)


class EffectTable(dict[type[Any], Callable[[Any], Any]]):
    """Effect type to the function that performs it."""

    def __missing__(self, kind: type[Any]) -> Callable[[Any], Any]:
        raise TypeError(f"A flow yielded {kind.__name__}, which is no effect (did it mean 'yield from'?)")


class _Sky:
    """The flights of all blocking runners: clients of one session share its credentials, and so their refresh."""

    def __init__(self) -> None:
        self._clear()
        if hasattr(os, "register_at_fork"):
            # Threads that led flights, and one that held the lock, do not exist in a forked child.
            os.register_at_fork(after_in_child=self._clear)

    def _clear(self) -> None:
        #: guards ``flights`` and the ``awaits`` of each; held for a few instructions only
        self.lock = threading.Lock()
        self.flights: dict[object, Flight] = {}


_SKY = _Sky()


class Runner:
    """Runs flows in the calling thread. Safe for use by many threads; usable in a child after a fork."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._perform = EffectTable(
            {
                Send: self._send,
                Sleep: lambda effect: time.sleep(effect.seconds),
                Now: lambda effect: time.time(),
                Blocking: lambda effect: effect.function(),
                Await: _refuse_await,
                Once: self._once,
                Gather: self._gather,
                Whole: lambda effect: run_whole(self.run, effect) if effect.threads else self.run(effect.flow),
            }
        )

    def run(self, flow: Flow[T]) -> T:
        """Run ``flow`` to its end and return its value. What an effect raises is raised where the flow yielded it."""
        perform = self._perform
        send = flow.send
        try:
            effect: Effect = send(None)
            while True:
                try:
                    answer = perform[type(effect)](effect)
                except Exception as error:
                    effect = flow.throw(error)
                else:
                    effect = send(answer)
        except StopIteration as end:
            value: T = end.value
            return value
        except BaseException:
            # An interrupt leaves the flow where it yielded: closing it runs its finally blocks now, not at collection.
            flow.close()
            raise

    def close(self) -> None:
        """Close the transport's connections. Flows may still be run: connections are made anew."""
        self.transport.close()

    def _send(self, effect: Send) -> Response:
        return self.transport.send(effect.request)

    def _once(self, effect: Once) -> Any:
        while True:
            flight, leads = _boarded(effect.key)
            if leads:
                return self._lead(flight, effect)
            if _arrived(flight, held_flights.get()):
                succeeded, outcome = flight.outcome.answer
                if succeeded:
                    return outcome
                raise outcome

    def _lead(self, flight: Flight, effect: Once) -> Any:
        mark = held_flights.set((*held_flights.get(), flight))
        try:
            answer = self.run(effect.make())
            flight.outcome.answer = (True, answer)
            return answer
        except Exception as error:
            flight.outcome.answer = (False, error)
            raise
        finally:
            held_flights.reset(mark)
            with _SKY.lock:
                _SKY.flights.pop(flight.key, None)
            flight.outcome.landed.set()

    def _gather(self, effect: Gather) -> list[Any]:
        return gather_in_threads(self.run, effect.flows, effect.limit)


def _boarded(key: object) -> tuple[Flight, bool]:
    """The flight for a key, and whether the caller leads it. Raises RuntimeError where it would wait for itself."""
    with _SKY.lock:
        flight = _SKY.flights.get(key)
        if flight is None:
            flight = _SKY.flights[key] = Flight(key, _Outcome())
            return flight, True
        refuse_circle(flight)
        for holder in held_flights.get():
            holder.awaits.append(flight)
        return flight, False


class _Outcome:
    """``answer`` is None while under way and where the leader was interrupted, else (succeeded, value or error)."""

    __slots__ = ("answer", "landed")

    def __init__(self) -> None:
        self.answer: tuple[bool, Any] | None = None
        self.landed = threading.Event()


def _arrived(flight: Flight, holders: Sequence[Flight]) -> bool:
    """Wait until ``flight`` has landed; False where its leader was interrupted, so that another must lead."""
    try:
        flight.outcome.landed.wait()
    finally:
        with _SKY.lock:
            for holder in holders:
                holder.awaits.remove(flight)
    return flight.outcome.answer is not None


def _refuse_await(effect: Await) -> Any:
    close = getattr(effect.awaitable, "close", None)
    if close is not None:
        close()  # else Python warns of a coroutine that was never awaited
    raise TypeError("An 'async def' handler cannot run on a blocking client: use AsyncSession, or a plain function")


def gather_in_threads(run: Callable[[Flow[Any]], Any], flows: Sequence[Flow[Any]], limit: int) -> list[Any]:
    """Run ``flows`` in up to ``limit`` threads and return their values in order; the first error ends it.

    An interrupt of the caller's thread ends it at once: who is in the middle may be for ever, as who reads a pipe.
    """
    caller = threading.current_thread()
    waiting = iter(enumerate(flows))
    turn = threading.Lock()
    values: list[Any] = [None] * len(flows)
    errors: list[BaseException] = []

    def work() -> None:
        while not errors:
            with turn:
                place, flow = next(waiting, (-1, None))
            if flow is None:
                return
            try:
                values[place] = run(flow)
            except BaseException as error:
                errors.append(error)
                if not isinstance(error, Exception) and threading.current_thread() is caller:
                    raise

    # Each thread gets a copy of the context, as a task does: context variables and held flights reach the flows.
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(work,), name="osteon-gather", daemon=True)
        for _ in range(min(max(limit, 1), len(flows)) - 1)
    ]
    try:
        for thread in threads:
            thread.start()
        work()
        for thread in threads:
            thread.join()
    except BaseException as interrupt:
        errors.append(interrupt)
        raise
    finally:
        for _, flow in waiting:
            flow.close()
    if errors:
        raise errors[0]
    return values


def run_whole(run: Callable[[Flow[Any]], Any], effect: Whole) -> Any:
    """Run a flow in a thread, which an interrupt of the caller's does not reach."""
    values: list[Any] = []
    errors: list[BaseException] = []
    # Not the thread's own join: interrupted once, it takes the thread for ended (in Python 3.11).
    ended = threading.Event()

    def work() -> None:
        try:
            values.append(run(effect.flow))
        except BaseException as error:
            errors.append(error)
        finally:
            ended.set()

    threading.Thread(target=contextvars.copy_context().run, args=(work,), name="osteon-whole", daemon=True).start()
    try:
        ended.wait()
    except BaseException:
        ended.wait(effect.patience)
        raise
    if errors:
        raise errors[0]
    return values[0]
