"""osteon's protocols and botocore's, side by side: an operation's request, answer and error in one comparable form."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
from botocore.awsrequest import HeadersDict
from botocore.utils import percent_encode_sequence

from osteon.exceptions import OsteonError
from osteon.http import Headers, Response
from osteon.model.loader import Loader
from osteon.protocols.base import SerializerOptions
from osteon.protocols.registry import protocol

LOADER = Loader()
BOTOCORE = botocore.loaders.Loader()


@cache
def services(protocols: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the services that speak one of these protocols first."""
    names = BOTOCORE.list_available_services("service-2")
    return tuple(name for name in names if models(name)[0].resolved_protocol in protocols)


def models(service: str) -> tuple[Any, Any]:
    """osteon's and botocore's model of a service."""
    theirs = botocore.model.ServiceModel(BOTOCORE.load_service_model(service, "service-2"), service)
    return LOADER.service_model(service), theirs


def ours_request(name: str, operation: Any, params: Mapping[str, Any]) -> dict[str, Any] | str:
    try:
        draft = protocol(name).serializer(operation, SerializerOptions())(params)
    except OsteonError as error:
        return f"error: {error}"
    headers = {key: held[1] for key, held in draft.headers.raw.items()}
    return _request(name, draft.method, draft.path, draft.query, headers, draft.body, draft.host_prefix)


def theirs_request(name: str, operation: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    made = botocore.serialize.create_serializer(name, False).serialize_to_request(params, operation)
    headers = {key.lower(): value for key, value in made["headers"].items()}
    if name == "smithy-rpc-v2-cbor" and operation.has_event_stream_output and not operation.has_event_stream_input:
        headers["content-type"] = "application/cbor"  # before 1.44 botocore names what it asks for here, too
    query = made["query_string"] or {}
    return _request(name, made["method"], made["url_path"], query, headers, made["body"], made.get("host_prefix"))


def _request(
    name: str, method: str, path: str, query: Any, headers: dict[str, str], body: Any, prefix: Any
) -> dict[str, Any]:
    if isinstance(body, io.BytesIO):
        body = body.getvalue()
    if "json" in name and isinstance(body, bytes | bytearray):
        with suppress(ValueError):  # a streamed payload need not be JSON
            body = json.loads(body)
    return {
        "method": method, "path": path, "query": percent_encode_sequence(query), "headers": headers, "body": body,
        "host_prefix": prefix,
    }  # fmt: skip


def ours_answer(name: str, operation: Any, status: int, headers: Mapping[str, str], body: Any) -> Any:
    compile_parser = protocol(name).parser if status < 300 else protocol(name).error_parser
    try:
        return plain(compile_parser(operation)(Response(status, Headers(headers), body)))
    except OsteonError as error:
        return f"error: {error}"


def theirs_answer(name: str, operation: Any, status: int, headers: Mapping[str, str], body: Any) -> Any:
    """The parsed answer, with an error's modeled members beside it, as botocore's clients have it."""
    parser = botocore.parsers.create_parser(name)
    response = {"headers": HeadersDict(dict(headers)), "body": body, "status_code": status, "context": {}}
    parsed = parser.parse(response, operation.output_shape)
    if status >= 300:
        shape = operation.service_model.shape_for_error_code(parsed["Error"]["Code"])
        if shape is not None:
            parsed.update(parser.parse(response, shape))
    return plain(parsed)


def same(ours: Any, theirs: Any) -> bool:
    """Both results mean the same. osteon may know request ids that botocore does not read."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and "ResponseMetadata" in theirs:
        known = {key: value for key, value in theirs["ResponseMetadata"].items() if value != ""}
        spare = {"RequestId", "HostId"} - known.keys()
        told = {key: value for key, value in ours["ResponseMetadata"].items() if key not in spare}
        return {**ours, "ResponseMetadata": told} == {**theirs, "ResponseMetadata": known}
    return bool(ours == theirs)


def plain(value: Any) -> Any:
    """Values that compare: times as instants, NaN by name."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return ("instant", round((value if value.tzinfo else value.replace(tzinfo=datetime.UTC)).timestamp(), 6))
    return "NaN" if isinstance(value, float) and value != value else value


def operations(service: str) -> Iterator[tuple[Any, Any]]:
    ours, theirs = models(service)
    for name in theirs.operation_names:
        yield ours.operation_model(name), theirs.operation_model(name)
