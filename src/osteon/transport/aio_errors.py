"""The wall where aiohttp's errors become osteon's. Nothing is sent or read here."""

from __future__ import annotations

import ssl

import aiohttp

from osteon.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    OsteonError,
    ProxyConnectionError,
    ReadTimeoutError,
)
from osteon.http import PreparedRequest
from osteon.transport.answers import BrokenAnswer
from osteon.transport.options import masked
from osteon.transport.tls import tls_error

#: What aiohttp's errors mean, the first that fits.
_ERRORS: tuple[tuple[tuple[type[BaseException], ...], type[OsteonError]], ...] = (
    ((aiohttp.ConnectionTimeoutError,), ConnectTimeoutError),
    ((aiohttp.ClientConnectorError,), EndpointConnectionError),
    ((TimeoutError,), ReadTimeoutError),
    ((aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, aiohttp.ClientResponseError), ConnectionClosedError),
    ((OSError, BrokenAnswer), ConnectionClosedError),
)
#: Their texts quote what came over the wire, which may be anything, or a proxy's URL with its password.
_QUOTING = (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError)
_PROXY_ERRORS = (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)


def quiet(error: BaseException) -> BaseException | None:
    """``error`` where its text can be shown."""
    return None if isinstance(error, _QUOTING) else error


def exchange_error(error: BaseException, request: PreparedRequest, proxy: str | None = None) -> OsteonError:
    """The osteon error for what went wrong between connecting and the end of the answer."""
    cause: BaseException | None = error
    while cause is not None:
        # aiohttp wraps what a body's own iterator raised.
        if isinstance(cause, OsteonError):
            return cause
        cause = cause.__cause__
    url, shown = request.shown_url, quiet(error) or type(error).__name__
    if proxy is not None and isinstance(error, _PROXY_ERRORS):
        return ProxyConnectionError(proxy_url=masked(proxy), error=shown)
    if isinstance(error, (ssl.SSLError, aiohttp.ClientSSLError)):
        return tls_error(error, url)
    for kinds, mapped in _ERRORS:
        if isinstance(error, kinds):
            return mapped(endpoint_url=url, error=shown)
    return HTTPClientError(endpoint_url=url, error=shown)
