"""Bodies whose exchange ends while they are being read: who sends them again has them for itself alone."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.modes import Async
from tests.support.servers import Connection, Received, Server

import osteon
from osteon.exceptions import ConnectionClosedError
from osteon.http import Headers, PreparedRequest
from osteon.transport.aio import AioTransport

CONTENT = b"0123456789" * 100_000
PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
QUICKLY = osteon.Config(retries={"total_max_attempts": 2, "mode": "standard"}, s3={"addressing_style": "path"})


class Slow(io.BytesIO):
    """A file that takes its time where it stands at ``slow_at``; ``overlaps`` counts what was asked of it meanwhile."""

    def __init__(self, content: bytes, slow_at: Callable[[int], bool]) -> None:
        super().__init__(content)
        self.slow_at = slow_at
        self.overlaps = 0
        self.busy = threading.Lock()

    def _alone(self, act: Callable[[], Any], *, slow: bool = False) -> Any:
        if not self.busy.acquire(blocking=False):
            self.overlaps += 1
            return act()
        try:
            if slow and self.slow_at(self.tell()):
                time.sleep(0.03)
            return act()
        finally:
            self.busy.release()

    def read(self, size: int | None = -1) -> bytes:
        content: bytes = self._alone(lambda: super(Slow, self).read(size), slow=True)
        return content

    def seek(self, place: int, whence: int = 0) -> int:
        position: int = self._alone(lambda: super(Slow, self).seek(place, whence))
        return position


class Failing(Server):
    """Fails its first request by ``fault`` once it has read ``read`` bytes of the body, and takes all others."""

    def __init__(self, fault: Callable[[Connection], None], read: int) -> None:
        super().__init__(self._take)
        self.fault, self.read = fault, read
        self.begun = 0
        self.taken: list[Received] = []

    def _take(self, connection: Connection) -> None:
        while (received := connection.read_head()) is not None:
            self.begun += 1
            if "expect" in received.fields:
                connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            if self.begun == 1:
                connection.reader.read(self.read)
                self.fault(connection)
                return
            self.taken.append(connection.read_body(received))
            connection.answer(b"")


def early_answer(connection: Connection) -> None:
    """An answer before the end of the body, and a client that may go on sending."""
    connection.answer(b"", "503 Slow Down", "Connection: close")
    time.sleep(0.3)


FAULTS: dict[str, Callable[[Connection], None]] = {"reset": Connection.reset, "early answer": early_answer}


def sent(call: str, server: Server, body: Any) -> None:
    mode = Async()
    client = mode.client("s3", endpoint_url=server.url, config=QUICKLY, **PLACE)
    try:
        if call == "put_object":
            mode.do(client.put_object(Bucket="b", Key="k", Body=body))
        else:
            mode.do(client.upload_fileobj(body, "b", "k"))
    finally:
        mode.close()


class Pipe:
    """Gives its content, and then waits for more until ``hold`` is set."""

    def __init__(self, hold: threading.Event) -> None:
        self.content, self.hold = io.BytesIO(CONTENT), hold

    def read(self, size: int = -1) -> bytes:
        piece = self.content.read(size)
        if not piece:
            self.hold.wait(20)
        return piece


@pytest.mark.parametrize("read", [len(CONTENT), 100_000], ids=["all", "some"])
@pytest.mark.parametrize("call", ["put_object", "upload_fileobj"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_body_is_read_by_one_attempt_at_a_time(fault: str, call: str, read: int) -> None:
    """Its thread cannot be stopped when the exchange ends, and took bytes of the next attempt."""
    body = Slow(CONTENT, lambda place: place >= read)
    with Failing(FAULTS[fault], read) as server:
        sent(call, server, body)
        assert [received.body for received in server.taken] == [CONTENT]
        assert server.begun == 2
    assert body.overlaps == 0


def put(server: Server, body: Any) -> PreparedRequest:
    return PreparedRequest("PUT", f"{server.url}/", Headers({"Content-Length": str(len(CONTENT) + 1)}), body, False)


@pytest.mark.parametrize("fault", FAULTS)
def test_nobody_waits_for_a_pipe(fault: str) -> None:
    """What cannot be sent again need not be at rest: the outcome comes at once."""
    hold = threading.Event()

    async def scene() -> None:
        transport = AioTransport()
        try:
            if fault == "reset":
                with pytest.raises(ConnectionClosedError):
                    await transport.send(put(server, Pipe(hold)))
            else:
                assert (await transport.send(put(server, Pipe(hold)))).status_code == 503
            assert not hold.is_set()
        finally:
            hold.set()
            await transport.close()

    with Failing(FAULTS[fault], 1000) as server:
        asyncio.run(asyncio.wait_for(scene(), 10))


class Asked(io.BytesIO):
    """Counts how often it is asked whether it can go back, which may cost a call of the system."""

    def __init__(self) -> None:
        super().__init__(CONTENT * 3)
        self.times = 0

    def seekable(self) -> bool:
        self.times += 1
        return True


def test_a_body_is_not_asked_with_each_piece_whether_it_can_go_back() -> None:
    body = Asked()

    async def scene() -> None:
        transport = AioTransport()
        await transport.send(PreparedRequest("PUT", f"{server.url}/", Headers(), body, False))
        await transport.close()

    with Failing(Connection.answer, 0) as server:
        server.begun = 1
        asyncio.run(scene())
        assert [received.body for received in server.taken] == [CONTENT * 3]
    assert body.times == 1


@pytest.mark.parametrize("waits_for", ["its body", "the end of a read"])
def test_who_cancels_waits_for_no_thread(waits_for: str) -> None:
    """Also where an exchange has failed, and only the thread that reads is waited for."""
    hold, reading = threading.Event(), asyncio.Event()

    async def scene() -> None:
        loop = asyncio.get_running_loop()

        def slow_at(place: int) -> bool:
            if place >= 1000:
                loop.call_soon_threadsafe(reading.set)
                hold.wait(20)
            return False

        transport = AioTransport()
        try:
            sending = asyncio.ensure_future(transport.send(put(server, Slow(CONTENT, slow_at))))
            await reading.wait()
            await asyncio.sleep(0.1)  # until the server has failed
            assert not sending.done()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            assert not hold.is_set()
        finally:
            hold.set()
            await transport.close()

    with Failing(Connection.reset, 1000 if waits_for == "the end of a read" else len(CONTENT)) as server:
        asyncio.run(asyncio.wait_for(scene(), 10))


class Held(io.BytesIO):
    """A file whose first read takes until ``hold`` is set; ``asked`` notes what is done with it from then on."""

    def __init__(self) -> None:
        super().__init__(CONTENT * 3)
        self.reading, self.hold = threading.Event(), threading.Event()
        self.asked: list[str] = []

    def read(self, size: int | None = -1) -> bytes:
        if self.reading.is_set():
            self.asked.append("read")
            return super().read(size)
        self.reading.set()
        self.hold.wait(20)
        return super().read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        if self.reading.is_set():
            self.asked.append("seek")
        return super().seek(place, whence)


#: who reads a body: (service, configuration, call)
READERS: dict[str, tuple[str, osteon.Config, Callable[[Any, Any], Any]]] = {
    "a checksum": ("s3", QUICKLY, lambda client, body: client.put_object(Bucket="b", Key="k", Body=body)),
    "a signature": (
        "s3",
        QUICKLY.merge(osteon.Config(request_checksum_calculation="when_required")),
        lambda client, body: client.put_object(Bucket="b", Key="k", Body=body),
    ),
    "a tree of hashes": ("glacier", QUICKLY, lambda client, body: client.upload_archive(vaultName="v", body=body)),
    "a transfer": ("s3", QUICKLY, lambda client, body: client.upload_fileobj(body, "b", "k")),
}


@pytest.mark.parametrize(("service", "config", "call"), READERS.values(), ids=READERS)
def test_who_cancels_has_the_body_again(service: str, config: osteon.Config, call: Callable[[Any, Any], Any]) -> None:
    """A thread that hashed a cancelled call's body went on, and took bytes of the one that was sent in its place."""
    body = Held()

    async def scene() -> None:
        session = osteon.AsyncSession()
        async with session.client(service, endpoint_url="http://127.0.0.1:9", config=config, **PLACE) as client:
            calling = asyncio.ensure_future(call(client, body))
            await asyncio.to_thread(body.reading.wait, 20)
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
            body.asked.clear()
            body.hold.set()

    asyncio.run(scene())  # to the end of its threads
    assert body.asked == []
