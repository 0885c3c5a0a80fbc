"""Bearer tokens for AWS services: from the environment for one service, or of the profile's SSO session. No keys."""

from __future__ import annotations

from osteon.auth.http import BearerToken, sign_bearer
from osteon.auth.schemes import IdentityProvider, SigningContext
from osteon.aws.credentials.base import ADVISORY_REFRESH, Surroundings
from osteon.exceptions import InvalidConfigError, InvalidEndpointConfigurationError
from osteon.flow import NOW, Flow, Once
from osteon.http import Request

_SESSION_KEYS = ("sso_start_url", "sso_region")


def token_variable(signing_name: str) -> str:
    """The environment variable of a service's token: ``AWS_BEARER_TOKEN_BEDROCK``."""
    return f"AWS_BEARER_TOKEN_{signing_name.upper().replace('-', '_').replace(' ', '_')}"


def environment_token(around: Surroundings, signing_name: str) -> BearerToken | None:
    """The token that the environment holds for a service; with one, such a service is signed by it."""
    token = around.environ.get(token_variable(signing_name))
    return BearerToken(token) if token else None


def sign_over_tls(request: Request, identity: BearerToken | None, context: SigningContext) -> None:
    """Add the token, which whoever sees the request could use (RFC 6750, 5.3).

    Raises NoAuthTokenError, and InvalidEndpointConfigurationError for a request that would not be encrypted.
    """
    sign_bearer(request, identity, context)
    if not request.url.startswith("https:"):
        raise InvalidEndpointConfigurationError(msg="Bearer authorization requires an HTTPS endpoint.")


def token_provider(around: Surroundings, signing_name: str, given: str | None = None) -> IdentityProvider:
    """A provider of the token given, else the environment's, else the SSO session's, kept until it is about to end."""
    tokens = _Tokens(around)

    def provide() -> Flow[BearerToken | None]:
        if given is not None:
            return BearerToken(given)
        return environment_token(around, signing_name) or (yield from tokens.current())

    return provide


class _Tokens:
    """The token of the profile's SSO session, fetched by one flow at a time."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._token: BearerToken | None = None

    def current(self) -> Flow[BearerToken | None]:
        section = self._around.profile(self._around.profile_name)
        if "sso_session" not in section:
            return None
        now = yield NOW
        if self._token is None or (self._token.expiration or 0.0) - now < ADVISORY_REFRESH:
            yield Once(self, self._fetch)
        return self._token

    def _fetch(self) -> Flow[None]:
        # Imported here: few profiles have an SSO session.
        from osteon.aws.credentials.sso import access_token, sso_session

        section = self._around.profile(self._around.profile_name)
        config = {**section, **sso_session(self._around, section)}
        missing = [key for key in _SESSION_KEYS if key not in config]
        if missing:
            reason = f"The SSO session {section['sso_session']!r} is missing required configuration: "
            raise InvalidConfigError(error_msg=reason + ", ".join(missing))
        self._token = yield from access_token(self._around, config)
