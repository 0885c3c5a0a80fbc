"""Credentials that the machine gives over HTTP: a container's endpoint (ECS, EKS), an EC2 instance's metadata (IMDSv2).

Source: "Container credential provider" and "IMDS credential provider" of the AWS SDK reference.
"""

from __future__ import annotations

import json
import logging
import random
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from osteon.auth.http import is_loopback
from osteon.aws.credentials.base import (
    ADVISORY_REFRESH,
    Credentials,
    Fetched,
    Source,
    Surroundings,
    fetched_keys,
    refreshable,
)
from osteon.exceptions import (
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    InvalidIMDSEndpointError,
    InvalidIMDSEndpointModeError,
    MetadataRetrievalError,
)
from osteon.flow import NOW, Blocking, Flow, Send, Sleep
from osteon.http import Headers, PreparedRequest, Response

logger = logging.getLogger(__name__)

CONTAINER = "container-role"
INSTANCE = "iam-role"

_RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
_CONTAINER_HOST = "169.254.170.2"
_CONTAINER_HOSTS = (_CONTAINER_HOST, "169.254.170.23", "fd00:ec2::23", "localhost")
_CONTAINER_ATTEMPTS = 3
_CONTAINER_TIMEOUT = 2.0

_IMDS_MODES = {"ipv4": "http://169.254.169.254", "ipv6": "http://[fd00:ec2::254]"}
_IMDS_TOKEN_PATH = "/latest/api/token"
_IMDS_ROLE_PATH = "/latest/meta-data/iam/security-credentials/"
_IMDS_NO_TOKEN = (403, 404, 405)


# --- containers -------------------------------------------------------------------------------------------------------


def container(around: Surroundings) -> Source:
    """The endpoint that a container's environment names. Raises CredentialRetrievalError."""
    environ = around.environ

    def fetch() -> Flow[Fetched]:
        relative = environ.get(_RELATIVE_URI)
        url = f"http://{_CONTAINER_HOST}{relative}" if relative is not None else environ[_FULL_URI]
        _check_container_url(url)
        headers = Headers({"Accept": "application/json"})
        token = yield Blocking(lambda: _container_token(environ.get(_TOKEN_FILE), environ.get(_TOKEN)))
        if token is not None:
            headers["Authorization"] = token
        request = PreparedRequest("GET", url, headers, timeout=_CONTAINER_TIMEOUT, direct=True)
        return fetched_keys((yield from _container_answer(request)), CONTAINER)

    def load() -> Flow[Credentials | None]:
        if _RELATIVE_URI not in environ and _FULL_URI not in environ:
            return None
        return refreshable((yield from fetch()), fetch, CONTAINER)

    return Source(load)


def _check_container_url(url: str) -> None:
    """A token must not go to just any host in clear text."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host in _CONTAINER_HOSTS or is_loopback(host):
        return
    reason = f"Unsupported host {host!r}: over http only a loopback address or one of {', '.join(_CONTAINER_HOSTS)}"
    raise CredentialRetrievalError(provider=CONTAINER, error_msg=reason)


def _container_token(path: str | None, token: str | None) -> str | None:
    if path is not None:
        try:
            token = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            reason = f"the token file {path} cannot be read"
            raise CredentialRetrievalError(provider=CONTAINER, error_msg=reason) from None
    if token is not None and ("\r" in token or "\n" in token):
        raise CredentialRetrievalError(provider=CONTAINER, error_msg="the authorization token holds a line end")
    return token


def _container_answer(request: PreparedRequest) -> Flow[dict[str, Any]]:
    reason = ""
    for attempt in range(_CONTAINER_ATTEMPTS):
        if attempt:
            yield Sleep(1.0)
        try:
            response: Response = yield Send(request)
        except (ConnectionError, HTTPClientError) as error:
            reason = str(error)
            continue
        answer = _json_object(response)
        if answer is not None:
            return answer
        reason = f"the container's endpoint answered with status {response.status_code} and no JSON object of keys"
    raise CredentialRetrievalError(provider=CONTAINER, error_msg=reason)


def _json_object(response: Response) -> dict[str, Any] | None:
    if response.status_code != 200:
        return None
    try:
        answer: object = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else None


# --- instances --------------------------------------------------------------------------------------------------------


class _NoAnswerError(Exception):
    """The metadata service is not there, or has no role to give."""


def instance_metadata(around: Surroundings) -> Source:
    """The role of the EC2 instance. Where no metadata service answers there are no credentials, which is no error.

    Keys that are about to end when they arrive are taken for longer: the service gives new ones late after an outage.
    Raises InvalidIMDSEndpointError, InvalidIMDSEndpointModeError, MetadataRetrievalError (version 1 is switched off).
    """

    def fetch() -> Flow[Fetched]:
        try:
            return (yield from _instance_keys(around))
        except _NoAnswerError:
            reason = "no answer of the EC2 instance metadata service"
            raise CredentialRetrievalError(provider=INSTANCE, error_msg=reason) from None

    def load() -> Flow[Credentials | None]:
        if around.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
            return None
        try:
            fetched = yield from _instance_keys(around)
        except _NoAnswerError:
            return None
        return refreshable(fetched, fetch, INSTANCE)

    return Source(load)


def _instance_keys(around: Surroundings) -> Flow[Fetched]:
    base = _imds_endpoint(around)
    token = yield from _imds_token(around, base)
    role = (yield from _imds_get(around, base, _IMDS_ROLE_PATH, token)).text.strip()
    answer = _json_object((yield from _imds_get(around, base, f"{_IMDS_ROLE_PATH}{role}", token)))
    if answer is None or any(key not in answer for key in ("AccessKeyId", "SecretAccessKey", "Token", "Expiration")):
        raise _NoAnswerError
    fetched = fetched_keys(answer, INSTANCE)
    now = yield NOW
    if fetched.expires is not None and fetched.expires - now < ADVISORY_REFRESH:
        # Spread, so that a fleet does not ask all at once when the service is back.
        return Fetched(fetched.keys, now + ADVISORY_REFRESH + random.randint(120, 600))
    return fetched


def _imds_endpoint(around: Surroundings) -> str:
    settings = around.settings
    custom: str | None = settings.get("ec2_metadata_service_endpoint")
    if custom:
        parts = urlsplit(custom)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidIMDSEndpointError(endpoint=custom)
        return custom.rstrip("/")
    mode = settings.get("ec2_metadata_service_endpoint_mode") or ("ipv6" if settings.get("imds_use_ipv6") else "ipv4")
    if mode.lower() not in _IMDS_MODES:
        raise InvalidIMDSEndpointModeError(mode=mode, valid_modes=list(_IMDS_MODES))
    return _IMDS_MODES[mode.lower()]


def _imds_token(around: Surroundings, base: str) -> Flow[str | None]:
    headers = Headers({"x-aws-ec2-metadata-token-ttl-seconds": "21600"})
    request = _imds_request(around, "PUT", f"{base}{_IMDS_TOKEN_PATH}", headers)
    for _ in range(around.settings.get("metadata_service_num_attempts")):
        try:
            response: Response = yield Send(request)
        except (ConnectionError, HTTPClientError) as error:
            logger.debug("The instance metadata service gave no token: %s", error)
            continue
        if response.status_code == 200:
            return response.text
        if response.status_code == 400:
            raise _NoAnswerError
        if response.status_code in _IMDS_NO_TOKEN:
            break
    if around.settings.get("ec2_metadata_v1_disabled"):
        raise MetadataRetrievalError(error_msg="IMDSv2 gave no token, and IMDSv1 has been disabled")
    return None


def _imds_get(around: Surroundings, base: str, path: str, token: str | None) -> Flow[Response]:
    headers = Headers({"x-aws-ec2-metadata-token": token} if token is not None else {})
    request = _imds_request(around, "GET", f"{base}{path}", headers)
    for _ in range(around.settings.get("metadata_service_num_attempts")):
        try:
            response: Response = yield Send(request)
        except (ConnectionError, HTTPClientError) as error:
            logger.debug("The instance metadata service did not answer: %s", error)
            continue
        if response.status_code == 200 and response.content:
            return response
    raise _NoAnswerError


def _imds_request(around: Surroundings, method: str, url: str, headers: Headers) -> PreparedRequest:
    timeout = float(around.settings.get("metadata_service_timeout"))
    return PreparedRequest(method, url, headers, timeout=timeout, direct=True)
