"""Buckets of other regions: what S3 answers for them, where they are, and the second request. No signing.

Source: "Making requests" of the S3 user guide (redirects).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from osteon.endpoints.ruleset import Endpoint
from osteon.events.admission import Registration
from osteon.exceptions import ClientError, InvalidRegionError
from osteon.flow import Flow
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.pipeline.calls import Calls
from osteon.pipeline.features import note
from osteon.protocols.base import Draft

logger = logging.getLogger(__name__)

_Answer: TypeAlias = tuple[Response, "dict[str, Any] | None"]

#: Where a client keeps the regions of its buckets.
_REGIONS = "s3-regions"
_FEATURE = "S3_REGION_REDIRECT"
_MOST_BUCKETS = 1000
_BUCKET_REGION = "x-amz-bucket-region"
_HOST_LABEL = re.compile(r"(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")


def use_known_region(
    builtins: dict[str, Any], params: Mapping[str, Any], context: dict[str, Any], **kwargs: Any
) -> None:
    """Go at once to the region that a redirect has told of."""
    context["input_params"] = params
    regions = context["client"].notes.get(_REGIONS)
    if regions:
        region = regions.get(params.get("Bucket"))
        if region is not None:
            builtins["AWS::Region"] = region
            note(context, _FEATURE)


def follow_redirect(
    request_dict: Draft, response: _Answer | None, operation: OperationModel, **kwargs: Any
) -> Flow[int | None] | None:
    """Send the request again to the bucket's region, once, where the answer says that it went to a wrong one."""
    if response is None or response[0].status_code < 300:
        return None
    http, parsed, context = response[0], response[1] or {}, request_dict.context
    bucket = context["input_params"].get("Bucket")
    if bucket is None or bucket.startswith("arn:") or "s3_redirected" in context:
        return None
    return _followed(request_dict, bucket, parsed, operation) if _is_elsewhere(http, parsed, operation.name) else None


def _was_found(response: Response | None) -> bool:
    return response is None or response.status_code < 300


def _followed(draft: Draft, bucket: str, parsed: Mapping[str, Any], operation: OperationModel) -> Flow[int | None]:
    context = draft.context
    region = yield from _region_of(bucket, parsed, context)
    if region is None:
        logger.debug("S3 bucket %s is in another region, but nothing tells in which", bucket)
        return None
    logger.debug("S3 bucket %s is in %s: a client of that region would need no redirect", bucket, region)
    _remember(context["client"].notes.setdefault(_REGIONS, {}), bucket, region)
    context["s3_redirected"] = True
    note(context, _FEATURE)
    yield from _redirect(draft, operation.name)
    return 0


def _is_elsewhere(http: Response, parsed: Mapping[str, Any], operation: str) -> bool:
    error = parsed.get("Error", {})
    code = error.get("Code")
    if operation == "HeadBucket" and _BUCKET_REGION not in http.headers:
        # This is itself the question that would be asked: another one would be answered alike, without end.
        return False
    if http.status_code in (301, 302, 307) or code == "PermanentRedirect":
        return True
    if code == "AuthorizationHeaderMalformed":
        return "Region" in error
    if code == "IllegalLocationConstraintException":
        return operation != "CreateBucket"
    # HEAD has no body that could tell more.
    return code in ("301", "400") and operation in ("HeadObject", "HeadBucket")


def _region_of(bucket: str, parsed: Mapping[str, Any], context: Mapping[str, Any]) -> Flow[str | None]:
    """From the answer's header or body, else from a HEAD of the bucket. Raises InvalidRegionError."""
    client: Calls = context["client"]
    answer: Mapping[str, Any]
    region: str | None = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(_BUCKET_REGION)
    region = region or parsed.get("Error", {}).get("Region")
    if region is None:
        try:
            answer = yield from client.call("HeadBucket", {"Bucket": bucket})
        except ClientError as error:
            answer = error.response
        region = answer["ResponseMetadata"]["HTTPHeaders"].get(_BUCKET_REGION)
    # It becomes part of a host name.
    if region is not None and not _HOST_LABEL.fullmatch(region):
        raise InvalidRegionError(region_name=region)
    return region


def _remember(regions: dict[str, str], bucket: str, region: str) -> None:
    if len(regions) >= _MOST_BUCKETS:
        regions.clear()
    regions[bucket] = region


def _redirect(draft: Draft, operation_name: str) -> Flow[None]:
    context = draft.context
    client: Calls = context["client"]
    endpoint: Endpoint = yield from client.endpoint(operation_name, context["input_params"], context)
    old = urlsplit(draft.url)
    draft.url = old._replace(netloc=urlsplit(endpoint.url).netloc).geturl()
    choice = client.plan(operation_name).choose_auth(endpoint)
    context["auth_type"] = choice.scheme.name
    context["signing"] = {**context["signing"], **choice.properties}


HANDLERS = (
    Registration("before-endpoint-resolution.s3", use_known_region),
    Registration("needs-retry.s3", follow_redirect, idle=_was_found),
)
