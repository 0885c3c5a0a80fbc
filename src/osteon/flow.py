"""What a flow may ask its runner for. Effects and their types live here; nothing here performs one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

from osteon.http import PreparedRequest

T = TypeVar("T")


class Send(NamedTuple):
    """Put a prepared request on the wire; the answer is an :class:`osteon.http.Response`.

    Raises (into the flow): the connection errors of :mod:`osteon.exceptions`, never a library's own.
    """

    request: PreparedRequest


class Sleep(NamedTuple):
    """Pause the flow for ``seconds``; answers None."""

    seconds: float


class Now(NamedTuple):
    """Ask for the time: seconds since the epoch, UTC, as a float."""


class Blocking(NamedTuple):
    """Run a plain function that may block (files, a subprocess); answers what it returns.

    The sync runner calls it in place, the async one in a worker thread, which goes on when the flow is cancelled:
    ``unclaimed`` is then given the answer, in any thread, to close what was opened. A function that reads what is the
    caller's does so by :func:`osteon.sharing.read_on`.
    """

    function: Callable[[], Any]
    unclaimed: Callable[[Any], object] | None = None


class Await(NamedTuple):
    """Await a coroutine that a user's ``async def`` handler made; only the async runner can."""

    awaitable: Awaitable[Any]


class Once(NamedTuple):
    """Run ``make()`` unless a flow for ``key`` is under way: then share its outcome.

    Under way on any thread of the process; on async clients, on the same event loop. ``key`` is compared
    by equality (use a stable object per refreshed thing); success and error are both shared.
    """

    key: object
    make: Callable[[], Flow[Any]]


class Gather(NamedTuple):
    """Run flows side by side, at most ``limit`` at a time; answers their results in order.

    The first error stops what has not begun, waits for what has, and is raised.
    """

    flows: Sequence[Flow[Any]]
    limit: int


class Whole(NamedTuple):
    """Run a flow to its end, even where its caller is interrupted or cancelled meanwhile; answers its result.

    For what can be taken back only once it is done. The interrupt is raised after the end, and after ``patience``
    seconds at the latest; a second one ends the waiting. A sync runner needs a thread for it: without ``threads`` an
    interrupt ends the flow where it stands.
    """

    flow: Flow[Any]
    patience: float
    threads: bool = True


Effect: TypeAlias = Send | Sleep | Now | Blocking | Await | Once | Gather | Whole
#: A computation that yields effects, is sent their answers, and returns T.
Flow: TypeAlias = Generator[Effect, Any, T]

#: ``Now`` carries nothing, so one instance serves.
NOW = Now()
