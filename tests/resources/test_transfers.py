"""S3 transfers: whatever breaks, there is the whole or nothing, and the error says what happened."""

from __future__ import annotations

import asyncio
import io
import os
import random
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.resources.faulty_s3 import FaultyS3

import osteon
from osteon.aws.customizations.s3_transfer_config import MAX_PART, MAX_PARTS, MIN_PART
from osteon.exceptions import Boto3Error, ClientError, OsteonError, RetriesExceededError, S3UploadFailedError
from osteon.s3.transfer import S3Transfer, TransferConfig, progress_bar

PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
PART = MIN_PART
BIG = random.Random(1).randbytes(3 * PART + 1234)
SMALL = b"some bytes"
IN_PARTS = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=3)
#: no attempt more than needed, so that a fault that stays is soon an error
ONCE = osteon.Config(retries={"total_max_attempts": 1, "mode": "standard"}, s3={"addressing_style": "path"})


def client(mode: Any, s3: FaultyS3, config: osteon.Config = ONCE) -> Any:
    return mode.client("s3", endpoint_url=s3.url, config=config, **PLACE)


class Told:
    """A callback that adds up."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, size: int) -> None:
        self.sizes.append(size)

    @property
    def total(self) -> int:
        return sum(self.sizes)


class Pipe:
    """A file object that can only be read, or written, on and on."""

    def __init__(self, content: bytes = b"") -> None:
        self.file = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self.file.read(min(size, 1_000_000) if size >= 0 else size)

    def write(self, data: bytes) -> int:
        return self.file.write(data)


# --- what goes well


@pytest.mark.parametrize("content", [b"", SMALL, BIG], ids=["empty", "small", "big"])
def test_a_file_there_and_back(content: bytes, mode: Any, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(content)
    up, down = Told(), Told()
    with FaultyS3() as s3:
        made = client(mode, s3)
        mode.do(made.upload_file(tmp_path / "in", "b", "k", Callback=up, Config=IN_PARTS))
        mode.do(made.download_file("b", "k", str(tmp_path / "out"), Callback=down, Config=IN_PARTS))
        assert s3.objects == {"/b/k": content}
        assert s3.uploads == {}
    assert (tmp_path / "out").read_bytes() == content
    assert (up.total, down.total) == (len(content), len(content))
    assert sorted(os.listdir(tmp_path)) == ["in", "out"]


@pytest.mark.parametrize("content", [b"", SMALL, BIG, BIG[: 2 * PART]], ids=["empty", "small", "big", "even"])
@pytest.mark.parametrize("kind", [io.BytesIO, Pipe], ids=["seekable", "pipe"])
def test_a_file_object_there_and_back(content: bytes, kind: Any, mode: Any) -> None:
    with FaultyS3() as s3:
        made = client(mode, s3)
        mode.do(made.upload_fileobj(kind(content), "b", "k", Config=IN_PARTS))
        assert s3.objects == {"/b/k": content}
        out = kind()
        mode.do(made.download_fileobj("b", "k", out, Config=IN_PARTS))
    assert (out.file if kind is Pipe else out).getvalue() == content


def test_a_file_object_is_read_from_where_it_stands_and_stays_open(mode: Any) -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_fileobj(file, "b", "k"))
        assert s3.objects["/b/k"] == b"456789"
    assert not file.closed


def test_boto3s_older_face(mode: Any, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(BIG)
    told = Told()
    with FaultyS3() as s3:
        transfer = S3Transfer(client(mode, s3), IN_PARTS)
        mode.do(transfer.upload_file(str(tmp_path / "in"), "b", "k", told, {"ContentType": "text/x"}))
        mode.do(transfer.download_file("b", "k", str(tmp_path / "out")))
    assert (tmp_path / "out").read_bytes() == BIG
    assert told.total == len(BIG)


def test_a_progress_bar(mode: Any) -> None:
    with FaultyS3() as s3, progress_bar("up", total=len(BIG)) as told:
        mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", Callback=told, Config=IN_PARTS))


def test_one_part_after_another(mode: Any, tmp_path: Path) -> None:
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
    (tmp_path / "in").write_bytes(BIG)
    told = Told()
    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_file(str(tmp_path / "in"), "b", "k", Callback=told, Config=config))
        assert s3.objects["/b/k"] == BIG
    assert told.sizes == [PART, PART, PART, 1234]


def test_extra_arguments_go_to_the_calls_that_take_them(mode: Any) -> None:
    extra = {"Metadata": {"a": "b"}, "RequestPayer": "requester", "ContentType": "text/x"}
    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", ExtraArgs=extra, Config=IN_PARTS))
        sent = {each["phase"]: each for each in s3.headers}
    assert sent["CreateMultipartUpload"]["x-amz-meta-a"] == "b"
    assert sent["CreateMultipartUpload"]["content-type"] == "text/x"
    assert sent["CreateMultipartUpload"]["x-amz-checksum-algorithm"] == "CRC32"
    assert "x-amz-meta-a" not in sent["UploadPart"]
    assert {each["x-amz-request-payer"] for each in sent.values()} == {"requester"}


@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
def test_a_copy_is_what_its_source_is(content: bytes, mode: Any, moto_url: str) -> None:
    made = mode.client("s3", endpoint_url=moto_url, **PLACE)
    bucket = f"copies-{mode.session_class.__name__.lower()}-{len(content)}"
    told = Told()
    mode.do(made.create_bucket(Bucket=bucket))
    about = {"Metadata": {"a": "b"}, "ContentType": "text/x", "Tagging": "k=v%20w"}
    mode.do(made.put_object(Bucket=bucket, Key="in", Body=content, **about))
    mode.do(made.copy({"Bucket": bucket, "Key": "in"}, bucket, "out", Callback=told, Config=IN_PARTS))
    answer = mode.do(made.get_object(Bucket=bucket, Key="out"))
    assert mode.do(answer["Body"].read()) == content
    assert (answer["Metadata"], answer["ContentType"]) == ({"a": "b"}, "text/x")
    tags = mode.do(made.get_object_tagging(Bucket=bucket, Key="out"))
    assert tags["TagSet"] == [{"Key": "k", "Value": "v w"}]
    assert told.total == len(content)
    replaced = {"MetadataDirective": "REPLACE", "Metadata": {"new": "1"}, "TaggingDirective": "REPLACE"}
    mode.do(made.copy({"Bucket": bucket, "Key": "in"}, bucket, "other", ExtraArgs=replaced, Config=IN_PARTS))
    assert mode.do(made.head_object(Bucket=bucket, Key="other"))["Metadata"] == {"new": "1"}
    assert mode.do(made.get_object_tagging(Bucket=bucket, Key="other"))["TagSet"] == []


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
            mode.do(
                client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", Callback=refuse, Config=IN_PARTS)
            )
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


# --- downloads


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

        with pytest.raises(ClientError) as raised:
            mode.do(client(mode, s3).download_file("b", "k", str(tmp_path / "out"), Callback=replace, Config=config))
    assert "replaced" in raised.value.__notes__[0]
    assert os.listdir(tmp_path) == []


# --- arguments


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s3: s3.upload_file("x", "b", "k", ExtraArgs={"Nope": 1}), ValueError, "Invalid extra_args key 'Nope'"),
        (lambda s3: s3.upload_file(3, "b", "k"), ValueError, "Filename must be a string or a path-like object"),
        (lambda s3: s3.upload_fileobj("text", "b", "k"), ValueError, "Fileobj must implement read"),
        (lambda s3: s3.download_fileobj("b", "k", "text"), ValueError, "Fileobj must implement write"),
        (lambda s3: s3.copy("b/k", "b", "k"), TypeError, "Expecting dictionary formatted"),
    ],
)
def test_arguments_are_refused_as_boto3_does(call: Any, error: Any, message: str, mode: Any) -> None:
    for made in (mode.client("s3", **PLACE), boto3.client("s3", **PLACE)):
        with pytest.raises(error, match=message):
            call(made)


def test_a_file_that_is_not_there(mode: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        mode.do(mode.client("s3", **PLACE).upload_file(str(tmp_path / "none"), "b", "k"))


@pytest.mark.parametrize("size", [0, 1, MIN_PART, 10**9, 5 * 10**12, 48 * 10**12])
@pytest.mark.parametrize("wanted", [1, 8 * 2**20, 10**12])
def test_parts_keep_within_s3s_limits(size: int, wanted: int) -> None:
    part = TransferConfig(multipart_chunksize=wanted).part_size(size)
    assert MIN_PART <= part <= MAX_PART
    assert size / part <= MAX_PARTS


@pytest.mark.parametrize("option", ["multipart_threshold", "max_concurrency", "multipart_chunksize", "max_bandwidth"])
def test_options_above_zero(option: str) -> None:
    with pytest.raises(ValueError, match=option):
        TransferConfig(**{option: 0})
    default: Any = {option: None}
    assert TransferConfig(**default) == TransferConfig()
