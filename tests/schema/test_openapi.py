"""OpenAPI documents: valid ones, and true ones: the requests that osteon makes are those that they describe."""

from __future__ import annotations

import random
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.schema.test_operation_schema import as_json
from tests.support.params import random_params

from osteon.codecs import cbor, form
from osteon.exceptions import OperationNotFoundError, UnsupportedServiceProtocolsError
from osteon.model.loader import Loader
from osteon.model.service import OperationModel, ServiceModel
from osteon.protocols.base import Draft, SerializerOptions
from osteon.protocols.registry import protocol
from osteon.schemas.openapi import openapi_document

LOADER = Loader()
OWN = ["atlas", "beacon", "harbor", "ledger"]
#: each protocol, and those that are peculiar
CHOSEN = ["sts", "sqs", "polly", "iot-data", "bedrock-runtime", "simpledbv2", "route53", "sdb"]
SAMPLE = random.Random(29).sample(LOADER.available_services(), 12)


def some(model: ServiceModel, most: int = 8) -> list[OperationModel]:
    names = random.Random(model.service_name).sample(model.operation_names, min(most, len(model.operation_names)))
    return [model.operation_model(name) for name in names]


@pytest.mark.parametrize("service", [*OWN, *CHOSEN, *SAMPLE, "s3", "ec2"])
def test_documents_are_valid(service: str) -> None:
    model = LOADER.service_model(service)
    names = None if service in OWN else [operation.name for operation in some(model)]
    document = openapi_document(model, names)
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())
    assert sum(len(methods) for methods in document["paths"].values()) == len(names or model.operation_names)
    check_parameters(document)
    check_security(document)


def check_parameters(document: dict[str, Any]) -> None:
    """Names are there once in each place; a path's labels and its parameters are the same."""
    for path, methods in document["paths"].items():
        for described in methods.values():
            places = [(each["in"], each["name"].lower()) for each in described.get("parameters", ())]
            assert len(places) == len(set(places))
            labels = {each["name"] for each in described.get("parameters", ()) if each["in"] == "path"}
            assert labels == set(re.findall(r"\{([^{}]+)\}", path))
    shapes = [re.sub(r"\{[^{}]+\}", "{}", path) for path in document["paths"]]
    assert len(shapes) == len(set(shapes))


def check_security(document: dict[str, Any]) -> None:
    """Only schemes that are described are asked for."""
    known = document["components"].get("securitySchemes", {}).keys()
    operations = [described for methods in document["paths"].values() for described in methods.values()]
    for holder in (document, *operations):
        assert {name for requirement in holder.get("security", ()) for name in requirement} <= known


# --- what osteon sends is what the document says


@pytest.mark.parametrize("service", [*OWN, *CHOSEN, *SAMPLE, "s3", "ec2"])
def test_requests_are_as_the_document_says(service: str) -> None:
    rng = random.Random(service)
    model = LOADER.service_model(service)
    operations = [operation for operation in some(model) if not operation.has_event_stream_input]
    document = openapi_document(model, [operation.name for operation in operations])
    for operation in operations:
        serialize = protocol(model.resolved_protocol).serializer(operation, SerializerOptions())
        for _ in range(3):
            params = random_params(operation, rng)
            check_request(document, operation, serialize(params))


def check_request(document: dict[str, Any], operation: OperationModel, sent: Draft) -> None:
    path, method, described = found(document, operation.name)
    assert sent.method.lower() == method
    given = values(described, path, sent)
    for parameter in described.get("parameters", ()):
        key = parameter["in"], parameter["name"].lower()
        if parameter.get("required"):
            assert key in given, key
        if key in given:
            assert_valid(document, parameter["schema"], given.pop(key))
    prefixes = [prefix.lower() for prefix in described.get("x-prefix-headers", ())]
    maps = [p for p in described.get("parameters", ()) if p["schema"].get("type") == "object"]
    left = [name for place, name in given if not (place == "query" and maps)]
    known = ("content-type", "accept", *prefixes)
    assert not [name for name in left if not name.startswith(known)]
    if sent.body:
        check_body(document, described["requestBody"]["content"], sent)


def found(document: dict[str, Any], name: str) -> tuple[str, str, dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if described["operationId"] == name:
                return path.partition("#")[0], method, described
    raise AssertionError(f"{name} is not in the document")


def values(described: dict[str, Any], path: str, sent: Draft) -> dict[tuple[str, str], Any]:
    """What a request holds, by place and name, as its parameter's type has it."""
    types = {(p["in"], p["name"].lower()): p["schema"] for p in described.get("parameters", ())}
    sent_path, _, fixed = sent.path.partition("?")
    greedy = {p["name"] for p in described.get("parameters", ()) if p.get("x-greedy")}
    labels = re.findall(r"\{([^{}]+)\}", path)
    pattern = re.sub(
        r"\\\{(.+?)\\\}", lambda m: "(.*)" if re.sub(r"\\", "", m[1]) in greedy else "([^/]*)", re.escape(path)
    )
    match = re.fullmatch(pattern, sent_path)
    assert match is not None, (path, sent_path)
    texts: dict[tuple[str, str], Any] = {
        ("path", name.lower()): unquote(text) for name, text in zip(labels, match.groups(), strict=True)
    }
    texts |= {("query", name.lower()): text for name, text in parse_qsl(fixed, keep_blank_values=True)}
    texts |= {("query", name.lower()): text for name, text in sent.query.items()}
    texts |= {("header", name.lower()): text for name, text in sent.headers.items()}
    return {key: typed(types.get(key, {}), text) for key, text in texts.items()}


def typed(schema: dict[str, Any], text: Any) -> Any:
    """A text as OpenAPI reads it for a schema."""
    kind = schema.get("type")
    if kind == "array":
        items = text if isinstance(text, list) else re.findall(r'"(?:[^"\\]|\\.)*"|[^,]+', text)
        return [typed(schema["items"], item) for item in items]
    if kind in ("integer", "number"):
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    return text == "true" if kind == "boolean" else text


def check_body(document: dict[str, Any], content: dict[str, Any], sent: Draft) -> None:
    ((media, described),) = content.items()
    told = sent.headers.get("Content-Type")
    assert told is None or "xml" in media or media in ("application/octet-stream", "text/plain") or media in told
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    assert isinstance(body, (bytes, bytearray))
    schema = described.get("schema")
    if media.endswith(("json", "json-1.0", "json-1.1")):
        import orjson

        assert_valid(document, schema, orjson.loads(body))
    elif media == "application/cbor":
        assert_valid(document, schema, as_json(seconds(cbor.parse(bytes(body)))))
    elif media == "application/x-www-form-urlencoded":
        assert_valid(document, schema, form_values(schema, form.decode(bytes(body))))
    elif media == "application/xml":
        root = ElementTree.fromstring(bytes(body))
        assert local(root) == schema["xml"]["name"]
        assert_valid(document, schema, from_xml(document, schema, root))


def seconds(value: Any) -> Any:
    """CBOR has times of its own, which the document gives as numbers."""
    if isinstance(value, dict):
        return {key: seconds(item) for key, item in value.items()}
    if isinstance(value, list):
        return [seconds(item) for item in value]
    return value.timestamp() if isinstance(value, datetime) else value


def form_values(schema: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
    patterns = schema.get("patternProperties", {})

    def schema_of(name: str) -> dict[str, Any]:
        if name in schema["properties"]:
            return dict(schema["properties"][name])
        return next((dict(each) for pattern, each in patterns.items() if re.search(pattern, name)), {})

    return {name: typed(schema_of(name), text) for name, text in fields.items()}


def local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def from_xml(document: dict[str, Any], schema: dict[str, Any], element: Any) -> Any:
    """An element as OpenAPI's ``xml`` keyword reads it."""
    schema = resolved(document, schema)
    if schema.get("type") != "object":
        return typed(schema, element.text or "")
    out: dict[str, Any] = {}
    for name, member in schema.get("properties", {}).items():
        member = resolved(document, member)
        notes = member.get("xml", {})
        if notes.get("attribute"):
            held = {key.rpartition("}")[2]: text for key, text in element.attrib.items()}
            if name.rpartition(":")[2] in held:
                out[name] = typed(member, held[name.rpartition(":")[2]])
            continue
        children = [child for child in element if local(child) == name]
        if not children:
            if member.get("type") == "array" and not notes.get("wrapped"):
                out[name] = []  # no element is what is left of an empty list
            continue
        if member.get("type") != "array":
            out[name] = from_xml(document, member, children[0])
            continue
        item = resolved(document, member["items"])
        nodes = list(children[0]) if notes.get("wrapped") else children
        wanted = member["items"].get("xml", {}).get("name", name) if notes.get("wrapped") else name
        assert {local(node) for node in nodes} <= {wanted}
        out[name] = [from_xml(document, item, node) for node in nodes]
    assert {local(child) for child in element} <= out.keys()
    return out


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    own = {key: value for key, value in schema.items() if key != "$ref"}
    return {**document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], **own}


#: random texts match no pattern
CHECKER = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": lambda *_: None})


def assert_valid(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = {"components": document["components"], **schema}
    errors = [(list(error.absolute_path), error.message[:300]) for error in CHECKER(whole).iter_errors(value)]
    assert not errors


# --- details


def described(service: str, name: str) -> dict[str, Any]:
    return found(openapi_document(LOADER.service_model(service), [name]), name)[2]


def test_operations_that_share_path_and_method_are_told_apart() -> None:
    paths = openapi_document(LOADER.service_model("s3"), ["GetObject", "GetObjectAcl", "PutObject"])["paths"]
    assert {path: set(methods) for path, methods in paths.items()} == {
        "/{Bucket}/{Key}": {"get", "put"},
        "/{Bucket}/{Key}#GetObjectAcl": {"get"},
    }
    greedy = [p["name"] for p in paths["/{Bucket}/{Key}"]["get"]["parameters"] if p.get("x-greedy")]
    assert greedy == ["Key"]


def own_model(operations: dict[str, Any], **metadata: Any) -> ServiceModel:
    shapes = {
        "In": {"type": "structure", "members": {
            "A": {"shape": "Text", "location": "uri", "locationName": "A"},
            "B": {"shape": "Text", "location": "uri", "locationName": "B"},
            "J": {"shape": "Text", "location": "header", "locationName": "X-J", "jsonvalue": True},
            "T": {"shape": "Times", "location": "querystring", "locationName": "t"},
        }},
        "Out": {"type": "structure", "members": {"S": {"shape": "Count", "location": "statusCode"}}},
        "Times": {"type": "list", "member": {"shape": "Time"}},
        "Time": {"type": "timestamp"}, "Text": {"type": "string"}, "Count": {"type": "integer"},
    }  # fmt: skip
    head = {"apiVersion": "2026-01-01", "protocol": "rest-json", "endpointPrefix": "own", **metadata}
    return ServiceModel.from_dict({"metadata": head, "operations": operations, "shapes": shapes})


def test_paths_that_differ_in_names_alone_do_not_stand_beside_each_other() -> None:
    one = {"http": {"method": "GET", "requestUri": "/x/{A}"}, "input": {"shape": "In"}}
    other = {"http": {"method": "PUT", "requestUri": "/x/{B}"}, "input": {"shape": "In"}}
    assert list(openapi_document(own_model({"One": one, "Other": other}))["paths"]) == ["/x/{A}", "/x/{B}#Other"]


def test_what_stands_outside_of_bodies_is_written_as_it_is_there() -> None:
    raw = {"http": {"method": "GET", "requestUri": "/x/{A}/{B}"}, "input": {"shape": "In"}, "output": {"shape": "Out"}}
    operation = found(openapi_document(own_model({"One": raw})), "One")[2]
    schemas = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
    assert schemas["X-J"] == {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"}
    assert schemas["t"] == {"type": "array", "items": {"type": "string", "format": "date-time"}}
    assert list(operation["responses"]) == ["2XX"]


@pytest.mark.parametrize(
    ("metadata", "own", "expected"),
    [
        ({}, {}, (None, None, set())),
        ({"signatureVersion": "v4"}, {}, ([{"sigv4": []}], None, {"sigv4"})),
        ({"signatureVersion": "v4"}, {"authtype": "none"}, ([{"sigv4": []}], [{}], {"sigv4"})),
        ({"auth": ["smithy.api#httpBearerAuth", "smithy.api#noAuth"]}, {},
         ([{"httpBearerAuth": []}, {}], None, {"httpBearerAuth"})),
        ({"auth": ["smithy.api#httpApiKeyAuth"]}, {}, (None, None, set())),
        ({"auth": ["smithy.api#httpApiKeyAuth"], "httpApiKeyAuth": {"in": "query", "name": "k"}}, {},
         ([{"httpApiKeyAuth": []}], None, {"httpApiKeyAuth"})),
        ({"auth": ["smithy.api#httpBasicAuth"]}, {"auth": ["aws.auth#sigv4a"]},
         ([{"httpBasicAuth": []}], [{"sigv4a": []}], {"httpBasicAuth", "sigv4a"})),
    ],
)  # fmt: skip
def test_security(metadata: dict[str, Any], own: dict[str, Any], expected: Any) -> None:
    document = openapi_document(own_model({"One": {"http": {"requestUri": "/"}, **own}}, **metadata))
    schemes = document["components"].get("securitySchemes", {}).keys()
    assert (document.get("security"), found(document, "One")[2].get("security"), set(schemes)) == expected


@pytest.mark.parametrize(
    ("service", "name", "status", "media", "root", "members"),
    [
        ("harbor", "GetShip", "404", "application/json", None, {"message", "ShipId"}),
        ("atlas", "PutMap", "403", "application/xml", "ErrorResponse", {"Error", "RequestId"}),
        ("s3", "CreateBucket", "409", "application/xml", "Error", {"Code", "Message"}),
        ("sts", "DecodeAuthorizationMessage", "400", "text/xml", "ErrorResponse", {"Error", "RequestId"}),
    ],
)
def test_errors_come_in_the_protocols_envelope_under_their_status(
    service: str, name: str, status: str, media: str, root: str | None, members: set[str]
) -> None:
    schema = described(service, name)["responses"][status]["content"][media]["schema"]
    schema = schema.get("anyOf", [schema])[0]
    assert schema.get("xml", {}).get("name") == root
    assert set(schema["properties"]) == members


@pytest.mark.parametrize(("service", "name"), [("sqs", "GetQueueUrl"), ("beacon", "PlaceBeacon")])
def test_errors_in_json_and_cbor_bear_their_type(service: str, name: str) -> None:
    ((_, content),) = described(service, name)["responses"]["400"]["content"].items()
    for schema in content["schema"].get("anyOf", [content["schema"]]):
        assert schema["allOf"][1]["properties"] == {"__type": {"type": "string"}}


def test_results_of_query_protocols_are_wrapped() -> None:
    sts = described("sts", "GetCallerIdentity")["responses"]["200"]["content"]["text/xml"]["schema"]
    assert sts["xml"] == {"name": "GetCallerIdentityResponse"}
    assert set(sts["properties"]) == {"GetCallerIdentityResult", "ResponseMetadata"}
    ec2 = described("ec2", "DescribeRegions")["responses"]["200"]["content"]["text/xml"]["schema"]
    assert set(ec2["properties"]) == {"regionInfo", "requestId"}


@pytest.mark.parametrize(("service", "name"), [("logs", "StartLiveTail"), ("s3", "SelectObjectContent")])
def test_streams_of_events_are_a_media_type(service: str, name: str) -> None:
    assert list(described(service, name)["responses"]["200"]["content"]) == ["application/vnd.amazon.eventstream"]


def test_hosts() -> None:
    assert openapi_document(LOADER.service_model("iam"), ["GetUser"])["servers"] == [
        {"url": "https://iam.amazonaws.com"}
    ]
    sqs = openapi_document(LOADER.service_model("sqs"), ["SendMessage"])["servers"][0]
    assert sqs["url"] == "https://sqs.{region}.amazonaws.com"
    assert openapi_document(LOADER.service_model("harbor"), [])["servers"] == [{"url": "/"}]
    raw = {"http": {"requestUri": "/"}, "endpoint": {"hostPrefix": "{Zone}.data."}}
    server = found(openapi_document(own_model({"One": raw})), "One")[2]["servers"][0]
    assert server["url"] == "https://{Zone}.data.{host}"
    assert server["variables"].keys() == {"Zone", "host"}


def test_what_cannot_be_described_is_an_error() -> None:
    with pytest.raises(OperationNotFoundError):
        openapi_document(LOADER.service_model("s3"), ["Nothing"])
    with pytest.raises(UnsupportedServiceProtocolsError):
        openapi_document(own_model({}, protocol="soap"))
