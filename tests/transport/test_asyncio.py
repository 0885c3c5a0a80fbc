"""What a user of asyncio expects of the transport: cancellation, limits, closing, loops, bodies that are left alone."""

from __future__ import annotations

import asyncio
import gc
import io
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.support.servers import Connection, Server, echo, requests_of
from tests.support.ways import quick, request

from osteon.exceptions import ClientClosedError, HTTPClientError, OsteonError, ReadTimeoutError
from osteon.http import Response
from osteon.transport import slots
from osteon.transport.aio import AioTransport

HEAD = b"HTTP/1.1 200 OK\r\n"
LARGE = 9_000_000


def transport(**options: Any) -> AioTransport:
    return AioTransport(quick(options))


def run(scene: Callable[[], Awaitable[Any]]) -> Any:
    """Run ``scene``; nothing may be said to the loop's exception handler, as of tasks and sessions left behind."""
    said: list[Any] = []

    async def watched() -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: said.append(context))
        return await asyncio.wait_for(scene(), 20)

    result = asyncio.run(watched())
    gc.collect()
    assert said == []
    return result


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


# --- cancellation


class Silent(Server):
    """Answers what asks for /ok, half of what asks for /half, and nothing else."""

    def __init__(self) -> None:
        super().__init__(self._play)

    def _play(self, connection: Connection) -> None:
        while (head := connection.read_head()) is not None:
            # What wants TLS is no request at all.
            if " /ok " in head.line:
                connection.answer(b"ok")
            else:
                if " /half " in head.line:
                    connection.send(HEAD + b"Content-Length: 100\r\n\r\nhalf")
                self.hold.wait(10)
                return


#: phase -> the request that gets stuck in it
PHASES: dict[str, Callable[[str], Any]] = {
    "the handshake": lambda url: request(url.replace("http:", "https:")),
    "an upload": lambda url: request(url, b"x" * LARGE, "PUT"),
    "an upload from a file": lambda url: request(url, io.BytesIO(b"x" * LARGE), "PUT"),
    "100 Continue": lambda url: request(url, b"x", "PUT", headers={"Expect": "100-continue"}),
    "the answer": lambda url: request(url, method="GET"),
    "a body": lambda url: request(url + "/half", method="GET"),
}


async def in_a_group_that_fails(stuck: Any) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(stuck)
        await asyncio.sleep(0.05)
        raise ValueError("another task fails")


@pytest.mark.parametrize("by", ["cancel", "timeout", "group"])
@pytest.mark.parametrize("phase", PHASES)
def test_cancelling_leaves_nothing_behind(phase: str, by: str) -> None:
    async def scene() -> bytes:
        one = transport(max_pool_connections=1)
        stuck = one.send(PHASES[phase](server.url))
        if by == "cancel":
            task = asyncio.ensure_future(stuck)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        elif by == "timeout":
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await stuck
        else:
            with pytest.raises(ExceptionGroup, match="unhandled errors in a TaskGroup"):
                await in_a_group_that_fails(stuck)
        # The one connection there may be is free for the next.
        response = await one.send(request(server.url + "/ok", method="GET"))
        await one.close()
        return response.body

    with Silent() as server:
        assert run(scene) == b"ok"


def test_cancelling_who_waits_for_a_connection_lets_the_next_one_in() -> None:
    async def scene() -> bytes:
        one = transport(max_pool_connections=1)
        first = asyncio.ensure_future(one.send(request(server.url, method="GET")))
        await asyncio.sleep(0.05)
        second, third = (asyncio.ensure_future(one.send(request(server.url + "/ok", method="GET"))) for _ in range(2))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()
        response = await third
        await one.close()
        return response.body

    with Silent() as server:
        assert run(scene) == b"ok"


@pytest.mark.parametrize("amt", [None, 100])
def test_a_cancelled_read_loses_nothing(amt: int | None) -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", chunk(b"first "))
        server.hold.wait(10)
        connection.send(chunk(b"second"), b"0\r\n\r\n")

    async def scene() -> Any:
        one = transport()
        body = (await one.send(request(server.url, stream=True))).body
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await body.read(amt)
        server.hold.set()
        found = [await body.read(3), await body.read(), await body.read(), body.tell()]
        await one.close()
        return found

    with Server(script) as server:
        assert run(scene) == [b"fir", b"st second", b"", 12]


@pytest.mark.parametrize("kind", ["body", "chunks", "lines"])
def test_a_cancelled_iteration_goes_on_where_it_was(kind: str) -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", chunk(b"one\ntw"))
        server.hold.wait(10)
        connection.send(chunk(b"o\nthree"), b"0\r\n\r\n")

    async def collect(pieces: Any, found: list[bytes]) -> None:
        while True:
            found.append(await anext(pieces))

    async def scene() -> list[bytes]:
        one = transport()
        body = (await one.send(request(server.url, stream=True))).body
        pieces = aiter({"body": body, "chunks": body.iter_chunks(5), "lines": body.iter_lines(5)}[kind])
        found = [await anext(pieces)] if kind != "body" else []
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(collect(pieces, found), 0.1)
        server.hold.set()
        found += [piece async for piece in pieces]
        await one.close()
        return found

    with Server(script) as server:
        found = run(scene)
    assert (b"\n" if kind == "lines" else b"").join(found) == b"one\ntwo\nthree"


def test_two_tasks_do_not_read_one_body_at_once() -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, b"Content-Length: 2\r\n\r\n")
        server.hold.wait(10)
        connection.send(b"ok")

    async def scene() -> Any:
        one = transport()
        body = (await one.send(request(server.url, stream=True))).body
        first = asyncio.ensure_future(body.read())
        await asyncio.sleep(0)
        with pytest.raises(HTTPClientError, match="two tasks"):
            await body.read()
        server.hold.set()
        found = await first
        await one.close()
        return found

    with Server(script) as server:
        assert run(scene) == b"ok"


def test_an_answer_may_be_read_while_the_body_is_sent() -> None:
    def shout(connection: Connection) -> None:
        connection.read_head()
        connection.send(HEAD, b"Transfer-Encoding: chunked\r\n\r\n")
        while size := int(connection.reader.readline(), 16):
            connection.send(chunk(connection.reader.read(size).upper()))
            connection.reader.readline()
        connection.send(b"0\r\n\r\n")

    async def scene() -> list[bytes]:
        words: asyncio.Queue[bytes] = asyncio.Queue()

        async def said() -> Any:
            while word := await words.get():
                yield word

        one = transport()
        body = (await one.send(request(server.url, said(), stream=True))).body
        heard = []
        for word in (b"hello", b"again"):
            words.put_nowait(word)
            heard.append(await body.read(5))
        words.put_nowait(b"")
        heard.append(await body.read())
        await one.close()
        return heard

    with Server(shout) as server:
        assert run(scene) == [b"HELLO", b"AGAIN", b""]


# --- limits


@pytest.mark.parametrize("limit", [1, 7])
def test_no_more_connections_than_asked_for(limit: int) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def script(connection: Connection) -> None:
        nonlocal running, most
        for _ in requests_of(connection):
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.001)
            with lock:
                running -= 1
            connection.answer(b"ok")

    async def scene() -> list[bytes]:
        one = transport(max_pool_connections=limit)

        async def read(stream: bool) -> bytes:
            response = await one.send(request(server.url, method="GET", stream=stream))
            return await response.body.read() if stream else response.body

        bodies = await asyncio.gather(*(read(number % 2 == 0) for number in range(200)))
        await one.close()
        return bodies

    with Server(script) as server:
        assert run(scene) == [b"ok"] * 200
        assert (most <= limit, server.accepted) == (True, limit)


def large(connection: Connection) -> None:
    for _ in requests_of(connection):
        connection.answer(b"x" * LARGE)


def test_a_body_that_is_dropped_gives_its_connection_back() -> None:
    async def scene() -> None:
        one = transport(max_pool_connections=1)
        gc.disable()  # a program that waits makes no garbage: nobody would come to collect
        try:
            for _ in range(5):
                body = (await one.send(request(server.url, stream=True))).body
                assert await body.read(3) == b"xxx"
                del body
        finally:
            gc.enable()
        await one.close()

    with Server(large) as server:
        run(scene)


def test_a_body_that_has_come_holds_no_connection() -> None:
    async def scene() -> list[bytes]:
        one = transport(max_pool_connections=1)
        bodies = []
        for _ in range(5):
            bodies.append((await one.send(request(server.url, b"q", stream=True))).body)
            await asyncio.sleep(0.01)
        found = [(await body.read())[-1:] for body in bodies]
        await one.close()
        return found

    with Server(echo) as server:
        assert run(scene) == [b"q"] * 5


def test_bodies_that_nobody_reads_do_not_lock_up_the_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(slots, "PATIENCE", 0.05)

    async def scene() -> Any:
        one = transport(max_pool_connections=2)
        bodies = [(await one.send(request(server.url, stream=True))).body for _ in range(5)]
        found = [len(await body.read()) for body in bodies]
        await one.close()
        return found

    with Server(large) as server:
        assert run(scene) == [LARGE] * 5
    assert "held by bodies that nobody reads" in caplog.text


def test_bodies_that_are_read_keep_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PATIENCE", 0.02)

    def slowly(connection: Connection) -> None:
        for _ in requests_of(connection):
            connection.send(HEAD, b"Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(10):
                connection.send(chunk(b"x"))
                time.sleep(0.01)
            connection.send(b"0\r\n\r\n")

    async def scene() -> None:
        one = transport(max_pool_connections=2)

        async def read() -> bytes:
            return await (await one.send(request(server.url, stream=True))).body.read()

        assert await asyncio.gather(*(read() for _ in range(6))) == [b"x" * 10] * 6
        await one.close()

    with Server(slowly) as server:
        run(scene)
        assert server.accepted == 2


def test_origins_are_forgotten_when_they_are_many() -> None:
    async def scene() -> int:
        one = transport()
        for number in range(60):
            await one.send(request(f"http://127.0.0.{number + 1}:{server.port}/"))
        (exchange,) = one._exchanges.values()
        kept = len(exchange._routes)
        await one.close()
        return kept

    with Server(echo, host="0.0.0.0") as server:
        assert run(scene) <= 32


# --- closing


def test_closing_ends_what_is_under_way_and_what_waits() -> None:
    async def scene() -> list[Any]:
        one = transport(max_pool_connections=2)
        calls = [asyncio.ensure_future(one.send(request(server.url, method="GET"))) for _ in range(5)]
        await asyncio.sleep(0.1)
        await asyncio.gather(one.close(), one.close())
        ends = await asyncio.gather(*calls, return_exceptions=True)
        # It can be used again, and closed again, and again.
        assert (await one.send(request(server.url + "/ok", method="GET"))).body == b"ok"
        for _ in range(2):
            await one.close()
        return ends

    with Silent() as server:
        ends = run(scene)
    assert [type(end) for end in ends] == [ClientClosedError] * 5


@pytest.mark.parametrize("phase", PHASES)
def test_closing_ends_a_call_in_any_phase(phase: str) -> None:
    async def scene() -> None:
        one = transport(read_timeout=30)
        call = asyncio.ensure_future(one.send(PHASES[phase](server.url)))
        await asyncio.sleep(0.1)
        await one.close()
        with pytest.raises(ClientClosedError, match=server.url.partition(":")[2]):
            await call

    with Silent() as server:
        run(scene)


def test_closing_ends_bodies_being_read() -> None:
    async def scene() -> None:
        one = transport()
        body = (await one.send(request(server.url + "/half", method="GET", stream=True))).body
        reading = asyncio.ensure_future(body.read())
        await asyncio.sleep(0.05)
        await one.close()
        with pytest.raises(OsteonError):
            await reading

    with Silent() as server:
        run(scene)


def test_closing_over_tls_waits_for_no_goodbye(authority: Any) -> None:
    def rude(connection: Connection) -> None:
        connection.read()
        connection.answer(b"ok")
        server.hold.wait(10)

    async def scene() -> None:
        one = transport(verify=str(authority.ca))
        await one.send(request(server.url))
        async with asyncio.timeout(5):
            await one.close()

    with Server(rude, authority.server_context()) as server:
        run(scene)


# --- loops


def test_one_transport_serves_loop_after_loop() -> None:
    one = transport()

    async def scene() -> bytes:
        response: Response = await one.send(request(server.url, b"q"))
        await one.close()
        return response.body[-1:]

    with Server(echo) as server:
        assert [asyncio.run(scene()) for _ in range(3)] == [b"q"] * 3
    assert not one._exchanges


def test_loops_that_are_closed_are_forgotten() -> None:
    one = transport()

    async def scene() -> None:
        await one.send(request(server.url))

    with Server(echo) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for _ in range(5):
            asyncio.run(scene())
            gc.collect()
        assert len(one._exchanges) == 1
        asyncio.run(one.close())
        gc.collect()
    assert not one._exchanges


def test_loops_in_two_threads_share_a_transport() -> None:
    one = transport()
    found: list[bytes] = []

    async def scene() -> None:
        for _ in range(20):
            found.append((await one.send(request(server.url, b"q"))).body[-1:])
        await one.close()

    with Server(echo) as server:
        threads = [threading.Thread(target=lambda: asyncio.run(scene())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert found == [b"q"] * 80


def test_a_body_read_on_another_loop_is_one_clear_error() -> None:
    async def opened(one: AioTransport) -> Any:
        return (await one.send(request(server.url + "/half", method="GET", stream=True))).body

    async def read(body: Any) -> None:
        with pytest.raises((HTTPClientError, ReadTimeoutError)):
            await body.read()

    def scene() -> None:
        body = asyncio.run(opened(transport()))
        asyncio.run(read(body))
        body.close()

    with Silent() as server:
        told(scene)


# --- what is left open


def told(leave: Callable[[], None]) -> list[str]:
    """The warnings of what ``leave`` leaves open."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        leave()
        gc.collect()
    return [str(warning.message) for warning in caught if "unclosed transport" not in str(warning.message)]


def test_connections_never_closed_are_told_of_with_advice() -> None:
    def leave() -> None:
        async def scene() -> None:
            await transport().send(request(server.url))

        run(scene)

    with Server(echo) as server:
        (message,) = (text for text in told(leave) if "socket.socket" not in text)
    assert message.startswith(f"Connections to {server.url} were never closed")
    assert "async with" in message
    assert "await client.close()" in message


def test_whoever_closes_hears_nothing() -> None:
    def leave() -> None:
        async def scene() -> None:
            one = transport()
            await one.send(request(server.url))
            body = (await one.send(request(server.url, stream=True))).body
            await body.read(1)
            del body
            await one.close()

        run(scene)

    with Server(large) as server:
        assert told(leave) == []


def test_a_transport_that_sent_nothing_has_nothing_to_close() -> None:
    def leave() -> None:
        transport()
        asyncio.run(transport().close())

    assert told(leave) == []


# --- what watches a body


class Noting:
    """A validator that notes what it is shown."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.finished = 0

    def observe(self, chunk: bytes, /) -> None:
        self.pieces.append(chunk)

    def finish(self) -> None:
        self.finished += 1


@pytest.mark.parametrize("amount", [None, 1_000_000, 7_000])
def test_a_big_body_is_shown_piece_by_piece_while_it_comes(amount: int | None) -> None:
    """Summed as a whole it would hold up the loop; a read that is cancelled shows nothing twice."""
    content, cut = bytes(range(256)) * 12_000, 1_500_000

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, f"Content-Length: {len(content)}\r\n\r\n".encode(), content[:cut])
        server.hold.wait(10)
        connection.send(content[cut:])

    async def scene() -> None:
        client, validator, given = transport(), Noting(), list[bytes]()
        body: Any = (await client.send(request(server.url, stream=True))).body
        body.watch(validator)

        async def read_on() -> None:
            while piece := await body.read(amount):
                given.append(piece)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(read_on(), 0.3)
        server.hold.set()
        await read_on()
        assert b"".join(given) == b"".join(validator.pieces) == content
        assert max(map(len, validator.pieces)) < 1_000_000
        assert validator.finished == 1
        await client.close()

    with Server(script) as server:
        run(scene)
