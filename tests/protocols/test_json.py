"""awsJson and the JSON codec: exact values, hostile input, errors; a seeded sample of services against botocore."""

from __future__ import annotations

import datetime as dt
import json
import random
from decimal import Decimal
from typing import Any

import pytest
from tests.protocols import oracle, sweep

from osteon.codecs import json as codec
from osteon.codecs import scalars
from osteon.exceptions import ModelError, ParamValidationError, ResponseParserError
from osteon.http import Headers, Response
from osteon.model.service import ServiceModel
from osteon.protocols.base import SerializerOptions
from osteon.protocols.registry import protocol

STRING = {"shape": "String"}
SHAPES: dict[str, Any] = {
    "String": {"type": "string"},
    "Names": {"type": "list", "member": STRING},
    "Times": {"type": "list", "member": {"shape": "Time"}},
    "Ages": {"type": "map", "key": STRING, "value": {"shape": "Int"}},
    "Int": {"type": "integer"},
    "Long": {"type": "long"},
    "Double": {"type": "double"},
    "Blob": {"type": "blob"},
    "Time": {"type": "timestamp"},
    "Document": {"type": "structure", "members": {}, "document": True},
    "Choice": {"type": "structure", "union": True, "members": {"a": STRING, "b": {"shape": "Int"}}},
    "Thing": {
        "type": "structure",
        "members": {
            "Name": {"shape": "String", "locationName": "name"},
            "Names": {"shape": "Names"},
            "Times": {"shape": "Times"},
            "Ages": {"shape": "Ages"},
            "Long": {"shape": "Long"},
            "Double": {"shape": "Double"},
            "Blob": {"shape": "Blob"},
            "Time": {"shape": "Time"},
            "IsoTime": {"shape": "Time", "timestampFormat": "iso8601"},
            "Document": {"shape": "Document"},
            "Choice": {"shape": "Choice"},
            "Inner": {"shape": "Thing"},
        },
    },
    "Gone": {"type": "structure", "exception": True, "members": {"message": STRING, "Which": STRING}},
}
MODEL = ServiceModel.from_dict(
    {
        "metadata": {
            "apiVersion": "2024-01-01", "endpointPrefix": "x", "protocol": "json", "serviceId": "X",
            "jsonVersion": "1.1", "targetPrefix": "X_1",
        },
        "operations": {
            "Do": {
                "name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Thing"},
                "output": {"shape": "Thing"}, "errors": [{"shape": "Gone"}],
                "endpoint": {"hostPrefix": "{Name}.data-"},
            }
        },
        "shapes": SHAPES,
    }
)  # fmt: skip
OPERATION = MODEL.operation_model("Do")
THING = MODEL.shape_for("Thing")
JSON = protocol("json")
AT = dt.datetime(2024, 2, 29, 12, 30, 15, 250000, dt.UTC)


WRITTEN: list[tuple[dict[str, Any], Any]] = [
    ({"Name": "é\U0001f40d"}, {"name": "é\U0001f40d"}),
    ({"Name": "\ud800"}, {"name": "\ud800"}),
    ({"Long": 2**70}, {"Long": 2**70}),
    ({"Double": float("nan")}, {"Double": "NaN"}),
    ({"Double": float("-inf")}, {"Double": "-Infinity"}),
    ({"Double": Decimal("1.5")}, {"Double": 1.5}),
    ({"Blob": b"\x00\xff"}, {"Blob": "AP8="}),
    ({"Blob": "text"}, {"Blob": "dGV4dA=="}),
    ({"Blob": bytearray(b"a")}, {"Blob": "YQ=="}),
    ({"Time": AT}, {"Time": 1709209815.25}),
    ({"Time": AT.replace(microsecond=0)}, {"Time": 1709209815}),
    ({"Time": "2024-02-29T12:30:15Z"}, {"Time": 1709209815}),
    ({"IsoTime": AT}, {"IsoTime": "2024-02-29T12:30:15.250000Z"}),
    ({"Times": (AT, None)}, {"Times": [1709209815.25, None]}),
    ({"Document": None, "Choice": None, "Name": None}, {"Document": None}),
    ({"Inner": {"Document": {"a": None}}}, {"Inner": {"Document": {"a": None}}}),
    ({"Names": ("a", "b")}, {"Names": ["a", "b"]}),
    ({"Document": {"a": [None, 2**70, 1.5, "é"]}}, {"Document": {"a": [None, 2**70, 1.5, "é"]}}),
    ({"Document": {"a": 1}, "Long": 2**70}, {"Document": {"a": 1}, "Long": 2**70}),
    ({"Inner": {"Inner": {"Name": "x"}}, "Name": None}, {"Inner": {"Inner": {"name": "x"}}}),
    ({"Long": None, "Inner": {"Long": None}, "Names": ["a", None]}, {"Inner": {}, "Names": ["a", None]}),
    ({"Long": 1, "Names": ["a"]}, {"Long": 1, "Names": ["a"]}),
    ({"Long": None, "Names": ["a"]}, {"Names": ["a"]}),  # the same members again, known as plain by now
]


_ENCODE = codec.encoder(THING)


@pytest.mark.parametrize(("value", "expected"), WRITTEN)
def test_written(value: dict[str, Any], expected: Any) -> None:
    assert json.loads(_ENCODE(value)) == expected


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"Inner": value}
    return value


@pytest.mark.parametrize(
    "value",
    [
        {"Unknown": 1}, {"Document": {"a": float("nan")}}, {"Document": {"a": object()}}, {"Time": "yesterday"},
        {"Time": 1e30}, {"Long": object()}, {"Blob": 5},
        {"Inner": "x"}, {"Times": 5}, {"Double": "x"}, nested(5000),
    ],
)  # fmt: skip
def test_refused_and_never_altered(value: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError):
        codec.encoder(THING)(value)


READ: list[tuple[bytes, dict[str, Any]]] = [
    (b"", {}),
    (b"null", {}),
    (b'{"name":"x","Unknown":[1],"Long":null}', {"Name": "x"}),
    (b'{"Names":["a",null]}', {"Names": ["a", None]}),
    (b'{"Ages":{"a":1,"b":null}}', {"Ages": {"a": 1, "b": None}}),
    (b'{"Double":"NaN"}', {"Double": "NaN"}),
    (b'{"Double":NaN}', {"Double": "NaN"}),
    (b'{"name":"\\ud800"}', {"Name": "\ud800"}),
    (b'{"Long":36893488147419103232}', {"Long": 2**65}),
    (b'{"Long": -36893488147419103233}', {"Long": -(2**65) - 1}),
    (b'{"Document":{"a":[9007199254740993,36893488147419103232]}}', {"Document": {"a": [2**53 + 1, 2**65]}}),
    (b'{"name":"36893488147419103232","Long":1}', {"Name": "36893488147419103232", "Long": 1}),
    (b'{"Double":0.1234567890123456789012}', {"Double": 0.1234567890123456789012}),
    (b'{"Double":1e400}', {"Double": float("inf")}),
    (b'\xef\xbb\xbf{"name":"x"}', {"Name": "x"}),
    (b'{"name":"x","name":"y"}', {"Name": "y"}),
    (b'{"Blob":"AP8="}', {"Blob": b"\x00\xff"}),
    (b'{"Time":1709209815.25}', {"Time": AT}),
    (b'{"Time":"2024-02-29T12:30:15.25Z"}', {"Time": AT}),
    (b'{"Document":{"a":[null]}}', {"Document": {"a": [None]}}),
    (b'{"Choice":{"__type":"x","a":"1","b":null}}', {"Choice": {"a": "1"}}),
    (b'{"Choice":{"new":"1"}}', {"Choice": {"SDK_UNKNOWN_MEMBER": {"name": "new"}}}),
]


@pytest.mark.parametrize(("body", "expected"), READ)
def test_read(body: bytes, expected: dict[str, Any]) -> None:
    found = JSON.parser(OPERATION)(Response(200, Headers({"X-Amzn-RequestId": "id"}), body))
    metadata = found.pop("ResponseMetadata")
    assert oracle.plain(found) == oracle.plain(expected)
    assert metadata == {"RequestId": "id", "HTTPStatusCode": 200, "HTTPHeaders": {"x-amzn-requestid": "id"}}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"<html>", "JSON"), (b'{"name":', "JSON"), (b"[1]", "Thing"), (b'{"Names":"a"}', "Thing.Names"),
        (b'{"Ages":[1]}', "Thing.Ages"), (b'{"Time":"secret"}', "Thing.Time"), (b'{"Blob":"a"}', "Thing.Blob"),
        (b'{"Long":' + b"9" * 5000 + b"}", "JSON"),
        (b'{"Choice":{"a":"1","b":2}}', "Choice"), (b'{"Inner":3}', "Thing"), (b"[" * 100_000, "deep"),
        (b'{"Inner":' * 1020 + b"{}" + b"}" * 1020, "deep"),
    ],
)  # fmt: skip
def test_unreadable_success_is_one_clear_error(body: bytes, named: str) -> None:
    with pytest.raises(ResponseParserError) as caught:
        JSON.parser(OPERATION)(Response(200, Headers(), body))
    assert named in str(caught.value)
    assert "secret" not in str(caught.value)


DENIED = "<Denied><Message>no</Message></Denied>"
ERRORS: list[tuple[int, dict[str, str], bytes, dict[str, Any]]] = [
    (400, {}, b'{"__type":"a.b#Gone:http://x/","message":"m","Which":"w"}', {"Code": "Gone", "Message": "m"}),
    (400, {}, b'{"__type":"Gone","Message":null}', {"Code": "Gone", "Message": ""}),
    (404, {}, b"", {"Code": "404", "Message": ""}),
    (400, {}, b"[1]", {"Code": "400", "Message": "[1]"}),
    (400, {}, b"no json", {"Code": "400", "Message": "no json"}),
    (403, {}, b"<html>blocked</html>", {"Code": "403", "Message": "Forbidden"}),
    (403, {}, b"<!DOCTYPE html>\n<p>blocked", {"Code": "403", "Message": "Forbidden"}),
    (403, {}, b" <Denied><Message>no</Message></Denied>", {"Code": "403", "Message": DENIED}),
    (503, {}, b"<html>busy</html>", {"Code": "503", "Message": "Service Unavailable"}),
    (599, {}, b"", {"Code": "599", "Message": ""}),
    (500, {}, b"[" * 100_000, {"Code": "500", "Message": "[" * 1000}),
    (400, {}, b'{"__type":"Gone","message":{"a":[]}}', {"Code": "Gone", "Message": ""}),
    (
        400, {"x-amzn-query-error": "Old;Sender"}, b'{"__type":"Gone"}',
        {"Code": "Old", "Message": "", "QueryErrorCode": "Gone", "Type": "Sender"},
    ),
    (400, {"x-amzn-query-error": ";"}, b'{"__type":"Gone"}', {"Code": "Gone", "Message": ""}),
    (500, {"X-Amzn-Errortype": "a.b#Gone:http://x/"}, b"", {"Code": "Gone", "Message": "Internal Server Error"}),
    (503, {"X-Amzn-Errortype": "Busy"}, b"<html>", {"Code": "Busy", "Message": "Service Unavailable"}),
    (400, {"X-Amzn-Errortype": "Other"}, b'{"__type":"Gone"}', {"Code": "Gone", "Message": ""}),
    (400, {}, b'{"code":"a.b#Gone:http://x/","message":"m"}', {"Code": "Gone", "Message": "m"}),
    (400, {}, b'{"code":null,"Code":"Gone"}', {"Code": "Gone", "Message": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "body", "error"), ERRORS)
def test_errors(status: int, headers: dict[str, str], body: bytes, error: dict[str, Any]) -> None:
    parsed = JSON.error_parser(OPERATION)(Response(status, Headers(headers), body))
    assert parsed["Error"] == error
    assert parsed["ResponseMetadata"]["HTTPStatusCode"] == status


def test_modeled_members_stand_beside_the_error() -> None:
    parsed = JSON.error_parser(OPERATION)(Response(400, Headers(), ERRORS[0][2]))
    assert (parsed["Which"], parsed["message"]) == ("w", "m")
    damaged = JSON.error_parser(OPERATION)(Response(400, Headers(), b'{"__type":"Gone","Which":"w","message":"m"}'))
    assert damaged["Error"]["Code"] == "Gone"


@pytest.mark.parametrize("label", ["evil.com/", "a b", "", "a\n", "x@y", None])
def test_host_labels_cannot_smuggle_a_host(label: Any) -> None:
    with pytest.raises(ParamValidationError, match="Name"):
        JSON.serializer(OPERATION, SerializerOptions())({"Name": label})


def test_host_prefix() -> None:
    assert JSON.serializer(OPERATION, SerializerOptions())({"Name": "a-1"}).host_prefix == "a-1.data-"
    placed = SerializerOptions(host_prefix_in_endpoint=True)
    assert JSON.serializer(OPERATION, placed)({"Name": "a-1"}).host_prefix is None


def test_drafts_do_not_share_headers() -> None:
    serialize = JSON.serializer(OPERATION, SerializerOptions())
    serialize({"Name": "a"}).headers["X-Changed"] = "by a handler"
    assert "X-Changed" not in serialize({"Name": "a"}).headers


def test_unspoken_protocol_is_refused() -> None:
    with pytest.raises(ModelError, match="soap"):
        protocol("soap")


# --- scalars ----------------------------------------------------------------------------------------------------------

TIMES: list[tuple[Any, str]] = [
    (0, "1970-01-01T00:00:00Z"),
    ("0", "1970-01-01T00:00:00Z"),
    (-1.5, "1969-12-31T23:59:58.500000Z"),
    (dt.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05Z"),
    (dt.datetime(2024, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=9))), "2024-01-01T15:00:00Z"),
    ("2024-01-02", "2024-01-02T00:00:00Z"),
    ("2024-01-02 03:04:05", "2024-01-02T03:04:05Z"),
    ("2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05.123456Z"),
    ("2024-01-02T03:04:05+0100", "2024-01-02T02:04:05Z"),
    ("20240102T030405Z", "2024-01-02T03:04:05Z"),
    ("Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02T03:04:05Z"),
    ("Tue, 2 Jan 2024 03:04:05 -0100", "2024-01-02T04:04:05Z"),
    ("Tuesday, 02-Jan-24 03:04:05 GMT", "2024-01-02T03:04:05Z"),
    ("Tue Jan  2 03:04:05 2024", "2024-01-02T03:04:05Z"),
    ("Tue, 02 Jan 2024 03:04:05.123 GMT", "2024-01-02T03:04:05.123000Z"),
]


@pytest.mark.parametrize(("value", "iso"), TIMES)
def test_timestamps_in_all_forms(value: Any, iso: str) -> None:
    assert scalars.timestamp_writer("iso8601")(value) == iso


NO_TIMES: list[Any] = ["", "text", "nan", "inf", 1e18, "2024-13-01", "Tue, 40 Jan 2024 00:00:00 GMT", None, []]


@pytest.mark.parametrize("value", NO_TIMES)
def test_refused_timestamps(value: Any) -> None:
    with pytest.raises(ValueError, match=r"timestamp|month|day"):
        scalars.to_datetime(value)


@pytest.mark.parametrize(
    ("precision", "form", "expected"),
    [
        ("default", "unixTimestamp", 1709209815.25), ("millisecond", "unixTimestamp", 1709209815.25),
        ("legacy", "unixTimestamp", 1709209815), ("millisecond", "iso8601", "2024-02-29T12:30:15.250Z"),
        ("default", "rfc822", "Thu, 29 Feb 2024 12:30:15 GMT"),
    ],
)  # fmt: skip
def test_precision(precision: str, form: str, expected: Any) -> None:
    assert scalars.timestamp_writer(form, precision)(AT) == expected


@pytest.mark.parametrize(
    ("value", "safe", "expected"),
    [("a/b c~", "", "a%2Fb%20c~"), ("a/b", "/", "a/b"), ("é", "", "%C3%A9"), (5, "", "5"), (b"\xff", "", "%FF")],
)
def test_percent_encoding(value: Any, safe: str, expected: str) -> None:
    assert scalars.percent_encode(value, safe) == expected


# --- real services ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "kinesis", "ecs", "glue"])
def test_like_botocore(service: str) -> None:
    rng = random.Random(service)
    pairs = list(oracle.operations(service))[:25]
    found = [d for ours, theirs in pairs for d in sweep.differences("json", ours, theirs, rng)]
    assert not found, "\n".join(map(str, found))
