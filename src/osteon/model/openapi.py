"""A service, or some of its operations, as an OpenAPI 3.1 document: what goes over the wire. Pure; sends nothing.

What OpenAPI has no words for is told in extensions: several operations on one path and method stand under the path with
``#Operation`` behind it (a fragment, which no client sends), headers of a common prefix under ``x-prefix-headers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from osteon.model.service import OperationModel, ServiceModel
from osteon.model.shape_schema import DIALECT, SchemaWriter
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape, XmlNamespace
from osteon.model.tool_schema import shortened

#: characters of documentation for an operation, and for a parameter
OPERATION_TEXT, PARAMETER_TEXT = 1000, 300
#: of path labels: ``{Key+}`` takes slashes, too, which OpenAPI cannot say
_GREEDY = re.compile(r"\{([^{}+]+)\+\}")


class Wire(NamedTuple):
    """How a protocol puts an operation on the wire."""

    #: media types of requests and of answers that are documents
    given: str
    answered: str
    #: how times are written in documents where the model says nothing
    times: str = "unixTimestamp"
    xml: bool = False
    #: members stand where their traits say, not all in the body
    binds: bool = False


_WIRES: Mapping[str, Wire] = {
    "json": Wire("application/x-amz-json-{version}", "application/x-amz-json-{version}"),
    "rest-json": Wire("application/json", "application/json", binds=True),
    "rest-xml": Wire("application/xml", "application/xml", "iso8601", xml=True, binds=True),
    "query": Wire("application/x-www-form-urlencoded", "text/xml", "iso8601", xml=True),
    "ec2": Wire("application/x-www-form-urlencoded", "text/xml", "iso8601", xml=True),
    "smithy-rpc-v2-cbor": Wire("application/cbor", "application/cbor"),
}
#: how times are written outside of documents
_TIMES = {"header": "rfc822", "querystring": "iso8601", "uri": "iso8601"}


def openapi_document(model: ServiceModel, operations: Iterable[str] | None = None) -> dict[str, Any]:
    """An OpenAPI 3.1 document of a service, or of those of its operations. Raises OperationNotFoundError."""
    names = model.operation_names if operations is None else tuple(operations)
    return _Document(model).document([model.operation_model(name) for name in names])


class _Document:
    """Writes a document: shapes once under ``components``, operations by path."""

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        protocol = model.resolved_protocol
        wire, version = _WIRES[protocol], model.metadata.json_version or "1.0"
        given, answered = wire.given.format(version=version), wire.answered.format(version=version)
        self._wire = wire._replace(given=given, answered=answered)
        self._protocol = protocol
        self._writer = _WireWriter(self._wire)

    def document(self, operations: Iterable[OperationModel]) -> dict[str, Any]:
        model = self._model
        paths: dict[str, dict[str, Any]] = {}
        for operation in operations:
            path, method = self._place(operation), operation.http.method.lower()
            key = path if method not in paths.get(path, {}) else f"{path}#{operation.name}"
            paths.setdefault(key, {})[method] = self._operation(operation)
        self._writer.finish()
        schemes = dict(_schemes(model))
        document: dict[str, Any] = {
            "openapi": "3.1.0",
            "jsonSchemaDialect": DIALECT,
            "info": {
                "title": model.metadata.service_full_name or model.service_name,
                "version": model.api_version,
                "description": shortened(model.documentation, OPERATION_TEXT),
            },
            "servers": [_server(model)],
            "paths": paths,
            "components": {"schemas": self._writer.definitions},
        }
        if schemes:
            document["components"]["securitySchemes"] = schemes
            document["security"] = [{name: []} for name in schemes]
        return document

    def _place(self, operation: OperationModel) -> str:
        """The path. Protocols that call by name have one for all, so that the name must tell them apart."""
        if self._protocol == "smithy-rpc-v2-cbor":
            return f"/service/{self._model.metadata.target_prefix or ''}/operation/{operation.name}"
        path = _GREEDY.sub(r"{\1}", operation.http.request_uri.partition("?")[0])
        return path if self._wire.binds else f"{path}#{operation.name}"

    def _operation(self, operation: OperationModel) -> dict[str, Any]:
        described: dict[str, Any] = {"operationId": operation.name}
        text = shortened(operation.documentation, OPERATION_TEXT)
        if text:
            described["description"] = text
        if operation.deprecated:
            described["deprecated"] = True
        parameters = [*self._fixed(operation), *self._parameters(operation.input_shape)]
        if parameters:
            described["parameters"] = parameters
        described |= self._prefix_headers(operation.input_shape)
        body = self._request_body(operation)
        if body is not None:
            described["requestBody"] = body
        described["responses"] = self._responses(operation)
        security = _security(operation)
        if security is not None:
            described["security"] = security
        return described

    # --- requests

    def _fixed(self, operation: OperationModel) -> Iterator[dict[str, Any]]:
        """What every request of the operation carries beside its members."""
        if self._protocol == "json":
            target = f"{self._model.metadata.target_prefix}.{operation.name}"
            yield _parameter("X-Amz-Target", "header", {"const": target}, required=True)
        if self._protocol == "smithy-rpc-v2-cbor":
            yield _parameter("Smithy-Protocol", "header", {"const": "rpc-v2-cbor"}, required=True)
        query = operation.http.request_uri.partition("?")[2]
        for name, value in parse_qsl(query, keep_blank_values=True):
            yield _parameter(name, "query", {"const": value}, required=True)

    def _parameters(self, shape: StructureShape | None) -> Iterator[dict[str, Any]]:
        for name, member in self._bound(shape):
            place = _PLACES.get(member.location or "")
            if place is None or shape is None:
                continue
            schema = self._writer.reference(member)
            if member.type == "timestamp":
                schema = _time(member.timestamp_format or _TIMES[member.location or ""])
            required = place == "path" or name in shape.required
            parameter = _parameter(member.location_name or name, place, schema, required=required)
            text = shortened(shape.member_documentation(name), PARAMETER_TEXT)
            yield {**parameter, "description": text} if text else parameter

    def _bound(self, shape: StructureShape | None) -> Iterator[tuple[str, Shape]]:
        """The members that do not stand in the body."""
        for name, member in shape.members.items() if shape is not None and self._wire.binds else ():
            if member.location is not None:
                yield name, member

    def _prefix_headers(self, shape: StructureShape | None) -> dict[str, Any]:
        prefixes = {m.location_name or "": _value(m) for _, m in self._bound(shape) if m.location == "headers"}
        found = {prefix: self._writer.reference(value) for prefix, value in prefixes.items()}
        return {"x-prefix-headers": found} if found else {}

    def _request_body(self, operation: OperationModel) -> dict[str, Any] | None:
        shape = operation.input_shape
        content = self._content(shape, self._wire.given)
        if self._protocol in ("query", "ec2"):
            named = {"Action": {"const": operation.name}, "Version": {"const": self._model.api_version}}
            empty: dict[str, Any] = {"type": "object", "properties": {}}
            schema: dict[str, Any] = content[self._wire.given]["schema"] if content else empty
            properties, required = {**named, **schema["properties"]}, [*named, *schema.get("required", ())]
            content = {self._wire.given: {"schema": {**schema, "properties": properties, "required": required}}}
        elif self._protocol == "json" and not content:
            content = {self._wire.given: {"schema": {"type": "object"}}}
        if not content:
            return None
        payload = shape.payload if shape is not None else None
        needed = not self._wire.binds or (shape is not None and (payload in shape.required or payload is None))
        return {"required": needed, "content": content}

    def _content(self, shape: StructureShape | None, media: str) -> dict[str, Any]:
        """The body by media type; empty where there is none."""
        if shape is None:
            return {}
        payload = shape.members.get(shape.payload) if shape.payload is not None and self._wire.binds else None
        if payload is not None:
            return self._payload(payload, media)
        bound = {name for name, _ in self._bound(shape)}
        if not shape.members.keys() - bound:
            return {}
        return {media: {"schema": self._writer.part(shape, bound)}}

    def _payload(self, payload: Shape, media: str) -> dict[str, Any]:
        if isinstance(payload, StructureShape) and payload.eventstream:
            return {"application/vnd.amazon.eventstream": {"schema": self._writer.reference(payload)}}
        if payload.type == "blob":
            return {"application/octet-stream": {}}
        if payload.type == "string":
            return {"text/plain": {"schema": self._writer.reference(payload)}}
        return {media: {"schema": self._writer.reference(payload)}}

    # --- answers

    def _responses(self, operation: OperationModel) -> dict[str, Any]:
        shape = operation.output_shape
        answer: dict[str, Any] = {"description": "The result"}
        headers = {
            member.location_name or name: {"schema": self._header(member)}
            for name, member in self._bound(shape)
            if member.location == "header"
        }
        if headers:
            answer["headers"] = headers
        answer |= self._prefix_headers(shape)
        content = self._content(shape, self._wire.answered)
        if content:
            answer["content"] = content
        return {str(operation.http.response_code or 200): answer, **self._errors(operation)}

    def _header(self, member: Shape) -> dict[str, Any]:
        if member.type == "timestamp":
            return _time(member.timestamp_format or _TIMES["header"])
        return self._writer.reference(member)

    def _errors(self, operation: OperationModel) -> dict[str, Any]:
        """By status: what may come with it."""
        by_status: dict[str, list[StructureShape]] = {}
        for shape in operation.error_shapes:
            by_status.setdefault(str(_status(shape)), []).append(shape)
        return {
            status: {
                "description": "; ".join(_told(shape) for shape in shapes),
                "content": {self._wire.answered: {"schema": _any_of([self._writer.reference(s) for s in shapes])}},
            }
            for status, shapes in sorted(by_status.items())
        }


_PLACES = {"uri": "path", "querystring": "query", "header": "header"}


def _parameter(name: str, place: str, schema: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": place, "schema": dict(schema)}
    return {**parameter, "required": True} if required else parameter


def _value(shape: Shape) -> Shape:
    return shape.value if isinstance(shape, MapShape) else shape


def _time(form: str) -> dict[str, Any]:
    """A time as it is written: seconds since the epoch, or text."""
    if form == "unixTimestamp":
        return {"type": "number"}
    return {"type": "string", "format": "date-time"} if form == "iso8601" else {"type": "string"}


def _status(shape: StructureShape) -> int:
    if shape.error is not None and shape.error.http_status_code is not None:
        return shape.error.http_status_code
    return 500 if shape.fault or (shape.error is not None and shape.error.fault) else 400


def _told(shape: StructureShape) -> str:
    text = shortened(shape.documentation, PARAMETER_TEXT)
    return f"{shape.error_code}: {text}" if text else shape.error_code


def _any_of(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _server(model: ServiceModel) -> dict[str, Any]:
    if not model.is_aws:
        return {"url": "/"}
    url = f"https://{model.endpoint_prefix}.{{region}}.amazonaws.com"
    return {"url": url, "variables": {"region": {"default": "us-east-1"}}}


# --- who is asking


def _schemes(model: ServiceModel) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every scheme that the service or one of its operations names."""
    asked = [*_auths(model.metadata.auth, model.signature_version)]
    for name in model.operation_names:
        operation = model.operation_model(name)
        asked += _auths(operation.auth or (), operation.authtype)
    for scheme in dict.fromkeys(asked):
        described = _scheme(scheme, model)
        if described is not None:
            yield scheme, described


def _auths(auth: Iterable[str], older: str | None) -> Iterator[str]:
    """Schemes by their names without namespace: ``sigv4``; ``noAuth``, which needs none, is among them."""
    names = [name.rpartition("#")[2] for name in auth]
    yield from names or ([_OLDER.get(older, "sigv4")] if older else [])


_OLDER = {"none": "noAuth", "bearer": "httpBearerAuth", "v4a": "sigv4a"}


def _scheme(name: str, model: ServiceModel) -> dict[str, Any] | None:
    key = model.metadata.http_api_key_auth
    if name == "httpApiKeyAuth" and key is not None:
        return {"type": "apiKey", "name": key.name, "in": key.in_}
    if name == "httpBearerAuth":
        return {"type": "http", "scheme": "bearer"}
    if name.startswith("sigv4"):
        return {"type": "apiKey", "name": "Authorization", "in": "header", "description": f"AWS signature ({name})"}
    return None


def _security(operation: OperationModel) -> list[dict[str, list[str]]] | None:
    """What an operation asks for in the place of the service's; None where it asks for nothing else."""
    if operation.auth is None and operation.authtype is None:
        return None
    names = _auths(operation.auth or (), operation.authtype)
    return [{} if name == "noAuth" else {name: []} for name in names]


class _WireWriter(SchemaWriter):
    """Schemas of what stands in documents: members by their names there, times as the protocol writes them."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(documentation=True, home="#/components/schemas/")
        self._wire = wire

    def part(self, shape: StructureShape, without: set[str]) -> dict[str, Any]:
        """The part of a structure that is a body: all but members that stand elsewhere."""
        return self.structure(shape, [name for name in shape.members if name not in without])

    def key(self, name: str, member: Shape) -> str:
        return member.location_name or name

    def description(self, html: str) -> str:
        return shortened(html, PARAMETER_TEXT)

    def scalar(self, shape: Shape) -> dict[str, Any]:
        if shape.type == "timestamp":
            return _time(shape.timestamp_format or self._wire.times)
        return super().scalar(shape)

    def item(self, shape: ListShape) -> dict[str, Any]:
        schema = super().item(shape)
        if self._wire.xml and not shape.flattened:
            schema["xml"] = {"name": shape.member.location_name or "member"}
        return schema

    def member(self, shape: StructureShape, name: str) -> dict[str, Any]:
        schema = super().member(shape, name)
        if self._wire.xml:
            notes = _xml(shape.members[name])
            if notes:
                schema["xml"] = notes
        return schema


def _xml(member: Shape) -> dict[str, Any]:
    notes: dict[str, Any] = {}
    if member.xml_attribute:
        notes["attribute"] = True
    namespace = member.xml_namespace
    if isinstance(namespace, XmlNamespace):
        notes["namespace"] = namespace.uri
        if namespace.prefix:
            notes["prefix"] = namespace.prefix
    elif namespace is not None:
        notes["namespace"] = namespace
    if isinstance(member, ListShape) and not member.flattened:
        notes["wrapped"] = True
    return notes
