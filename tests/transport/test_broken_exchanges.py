"""Exchanges that go wrong on the wire, on both transports: cut and mutated answers, uploads that nobody wants."""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.support.servers import Authority, Connection, Server, echo
from tests.support.ways import Way, request, sending
from tests.transport.test_answers import GOOD, mutated

from osteon.exceptions import ConnectionClosedError, HTTPClientError, OsteonError, ReadTimeoutError
from osteon.transport.blocking import BlockingTransport
from osteon.transport.options import TransportOptions
from osteon.transport.runner import Runner

Make = Callable[..., Way]
HEAD = b"HTTP/1.1 200 OK\r\n"
LARGE = 9_000_000


class Saying(Server):
    """Answers each connection with ``data``, and ends it as told."""

    def __init__(self) -> None:
        super().__init__(self._say)
        self.data, self.resets = b"", False

    def _say(self, connection: Connection) -> None:
        connection.read()
        connection.send(self.data)
        if self.resets:
            connection.reset()


def fetched(way: Way, url: str, *, stream: bool = False, method: str = "POST") -> tuple[int, bytes]:
    """Status and body, over a connection of its own."""
    try:
        response = way.run(sending(request(url, b"x" if method == "POST" else None, method, stream)))
        body = response.body
        if not isinstance(body, bytes):
            body = b"".join(iter(lambda: way.wait(response.body.read(4)), b""))
        return response.status_code, body
    finally:
        way.wait(way.runner.close())


@pytest.mark.parametrize("resets", [False, True], ids=["ends", "resets"])
@pytest.mark.parametrize("name", ["a length", "chunks with extensions and trailers", "interim answers"])
def test_an_answer_cut_at_any_byte_is_never_whole(way: Make, name: str, resets: bool) -> None:
    data, method, body, _, _ = GOOD[name]
    one = way()
    with Saying() as server:
        server.resets = resets
        for cut in range(data.rindex(body[-1:]) + 1):
            server.data = data[:cut]
            for stream in (False, True):
                with pytest.raises(OsteonError):
                    fetched(one, server.url, stream=stream, method=method)


@pytest.mark.parametrize("stream", [False, True])
def test_a_body_without_length_ends_well_or_breaks(way: Make, stream: bool) -> None:
    one = way()
    with Saying() as server:
        server.data = HEAD + b"\r\nuntil the end"
        assert fetched(one, server.url, stream=stream) == (200, b"until the end")
        server.resets = True
        with pytest.raises(OsteonError):
            fetched(one, server.url, stream=stream)


def test_mutated_answers_are_answers_or_one_of_our_errors(way: Make) -> None:
    dice = random.Random(4)
    one = way(read_timeout=1)
    with Saying() as server:
        for _ in range(150):
            server.data = mutated(dice.choice([case[0] for case in GOOD.values()]), dice)
            server.resets = dice.random() < 0.2
            with contextlib.suppress(OsteonError):
                fetched(one, server.url, stream=dice.random() < 0.5, method=dice.choice(["GET", "POST", "HEAD"]))


#: what would be a success with the wrong body
LIES = {
    "another protocol": b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    "a status below 100": b"HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok",
    "an unknown coding": HEAD + b"Transfer-Encoding: gzip\r\n\r\nok",
    "two codings": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "a head cut after its first line": HEAD,
    "a head cut in a value": HEAD + b"X-A: b",
    "a length that fills the memory": HEAD + b"Content-Length: 999999999999999999\r\n\r\nok",
    "too many interim answers": b"HTTP/1.1 102 Processing\r\n\r\n" * 40 + HEAD + b"Content-Length: 2\r\n\r\nok",
    "trailers without end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n" + b"X-A: b\r\n" * 70_000,
}


@pytest.mark.parametrize("name", LIES)
def test_an_answer_that_lies_is_no_success(way: Make, name: str) -> None:
    with Saying() as server:
        server.data = LIES[name]
        with pytest.raises(ConnectionClosedError):
            fetched(way(), server.url, method="GET")


@pytest.mark.parametrize("status", ["100 Continue", "102 Processing", "103 Early Hints"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_silence_behind_an_interim_answer_is_a_timeout(way: Make, method: str, status: str) -> None:
    def begin(connection: Connection) -> None:
        connection.read()
        connection.send(f"HTTP/1.1 {status}\r\n\r\n".encode())
        server.hold.wait(20)

    with Server(begin) as server, pytest.raises(ReadTimeoutError):
        way(read_timeout=0.3).run(sending(request(server.url, b"x" if method == "PUT" else None, method)))


def test_a_body_may_take_its_time_behind_an_interim_answer(way: Make) -> None:
    """Who waits is the server: the limit of reads begins when all of the request is sent."""

    def take(connection: Connection) -> None:
        head = connection.read_head()
        assert head is not None
        connection.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        connection.answer(connection.read_body(head).body)

    def pieces() -> Iterator[bytes]:
        yield b"first "
        time.sleep(0.8)
        yield b"second"

    with Server(take) as server:
        assert way(read_timeout=0.4).run(sending(request(server.url, pieces(), "PUT"))).body == b"first second"


def test_an_answer_may_have_as_many_headers_as_an_object_has_metadata(way: Make) -> None:
    fields = b"".join(b"x-amz-meta-%d: v\r\n" % number for number in range(250))
    with Saying() as server:
        server.data = HEAD + fields + b"Content-Length: 0\r\n\r\n"
        assert len(way().run(sending(request(server.url))).headers) == 251


def test_blanks_around_a_value_are_not_part_of_it(way: Make) -> None:
    with Saying() as server:
        server.data = HEAD + b"X-A: \t1 \t\r\nContent-Length: 0\r\n\r\n"
        assert way().run(sending(request(server.url))).headers["x-a"] == "1"


def test_a_stream_that_broke_stays_broken(way: Make) -> None:
    """Else who reads on after an error takes what came for all there was."""
    one = way()
    with Saying() as server:
        server.data = HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n9\r\nno"
        body = one.run(sending(request(server.url, stream=True))).body
        assert one.wait(body.read(4)) == b"half"
        assert one.wait(body.read(100)) == b"no"
        for amt in (1, None, 5):
            with pytest.raises(HTTPClientError, match="reading from response stream"):
                one.wait(body.read(amt))


def test_a_body_whose_read_was_interrupted_is_no_longer_read() -> None:
    """Bytes are lost with it: the next read waited for as many, and gave what came after them."""

    reads, ended = threading.Event(), threading.Event()

    def interrupt(_: int, frame: Any) -> None:
        while frame is not None and not ended.is_set():
            if frame.f_code.co_name == "readinto":  # it waits for the socket
                ended.set()
                raise KeyboardInterrupt
            frame = frame.f_back

    def say(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD + b"Content-Length: 8\r\n\r\nhalf")
        reads.wait(20)
        while not ended.wait(0.01):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        server.hold.wait(20)

    before = signal.signal(signal.SIGUSR1, interrupt)
    runner = Runner(BlockingTransport(TransportOptions(proxies={}, read_timeout=60)))
    try:
        with Server(say) as server:
            body = runner.run(sending(request(server.url, stream=True))).body
            reads.set()
            with pytest.raises(KeyboardInterrupt):
                body.read()
            for amt in (1, None):
                with pytest.raises(HTTPClientError, match="interrupted"):
                    body.read(amt)
            assert not server.hold.is_set()
    finally:
        ended.set()
        signal.signal(signal.SIGUSR1, before)
        runner.close()


#: what a server says that then says no more
UNENDED = {
    "a length": b"Content-Length: 100\r\n\r\nhalf",
    "chunks": b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "until the end": b"\r\nhalf",
}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("name", UNENDED)
def test_closing_a_body_ends_the_read_that_waits(way: Make, authority: Authority, name: str, tls: bool) -> None:
    """Closing waited as long as the read did, and what the read had got could look like all there is."""

    def say(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, UNENDED[name])
        server.hold.wait(20)

    with Server(say, authority.server_context() if tls else None) as server:
        one = way(read_timeout=10, verify=str(authority.ca))
        body = one.run(sending(request(server.url, stream=True))).body
        with pytest.raises(HTTPClientError, match=r"response stream.*([cC]losed)"):
            read_until_closed(one, body)
        assert not server.hold.is_set()


def read_until_closed(way: Way, body: Any) -> None:
    """Read the body until it is closed elsewhere."""
    if way.name == "threads":
        threading.Timer(0.2, body.close).start()
        body.read()
        return

    async def both() -> None:
        asyncio.get_running_loop().call_later(0.2, body.close)
        await body.read()

    way.wait(both())


# --- uploads


def uploads() -> dict[str, Any]:
    return {"bytes": b"x" * LARGE, "file": io.BytesIO(b"x" * LARGE), "iterable": [b"x" * 1_000_000] * 9}


@pytest.mark.parametrize("body", uploads())
def test_an_answer_that_comes_during_an_upload_counts(way: Make, body: str) -> None:
    def refuse(connection: Connection) -> None:
        connection.read_head()
        connection.answer(b"too large", "413 Too Large", "Connection: close")
        connection.sock.shutdown(socket.SHUT_WR)
        server.hold.wait(5)

    with Server(refuse) as server:
        response = way(read_timeout=0.5).run(sending(request(server.url, uploads()[body], "PUT")))
    assert (response.status_code, response.body) == (413, b"too large")


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("answered", [True, False], ids=["answered", "silent"])
def test_an_answer_before_a_reset_counts(way: Make, authority: Authority, tls: bool, answered: bool) -> None:
    """The next write finds the connection broken before anybody has read what came on it."""
    broken = threading.Event()

    def refuse(connection: Connection) -> None:
        connection.read_head()
        if answered:
            connection.answer(b"too large", "413 Too Large")
        connection.reset()
        broken.set()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        assert broken.wait(30)
        yield from [b"x" * 100_000] * 3

    context = authority.server_context() if tls else None
    with Server(refuse, context) as server:
        one, sent = way(verify=str(authority.ca), read_timeout=5), request(server.url, pieces(), "PUT")
        if answered:
            response = one.run(sending(sent))
            assert (response.status_code, response.body) == (413, b"too large")
        else:
            with pytest.raises(ConnectionClosedError):
                one.run(sending(sent))


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
def test_an_answer_without_length_that_a_reset_ends_is_not_whole(way: Make, authority: Authority, tls: bool) -> None:
    """Also where it was a write that found out."""
    broken = threading.Event()

    def refuse(connection: Connection) -> None:
        connection.read_head()
        connection.send(b"HTTP/1.1 413 Too Large\r\n\r\ntoo la")
        connection.reset()
        broken.set()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        assert broken.wait(30)
        yield from [b"x" * 100_000] * 3

    with Server(refuse, authority.server_context() if tls else None) as server:
        one = way(verify=str(authority.ca), read_timeout=5)
        with pytest.raises(ConnectionClosedError):
            one.run(sending(request(server.url, pieces(), "PUT")))


@pytest.mark.parametrize("body", uploads())
def test_a_server_that_takes_nothing_is_a_timeout(way: Make, body: str) -> None:
    def take_nothing(connection: Connection) -> None:
        server.hold.wait(20)

    with Server(take_nothing) as server, pytest.raises(ReadTimeoutError):
        way(read_timeout=0.3).run(sending(request(server.url, uploads()[body], "PUT")))


def test_the_time_limit_of_a_large_body_is_that_of_its_pieces() -> None:
    """A socket's limit holds for all of one sendall: on a slow line a large body would never arrive."""
    from osteon.transport.exchange import PIECE, _write
    from osteon.transport.wire import upload_of

    sent: list[Any] = []

    class Sock:
        sendall = staticmethod(sent.append)

    content = bytes(range(256)) * 8192
    _write(Sock(), b"head", upload_of(request("http://h/", content)))
    assert b"".join(bytes(piece) for piece in sent) == b"head" + content
    assert max(len(piece) for piece in sent) <= PIECE


def failing(kind: type[Exception]) -> Iterator[bytes]:
    yield b"a"
    raise kind("the disk is gone")


class FailingFile(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise OSError("the disk is gone")


@pytest.mark.parametrize(
    "body", [lambda: failing(ValueError), lambda: failing(OSError), lambda: failing(TimeoutError), FailingFile]
)
def test_a_body_that_fails_is_not_a_connection_that_fails(way: Make, body: Any) -> None:
    with Server(echo) as server, pytest.raises(HTTPClientError, match=r"body cannot be read: .*disk is gone") as error:
        way().run(sending(request(server.url, body())))
    assert not isinstance(error.value, ConnectionClosedError | ReadTimeoutError)
    assert error.value.__cause__ is not None


@pytest.mark.parametrize("body", [lambda: b"abc", lambda: io.BytesIO(b"abc")])
def test_a_connection_whose_body_was_refused_is_not_used_again(way: Make, body: Any) -> None:
    """The server takes what comes next for the body that it still expects."""
    one = way()

    def refuse(connection: Connection) -> None:
        connection.read_head()
        connection.answer(b"", "403 Forbidden")
        connection.reader.read()

    with Server(refuse) as server:
        for count in (1, 2):
            sent = request(server.url, body(), "PUT", headers={"Expect": "100-continue"})
            assert one.run(sending(sent)).status_code == 403
            assert server.accepted == count
