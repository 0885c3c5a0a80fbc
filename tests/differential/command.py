"""Compare osteon's clients with botocore's, call by call: ``python -m tests.differential``.

Seeded random parameters, answers and errors go through both libraries' clients. Without ``--all`` three operations of
each service are tried. Ends with 1 where something differs that known.json does not list with a reason.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import time
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import partial

from tests.differential import places
from tests.differential.compare import KINDS, Difference, Pair, differences
from tests.differential.known import unknown
from tests.differential.surroundings import ENVIRONMENT, services

ALL_KINDS = (*KINDS, "places")


@dataclass(frozen=True)
class Found:
    """What came of one service."""

    service: str
    operations: int
    known: int
    unknown: list[str]
    counts: Counter[str]


def compared(options: argparse.Namespace, service: str) -> Found:
    """All comparisons of a service, the same for the same seed whatever else is compared."""
    warnings.simplefilter("ignore")  # dateutil warns of unknown time zones
    rng = random.Random(f"{options.seed} {service}")
    kinds = options.kind or ALL_KINDS
    found: list[Difference] = []
    if "places" in kinds and not options.operation:
        found += places.differences(service, rng)
    names: list[str] = []
    if set(kinds) - {"places"}:
        pair = Pair.at(service, places.of_seed(rng))
        names = pair.operations
        if options.operation:
            names = [name for name in names if name in options.operation]
        elif not options.all:
            names = rng.sample(names, min(3, len(names)))
        for name in names:
            found += differences(pair, name, rng, kinds, options.rounds)
    remaining = list(unknown(found))
    counts = Counter(f"{one.kind}: {one.what.partition('.')[0].partition('[')[0]}" for one in remaining)
    return Found(service, len(names), len(found) - len(remaining), [str(one) for one in remaining], counts)


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every operation, not three of each service")
    parser.add_argument("--service", action="append", help="only this one (repeatable)")
    parser.add_argument("--operation", action="append", help="only this one (repeatable)")
    parser.add_argument("--kind", action="append", choices=ALL_KINDS, help="only this one (repeatable)")
    parser.add_argument("--rounds", type=int, default=1, help="calls of each kind for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--show", type=int, default=3, help="differences printed for each service")
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    options = arguments(given)
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    begun, operations, known, counts = time.monotonic(), 0, 0, Counter[str]()
    # Workers are replaced now and then: both libraries keep the models they have read.
    with multiprocessing.get_context("spawn").Pool(options.workers, maxtasksperchild=25) as pool:
        for found in pool.imap_unordered(partial(compared, options), options.service or services()):
            operations, known, counts = operations + found.operations, known + found.known, counts + found.counts
            report(found, options.show)
    seconds = time.monotonic() - begun
    print(f"{operations} operations in {seconds:.0f} s, {known} known differences, {counts.total()} others")
    for what, number in counts.most_common(25):
        print(f"  {number:6} {what}")
    return 1 if counts else 0


def report(found: Found, most: int) -> None:
    told = f"{found.operations} operations, {found.known} known, {len(found.unknown)} others"
    print(f"{found.service}: {told}", flush=True)
    for text in found.unknown[:most]:
        print(text, flush=True)
