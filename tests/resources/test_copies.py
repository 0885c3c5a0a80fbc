"""Copies within S3: as a whole and in parts, and what a copy in parts carries over itself."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.resources.transferring import BIG, IN_PARTS, PART, PLACE, SMALL, Told

from osteon.exceptions import ClientError, S3CopyFailedError
from osteon.http import Headers, PreparedRequest, Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

SOURCE = {"Bucket": "from", "Key": "in", "VersionId": "v1"}
SIZE = 2 * PART + 1


class Shelf:
    """An S3 that knows one source object; ``answers`` are those in place of the usual ones, by the calls' names."""

    def __init__(self, mode: Any, **answers: Any) -> None:
        self.calls: list[tuple[str, PreparedRequest]] = []
        self.answers = answers
        kind = AsyncCannedTransport if mode.session_class._asynchronous else CannedTransport
        self.client = mode.client("s3", session=mode.session(transport=lambda options: kind(self.answer)), **PLACE)

    def answer(self, request: PreparedRequest) -> Response:
        name = name_of(request)
        self.calls.append((name, request))
        usual = self.answers.get(name, getattr(self, name, (200, {}, b"")))
        status, headers, body = usual(request) if callable(usual) else usual
        return Response(status, Headers({"content-type": "application/xml", **headers}), body, request.url)

    def named(self, name: str) -> list[PreparedRequest]:
        return [request for each, request in self.calls if each == name]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    head = (200, {"content-length": str(SIZE), "etag": '"e"', "content-type": "text/x", "x-amz-meta-a": "b"}, b"")
    create = (200, {}, b"<R><UploadId>u</UploadId></R>")
    part = (200, {}, b"<R><ETag>p</ETag><ChecksumCRC32>c</ChecksumCRC32></R>")
    complete = (200, {"x-amz-version-id": "v2"}, b"<R><ETag>whole</ETag></R>")
    tags = (200, {}, b"<R><TagSet><Tag><Key>k</Key><Value>v w</Value></Tag></TagSet></R>")

    @staticmethod
    def annotations(request: PreparedRequest) -> Any:
        entry = "<Annotations><member><AnnotationName>{}</AnnotationName></member></Annotations>"
        if "continuation-token" in request.url:
            return 200, {}, f"<R>{entry.format('two')}</R>".encode()
        return 200, {}, f"<R>{entry.format('one')}<NextContinuationToken>t</NextContinuationToken></R>".encode()

    annotation = (200, {"content-type": "text/plain"}, b"note")


def name_of(request: PreparedRequest) -> str:
    query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    if "annotation" in query:
        if "annotationName" not in query:
            return "annotations"
        return "annotation" if request.method == "GET" else "annotate"
    if "tagging" in query:
        return "tags"
    if "uploadId" in query:
        return {"PUT": "part", "POST": "complete", "DELETE": "abort"}[request.method]
    return {"HEAD": "head", "POST": "create", "PUT": "copy"}[request.method]


def copied(shelf: Shelf, mode: Any, **extra: Any) -> None:
    mode.do(shelf.client.copy(SOURCE, "to", "out", ExtraArgs=extra, Config=IN_PARTS))


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


def test_the_parts_of_a_copy(mode: Any) -> None:
    shelf = Shelf(mode)
    copied(shelf, mode)
    parts = {request.headers["x-amz-copy-source-range"]: request for request in shelf.named("part")}
    assert set(parts) == {f"bytes=0-{PART - 1}", f"bytes={PART}-{2 * PART - 1}", f"bytes={2 * PART}-{2 * PART}"}
    for request in parts.values():
        assert request.headers["x-amz-copy-source"] == "from/in?versionId=v1"
        assert request.headers["x-amz-copy-source-if-match"] == '"e"'
    assert shelf.names[:2] == ["head", "create"]
    assert shelf.names[-1] == "complete"
    assert bytes(shelf.named("complete")[0].body).count(b"<ChecksumCRC32>c</ChecksumCRC32>") == 3  # type: ignore[arg-type]  # bytes


METADATA = {"content-type": "text/x", "x-amz-meta-a": "b", "x-amz-meta-c": None}
OWN = {"content-type": "text/y", "x-amz-meta-a": None, "x-amz-meta-c": "d"}


@pytest.mark.parametrize(("directive", "expected"), [(None, METADATA), ("COPY", METADATA), ("REPLACE", OWN)])
def test_metadata_of_a_copy_in_parts(directive: str | None, expected: dict[str, Any], mode: Any) -> None:
    shelf, said = Shelf(mode), {"MetadataDirective": directive} if directive else {}
    copied(shelf, mode, Metadata={"c": "d"}, ContentType="text/y", **said)
    headers = shelf.named("create")[0].headers
    assert {name: headers.get(name) for name in expected} == expected


#: (directive, number of tags the head tells of, whether tags are asked for, what the copy gets)
TAGS: list[tuple[str | None, int, bool, str | None]] = [
    (None, 1, True, "k=v+w"),
    (None, 0, False, None),
    ("COPY", 0, True, "k=v+w"),
    ("REPLACE", 1, False, "own=1"),
]


@pytest.mark.parametrize(("directive", "count", "asked", "expected"), TAGS)
def test_tags_of_a_copy_in_parts(
    directive: str | None, count: int, asked: bool, expected: str | None, mode: Any
) -> None:
    status, headers, body = Shelf.head
    shelf = Shelf(mode, head=(status, {**headers, **({"x-amz-tagging-count": str(count)} if count else {})}, body))
    said = {"TaggingDirective": directive} if directive else {}
    copied(shelf, mode, Tagging="own=1", RequestPayer="requester", **said)
    assert shelf.named("create")[0].headers.get("x-amz-tagging") == expected
    assert bool(shelf.named("tags")) == asked
    for request in shelf.named("tags"):
        assert "versionId=v1" in request.url
        assert request.headers["x-amz-request-payer"] == "requester"


def test_tags_that_no_header_holds_are_put_when_the_copy_is_there(mode: Any) -> None:
    tags = "".join(f"<Tag><Key>k{number}</Key><Value>{'é' * 250}</Value></Tag>" for number in range(10))

    def tagging(request: PreparedRequest) -> Any:
        return 200, {}, f"<R><TagSet>{tags}</TagSet></R>".encode() if request.method == "GET" else b""

    shelf = Shelf(mode, tags=tagging)
    copied(shelf, mode, TaggingDirective="COPY", RequestPayer="requester")
    assert "x-amz-tagging" not in shelf.named("create")[0].headers
    put = shelf.named("tags")[-1]
    assert shelf.names[-2:] == ["complete", "tags"]
    assert (put.method, "versionId=v2" in put.url, put.headers["x-amz-request-payer"]) == ("PUT", True, "requester")
    assert put.body.decode().count(f"<Value>{'é' * 250}</Value>") == 10  # type: ignore[union-attr]  # it is bytes


def test_annotations_are_copied_when_that_is_asked_for(mode: Any) -> None:
    shelf = Shelf(mode)
    copied(shelf, mode, AnnotationDirective="COPY", RequestPayer="requester")
    put = shelf.named("annotate")
    assert sorted(parse_qs(urlsplit(request.url).query)["annotationName"][0] for request in put) == ["one", "two"]
    for request in put:
        assert parse_qs(urlsplit(request.url).query)["versionId"] == ["v2"]
        assert request.headers["x-amz-object-if-match"] == "whole"
        assert request.headers["x-amz-request-payer"] == "requester"
    assert shelf.names.index("annotations") > shelf.names.index("complete")
    assert len(shelf.named("annotations")) == 2
    assert all("versionId=v1" in request.url for request in shelf.named("annotations") + shelf.named("annotation"))


@pytest.mark.parametrize("directive", [None, "EXCLUDE"])
def test_annotations_are_not_copied_else(directive: str | None, mode: Any) -> None:
    shelf = Shelf(mode)
    copied(shelf, mode, **({"AnnotationDirective": directive} if directive else {}))
    assert not shelf.named("annotations")


def test_annotations_that_cannot_be_put_are_named(mode: Any) -> None:
    def refuse_one(request: PreparedRequest) -> Any:
        refused = "annotationName=one" in request.url
        return (403, {}, b"<Error><Code>AccessDenied</Code></Error>") if refused else (200, {}, b"")

    shelf = Shelf(mode, annotate=refuse_one)
    with pytest.raises(S3CopyFailedError, match=r"s3://to/out\. Succeeded: \['two'\]\. Failed: \['one'\]") as raised:
        copied(shelf, mode, AnnotationDirective="COPY")
    assert "AccessDenied" in str(raised.value)
    assert "abort" not in shelf.names  # the copy is there


def test_a_source_that_is_replaced_meanwhile_is_no_mixture(mode: Any) -> None:
    shelf = Shelf(mode, part=(412, {}, b"<Error><Code>PreconditionFailed</Code></Error>"))
    with pytest.raises(S3CopyFailedError, match='stored object "in" in bucket "from" did not match expected ETag'):
        copied(shelf, mode)
    assert shelf.names[-1] == "abort"
    assert "complete" not in shelf.names


@pytest.mark.parametrize("phase", ["create", "part", "complete"])
def test_a_copy_that_fails_is_aborted(phase: str, mode: Any) -> None:
    shelf = Shelf(mode, **{phase: (403, {}, b"<Error><Code>AccessDenied</Code></Error>")})
    with pytest.raises(ClientError, match="AccessDenied"):
        copied(shelf, mode)
    assert (shelf.names[-1] == "abort") == (phase != "create")


def test_what_has_no_effect_is_told(mode: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="osteon"):
        copied(Shelf(mode), mode, Metadata={"c": "d"}, Tagging="own=1")
        copied(Shelf(mode), mode, Metadata={"c": "d"}, MetadataDirective="REPLACE")
    assert [record.args for record in caplog.records] == [
        ("Metadata", "MetadataDirective"),
        ("Tagging", "TaggingDirective"),
    ]


def test_the_source_may_have_a_client_of_its_own(mode: Any) -> None:
    here, there = Shelf(mode), Shelf(mode)
    mode.do(
        here.client.copy(
            SOURCE, "to", "out", SourceClient=there.client, Config=IN_PARTS,
            ExtraArgs={"AnnotationDirective": "COPY", "TaggingDirective": "COPY"},
        )
    )  # fmt: skip
    assert set(there.names) == {"head", "tags", "annotations", "annotation"}
    assert set(here.names) == {"create", "part", "complete", "annotate"}


def test_a_copy_of_more_than_one_call_takes_goes_in_parts_whatever_the_threshold(mode: Any) -> None:
    status, headers, body = Shelf.head
    shelf = Shelf(mode, head=(status, {**headers, "content-length": str(5 * 2**30 + 1)}, body))
    config = type(IN_PARTS)(multipart_threshold=10**13, multipart_chunksize=2**30)
    mode.do(shelf.client.copy(SOURCE, "to", "out", Config=config))
    assert len(shelf.named("part")) == 6
