"""SigV4a: all that is not the (random) signature is what botocore sends."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace

import botocore.auth  # first: botocore.crt.auth cannot be imported before it
import botocore.crt.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials

from osteon.auth.schemes import SigningContext
from osteon.aws.sigv4 import SIGV4_RULES, s3_rules
from osteon.aws.sigv4a import s3_sigv4a_query, sigv4a_signer
from osteon.exceptions import NoCredentialsError
from osteon.http import Headers, Request

NOW = datetime.datetime(2026, 1, 31, 23, 59, 59, tzinfo=datetime.UTC)
KEYS = SimpleNamespace(access_key="AKIDEXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token="tok")
SIGNERS = {
    "v4a": (botocore.crt.auth.CrtSigV4AsymAuth, sigv4a_signer(SIGV4_RULES)),
    "s3v4a": (botocore.crt.auth.CrtS3SigV4AsymAuth, sigv4a_signer(s3_rules(), normalize=False)),
}


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.crt.auth, "get_current_datetime", lambda *_, **__: NOW)


def context(**properties: object) -> SigningContext:
    properties = {"signing_name": "s3", **properties}
    return SigningContext(now=NOW.timestamp(), properties=properties, service_name="s3", operation_name="GetObject")


def unsigned(headers: dict[str, str]) -> dict[str, str]:
    """Headers without the host, which botocore puts in, and without the signature's random part."""
    folded = {name.lower(): re.sub("Signature=.*", "Signature=", value) for name, value in headers.items()}
    folded.pop("host", None)
    return folded


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize(("path", "query"), [("/", ""), ("/a//b%20c/../d", "x=1&a")])
@pytest.mark.parametrize("body", [b"", b"body"])
def test_as_botocore_but_for_the_signature(kind: str, path: str, query: str, body: bytes) -> None:
    url = f"https://mrap.s3-global.amazonaws.com{path}{'?' if query else ''}{query}"
    theirs, sign = SIGNERS[kind]
    headers = {"X-Amz-Meta-A": "1", "User-Agent": "x", "Authorization": "old"}
    twin = AWSRequest("PUT", url, dict(headers), body)
    theirs(TheirCredentials(KEYS.access_key, KEYS.secret_key, KEYS.token), "s3", "*").add_auth(twin)
    made = Request("PUT", url, Headers(headers), body)
    sign(made, KEYS, context(region="*"))
    assert unsigned(dict(made.headers)) == unsigned(dict(twin.headers.items()))


@pytest.mark.parametrize(
    ("properties", "regions"),
    [({}, "*"), ({"region": "eu-west-1"}, "eu-west-1"), ({"region": "us-*,y"}, "us-*,y")],
)
def test_regions(properties: dict, regions: str) -> None:
    made = Request("GET", "https://h.example/", Headers())
    SIGNERS["v4a"][1](made, KEYS, context(**properties))
    assert made.headers["X-Amz-Region-Set"] == regions


def test_signing_again_replaces_the_signature() -> None:
    made = Request("GET", "https://h.example/", Headers(), params={"a": "b c"})
    sign = SIGNERS["v4a"][1]
    sign(made, KEYS, context())
    first = unsigned(dict(made.headers))
    sign(made, KEYS, context())
    assert unsigned(dict(made.headers)) == first
    with pytest.raises(NoCredentialsError):
        sign(made, None, context())


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("token", [None, "tok"])
def test_urls_as_botocores_but_for_the_signature(method: str, token: str | None) -> None:
    url = "https://mrap.s3-global.amazonaws.com/a//b%20c/../d?x=1"
    twin = AWSRequest(method, url, {"X-Amz-Meta-A": "1", "User-Agent": "x"})
    theirs = botocore.crt.auth.CrtS3SigV4AsymQueryAuth(TheirCredentials("AKID", "secret", token), "s3", "*", expires=90)
    theirs.add_auth(twin)
    made = Request(method, url, Headers({"X-Amz-Meta-A": "1", "User-Agent": "x"}))
    keys = SimpleNamespace(access_key="AKID", secret_key="secret", token=token)
    s3_sigv4a_query(90)(made, keys, context(region_set="*"))
    assert made.url.partition("&X-Amz-Signature=")[0] == twin.url.partition("&X-Amz-Signature=")[0]
    with pytest.raises(NoCredentialsError):
        s3_sigv4a_query(90)(made, None, context())
