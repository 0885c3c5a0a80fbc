"""Compare whole requests, answers and errors with botocore: ``python -m tests.protocols.sweep``.

Covers json, rest-json, rest-xml and smithy-rpc-v2-cbor (which some json services also speak). ``--all`` takes every
operation, otherwise three of each service; ``--seed N``, ``--rounds N`` and ``--service NAME`` choose.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.protocols import oracle
from tests.support import document_answers, xml_answers
from tests.support.params import Style, random_params

PROTOCOLS = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor")
STYLES = (Style(), Style(fill=0.9, loose=True), Style(fill=0.7, special=0.9, millis=True))
#: json services whose operations are sent as CBOR, too
ALSO_CBOR = ("kinesis", "logs", "sqs")


@dataclass(frozen=True)
class Difference:
    operation: str
    kind: str
    given: Any
    osteon: Any
    botocore: Any

    def __str__(self) -> str:
        found = f"  osteon:   {self.osteon!r:.900}\n  botocore: {self.botocore!r:.900}"
        return f"{self.operation} {self.kind} {self.given!r:.700}\n{found}"


def differences(name: str, ours: Any, theirs: Any, rng: random.Random) -> Iterator[Difference]:
    """What differs for one operation in one protocol."""
    place = f"{ours.service_model.service_name}.{ours.name}"
    seed, style = rng.random(), rng.choice(STYLES)
    # made twice, since files among the parameters can be read once
    params, same = (random_params(ours, random.Random(seed), style) for _ in range(2))
    try:
        expected = oracle.theirs_request(name, theirs, same)
    except TypeError:
        expected = None  # botocore encodes no file given as a blob: no oracle
    if expected is not None and (found := oracle.ours_request(name, ours, params)) != expected:
        yield Difference(place, "request", params, found, expected)
    for kind, (status, headers, body) in (("answer", answer(name, theirs, rng)), ("error", error(name, theirs, rng))):
        if kind == "answer" and ours.has_event_stream_output:
            continue
        expected = oracle.theirs_answer(name, theirs, status, headers, body)
        if "<Element" in repr(expected):
            continue  # botocore hands out its parser's objects: no oracle
        if not oracle.same(found := oracle.ours_answer(name, ours, status, headers, body), expected):
            yield Difference(place, kind, (status, headers, body), found, expected)


def answer(name: str, operation: Any, rng: random.Random) -> tuple[int, dict[str, str], Any]:
    """A successful answer: status, headers, body."""
    shape, headers = operation.output_shape, _request_ids(name, rng)
    if shape is None:
        return 200, headers, b""
    if name.startswith("rest"):
        headers |= document_answers.headers(shape, rng)
    payload = shape.serialization.get("payload") if name.startswith("rest") else None
    inner = shape.members[payload] if payload else shape
    if payload and inner.type_name in ("blob", "string"):
        return 200, headers, b"some text" if inner.type_name == "string" else io.BytesIO(b"\x00stream")
    return 200, headers, _body(name, operation, inner, rng)


def _body(name: str, operation: Any, shape: Any, rng: random.Random) -> bytes:
    if name == "rest-xml":
        return xml_answers.answer(operation, "rest-xml", rng)
    if shape.type_name != "structure" or getattr(shape, "is_document_type", False):
        value = document_answers.random_value(shape, rng, 3)
    else:
        value = document_answers.body_value(shape, rng)
    tree = document_answers.document(shape, value, rng, cbor=name.endswith("cbor"))
    return document_answers.cbor(tree, rng) if name.endswith("cbor") else json.dumps(tree).encode()


def error(name: str, operation: Any, rng: random.Random) -> tuple[int, dict[str, str], bytes]:
    """An error answer, mostly one of the operation's own."""
    headers, status = _request_ids(name, rng), rng.choice((400, 404, 500, 503))
    if rng.random() < 0.1 and (status >= 500 or not name.endswith("cbor")):
        return status, headers, b"<html><b>Busy</b></html>" if status >= 500 else b""
    if name == "rest-xml":
        return status, headers, xml_answers.error_answer(operation, name, rng)
    shape = rng.choice(operation.error_shapes) if operation.error_shapes and rng.random() < 0.8 else None
    code = "Unmodeled" if shape is None else shape.error_code
    tree: dict[str, Any] = {rng.choice(("message", "Message")): "what went wrong"}
    if shape is not None:
        value = document_answers.body_value(shape, rng)
        value = {key: item for key, item in value.items() if key.lower() not in ("message", "code")}
        tree |= document_answers.document(shape, value, rng, cbor=name.endswith("cbor"))
        headers |= document_answers.headers(shape, rng) if name == "rest-json" else {}
    tree |= _told(name, code, headers, rng)
    return status, headers, document_answers.cbor(tree, rng) if name.endswith("cbor") else json.dumps(tree).encode()


def _told(name: str, code: str, headers: dict[str, str], rng: random.Random) -> dict[str, str]:
    """The code in one of its places and spellings."""
    spelled = rng.choice((code, f"com.amazon.thing#{code}", f"{code}:http://example.com/", f"a.b#{code}:http://x/"))
    if name == "rest-json" and rng.random() < 0.6:
        headers["x-amzn-ErrorType"] = spelled
        return {}
    if rng.random() < 0.1 and name != "rest-json":
        headers["x-amzn-query-error"] = "Old.Code;Sender"
    return {"__type" if name != "rest-json" or rng.random() < 0.5 else "code": spelled}


def _request_ids(name: str, rng: random.Random) -> dict[str, str]:
    if name == "rest-xml" and rng.random() < 0.5:
        return {"x-amz-request-id": "id-1", "x-amz-id-2": "host-1"}
    return {rng.choice(("x-amzn-RequestId", "X-Amzn-Requestid")): "id-2"}


def spoken(service: str, offered: tuple[str, ...] = PROTOCOLS) -> tuple[str, ...]:
    """The protocols to compare a service in."""
    first = oracle.models(service)[0].resolved_protocol
    names = (first, "smithy-rpc-v2-cbor") if service in ALSO_CBOR else (first,)
    return tuple(name for name in names if name in offered)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--service")
    parser.add_argument("--protocol", action="append", choices=PROTOCOLS)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # dateutil warns of unknown time zones
    rng, tried, found = random.Random(options.seed), 0, Counter[str]()
    wanted = tuple(options.protocol or PROTOCOLS)
    for service in [options.service] if options.service else oracle.services(wanted):
        pairs = list(oracle.operations(service))
        for ours, theirs in pairs if options.all else rng.sample(pairs, min(3, len(pairs))):
            for name in spoken(service, wanted) * options.rounds:
                tried += 1
                for difference in differences(name, ours, theirs, rng):
                    found[service] += 1
                    print(difference)
    print(f"{tried} operations, {found.total()} differences {dict(found)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
