"""Compare verdict and report with botocore's for random parameters: ``python -m tests.validation.sweep``.

``--all`` takes every operation of every service, otherwise three of each; ``--seed N`` chooses other parameters,
``--rounds N`` more of them for each operation, ``--service NAME`` one service.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.params import Style, break_params, random_params
from tests.validation import oracle

from osteon.validation.faults import REDACTED

STYLES = (Style(), Style(fill=0.9, loose=True), Style(fill=0.2, millis=True))
#: botocore's errors that are no report: it ends in them where osteon reports a fault.
RAW = ("RuntimeError", "OverflowError", "InvalidOperation", "AttributeError", "RecursionError")


@dataclass(frozen=True)
class Difference:
    service: str
    operation: str
    params: Any
    osteon: str | None
    botocore: str | None

    def __str__(self) -> str:
        texts = f"{self.params!r:.600}\n  osteon:   {self.osteon!r:.1500}\n  botocore: {self.botocore!r:.1500}"
        return f"{self.service}.{self.operation} {texts}"


def same(ours: str | None, theirs: str | None) -> bool:
    """Whether two reports agree, a redacted value standing for any."""
    if theirs in RAW:
        return ours is not None
    if ours is None or theirs is None or REDACTED not in ours:
        return ours == theirs
    return re.fullmatch(".*".join(map(re.escape, ours.split(REDACTED))), theirs, re.DOTALL) is not None


def differences(service: str, ours: Any, theirs: Any, rng: random.Random, rounds: int = 3) -> Iterator[Difference]:
    """What differs for one operation."""
    for _ in range(rounds):
        params = random_params(ours, rng, rng.choice(STYLES))
        for tried in (params, break_params(params, ours.input_shape, rng)):
            mine = oracle.osteon_report(tried, ours.input_shape)
            his = oracle.botocore_report(tried, theirs.input_shape)
            if not same(mine, his):
                yield Difference(service, ours.name, tried, mine, his)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--service")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # dateutil warns of unknown time zones, for both
    rng, operations, found = random.Random(options.seed), 0, 0
    for service, ours, theirs in oracle.sampled_operations(rng, 10**6 if options.all else 3, only=options.service):
        operations += 1
        for difference in differences(service, ours, theirs, rng, options.rounds):
            found += 1
            print(difference)
    print(f"{operations} operations, {operations * options.rounds * 2} comparisons, {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
