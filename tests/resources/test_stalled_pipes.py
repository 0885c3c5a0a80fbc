"""Transfers from and to pipes at whose other end nothing happens: they hold nobody up, and can be ended at any time."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.resources.faulty_s3 import FaultyS3
from tests.resources.transferring import BIG, IN_PARTS, ONCE, PLACE

import osteon

TIME = 20


def client(s3: FaultyS3, session: Any) -> Any:
    return session.client("s3", endpoint_url=s3.url, config=ONCE, **PLACE)


class Stalled:
    """A file object that gives ``content``, or takes as much, and then stands still until ``go`` is set."""

    def __init__(self, content: bytes = BIG[:-1]) -> None:
        self.left = memoryview(content)
        self.stands, self.go = threading.Event(), threading.Event()

    def read(self, size: int) -> bytes:
        piece, self.left = self.left[:size], self.left[size:]
        if not piece:
            self.stand()
        return bytes(piece)

    def write(self, data: bytes) -> int:
        piece, self.left = self.left[: len(data)], self.left[len(data) :]
        if not piece:
            self.stand()
        return len(data)

    def stand(self) -> None:
        self.stands.set()
        self.go.wait(TIME)


@contextmanager
def interrupt_when(stands: threading.Event) -> Iterator[None]:
    """Interrupts the block, as a user does who waits no longer."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def interrupt() -> None:
        if stands.wait(TIME):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, interrupted)
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)


async def cancel_when(stands: threading.Event, call: Any) -> None:
    task = asyncio.ensure_future(call)
    await asyncio.to_thread(stands.wait, TIME)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def ended(call: Callable[[Any], Any], stalled: Stalled, s3: FaultyS3, mode: str) -> None:
    """End a transfer that stands still; it ends while it does."""

    async def cancelled() -> None:
        async with client(s3, osteon.AsyncSession()) as made:
            await cancel_when(stalled.stands, call(made))
            assert not stalled.go.is_set()
            stalled.go.set()  # or its thread would hold up the end of the loop

    if mode == "async":
        asyncio.run(asyncio.wait_for(cancelled(), TIME))
        return
    with client(s3, osteon.Session()) as made, interrupt_when(stalled.stands):
        call(made)
    assert not stalled.go.is_set()
    stalled.go.set()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_an_upload_that_waits_for_its_pipe_is_ended_and_aborted(mode: str) -> None:
    stalled = Stalled()
    with FaultyS3() as s3:
        ended(lambda made: made.upload_fileobj(stalled, "b", "k", Config=IN_PARTS), stalled, s3, mode)
        assert (s3.objects, s3.uploads) == ({}, {})
        assert s3.calls["AbortMultipartUpload"] == 1


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_download_whose_pipe_takes_nothing_is_ended(mode: str) -> None:
    stalled = Stalled(b"x" * 1000)
    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG
        ended(lambda made: made.download_fileobj("b", "k", stalled, Config=IN_PARTS), stalled, s3, mode)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_download_into_a_named_pipe_that_nobody_reads_is_ended(mode: str, tmp_path: Path) -> None:
    path, full = tmp_path / "pipe", Stalled()
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    told = 0

    def tell(size: int) -> None:
        nonlocal told
        told += size
        if told >= 300_000:  # more than a pipe holds: what was written last waits
            full.stands.set()

    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG
        original = full.go.set
        full.go.set = lambda: (os.close(reader), original())[1]  # type: ignore[method-assign]
        call = lambda made: made.download_file("b", "k", str(path), Callback=tell, Config=IN_PARTS)  # noqa: E731
        ended(call, full, s3, mode)


def test_a_named_pipe_that_is_opened_too_late_is_closed_again(tmp_path: Path) -> None:
    """A thread that waits for a reader goes on waiting when its download is cancelled."""
    path = tmp_path / "pipe"
    os.mkfifo(path)

    async def cancelled(s3: FaultyS3) -> int:
        async with client(s3, osteon.AsyncSession()) as made:
            task = asyncio.ensure_future(made.download_file("b", "k", str(path), Config=IN_PARTS))
            while not s3.calls["HeadObject"]:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG
        reader = asyncio.run(asyncio.wait_for(cancelled(s3), TIME))
        try:
            assert os.read(reader, 1) == b""  # its end: nobody has it open for writing
        finally:
            os.close(reader)


@pytest.mark.parametrize("way", ["up", "down"])
def test_who_feeds_a_pipe_or_empties_it_finds_a_worker_thread(way: str) -> None:
    """All of them waited for the one that read, or wrote."""

    async def piped(s3: FaultyS3) -> bytes:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(2))
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb", 0) as source, os.fdopen(writing, "wb", 0) as sink:
            async with client(s3, osteon.AsyncSession()) as made:
                if way == "up":
                    upload = asyncio.ensure_future(made.upload_fileobj(source, "b", "k", Config=IN_PARTS))
                    await fed(sink)
                    await upload
                    return s3.objects["/b/k"]
                download = asyncio.ensure_future(made.download_fileobj("b", "k", sink, Config=IN_PARTS))
                content = await emptied(source)
                await download
                return content

    async def fed(sink: Any) -> None:
        for start in range(0, len(BIG), 1 << 20):
            await asyncio.sleep(0.01)
            left = BIG[start : start + (1 << 20)]
            while left:
                left = left[await asyncio.to_thread(sink.write, left) :]
        sink.close()

    async def emptied(source: Any) -> bytes:
        content = b""
        while len(content) < len(BIG):
            await asyncio.sleep(0)
            content += await asyncio.to_thread(source.read, 1 << 20)
        return content

    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG if way == "down" else b""
        assert asyncio.run(asyncio.wait_for(piped(s3), TIME)) == BIG
