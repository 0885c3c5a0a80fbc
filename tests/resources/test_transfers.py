"""S3 transfers that go well, there and back, and their arguments. What breaks: test_uploads and test_downloads."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig as Boto3Config
from s3transfer.utils import ChunksizeAdjuster
from tests.resources.faulty_s3 import FaultyS3
from tests.resources.transferring import BIG, IN_PARTS, PART, PLACE, SMALL, Pipe, Told, client

from osteon.aws.customizations.s3_transfer_config import MAX_PART, MAX_PARTS, MIN_PART
from osteon.s3.transfer import S3Transfer, TransferConfig, progress_bar

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
        numbers = [path for each in s3.headers if each["phase"] == "UploadPart" for path in [each["content-length"]]]
    assert numbers == [str(PART), str(PART), str(PART), "1234"]
    assert told.total == len(BIG)
    assert len(told.sizes) > len(numbers)  # told while a part is on its way, not only when it is there
    assert min(told.sizes) > 0


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


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s3: s3.upload_file("x", "b", "k", ExtraArgs=["ACL"]), ValueError, "expected, not list"),
        (lambda s3: s3.upload_file("x", "b", "k", ExtraArgs="ACL"), ValueError, "expected, not str"),
        (lambda s3: s3.upload_file("x", "b", "k", Config={"max_concurrency": 1}), TypeError, "not dict"),
        (lambda s3: s3.download_file("b", "k", "x", Config="auto"), TypeError, "must be a TransferConfig, not str"),
        (lambda s3: TransferConfig(multipart_threshold="8MB"), TypeError, "multipart_threshold must be a number"),
    ],
)
def test_arguments_that_boto3_does_not_name_are_refused(call: Any, error: Any, message: str, mode: Any) -> None:
    with pytest.raises(error, match=message):
        call(mode.client("s3", **PLACE))


@pytest.mark.parametrize("text", ["", "text"])
def test_what_gives_no_bytes_is_no_source(text: str, mode: Any, tmp_path: Path) -> None:
    (tmp_path / "in").write_text(text)
    with FaultyS3() as s3, (tmp_path / "out").open("wb") as unreadable, (tmp_path / "in").open() as as_text:
        made = client(mode, s3)
        with pytest.raises(ValueError, match="must be readable"):
            mode.do(made.upload_fileobj(unreadable, "b", "k"))
        for file in (as_text, io.StringIO(text)):
            with pytest.raises(ValueError, match="must give bytes, not str"):
                mode.do(made.upload_fileobj(file, "b", "k"))
        assert s3.objects == {}


def test_a_folder_is_no_target(mode: Any, tmp_path: Path) -> None:
    with FaultyS3() as s3:
        s3.objects["/b/k"] = SMALL
        with pytest.raises(IsADirectoryError) as raised:
            mode.do(client(mode, s3).download_file("b", "k", str(tmp_path)))
    assert raised.value.filename == str(tmp_path)


def test_a_file_that_is_not_there(mode: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        mode.do(mode.client("s3", **PLACE).upload_file(str(tmp_path / "none"), "b", "k"))


SIZES = [0, 1, MIN_PART, 10**9, 8 * 2**20 * MAX_PARTS, 8 * 2**20 * MAX_PARTS + 1, 5 * 10**12, 48 * 2**40]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("wanted", [1, 8 * 2**20, 10**12])
def test_parts_keep_within_s3s_limits(size: int, wanted: int) -> None:
    part = TransferConfig(multipart_chunksize=wanted).part_size(size)
    assert MIN_PART <= part <= MAX_PART
    assert size / part <= MAX_PARTS or part == MAX_PART
    assert part == ChunksizeAdjuster().adjust_chunksize(wanted, size)


def test_parts_of_an_unknown_size_grow() -> None:
    config = TransferConfig()
    sizes = [config.part_size(None, number) for number in range(1, MAX_PARTS + 1)]
    assert sizes[:4000] == [config.multipart_chunksize] * 4000
    assert sizes == sorted(sizes)
    assert sum(sizes) > 5 * 2**40


@pytest.mark.parametrize("option", ["multipart_threshold", "max_concurrency", "multipart_chunksize", "max_bandwidth"])
def test_options_above_zero(option: str) -> None:
    for value in (0, -1, -0.5):
        for kind in (TransferConfig, Boto3Config):
            with pytest.raises(ValueError, match=f"of value {value} must be greater than 0"):
                kind(**{option: value})
    default: Any = {option: None}
    assert TransferConfig(**default) == TransferConfig()


def test_options_have_s3transfers_names_too() -> None:
    config = TransferConfig(max_concurrency=3, max_io_queue=4)
    assert (config.max_request_concurrency, config.max_io_queue_size) == (3, 4)
    config.max_request_concurrency, config.max_io_queue_size = 5, 6
    assert (config.max_concurrency, config.max_io_queue) == (5, 6)


def test_a_configuration_of_boto3s_will_do(mode: Any) -> None:
    config = Boto3Config(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=2, use_threads=False)
    with FaultyS3() as s3:
        mode.do(client(mode, s3).upload_fileobj(io.BytesIO(BIG), "b", "k", Config=config))
        assert s3.calls["UploadPart"] == 4


def test_the_older_face_is_used_by_with(mode: Any) -> None:
    with FaultyS3() as s3, S3Transfer(client(mode, s3)) as transfer:
        mode.do(transfer.upload_file(__file__, "b", "k"))
        assert s3.objects["/b/k"] == Path(__file__).read_bytes()
    with pytest.raises(ValueError, match="must be provided"):
        S3Transfer()


_LAZY = """
import sys, inspect
import osteon
place = dict(region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
client, bucket = osteon.client("s3", **place), osteon.resource("s3", **place).Bucket("b")
for name in ("upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy"):
    assert getattr(client, name).__doc__ == getattr(bucket, name).__doc__ != None
    assert "Callback" in inspect.signature(getattr(client, name)).parameters
loaded = lambda: sorted(name for name in sys.modules if "s3_transfer" in name)
assert loaded() == [], loaded()
try:
    client.upload_file("none", "b", "k")
except FileNotFoundError:
    assert loaded() != []
"""


def test_nothing_of_transfers_is_loaded_before_one_begins() -> None:
    subprocess.run([sys.executable, "-c", _LAZY], check=True)
