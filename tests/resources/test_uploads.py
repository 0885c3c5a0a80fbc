"""Uploads that break: whatever happens there is the whole object or none, and the error says what it was."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.resources.faulty_s3 import FaultyS3
from tests.resources.transferring import BIG, IN_PARTS, ONCE, PART, PLACE, SMALL, Pipe, Told, client

import osteon
from osteon.aws.customizations.s3_transfer_config import MAX_PART
from osteon.exceptions import ClientError, OsteonError, S3UploadFailedError
from osteon.s3.transfer import TransferConfig

ONE_BY_ONE = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)

# --- what breaks: (phase, fault) while a big file is uploaded

UPLOAD_FAULTS = [
    (phase, fault)
    for phase in ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")
    for fault in ("reset", "refuse", "fail")
]


@pytest.mark.parametrize(("phase", "fault"), UPLOAD_FAULTS)
def test_an_upload_that_fails_leaves_nothing(phase: str, fault: str, mode: Any, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(BIG)
    with FaultyS3({phase: fault}) as s3:
        with pytest.raises((S3UploadFailedError, OsteonError)):
            mode.do(client(mode, s3).upload_file(str(tmp_path / "in"), "b", "k", Config=IN_PARTS))
        assert s3.objects == {}
        assert s3.uploads == {}


@pytest.mark.parametrize("skip", [1, 2, 3])
def test_a_part_in_the_middle_that_fails(skip: int, mode: Any) -> None:
    with FaultyS3({"UploadPart": "refuse"}, times=1, skip=skip) as s3:
        with pytest.raises(ClientError, match="AccessDenied"):
            mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", Config=IN_PARTS))
        assert (s3.objects, s3.uploads) == ({}, {})


@pytest.mark.parametrize("phase", ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"])
@pytest.mark.parametrize("fault", ["reset", "fail"])
def test_what_fails_once_is_tried_again_part_by_part(phase: str, fault: str, mode: Any, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(BIG)
    told = Told()
    config = osteon.Config(retries={"total_max_attempts": 2, "mode": "standard"})
    with FaultyS3({phase: fault}, times=1) as s3:
        made = client(mode, s3, config)
        mode.do(made.upload_file(str(tmp_path / "in"), "b", "k", Callback=told, Config=IN_PARTS))
        assert s3.objects["/b/k"] == BIG
        assert s3.calls["UploadPart"] == (5 if phase == "UploadPart" else 4)
    assert told.total == len(BIG)


def test_an_abort_that_fails_is_told_with_the_error(mode: Any) -> None:
    faults = {"UploadPart": "refuse", "AbortMultipartUpload": "refuse"}
    with FaultyS3(faults) as s3, pytest.raises(ClientError) as raised:
        mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", Config=IN_PARTS))
    assert raised.value.operation_name == "UploadPart"
    assert "AbortMultipartUpload" in raised.value.__notes__[0]


def test_an_error_of_the_callback_ends_the_upload(mode: Any) -> None:
    def refuse(size: int) -> None:
        raise LookupError("enough")

    with FaultyS3() as s3:
        with pytest.raises(LookupError, match="enough"):
            mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", Callback=refuse, Config=IN_PARTS))
        assert (s3.objects, s3.uploads) == ({}, {})


def test_a_cancelled_upload_is_aborted() -> None:
    async def cancelled(s3: FaultyS3) -> None:
        async with osteon.AsyncSession().client("s3", endpoint_url=s3.url, config=ONCE, **PLACE) as made:
            begun = asyncio.Event()
            loop = asyncio.get_running_loop()
            told = lambda size: loop.call_soon_threadsafe(begun.set)  # noqa: E731
            config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
            task = asyncio.ensure_future(
                made.upload_fileobj(io.BytesIO(BIG * 3), "b", "k", Callback=told, Config=config)
            )
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with FaultyS3() as s3:
        asyncio.run(cancelled(s3))
        assert (s3.objects, s3.uploads) == ({}, {})
        assert s3.calls["AbortMultipartUpload"] == 1


def test_an_interrupted_upload_is_aborted() -> None:
    def interrupt(size: int) -> None:
        raise KeyboardInterrupt

    with FaultyS3() as s3:
        one_by_one = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
        made = osteon.Session().client("s3", endpoint_url=s3.url, config=ONCE, **PLACE)
        with made, pytest.raises(KeyboardInterrupt):
            made.upload_fileobj(io.BytesIO(BIG), "b", "k", Callback=interrupt, Config=one_by_one)
        assert (s3.objects, s3.uploads) == ({}, {})


class Creating(FaultyS3):
    """``asked`` when an upload is to be created; it is created, but this is said once ``say`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.say = threading.Event(), threading.Event()

    def fault(self, phase: str) -> str | None:
        if phase == "CreateMultipartUpload":
            self.asked.set()
            self.say.wait(20)
        return super().fault(phase)


@pytest.mark.parametrize("side_by_side", [True, False])
def test_an_upload_that_is_cancelled_while_it_is_created_is_aborted(side_by_side: bool) -> None:
    """Its answer has the id, without which nobody can abort it."""

    async def cancelled(s3: Creating) -> None:
        async with osteon.AsyncSession().client("s3", endpoint_url=s3.url, config=ONCE, **PLACE) as made:
            config = IN_PARTS if side_by_side else ONE_BY_ONE
            task = asyncio.ensure_future(made.upload_fileobj(io.BytesIO(BIG), "b", "k", Config=config))
            await asyncio.to_thread(s3.asked.wait, 20)
            task.cancel()
            await asyncio.sleep(0.05)
            s3.say.set()
            with pytest.raises(asyncio.CancelledError):
                await task

    with Creating() as s3:
        asyncio.run(cancelled(s3))
        assert (s3.calls["CreateMultipartUpload"], s3.objects, s3.uploads) == (1, {}, {})
        assert s3.calls["AbortMultipartUpload"] == 1


def test_an_upload_that_is_interrupted_while_it_is_created_is_aborted() -> None:
    def interrupt() -> None:
        assert s3.asked.wait(20)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.05)
        s3.say.set()

    with Creating() as s3:
        made = osteon.Session().client("s3", endpoint_url=s3.url, config=ONCE, **PLACE)
        thread = threading.Thread(target=interrupt)
        thread.start()
        with made, pytest.raises(KeyboardInterrupt):
            made.upload_fileobj(io.BytesIO(BIG), "b", "k", Config=IN_PARTS)
        thread.join()
        assert (s3.calls["CreateMultipartUpload"], s3.objects, s3.uploads) == (1, {}, {})
        assert s3.calls["AbortMultipartUpload"] == 1


def test_a_file_that_shrinks_is_no_object(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(BIG)

    def shrink(size: int) -> None:
        os.truncate(path, PART + 10)

    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
    with FaultyS3() as s3:
        with pytest.raises(OsteonError):
            mode.do(client(mode, s3).upload_file(str(path), "b", "k", Callback=shrink, Config=config))
        assert (s3.objects, s3.uploads) == ({}, {})


# --- sources that do not stay as they are


def test_a_file_that_is_replaced_under_its_name_is_no_mixture(mode: Any, tmp_path: Path) -> None:
    path, other = tmp_path / "in", tmp_path / "other"
    path.write_bytes(BIG)
    other.write_bytes(BIG[::-1])

    def replace(size: int) -> None:
        if other.exists():
            os.replace(other, path)

    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_file(str(path), "b", "k", Callback=replace, Config=ONE_BY_ONE))
        assert s3.objects == {"/b/k": BIG}


def test_a_file_that_grows_is_uploaded_as_it_was(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(BIG)

    def grow(size: int) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_file(str(path), "b", "k", Callback=grow, Config=ONE_BY_ONE))
        assert s3.objects == {"/b/k": BIG}


@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
def test_a_source_that_cannot_be_read_is_its_own_error(content: bytes, mode: Any) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with FaultyS3() as s3:
        with pytest.raises(OSError, match="Input/output error"):
            mode.do(client(mode, s3).upload_fileobj(Broken(content), "b", "k", Config=IN_PARTS))
        assert (s3.objects, s3.uploads) == ({}, {})
        assert s3.calls["PutObject"] + s3.calls["UploadPart"] == 0


def test_a_file_that_shrank_says_so(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(BIG)
    with FaultyS3() as s3, pytest.raises(S3UploadFailedError, match="shrank while it was uploaded"):
        mode.do(
            client(mode, s3).upload_file(
                str(path), "b", "k", Callback=lambda size: os.truncate(path, PART + 10), Config=ONE_BY_ONE
            )
        )


class Drip(Pipe):
    """Gives few bytes at a time."""

    def read(self, size: int = -1) -> bytes:
        return self.file.read(min(size, 10_007) if size >= 0 else size)


@pytest.mark.parametrize("content", [b"", SMALL, BIG], ids=["empty", "small", "big"])
def test_short_reads_are_no_end(content: bytes, mode: Any) -> None:
    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_fileobj(Drip(content), "b", "k", Config=IN_PARTS))
        assert s3.objects == {"/b/k": content}


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1])
@pytest.mark.parametrize("kind", ["file", "seekable", "pipe", "open file"])
def test_parts_begin_at_the_threshold(size: int, kind: str, mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(BIG[:size])
    with FaultyS3() as s3, path.open("rb") as file:
        made = client(mode, s3)
        if kind == "file":
            mode.do(made.upload_file(str(path), "b", "k", Config=IN_PARTS))
        else:
            source = {"seekable": io.BytesIO(BIG[:size]), "pipe": Pipe(BIG[:size]), "open file": file}[kind]
            mode.do(made.upload_fileobj(source, "b", "k", Config=IN_PARTS))
        assert s3.objects == {"/b/k": BIG[:size]}
        assert s3.calls["UploadPart"] == {PART - 1: 0, PART: 1, PART + 1: 2}[size]


def test_an_open_file_is_read_from_where_it_stands_and_left_at_its_end(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(b"skipped" + BIG)
    with FaultyS3() as s3, path.open("rb") as file:
        assert file.read(7) == b"skipped"
        mode.do(client(mode, s3).upload_fileobj(file, "b", "k", Config=IN_PARTS))
        assert s3.objects == {"/b/k": BIG}
        assert (file.closed, file.read()) == (False, b"")


def test_what_was_written_to_an_open_file_and_is_still_in_its_buffer_is_uploaded(mode: Any, tmp_path: Path) -> None:
    with FaultyS3() as s3, (tmp_path / "in").open("w+b") as file:
        file.write(b"x" * 10_000)
        file.seek(0)
        file.write(SMALL)
        file.seek(0)
        mode.do(client(mode, s3).upload_fileobj(file, "b", "k"))
        assert s3.objects == {"/b/k": SMALL + b"x" * (10_000 - len(SMALL))}


def test_a_file_object_that_reads_otherwise_than_its_file_is_read_itself(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "in.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(BIG)
    with FaultyS3() as s3, gzip.open(path, "rb") as file:
        mode.do(client(mode, s3).upload_fileobj(file, "b", "k", Config=IN_PARTS))
        assert s3.objects == {"/b/k": BIG}


@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
def test_a_pipe_under_the_name_is_uploaded_to_its_end(content: bytes, mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(content))
    writer.start()
    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_file(str(path), "b", "k", Config=IN_PARTS))
        assert s3.objects == {"/b/k": content}
    writer.join()


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="only Linux makes files up while they are read")
def test_a_file_that_is_made_up_while_it_is_read(mode: Any) -> None:
    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_file("/proc/self/status", "b", "k"))
        assert s3.objects["/b/k"].startswith(b"Name:")


# --- the rest of a transfer that failed


def test_nothing_more_is_sent_once_a_part_has_failed(mode: Any) -> None:
    told = Told()
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=2)
    with FaultyS3({"UploadPart": "refuse"}, times=1) as s3:
        with pytest.raises(ClientError):
            mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG * 5), "b", "k", Callback=told, Config=config))
        # How many more had been begun by then is a matter of time, but they are not all of the sixteen.
        assert s3.calls["UploadPart"] < 16
        assert s3.uploads == {}


def test_an_upload_that_is_gone_need_not_be_aborted(mode: Any) -> None:
    class Forgetful(FaultyS3):
        def fault(self, phase: str) -> str | None:
            if phase == "UploadPart":
                self.uploads.clear()
            return super().fault(phase)

    with Forgetful() as s3, pytest.raises(ClientError, match="NoSuchUpload") as raised:
        mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", Config=IN_PARTS))
    assert not hasattr(raised.value, "__notes__")


def test_an_interrupt_waits_for_who_still_sends_before_the_upload_is_aborted() -> None:
    """Parts that arrive after the abort would be kept under an id that nobody knows."""
    main = threading.main_thread()
    sending, order = threading.Event(), list[str]()

    class Recording(FaultyS3):
        def fault(self, phase: str) -> str | None:
            order.append(phase)
            return super().fault(phase)

    def interrupt(size: int) -> None:
        if threading.current_thread() is main:
            sending.wait(5)
            raise KeyboardInterrupt
        sending.set()

    with Recording() as s3, osteon.Session().client("s3", endpoint_url=s3.url, config=ONCE, **PLACE) as made:
        with pytest.raises(KeyboardInterrupt):
            made.upload_fileobj(io.BytesIO(BIG * 3), "b", "k", Callback=interrupt, Config=IN_PARTS)
        assert (s3.objects, s3.uploads) == ({}, {})
        assert order[-1] == "AbortMultipartUpload"


# --- arguments


def test_more_than_one_call_takes_goes_in_parts_whatever_the_threshold(mode: Any) -> None:
    config = TransferConfig(multipart_threshold=10**15)
    assert [config.in_parts(size) for size in (0, MAX_PART, MAX_PART + 1, None)] == [False, False, True, True]


def test_access_points_of_object_lambda_are_refused(mode: Any) -> None:
    place = "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/mine"
    made = mode.client("s3", **PLACE)
    for call in (
        lambda: made.upload_fileobj(io.BytesIO(), place, "k"),
        lambda: made.download_fileobj(place, "k", io.BytesIO()),
        lambda: made.copy({"Bucket": place, "Key": "k"}, "b", "k"),
    ):
        with pytest.raises(ValueError, match="do not support S3 Object Lambda resource"):
            call()
