"""Operations as tools for language models: names, budgets, depth; what is a valid call passes the tool's schema."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import jsonschema
import orjson
import pytest
from tests.schema.test_operation_schema import as_json
from tests.support.params import random_params

from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.schemas.tools import TOOL_SIZE, TOOL_TEXT, shortened, tool_definition, tool_name

LOADER = Loader()
SAMPLE = random.Random(31).sample(LOADER.available_services(), 20)
#: large, recursive, or with patterns that fill pages
HEAVY = [
    ("kendra", "CreateDataSource"),
    ("identitystore", "CreateUser"),
    ("dynamodb", "PutItem"),
    ("ec2", "RunInstances"),
    ("wafv2", "CreateWebACL"),
]
#: random texts match no pattern
CHECKER = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": lambda *_: None})


@pytest.mark.parametrize("service", SAMPLE)
def test_tools_are_valid_short_and_take_what_the_operation_takes(service: str) -> None:
    rng = random.Random(service)
    model = LOADER.service_model(service)
    for name in rng.sample(model.operation_names, min(6, len(model.operation_names))):
        operation = model.operation_model(name)
        tool = tool_definition(operation)
        assert tool.keys() == {"name", "description", "input_schema"}
        assert len(tool["description"]) <= TOOL_TEXT
        schema = tool["input_schema"]
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert "$ref" not in json.dumps(schema)
        if not operation.has_event_stream_input:
            for _ in range(3):
                errors = list(CHECKER(schema).iter_errors(as_json(random_params(operation, rng))))
                assert [error for error in errors if "is expected to be empty" not in error.message] == []


@pytest.mark.parametrize(("service", "name"), HEAVY)
def test_a_heavy_operation_keeps_within_its_size(service: str, name: str) -> None:
    operation = LOADER.service_model(service).operation_model(name)
    for size in (TOOL_SIZE, 3 * TOOL_SIZE):
        assert len(orjson.dumps(tool_definition(operation, size=size))) <= size
    properties = tool_definition(operation)["input_schema"]["properties"]
    assert list(properties) == list(operation.input_shape.members if operation.input_shape is not None else ())


def test_what_does_not_fit_at_all_keeps_its_first_level() -> None:
    operation = LOADER.service_model("sqs").operation_model("SendMessage")
    schema = tool_definition(operation, size=10)["input_schema"]
    assert schema["properties"]["MessageAttributes"] == {"type": "object"}
    assert schema["required"] == ["QueueUrl", "MessageBody"]


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 7])
def test_depth_is_a_limit_that_recursion_ends_at(depth: int) -> None:
    operation = LOADER.service_model("dynamodb").operation_model("PutItem")
    schema = tool_definition(operation, depth=depth, size=10**9)["input_schema"]
    assert levels(schema) == depth
    jsonschema.Draft202012Validator(schema).validate(
        {"TableName": "t", "Item": {"k": {"L": [{"M": {"a": {"S": "v"}}}]}}}
    )


def levels(schema: dict[str, Any]) -> int:
    inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return max((1 + levels(each) for each in inner if isinstance(each, dict)), default=0)


def tool_of(operation: str, service: str = "") -> str:
    raw = {"metadata": {"protocol": "json", "serviceId": service or "Own"}, "operations": {operation: {}}, "shapes": {}}
    return tool_name(ServiceModel.from_dict(raw, service_name=service or "own").operation_model(operation))


def test_names_are_what_interfaces_take_and_stay_different() -> None:
    model = LOADER.service_model("partnercentral-revenue-measurement")
    names = {tool_name(model.operation_model(name)) for name in model.operation_names}
    assert len(names) == len(model.operation_names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in names)
    assert tool_name(LOADER.service_model("dynamodb").operation_model("PutItem")) == "dynamodb_put_item"
    assert tool_name(LOADER.service_model("s3").operation_model("ListObjectsV2")) == "s3_list_objects_v2"
    odd = {tool_of("Gr\u00fc\u00dfe"), tool_of("Gr\u00fc\u00dfen")}
    assert len(odd) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in odd)


@pytest.mark.parametrize(
    ("html", "budget", "text"),
    [
        ("<p>See the <a href='x'>Guide</a>.</p><p>Then&nbsp;go.</p>", 100, "See the Guide. Then go."),
        ("<b>one</b> two three", 9, "one two\u2026"),
        ("one", 3, "one"),
        ("four", 1, ""),
        ("", 0, ""),
        ("<code>a &lt; b</code>", 10, "a < b"),
    ],
)
def test_documentation_is_cut_at_a_word(html: str, budget: int, text: str) -> None:
    assert shortened(html, budget) == text


def test_a_description_is_never_empty() -> None:
    operation = LOADER.service_model("sqs").operation_model("SendMessage")
    assert tool_definition(operation, text=0)["description"] == "SendMessage of sqs"
