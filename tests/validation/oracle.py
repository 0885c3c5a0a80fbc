"""botocore's side of the comparison: its models, its validator, and osteon's models of the same files. Not a test."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import botocore.loaders
import botocore.model
from botocore.validate import ParamValidator

from osteon.exceptions import ParamValidationError
from osteon.model.service import ServiceModel
from osteon.validation import Mode, validator

LOADER = botocore.loaders.Loader()


def models(service: str) -> tuple[ServiceModel, botocore.model.ServiceModel]:
    """osteon's and botocore's model of a service of the botocore package."""
    raw = LOADER.load_service_model(service, "service-2")
    return ServiceModel.from_dict(raw), botocore.model.ServiceModel(raw, service)


def own_models(shapes: dict[str, Any]) -> tuple[ServiceModel, botocore.model.ServiceModel]:
    """Both models of a service that has these shapes."""
    metadata = {"apiVersion": "2024-01-01", "endpointPrefix": "x", "protocol": "json", "serviceId": "X"}
    raw = {"version": "2.0", "metadata": metadata, "operations": {}, "shapes": shapes}
    return ServiceModel.from_dict(raw), botocore.model.ServiceModel(raw, "x")


def botocore_report(params: Any, shape: Any) -> str | None:
    """botocore's report; None where the parameters are valid. Its raw errors read as their class name."""
    try:
        found = ParamValidator().validate(params, shape)
        return found.generate_report() if found.has_errors() else None
    except (RuntimeError, OverflowError, ArithmeticError, AttributeError) as error:
        return type(error).__name__


def osteon_report(params: Any, shape: Any, mode: Mode = "standard") -> str | None:
    try:
        validator(shape, mode)(params)
    except ParamValidationError as error:
        return error.kwargs["report"]
    return None


def sampled_operations(
    rng: random.Random, per_service: int, services: int | None = None, only: str | None = None
) -> Iterator[tuple[str, Any, Any]]:
    """Service name, osteon's and botocore's operation, for operations with an input; all services unless limited."""
    names = [only] if only else LOADER.list_available_services("service-2")
    for service in names if services is None else rng.sample(names, services):
        ours, theirs = models(service)
        with_input = [name for name in theirs.operation_names if theirs.operation_model(name).input_shape]
        for name in rng.sample(with_input, min(per_service, len(with_input))):
            yield service, ours.operation_model(name), theirs.operation_model(name)
