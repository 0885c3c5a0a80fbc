"""How two sides are measured against each other: interleaved blocks, process CPU time, the median of ratios.

The machine may be shared and noisy. What slows it down for a while slows both sides of one round alike, so a round's
ratio says more than its times, and the median of many rounds more than any of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

#: CPU seconds of one block of one side. Long enough for the clock, short enough to stay beside the other side's.
BLOCK = 0.03
ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report. ``ratio``: how many times osteon is better than its peer; ``mark``: what it should be."""

    name: str
    ours: float
    #: None where there is nothing to compare with
    theirs: float | None
    unit: str
    ratio: float = 0.0
    mark: float | None = None
    note: str = ""


def compare(
    name: str, ours: Callable[[], object], theirs: Callable[[], object], mark: float, *, calls: int = 1, note: str = ""
) -> Result:
    """CPU time per call of both sides; each function makes ``calls`` calls. Microseconds."""
    ours_number, theirs_number = _number(ours), _number(theirs)
    pairs: list[tuple[float, float]] = []
    for turn in range(ROUNDS):
        if turn % 2:
            theirs_cost, ours_cost = _cost(theirs, theirs_number), _cost(ours, ours_number)
        else:
            ours_cost, theirs_cost = _cost(ours, ours_number), _cost(theirs, theirs_number)
        pairs.append((ours_cost, theirs_cost))
    return of_pairs(name, pairs, mark, unit="us", scale=1e6 / calls, note=note)


def of_pairs(
    name: str, pairs: list[tuple[float, float]], mark: float | None, *, unit: str, scale: float = 1.0, note: str = ""
) -> Result:
    """The result of rounds, each (ours, theirs): medians of both and of their ratios."""
    return Result(
        name,
        median(ours for ours, _ in pairs) * scale,
        median(theirs for _, theirs in pairs) * scale,
        unit,
        median(theirs / ours for ours, theirs in pairs),
        mark,
        note,
    )


def _number(function: Callable[[], object]) -> int:
    """How often to call a function for one block."""
    function()
    number, spent = 1, 0.0
    while spent < BLOCK / 4:
        number *= 2
        spent = _cost(function, number) * number
    return max(1, round(BLOCK * number / spent))


def _cost(function: Callable[[], object], number: int) -> float:
    start = time.process_time()
    for _ in range(number):
        function()
    return (time.process_time() - start) / number
