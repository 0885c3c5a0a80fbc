"""Streamed bodies: as botocore's, blocking and awaitable."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.response import StreamingBody as TheirBody
from tests.support.ways import Asyncio, Threads, Way

from osteon.exceptions import ChecksumError, IncompleteReadError
from osteon.transport.streams import AsyncReader, AsyncStreamingBody, StreamingBody

CONTENT = [b"", b"one", b"a\nb\n", b"a\r\nb\rc\n\nd", b"\n", b"\r\n\r\n", b"x" * 5000 + b"\n" + b"y" * 3000]


Bodies = Callable[..., list[tuple[Way, Any]]]


@pytest.fixture(scope="module")
def bodies() -> Iterator[Bodies]:
    """Makes the same body for both kinds of runner."""
    threads, loop = Threads(), Asyncio()

    def make(content: bytes, length: int | None, validator: Any = None) -> list[tuple[Way, Any]]:
        awaitable = AsyncStreamingBody(AsyncReader(io.BytesIO(content)), length, validator)
        return [(threads, StreamingBody(io.BytesIO(content), length, validator)), (loop, awaitable)]

    yield make
    threads.close()
    loop.close()


@pytest.mark.parametrize("content", CONTENT, ids=lambda content: repr(content[:12]))
@pytest.mark.parametrize("size", [1, 3, 1024])
def test_chunks_and_lines_are_botocores(bodies: Bodies, content: bytes, size: int) -> None:
    def theirs() -> Any:
        return TheirBody(io.BytesIO(content), len(content))

    for keepends in False, True:
        for way, body in bodies(content, len(content)):
            lines = way.chunks(body.iter_lines(size, keepends))
            assert lines == list(theirs().iter_lines(size, keepends))
    for way, body in bodies(content, len(content)):
        assert way.chunks(body.iter_chunks(size)) == list(theirs().iter_chunks(size))
    for way, body in bodies(content, len(content)):
        assert way.chunks(body) == list(theirs())
    for way, body in bodies(content, len(content)):
        assert way.wait(body.readlines()) == theirs().readlines()


def test_random_reads_are_botocores(bodies: Bodies) -> None:
    dice = random.Random(7)
    for _ in range(200):
        content = dice.randbytes(dice.randrange(30))
        length = dice.choice([None, len(content), len(content), len(content) + 1])
        amounts = [dice.choice([None, 0, 1, 2, 5, 40]) for _ in range(5)]
        theirs = outcome(Threads(), TheirBody(io.BytesIO(content), length), amounts)
        for way, body in bodies(content, length):
            assert outcome(way, body, amounts) == theirs


def outcome(way: Any, body: Any, amounts: list[int | None]) -> list[Any]:
    seen: list[Any] = []
    for amount in amounts:
        try:
            seen.append(way.wait(body.read(amount)))
        except Exception as error:
            seen.append(str(error))
        seen.append(way.wait(body.tell()) if isinstance(way, Threads) else body.tell())
    return seen


class Noting:
    """A validator that collects what it sees."""

    def __init__(self, good: bool = True) -> None:
        self.seen, self.finished, self.good = b"", 0, good

    def observe(self, chunk: bytes) -> None:
        self.seen += chunk

    def finish(self) -> None:
        self.finished += 1
        if not self.good:
            raise ChecksumError(checksum_type="crc32", expected_checksum="a", actual_checksum="b")


@pytest.mark.parametrize("length", [None, 5])
@pytest.mark.parametrize("amount", [None, 2, 5])
def test_a_validator_sees_every_byte_and_the_end_once(bodies: Bodies, amount: int | None, length: int | None) -> None:
    for place in range(2):
        validator = Noting()
        way, body = bodies(b"hello", length, validator)[place]
        while way.wait(body.read(amount)):
            pass
        assert (validator.seen, validator.finished) == (b"hello", 1)


def test_a_validators_refusal_is_raised(bodies: Bodies) -> None:
    for place in range(2):
        way, body = bodies(b"hello", 5, Noting(good=False))[place]
        with pytest.raises(ChecksumError):
            way.wait(body.read())


def test_a_short_body_is_not_validated_but_refused(bodies: Bodies) -> None:
    validator = Noting()
    for way, body in bodies(b"hell", 5, validator):
        with pytest.raises(IncompleteReadError, match="4 read, but total bytes expected is 5"):
            way.wait(body.read())
    assert validator.finished == 0


def test_a_body_is_a_file() -> None:
    source = io.BytesIO(b"a,b\n1,2\n")
    with StreamingBody(source, 8) as body:
        assert body.readable()
        buffer = bytearray(3)
        assert (body.readinto(buffer), bytes(buffer)) == (3, b"a,b")
        assert body.readline() == b"\n"
        assert next(body) == b"1,2\n"
        with pytest.raises(StopIteration):
            next(body)
    assert source.closed
    assert not body.readable()


def test_no_socket_no_timeout() -> None:
    with pytest.raises(AttributeError):
        StreamingBody(io.BytesIO(b"")).set_socket_timeout(1)
