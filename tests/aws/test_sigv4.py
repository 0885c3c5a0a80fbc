"""SigV4: what it adds to a request is, byte for byte, what botocore adds at the same second."""

from __future__ import annotations

import datetime
import io
import random
import string
from types import SimpleNamespace

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials

from osteon.auth.schemes import Signer, SigningContext
from osteon.aws.sigv4 import s3_sigv4, s3express_sigv4, sigv4
from osteon.exceptions import NoCredentialsError, NoRegionError, UnseekableStreamError
from osteon.http import Headers, Request

NOW = datetime.datetime(2026, 1, 31, 23, 59, 59, 987654, tzinfo=datetime.UTC)
KEYS = SimpleNamespace(access_key="AKIDEXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token=None)
SESSION_KEYS = SimpleNamespace(access_key="ASIAEXAMPLE", secret_key="se%cret ö", token="Fwo//token==")
SIGNERS = {
    "v4": (botocore.auth.SigV4Auth, sigv4),
    "s3v4": (botocore.auth.S3SigV4Auth, s3_sigv4()),
}
PATHS = ("", "/", "/a/b", "/a//b/../c/./d/", "/..", "/a%20b/%2F", "/ü*~'()", "/a/b/", "/.hidden", "/a.b/-_~", "/a=b:@e")
QUERIES = ("", "acl", "b=2&a=1&a=0&a", "x=%20%2B&y=", "prefix=a/b&a-b=1&a=1")


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: NOW.replace(tzinfo=None))


def context(**further: object) -> SigningContext:
    facts = {"properties": {"signing_name": "sqs", "region": "eu-west-1"}, "unsigned_payload": False, **further}
    return SigningContext(now=NOW.timestamp(), service_name="sqs", operation_name="SendMessage", **facts)


def ours(sign: Signer, request: Request, keys=KEYS, **further: object) -> dict[str, str]:
    sign(request, keys, context(**further))
    return {name.lower(): value for name, value in request.headers.items()}


def theirs(kind: type, request: Request, keys=KEYS, **further: object) -> dict[str, str]:
    twin = AWSRequest(request.method, request.url, dict(request.headers), request.body, dict(request.params))
    twin.context = dict(request.context, payload_signing_enabled=not further.get("unsigned_payload", False))
    kind(TheirCredentials(keys.access_key, keys.secret_key, keys.token), "sqs", "eu-west-1").add_auth(twin)
    return {name.lower(): value for name, value in twin.headers.items()}


def request(path: str = "/", query: str = "", headers: dict | None = None, body=b"", **further) -> Request:
    host = further.pop("host", "https://sqs.eu-west-1.amazonaws.com")
    url = f"{host}{path}{'?' if query else ''}{query}"
    return Request(further.pop("method", "POST"), url, Headers(headers or {}), body, **further)


def agree(kind: str, made: Request, keys=KEYS, **further: object) -> None:
    signer, sign = SIGNERS[kind]
    expected = theirs(signer, made, keys, **further)
    assert ours(sign, made, keys, **further) == expected


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", QUERIES)
def test_paths_and_queries(kind: str, path: str, query: str) -> None:
    if kind == "s3v4" and not path:
        path = "/"  # botocore always sends a path for S3, and signs an empty one as empty
    agree(kind, request(path, query, method="get"))


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize(
    "host",
    [
        "http://127.0.0.1:5000",
        "http://[::1]:5000",
        "https://[fe80::1]",
        "https://h.example:443",
        "http://h.example:443",
        "http://h.example:80",
        "https://User:pass@H.Example",
    ],
)
def test_hosts(kind: str, host: str) -> None:
    agree(kind, request(host=host, body=b"x"))


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain", "User-Agent": "a", "Expect": "100-continue", "X-Amzn-Trace-Id": "1"},
        {"X-Amz-Meta-A": "  many   blanks\there ", "x-amz-meta-b": "", "X-Amz-Meta-Ü": "ü"},
        {"Date": "yesterday", "X-Amz-Date": "never"},
        {"Authorization": "old", "X-Amz-Date": "old", "X-Amz-Security-Token": "old"},
        {"Host": "other.example", "Transfer-Encoding": "chunked", "Connection": "close", "100%": "%s"},
        {"X-Amz-Content-SHA256": "given"},
        {"Content-MD5": "given"},
    ],
    ids=lambda headers: ",".join(headers),
)
@pytest.mark.parametrize("keys", [KEYS, SESSION_KEYS], ids=["keys", "session"])
def test_headers(kind: str, headers: dict, keys) -> None:
    agree(kind, request(headers=headers, body=b"{}"), keys)


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize("host", ["http://h.example", "https://h.example"])
@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("unsigned", [True, False])
@pytest.mark.parametrize(
    ("algorithm", "headers"),
    [
        (None, {}),
        ("md5", {"Content-MD5": "x"}),
        ({"in": "trailer", "name": "x-amz-checksum-crc32"}, {}),
        ({"in": "header", "name": "x-amz-checksum-crc32"}, {"x-amz-checksum-crc32": "x"}),
        ({"in": "header", "name": "x-amz-checksum-crc32"}, {"Content-MD5": "x"}),
    ],
)
def test_payloads(kind, host, streaming, unsigned, algorithm, headers) -> None:
    facts = {"has_streaming_input": streaming, "checksum": {"request_algorithm": algorithm}}
    agree(kind, request(host=host, headers=headers, body=b"body", context=facts), unsigned_payload=unsigned)


@pytest.mark.parametrize("setting", [True, False, None])
@pytest.mark.parametrize("host", ["http://h.example", "https://h.example"])
def test_s3_setting_decides_before_the_rest(setting: bool | None, host: str) -> None:
    facts = {"has_streaming_input": True, "client_config": SimpleNamespace(s3={"payload_signing_enabled": setting})}
    made = request(host=host, headers={"Content-MD5": "x"}, body=b"body", context=facts)
    expected = theirs(botocore.auth.S3SigV4Auth, made)
    assert ours(s3_sigv4(setting), made) == expected


def test_s3_express_sends_the_session_in_its_own_header() -> None:
    made = request("/key", body=b"x")
    twin = AWSRequest("POST", made.url, {}, b"x")
    keys = TheirCredentials(SESSION_KEYS.access_key, SESSION_KEYS.secret_key, SESSION_KEYS.token)
    botocore.auth.S3ExpressAuth(keys, "sqs", "eu-west-1", identity_cache=None).add_auth(twin)
    signed = ours(s3express_sigv4(), made, SESSION_KEYS)
    assert signed == {name.lower(): value for name, value in twin.headers.items()}


def test_params_are_signed_with_the_query() -> None:
    agree("v4", request(params={"b b": "ü/", "a": "1"}))
    split, joined = request(query="z=1", params={"a": "2"}), request(query="z=1&a=2")
    assert ours(sigv4, split) == ours(sigv4, joined)


@pytest.mark.parametrize("size", [0, 5, 3 * 1024 * 1024])
def test_files_are_hashed_from_where_they_stand_and_put_back(size: int) -> None:
    file = io.BytesIO(b"head" + b"x" * size)
    file.seek(4)
    signed = ours(sigv4, request(body=file))
    assert file.tell() == 4
    assert signed["authorization"] == ours(sigv4, request(body=b"x" * size))["authorization"]


@pytest.mark.parametrize("body", [iter([b"a"]), SimpleNamespace(read=lambda size: b"")])
def test_a_body_that_cannot_be_read_twice_is_refused(body) -> None:
    with pytest.raises(UnseekableStreamError):
        ours(sigv4, request(body=body))


def test_who_and_where_must_be_known() -> None:
    with pytest.raises(NoCredentialsError):
        ours(sigv4, request(), keys=None)
    with pytest.raises(NoRegionError):
        ours(sigv4, request(), properties={"signing_name": "sqs"})


def test_signing_again_replaces_the_signature() -> None:
    made = request(body=b"x")
    first = ours(sigv4, made)
    assert ours(sigv4, made) == first


def test_random_requests() -> None:
    rng = random.Random(20260131)
    alphabet = string.ascii_letters + string.digits + "-._~ %/=&+:äß*"

    def word(most: int = 12) -> str:
        return "".join(rng.choices(alphabet.replace("\r", ""), k=rng.randrange(most)))

    for _ in range(300):
        headers = {f"x-amz-{rng.choice('abcdef')}{i}": word() for i in range(rng.randrange(6))}
        query = "&".join(f"{word().replace('=', '')}={word()}" for _ in range(rng.randrange(4))).replace("?", "")
        made = request("/" + word(30), query, headers, word(50).encode(), method=rng.choice(["GET", "PUT"]))
        agree(rng.choice(list(SIGNERS)), made, rng.choice([KEYS, SESSION_KEYS]))
