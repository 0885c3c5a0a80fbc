"""The limit of exchanges at once, by itself: order, cancellation, and what rests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from osteon.transport import slots
from osteon.transport.slots import Slots


def run(scene: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        await asyncio.wait_for(scene(), 10)

    asyncio.run(limited())


def waiting(held: Slots, number: int) -> list[asyncio.Task[None]]:
    return [asyncio.ensure_future(held.take()) for _ in range(number)]


async def turns(number: int = 3) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_slots_are_given_in_the_order_of_asking() -> None:
    async def scene() -> None:
        held = Slots(2)
        await held.take()
        await held.take()
        first, second, third = waiting(held, 3)
        await turns()
        held.give()
        await turns()
        assert (first.done(), second.done(), third.done()) == (True, False, False)
        held.give()
        held.give()
        await asyncio.gather(second, third)

    run(scene)


@pytest.mark.parametrize("too_late", [False, True])
def test_who_is_cancelled_takes_nobodys_turn(too_late: bool) -> None:
    async def scene() -> None:
        held = Slots(1)
        await held.take()
        first, second = waiting(held, 2)
        await turns()
        if too_late:
            held.give()  # it is the first one's turn, but it has not run yet
        first.cancel()
        if not too_late:
            held.give()
        await second
        assert first.cancelled() or first.cancelling()
        held.give()
        await held.take()

    run(scene)


def test_a_slot_that_rests_lets_another_in_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PATIENCE", 0.02)

    async def scene() -> None:
        held = Slots(1)
        await held.take()
        held.rest()
        await held.take()
        # Two are taken where one was allowed: both must be given back before the next one.
        (third,) = waiting(held, 1)
        held.wake()
        held.give()
        await asyncio.sleep(0.1)
        assert not third.done()
        held.give()
        await third

    run(scene)


def test_work_under_way_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PATIENCE", 0.02)

    async def scene() -> None:
        held = Slots(2)
        await held.take()
        await held.take()
        held.rest()
        (third,) = waiting(held, 1)
        await asyncio.sleep(0.1)
        assert not third.done()
        held.give()
        await third

    run(scene)


def test_closing_lets_everybody_in() -> None:
    async def scene() -> None:
        held = Slots(1)
        await held.take()
        tasks = waiting(held, 3)
        await turns()
        held.close()
        await asyncio.gather(*tasks)

    run(scene)
