"""Operations as JSON Schema: what passes strict validation passes the schema, and the other way round."""

from __future__ import annotations

import base64
import json
import random
from datetime import datetime
from typing import Any

import jsonschema
import pytest
from tests.support.params import break_params, random_params

from osteon.exceptions import ParamValidationError
from osteon.model.loader import Loader
from osteon.model.service import OperationModel
from osteon.model.shape_schema import DIALECT, operation_schema
from osteon.validation import validator

LOADER = Loader()
SAMPLE = random.Random(7).sample(LOADER.available_services(), 60)


def as_json(value: Any) -> Any:
    """A parameter as the schema has it: blobs in base64, timestamps as RFC 3339 text."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def checker(operation: OperationModel) -> jsonschema.Draft202012Validator:
    schema = json.loads(json.dumps(operation_schema(operation)))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    return jsonschema.Draft202012Validator(schema)


def is_strictly_valid(operation: OperationModel, params: Any) -> bool:
    if operation.input_shape is None:
        return params == {}
    try:
        validator(operation.input_shape, "strict")(params)
    except ParamValidationError:
        return False
    return True


def comparable(params: Any) -> bool:
    """Whether the schema can tell as much: JSON has no bytes, files, whole floats, non-finite numbers or odd keys."""
    if isinstance(params, dict):
        return all(isinstance(key, str) and comparable(item) for key, item in params.items())
    if isinstance(params, list):
        return all(map(comparable, params))
    if isinstance(params, float):
        return params == params and abs(params) != float("inf") and not params.is_integer()
    return isinstance(params, (str, int, bool, type(None)))


@pytest.mark.parametrize("service", SAMPLE)
def test_verdicts_are_those_of_strict_validation(service: str) -> None:
    rng = random.Random(service)
    model = LOADER.service_model(service)
    for name in rng.sample(model.operation_names, min(4, len(model.operation_names))):
        operation = model.operation_model(name)
        if operation.input_shape is None or operation.has_event_stream_input:
            continue
        schema = checker(operation)
        for _ in range(4):
            params = random_params(operation, rng)
            assert schema.is_valid(as_json(params)) == is_strictly_valid(operation, params), (name, params)
            broken = break_params(params, operation.input_shape, rng)
            if comparable(broken):
                assert schema.is_valid(broken) == is_strictly_valid(operation, broken), (name, broken)


def test_shapes_stand_once_under_defs_and_recursion_closes() -> None:
    schema = operation_schema(LOADER.service_model("dynamodb").operation_model("PutItem"), documentation=False)
    assert schema["properties"]["Item"] == {"$ref": "#/$defs/PutItemInputAttributeMap"}
    value = schema["$defs"]["AttributeValue"]
    assert value["properties"]["L"] == {"$ref": "#/$defs/ListAttributeValue"}
    assert schema["$defs"]["ListAttributeValue"]["items"] == {"$ref": "#/$defs/AttributeValue"}
    assert value["properties"]["B"] == {"type": "string", "contentEncoding": "base64"}


def test_outputs_and_operations_without_input() -> None:
    model = LOADER.service_model("s3")
    assert "Buckets" in operation_schema(model.operation_model("ListBuckets"), "output")["properties"]
    sts = LOADER.service_model("sts").operation_model("GetCallerIdentity")
    assert operation_schema(sts)["properties"] == {}
    with pytest.raises(ValueError, match="sideways"):
        operation_schema(sts, "sideways")


def test_descriptions_can_be_left_out() -> None:
    operation = LOADER.service_model("sqs").operation_model("SendMessage")
    assert "description" in operation_schema(operation)["properties"]["MessageBody"]
    assert "description" not in json.dumps(operation_schema(operation, documentation=False))
