"""SigV4a: a signature that holds in a set of regions (ECDSA). The computation is awscrt's, an optional extra."""

from __future__ import annotations

import importlib
import importlib.util
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from osteon.auth.schemes import Signer, SigningContext
from osteon.aws.sigv4 import (
    CONTENT_HASH,
    UNSIGNED_HEADERS,
    UNSIGNED_PAYLOAD,
    Credentials,
    SigV4Rules,
    join_query,
    payload_of,
    split_url,
)
from osteon.exceptions import MissingDependencyException, NoCredentialsError
from osteon.http import Request
from osteon.pipeline.features import note

#: Headers that a former signature left, or that awscrt sets itself.
_OWN_HEADERS = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Region-Set", CONTENT_HASH)


@cache
def missing() -> str:
    """What must be installed to sign so; empty where nothing must."""
    return "" if importlib.util.find_spec("awscrt") else 'install awscrt: pip install "osteon[crt]"'


class _Manner(NamedTuple):
    """How one kind of service wants to be signed."""

    #: S3 alone takes paths as they are
    normalize: bool
    payload: str
    #: the payload's hash is sent along
    sends_payload: bool = False
    #: seconds that a URL holds; None: the signature goes into the headers
    expires: int | None = None


def sigv4a_signer(rules: SigV4Rules, *, normalize: bool = True) -> Signer:
    """A signer by ``rules``; ``normalize`` False is S3's way with paths.

    The regions are ``region`` of the context's properties, else all (``*``).
    Raises NoCredentialsError, MissingDependencyException.
    """

    def sign(request: Request, identity: Credentials | None, context: SigningContext) -> None:
        note(request.context, "SIGV4A_SIGNING")
        manner = _Manner(normalize, payload_of(request, context, rules), CONTENT_HASH in request.headers)
        for name in _OWN_HEADERS:
            del request.headers[name]
        signed = _signed(request, identity, context, manner).headers
        for name in _OWN_HEADERS:
            if (value := signed.get(name)) is not None:
                request.headers[name] = value

    return sign


def s3_sigv4a_query(expires: int) -> Signer:
    """A signer of URLs of S3 that hold for ``expires`` seconds, such as those of multi-region access points."""

    def sign(request: Request, identity: Credentials | None, context: SigningContext) -> None:
        manner = _Manner(normalize=False, payload=UNSIGNED_PAYLOAD, expires=expires)
        signed = _signed(request, identity, context, manner)
        scheme, host, *_ = urlsplit(request.url)
        request.url, request.params = f"{scheme}://{host}{signed.path}", {}

    return sign


def _signed(request: Request, identity: Credentials | None, context: SigningContext, manner: _Manner) -> Any:
    """awscrt's twin of the request, signed."""
    if identity is None:
        raise NoCredentialsError()
    if missing():
        raise MissingDependencyException(msg=f"to sign with SigV4a, {missing()}")
    signer = importlib.import_module("awscrt.auth").aws_sign_request
    return signer(_crt_request(request), _config(identity, context, manner)).result()


def _crt_request(request: Request) -> Any:
    http = importlib.import_module("awscrt.http")
    host, path, query = split_url(request.url)
    if request.params:
        query = join_query(query, request.params)
    held = [(name, value) for name, value in request.headers.items() if name.lower() != "host"]
    headers = http.HttpHeaders([("Host", request.headers.get("Host", host)), *held])
    return http.HttpRequest(request.method, f"{path}?{query}" if query else path, headers)


def _config(identity: Credentials, context: SigningContext, manner: _Manner) -> Any:
    auth = importlib.import_module("awscrt.auth")
    properties = context.properties
    body_headers, kinds = auth.AwsSignedBodyHeaderType, auth.AwsSignatureType
    return auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4_ASYMMETRIC,
        signature_type=kinds.HTTP_REQUEST_HEADERS if manner.expires is None else kinds.HTTP_REQUEST_QUERY_PARAMS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(
            identity.access_key, identity.secret_key, identity.token
        ),
        region=properties.get("region") or "*",
        service=properties.get("signing_name") or context.service_name,
        date=datetime.fromtimestamp(int(context.now), UTC),
        should_sign_header=_is_signed,
        use_double_uri_encode=manner.normalize and not properties.get("disableDoubleEncoding"),
        should_normalize_uri_path=manner.normalize,
        signed_body_value=manner.payload,
        signed_body_header_type=body_headers.X_AMZ_CONTENT_SHA_256 if manner.sends_payload else body_headers.NONE,
        expiration_in_seconds=manner.expires,
    )


def _is_signed(name: str, **_: object) -> bool:
    return name.lower() not in UNSIGNED_HEADERS
