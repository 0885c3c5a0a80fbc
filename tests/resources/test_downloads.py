"""Downloads that break: under the final name there is the whole object, or what was there before."""

from __future__ import annotations

import asyncio
import io
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.resources.faulty_s3 import FaultyS3
from tests.resources.transferring import BIG, IN_PARTS, ONCE, PART, PLACE, SMALL, Pipe, Told, client

import osteon
from osteon.exceptions import (
    Boto3Error,
    ClientError,
    FlexibleChecksumError,
    OsteonError,
    RetriesExceededError,
    S3DownloadFailedError,
    S3ValidationError,
)
from osteon.s3.transfer import TransferConfig
from osteon.testing import Stubber


@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
@pytest.mark.parametrize("fault", ["reset", "refuse", "fail", "truncate"])
@pytest.mark.parametrize("phase", ["HeadObject", "GetObject"])
def test_a_download_that_fails_leaves_what_was_there(
    phase: str, fault: str, content: bytes, mode: Any, tmp_path: Path
) -> None:
    (tmp_path / "out").write_bytes(b"old")
    with FaultyS3({phase: fault} if (phase, fault) != ("HeadObject", "truncate") else {phase: "refuse"}) as s3:
        s3.objects["/b/k"] = content
        with pytest.raises((OsteonError, ClientError)):
            mode.do(client(mode, s3).download_file("b", "k", str(tmp_path / "out"), Config=IN_PARTS))
    assert (tmp_path / "out").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
@pytest.mark.parametrize("target", ["file", "seekable", "pipe"])
def test_bytes_that_break_off_are_asked_for_again(content: bytes, target: str, mode: Any, tmp_path: Path) -> None:
    told = Told()
    file: Any = {"seekable": io.BytesIO, "pipe": Pipe}.get(target, Path)()
    with FaultyS3({"GetObject": "truncate"}, times=2) as s3:
        s3.objects["/b/k"] = content
        made = client(mode, s3)
        if target == "file":
            mode.do(made.download_file("b", "k", tmp_path / "out", Callback=told, Config=IN_PARTS))
        else:
            mode.do(made.download_fileobj("b", "k", file, Callback=told, Config=IN_PARTS))
    if target == "file":
        assert (tmp_path / "out").read_bytes() == content
    else:
        assert (file.file if target == "pipe" else file).getvalue() == content
    assert told.total == len(content)


def test_bytes_that_always_break_off_are_an_error(mode: Any, tmp_path: Path) -> None:
    with FaultyS3({"GetObject": "truncate"}) as s3:
        s3.objects["/b/k"] = SMALL
        with pytest.raises(RetriesExceededError) as raised:
            mode.do(client(mode, s3).download_file("b", "k", str(tmp_path / "out")))
        assert s3.calls["GetObject"] == TransferConfig().num_download_attempts
    assert isinstance(raised.value, Boto3Error)
    assert isinstance(raised.value.last_exception, OsteonError)


def test_an_object_that_is_replaced_meanwhile_is_no_mixture(mode: Any, tmp_path: Path) -> None:
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG

        def replace(size: int) -> None:
            s3.objects["/b/k"] = BIG[::-1]

        with pytest.raises(S3DownloadFailedError, match="did not match expected ETag"):
            mode.do(client(mode, s3).download_file("b", "k", str(tmp_path / "out"), Callback=replace, Config=config))
    assert os.listdir(tmp_path) == []


#: (content, fault, error): S3 tells a whole object's checksum, and of a part its place
OTHER_BYTES: list[tuple[bytes, str, type[Exception]]] = [
    (SMALL, "wrong", FlexibleChecksumError),
    (BIG, "whole", S3ValidationError),
    (BIG, "elsewhere", S3ValidationError),
    (BIG, "less", RetriesExceededError),
]


@pytest.mark.parametrize(("content", "fault", "error"), OTHER_BYTES, ids=[fault for _, fault, _ in OTHER_BYTES])
@pytest.mark.parametrize("target", ["file", "pipe"])
def test_other_bytes_than_were_asked_for(
    content: bytes, fault: str, error: type[Exception], target: str, mode: Any, tmp_path: Path
) -> None:
    with FaultyS3({"GetObject": fault}) as s3:
        s3.objects["/b/k"] = content
        made = client(mode, s3)
        fetch, into = (made.download_file, tmp_path / "out") if target == "file" else (made.download_fileobj, Pipe())
        with pytest.raises(error):
            mode.do(fetch("b", "k", into, Config=IN_PARTS))
    assert os.listdir(tmp_path) == []


class ReplacedS3(FaultyS3):
    """Another object is there when it is asked for the second time."""

    def fault(self, phase: str) -> str | None:
        if self.calls[phase] == 1:
            self.objects["/b/k"] = SMALL
        return super().fault(phase)


def test_a_whole_object_that_is_replaced_between_two_attempts_is_no_mixture(mode: Any, tmp_path: Path) -> None:
    config = TransferConfig(multipart_threshold=2 * PART)
    with ReplacedS3({"GetObject": "truncate"}, times=1) as s3:
        s3.objects["/b/k"] = BIG[:PART]
        with pytest.raises(S3DownloadFailedError):
            mode.do(client(mode, s3).download_file("b", "k", tmp_path / "out", Config=config))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("content", [b"", SMALL, BIG, BIG[:PART], BIG[: PART + 1], BIG[: PART - 1]], ids=len)
@pytest.mark.parametrize("target", ["file", "pipe"])
def test_without_asking_for_the_size_where_no_checksum_is_wanted(
    content: bytes, target: str, mode: Any, tmp_path: Path
) -> None:
    pipe, told = Pipe(), Told()
    config = ONCE.merge(osteon.Config(response_checksum_validation="when_required"))
    with FaultyS3() as s3:
        s3.objects["/b/k"] = content
        made = client(mode, s3, config)
        if target == "file":
            mode.do(made.download_file("b", "k", tmp_path / "out", Callback=told, Config=IN_PARTS))
        else:
            mode.do(made.download_fileobj("b", "k", pipe, Callback=told, Config=IN_PARTS))
        assert s3.calls["HeadObject"] == 0
        asked = [each["range"] for each in s3.headers]
    assert (tmp_path / "out").read_bytes() == content if target == "file" else pipe.file.getvalue() == content
    assert told.total == len(content)
    assert asked[0] == f"bytes=0-{PART - 1}"
    assert len(asked) == max(1, -(-len(content) // PART))


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1])
def test_parts_begin_at_the_threshold(size: int, mode: Any, tmp_path: Path) -> None:
    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG[:size]
        mode.do(client(mode, s3).download_file("b", "k", tmp_path / "out", Config=IN_PARTS))
        asked = [each.get("range") for each in s3.headers if each["phase"] == "GetObject"]
    assert (tmp_path / "out").read_bytes() == BIG[:size]
    expected = {PART - 1: {None}, PART: {"bytes=0-"}, PART + 1: {f"bytes=0-{PART - 1}", f"bytes={PART}-"}}
    assert set(asked) == expected[size]


def test_all_but_a_whole_object_is_asked_for_by_its_etag(mode: Any, tmp_path: Path) -> None:
    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG
        mode.do(client(mode, s3).download_file("b", "k", tmp_path / "out", Config=IN_PARTS))
        conditions = {each.get("if-match") for each in s3.headers if each["phase"] == "GetObject"}
    assert len(conditions) == 1
    assert None not in conditions


# --- targets


def test_a_file_in_append_mode_gets_all_of_it_in_order_behind_what_it_holds(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"before")
    with FaultyS3() as s3, path.open("ab") as file:
        s3.objects["/b/k"] = BIG
        mode.do(client(mode, s3).download_fileobj("b", "k", file, Config=IN_PARTS))
    assert path.read_bytes() == b"before" + BIG


def test_a_pipe_under_the_name_is_written_and_stays(mode: Any, tmp_path: Path) -> None:
    path, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG
        mode.do(client(mode, s3).download_file("b", "k", str(path), Config=IN_PARTS))
    reader.join()
    assert got == [BIG]
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="names of open files are a Unix thing")
def test_a_file_that_is_open_under_the_name_is_written_not_replaced(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "redirected"
    with FaultyS3() as s3, path.open("wb") as file:
        s3.objects["/b/k"] = BIG
        mode.do(client(mode, s3).download_file("b", "k", f"/dev/fd/{file.fileno()}", Config=IN_PARTS))
        assert os.fstat(file.fileno()).st_ino == path.stat().st_ino
    assert path.read_bytes() == BIG


class Slow(Pipe):
    """Takes few bytes at a time."""

    def write(self, data: bytes) -> int:
        return self.file.write(data[:100_000])


class Silent(Pipe):
    """Does not say how many bytes it took: all of them."""

    def write(self, data: bytes) -> None:  # type: ignore[override]  # as many file-likes do
        self.file.write(data)


@pytest.mark.parametrize("kind", [Slow, Silent])
def test_file_objects_that_write_as_they_like(kind: Any, mode: Any) -> None:
    out = kind()
    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG
        mode.do(client(mode, s3).download_fileobj("b", "k", out, Config=IN_PARTS))
    assert out.file.getvalue() == BIG


class Full(io.BytesIO):
    def write(self, data: Any) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
def test_a_full_target_is_its_own_error(content: bytes, mode: Any) -> None:
    with FaultyS3() as s3:
        s3.objects["/b/k"] = content
        with pytest.raises(OSError, match="No space left"):
            mode.do(client(mode, s3).download_fileobj("b", "k", Full(), Config=IN_PARTS))
        assert s3.calls["GetObject"] <= 4  # it is no broken connection, which would be tried again


@pytest.mark.parametrize("name", ["no/such/folder", "folder"])
def test_names_that_no_file_can_have(name: str, mode: Any, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with FaultyS3() as s3:
        s3.objects["/b/k"] = SMALL
        with pytest.raises(OSError, match=name):
            mode.do(client(mode, s3).download_file("b", "k", tmp_path / name))
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.parametrize("name", ["x" * 255, "é" * 127, "日" * 85], ids=len)
def test_the_longest_names(name: str, mode: Any, tmp_path: Path) -> None:
    with FaultyS3() as s3:
        s3.objects["/b/k"] = SMALL
        mode.do(client(mode, s3).download_file("b", "k", tmp_path / name))
    assert os.listdir(tmp_path) == [name]


def test_the_file_has_the_rights_of_a_new_one(mode: Any, tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"")
    with FaultyS3() as s3:
        s3.objects["/b/k"] = SMALL
        mode.do(client(mode, s3).download_file("b", "k", tmp_path / "out"))
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "new").stat().st_mode


def test_downloads_to_one_name_side_by_side(mode: Any, tmp_path: Path) -> None:
    with FaultyS3() as s3:
        s3.objects.update({"/b/1": BIG, "/b/2": BIG[::-1]})
        made = client(mode, s3)

        def fetch(key: str) -> Any:
            return made.download_file("b", key, str(tmp_path / "out"), Config=IN_PARTS)

        if mode.session_class._asynchronous:

            async def both() -> None:
                await asyncio.gather(fetch("1"), fetch("2"))

            mode.do(both())
        else:
            with ThreadPoolExecutor() as threads:
                list(threads.map(fetch, ["1", "2"]))
    assert (tmp_path / "out").read_bytes() in (BIG, BIG[::-1])
    assert os.listdir(tmp_path) == ["out"]


# --- what ends them from outside


def test_an_interrupted_download_leaves_no_file(tmp_path: Path) -> None:
    def interrupt(size: int) -> None:
        raise KeyboardInterrupt

    with FaultyS3() as s3, osteon.Session().client("s3", endpoint_url=s3.url, config=ONCE, **PLACE) as made:
        s3.objects["/b/k"] = BIG
        with pytest.raises(KeyboardInterrupt):
            made.download_file("b", "k", str(tmp_path / "out"), Callback=interrupt, Config=IN_PARTS)
    assert os.listdir(tmp_path) == []


def test_a_cancelled_download_leaves_no_file(tmp_path: Path) -> None:
    async def cancelled(s3: FaultyS3) -> None:
        async with osteon.AsyncSession().client("s3", endpoint_url=s3.url, config=ONCE, **PLACE) as made:
            begun = asyncio.Event()
            told = lambda size: begun.set()  # noqa: E731
            task = asyncio.ensure_future(made.download_file("b", "k", tmp_path / "out", Callback=told, Config=IN_PARTS))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG * 3
        asyncio.run(cancelled(s3))
    assert os.listdir(tmp_path) == []


def test_an_error_of_the_callback_leaves_no_file(mode: Any, tmp_path: Path) -> None:
    def refuse(size: int) -> None:
        raise LookupError("enough")

    with FaultyS3() as s3:
        s3.objects["/b/k"] = BIG
        with pytest.raises(LookupError, match="enough"):
            mode.do(client(mode, s3).download_file("b", "k", tmp_path / "out", Callback=refuse, Config=IN_PARTS))
    assert os.listdir(tmp_path) == []


def test_a_stubs_body_stays_open() -> None:
    made, content = osteon.Session().client("s3", **PLACE), io.BytesIO(SMALL)
    with made, Stubber(made) as stubber:
        for _ in range(2):
            stubber.add_response("head_object", {"ContentLength": len(SMALL), "ETag": "e"})
            stubber.add_response("get_object", {"Body": content, "ContentLength": len(SMALL)})
            content.seek(0)
            out = io.BytesIO()
            made.download_fileobj("b", "k", out)
            assert out.getvalue() == SMALL
