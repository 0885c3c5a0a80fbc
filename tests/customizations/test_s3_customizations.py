"""S3 beside botocore: the same requests, the same results, the same errors."""

from __future__ import annotations

import io
from typing import Any

import pytest
from tests.support.differential import Answer, Client, both, made_by_osteon, requests_of, results_of

from osteon.exceptions import ResponseParserError

OBJECT: dict[str, Any] = {"Bucket": "bkt", "Key": "k"}
BUCKET: dict[str, Any] = {"Bucket": "bkt"}
ACCESS_POINT = "arn:aws:s3:us-west-2:123456789012:accesspoint/ap"
KEY = "0123456789abcdef0123456789abcdef"
DELETE = {"Objects": [{"Key": "<&>"}, {"Key": "b"}]}
CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
PARTS = {"Parts": [{"ETag": "e", "PartNumber": 1}]}

REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("ListBuckets", {}),
    ("CreateBucket", BUCKET),
    ("HeadBucket", BUCKET),
    ("GetBucketLocation", BUCKET),
    ("ListObjects", {**BUCKET, "Prefix": "a/ü"}),
    ("ListObjects", {**BUCKET, "EncodingType": "url"}),
    ("ListObjectsV2", BUCKET),
    ("ListObjectVersions", BUCKET),
    ("GetObject", OBJECT),
    ("GetObject", {**OBJECT, "Bucket": "UPPER_under"}),
    ("GetObject", {**OBJECT, "Bucket": "dot.ted"}),
    ("GetObject", {**OBJECT, "Key": "a/../b//c?x=1&é+%"}),
    ("GetObject", {**OBJECT, "SSECustomerKey": KEY, "SSECustomerAlgorithm": "AES256"}),
    ("HeadObject", {**OBJECT, "SSECustomerKey": KEY.encode(), "SSECustomerAlgorithm": "AES256"}),
    ("PutObject", OBJECT),
    ("PutObject", {**OBJECT, "Body": b""}),
    ("PutObject", {**OBJECT, "Body": b"bytes"}),
    ("PutObject", {**OBJECT, "Body": "tëxt"}),
    ("PutObject", {**OBJECT, "Body": io.BytesIO(b"file")}),
    ("PutObject", {**OBJECT, "Body": b"x", "Metadata": {"A": "b"}}),
    ("PutObject", {**OBJECT, "Body": b"x", "ContentMD5": "abc"}),
    ("PutObject", {**OBJECT, "Body": b"x", "ChecksumAlgorithm": "SHA256"}),
    ("PutObject", {**OBJECT, "Body": b"x", "ChecksumSHA1": "abc"}),
    ("PutObject", {**OBJECT, "Body": b"x", "SSECustomerKey": KEY, "SSECustomerKeyMD5": "mine"}),
    ("UploadPart", {**OBJECT, "Body": b"part", "PartNumber": 1, "UploadId": "u", "SSECustomerKey": KEY}),
    ("CompleteMultipartUpload", {**OBJECT, "UploadId": "u", "MultipartUpload": PARTS}),
    ("CreateMultipartUpload", {**OBJECT, "Metadata": {"a": "b"}, "SSECustomerKey": KEY}),
    ("CopyObject", {**OBJECT, "CopySource": "src/a b/ü?versionId=1"}),
    ("CopyObject", {**OBJECT, "CopySource": {"Bucket": "src", "Key": "a b+"}}),
    ("CopyObject", {**OBJECT, "CopySource": {"Bucket": "src", "Key": "a", "VersionId": "v/1"}}),
    ("CopyObject", {**OBJECT, "CopySource": {"Bucket": ACCESS_POINT, "Key": "a"}, "CopySourceSSECustomerKey": KEY}),
    ("UploadPartCopy", {**OBJECT, "CopySource": "src/x", "PartNumber": 1, "UploadId": "u", "SSECustomerKey": KEY}),
    ("DeleteObject", OBJECT),
    ("DeleteObjects", {**BUCKET, "Delete": DELETE}),
    ("PutBucketCors", {**BUCKET, "CORSConfiguration": CORS}),
    ("PutBucketPolicy", {**BUCKET, "Policy": "{}"}),
    ("GetObjectAttributes", {**OBJECT, "ObjectAttributes": ["ETag", "Checksum"]}),
    ("WriteGetObjectResponse", {"RequestRoute": "r", "RequestToken": "t", "Body": b"x"}),
    ("WriteGetObjectResponse", {"RequestRoute": "r", "RequestToken": "t", "Body": io.BytesIO(b"x")}),
]
#: what both refuse before anything is sent, and what depends on the client's settings whether it is refused
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("GetObject", {**OBJECT, "Bucket": "bad bucket"}),
    ("GetObject", {**OBJECT, "Bucket": ""}),
    ("GetObject", {**OBJECT, "Bucket": "a/b"}),
    ("GetObject", {**OBJECT, "Bucket": "arn:aws:s3:us-west-2:1:accesspoint/ap"}),
    ("PutObject", {**OBJECT, "Metadata": {"a": "é"}}),
    ("CopyObject", {**OBJECT, "CopySource": {"Bucket": "src"}}),
    ("CopyObject", {**OBJECT, "CopySource": 5}),
    ("CopyObject", OBJECT),
    ("PutObject", {**OBJECT, "Bucket": "bad bucket", "Metadata": {"a": "é"}}),
    ("PutBucketPolicy", {**BUCKET, "Policy": "{}", "ChecksumAlgorithm": ""}),
]
ARNS = [
    ACCESS_POINT,
    "arn:aws:s3:us-west-2:123456789012:accesspoint:ap",
    "arn:aws:s3::123456789012:accesspoint/mrap.alias",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-1:accesspoint:ap",
    "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/ap",
]
CLIENTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "elsewhere": {"region": "eu-west-1"},
    "china": {"region": "cn-north-1"},
    "path": {"config": {"s3": {"addressing_style": "path"}}},
    "own endpoint": {"endpoint_url": "http://localhost:5000"},
    "own endpoint, virtual": {
        "endpoint_url": "http://localhost:5000",
        "config": {"s3": {"addressing_style": "virtual"}},
    },
    "accelerated": {"config": {"s3": {"use_accelerate_endpoint": True}}},
    "dual stack": {"config": {"s3": {"use_dualstack_endpoint": True}}},
    "fips": {"config": {"use_fips_endpoint": True}},
    "own region only": {"region": "eu-west-1", "config": {"s3": {"use_arn_region": False}}},
    "unsigned": {"config": {"signature_version": "unsigned"}},
    "few checksums": {"config": {"request_checksum_calculation": "when_required"}},
    "signed payload": {"config": {"s3": {"payload_signing_enabled": True}}},
    "unsigned payload": {"config": {"s3": {"payload_signing_enabled": False}}},
}


def shown(value: Any) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("operation", "params"), REQUESTS, ids=shown)
def test_request_is_botocores(operation: str, params: dict[str, Any]) -> None:
    ours, theirs = requests_of("s3", operation, params)
    assert ours == theirs


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize(
    ("operation", "params"),
    [case for case in REQUESTS if case[0] in ("GetBucketLocation", "ListObjectsV2", "PutObject", "DeleteObjects")],
    ids=shown,
)
def test_request_of_every_kind_of_client(operation: str, params: dict[str, Any], client: dict[str, Any]) -> None:
    ours, theirs = both(Client("s3", **client), operation, params)
    assert ours.requests == theirs.requests
    if operation != "GetBucketLocation":  # an empty answer to it is told by other exceptions, see below
        assert (ours.result, ours.error) == (theirs.result, theirs.error)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("bucket", ARNS)
def test_arn_as_bucket(bucket: str, client: dict[str, Any]) -> None:
    ours, theirs = both(Client("s3", **client), "GetObject", {**OBJECT, "Bucket": bucket})
    assert ours == theirs


@pytest.mark.parametrize(("operation", "params"), REFUSED, ids=shown)
def test_refusals_are_botocores(operation: str, params: dict[str, Any]) -> None:
    ours, theirs = both(Client("s3"), operation, params)
    assert ours == theirs
    assert ours.message == theirs.message
    assert not ours.requests
    assert ours.error is not None


def test_line_ends_in_keys_survive_xml() -> None:
    ours, theirs = requests_of("s3", "DeleteObjects", {**BUCKET, "Delete": {"Objects": [{"Key": "a\r\nb"}]}})
    assert ours.body == theirs.body


# --- answers

XML = {"Content-Type": "application/xml"}
LISTED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Name>bkt</Name><Prefix>a%2Bb</Prefix><Delimiter>%2F</Delimiter><StartAfter>%20</StartAfter><Marker>m%20</Marker>"
    b"<NextMarker>n+m</NextMarker><EncodingType>url</EncodingType><Contents><Key>a+b%2F%C3%BC</Key></Contents>"
    b"<Contents><Key>plain</Key></Contents><CommonPrefixes><Prefix>c%2F</Prefix></CommonPrefixes></ListBucketResult>"
)
VERSIONS = (
    b"<ListVersionsResult><KeyMarker>%20</KeyMarker><NextKeyMarker>%21</NextKeyMarker><EncodingType>url</EncodingType>"
    b"<Version><Key>a%0D</Key></Version><DeleteMarker><Key>b%0A</Key></DeleteMarker></ListVersionsResult>"
)
ERROR = b"<Error><Code>InternalError</Code><Message>try again</Message><RequestId>r</RequestId></Error>"
COMPLETE = {**OBJECT, "UploadId": "u"}
COPIED = b"<CopyObjectResult><ETag>e</ETag></CopyObjectResult>"
COPY = {**OBJECT, "CopySource": "a/b"}
CRC32_OF_D, SHA256_OF_D = "mN1KzA==", "GKw+c0PwFokMUQ6T+TUmEWnZ4/VlQ2Qpgw+vCTT0+OQ="

ANSWERS: list[tuple[str, str, dict[str, Any], Answer]] = [
    ("listing", "ListObjects", BUCKET, Answer(200, LISTED, XML)),
    ("listing v2", "ListObjectsV2", BUCKET, Answer(200, LISTED, XML)),
    (
        "listing that the caller wants encoded",
        "ListObjectsV2",
        {**BUCKET, "EncodingType": "url"},
        Answer(200, LISTED, XML),
    ),
    ("listing of versions", "ListObjectVersions", BUCKET, Answer(200, VERSIONS, XML)),
    ("location", "GetBucketLocation", BUCKET, Answer(200, b"<LocationConstraint>eu-west-1</LocationConstraint>", XML)),
    ("no location", "GetBucketLocation", BUCKET, Answer(200, b'<LocationConstraint xmlns="x"/>', XML)),
    ("copy", "CopyObject", COPY, Answer(200, COPIED, XML)),
    ("error under 200", "CopyObject", COPY, Answer(200, ERROR, XML)),
    ("error behind white space", "CompleteMultipartUpload", COMPLETE, Answer(200, b"\n\n" + ERROR, XML)),
    (
        "error behind a declaration",
        "CompleteMultipartUpload",
        COMPLETE,
        Answer(200, b'<?xml version="1.0"?>\n' + ERROR),
    ),
    ("error behind a comment", "CopyObject", COPY, Answer(200, b"<!-- c -->" + ERROR)),
    ("cut off", "CopyObject", COPY, Answer(200, COPIED[:-5])),
    ("cut off in a listing", "ListObjectsV2", BUCKET, Answer(200, LISTED[:-30])),
    ("no XML at all", "CopyObject", COPY, Answer(200, b"oops")),
    ("comment at the end", "CopyObject", COPY, Answer(200, COPIED + b"<!-- end -->")),
    ("an object that looks like an error", "GetObject", OBJECT, Answer(200, ERROR, {"ETag": "e"})),
    ("a policy, which is text", "GetBucketPolicy", BUCKET, Answer(200, b'{"a": 1}')),
    ("empty", "PutObject", OBJECT, Answer(200, b"", {"ETag": "e"})),
    ("expires", "GetObject", OBJECT, Answer(200, b"d", {"Expires": "Wed, 21 Oct 2026 07:28:00 GMT"})),
    ("checked by one sum", "GetObject", OBJECT, Answer(200, b"d", {"x-amz-checksum-crc32": CRC32_OF_D})),
    (
        "checked by the best of two",
        "GetObject",
        OBJECT,
        Answer(200, b"d", {"x-amz-checksum-sha256": SHA256_OF_D, "x-amz-checksum-crc32": CRC32_OF_D}),
    ),
    ("a sum of sums", "GetObject", OBJECT, Answer(200, b"d", {"x-amz-checksum-crc32": f"{CRC32_OF_D}-2"})),
    ("expires at no time", "GetObject", OBJECT, Answer(200, b"d", {"Expires": "never"})),
    ("expires at no time", "HeadObject", OBJECT, Answer(200, b"", {"Expires": "0x"})),
    ("expires of an error", "HeadObject", OBJECT, Answer(404, b"", {"Expires": "never"})),
    (
        "no such key",
        "GetObject",
        OBJECT,
        Answer(404, b"<Error><Code>NoSuchKey</Code><Message>m</Message></Error>", XML),
    ),
]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["threads", "asyncio"])
@pytest.mark.parametrize(("operation", "params", "answer"), [case[1:] for case in ANSWERS], ids=[c[0] for c in ANSWERS])
def test_answer_reads_as_botocores(operation: str, params: dict[str, Any], answer: Answer, asynchronous: bool) -> None:
    ours, theirs = both(Client("s3"), operation, params, answer=answer, asynchronous=asynchronous)
    assert (ours.result, ours.error) == (theirs.result, theirs.error)


def test_error_under_200_is_tried_again() -> None:
    client = {"config": {"retries": {"total_max_attempts": 2}}}
    answers = [Answer(200, ERROR), Answer(200, COPIED)]
    ours, theirs = results_of("s3", "CopyObject", COPY, answers, **client)
    assert ours == theirs
    assert ours["ResponseMetadata"]["RetryAttempts"] == 1


def test_location_in_no_document_is_an_error_of_osteon() -> None:
    made = made_by_osteon(Client("s3"), "GetBucketLocation", BUCKET, Answer())
    assert made.error is not None
    assert made.error[0] == ResponseParserError.__name__
