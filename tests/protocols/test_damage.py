"""Answers damaged at random, in bytes and in types: a success is read or refused by one error, an error always told."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC
from typing import Any

import cbor2
import pytest
from tests.protocols import oracle, sweep
from tests.support import xml_answers
from tests.support.eventstream import event, exception, message

from osteon.exceptions import ChecksumError, EventStreamError, IncompleteReadError, ResponseParserError
from osteon.http import Headers, Response
from osteon.protocols.registry import protocol

STRAY = (b"[", b"{", b"null", b"1", b'"', b"\xff", b"</a>", b"\x9f", b"\xbf", b"\xc1", b"\xfb")
#: what stands in the place of any value
ODD: list[Any] = [
    None, True, -1, 2**70, 1.5, float("inf"), "", "x", "9" * 5000, "2020-99-99", [], {}, [None], {"a": None}, {"": [{}]}
]  # fmt: skip
ODD_ELEMENTS = (
    "", "x", "9" * 5000, "<a/>", "<member/>", "<entry/>", "<key>k</key>", "NaN", "1e999", "1_000", "\u0663", " 1 ",
    "<!-- c -->", "<![CDATA[1]]>", "2020-13-01T00:00:00Z",
)  # fmt: skip
SPOKEN = [
    ("dynamodb", "json"), ("ecs", "json"), ("lambda", "rest-json"), ("kinesis", "smithy-rpc-v2-cbor"),
    ("sqs", "smithy-rpc-v2-cbor"), ("s3", "rest-xml"), ("cloudfront", "rest-xml"), ("iam", "query"), ("ec2", "ec2"),
]  # fmt: skip


def damaged(body: bytes, spoken: str, rng: random.Random) -> bytes:
    is_document = not body.startswith(b"<html>")
    return IN_TYPES[spoken](body, rng) if is_document and rng.random() < 0.5 else in_bytes(body, rng)


def in_bytes(body: bytes, rng: random.Random) -> bytes:
    held = bytearray(body)
    for _ in range(rng.randint(1, 4)):
        place, deed = rng.randrange(len(held) + 1), rng.choice(("replace", "cut", "insert", "end"))
        if deed == "replace":
            held[place : place + 1] = rng.randbytes(1)
        elif deed == "cut":
            del held[place : place + rng.randint(1, 9)]
        elif deed == "insert":
            held[place:place] = rng.choice(STRAY)
        elif rng.random() < 0.2:
            del held[place:]
    return bytes(held)


def confused(tree: Any, rng: random.Random) -> Any:
    """The tree with other values in some places."""
    if rng.random() < 0.1:
        return rng.choice(ODD)
    if isinstance(tree, dict):
        return {key: confused(value, rng) for key, value in tree.items()}
    return [confused(item, rng) for item in tree] if isinstance(tree, list) else tree


def in_json(body: bytes, rng: random.Random) -> bytes:
    return json.dumps(confused(json.loads(body or b"{}"), rng)).encode()


def in_cbor(body: bytes, rng: random.Random) -> bytes:
    return cbor2.dumps(confused(cbor2.loads(body or b"\xa0"), rng), timezone=UTC)


def in_xml(body: bytes, rng: random.Random) -> bytes:
    text = body.decode()
    for _ in range(rng.randint(1, 4)):
        places = list(re.finditer(r">([^<>]*)<", text))
        if places:
            place = rng.choice(places)
            text = text[: place.start(1)] + rng.choice(ODD_ELEMENTS) + text[place.end(1) :]
    return text.encode()


IN_TYPES = {
    "json": in_json, "rest-json": in_json, "smithy-rpc-v2-cbor": in_cbor, "rest-xml": in_xml, "query": in_xml,
    "ec2": in_xml,
}  # fmt: skip


def answers(spoken: str, theirs: Any, rng: random.Random) -> list[tuple[dict[str, str], Any]]:
    """Headers and body of a success and of an error."""
    if spoken in ("query", "ec2"):
        return [({}, make(theirs, spoken, rng)) for make in (xml_answers.answer, xml_answers.error_answer)]
    return [make(spoken, theirs, rng)[1:] for make in (sweep.answer, sweep.error)]


@pytest.mark.parametrize(("service", "spoken"), SPOKEN)
def test_no_damage_breaks_the_wall(service: str, spoken: str) -> None:
    rng, read = random.Random(service + spoken), 0
    for ours, theirs in list(oracle.operations(service))[:40]:
        for headers, body in answers(spoken, theirs, rng):
            if not isinstance(body, bytes) or ours.has_event_stream_output:
                continue
            body = damaged(body, spoken, rng)
            error = protocol(spoken).error_parser(ours)(Response(rng.choice((400, 503)), Headers(headers), body))
            assert isinstance(error["Error"]["Code"], str)
            try:
                protocol(spoken).parser(ours)(Response(200, Headers(headers), body))
            except ResponseParserError:
                continue
            read += 1
    assert read > 0


STREAMS = [
    ("bedrock-runtime", "ConverseStream", "rest-json"), ("lambda", "InvokeWithResponseStream", "rest-json"),
    ("kinesis", "SubscribeToShard", "json"), ("kinesis", "SubscribeToShard", "smithy-rpc-v2-cbor"),
    ("s3", "SelectObjectContent", "rest-xml"),
]  # fmt: skip
PAYLOADS = (b"", b"{}", b'{"a":1}', b"[1]", b"null", b"x", b"<a/>", b"\xff", b'{"bytes":5}', b"\xa0", b"\x81\xf6")


@pytest.mark.parametrize(("service", "name", "spoken"), STREAMS)
def test_no_damage_breaks_the_wall_of_events(service: str, name: str, spoken: str) -> None:
    rng, seen = random.Random(name), 0
    ours = oracle.models(service)[0].operation_model(name)
    assert ours.event_stream_output is not None
    kinds = {kind: exception if shape.exception else event for kind, shape in ours.event_stream_output.members.items()}
    for _ in range(150):
        parts = [event("initial-response", rng.choice(PAYLOADS))]
        parts += [kinds[kind](kind, rng.choice(PAYLOADS)) for kind in rng.choices(list(kinds), k=rng.randint(1, 4))]
        parts.append(message({":message-type": "error", ":error-code": rng.choice(("a", b"a", True))}))
        body = b"".join(parts if rng.random() < 0.8 else rng.sample(parts, len(parts)))
        try:
            parsed = protocol(spoken).parser(ours)(Response(200, Headers(), in_bytes(body, rng) if seen % 3 else body))
            (stream,) = [value for value in parsed.values() if hasattr(value, "close")]
            for _ in stream:
                seen += 1
        except (ResponseParserError, ChecksumError, IncompleteReadError, EventStreamError):
            seen += 1
    assert seen
