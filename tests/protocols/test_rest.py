"""HTTP bindings: every place a member may have, hostile values, bodies; a seeded sample against botocore."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import Any

import pytest
from tests.protocols import oracle, sweep

from osteon.exceptions import ParamValidationError, ResponseParserError
from osteon.http import Headers, Response
from osteon.model.service import ServiceModel
from osteon.protocols.base import Draft, SerializerOptions
from osteon.protocols.registry import protocol

AT = dt.datetime(2024, 2, 29, 12, 30, 15, 250000, dt.UTC)
SECOND = AT.replace(microsecond=0)
STRING = {"shape": "String"}
CONTENT_TYPE = {"shape": "String", "location": "header", "locationName": "Content-Type"}
SHAPES: dict[str, Any] = {
    "String": {"type": "string"},
    "Int": {"type": "integer"},
    "Bool": {"type": "boolean"},
    "Double": {"type": "double"},
    "Time": {"type": "timestamp"},
    "Blob": {"type": "blob"},
    "Names": {"type": "list", "member": STRING},
    "Times": {"type": "list", "member": {"shape": "Time"}},
    "Ints": {"type": "list", "member": {"shape": "Int"}},
    "Bools": {"type": "list", "member": {"shape": "Bool"}},
    "IsoTimes": {"type": "list", "member": {"shape": "Time", "timestampFormat": "iso8601"}},
    "Choice": {"type": "structure", "union": True, "members": {"A": STRING, "B": {"shape": "Int"}}},
    "Pairs": {"type": "map", "key": STRING, "value": STRING},
    "Lists": {"type": "map", "key": STRING, "value": {"shape": "Names"}},
    "Thing": {"type": "structure", "members": {"Name": STRING, "At": {"shape": "Time"}}},
    "Everywhere": {
        "type": "structure",
        "members": {
            "Bucket": {"shape": "String", "location": "uri", "locationName": "Bucket"},
            "Key": {"shape": "String", "location": "uri", "locationName": "Key"},
            "Query": {"shape": "String", "location": "querystring", "locationName": "q"},
            "QueryTime": {"shape": "Time", "location": "querystring", "locationName": "t"},
            "QueryBool": {"shape": "Bool", "location": "querystring", "locationName": "b"},
            "QueryDouble": {"shape": "Double", "location": "querystring", "locationName": "d"},
            "QueryList": {"shape": "Ints", "location": "querystring", "locationName": "l"},
            "QueryMap": {"shape": "Pairs", "location": "querystring"},
            "QueryLists": {"shape": "Lists", "location": "querystring"},
            "Header": {"shape": "String", "location": "header", "locationName": "X-Text"},
            "HeaderTime": {"shape": "Time", "location": "header", "locationName": "X-Time"},
            "HeaderIso": {"shape": "Time", "timestampFormat": "iso8601", "location": "header", "locationName": "X-Iso"},
            "HeaderUnix": {
                "shape": "Time", "timestampFormat": "unixTimestamp", "location": "header", "locationName": "X-Unix"
            },
            "HeaderBool": {"shape": "Bool", "location": "header", "locationName": "X-Bool"},
            "HeaderInt": {"shape": "Int", "location": "header", "locationName": "X-Int"},
            "HeaderDouble": {"shape": "Double", "location": "header", "locationName": "X-Double"},
            "HeaderList": {"shape": "Names", "location": "header", "locationName": "X-List"},
            "HeaderTimes": {"shape": "Times", "location": "header", "locationName": "X-Times"},
            "HeaderIsos": {"shape": "IsoTimes", "location": "header", "locationName": "X-Isos"},
            "HeaderBools": {"shape": "Bools", "location": "header", "locationName": "X-Bools"},
            "HeaderInts": {"shape": "Ints", "location": "header", "locationName": "X-Ints"},
            "HeaderBlob": {"shape": "Blob", "location": "header", "locationName": "X-Blob"},
            "HeaderJson": {"shape": "String", "jsonvalue": True, "location": "header", "locationName": "X-Json"},
            "HeaderMeta": {"shape": "String", "location": "header", "locationName": "x-meta-named"},
            "Metadata": {"shape": "Pairs", "location": "headers", "locationName": "x-meta-"},
            "Status": {"shape": "Int", "location": "statusCode"},
            "Body": STRING,
            "BodyTime": {"shape": "Time"},
        },
    },
    "WithThing": {
        "type": "structure", "payload": "Thing",
        "members": {"Thing": {"shape": "Thing", "locationName": "Item"}, "Header": CONTENT_TYPE},
    },
    "WithChoice": {
        "type": "structure", "payload": "Choice",
        "members": {"Choice": {"shape": "Choice", "locationName": "Choice"}, "Header": CONTENT_TYPE},
    },
    "WithNames": {
        "type": "structure", "payload": "Names", "members": {"Names": {"shape": "Names"}, "Header": CONTENT_TYPE}
    },
    "WithBlob": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Blob", "streaming": True}}},
    "WithText": {"type": "structure", "payload": "Body", "members": {"Body": STRING}},
    "Located": {"type": "structure", "members": {"Header": CONTENT_TYPE}},
    "Gone": {
        "type": "structure", "exception": True,
        "members": {"Which": STRING, "Retry": {"shape": "Int", "location": "header", "locationName": "Retry-After"}},
    },
}  # fmt: skip
URIS = {"Everywhere": "/{Bucket}/{Key+}?list-type=2"}


def operation(name: str, shape: str | None, spoken: str = "rest-json") -> Any:
    reference = {} if shape is None else {"input": {"shape": shape, "locationName": "Root"}, "output": {"shape": shape}}
    http = {"method": "PUT", "requestUri": URIS.get(shape or "", "/fixed")}
    model = {
        "metadata": {"apiVersion": "2024-01-01", "endpointPrefix": "x", "protocol": spoken, "serviceId": "X"},
        "operations": {name: {"name": name, "http": http, "errors": [{"shape": "Gone"}], **reference}},
        "shapes": SHAPES,
    }
    return ServiceModel.from_dict(model).operation_model(name)


def draft(shape: str | None, params: dict[str, Any], spoken: str = "rest-json", **options: Any) -> Draft:
    return protocol(spoken).serializer(operation("Do", shape, spoken), SerializerOptions(**options))(params)


KEY = {"Bucket": "b", "Key": "k"}

PATHS = [
    ({"Bucket": "b", "Key": "a/b c"}, "/b/a/b%20c?list-type=2"),
    ({"Bucket": "a/b%?#", "Key": "é/../~"}, "/a%2Fb%25%3F%23/%C3%A9/../~?list-type=2"),
    ({"Bucket": "%s{Key}", "Key": "{Bucket}"}, "/%25s%7BKey%7D/%7BBucket%7D?list-type=2"),
]


@pytest.mark.parametrize(("params", "path"), PATHS)
def test_path(params: dict[str, Any], path: str) -> None:
    assert draft("Everywhere", params).path == path


def test_labels_that_the_endpoint_has_are_left_out_of_the_path() -> None:
    assert draft("Everywhere", KEY, labels_in_endpoint=("Bucket",)).path == "/k?list-type=2"


@pytest.mark.parametrize("params", [{"QueryList": 5}, {"Metadata": "x"}, {"HeaderBlob": 5}, {"HeaderTime": "soon"}])
def test_values_of_other_types_are_one_clear_error(params: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError):
        draft("Everywhere", KEY | params)


@pytest.mark.parametrize("params", [{"Bucket": "b"}, {"Key": "k"}, {**KEY, "Bucket": None}, {**KEY, "Nothing": 1}])
def test_missing_labels_and_unknown_members_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError, match=r"Bucket|Key|Nothing"):
        draft("Everywhere", params)


QUERIES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"Query": "a&b=é"}, {"q": "a&b=é"}),
    ({"QueryTime": AT}, {"t": "2024-02-29T12:30:15.250000Z"}),
    ({"QueryBool": False}, {"b": "false"}),
    ({"QueryDouble": float("inf")}, {"d": "Infinity"}),
    ({"QueryList": [1, 2]}, {"l": ["1", "2"]}),
    ({"QueryList": []}, {"l": []}),
    ({"QueryMap": {"x": "1", "y": "2"}}, {"x": "1", "y": "2"}),
    ({"QueryLists": {"x": ["1", "2"]}}, {"x": ["1", "2"]}),
    ({"Query": None}, {}),
    # what is named goes before what a map holds, in either order
    ({"Query": "named", "QueryMap": {"q": "held", "z": "1"}}, {"q": "named", "z": "1"}),
    ({"QueryMap": {"q": "held", "z": "1"}, "Query": "named"}, {"q": "named", "z": "1"}),
]


@pytest.mark.parametrize(("params", "query"), QUERIES)
def test_query(params: dict[str, Any], query: dict[str, Any]) -> None:
    assert draft("Everywhere", KEY | params).query == query


HEADERS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"Header": "a b"}, {"X-Text": "a b"}),
    ({"HeaderTime": AT}, {"X-Time": "Thu, 29 Feb 2024 12:30:15 GMT"}),
    ({"HeaderIso": AT}, {"X-Iso": "2024-02-29T12:30:15Z"}),
    ({"HeaderUnix": AT}, {"X-Unix": "1709209815"}),
    ({"HeaderBool": True}, {"X-Bool": "true"}),
    ({"HeaderInt": -5}, {"X-Int": "-5"}),
    ({"HeaderDouble": float("nan")}, {"X-Double": "NaN"}),
    ({"HeaderList": ["a", 'b"c', "d,e", None]}, {"X-List": 'a,"b\\"c","d,e"'}),
    ({"HeaderList": []}, {}),
    ({"HeaderBlob": b"\xff"}, {"X-Blob": "/w=="}),
    ({"HeaderJson": {"a": [1, "é"]}}, {"X-Json": "eyJhIjpbMSwiXHUwMGU5Il19"}),
    ({"Metadata": {"One": "1", "two": "2"}}, {"x-meta-One": "1", "x-meta-two": "2"}),
    ({"Metadata": {}}, {}),
    ({"Metadata": {"a": ""}}, {"x-meta-a": ""}),
    # what is named goes before what a map holds, in either order
    ({"HeaderMeta": "named", "Metadata": {"Named": "held"}}, {"x-meta-named": "named"}),
    ({"Metadata": {"Named": "held"}, "HeaderMeta": "named"}, {"x-meta-named": "named"}),
]


@pytest.mark.parametrize(("params", "headers"), HEADERS)
def test_headers(params: dict[str, Any], headers: dict[str, str]) -> None:
    made = dict(draft("Everywhere", KEY | params).headers)
    made.pop("Content-Type")
    assert made == headers


@pytest.mark.parametrize(
    "params",
    [
        {"Header": "a\r\nX-Evil: 1"}, {"Header": "a\nb"}, {"HeaderList": ["a\r\n"]}, {"Metadata": {"a": "b\nc"}},
        {"Metadata": {"a\r\nX-Evil": "b"}}, {"Header": "a\0"},
    ],
)  # fmt: skip
def test_headers_cannot_be_injected(params: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError, match="line break"):
        draft("Everywhere", KEY | params)


FILE = io.BytesIO(b"x")
BODIES: list[tuple[str, str | None, dict[str, Any], Any, str | None]] = [
    # protocol, shape, parameters, body, content type
    ("rest-json", "Everywhere", KEY, b"{}", "application/json"),
    ("rest-json", "Everywhere", KEY | {"Body": "a", "BodyTime": 0}, b'{"Body":"a","BodyTime":0}', "application/json"),
    ("rest-json", "Located", {}, b"", None),
    ("rest-json", None, {}, b"", None),
    ("rest-json", "WithThing", {}, b"{}", "application/json"),
    ("rest-json", "WithThing", {"Thing": {"Name": "a"}}, b'{"Name":"a"}', "application/json"),
    ("rest-json", "WithThing", {"Thing": {}, "Header": "text/x"}, b"{}", "text/x"),
    ("rest-json", "WithChoice", {}, b"", None),
    ("rest-json", "WithChoice", {"Choice": {"A": "x"}}, b'{"A":"x"}', "application/json"),
    ("rest-xml", "WithChoice", {"Choice": {"A": "x"}}, b"<Choice><A>x</A></Choice>", None),
    ("rest-json", "WithBlob", {"Body": FILE}, FILE, None),
    ("rest-json", "WithBlob", {"Body": "é"}, "é".encode(), None),
    ("rest-json", "WithBlob", {}, b"", None),
    ("rest-json", "WithText", {"Body": "é"}, "é".encode(), None),
    ("rest-xml", "Everywhere", KEY, b"", None),
    ("rest-xml", "Everywhere", KEY | {"Body": "<"}, b"<Root><Body>&lt;</Body></Root>", None),
    ("rest-xml", "WithThing", {"Thing": {"Name": "a"}}, b"<Item><Name>a</Name></Item>", None),
    ("rest-xml", "WithThing", {}, b"", None),
]


@pytest.mark.parametrize(("spoken", "shape", "params", "body", "content_type"), BODIES)
def test_bodies(spoken: str, shape: str | None, params: dict[str, Any], body: Any, content_type: str | None) -> None:
    made = draft(shape, params, spoken)
    assert (made.body, made.headers.get("Content-Type")) == (body, content_type)
    assert made.body is body or isinstance(body, bytes)


@pytest.mark.parametrize("spoken", ["rest-json", "rest-xml"])
def test_a_payload_named_by_the_reference(spoken: str) -> None:
    reference = {"shape": "Pair", "payload": "Body"}
    model = {
        "metadata": {"apiVersion": "2024-01-01", "endpointPrefix": "x", "protocol": spoken, "serviceId": "X"},
        "operations": {"Do": {"name": "Do", "http": {}, "input": reference, "output": reference}},
        "shapes": {**SHAPES, "Pair": {"type": "structure", "members": {"Body": STRING, "Header": CONTENT_TYPE}}},
    }
    made = ServiceModel.from_dict(model).operation_model("Do")
    assert protocol(spoken).serializer(made, SerializerOptions())({"Body": "as it is"}).body == b"as it is"
    assert protocol(spoken).parser(made)(Response(200, Headers(), b"as it is"))["Body"] == "as it is"


ANSWERED: list[tuple[str, str, Any]] = [
    ("X-Text", "a b", {"Header": "a b"}),
    ("x-time", "Thu, 29 Feb 2024 12:30:15 GMT", {"HeaderTime": AT.replace(microsecond=0)}),
    ("X-Unix", "1709209815.25", {"HeaderUnix": AT}),
    ("X-Bool", "true", {"HeaderBool": True}),
    ("X-Bool", "false", {"HeaderBool": False}),
    ("X-Int", "-5", {"HeaderInt": -5}),
    ("X-Double", "1.5", {"HeaderDouble": 1.5}),
    ("X-List", "a, b", {"HeaderList": ["a", "b"]}),
    ("X-List", "", {"HeaderList": [""]}),
    ("X-List", '"b,c", "\\"d\\"",a , ""', {"HeaderList": ["b,c", '"d"', "a", ""]}),
    ("X-List", '"open, 5" tall,"ok"', {"HeaderList": ['"open', '5" tall', "ok"]}),
    ("X-Ints", "1,2 , 3", {"HeaderInts": [1, 2, 3]}),
    ("X-Ints", "", {"HeaderInts": []}),
    ("X-Bools", "true, false,True", {"HeaderBools": [True, False, True]}),
    ("X-Times", "Thu, 29 Feb 2024 12:30:15 GMT,Thu, 29 Feb 2024 12:30:15 GMT", {"HeaderTimes": [SECOND, SECOND]}),
    ("X-Times", "1709209815, 1709209815.25", {"HeaderTimes": [SECOND, AT]}),
    ("X-Isos", "2024-02-29T12:30:15Z, 2024-02-29T12:30:15.25Z", {"HeaderIsos": [SECOND, AT]}),
    ("X-Blob", "/w==", {"HeaderBlob": b"\xff"}),
    ("X-Json", "eyJhIjpbMSwiXHUwMGU5Il19", {"HeaderJson": {"a": [1, "é"]}}),
    ("X-Meta-One", "1", {"Metadata": {"One": "1"}}),
]


@pytest.mark.parametrize("spoken", ["rest-json", "rest-xml"])
@pytest.mark.parametrize(("name", "value", "expected"), ANSWERED)
def test_answered_headers(spoken: str, name: str, value: str, expected: dict[str, Any]) -> None:
    parse = protocol(spoken).parser(operation("Do", "Everywhere", spoken))
    found = parse(Response(202, Headers({name: value}), b""))
    metadata = found.pop("ResponseMetadata")
    assert found == {"Status": 202, "Metadata": {}} | expected
    assert metadata == {"HTTPStatusCode": 202, "HTTPHeaders": {name.lower(): value}}


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Int", "1.5secret"), ("X-Time", "secret"), ("X-Blob", "secre"), ("X-Json", "c2VjcmV0"), ("X-Double", "secret")],
)
def test_unreadable_headers_are_one_clear_error(name: str, value: str) -> None:
    with pytest.raises(ResponseParserError) as caught:
        protocol("rest-json").parser(operation("Do", "Everywhere"))(Response(200, Headers({name: value}), b""))
    assert name in str(caught.value)
    assert "secre" not in str(caught.value)


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'"text"', b'{"BodyTime":[]}', b'{"Body":' + b"[" * 5000])
def test_unreadable_success(body: bytes) -> None:
    with pytest.raises(ResponseParserError):
        protocol("rest-json").parser(operation("Do", "Everywhere"))(Response(200, Headers(), body))


@pytest.mark.parametrize("spoken", ["rest-json", "rest-xml"])
@pytest.mark.parametrize(("shape", "expected"), [("WithChoice", {}), ("WithNames", {}), ("WithThing", {"Thing": {}})])
def test_an_empty_body_is_no_union_and_no_list(spoken: str, shape: str, expected: dict[str, Any]) -> None:
    found = protocol(spoken).parser(operation("Do", shape, spoken))(Response(200, Headers(), b""))
    found.pop("ResponseMetadata")
    assert found == expected


def test_streamed_bodies_pass_as_they_are() -> None:
    found = protocol("rest-json").parser(operation("Do", "WithBlob"))(Response(200, Headers(), FILE))
    assert found["Body"] is FILE
    found = protocol("rest-json").parser(operation("Do", "WithText"))(Response(200, Headers(), "é".encode()))
    assert found["Body"] == "é"


@pytest.mark.parametrize(
    ("spoken", "status", "headers", "body", "expected"),
    [
        ("rest-json", 400, {"x-amzn-errortype": "a#Gone:http://x", "Retry-After": "3"}, b'{"Which":"w"}',
         {"Error": {"Code": "Gone", "Message": ""}, "Which": "w", "Retry": 3}),
        ("rest-json", 400, {}, b'{"code":"Gone","message":"m"}', {"Error": {"Code": "Gone", "Message": "m"}}),
        ("rest-json", 400, {"Retry-After": "soon"}, b'{"code":"Gone"}', {"Error": {"Code": "Gone", "Message": ""}}),
        ("rest-json", 404, {}, b"", {"Error": {"Code": "404", "Message": ""}}),
        ("rest-json", 500, {"x-amzn-errortype": "a#Gone:http://x", "Retry-After": "3"}, b"",
         {"Error": {"Code": "Gone", "Message": "Internal Server Error"}, "Retry": 3}),
        ("rest-json", 503, {}, b"\xff\xfe", {"Error": {"Code": "503", "Message": "\ufffd\ufffd"}}),
        ("rest-xml", 404, {}, b"", {"Error": {"Code": "404", "Message": "Not Found"}}),
        ("rest-xml", 502, {}, b"<html>", {"Error": {"Code": "502", "Message": "Bad Gateway"}}),
        ("rest-xml", 400, {"Retry-After": "3"}, b"<Error><Code>Gone</Code><Which>w</Which></Error>",
         {"Error": {"Code": "Gone", "Message": "", "Which": "w"}, "Which": "w", "Retry": 3}),
    ],
)  # fmt: skip
def test_errors(spoken: str, status: int, headers: dict[str, str], body: bytes, expected: dict[str, Any]) -> None:
    parse = protocol(spoken).error_parser(operation("Do", "Everywhere", spoken))
    found = parse(Response(status, Headers(headers), body))
    found.pop("ResponseMetadata")
    assert found == expected


SERVICES = ["s3", "lambda", "apigateway", "route53", "cloudfront", "s3control", "glacier", "iot"]


@pytest.mark.parametrize("service", SERVICES)
def test_like_botocore(service: str) -> None:
    rng = random.Random(service)
    (name,) = sweep.spoken(service)
    pairs = list(oracle.operations(service))
    pairs = rng.sample(pairs, min(20, len(pairs)))
    found = [d for ours, theirs in pairs for d in sweep.differences(name, ours, theirs, rng)]
    assert not found, "\n".join(map(str, found))
