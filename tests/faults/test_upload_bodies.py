"""What may be handed over as a streamed body, sync and async, and what is said of what may not."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.modes import Async, Sync
from tests.support.servers import Authority, Connection, Received, Server, make_authority

import osteon
from osteon.exceptions import ClientError, HTTPClientError, ParamValidationError, UnseekableStreamError
from osteon.pipeline.checksums import AwsChunkedPieces, algorithm

CONTENT = b"0123456789" * 20_000


class OnlyRead:
    """The least of a file."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.file = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)


class AsyncFile:
    """A file of an asynchronous library, whose every method is awaited."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.file = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    async def tell(self) -> int:
        return self.file.tell()

    async def seek(self, place: int, whence: int = 0) -> int:
        return self.file.seek(place, whence)


def on_disk(folder: Path) -> Any:
    path = folder / "body"
    path.write_bytes(b"head" + CONTENT)
    file = path.open("rb")
    file.seek(4)
    return file


#: name -> makes the body in a folder
BODIES: dict[str, Any] = {
    "bytes": lambda folder: CONTENT,
    "bytearray": lambda folder: bytearray(CONTENT),
    "text": lambda folder: CONTENT.decode(),
    "bytes in memory": lambda folder: io.BytesIO(CONTENT),
    "a file on disk": on_disk,
    "a file that only reads": lambda folder: OnlyRead(),
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


class Taking(Server):
    """Takes what is sent, with ``status``; decoded of aws-chunked."""

    def __init__(self, tls: Any = None, status: str = "200 OK") -> None:
        super().__init__(self._take, tls)
        self.status = status
        self.requests: list[Received] = []

    def _take(self, connection: Connection) -> None:
        while (received := connection.read_head()) is not None:
            if "expect" in received.fields:
                connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.requests.append(connection.read_body(received))
            connection.answer(b"", self.status)

    def content(self) -> bytes:
        (received,) = self.requests
        if received.fields.get("content-encoding") != "aws-chunked":
            return received.body
        reader, content = io.BytesIO(received.body), b""
        while size := int(reader.readline(), 16):
            content += reader.read(size)
            reader.readline()
        return content


def put(mode: Any, server: Server, authority: Authority, body: Any, **options: Any) -> Any:
    client = mode.client("s3", endpoint_url=server.url, verify=str(authority.ca), config=osteon.Config(**options))
    return mode.do(client.put_object(Bucket="shelf", Key="book", Body=body))


@pytest.mark.parametrize("name", BODIES)
def test_streamed_bodies_arrive_whole(mode: Any, authority: Authority, name: str, tmp_path: Path) -> None:
    body = BODIES[name](tmp_path)
    with Taking(authority.server_context()) as server:
        put(mode, server, authority, body)
        assert server.content() == CONTENT
    if name == "a file on disk":
        body.close()


def test_an_asynchronous_file_arrives_whole(authority: Authority) -> None:
    mode = Async()
    with Taking(authority.server_context()) as server:
        put(mode, server, authority, AsyncFile())
        assert server.content() == CONTENT
    mode.close()


@pytest.mark.parametrize("make", [OnlyRead, AsyncFile])
def test_what_must_be_read_twice_and_cannot_is_one_clear_error(mode: Any, authority: Authority, make: Any) -> None:
    """Without TLS the whole of the body is signed, and so has to be read before it is sent."""
    with Taking() as server:
        with pytest.raises(UnseekableStreamError, match=f"rewind the stream .*{make.__name__}"):
            put(mode, server, authority, make())
        assert not server.requests


def test_an_asynchronous_file_is_sent_once(authority: Authority) -> None:
    """Nobody can tell where it stood, so it is not sent again, least of all from where it stands now."""
    mode = Async()
    with Taking(authority.server_context(), "503 Slow Down") as server:
        with pytest.raises(ClientError) as caught:
            put(mode, server, authority, AsyncFile())
        assert server.content() == CONTENT
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    mode.close()


def test_a_blocking_client_says_that_it_cannot_await(authority: Authority) -> None:
    mode = Sync()
    with Taking(authority.server_context()) as server, pytest.raises(HTTPClientError, match="body cannot be read"):
        put(mode, server, authority, AsyncFile(), retries={"total_max_attempts": 1})
    mode.close()


async def pieces() -> Any:
    yield b"a"


@pytest.mark.parametrize(
    "body", [pieces, lambda: iter([b"a"]), lambda: [b"a"], lambda: memoryview(b"a"), lambda: Path(".")]
)
def test_bodies_that_boto3_refuses_are_refused(mode: Any, authority: Authority, body: Any) -> None:
    with Taking() as server, pytest.raises(ParamValidationError, match="Invalid type for parameter Body"):
        put(mode, server, authority, body())


def test_small_pieces_are_sent_as_chunks_that_s3_takes() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 1000

    async def sent() -> list[bytes]:
        return [chunk async for chunk in AwsChunkedPieces(pieces(), "x-amz-checksum-crc32", algorithm("crc32"))]

    *chunks, last = asyncio.run(sent())
    sizes = [int(chunk.partition(b"\r\n")[0], 16) for chunk in chunks]
    assert sum(sizes) == 30_000
    assert all(size >= 8192 for size in sizes[:-1])
    assert last.startswith(b"0\r\nx-amz-checksum-crc32:")
