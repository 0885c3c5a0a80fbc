"""Presigned requests of S3: URLs that lead to the global endpoint, and upload forms.

Source: "Sharing objects with presigned URLs" and "Browser-based uploads using POST" of the S3 user guide.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from osteon.events.admission import Registration
from osteon.flow import NOW, Flow
from osteon.http import Request
from osteon.pipeline.calls import Calls
from osteon.pipeline.presign import prepare_unsent
from osteon.pipeline.signing import IN_FORM, sign, unsigned

#: At the end of a key: the name of the file that is uploaded.
_FILENAME = "${filename}"


def go_global(context: dict[str, Any], **kwargs: Any) -> None:
    """Let presigned URLs lead to the global endpoint, as boto3's do; where the bucket's name allows it."""
    if context.get("is_presign_request"):
        context["use_global_endpoint"] = _is_global(context["client"])


def _is_global(client: Calls) -> bool:
    shared = client.shared
    options: Mapping[str, Any] = shared.config.s3 or {}
    is_regional = options.get("us_east_1_regional_endpoint") == "regional" and shared.region_name == "us-east-1"
    is_virtual = options.get("addressing_style") == "virtual"
    return shared.partition == "aws" and not (options.get("use_dualstack_endpoint") or is_regional or is_virtual)


def sign_for_region(request: Request, **kwargs: Any) -> None:
    """Sign for the client's region where the endpoint is the global one, which has a region of its own."""
    context = request.context
    if not context.get("use_global_endpoint") or context["client_region"] == "aws-global":
        return
    if not str(context["input_params"].get("Bucket", "")).startswith("arn:"):
        context["signing"]["region"] = context["client_region"]


def _is_regional(subject: tuple[Request, str]) -> bool:
    return not subject[0].context.get("use_global_endpoint")


def add_presigned_post(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes["generate_presigned_post"] = generate_presigned_post


def generate_presigned_post(
    self: Any, Bucket: str, Key: str, Fields: Any = None, Conditions: Any = None, ExpiresIn: int = 3600
) -> Any:
    """What an HTML form needs to upload an object: ``url``, and ``fields``, which stand in it beside the file.

    ``Fields``: further fields, for each of which ``Conditions`` must have one (dicts, or lists such as
    ``["content-length-range", 2, 5]``). A ``Key`` may end in ``${filename}``. On an async client, an awaitable.
    """
    name = Key.removesuffix(_FILENAME)
    of_key = {"key": Key} if name == Key else ["starts-with", "$key", name]
    conditions = [*(Conditions or ()), {"bucket": Bucket}, of_key]
    form: dict[str, Any] = {**(Fields or {}), "key": Key}
    return self._parts.runner.run(_presigned_post(self._calls, form, conditions, ExpiresIn))


def _presigned_post(client: Calls, fields: dict[str, Any], conditions: list[Any], seconds: int) -> Flow[dict[str, Any]]:
    """``conditions`` holds the bucket's before the last."""
    # The url of this operation is the one that forms are sent to.
    prepared = yield from prepare_unsent(client.plan("CreateBucket"), {"Bucket": conditions[-2]["bucket"]})
    request = unsigned(prepared)
    now: float = yield NOW
    expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + seconds))
    request.context["s3-presign-post-fields"] = fields
    request.context["s3-presign-post-policy"] = {"expiration": expiration, "conditions": conditions}
    yield from sign(client.plan("PutObject"), prepared.auth, request, now, IN_FORM)
    return {"url": request.url, "fields": request.context["s3-presign-post-fields"]}


HANDLERS = (
    Registration("creating-client-class.s3", add_presigned_post),
    Registration("before-parameter-build.s3", go_global),
    Registration("before-sign.s3", sign_for_region, idle=_is_regional),
)
