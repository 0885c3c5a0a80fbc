"""Compare the XML protocols with botocore for random parameters and answers: ``python -m tests.protocols.sweep_xml``.

``--all`` takes every operation of every query, ec2 and rest-xml service, otherwise ten of each; ``--seed N`` chooses
others, ``--rounds N`` does each operation so many times, ``--service NAME`` takes one service.
"""

from __future__ import annotations

import argparse
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.protocols import xml_oracle as oracle
from tests.support.params import Style, random_params
from tests.support.xml_answers import answer, error_answer

STYLES = (Style(), Style(fill=0.9, loose=True), Style(fill=0.7, special=0.9, millis=True))


@dataclass(frozen=True)
class Difference:
    operation: str
    given: Any
    osteon: Any
    botocore: Any

    def __str__(self) -> str:
        found = f"  osteon:   {self.osteon!r:.900}\n  botocore: {self.botocore!r:.900}"
        return f"{self.operation} {self.given!r:.600}\n{found}"


def differences(ours: Any, theirs: Any, rng: random.Random) -> Iterator[Difference]:
    """What differs for one operation: request, answer, error."""
    compare = _rest if ours.service_model.protocol == "rest-xml" else _query
    yield from compare(ours, theirs, rng)


def _query(ours: Any, theirs: Any, rng: random.Random) -> Iterator[Difference]:
    protocol, seed, style = ours.service_model.protocol, rng.random(), rng.choice(STYLES)
    # made twice, since files among the parameters can be read once
    params, same = (random_params(ours, random.Random(seed), style) for _ in range(2))
    yield from _compared(ours, params, oracle.osteon_request, lambda given: oracle.botocore_request(theirs, same))
    for status, body in ((200, answer(theirs, protocol, rng)), (400, error_answer(theirs, protocol, rng))):
        read = partial(oracle.osteon_answer, status=status)
        yield from _compared(ours, body, read, partial(oracle.botocore_answer, theirs, status=status))


def _rest(ours: Any, theirs: Any, rng: random.Random) -> Iterator[Difference]:
    params = random_params(ours, rng, rng.choice((STYLES[0], STYLES[2])))
    if ours.input_shape is not None and oracle.osteon_body(ours, params) is not None:
        yield from _compared(ours, params, oracle.osteon_body, partial(oracle.botocore_body, theirs))
    if _answers_in_xml(ours):
        body = answer(theirs, "rest-xml", rng)
        yield from _compared(ours, body, oracle.osteon_document, partial(oracle.botocore_document, theirs))
    fault = error_answer(theirs, "rest-xml", rng)
    yield from _compared(ours, fault, oracle.osteon_rest_error, partial(oracle.botocore_rest_error, theirs))


def _answers_in_xml(operation: Any) -> bool:
    shape = operation.output_shape
    if shape is None or operation.has_event_stream_output:
        return False
    return not shape.payload or shape.members[shape.payload].type not in ("blob", "string")


def _compared(operation: Any, given: Any, ours: Callable[..., Any], theirs: Callable[..., Any]) -> Iterator[Difference]:
    try:
        expected = theirs(given)
    except TypeError:
        return  # botocore encodes no file given as a blob: no oracle
    found = ours(operation, given)
    if found != expected and "<Element" not in repr(expected):  # nor where it hands out its parser's objects
        yield Difference(f"{operation.service_model.service_name}.{operation.name}", given, found, expected)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--service")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # dateutil warns of unknown time zones
    rng, tried, found = random.Random(options.seed), 0, 0
    for service in [options.service] if options.service else oracle.services(("query", "ec2", "rest-xml")):
        for ours, theirs in oracle.operations(service, rng, 10**6 if options.all else 10):
            for _ in range(options.rounds):
                tried += 1
                for difference in differences(ours, theirs, rng):
                    found += 1
                    print(difference)
    print(f"{tried} operations, {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
