"""Signature Version 2: the form and the parameters that botocore sends."""

from __future__ import annotations

import time
from types import SimpleNamespace
from urllib.parse import parse_qsl

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials

from osteon.auth.schemes import SigningContext
from osteon.aws.sigv2 import sigv2
from osteon.exceptions import NoCredentialsError
from osteon.http import Headers, Request

NOW = 1_800_000_000.5
CONTEXT = SigningContext(now=NOW, properties={}, service_name="sdb", operation_name="Select")
KEYS = SimpleNamespace(access_key="AKIDEXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG", token=None)
SESSION_KEYS = SimpleNamespace(access_key="ASIAEXAMPLE", secret_key="secret", token="Fwo//token+==")


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(strftime=time.strftime, gmtime=lambda: time.gmtime(NOW))
    monkeypatch.setattr(botocore.auth, "time", clock)


@pytest.mark.parametrize("keys", [KEYS, SESSION_KEYS], ids=["keys", "session"])
@pytest.mark.parametrize("url", ["https://sdb.amazonaws.com/", "http://127.0.0.1:8000", "http://h.example/a/b?x=1"])
@pytest.mark.parametrize("form", [b"Action=Select&Expression=select+%2A+%7E.-_%C3%BC&Empty=", b""])
def test_as_botocore(keys, url: str, form: bytes) -> None:
    data = dict(parse_qsl(form.decode(), keep_blank_values=True))
    twin = AWSRequest("POST", url, {}, data, {"b": "1 2"})
    botocore.auth.SigV2Auth(TheirCredentials(keys.access_key, keys.secret_key, keys.token)).add_auth(twin)
    made = Request("POST", url, Headers(), form, params={"b": "1 2"})
    sigv2(made, keys, CONTEXT)
    assert dict(parse_qsl((made.body or b"").decode(), keep_blank_values=True)) == twin.data
    assert made.params == twin.params
    assert (made.body or b"").decode() == (twin.prepare().body or "")


def test_signing_again_replaces_the_signature() -> None:
    made = Request("POST", "https://h.example/", Headers(), b"Action=Select")
    sigv2(made, KEYS, CONTEXT)
    first = made.body
    sigv2(made, KEYS, CONTEXT)
    assert made.body == first
    with pytest.raises(NoCredentialsError):
        sigv2(made, None, CONTEXT)
