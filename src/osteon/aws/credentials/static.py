"""Credentials that stand somewhere: in the environment, the credentials file, the config file. No network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from osteon.aws.credentials.base import (
    Credentials,
    Fetched,
    FrozenCredentials,
    Source,
    Surroundings,
    expiry,
    refreshable,
)
from osteon.aws.profile import Section
from osteon.exceptions import PartialCredentialsError
from osteon.flow import Flow

ENV = "env"
SHARED_FILE = "shared-credentials-file"
CONFIG_FILE = "config-file"

_ENV_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_ENV_TOKENS = ("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN")
_ENV_EXPIRY = "AWS_CREDENTIAL_EXPIRATION"
_FILE_KEYS = ("aws_access_key_id", "aws_secret_access_key")
_FILE_TOKENS = ("aws_security_token", "aws_session_token")


def explicit(
    access_key: str | None, secret_key: str | None, token: str | None = None, account_id: str | None = None
) -> Credentials | None:
    """Credentials given as arguments. Raises PartialCredentialsError where one of the two keys is missing."""
    if not access_key and not secret_key:
        return None
    given = {"aws_access_key_id": access_key, "aws_secret_access_key": secret_key}
    _require(given, "explicit")
    return Credentials(str(access_key), str(secret_key), token, account_id=account_id)


def environment(around: Surroundings) -> Source:
    """Keys in the environment; where they end, the environment is read again for new ones."""

    def fetch() -> Flow[Fetched]:
        environ = around.environ
        _require({name: environ.get(name) for name in (*_ENV_KEYS, _ENV_EXPIRY)}, ENV)
        return _from_environ(environ)
        yield  # a generator, as every flow is

    def load() -> Flow[Credentials | None]:
        environ = around.environ
        if not environ.get(_ENV_KEYS[0]):
            return None
        _require({name: environ.get(name) for name in _ENV_KEYS}, ENV)
        return refreshable(_from_environ(environ), fetch, ENV)
        yield  # a generator, as every flow is

    return Source(load)


def _from_environ(environ: Mapping[str, str]) -> Fetched:
    token = next((environ[name] for name in _ENV_TOKENS if environ.get(name)), None)
    account = environ.get("AWS_ACCOUNT_ID") or None
    keys = FrozenCredentials(environ[_ENV_KEYS[0]], environ[_ENV_KEYS[1]], token, account)
    return Fetched(keys, expiry(environ.get(_ENV_EXPIRY) or None, ENV))


def shared_file(around: Surroundings, profile: str) -> Source:
    """Keys in the credentials file."""
    return Source(lambda: _from_section(around.settings.files.credentials.get(profile, {}), SHARED_FILE))


def config_file(around: Surroundings, profile: str) -> Source:
    """Keys in the config file."""
    return Source(lambda: _from_section(around.settings.files.profiles.get(profile, {}), CONFIG_FILE))


def _from_section(section: Section, method: str) -> Flow[Credentials | None]:
    if _FILE_KEYS[0] not in section:
        return None
    found: dict[str, Any] = {name: section.get(name) for name in _FILE_KEYS}
    _require(found, method)
    token: Any = next((section[name] for name in _FILE_TOKENS if name in section), None)
    account: Any = section.get("aws_account_id")
    return Credentials(found[_FILE_KEYS[0]], found[_FILE_KEYS[1]], token, method, account)
    yield  # a generator, as every flow is


def _require(found: Mapping[str, str | None], method: str) -> None:
    missing = next((name for name, value in found.items() if not value), None)
    if missing is not None:
        raise PartialCredentialsError(provider=method, cred_var=missing)
