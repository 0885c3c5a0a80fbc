"""Presigned URLs and forms: byte for byte botocore's at the same second."""

from __future__ import annotations

import copy
import datetime
import random
from types import SimpleNamespace
from urllib.parse import parse_qsl

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials

from osteon.auth.schemes import SigningContext
from osteon.aws.presign import FORM_TYPE, QUERY_RULES, query_signer, sign_post
from osteon.exceptions import NoCredentialsError, NoRegionError
from osteon.http import Headers, Request

NOW = datetime.datetime(2026, 1, 31, 23, 59, 59, tzinfo=datetime.UTC)
CONTEXT = SigningContext(
    now=NOW.timestamp(),
    properties={"signing_name": "s3", "region": "eu-west-1"},
    service_name="s3",
    operation_name="GetObject",
)
KEYS = SimpleNamespace(access_key="AKIDEXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG", token=None)
SESSION_KEYS = SimpleNamespace(access_key="ASIAEXAMPLE", secret_key="secret", token="Fwo//token+==")
SIGNERS = {"v4": botocore.auth.SigV4QueryAuth, "s3v4": botocore.auth.S3SigV4QueryAuth}


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: NOW.replace(tzinfo=None))


def credentials(keys) -> TheirCredentials:
    return TheirCredentials(keys.access_key, keys.secret_key, keys.token)


def agree(kind: str, made: Request, keys=KEYS, expires: int = 3600) -> None:
    body = dict(parse_qsl(made.body.decode())) if made.body and not made.body.startswith(b"{") else made.body
    twin = AWSRequest(made.method, made.url, dict(made.headers), body, dict(made.params))
    SIGNERS[kind](credentials(keys), "s3", "eu-west-1", expires).add_auth(twin)
    query_signer(QUERY_RULES[kind], expires)(made, keys, CONTEXT)
    assert made.url == twin.url
    assert dict(made.headers) == dict(twin.headers.items())
    assert (made.params, made.body or b"") == ({}, b"")


CASES = [
    ("/bucket/key", "", {}, {}, b""),
    ("/bucket/a%20b//c/../d", "versionId=1&acl", {}, {}, b""),
    ("/", "a=1&a=2&b=%2B+x", {}, {"c": "ü/", "a": "3"}, b""),
    ("/k", "", {"Content-Type": "text/plain", "X-Amz-Meta-A": " a  b ", "User-Agent": "x"}, {}, b""),
    ("/k", "", {"Content-Type": FORM_TYPE}, {}, b"Action=GetCallerIdentity&Version=2011-06-15"),
    ("/k", "", {}, {}, b'{"Name": "x y", "Count": 3, "Tags": ["a b", 1]}'),
    ("/k", "", {"X-Amz-Content-SHA256": "given"}, {}, b""),
    ("/k", "", {"Host": "other.example"}, {}, b""),
]


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize("keys", [KEYS, SESSION_KEYS], ids=["keys", "session"])
@pytest.mark.parametrize(("path", "query", "headers", "params", "body"), CASES)
def test_urls(kind, keys, path, query, headers, params, body) -> None:
    url = f"https://s3.eu-west-1.amazonaws.com:8443{path}{'?' if query else ''}{query}"
    agree(kind, Request("get", url, Headers(headers), body, params=params), keys, 600)


def test_random_urls() -> None:
    rng = random.Random(1)
    letters = "abcXYZ019-._~%/=&+ üß*"

    def word() -> str:
        return "".join(rng.choices(letters, k=rng.randrange(1, 9)))

    for _ in range(200):
        params = {word(): word() for _ in range(rng.randrange(4))}
        # no further parameters in the query: of repeated ones botocore keeps the first alone
        url = f"http://h.example/{word()}?{word()}={word()}".replace("&", "")
        agree(rng.choice(list(SIGNERS)), Request("PUT", url, Headers({"x-amz-a": word()}), params=params))


def test_repeated_parameters_are_all_kept() -> None:
    """botocore keeps the first alone, so that a list of tags to remove is one tag."""
    made = Request("DELETE", "https://h.example/tags?k=b&x=1&k=a&k=", Headers())
    query_signer(QUERY_RULES["v4"])(made, KEYS, CONTEXT)
    query = parse_qsl(made.url.partition("?")[2], keep_blank_values=True)
    assert [pair for pair in query if pair[0] in "kx"] == [("k", "b"), ("k", "a"), ("k", ""), ("x", "1")]


def test_express_urls_carry_the_sessions_token() -> None:
    made = Request("GET", "https://h.example/k", Headers())
    twin = AWSRequest("GET", made.url, {}, b"")
    signer = botocore.auth.S3ExpressQueryAuth(credentials(SESSION_KEYS), "s3", "eu-west-1", identity_cache=None)
    signer.add_auth(twin)
    query_signer(QUERY_RULES["v4-s3express"])(made, SESSION_KEYS, CONTEXT)
    assert made.url == twin.url


@pytest.mark.parametrize("keys", [KEYS, SESSION_KEYS], ids=["keys", "session"])
@pytest.mark.parametrize("conditions", [None, [], [{"bucket": "b"}, ["starts-with", "$key", "ü"]]])
def test_forms(keys, conditions) -> None:
    policy = {"expiration": "2026-02-01T00:00:00Z", "conditions": conditions}
    request = AWSRequest("POST", "https://h.example")
    request.context["s3-presign-post-policy"] = copy.deepcopy(policy)
    request.context["s3-presign-post-fields"] = {"key": "k"}
    botocore.auth.S3SigV4PostAuth(credentials(keys), "s3", "eu-west-1").add_auth(request)
    assert sign_post(policy, {"key": "k"}, keys, CONTEXT) == request.context["s3-presign-post-fields"]


def test_a_body_without_parameters_stays_where_it_is() -> None:
    made = Request("PUT", "https://h.example/k", Headers(), b"<xml/>")
    query_signer(QUERY_RULES["s3v4"])(made, KEYS, CONTEXT)
    assert made.body == b"<xml/>"


def test_who_and_where_must_be_known() -> None:
    made = Request("GET", "https://h.example/", Headers())
    with pytest.raises(NoCredentialsError):
        query_signer(QUERY_RULES["v4"])(made, None, CONTEXT)
    with pytest.raises(NoCredentialsError):
        sign_post({}, {}, None, CONTEXT)
    nowhere = SigningContext(now=0, properties={}, service_name="s3", operation_name="x")
    with pytest.raises(NoRegionError):
        sign_post({}, {}, KEYS, nowhere)
