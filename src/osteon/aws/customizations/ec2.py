"""Handlers of EC2 clients."""

from __future__ import annotations

import base64
from typing import Any, cast

from osteon.aws.customizations.parameter_aliases import alias
from osteon.aws.customizations.presigned_copies import source_url
from osteon.aws.customizations.user_data import encode_user_data
from osteon.events.admission import Registration
from osteon.events.trie import Section
from osteon.flow import Flow
from osteon.model.service import OperationModel
from osteon.protocols.base import Draft

#: operations with a member Filter, which all others call Filters
_FILTER = (
    "DescribeFlowLogs",
    "DescribeHostReservationOfferings",
    "DescribeHostReservations",
    "DescribeHosts",
    "DescribeNatGateways",
)


def presign_copy(params: Draft, request_signer: Any, model: OperationModel, **kwargs: Any) -> Flow[None]:
    """Add what EC2 needs to fetch the snapshot from its region, unless the caller brought it."""
    fields = cast("dict[str, Any]", params.body)
    if "PresignedUrl" not in fields:
        source = fields["SourceRegion"]
        fields["PresignedUrl"] = yield from source_url(params, fields, source, request_signer, model.name)
        fields["DestinationRegion"] = request_signer.region_name


def read_console(parsed: dict[str, Any], **kwargs: Any) -> None:
    """Give the console's output as text."""
    try:
        parsed["Output"] = base64.b64decode(parsed["Output"]).decode("utf-8", "replace")
    except (KeyError, ValueError, TypeError):
        return


HANDLERS = (
    *(
        Registration(f"before-parameter-build.ec2.{name}", alias("Filter", "Filters"), Section.FIRST)
        for name in _FILTER
    ),
    Registration("before-parameter-build.ec2.RunInstances", encode_user_data),
    Registration("before-call.ec2.CopySnapshot", presign_copy),
    Registration("after-call.ec2.GetConsoleOutput", read_console),
)
