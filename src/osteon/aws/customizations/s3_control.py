"""Handlers of S3 Control clients: where the account stands, and ARNs of Outposts.

Source: the S3 Control API reference ("Using this action with Amazon S3 on Outposts").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from osteon.aws.endpoints import ACCOUNT_ID
from osteon.events.admission import Registration
from osteon.exceptions import UnsupportedS3ControlArnError, UnsupportedS3ControlConfigurationError
from osteon.model.service import OperationModel
from osteon.pipeline.features import note

#: member -> the kind of resource that its ARN may name
_ARN_MEMBERS = {"Name": "accesspoint", "Bucket": "bucket"}
#: operations whose members are names only
_BY_NAME = {
    "CreateAccessPoint": ("Name",),
    "CreateBucket": ("Name", "Bucket"),
    "ListRegionalBuckets": ("Name", "Bucket"),
}
_SEPARATOR = re.compile("[/:]")


def account_in_endpoint(serializer_kwargs: dict[str, Any], **kwargs: Any) -> None:
    """The endpoint rules place the account id in the host: the operations' own host prefix would repeat it."""
    serializer_kwargs["host_prefix_in_endpoint"] = True


def read_arn(params: dict[str, Any], model: OperationModel, context: dict[str, Any], **kwargs: Any) -> None:
    """Take the account from an Outposts ARN, and tell of it. Raises UnsupportedS3ControlArnError for any other one."""
    for member, kind in _ARN_MEMBERS.items():
        arn = params.get(member)
        if isinstance(arn, str) and arn.count(":") >= 5 and member not in _BY_NAME.get(model.name, ()):
            _check_arn(arn, member, kind)
            settings: Mapping[str, Any] = context["client_config"].s3 or {}
            if settings.get("use_accelerate_endpoint"):
                raise UnsupportedS3ControlConfigurationError(
                    msg="S3 control client does not support accelerate endpoints"
                )
            _take_account(params, arn)
    if params.get("AccountId") is not None:
        note(context, ACCOUNT_ID)  # the rules are told an account, as elsewhere that of the credentials


def _check_arn(arn: str, member: str, kind: str) -> None:
    _, _, service, region, _, resource = arn.split(":", 5)
    if region.startswith("fips-") or region.endswith("-fips"):
        raise UnsupportedS3ControlArnError(arn=arn, msg="Invalid ARN, FIPS region not allowed in ARN.")
    parts = _SEPARATOR.split(resource)
    if service != "s3-outposts" or len(parts) != 4 or parts[0] != "outpost" or parts[2] != kind:
        raise UnsupportedS3ControlArnError(arn=arn, msg=f"The {member} parameter does not support the provided ARN")


def _take_account(params: dict[str, Any], arn: str) -> None:
    account = arn.split(":", 5)[4]
    given = params.setdefault("AccountId", account)
    if given != account:
        msg = f'Account ID in arn does not match the AccountId parameter provided: "{given}"'
        raise UnsupportedS3ControlArnError(arn=arn, msg=msg)


HANDLERS = (
    Registration("creating-serializer.s3-control", account_in_endpoint),
    Registration("before-parameter-build.s3-control", read_arn),
)
