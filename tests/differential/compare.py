"""What differs between osteon and botocore for one operation: requests, verdicts, responses and errors.

Every comparison is of whole calls on clients. What may differ, and why, stands in known.json.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.differential import answers
from tests.differential.sides import Answer, Ours, Outcome, Place, Theirs, Wire, canonical
from tests.support.params import Style, break_params, random_params

KINDS = ("requests", "responses", "errors", "verdicts")
STYLES = (Style(), Style(fill=0.9, loose=True), Style(fill=0.7, special=0.9, millis=True))
_REDACTED = "<redacted>"
#: Headers that follow from the bytes of a body; where the bytes differ they say nothing more.
_OF_BODIES = ("content-length", "authorization", "x-amz-content-sha256", "content-md5")


@dataclass(frozen=True)
class Difference:
    service: str
    operation: str
    kind: str
    #: where it is: "url", "header content-type", "value .Items[0].Name", "error"
    what: str
    osteon: Any
    botocore: Any
    given: Any = None

    def __str__(self) -> str:
        sides = f"  osteon:   {self.osteon!r:.700}\n  botocore: {self.botocore!r:.700}"
        return f"{self.service}.{self.operation} {self.kind} {self.what}\n{sides}\n  given:    {self.given!r:.500}"


#: Where two things differ, and how: (what, osteon's, botocore's).
Gap = tuple[str, Any, Any]


class Pair:
    """A service's clients on both sides."""

    def __init__(self, service: str, ours: Ours, theirs: Theirs) -> None:
        self.service, self.ours, self.theirs = service, ours, theirs
        self.protocol: str = self.theirs.client.meta.service_model.resolved_protocol
        self.operations: list[str] = list(self.theirs.client.meta.service_model.operation_names)

    @classmethod
    def at(cls, service: str, place: Place = Place()) -> Pair:
        """Both clients made for a place."""
        return cls(service, Ours(service, place), Theirs(service, place))

    def model(self, operation: str) -> Any:
        return self.theirs.client.meta.service_model.operation_model(operation)

    def calls(self, operation: str, make: Callable[[], dict[str, Any]], answer: Answer) -> tuple[Outcome, Outcome]:
        """The call on both sides. ``make`` gives parameters anew, since files among them can be read once."""
        ours = self.ours.call(operation, make(), answer)
        substitute = ours.sent[-1].body if ours.sent and not _encoded(ours.sent[-1]) else None
        return ours, self.theirs.call(operation, make(), answer, substitute or None)


def differences(
    pair: Pair, operation: str, rng: random.Random, kinds: Sequence[str] = KINDS, rounds: int = 1
) -> Iterator[Difference]:
    """What differs for one operation in ``rounds`` of random calls."""
    for _ in range(rounds):
        for kind, found, given in _rounds(pair, operation, rng, kinds):
            for what, ours, theirs in found:
                yield Difference(pair.service, operation, kind, what, ours, theirs, given)


def _rounds(
    pair: Pair, operation: str, rng: random.Random, kinds: Sequence[str]
) -> Iterator[tuple[str, Iterator[Gap], Any]]:
    model = pair.model(operation)
    if "requests" in kinds or "responses" in kinds:
        answer, make = answers.success(pair.protocol, model, rng), _maker(model, rng)
        ours, theirs = pair.calls(operation, make, answer)
        if "requests" in kinds:
            yield "requests", request_gaps(ours, theirs), make()
        if "responses" in kinds and len(ours.sent) == len(theirs.sent):
            yield "responses", outcome_gaps(ours, theirs), (make(), answer)
    if "errors" in kinds:
        answer, make = answers.failure(pair.protocol, model, rng), _maker(model, rng)
        yield "errors", outcome_gaps(*pair.calls(operation, make, answer)), answer
    if "verdicts" in kinds and model.input_shape is not None:
        for _ in range(2):
            make = _maker(model, rng, broken=True)
            ours, theirs = pair.calls(operation, make, answers.success(pair.protocol, model, rng))
            yield "verdicts", verdict_gaps(ours, theirs), make()


def _maker(model: Any, rng: random.Random, broken: bool = False) -> Callable[[], dict[str, Any]]:
    """Makes the same parameters each time."""
    seed, style = rng.random(), rng.choice(STYLES)

    def make() -> dict[str, Any]:
        own = random.Random(seed)
        params = random_params(model, own, style)
        return break_params(params, model.input_shape, own) if broken else params

    return make


# --- comparing ------------------------------------------------------------------------------------------------------


def request_gaps(ours: Outcome, theirs: Outcome) -> Iterator[Gap]:
    """Where the requests of a call differ; nothing where botocore broke off in an error that is not its own."""
    if theirs.raw and not ours.raw:
        return
    if len(ours.sent) != len(theirs.sent):
        yield "number of requests", (len(ours.sent), ours.error), (len(theirs.sent), theirs.error)
        return
    for mine, his in zip(ours.sent, theirs.sent, strict=True):
        yield from _wire_gaps(mine, his)


def _wire_gaps(ours: Wire, theirs: Wire) -> Iterator[Gap]:
    if ours.method != theirs.method:
        yield "method", ours.method, theirs.method
    if ours.url != theirs.url:
        yield "url", ours.url, theirs.url
    equal_bytes = ours.body == theirs.body
    if not equal_bytes and (one := _said(ours)) != (other := _said(theirs)):
        yield "body", one, other
    for name in sorted(ours.headers.keys() | theirs.headers.keys()):
        mine, his = ours.headers.get(name), theirs.headers.get(name)
        if mine != his and (equal_bytes or name not in _OF_BODIES):
            yield f"header {name}", mine, his


def _said(wire: Wire) -> Any:
    body = gzip.decompress(wire.body) if "gzip" in wire.headers.get("content-encoding", "") else wire.body
    return canonical(body)


def _encoded(wire: Wire) -> bool:
    return "content-encoding" in wire.headers


def outcome_gaps(ours: Outcome, theirs: Outcome) -> Iterator[Gap]:
    """Where results or errors differ."""
    if ours.raw:
        yield "raw error", ours.error, theirs.error
    elif theirs.raw or "<Element" in repr(theirs.value):
        return  # no oracle: an error that is not botocore's own, or objects of its XML parser
    elif not same_error(ours.error, theirs.error):
        yield "error", ours.error, theirs.error
    else:
        yield from value_gaps(_told(ours.value), _told(theirs.value))


def verdict_gaps(ours: Outcome, theirs: Outcome) -> Iterator[Gap]:
    """Where one side takes parameters that the other refuses, or says something else of them."""
    if ours.raw:
        yield "raw error", ours.error, theirs.error
    elif theirs.raw and ours.error is None and theirs.error is not None and theirs.error[0] != "TypeError":
        yield "taken", None, theirs.error
    elif not theirs.raw and not same_error(ours.error, theirs.error):
        yield "verdict", ours.error, theirs.error
    elif ours.sent and theirs.sent:
        yield from request_gaps(ours, theirs)


def same_error(ours: tuple[str, str] | None, theirs: tuple[str, str] | None) -> bool:
    """Class and text agree; what osteon redacts stands for any text."""
    if ours is None or theirs is None or _REDACTED not in ours[1]:
        return ours == theirs
    pattern = ".*".join(map(re.escape, ours[1].split(_REDACTED)))
    return ours[0] == theirs[0] and re.fullmatch(pattern, theirs[1], re.DOTALL) is not None


def _told(value: Any) -> Any:
    """A result without the empty request ids that botocore makes up."""
    if isinstance(value, Mapping) and isinstance(value.get("ResponseMetadata"), Mapping):
        metadata = {key: item for key, item in value["ResponseMetadata"].items() if item != ""}
        return {**value, "ResponseMetadata": metadata}
    return value


def value_gaps(ours: Any, theirs: Any, path: str = "value ") -> Iterator[Gap]:
    """The places in which two values differ."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            yield from value_gaps(ours.get(key, ...), theirs.get(key, ...), f"{path}.{key}")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple) and len(ours) == len(theirs):
        for index, (mine, his) in enumerate(zip(ours, theirs, strict=True)):
            yield from value_gaps(mine, his, f"{path}[{index}]")
    elif type(ours) is not type(theirs) or ours != theirs:
        yield path, ours, theirs
