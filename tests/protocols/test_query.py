"""The query and ec2 protocols: requests and answers beside botocore, errors in every envelope and in none."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from tests.protocols.sweep_xml import differences
from tests.protocols.xml_oracle import (
    botocore_answer,
    botocore_request,
    operations,
    osteon_answer,
    osteon_request,
    own_models,
    services,
)

import osteon
from osteon.codecs import form
from osteon.exceptions import ParamValidationError, ResponseParserError
from osteon.http import Response
from osteon.protocols import xml_errors

NOON = datetime.datetime(2024, 5, 1, 12, 0, 0, 250_000, tzinfo=datetime.UTC)
SHAPES: dict[str, Any] = {
    "In": {
        "type": "structure",
        "members": {
            "Text": {"shape": "String"},
            "renamed": {"shape": "String", "locationName": "otherName"},
            "Queried": {"shape": "String", "locationName": "located", "queryName": "queried"},
            "Flag": {"shape": "Boolean"},
            "Int": {"shape": "Integer"},
            "Float": {"shape": "Double"},
            "Blob": {"shape": "Bytes"},
            "Time": {"shape": "Time"},
            "Rfc": {"shape": "Time", "timestampFormat": "rfc822"},
            "List": {"shape": "Strings"},
            "ItemList": {"shape": "Items"},
            "FlatList": {"shape": "FlatStrings"},
            "FlatItems": {"shape": "FlatItems"},
            "FlatNamed": {"shape": "FlatItems", "locationName": "Own"},
            "lower": {"shape": "String"},
            "Map": {"shape": "Map"},
            "FlatMap": {"shape": "FlatMap"},
            "Self": {"shape": "In"},
            "Selves": {"shape": "Ins"},
        },
    },
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "Integer": {"type": "integer"},
    "Double": {"type": "double"},
    "Bytes": {"type": "blob"},
    "Time": {"type": "timestamp"},
    "Strings": {"type": "list", "member": {"shape": "String"}},
    "Items": {"type": "list", "member": {"shape": "String", "locationName": "item"}},
    "FlatStrings": {"type": "list", "flattened": True, "member": {"shape": "String"}},
    "FlatItems": {"type": "list", "flattened": True, "member": {"shape": "String", "locationName": "Item"}},
    "Map": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Strings"}},
    "FlatMap": {
        "type": "map",
        "flattened": True,
        "key": {"shape": "String", "locationName": "Name"},
        "value": {"shape": "String", "locationName": "Value"},
    },
    "Ins": {"type": "list", "member": {"shape": "In"}},
    "Out": {"type": "structure", "members": {"Text": {"shape": "String"}}},
    "Bad": {
        "type": "structure",
        "exception": True,
        "error": {"code": "Bad.Thing", "httpStatusCode": 400},
        "members": {"message": {"shape": "String"}, "Reason": {"shape": "String"}, "Count": {"shape": "Integer"}},
    },
}
OPERATION: dict[str, Any] = {
    "input": {"shape": "In"},
    "output": {"shape": "Out", "resultWrapper": "DoResult"},
    "errors": [{"shape": "Bad"}],
}
MODELS = {
    "query": own_models("query", OPERATION, SHAPES),
    "ec2": own_models("ec2", {**OPERATION, "output": {"shape": "Out"}}, SHAPES),
}
BOTH = pytest.mark.parametrize("protocol", ["query", "ec2"])

#: parameters, the fields of query, the fields of ec2
REQUESTS: list[tuple[dict[str, Any], dict[str, str], dict[str, str]]] = [
    ({}, {}, {}),
    ({"Text": "a b+c&d=e~é/\U0001f40d"}, {"Text": "a b+c&d=e~é/\U0001f40d"}, {"Text": "a b+c&d=e~é/\U0001f40d"}),
    ({"renamed": "x"}, {"otherName": "x"}, {"OtherName": "x"}),
    ({"Queried": "x"}, {"located": "x"}, {"queried": "x"}),
    ({"Flag": True, "Int": 0}, {"Flag": "true", "Int": "0"}, {"Flag": "true", "Int": "0"}),
    ({"Float": 1e300}, {"Float": "1e+300"}, {"Float": "1e+300"}),
    ({"Float": Decimal("1.10")}, {"Float": "1.10"}, {"Float": "1.10"}),
    ({"Float": float("-inf")}, {"Float": "-Infinity"}, {"Float": "-Infinity"}),
    ({"Blob": b"\xfb\xff"}, {"Blob": "+/8="}, {"Blob": "+/8="}),
    (
        {"Time": NOON, "Rfc": NOON},
        {"Time": "2024-05-01T12:00:00.250000Z", "Rfc": "Wed, 01 May 2024 12:00:00 GMT"},
        {"Time": "2024-05-01T12:00:00.250000Z", "Rfc": "Wed, 01 May 2024 12:00:00 GMT"},
    ),
    ({"List": ["a", "b"]}, {"List.member.1": "a", "List.member.2": "b"}, {"List.1": "a", "List.2": "b"}),
    ({"List": []}, {"List": ""}, {}),
    ({"ItemList": ["a"]}, {"ItemList.item.1": "a"}, {"ItemList.1": "a"}),
    ({"FlatList": ("a",)}, {"FlatList.1": "a"}, {"FlatList.1": "a"}),
    ({"FlatList": []}, {"FlatList": ""}, {}),
    ({"FlatItems": ["a"]}, {"Item.1": "a"}, {"FlatItems.1": "a"}),
    ({"FlatItems": []}, {"FlatItems": ""}, {}),
    ({"Self": {"FlatItems": ["a"]}}, {"Self.Item.1": "a"}, {"Self.FlatItems.1": "a"}),
    (
        {"Map": {"k": ["a"]}},
        {"Map.entry.1.key": "k", "Map.entry.1.value.member.1": "a"},
        {"Map.entry.1.key": "k", "Map.entry.1.value.1": "a"},
    ),
    ({"FlatMap": {"k": "v"}}, *[{"FlatMap.1.Name": "k", "FlatMap.1.Value": "v"}] * 2),
    ({"Map": {}, "Self": {}}, {}, {}),
    (
        {"Selves": [{"Text": "a"}, {"Self": {"Int": 1}}]},
        {"Selves.member.1.Text": "a", "Selves.member.2.Self.Int": "1"},
        {"Selves.1.Text": "a", "Selves.2.Self.Int": "1"},
    ),
]


@BOTH
@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: str(case[0]))
def test_requests(protocol: str, case: tuple[dict[str, Any], dict[str, str], dict[str, str]]) -> None:
    ours, theirs = MODELS[protocol]
    method, path, headers, body = osteon_request(ours, case[0])
    fields = {"Action": "Do", "Version": "2024-01-01", **case[1 if protocol == "query" else 2]}
    assert dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)) == fields
    assert form.decode(body) == fields
    assert form.encode(fields) == body
    assert (method, path) == ("POST", "/")
    assert headers == {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    assert (method, path, headers, body) == botocore_request(theirs, case[0])


#: As Smithy has it: botocore gives another name, and no service of AWS's has such a member.
@pytest.mark.parametrize(
    ("params", "query", "ec2"),
    [
        ({"FlatNamed": ["a", "b"]}, {"Own.1": "a", "Own.2": "b"}, {"Own.1": "a", "Own.2": "b"}),
        ({"lower": "x"}, {"lower": "x"}, {"Lower": "x"}),
    ],
)
def test_names_as_smithy_gives_them(params: dict[str, Any], query: dict[str, str], ec2: dict[str, str]) -> None:
    for protocol, fields in (("query", query), ("ec2", ec2)):
        found = form.decode(osteon_request(MODELS[protocol][0], params)[3])
        assert found == {"Action": "Do", "Version": "2024-01-01", **fields}


@BOTH
def test_what_is_no_number_stays_in_its_field(protocol: str) -> None:
    """Where nobody validated."""
    fields = form.decode(osteon_request(MODELS[protocol][0], {"Int": "1&Action=Other"})[3])
    assert (fields["Action"], fields["Int"]) == ("Do", "1&Action=Other")


def test_a_member_that_is_none_is_left_out() -> None:
    assert osteon_request(MODELS["query"][0], {"Text": None})[3] == b"Action=Do&Version=2024-01-01"


def test_parameters_nested_too_deep_are_one_clear_error() -> None:
    params: dict[str, Any] = {}
    for _ in range(100_000):
        params = {"Self": params}
    with pytest.raises(ParamValidationError, match="nested too deep"):
        osteon_request(MODELS["query"][0], params)
    while params:
        params = params["Self"]


def test_text_that_utf8_cannot_hold() -> None:
    with pytest.raises(ParamValidationError, match="surrogate"):
        osteon_request(MODELS["query"][0], {"Text": "a\udfff"})


def test_every_character_is_encoded_as_botocore_does() -> None:
    ours, theirs = MODELS["query"]
    text = "".join(map(chr, [*range(0x300), *range(0x2000, 0x2400), *range(0x1F300, 0x1F400)]))
    assert osteon_request(ours, {"Text": text}) == botocore_request(theirs, {"Text": text})


def test_an_operation_without_input() -> None:
    ours, theirs = own_models("query", {}, {})
    assert osteon_request(ours, {}) == botocore_request(theirs, {})


# --- answers ----------------------------------------------------------------------------------------------------------

ID = "<RequestId>i</RequestId>"
ANSWERS = [
    ("query", f"<R><DoResult><Text>t</Text></DoResult><ResponseMetadata>{ID}</ResponseMetadata></R>"),
    ("query", f'<R xmlns="u"><DoResult/><ResponseMetadata>{ID}<X>y</X></ResponseMetadata></R>'),
    ("query", "<R><DoResult><Text/></DoResult></R>"),
    ("query", "<R><ResponseMetadata/><DoResult><Text>t</Text></DoResult></R>"),
    ("ec2", "<R><requestId>i</requestId><Text>t</Text></R>"),
    ("ec2", '<R xmlns="u"><Text>t</Text></R>'),
    ("ec2", "<R/>"),
]


@pytest.mark.parametrize(("protocol", "body"), ANSWERS)
def test_answers_beside_botocore(protocol: str, body: str) -> None:
    ours, theirs = MODELS[protocol]
    found = osteon_answer(ours, body.encode(), 200)
    assert found == botocore_answer(theirs, body.encode(), 200)
    assert found["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "text/xml"


NO_ANSWERS = [b"", b"<R/>", b"<html><body>Sign in</body></html>", b"OK", b"<!DOCTYPE html><p>", b"{}"]


@pytest.mark.parametrize("body", NO_ANSWERS)
def test_a_success_that_is_none_is_one_clear_error(body: bytes) -> None:
    with pytest.raises(ResponseParserError):
        osteon_answer(MODELS["query"][0], body, 200)


ERROR = "<Code>Bad.Thing</Code><Message>No</Message><Reason>why</Reason><Count>3</Count>"
ERRORS = {
    "query": ("query", f"<ErrorResponse><Error><Type>Sender</Type>{ERROR}</Error>{ID}</ErrorResponse>"),
    "query in a namespace": (
        "query",
        f'<ErrorResponse xmlns="u"><Error>{ERROR}<Detail><A>1</A></Detail></Error>{ID}</ErrorResponse>',
    ),
    "query, another code": (
        "query",
        f"<ErrorResponse><Error><Code>Other</Code><Message>No</Message></Error>{ID}</ErrorResponse>",
    ),
    "ec2": ("ec2", f"<Response><Errors><Error>{ERROR}</Error></Errors><RequestID>i</RequestID></Response>"),
    "ec2, two errors": (
        "ec2",
        f"<Response><Errors><Error>{ERROR}</Error><Error><Code>B</Code></Error></Errors><RequestID>i</RequestID></Response>",
    ),
    "empty at 500": ("query", ""),
    "html at 500": ("query", "<html><body><b>Http/1.1 Service Unavailable</b></body></html>"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_beside_botocore(name: str) -> None:
    protocol, body = ERRORS[name]
    ours, theirs = MODELS[protocol]
    status = 503 if name.endswith("500") else 400
    assert osteon_answer(ours, body.encode(), status) == botocore_answer(theirs, body.encode(), status)


#: Errors that botocore cannot read, or reads as something without an error in it.
UNREADABLE = [b"", b"Bad gateway", b"<html><h1>Forbidden</h1></html>", b"<!DOCTYPE html><p>", b"<Error><Code>x</Error>"]


@BOTH
@pytest.mark.parametrize("body", UNREADABLE)
def test_an_unreadable_error_is_told_by_its_status(protocol: str, body: bytes) -> None:
    found = osteon_answer(MODELS[protocol][0], body, 403)
    assert found["Error"] == {"Code": "403", "Message": "Forbidden"}
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_damaged_detail_does_not_hide_the_error() -> None:
    body = b"<ErrorResponse><Error><Code>Bad.Thing</Code><Count>many</Count></Error></ErrorResponse>"
    found = osteon_answer(MODELS["query"][0], body, 400)
    assert found["Error"] == {"Code": "Bad.Thing", "Message": "", "Count": "many"}


@BOTH
def test_a_code_that_is_no_text_is_none(protocol: str) -> None:
    body = b"<Response><Error><Code><a/></Code><Message/></Error></Response>"
    assert osteon_answer(MODELS[protocol][0], body, 400)["Error"] == {"Code": "", "Message": ""}


def test_details_nested_without_end() -> None:
    body = b"<Error><Code>C</Code>" + b"<D>" * 50_000 + b"</D>" * 50_000 + b"</Error>"
    assert xml_errors.read_fault(Response(400, body=body)).error["Code"] == "C"


def test_an_error_as_s3_sends_it() -> None:
    body = b"<Error><Code>NoSuchKey</Code><Key>k</Key><RequestId>r</RequestId><HostId>h</HostId></Error>"
    fault = xml_errors.read_fault(Response(404, body=body))
    assert (fault.error, fault.bare) == ({"Code": "NoSuchKey", "Message": "", "Key": "k"}, True)


@pytest.mark.parametrize("service", services(("query", "ec2")))
def test_a_sample_of_each_service_beside_botocore(service: str) -> None:
    rng = random.Random(service)
    assert not [found for pair in operations(service, rng, 5) for found in differences(*pair, rng)]


def test_handlers_see_a_form_as_fields_before_the_call_and_as_bytes_from_then_on() -> None:
    """botocore's have fields until the signature, and text afterwards (docs/boto3.md)."""
    seen: list[Any] = []
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = osteon.Session(region_name="eu-west-1").client("sns", **keys)

    def add_a_field(params: dict[str, Any], **kwargs: Any) -> None:
        seen.append(dict(params["body"]))
        params["body"]["Subject"] = "greeting & more"

    def answer(request: Any, **kwargs: Any) -> Response:
        seen.append(request.body)
        return Response(200, {}, b"<PublishResponse><PublishResult/></PublishResponse>")

    client.meta.events.register("before-call", add_a_field)
    client.meta.events.register("request-created", lambda request, **kwargs: seen.append(request.data))
    client.meta.events.register("before-send", answer)
    client.publish(Message="hi")
    encoded = b"Action=Publish&Version=2010-03-31&Message=hi&Subject=greeting+%26+more"
    assert seen == [{"Action": "Publish", "Version": "2010-03-31", "Message": "hi"}, encoded, encoded]
