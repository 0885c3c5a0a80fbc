"""Streamed bodies: as botocore's, blocking and awaitable."""

from __future__ import annotations

import copy
import io
import pickle
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import urllib3
from botocore.response import StreamingBody as TheirBody
from tests.support.servers import Connection, Server, requests_of
from tests.support.ways import Asyncio, Threads, Way, request, sending

from osteon.codecs.eventstream import AsyncEventStream, Binding, EventStream
from osteon.exceptions import ChecksumError, IncompleteReadError
from osteon.transport.streams import AsyncReader, AsyncStreamingBody, StreamingBody

CONTENT = [b"", b"one", b"a\nb\n", b"a\r\nb\rc\n\nd", b"\n", b"\r\n\r\n", b"x" * 5000 + b"\n" + b"y" * 3000]
BINDING = Binding("Watch", {}, {})

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


def test_a_body_can_be_read_until_it_is_closed() -> None:
    body = StreamingBody(io.BytesIO(b"ab"), 2)
    assert body.read() == b"ab"
    assert io.BufferedReader(body).read() == b"", "a file at its end is still a file"


@pytest.mark.parametrize("doing", [pickle.dumps, copy.copy, copy.deepcopy])
def test_bodies_and_event_streams_do_not_leave_their_process(doing: Any) -> None:
    """They hold a connection, and with it the request and its signature."""
    source = io.BytesIO(b"")
    for body in (
        StreamingBody(source, 0),
        AsyncStreamingBody(AsyncReader(source), 0),
        EventStream(source, BINDING),
        AsyncEventStream(AsyncReader(source), BINDING),
    ):
        with pytest.raises(TypeError, match=f"cannot pickle '{type(body).__name__}' object"):
            doing(body)


def test_no_socket_no_timeout() -> None:
    with pytest.raises(AttributeError):
        StreamingBody(io.BytesIO(b"")).set_socket_timeout(1)


# --- beside botocore's, over real connections

HEAD = b"HTTP/1.1 200 OK\r\n"
DATA = b"line one\nline two\r\nthree\n\nfive" * 30


def chunks(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


ANSWERS = {
    "/length": HEAD + b"Content-Length: %d\r\n\r\n" % len(DATA) + DATA,
    "/chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(DATA[:7]) + chunks(DATA[7:]) + b"0\r\n\r\n",
    "/end": HEAD + b"Connection: close\r\n\r\n" + DATA,
    "/nothing": HEAD + b"Content-Length: 0\r\n\r\n",
}


def play(connection: Connection) -> None:
    for received in requests_of(connection):
        answer = ANSWERS[received.target]
        connection.send(answer)
        if b"Connection: close" in answer:
            return


def buffered(body: Any) -> tuple[int, bytes]:
    buffer = bytearray(6)
    return body.readinto(buffer), bytes(buffer)


#: what both kinds of body can do; ``wait`` gives the value of what is awaitable
COMMON: list[Callable[[Way, Any], Any]] = [
    lambda way, body: way.wait(body.read()),
    lambda way, body: way.wait(body.read(0)),
    lambda way, body: way.wait(body.read(5)),
    lambda way, body: way.wait(body.read(-1)),
    lambda way, body: way.wait(body.read(9999)),
    lambda way, body: way.chunks(body.iter_chunks(10)),
    lambda way, body: way.chunks(body.iter_lines(7)),
    lambda way, body: way.chunks(body.iter_lines(1024, True)),
    lambda way, body: way.chunks(body),
    lambda way, body: body.tell(),
]
#: what a file can do besides
OF_FILES: list[Callable[[Way, Any], Any]] = [
    lambda way, body: buffered(body),
    lambda way, body: body.readline(),
    lambda way, body: body.readline(3),
    lambda way, body: next(body),
    lambda way, body: (body.readable(), body.writable(), body.seekable()),
    lambda way, body: body.seek(0),
    lambda way, body: body.fileno(),
]


def doings(way: Way, body: Any, acts: list[Callable[[Way, Any], Any]]) -> list[Any]:
    seen: list[Any] = []
    for act in acts:
        try:
            seen.append(act(way, body))
        except Exception as error:
            seen.append(type(error).__name__)
    return seen


@pytest.mark.parametrize("target", ANSWERS)
def test_bodies_over_connections_do_what_botocores_do(target: str) -> None:
    dice = random.Random(3)
    threads, loop = Threads(), Asyncio()
    with Server(play) as server, urllib3.PoolManager() as pool:
        for way in (threads, loop):
            for _ in range(40):
                acts = dice.choices(COMMON + (OF_FILES if way is threads else []), k=4)
                raw = pool.request("GET", server.url + target, preload_content=False)
                theirs = TheirBody(raw, raw.headers.get("content-length"))
                ours = way.run(sending(request(server.url + target, method="GET", stream=True))).body
                assert doings(way, ours, acts) == doings(threads, theirs, acts)
                theirs.close()
                ours.close()
    threads.close()
    loop.close()
