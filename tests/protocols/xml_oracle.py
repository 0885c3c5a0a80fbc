"""botocore's side of the comparison for the XML protocols: what it sends, and how it reads answers. Not a test."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
from botocore.awsrequest import AWSRequest, HeadersDict

from osteon.codecs import xml
from osteon.http import Headers, Response
from osteon.model.service import ServiceModel
from osteon.protocols import xml_errors
from osteon.protocols.base import Protocol, SerializerOptions
from osteon.protocols.query import EC2, QUERY

LOADER = botocore.loaders.Loader()
PROTOCOLS: dict[str, Protocol] = {"query": QUERY, "ec2": EC2}
IN_HEADERS = ("header", "headers", "statusCode")
HEADERS = {"X-Amzn-RequestId": "from-header", "Content-Type": "text/xml"}


def models(service: str) -> tuple[ServiceModel, botocore.model.ServiceModel]:
    """osteon's and botocore's model of a service of the botocore package."""
    raw = LOADER.load_service_model(service, "service-2")
    return ServiceModel.from_dict(raw), botocore.model.ServiceModel(raw, service)


def own_models(protocol: str, operation: dict[str, Any], shapes: dict[str, Any]) -> tuple[Any, Any]:
    """Both models of the one operation, ``Do``, of a service that has these shapes."""
    metadata = {"apiVersion": "2024-01-01", "endpointPrefix": "x", "protocol": protocol, "serviceId": "X"}
    http = {"method": "POST", "requestUri": "/"}
    raw = {
        "version": "2.0", "metadata": metadata, "shapes": shapes,
        "operations": {"Do": {"name": "Do", "http": http, **operation}},
    }  # fmt: skip
    theirs = botocore.model.ServiceModel(raw, "x").operation_model("Do")
    return ServiceModel.from_dict(raw).operation_model("Do"), theirs


def services(protocols: tuple[str, ...]) -> list[str]:
    """The services of the botocore package that speak one of these protocols."""
    return [name for name, protocol in _protocols().items() if protocol in protocols]


@cache
def _protocols() -> dict[str, str]:
    """Each service's protocol, from the head of its newest file: to parse them all takes seconds."""
    found: dict[str, str] = {}
    for path in sorted(Path(botocore.__file__).parent.glob("data/*/*/service-2.json.gz")):
        with gzip.open(path) as file:
            protocol = re.search(rb'"protocol"\s*:\s*"([^"]+)"', file.read(4000))
        assert protocol is not None, path
        found[path.parent.parent.name] = protocol[1].decode()
    return found


def operations(service: str, rng: random.Random, most: int) -> Iterator[tuple[Any, Any]]:
    """osteon's and botocore's operation, for at most that many."""
    ours, theirs = models(service)
    names = list(theirs.operation_names)
    for name in rng.sample(names, min(most, len(names))):
        yield ours.operation_model(name), theirs.operation_model(name)


def osteon_request(operation: Any, params: dict[str, Any]) -> tuple[str, str, dict[str, str], bytes]:
    """Method, path, headers, body."""
    protocol = PROTOCOLS[operation.service_model.protocol]
    draft = protocol.serializer(operation, SerializerOptions())(params)
    assert isinstance(draft.body, bytes)
    return draft.method, draft.path, dict(draft.headers), draft.body


def botocore_request(operation: Any, params: dict[str, Any]) -> tuple[str, str, dict[str, str], bytes]:
    serializer = botocore.serialize.create_serializer(operation.service_model.protocol, False)
    made = serializer.serialize_to_request(params, operation)
    request = AWSRequest(made["method"], "https://x/", headers=made["headers"], data=made["body"]).prepare()
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return made["method"], made["url_path"], made["headers"], body


def osteon_body(operation: Any, params: dict[str, Any]) -> bytes | None:
    """What rest-xml would send as a document; None where nothing goes there."""
    shape, given = operation.input_shape, params
    if shape.payload:
        shape, given = shape.members[shape.payload], params.get(shape.payload)
        if shape.type in ("blob", "string"):
            return None
    else:
        given = {name: value for name, value in params.items() if shape.members[name].location is None}
    if given is None or not (given or shape.payload or operation.input_shape.payload):
        return None
    return xml.encoder(shape, shape.location_name)(given)


def botocore_body(operation: Any, params: dict[str, Any]) -> bytes:
    return botocore.serialize.create_serializer("rest-xml", False).serialize_to_request(params, operation)["body"]


def osteon_answer(operation: Any, body: bytes, status: int) -> dict[str, Any]:
    protocol = PROTOCOLS[operation.service_model.protocol]
    make = protocol.error_parser if status >= 300 else protocol.parser
    return make(operation)(Response(status, Headers(HEADERS), body))


def botocore_answer(operation: Any, body: bytes, status: int) -> dict[str, Any]:
    """botocore's reading, modeled error members added as its endpoint adds them."""
    parser = botocore.parsers.create_parser(operation.service_model.protocol)
    response = {"status_code": status, "headers": HeadersDict(HEADERS), "body": body, "context": {}}
    parsed = parser.parse(response, operation.output_shape)
    if status >= 300:
        shape = operation.service_model.shape_for_error_code(parsed.get("Error", {}).get("Code"))
        if shape is not None:
            parsed.update(parser.parse(response, shape))
    return parsed


def osteon_document(operation: Any, body: bytes) -> Any:
    """rest-xml: the members that come from the body, or the payload's value."""
    shape = operation.output_shape
    return xml.decoder(shape.members[shape.payload] if shape.payload else shape)(xml.parse(body))


def botocore_document(operation: Any, body: bytes) -> Any:
    parser = botocore.parsers.create_parser("rest-xml")
    response = {"status_code": 200, "headers": HeadersDict(), "body": body, "context": {}}
    shape = operation.output_shape
    parsed = parser.parse(response, shape)
    payload = shape.serialization.get("payload")
    bound = {name for name, member in shape.members.items() if member.serialization.get("location") in IN_HEADERS}
    bound.add("ResponseMetadata")
    return parsed[payload] if payload else {name: value for name, value in parsed.items() if name not in bound}


def osteon_rest_error(operation: Any, body: bytes) -> dict[str, Any]:
    """rest-xml: Error, and the modeled members in the body."""
    fault = xml_errors.read_fault(Response(400, Headers(), body))
    return {"Error": fault.error, **xml_errors.modeled_members(operation, fault)}


def botocore_rest_error(operation: Any, body: bytes) -> dict[str, Any]:
    found = botocore_answer(operation, 400, body)
    del found["ResponseMetadata"]
    return found
