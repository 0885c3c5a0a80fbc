"""The question for endpoints that some services answer; what is done with the answer: endpoint_discovery."""

from __future__ import annotations

from typing import Any

from osteon.events.admission import Registration
from osteon.model.service import OperationModel
from osteon.protocols.base import Draft


def name_version(model: OperationModel, params: Draft, **kwargs: Any) -> None:
    """Say which version of the API the endpoints are for."""
    params.headers["x-amz-api-version"] = model.service_model.api_version


HANDLERS = tuple(
    Registration(f"before-call.{service}.DescribeEndpoints", name_version)
    for service in ("dynamodb", "timestream-query", "timestream-write")
)
