"""Operations as JSON Schema: what passes strict validation passes the schema, and the other way round.

Where the two cannot agree: a schema knows no limits on how long a text may be for its pattern to be enforced
(``bounded_pattern``); and JSON lacks some of Python's values (``comparable``).
By hand, with other seeds and all services: ``python -m tests.schema.test_operation_schema SEED``.
"""

from __future__ import annotations

import base64
import json
import random
import sys
from datetime import datetime
from typing import Any

import jsonschema
import pytest
from tests.support.params import break_params, random_params

from osteon.exceptions import ParamValidationError
from osteon.model.loader import Loader
from osteon.model.patterns import may_explode
from osteon.model.service import OperationModel
from osteon.schemas.shapes import DIALECT, operation_schema
from osteon.validation import MAX_EXPLOSIVE_TEXT, MAX_PATTERN_TEXT, validator

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
    return CHECKER(schema, format_checker=FORMATS)


def bounded_pattern(validator: Any, pattern: str, text: Any, schema: Any) -> Any:
    """``pattern`` as strict validation has it: not for texts that would take too long."""
    if isinstance(text, str) and len(text) <= (MAX_EXPLOSIVE_TEXT if may_explode(pattern) else MAX_PATTERN_TEXT):
        yield from jsonschema.Draft202012Validator.VALIDATORS["pattern"](validator, pattern, text, schema)


CHECKER = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": bounded_pattern})
#: without rfc3339-validator, which comes with openapi-spec-validator, jsonschema takes any text for a time
FORMATS = jsonschema.FormatChecker(("date-time",))


def is_strictly_valid(operation: OperationModel, params: Any) -> bool:
    if operation.input_shape is None:
        return params == {}
    try:
        validator(operation.input_shape, "strict")(params)
    except ParamValidationError:
        return False
    return True


def comparable(params: Any, shape: Any) -> bool:
    """Whether the schema can tell as much.

    JSON has no bytes (text in the place of a blob is base64 there, and no bytes here), no files, no whole floats, no
    numbers that are not finite and no keys but text.
    """
    if isinstance(params, dict):
        known = getattr(shape, "members", {})
        inside = {key: known.get(key, getattr(shape, "value", None)) for key in params}
        return all(isinstance(key, str) and comparable(item, inside[key]) for key, item in params.items())
    if isinstance(params, list):
        return all(comparable(item, getattr(shape, "member", None)) for item in params)
    if isinstance(params, float):
        return params == params and abs(params) != float("inf") and not params.is_integer()
    if isinstance(params, str) and shape is not None and shape.type == "blob":
        return False
    return isinstance(params, (str, int, bool, type(None)))


@pytest.mark.parametrize("service", SAMPLE)
def test_verdicts_are_those_of_strict_validation(service: str) -> None:
    assert differences(service, service, operations=4, values=4) == []


def differences(service: str, seed: str, *, operations: int, values: int) -> list[tuple[str, Any]]:
    """(operation, parameters) for random ones, sound and broken, on which schema and strict validation disagree."""
    rng = random.Random(seed)
    model = LOADER.service_model(service)
    found: list[tuple[str, Any]] = []
    for name in rng.sample(model.operation_names, min(operations, len(model.operation_names))):
        operation = model.operation_model(name)
        if operation.input_shape is None or operation.has_event_stream_input:
            continue
        schema = checker(operation)
        for _ in range(values):
            params = random_params(operation, rng)
            broken = break_params(params, operation.input_shape, rng)
            pairs = [(as_json(params), params)]
            pairs += [(broken, broken)] if comparable(broken, operation.input_shape) else []
            found += [
                (name, p) for json_form, p in pairs if schema.is_valid(json_form) != is_strictly_valid(operation, p)
            ]
    return found


def test_times_are_checked_by_both() -> None:
    schema = checker(LOADER.service_model("dms").operation_model("DescribeEvents"))
    assert not schema.is_valid({"EndTime": "2020-13-45"})
    assert schema.is_valid({"EndTime": "2020-12-31T00:00:00Z"})


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


if __name__ == "__main__":
    for each in LOADER.available_services():
        for difference in differences(each, f"{each} {sys.argv[1]}", operations=12, values=6):
            print(each, *difference)
