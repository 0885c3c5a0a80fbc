"""Answers damaged at random: a success is read or refused by one error, an error is always told."""

from __future__ import annotations

import random

import pytest
from tests.protocols import oracle, sweep

from osteon.exceptions import ResponseParserError
from osteon.http import Headers, Response
from osteon.protocols.registry import protocol

STRAY = (b"[", b"{", b"null", b"1", b'"', b"\xff", b"</a>")
SPOKEN = [
    ("dynamodb", "json"), ("lambda", "rest-json"), ("kinesis", "smithy-rpc-v2-cbor"), ("s3", "rest-xml"),
    ("cloudfront", "rest-xml"),
]  # fmt: skip


def damaged(body: bytes, rng: random.Random) -> bytes:
    held = bytearray(body)
    for _ in range(rng.randint(1, 4)):
        place, deed = rng.randrange(len(held) + 1), rng.choice(("replace", "cut", "insert"))
        if deed == "replace":
            held[place : place + 1] = rng.randbytes(1)
        elif deed == "cut":
            del held[place : place + rng.randint(1, 9)]
        else:
            held[place:place] = rng.choice(STRAY)
    return bytes(held)


@pytest.mark.parametrize(("service", "spoken"), SPOKEN)
def test_no_damage_breaks_the_wall(service: str, spoken: str) -> None:
    rng, read = random.Random(service), 0
    for ours, theirs in list(oracle.operations(service))[:30]:
        for make in (sweep.answer, sweep.error):
            _, headers, body = make(spoken, theirs, rng)
            if not isinstance(body, bytes) or ours.has_event_stream_output:
                continue
            body = damaged(body, rng)
            error = protocol(spoken).error_parser(ours)(Response(rng.choice((400, 503)), Headers(headers), body))
            assert isinstance(error["Error"]["Code"], str)
            try:
                protocol(spoken).parser(ours)(Response(200, Headers(headers), body))
            except ResponseParserError:
                continue
            read += 1
    assert read > 0
