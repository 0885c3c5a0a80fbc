"""Buckets of other regions, and directory buckets, beside botocore."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.differential import Answer, Client, both, made_by_osteon

OBJECT = {"Bucket": "bkt", "Key": "k"}
DIRECTORY = {"Bucket": "bkt--usw2-az1--x-s3", "Key": "k"}
REGION = {"x-amz-bucket-region": "eu-west-1"}


def error(code: str, inside: str = "") -> bytes:
    return f"<Error><Code>{code}</Code><Message>m</Message>{inside}</Error>".encode()


#: what a bucket's wrong region answers
ELSEWHERE: list[tuple[str, str, dict[str, Any], Answer]] = [
    ("permanent, region in a header", "GetObject", OBJECT, Answer(301, error("PermanentRedirect"), REGION)),
    (
        "permanent, region in the body",
        "GetObject",
        OBJECT,
        Answer(301, error("PermanentRedirect", "<Region>eu-west-1</Region>")),
    ),
    ("permanent, region nowhere", "GetObject", OBJECT, Answer(301, error("PermanentRedirect"))),
    ("for now", "GetObject", OBJECT, Answer(307, error("TemporaryRedirect"), REGION)),
    (
        "signed for another region",
        "PutObject",
        {**OBJECT, "Body": b"x"},
        Answer(400, error("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>")),
    ),
    ("signed badly", "GetObject", OBJECT, Answer(400, error("AuthorizationHeaderMalformed"))),
    ("opt-in region", "GetObject", OBJECT, Answer(400, error("IllegalLocationConstraintException"), REGION)),
    (
        "created in the wrong place",
        "CreateBucket",
        {"Bucket": "bkt"},
        Answer(400, error("IllegalLocationConstraintException"), REGION),
    ),
    ("head of an object, 400", "HeadObject", OBJECT, Answer(400, b"", REGION)),
    ("head of an object, 301", "HeadObject", OBJECT, Answer(301, b"", REGION)),
    ("head of a bucket", "HeadBucket", {"Bucket": "bkt"}, Answer(400, b"", REGION)),
    ("head of a bucket, no region", "HeadBucket", {"Bucket": "bkt"}, Answer(400, b"")),
    ("head of an object, forbidden", "HeadObject", OBJECT, Answer(403, b"", REGION)),
    (
        "a region that is no host label",
        "GetObject",
        OBJECT,
        Answer(301, b"", {"x-amz-bucket-region": "evil.example.com/"}),
    ),
    ("not found", "GetObject", OBJECT, Answer(404, error("NoSuchKey"), REGION)),
]


@pytest.mark.parametrize("style", ["virtual", "path"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["threads", "asyncio"])
@pytest.mark.parametrize(
    ("operation", "params", "answer"), [case[1:] for case in ELSEWHERE], ids=[c[0] for c in ELSEWHERE]
)
def test_redirect(operation: str, params: dict[str, Any], answer: Answer, asynchronous: bool, style: str) -> None:
    client = Client("s3", region="us-west-2", config={"s3": {"addressing_style": style}}, fresh=True)

    def there(method: str, url: str, body: Any) -> Answer:
        if "eu-west-1" in url:
            return Answer(200, b"", {"ETag": "e"})
        # the last resort of both: a HEAD of the bucket tells
        return Answer(403, b"", REGION) if method == "HEAD" and not operation.startswith("Head") else answer

    ours, theirs = both(client, operation, params, answer=there, asynchronous=asynchronous)
    assert ours == theirs


def test_region_is_remembered() -> None:
    client = Client("s3", region="us-west-2", config={"user_agent_appid": "remembers"})
    redirect = Answer(301, error("PermanentRedirect"), REGION)
    made_by_osteon(client, "GetObject", OBJECT, [redirect, Answer()])
    second = made_by_osteon(client, "HeadObject", OBJECT, Answer())
    assert second.request.host == "bkt.s3.eu-west-1.amazonaws.com"
    other = made_by_osteon(client, "HeadObject", {**OBJECT, "Bucket": "other"}, Answer())
    assert other.request.host == "other.s3.us-west-2.amazonaws.com"


@pytest.mark.parametrize("operation", ["GetObject", "HeadObject", "HeadBucket"])
def test_a_redirect_to_nowhere_comes_to_an_end(operation: str) -> None:
    """botocore asks the bucket's region by a HEAD, whose redirect asks again, and ends in a RecursionError."""
    params = OBJECT if operation.endswith("Object") else {"Bucket": "bkt"}
    client = Client("s3", region="us-west-2", fresh=True)
    made = made_by_osteon(client, operation, params, Answer(301, b""))
    assert made.error is not None
    assert made.error[0] == "ClientError"
    assert [request.method for request in made.requests[1:]] == ([] if operation == "HeadBucket" else ["HEAD"])


def test_redirect_once_only() -> None:
    client = Client("s3", region="us-west-2", fresh=True)
    ours, theirs = both(client, "GetObject", OBJECT, answer=Answer(301, error("PermanentRedirect"), REGION))
    assert len(ours.requests) == 2
    assert ours == theirs


# --- directory buckets

SESSION = (
    "<CreateSessionResult><Credentials><SessionToken>session-token</SessionToken><SecretAccessKey>s</SecretAccessKey>"
    "<AccessKeyId>AKIDEXAMPLE</AccessKeyId><Expiration>{}</Expiration></Credentials></CreateSessionResult>"
)


def sessions(expiration: str) -> Any:
    def answer(method: str, url: str, body: Any) -> Answer:
        return (
            Answer(200, SESSION.format(expiration).encode())
            if url.endswith("?session")
            else Answer(200, b"", {"ETag": "e"})
        )

    return answer


@pytest.mark.parametrize("asynchronous", [False, True], ids=["threads", "asyncio"])
@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("GetObject", DIRECTORY),
        ("PutObject", {**DIRECTORY, "Body": b"x"}),
        ("ListObjectsV2", {"Bucket": DIRECTORY["Bucket"]}),
        ("DeleteObjects", {"Bucket": DIRECTORY["Bucket"], "Delete": {"Objects": [{"Key": "k"}]}}),
        ("CreateSession", {"Bucket": DIRECTORY["Bucket"]}),
        ("CreateBucket", {"Bucket": DIRECTORY["Bucket"]}),
        ("CopyObject", {**DIRECTORY, "CopySource": "a/b"}),
    ],
)
def test_directory_bucket(operation: str, params: dict[str, Any], asynchronous: bool) -> None:
    client = Client("s3", region="us-west-2", fresh=True)
    ours, theirs = both(client, operation, params, answer=sessions("2099-01-01T00:00:00Z"), asynchronous=asynchronous)
    assert ours.requests == theirs.requests


def test_without_sessions() -> None:
    client = Client("s3", region="us-west-2", config={"s3": {"disable_s3_express_session_auth": True}})
    ours, theirs = both(client, "GetObject", DIRECTORY, answer=sessions("2099-01-01T00:00:00Z"))
    assert len(ours.requests) == 1
    assert ours == theirs


def test_without_sessions_by_the_other_option() -> None:
    client = Client("s3", region="us-west-2", config={"s3_disable_express_session_auth": True})
    assert len(made_by_osteon(client, "GetObject", DIRECTORY, sessions("2099-01-01T00:00:00Z")).requests) == 1


def test_session_is_opened_once_for_a_bucket() -> None:
    client = Client("s3", region="us-west-2", config={"user_agent_appid": "sessions"})
    answers = sessions("2099-01-01T00:00:00Z")
    first = made_by_osteon(client, "GetObject", DIRECTORY, answers)
    second = made_by_osteon(client, "GetObject", DIRECTORY, answers)
    assert (len(first.requests), len(second.requests)) == (2, 1)
    assert second.request.headers["x-amz-s3session-token"] == "session-token"
    other = made_by_osteon(client, "GetObject", {**DIRECTORY, "Bucket": "other--usw2-az1--x-s3"}, answers)
    assert len(other.requests) == 2


def test_session_that_has_ended_is_an_error() -> None:
    client = Client("s3", region="us-west-2", fresh=True)
    made = made_by_osteon(client, "GetObject", DIRECTORY, sessions("2001-01-01T00:00:00Z"))
    assert made.error is not None
    assert made.error[0] == "CredentialRetrievalError"
    assert "session-token" not in made.message
