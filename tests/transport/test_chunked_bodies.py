"""Bodies in the aws-chunked encoding: however they are read, what S3 reads of them is the source and its checksum."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

import pytest

from osteon.exceptions import AwsChunkedWrapperError
from osteon.pipeline.checksums import ALGORITHMS, AwsChunkedBody, available, checksum_of

BIG = bytes(range(256)) * 5000


class Drip(io.BytesIO):
    """Gives few bytes at a time, as a pipe may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size, 1000) if size is not None and size >= 0 else size)


def body(source: Any) -> AwsChunkedBody:
    return AwsChunkedBody(source, "x-amz-checksum-crc32", ALGORITHMS["crc32"])


def decoded(encoded: bytes) -> tuple[list[bytes], str]:
    """The chunks and the trailer."""
    chunks, rest = list[bytes](), encoded
    while True:
        size, rest = rest.split(b"\r\n", 1)
        if int(size, 16) == 0:
            return chunks, rest.removesuffix(b"\r\n\r\n").decode()
        chunks.append(rest[: int(size, 16)])
        assert rest[int(size, 16) :][:2] == b"\r\n"
        rest = rest[int(size, 16) + 2 :]


def all_of(encoded: AwsChunkedBody, size: int) -> bytes:
    pieces = list(iter(lambda: encoded.read(size), b""))
    assert all(len(piece) <= size for piece in pieces)
    return b"".join(pieces)


@pytest.mark.parametrize("content", [b"", b"x", BIG], ids=len)
@pytest.mark.parametrize("kind", [io.BytesIO, Drip])
@pytest.mark.parametrize("size", [1, 7, 8191, 65536, 262144, 10**7])
def test_any_read_gives_the_source_and_its_checksum(size: int, kind: Any, content: bytes) -> None:
    chunks, trailer = decoded(all_of(body(kind(content)), size))
    assert b"".join(chunks) == content
    expected = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    assert trailer == f"x-amz-checksum-crc32:{expected}"
    # S3 takes no smaller ones before the last.
    assert all(len(chunk) >= 8192 for chunk in chunks[:-1])


@pytest.mark.parametrize("size", [None, -1])
def test_a_read_without_a_size_gives_all(size: int | None) -> None:
    chunks, _ = decoded(body(io.BytesIO(BIG)).read(size))
    assert b"".join(chunks) == BIG


def test_rewinding_begins_anew() -> None:
    source = io.BytesIO(b"skipped" + BIG)
    source.seek(7)
    encoded = body(source)
    _, trailer = decoded(all_of(encoded, 100_000))
    encoded.seek(0)
    encoded.read(10)
    encoded.seek(0)
    chunks, again = decoded(all_of(encoded, 100_000))
    assert (b"".join(chunks), again) == (BIG, trailer)
    with pytest.raises(AwsChunkedWrapperError):
        encoded.seek(1)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_sums_of_bytes_that_may_change_are_the_same(name: str) -> None:
    if available(name):
        assert checksum_of(bytearray(BIG), ALGORITHMS[name]) == checksum_of(BIG, ALGORITHMS[name])
