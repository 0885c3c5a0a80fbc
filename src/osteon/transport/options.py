"""How connections are to be made: one frozen record for all transports. No sockets, no files, no profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from osteon.exceptions import InvalidProxiesConfigError

#: The settings that ``proxies_config`` may hold, as botocore names them.
PROXY_SETTINGS = frozenset({"proxy_ca_bundle", "proxy_client_cert", "proxy_use_forwarding_for_https"})


def _no_settings() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class TransportOptions:
    """Settings of a transport. Times are seconds; None means no limit.

    ``proxies`` maps ``http`` and ``https`` to a proxy's URL; None reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY when
    an origin is first used, an empty mapping means no proxy. Raises InvalidProxiesConfigError for unknown or mistyped
    entries of ``proxies_config``.
    """

    connect_timeout: float | None = 60
    read_timeout: float | None = 60
    #: connections kept open per origin; a busy moment may open more, which are closed afterwards
    max_pool_connections: int = 10
    #: check the server's certificate: against the installed bundle, not at all, or against the CA file or folder named
    verify: bool | str = True
    #: a PEM file with certificate and key, or a pair (certificate, key)
    client_cert: str | tuple[str, str] | None = None
    # A proxy's URL may hold a password: it stays out of the repr.
    proxies: Mapping[str, str] | None = field(default=None, repr=False)
    proxies_config: Mapping[str, Any] = field(default_factory=_no_settings)
    tcp_keepalive: bool = False

    def __post_init__(self) -> None:
        settings = self.proxies_config
        certificate = settings.get("proxy_client_cert")
        pair = certificate.__class__ is tuple and [*map(type, certificate or ())] == [str, str]
        sound = (
            settings.keys() <= PROXY_SETTINGS
            and isinstance(settings.get("proxy_ca_bundle"), str | None)
            and (pair or isinstance(certificate, str | None))
        )
        if not sound:
            raise InvalidProxiesConfigError()

    def proxy_for(self, scheme: str, netloc: str) -> str | None:
        """The URL of the proxy for requests of ``scheme`` to ``netloc``, None for a direct connection."""
        if self.proxies is not None:
            found = self.proxies.get(scheme)
        else:
            found = _environment_proxy(scheme, netloc)
        if not found:
            return None
        return found if found.startswith(("http:", "https:")) else f"http://{found.removeprefix('//')}"


def _environment_proxy(scheme: str, netloc: str) -> str | None:
    # Start-up: urllib.request loads ssl and http.client.
    from urllib.request import getproxies, proxy_bypass

    return None if proxy_bypass(netloc) else getproxies().get(scheme)


def proxy_credentials(parts: SplitResult) -> tuple[str, str] | None:
    """User and password that stand in a proxy's URL, decoded; None unless both are there."""
    if not parts.username or not parts.password:
        return None
    return unquote(parts.username), unquote(parts.password)


def masked(url: str) -> str:
    """A proxy's URL as errors may show it: user and password replaced by stars."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc=f"***:***@{parts.netloc.rpartition('@')[2]}").geturl()
