"""IAM Identity Center (SSO): the token that ``aws sso login`` left in the cache folder, and a role's keys for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from osteon.auth.http import BearerToken
from osteon.aws.credentials.base import Credentials, Fetched, Source, Surroundings, deferred, expiry, fetched_keys
from osteon.aws.credentials.token_files import read_token, write_token
from osteon.aws.profile import Section
from osteon.exceptions import ClientError, InvalidConfigError, SSOTokenLoadError, UnauthorizedSSOTokenError
from osteon.flow import NOW, Blocking, Flow
from osteon.naming import did_you_mean
from osteon.pipeline.features import using

METHOD = "sso"

#: whether the profile names an sso-session -> what the user agent tells
_WAYS: Mapping[bool, tuple[str, str]] = {
    True: ("CREDENTIALS_PROFILE_SSO", "CREDENTIALS_SSO"),
    False: ("CREDENTIALS_PROFILE_SSO_LEGACY", "CREDENTIALS_SSO_LEGACY"),
}
_ROLE_KEYS = ("sso_role_name", "sso_account_id")
_SESSION_KEYS = ("sso_start_url", "sso_region")
_REFRESH_KEYS = ("refreshToken", "clientId", "clientSecret", "registrationExpiresAt")
_REFRESH_WINDOW = 15 * 60


def sso(around: Surroundings, profile: str) -> Source:
    """Keys of a profile's role. Raises InvalidConfigError, SSOTokenLoadError, UnauthorizedSSOTokenError."""

    def load() -> Flow[Credentials | None]:
        section = around.profile(profile)
        if all(key not in section for key in _ROLE_KEYS):
            return None
        config = _sso_config(around, profile, section)
        way = _WAYS["sso_session" in config]

        def fetch() -> Flow[Fetched]:
            token = yield from access_token(around, config)
            params = {
                "roleName": config["sso_role_name"],
                "accountId": config["sso_account_id"],
                "accessToken": token.token,
            }
            try:
                asked = around.call("sso", "GetRoleCredentials", params, region=config["sso_region"])
                answer = yield from using(way[:1], asked)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "UnauthorizedException":
                    raise UnauthorizedSSOTokenError() from None
                raise
            return _role_keys(answer["roleCredentials"], config["sso_account_id"])

        return deferred(fetch, METHOD, way)
        yield  # a generator, as every flow is

    return Source(load)


def _role_keys(found: Mapping[str, Any], account: str) -> Fetched:
    keys = {
        "AccessKeyId": found.get("accessKeyId"),
        "SecretAccessKey": found.get("secretAccessKey"),
        "Token": found.get("sessionToken"),
        "AccountId": account,
        "Expiration": datetime.fromtimestamp(found["expiration"] / 1000, UTC),
    }
    return fetched_keys(keys, METHOD)


def _sso_config(around: Surroundings, profile: str, section: Section) -> dict[str, Any]:
    config = {**section, **sso_session(around, section)}
    wanted = (*_ROLE_KEYS, *_SESSION_KEYS)
    missing = [key for key in wanted if key not in config]
    if missing:
        reason = f'The profile "{profile}" is configured to use SSO but is missing required configuration: '
        raise InvalidConfigError(error_msg=reason + ", ".join(missing))
    return config


def sso_session(around: Surroundings, section: Section) -> Section:
    """The sso-session that a profile names; empty where it names none. Raises InvalidConfigError."""
    name = section.get("sso_session")
    if not isinstance(name, str):
        return {}
    sessions = around.settings.files.sso_sessions
    if name not in sessions:
        reason = f'The specified sso-session does not exist: "{name}".{did_you_mean(name, sessions)}'
        raise InvalidConfigError(error_msg=reason)
    for key, value in sessions[name].items():
        if section.get(key, value) != value:
            reason = f"The value for {key} is inconsistent between profile ({section[key]}) and sso-session ({value})."
            raise InvalidConfigError(error_msg=reason)
    return sessions[name]


# --- the token --------------------------------------------------------------------------------------------------------


def access_token(around: Surroundings, config: Mapping[str, Any]) -> Flow[BearerToken]:
    """The cached token of a login, refreshed where it is about to end and can be.

    Raises SSOTokenLoadError, UnauthorizedSSOTokenError.
    """
    session = config.get("sso_session")
    path = _cache_file(around, str(session or config["sso_start_url"]))
    cached: dict[str, Any] = yield Blocking(lambda: _load(path, str(session or config["sso_start_url"])))
    now = yield NOW
    ends = _ends(cached["expiresAt"])
    if session is not None and ends - now < _REFRESH_WINDOW:
        renewed = yield from _renewed(around, config, cached, now)
        if renewed is not None:
            cached, ends = renewed, _ends(renewed["expiresAt"])
            yield Blocking(lambda: write_token(path, cached))
    if ends <= now:
        raise UnauthorizedSSOTokenError()
    return BearerToken(cached["accessToken"], ends)


def _renewed(
    around: Surroundings, config: Mapping[str, Any], cached: Mapping[str, Any], now: float
) -> Flow[dict[str, Any] | None]:
    if any(key not in cached for key in _REFRESH_KEYS) or _ends(cached["registrationExpiresAt"]) <= now:
        return None
    params = {
        "grantType": "refresh_token",
        "clientId": cached["clientId"],
        "clientSecret": cached["clientSecret"],
        "refreshToken": cached["refreshToken"],
    }
    try:
        answer = yield from around.call("sso-oidc", "CreateToken", params, region=config["sso_region"])
    except ClientError:
        return None
    ends = datetime.fromtimestamp(now + answer["expiresIn"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kept = {key: cached[key] for key in ("clientId", "clientSecret", "registrationExpiresAt")}
    place = {"startUrl": config["sso_start_url"], "region": config["sso_region"]}
    token: dict[str, Any] = {key: answer[key] for key in ("accessToken", "refreshToken") if key in answer}
    return {**place, **kept, **token, "expiresAt": ends}


def _ends(text: str) -> float:
    try:
        return expiry(text.replace("UTC", "Z"), METHOD) or 0.0
    except AttributeError:
        return 0.0


def _cache_file(around: Surroundings, name: str) -> Path:
    home = around.environ.get("HOME")
    folder = (Path(home) if home else Path.home()) / ".aws" / "sso" / "cache"
    return folder / f"{hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()}.json"


def _load(path: Path, name: str) -> dict[str, Any]:
    token = read_token(path)
    if token is None:
        raise SSOTokenLoadError(error_msg=f"Token for {name} does not exist; run aws sso login")
    if not {"accessToken", "expiresAt"} <= token.keys():
        raise SSOTokenLoadError(error_msg=f"Token for {name} is invalid; run aws sso login")
    return token
