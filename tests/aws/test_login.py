"""Profiles of ``aws login``: what the cache holds, when it is renewed, what the proof says, and how it fails."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.aws.driving import World
from tests.support.modes import MODES

import osteon
from osteon.aws.credentials.chain import default_chain
from osteon.exceptions import (
    ClientError,
    LoginError,
    LoginInsufficientPermissions,
    LoginRefreshRequired,
    LoginTokenLoadError,
)
from osteon.http import Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

NAME = "arn:aws:sts::111122223333:assumed-role/Baker/anna"
KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
ASK = ("signin", "CreateOAuth2Token")
NEW = {
    "tokenOutput": {
        "accessToken": {"accessKeyId": "NEW", "secretAccessKey": "sesame2", "sessionToken": "t2"},
        "refreshToken": "again2", "expiresIn": 900, "tokenType": "aws_sigv4",
    }
}  # fmt: skip


def iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def token(ends: float, **changes: Any) -> dict[str, Any]:
    access = {
        "accessKeyId": "OLD", "secretAccessKey": "sesame1", "sessionToken": "t1", "accountId": "111122223333",
        "expiresAt": iso(ends),
    }  # fmt: skip
    whole = {"accessToken": access, "refreshToken": "again1", "clientId": "here", "dpopKey": PEM, "idToken": "who"}
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (tmp_path / "config").write_text(f"[default]\nregion = eu-west-1\nlogin_session = {NAME}\n")
    return tmp_path


def place(home: Path, folder: str = ".aws/login/cache") -> Path:
    path = home / folder / f"{hashlib.sha256(NAME.encode()).hexdigest()}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def load(world: World) -> Any:
    return world.run(default_chain(world.around(dict(os.environ))).load())


def test_keys_that_hold_are_taken_as_they_are(home: Path) -> None:
    world = World()
    place(home).write_text(json.dumps(token(world.now + 301)))
    found = load(world)
    assert world.run(found.frozen()) == ("OLD", "sesame1", "t1", "111122223333")
    assert found.method == "login"
    assert world.calls == []


def test_the_folder_can_be_another_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", "~/else")
    world = World()
    place(home, "else").write_text(json.dumps(token(world.now + 301)))
    assert load(world).method == "login"


@pytest.mark.parametrize(("where", "region"), [({}, None), ({"signInRegion": "us-east-2"}, "us-east-2")])
def test_keys_about_to_end_are_renewed_and_kept(where: dict[str, str], region: str | None, home: Path) -> None:
    world = World(services={ASK: NEW})
    place(home).write_text(json.dumps(token(world.now + 299, **where)))
    found = load(world)
    assert world.run(found.frozen()) == ("NEW", "sesame2", "t2", "111122223333")
    assert world.run(found.frozen()).access_key == "NEW"
    asked = {"clientId": "here", "refreshToken": "again1", "grantType": "refresh_token"}
    assert world.calls == [(*ASK, {"tokenInput": asked}, None, region)]
    kept = json.loads(place(home).read_text())
    assert kept["accessToken"] == {
        "accessKeyId": "NEW", "secretAccessKey": "sesame2", "sessionToken": "t2", "accountId": "111122223333",
        "expiresAt": iso(world.now + 900),
    }  # fmt: skip
    assert (kept["refreshToken"], kept["dpopKey"], kept["idToken"]) == ("again2", PEM, "who")
    assert place(home).stat().st_mode & 0o777 == 0o600


def test_what_another_process_renewed_is_not_renewed_again(home: Path) -> None:
    world = World()
    place(home).write_text(json.dumps(token(world.now + 400)))
    found = load(world)
    world.now += 200
    place(home).write_text(json.dumps(token(world.now + 900, refreshToken="again9")))
    assert world.run(found.frozen()).access_key == "OLD"
    assert world.calls == []


BROKEN = [
    ("", "Unable to load a existing login session"),
    ("{", "missing required fields: accessToken, refreshToken, dpopKey, clientId"),
    (json.dumps(token(0, clientId=None)), "missing required fields: clientId"),
    (json.dumps(token(0, accessToken="text")), "missing required fields: accessToken"),
    (json.dumps(token(0, accessToken={"accessKeyId": "A"})), "its answer lacks SecretAccessKey"),
]


@pytest.mark.parametrize(("content", "text"), BROKEN, ids=[text for _, text in BROKEN])
def test_what_the_cache_lacks_is_said(content: str, text: str, home: Path) -> None:
    if content:
        place(home).write_text(content)
    with pytest.raises(LoginTokenLoadError, match=text) as caught:
        load(World())
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("TOKEN_EXPIRED", LoginRefreshRequired),
        ("USER_CREDENTIALS_CHANGED", LoginRefreshRequired),
        ("INSUFFICIENT_PERMISSIONS", LoginInsufficientPermissions),
        ("SOMETHING_ELSE", LoginError),
    ],
)
def test_refusals_say_what_to_do(said: str, kind: type[LoginError], home: Path) -> None:
    refused = ClientError({"Error": {"Code": "AccessDeniedException"}, "error": said}, "CreateOAuth2Token")
    world = World(services={ASK: refused})
    place(home).write_text(json.dumps(token(world.now + 10)))
    with pytest.raises(LoginError) as caught:
        world.run(load(world).frozen())
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("changes", "answer", "kind"),
    [
        ({"dpopKey": "-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----"}, NEW, LoginTokenLoadError),
        ({"dpopKey": 5}, NEW, LoginTokenLoadError),
        ({}, {}, LoginTokenLoadError),
        ({}, {"tokenOutput": {"expiresIn": 1}}, LoginTokenLoadError),
        ({}, ClientError({"Error": {"Code": "TooManyRequestsError"}}, "CreateOAuth2Token"), ClientError),
    ],
)
def test_other_ends(changes: dict[str, Any], answer: Any, kind: type[Exception], home: Path) -> None:
    world = World(services={ASK: answer})
    place(home).write_text(json.dumps(token(world.now + 10, **changes)))
    with pytest.raises(kind):
        world.run(load(world).frozen())
    assert json.loads(place(home).read_text())["refreshToken"] == "again1"


def parts(proof: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    def plain(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    header, claims, signature = proof.split(".")
    return json.loads(plain(header)), json.loads(plain(claims)), plain(signature)


@pytest.mark.parametrize("kind", MODES)
def test_a_sessions_calls_are_signed_by_renewed_keys_and_the_proof_holds(kind: str, home: Path) -> None:
    place(home).write_text(json.dumps(token(0)))
    sent: list[Any] = []

    def answer(request: Any) -> Response:
        sent.append(request)
        body = NEW["tokenOutput"] if "signin" in request.url else {"QueueUrls": []}
        return Response(200, body=json.dumps(body).encode())

    transport = {"sync": CannedTransport, "async": AsyncCannedTransport}[kind]
    mode = MODES[kind]()
    sqs = mode.client("sqs", session=mode.session(transport=lambda options: transport(answer)))
    mode.do(sqs.list_queues())
    mode.close()
    renewal, call = sent
    assert "Authorization" not in renewal.headers
    assert "Credential=NEW/" in call.headers["Authorization"]
    header, claims, signature = parts(renewal.headers["DPoP"])
    assert (header["typ"], header["alg"], header["jwk"]["crv"]) == ("dpop+jwt", "ES256", "P-256")
    assert (claims["htm"], claims["htu"]) == ("POST", renewal.url)
    assert abs(claims["iat"] - datetime.datetime.now(datetime.UTC).timestamp()) < 600
    first, second = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    signed = renewal.headers["DPoP"].rpartition(".")[0].encode()
    KEY.public_key().verify(encode_dss_signature(first, second), signed, ec.ECDSA(hashes.SHA256()))


def test_a_session_without_a_login_knows_nothing_of_it(home: Path) -> None:
    (home / "config").write_text("[default]\nregion = eu-west-1\n")
    assert osteon.Session().get_credentials() is None
