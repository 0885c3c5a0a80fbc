"""Keys of a profile that ``aws login`` signed in: read from its cache, renewed by AWS Sign-In. No other source.

A renewal proves that it comes from where the login was made: by a key of the login's (DPoP, RFC 9449).
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.util
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, cast

from osteon.aws.credentials.base import (
    Credentials,
    Fetched,
    RefreshableCredentials,
    Source,
    Surroundings,
    expiry,
    fetched_keys,
)
from osteon.aws.credentials.token_files import read_token, write_token
from osteon.exceptions import (
    ClientError,
    CredentialRetrievalError,
    LoginError,
    LoginInsufficientPermissions,
    LoginRefreshRequired,
    LoginTokenLoadError,
    MissingDependencyException,
)
from osteon.flow import NOW, Blocking, Flow
from osteon.identifiers import random_uuid

METHOD = "login"
FOLDER_VARIABLE = "AWS_LOGIN_CACHE_DIRECTORY"

#: seconds before their end in which keys are renewed
_RENEWED = 5 * 60
_NEEDED = ("accessToken", "refreshToken", "dpopKey", "clientId")
#: what a renewal must give
_GIVEN = {"accessToken", "expiresIn", "refreshToken"}
#: what Sign-In calls a refusal -> what the user has to do
_REFUSALS: Mapping[str, type[LoginError]] = {
    "TOKEN_EXPIRED": LoginRefreshRequired,
    "USER_CREDENTIALS_CHANGED": LoginRefreshRequired,
    "INSUFFICIENT_PERMISSIONS": LoginInsufficientPermissions,
}
#: the longest coordinate of the curve P-256, and the longest half of its signatures
_HALF = 32


class _LoginCredentials(RefreshableCredentials):
    # Sign-In's keys hold 15 minutes, so that the usual window would renew them at every call.
    advisory_refresh: ClassVar[float] = _RENEWED
    mandatory_refresh: ClassVar[float] = _RENEWED


class _Login(NamedTuple):
    """One login, and where its token lies."""

    name: str
    path: Path


def login(around: Surroundings, profile: str) -> Source:
    """Raises LoginTokenLoadError, LoginRefreshRequired, LoginInsufficientPermissions, LoginError.

    MissingDependencyException where awscrt, which makes the proof, is not installed.
    """

    def load() -> Flow[Credentials | None]:
        name = around.profile(profile).get("login_session")
        if not isinstance(name, str):
            return None
        if importlib.util.find_spec("awscrt") is None:
            raise MissingDependencyException(msg='to use a profile of aws login: pip install "osteon[crt]"')
        session = _Login(name, _folder(around) / f"{hashlib.sha256(name.encode()).hexdigest()}.json")
        token = yield Blocking(lambda: _read(session))
        return _LoginCredentials(_keys(token), lambda: _fetch(around, session), METHOD)

    return Source(load)


def _folder(around: Surroundings) -> Path:
    given, home = around.environ.get(FOLDER_VARIABLE), around.environ.get("HOME")
    if given:
        return Path(os.path.expandvars(given)).expanduser()
    return (Path(home) if home else Path.home()) / ".aws" / "login" / "cache"


def _read(session: _Login) -> dict[str, Any]:
    token = read_token(session.path)
    if token is None:
        reason = f"Unable to load a existing login session for session {session.name}. "
        raise LoginTokenLoadError(error_msg=f"{reason}Please reauthenticate with 'aws login'.")
    missing = [name for name in _NEEDED if name not in token]
    if missing or not isinstance(token["accessToken"], dict):
        lacking = ", ".join(missing or ("accessToken",))
        reason = f"Failed to load access token from token cache, missing required fields: {lacking}."
        raise LoginTokenLoadError(error_msg=reason)
    return token


def _keys(token: Mapping[str, Any]) -> Fetched:
    access = token["accessToken"]
    found = {
        "AccessKeyId": access.get("accessKeyId"),
        "SecretAccessKey": access.get("secretAccessKey"),
        "Token": access.get("sessionToken"),
        "AccountId": access.get("accountId"),
        "Expiration": access.get("expiresAt"),
    }
    try:
        return fetched_keys(found, METHOD)
    except CredentialRetrievalError as error:
        raise LoginTokenLoadError(error_msg=error.kwargs["error_msg"]) from None


def _fetch(around: Surroundings, session: _Login) -> Flow[Fetched]:
    """The keys as they are now: those another process renewed meanwhile, else new ones."""
    token: dict[str, Any] = yield Blocking(lambda: _read(session))
    now: float = yield NOW
    ends = expiry(token["accessToken"].get("expiresAt"), METHOD)
    if ends is not None and ends - now > _RENEWED:
        return _keys(token)
    renewed = _renewed(token, (yield from _asked(around, token, now)), now)
    yield Blocking(lambda: write_token(session.path, renewed))
    return _keys(renewed)


def _asked(around: Surroundings, token: Mapping[str, Any], now: float) -> Flow[dict[str, Any]]:
    """What Sign-In gives for the refresh token."""
    key = _private_key(token["dpopKey"])

    def prove(params: Any, **kwargs: Any) -> None:
        params.headers["DPoP"] = proof(key, params.url, int(now), random_uuid())

    asked = {"clientId": token["clientId"], "refreshToken": token["refreshToken"], "grantType": "refresh_token"}
    try:
        answer = yield from around.call(
            "signin",
            "CreateOAuth2Token",
            {"tokenInput": asked},
            region=token.get("signInRegion"),
            before_call=prove,
        )
    except ClientError as error:
        if error.code != "AccessDeniedException":
            raise
        raise _REFUSALS.get(error.response.get("error", ""), LoginError)() from error
    output: object = answer.get("tokenOutput")
    if not isinstance(output, dict) or not cast("dict[str, Any]", output).keys() >= _GIVEN:
        reason = "Unable to refresh access token due to an invalid service response. Please run 'aws login' again."
        raise LoginTokenLoadError(error_msg=reason)
    return cast("dict[str, Any]", output)


def _renewed(token: Mapping[str, Any], output: Mapping[str, Any], now: float) -> dict[str, Any]:
    ends = datetime.fromtimestamp(now + output["expiresIn"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kept = {"accountId": token["accessToken"].get("accountId"), "expiresAt": ends}
    return {**token, "accessToken": {**output["accessToken"], **kept}, "refreshToken": output["refreshToken"]}


# --- the proof --------------------------------------------------------------------------------------------------------


def _private_key(pem: str) -> Any:
    """awscrt's object for a key in PEM. Raises LoginTokenLoadError."""
    body = "".join(line for line in str(pem).splitlines() if not line.startswith("-----")).strip()
    try:
        return importlib.import_module("awscrt.crypto").EC.new_key_from_der_data(base64.b64decode(body))
    except (ValueError, RuntimeError):  # the one for other text, the other awscrt's for what is no key
        raise LoginTokenLoadError(error_msg="Unable to load private key from cached token.") from None


def proof(key: Any, url: str, now: int, identifier: str) -> str:
    """A DPoP proof: a JWT signed by ES256 that says to whom it is given, and when (RFC 9449, 4.2)."""
    x, y = key.get_public_coords()
    jwk = {"kty": "EC", "x": _encoded(x), "y": _encoded(y), "crv": "P-256"}
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}
    claims = {"htm": "POST", "htu": url, "iat": now, "jti": identifier}
    text = ".".join(_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    decode: Callable[..., bytes] = importlib.import_module("awscrt.crypto").EC.decode_der_signature_to_padded_pair
    return f"{text}.{_encoded(decode(key.sign(hashlib.sha256(text.encode()).digest()), pad_to=_HALF))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
