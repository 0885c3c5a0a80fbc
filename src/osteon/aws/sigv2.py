"""Signature Version 2, which only SimpleDB and Import/Export still take, in the parameters."""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from osteon.auth.schemes import SigningContext
from osteon.aws.sigv4 import Credentials
from osteon.exceptions import NoCredentialsError
from osteon.http import Request


def sigv2(request: Request, identity: Credentials | None, context: SigningContext) -> None:
    """Add the signature to the form in the body, or to ``params`` where there is none. Raises NoCredentialsError."""
    if identity is None:
        raise NoCredentialsError()
    body = request.body if isinstance(request.body, bytes) else b""
    held: dict[str, Any] = dict(parse_qsl(body.decode(), keep_blank_values=True)) if body else request.params
    held |= {
        "AWSAccessKeyId": identity.access_key,
        "SignatureVersion": "2",
        "SignatureMethod": "HmacSHA256",
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(context.now)),
    }
    if identity.token:
        held["SecurityToken"] = identity.token
    held.pop("Signature", None)
    proof = hmac.digest(identity.secret_key.encode(), _signed_text(request, held).encode(), "sha256")
    held["Signature"] = base64.b64encode(proof).decode()
    if body:
        request.body = urlencode(held).encode()


def _signed_text(request: Request, parameters: dict[str, Any]) -> str:
    origin, _, path = request.url.partition("?")[0].partition("://")[2].partition("/")
    pairs = (f"{quote(name, safe='')}={quote(str(parameters[name]), safe='-_~')}" for name in sorted(parameters))
    return f"{request.method}\n{origin}\n/{path}\n{'&'.join(pairs)}"
