"""TLS settings to SSLContext, one for each distinct setting in a process, and what its errors mean. No sockets."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from functools import lru_cache

from osteon.exceptions import InvalidConfigError, SSLError
from osteon.transport.options import TransportOptions


@lru_cache(maxsize=128)
def tls_context(verify: bool | str, client_cert: str | tuple[str, str] | None) -> ssl.SSLContext:
    """The context for these settings, the same object every time: sessions are resumed and CA files are read once.

    Contexts with and without verification are never the same object, so a library that writes into one cannot weaken
    the other. Raises InvalidConfigError for a file that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_COMPRESSION
    context.post_handshake_auth = True
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _trust(context, verify)
    if client_cert is not None:
        certificate, key = (client_cert, None) if isinstance(client_cert, str) else client_cert
        _loading(certificate, lambda: context.load_cert_chain(certificate, key))
    return context


def target_tls(options: TransportOptions) -> ssl.SSLContext:
    """The context for connections to a service."""
    return tls_context(options.verify, options.client_cert)


def proxy_tls(options: TransportOptions) -> ssl.SSLContext:
    """The context for connections to a proxy that is itself reached by TLS."""
    settings = options.proxies_config
    return tls_context(settings.get("proxy_ca_bundle") or options.verify, settings.get("proxy_client_cert"))


def _trust(context: ssl.SSLContext, verify: bool | str) -> None:
    if isinstance(verify, str):
        place = "capath" if os.path.isdir(verify) else "cafile"
        _loading(verify, lambda: context.load_verify_locations(**{place: verify}))
        return
    try:
        import certifi  # optional: botocore prefers its bundle to the system's where it is installed
    except ImportError:
        context.load_default_certs()
    else:
        context.load_verify_locations(cafile=certifi.where())


def _loading(path: str, load: Callable[[], None]) -> None:
    try:
        load()
    except OSError as error:  # ssl.SSLError is one of them
        raise InvalidConfigError(error_msg=f"Cannot load certificates of {path!r}: {error.strerror}") from error


# --- errors

_CLOCK = "is this machine's clock right?"
_UNKNOWN = "nobody here trusts who issued it: give verify= its authority's certificates (for AWS also AWS_CA_BUNDLE)"
_OTHER_NAME = "call the endpoint by a name that the certificate has"
#: OpenSSL's reason to refuse a certificate (x509_vfy.h) -> the way out
_ADVICE = {
    2: _UNKNOWN,  # no certificate of the issuer
    9: f"not valid yet: {_CLOCK}",
    10: f"the server needs a new certificate, or {_CLOCK}",
    18: _UNKNOWN,  # signed by itself
    19: _UNKNOWN,  # the chain ends at one signed by itself
    20: _UNKNOWN,  # no certificate of the issuer on this machine
    21: _UNKNOWN,  # the chain is one long
    62: _OTHER_NAME,
    64: _OTHER_NAME,  # where the name is an IP address
}


def tls_error(error: BaseException, url: str) -> SSLError:
    """The osteon error for one of TLS; its text names the way out where there is one."""
    while isinstance(error.__cause__, ssl.SSLError):  # aiohttp wraps it in an ssl.SSLError of its own
        error = error.__cause__
    advice = _ADVICE.get(getattr(error, "verify_code", 0))
    return SSLError(endpoint_url=url, error=error, hint=f"; {advice}" if advice else "")
