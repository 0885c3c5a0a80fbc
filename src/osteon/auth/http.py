"""The schemes of HTTP itself: no signature, a bearer token (RFC 6750), an API key. Nothing of AWS or settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from osteon.auth.schemes import AuthScheme, IdentityProvider, Signer, SigningContext
from osteon.exceptions import InvalidEndpointConfigurationError, NoApiKeyError, NoAuthTokenError
from osteon.flow import Flow
from osteon.http import Request
from osteon.model.traits import ApiKeyAuth


class BearerToken(NamedTuple):
    """A token, and when it ends (seconds since the epoch) where that is known."""

    token: str
    expiration: float | None = None

    def __repr__(self) -> str:
        return f"BearerToken(expiration={self.expiration})"


class ApiKey(NamedTuple):
    """A service's API key."""

    key: str

    def __repr__(self) -> str:
        return "ApiKey()"


def fixed_identity(identity: object) -> IdentityProvider:
    """A provider of one identity that never changes (None: there is none)."""

    def provide() -> Flow[object]:
        return identity
        yield  # a generator, as every flow is

    return provide


def sign_nothing(request: Request, identity: object, context: SigningContext) -> None:
    """Leave a request as it is."""


def sign_bearer(request: Request, identity: BearerToken | None, context: SigningContext) -> None:
    """Add the token. Raises NoAuthTokenError where there is none.

    Raises InvalidEndpointConfigurationError where the token would go over a network unencrypted (RFC 6750, 5.2).
    """
    if identity is None:
        raise NoAuthTokenError()
    url = urlsplit(request.url)
    if url.scheme != "https" and not is_loopback(url.hostname or ""):
        raise InvalidEndpointConfigurationError(msg="Bearer authorization requires an HTTPS endpoint.")
    _add_token(request, identity)


def is_loopback(host: str) -> bool:
    """Whether what is sent to the host does not leave this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _add_token(request: Request, identity: BearerToken) -> None:
    request.headers["Authorization"] = f"Bearer {identity.token}"


def sign_own_bearer(request: Request, identity: BearerToken | None, context: SigningContext) -> None:
    """Add the token of a service that is not AWS's. Raises NoAuthTokenError, which says where one is looked for."""
    if identity is None:
        places = f"set {_variable('BEARER_TOKEN', context)}, or pass bearer_token to Config"
        raise NoAuthTokenError(hint=f" for service {context.service_name}: {places}")
    _add_token(request, identity)


def _variable(name: str, context: SigningContext) -> str:
    return f"OSTEON_{name}_{context.service_name.upper().replace('-', '_')}"


def api_key_signer(place: ApiKeyAuth) -> Signer:
    """A signer that puts the key where the service's model says (Smithy's ``httpApiKeyAuth``).

    Raises NoApiKeyError where there is none.
    """
    prefix = f"{place.scheme} " if place.scheme else ""

    def sign(request: Request, identity: ApiKey | None, context: SigningContext) -> None:
        if identity is None:
            raise NoApiKeyError(service_name=context.service_name, variable=_variable("API_KEY", context))
        if place.in_ == "query":
            request.params[place.name] = identity.key
        else:
            request.headers[place.name] = f"{prefix}{identity.key}"

    return sign


def _presign_nothing(expires: int) -> Signer:
    return sign_nothing


ANONYMOUS = AuthScheme(
    "smithy.api#noAuth", None, sign_nothing, "none", presign=_presign_nothing, presign_post=sign_nothing
)


def bearer_scheme(identity: IdentityProvider, sign: Signer = sign_bearer) -> AuthScheme:
    return AuthScheme("smithy.api#httpBearerAuth", identity, sign, name="bearer")


def api_key_scheme(place: ApiKeyAuth, identity: IdentityProvider) -> AuthScheme:
    sign = api_key_signer(place)
    presign: Callable[[int], Signer] | None = (lambda expires: sign) if place.in_ == "query" else None
    return AuthScheme("smithy.api#httpApiKeyAuth", identity, sign, name="api-key", presign=presign)
