"""Requests of S3: buckets and where they stand, copies, keys of encryption, metadata, bodies. Answers: s3_answers.

Sources: the S3 API reference; "Virtual hosting of buckets" and "Using server-side encryption with customer keys".
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote

from osteon.events.admission import Registration
from osteon.events.trie import Section
from osteon.exceptions import ParamValidationError
from osteon.http import Request
from osteon.model.service import OperationModel
from osteon.protocols.base import Draft

_BUCKET = re.compile(r"^[a-zA-Z0-9.\-_]{1,255}$")
_ARN = re.compile(
    r"^arn:(aws).*:(s3|s3-object-lambda):[a-z\-0-9]*:[0-9]{12}:accesspoint[/:][a-zA-Z0-9\-.]{1,63}$|"
    r"^arn:(aws).*:s3-outposts:[a-z\-0-9]+:[0-9]{12}:outpost[/:][a-zA-Z0-9\-]{1,63}[/:]accesspoint[/:]"
    r"[a-zA-Z0-9\-]{1,63}$"
)
_HOST_LABEL = re.compile(r"(?!-)[a-zA-Z\d-]{1,63}(?<!-)")
_VERSION = re.compile(r"\?versionId=[^\s]+$")
_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def bucket_in_endpoint(serializer_kwargs: dict[str, Any], **kwargs: Any) -> None:
    """The endpoint rules place the bucket, in the host or in the path: the request's own path leaves it out."""
    serializer_kwargs["labels_in_endpoint"] = ("Bucket",)


def check_bucket(params: Mapping[str, Any]) -> None:
    """Refuse a name that no bucket and no access point can have, before it becomes a host name."""
    bucket = params.get("Bucket")
    if isinstance(bucket, str) and not _names_bucket(bucket):
        raise ParamValidationError(
            report=f'Invalid bucket name "{bucket}": Bucket name must match the regex "{_BUCKET.pattern}" '
            f'or be an ARN matching the regex "{_ARN.pattern}"'
        )


@lru_cache(maxsize=1024)
def _names_bucket(text: str) -> bool:
    return bool(_BUCKET.fullmatch(text) or _ARN.fullmatch(text))


def address_bucket(
    builtins: dict[str, Any], model: OperationModel, params: Mapping[str, Any], context: dict[str, Any], **kwargs: Any
) -> None:
    """Path or host: a location is asked for in the path, since the signing region may be wrong; ARNs never stand in it.

    Presigned URLs may ask for the global endpoint (``use_global_endpoint``), which only host labels can have.
    """
    bucket = params.get("Bucket")
    is_arn = isinstance(bucket, str) and bucket.startswith("arn:")
    if model.name == "GetBucketLocation":
        builtins["AWS::S3::ForcePathStyle"] = True
    elif is_arn:
        builtins["AWS::S3::ForcePathStyle"] = False
    if context.get("use_global_endpoint") and not is_arn and _stands_in_host(bucket, builtins):
        builtins["AWS::Region"] = "aws-global"
        builtins["AWS::S3::UseGlobalEndpoint"] = True


def _stands_in_host(bucket: str | None, builtins: Mapping[str, Any]) -> bool:
    if builtins["AWS::S3::ForcePathStyle"]:
        return False
    return bucket is None or (_HOST_LABEL.fullmatch(bucket) is not None and not bucket.endswith("--x-s3"))


def quote_copy_source(params: dict[str, Any]) -> None:
    """Write ``CopySource`` as a header can carry it; it may be a text or a dict of Bucket, Key and VersionId."""
    source = params.get("CopySource")
    if isinstance(source, str):
        version = _VERSION.search(source)
        name, rest = (source, "") if version is None else (source[: version.start()], version.group())
        params["CopySource"] = _quoted(name) + rest
    elif isinstance(source, dict):
        params["CopySource"] = _source_of(cast("dict[str, Any]", source))


def _source_of(source: Mapping[str, Any]) -> str:
    for name in ("Bucket", "Key"):
        if name not in source:
            raise ParamValidationError(report=f"Missing required parameter: '{name}'")
    bucket, key, version = str(source["Bucket"]), source["Key"], source.get("VersionId")
    path = f"{bucket}/object/{key}" if _ARN.fullmatch(bucket) else f"{bucket}/{key}"
    return _quoted(path) if version is None else f"{_quoted(path)}?versionId={version}"


def _quoted(text: str) -> str:
    return quote(text, safe="-._~/")


def encode_key(params: dict[str, Any]) -> None:
    """Send the customer's own key with its digest, both in base64, unless the caller did so himself."""
    if params.get("SSECustomerKey") is not None:
        _encode_key(params, "SSECustomerKey")


def encode_source_key(params: dict[str, Any]) -> None:
    """As :func:`encode_key`, for the key of what is copied."""
    if params.get("CopySourceSSECustomerKey") is not None:
        _encode_key(params, "CopySourceSSECustomerKey")


def _encode_key(params: dict[str, Any], name: str) -> None:
    key = params[name]
    if isinstance(key, str):
        key = key.encode()
    if f"{name}MD5" not in params and isinstance(key, bytes | bytearray):
        params[name] = base64.b64encode(key).decode()
        digest = hashlib.md5(key, usedforsecurity=False).digest()
        params[f"{name}MD5"] = base64.b64encode(digest).decode()


def check_metadata(params: Mapping[str, Any]) -> None:
    """Refuse metadata that headers cannot carry."""
    metadata: Any = params.get("Metadata")
    if not isinstance(metadata, dict):
        return
    pairs: Iterable[tuple[Any, Any]] = cast("Any", metadata).items()
    for key, value in pairs:
        if not (str(key).isascii() and str(value).isascii()):
            raise ParamValidationError(
                report=f'Non ascii characters found in S3 metadata for key "{key}", value: "{value}".  \n'
                "S3 metadata can only contain ASCII characters. "
            )


def await_continue(params: Draft, context: Mapping[str, Any], **kwargs: Any) -> None:
    """Let S3 refuse an upload before its body is sent (RFC 9110, 10.1.1)."""
    if context["input_params"].get("Body") is not None:
        params.headers["Expect"] = "100-continue"


def await_continue_for_files(params: Draft, **kwargs: Any) -> None:
    """As :func:`await_continue`, but bytes are sent at once."""
    if hasattr(params.body, "read"):
        params.headers["Expect"] = "100-continue"


def announce_trailer(request: Request, signature_version: str, **kwargs: Any) -> None:
    """Tell of a checksum behind the body where no signature does."""
    if signature_version == "none" and "x-amz-trailer" in request.headers.raw:
        request.headers["X-Amz-Content-SHA256"] = _TRAILER


def _is_signed(subject: tuple[Request, str]) -> bool:
    return subject[1] != "none"


#: operation -> what is done to its parameters
_STEPS: Mapping[str, tuple[Callable[[dict[str, Any]], None], ...]] = {
    "CopyObject": (quote_copy_source, check_metadata, encode_key, encode_source_key),
    "UploadPartCopy": (quote_copy_source, encode_key, encode_source_key),
    "PutObject": (check_metadata, encode_key),
    "CreateMultipartUpload": (check_metadata, encode_key),
    **dict.fromkeys(
        ("HeadObject", "GetObject", "UploadPart", "CompleteMultipartUpload", "SelectObjectContent"), (encode_key,)
    ),
}


def write_params(params: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
    """Parameters as requests carry them. After the user's handlers: those see and change what the caller gave."""
    for step in _STEPS.get(model.name, ()):
        step(params)
    check_bucket(params)


def keep_line_feeds(params: Draft, **kwargs: Any) -> None:
    """Write line feeds in names of objects as references, so that nothing on the way takes them for layout."""
    if isinstance(params.body, bytes):
        params.body = params.body.replace(b"\n", b"&#xA;")


HANDLERS = (
    Registration("creating-serializer.s3", bucket_in_endpoint),
    Registration("before-parameter-build", write_params, Section.LAST),
    Registration("before-endpoint-resolution.s3", address_bucket),
    Registration("before-call.s3.PutObject", await_continue),
    Registration("before-call.s3.UploadPart", await_continue),
    Registration("before-call.s3.WriteGetObjectResponse", await_continue_for_files),
    Registration("before-call.s3.DeleteObjects", keep_line_feeds),
    Registration("before-call.s3.PutBucketLifecycleConfiguration", keep_line_feeds),
    Registration("before-sign.s3", announce_trailer, idle=_is_signed),
)
