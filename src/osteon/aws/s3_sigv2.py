"""S3's Signature Version 2: in the header, in the URL, in an upload form. Pure, as sigv4.py is.

boto3 still presigns with it in the regions that take it; no region opened since 2014 does. Source: "Signing and
authenticating REST requests" of the S3 user guide (older editions).
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from osteon.auth.schemes import Signer, SigningContext
from osteon.aws.sigv4 import Credentials
from osteon.exceptions import NoCredentialsError
from osteon.http import Request

#: Regions whose S3 takes this signature, and the name of the one that stands for none.
REGIONS = frozenset({
    "us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2",
    "sa-east-1", "s3-external-1", "aws-global", "us-gov-east-1", "us-gov-west-1", "fips-us-gov-east-1",
    "fips-us-gov-west-1",
})  # fmt: skip
#: Parameters that name a part of a resource: only they are signed.
_SUBRESOURCES = frozenset({
    "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle",
    "location", "logging", "metrics", "notification", "object-lock", "partNumber", "policy", "replication",
    "requestPayment", "restore", "select", "select-type", "storageClass", "tagging", "torrent", "uploadId",
    "uploads", "versionId", "versioning", "versions", "website", "response-cache-control",
    "response-content-disposition", "response-content-encoding", "response-content-language",
    "response-content-type", "response-expires",
})  # fmt: skip
_STANDARD = ("content-md5", "content-type", "date")
_TOKEN = "x-amz-security-token"


def s3_sigv2(request: Request, identity: Credentials | None, context: SigningContext) -> None:
    """Add the headers ``Date`` and ``Authorization``. Raises NoCredentialsError."""
    # Imported here: it brings sockets along, and this signature is rarely asked for.
    from email.utils import formatdate

    keys, proof = _proof(request, identity, formatdate(context.now, usegmt=True))
    request.headers["Authorization"] = f"AWS {keys.access_key}:{proof}"


def s3_sigv2_query(expires: int | None = None) -> Signer:
    """A signer that signs in the query; the headers that are signed move there. Raises NoCredentialsError."""
    seconds = 3600 if expires is None else int(expires)

    def sign(request: Request, identity: Credentials | None, context: SigningContext) -> None:
        keys, proof = _proof(request, identity, str(int(context.now + seconds)))
        query = {"AWSAccessKeyId": keys.access_key, "Signature": proof}
        for folded, (_, value) in request.headers.raw.items():
            if folded == "date":
                query["Expires"] = value
            elif folded.startswith("x-amz-") or folded in _STANDARD:
                query[folded] = value
        separator = "&" if "?" in request.url else "?"
        request.url += separator + "&".join(f"{name}={quote(value, safe='-._~')}" for name, value in query.items())

    return sign


def s3_sigv2_post(request: Request, identity: Credentials | None, context: SigningContext) -> None:
    """Sign the upload form in the request's context. Raises NoCredentialsError."""
    if identity is None:
        raise NoCredentialsError()
    fields: dict[str, Any] = request.context["s3-presign-post-fields"]
    policy: dict[str, Any] = request.context["s3-presign-post-policy"]
    fields["AWSAccessKeyId"] = identity.access_key
    if identity.token is not None:
        fields[_TOKEN] = identity.token
        policy["conditions"].append({_TOKEN: identity.token})
    fields["policy"] = base64.b64encode(json.dumps(policy).encode()).decode()
    fields["signature"] = _signature(identity, fields["policy"])


def _proof(request: Request, identity: Credentials | None, date: str) -> tuple[Credentials, str]:
    """The signature of a request for ``date``, which becomes its last header."""
    if identity is None:
        raise NoCredentialsError()
    headers = request.headers
    if identity.token:
        del headers[_TOKEN]
        headers[_TOKEN] = identity.token
    del headers["Date"]
    headers["Date"] = date
    own = sorted((name, value.strip()) for name, (_, value) in headers.raw.items() if name.startswith("x-amz-"))
    lines = [request.method.upper(), *(headers.get(name, "").strip() for name in _STANDARD)]
    lines += (f"{name}:{value}" for name, value in own)
    lines.append(_resource(request))
    return identity, _signature(identity, "\n".join(lines))


def _signature(identity: Credentials, text: str) -> str:
    return base64.b64encode(hmac.digest(identity.secret_key.encode(), text.encode(), "sha1")).decode()


def _resource(request: Request) -> str:
    """The bucket and key that are asked for, wherever the URL has the bucket, and the parts of them."""
    url = urlsplit(request.url)
    path = _path(request.context.get("input_params") or {}, url.path)
    pairs = [pair.split("=", 1) for pair in url.query.split("&")]
    parts = sorted((pair for pair in pairs if pair[0] in _SUBRESOURCES), key=lambda pair: pair[0])
    query = "&".join("=".join((name, *map(unquote, value))) for name, *value in parts)
    return f"{path}?{query}" if query else path


def _path(params: Mapping[str, Any], url_path: str) -> str:
    bucket, key = params.get("Bucket"), params.get("Key")
    if not isinstance(bucket, str):
        return url_path
    rest = f"/{quote(key, safe='/-._~')}" if isinstance(key, str) else "/"
    return rest if bucket.startswith("arn:") else f"/{quote(bucket, safe='-._~')}{rest}"
