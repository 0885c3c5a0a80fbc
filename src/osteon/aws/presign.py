"""SigV4 in a URL's query or in a form's fields, for somebody else to send. Pure, as sigv4.py is."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, quote

from osteon.auth.schemes import Signer, SigningContext
from osteon.aws.sigv4 import (
    ALGORITHM,
    UNSIGNED_PAYLOAD,
    CanonicalPath,
    Credentials,
    PayloadRule,
    Scope,
    canonical_headers,
    canonical_query,
    normal_path,
    plain_path,
    scope_of,
    sign_text,
    signature,
    signed_payload,
    split_url,
)
from osteon.exceptions import NoCredentialsError
from osteon.http import Body, Request

FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


class QueryRules(NamedTuple):
    """How one kind of service wants to be signed in the query."""

    canonical_path: CanonicalPath
    payload: PayloadRule
    token_parameter: str = "X-Amz-Security-Token"
    #: seconds that a URL holds where the caller doesn't say
    expires: int = 3600


def _unsigned(request: Request, context: SigningContext) -> str:
    return UNSIGNED_PAYLOAD


#: signature version -> rules of its signature in the query
QUERY_RULES = {
    "v4": QueryRules(normal_path, signed_payload),
    "s3v4": QueryRules(plain_path, _unsigned),
    "v4-s3express": QueryRules(plain_path, _unsigned, "X-Amz-S3session-Token", 300),
}


def query_signer(rules: QueryRules, expires: int | None = None) -> Signer:
    """A signer that signs in the query: parameters and a body of parameters move there, the headers stay as they are.

    Whoever sends the URL must send the headers that ``X-Amz-SignedHeaders`` names. Raises NoCredentialsError,
    NoRegionError.
    """
    seconds = rules.expires if expires is None else expires

    def sign(request: Request, identity: Credentials | None, context: SigningContext) -> None:
        if identity is None:
            raise NoCredentialsError()
        scope = scope_of(context)
        if request.headers.get("Content-Type") == FORM_TYPE:
            del request.headers["Content-Type"]
        host, path, query = split_url(request.url)
        names, fields = canonical_headers(request, host)
        query = _operation_query(request, query) + _encoded(_auth_parameters(rules, identity, scope, names, seconds))
        payload = request.headers.get("X-Amz-Content-SHA256") or rules.payload(request, context)
        path = rules.canonical_path(path)
        canonical = f"{request.method.upper()}\n{path}\n{canonical_query(query)}\n{fields}\n{names}\n{payload}"
        proof = signature(identity, scope, canonical)
        request.url = f"{request.url.partition('#')[0].partition('?')[0]}?{query}&X-Amz-Signature={proof}"

    return sign


def _auth_parameters(
    rules: QueryRules, identity: Credentials, scope: Scope, names: str, seconds: int
) -> dict[str, Any]:
    parameters = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{identity.access_key}/{scope.text}",
        "X-Amz-Date": scope.timestamp,
        "X-Amz-Expires": seconds,
        "X-Amz-SignedHeaders": names,
    }
    return {**parameters, rules.token_parameter: identity.token} if identity.token is not None else parameters


def _operation_query(request: Request, query: str) -> str:
    """All parameters of the operation, encoded, with ``&`` after them; they are taken out of ``params`` and body."""
    parameters: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters.setdefault(name, []).append(value)
    parameters |= request.params
    request.params = {}
    moved = _body_parameters(request.body)
    if moved is not None:
        parameters |= moved
        request.body = b""
    return f"{_encoded(parameters)}&" if parameters else ""


def _body_parameters(body: Body) -> dict[str, Any] | None:
    """The parameters of a form or of a JSON object; None for a body that holds no parameters."""
    if not body or not isinstance(body, bytes):
        return None
    text = body.decode("utf-8", "replace")
    if text.startswith("{"):
        try:
            return dict(json.loads(text))
        except (ValueError, RecursionError):
            return None
    try:
        return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        return None


def _encoded(parameters: Mapping[str, Any]) -> str:
    pairs = ((name, item) for name, value in parameters.items() for item in _listed(value))
    return "&".join(f"{quote(name, safe='-._~')}={quote(str(item), safe='-._~')}" for name, item in pairs)


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def sign_post(
    policy: Mapping[str, Any], fields: Mapping[str, str], identity: Credentials | None, context: SigningContext
) -> dict[str, str]:
    """The fields of an HTML form that uploads to S3: ``fields``, the policy with what is signed added, the signature.

    ``policy`` holds ``expiration`` and ``conditions``. Raises NoCredentialsError, NoRegionError. Source: "Browser-based
    uploads using POST" of the S3 reference.
    """
    if identity is None:
        raise NoCredentialsError()
    scope = scope_of(context)
    proof = {
        "x-amz-algorithm": ALGORITHM,
        "x-amz-credential": f"{identity.access_key}/{scope.text}",
        "x-amz-date": scope.timestamp,
    }
    if identity.token is not None:
        proof["x-amz-security-token"] = identity.token
    conditions = [*(policy.get("conditions") or ()), *({name: value} for name, value in proof.items())]
    document = json.dumps({**policy, "conditions": conditions})
    encoded = base64.b64encode(document.encode()).decode()
    return {**fields, **proof, "policy": encoded, "x-amz-signature": sign_text(identity, scope, encoded)}


def post_signer(request: Request, identity: Credentials | None, context: SigningContext) -> None:
    """Sign the upload form in the request's context, as :func:`sign_post` does."""
    held = request.context
    fields = sign_post(held["s3-presign-post-policy"], held["s3-presign-post-fields"], identity, context)
    held["s3-presign-post-fields"] = fields
