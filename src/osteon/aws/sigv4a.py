"""SigV4a: a signature that holds in a set of regions (ECDSA). The computation is awscrt's, an optional extra."""

from __future__ import annotations

import importlib
import importlib.util
from datetime import UTC, datetime
from functools import cache
from typing import Any

from osteon.auth.schemes import Signer, SigningContext
from osteon.aws.sigv4 import CONTENT_HASH, UNSIGNED_HEADERS, Credentials, SigV4Rules, join_query, payload_of, split_url
from osteon.exceptions import MissingDependencyException, NoCredentialsError
from osteon.http import Request

#: Headers that a former signature left, or that awscrt sets itself.
_OWN_HEADERS = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Region-Set", CONTENT_HASH)


@cache
def missing() -> str:
    """What must be installed to sign so; empty where nothing must."""
    return "" if importlib.util.find_spec("awscrt") else 'install awscrt: pip install "osteon[crt]"'


def sigv4a_signer(rules: SigV4Rules, *, normalize: bool = True) -> Signer:
    """A signer by ``rules``; ``normalize`` False is S3's way with paths.

    The regions are ``region_set`` of the context's properties, else ``region``, else all (``*``).
    Raises NoCredentialsError, MissingDependencyException.
    """

    def sign(request: Request, identity: Credentials | None, context: SigningContext) -> None:
        if identity is None:
            raise NoCredentialsError()
        if missing():
            raise MissingDependencyException(msg=f"to sign with SigV4a, {missing()}")
        payload = payload_of(request, context, rules)
        sends_payload = CONTENT_HASH in request.headers
        for name in _OWN_HEADERS:
            del request.headers[name]
        crt_request = _crt_request(request)
        config = _config(identity, context, normalize, (payload, sends_payload))
        signed = importlib.import_module("awscrt.auth").aws_sign_request(crt_request, config).result().headers
        for name in _OWN_HEADERS:
            if (value := signed.get(name)) is not None:
                request.headers[name] = value

    return sign


def _crt_request(request: Request) -> Any:
    http = importlib.import_module("awscrt.http")
    host, path, query = split_url(request.url)
    if request.params:
        query = join_query(query, request.params)
    held = [(name, value) for name, value in request.headers.items() if name.lower() != "host"]
    headers = http.HttpHeaders([("Host", request.headers.get("Host", host)), *held])
    return http.HttpRequest(request.method, f"{path}?{query}" if query else path, headers)


def _config(identity: Credentials, context: SigningContext, normalize: bool, payload: tuple[str, bool]) -> Any:
    auth = importlib.import_module("awscrt.auth")
    properties = context.properties
    value, is_sent = payload
    kinds = auth.AwsSignedBodyHeaderType
    return auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4_ASYMMETRIC,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(
            identity.access_key, identity.secret_key, identity.token
        ),
        region=properties.get("region_set") or properties.get("region") or "*",
        service=properties.get("signing_name") or context.service_name,
        date=datetime.fromtimestamp(int(context.now), UTC),
        should_sign_header=_is_signed,
        use_double_uri_encode=normalize and not properties.get("disableDoubleEncoding"),
        should_normalize_uri_path=normalize,
        signed_body_value=value,
        signed_body_header_type=kinds.X_AMZ_CONTENT_SHA_256 if is_sent else kinds.NONE,
    )


def _is_signed(name: str, **_: object) -> bool:
    return name.lower() not in UNSIGNED_HEADERS
