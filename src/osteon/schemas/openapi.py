"""A service, or some of its operations, as an OpenAPI 3.1 document: what goes over the wire. Pure; sends nothing.

What OpenAPI has no words for: several operations on one path and method, and those of protocols that call by name,
stand under the path with ``#Operation`` behind it (a fragment, which no client sends); a path label that takes slashes
is marked ``x-greedy``; headers of a common prefix stand under ``x-prefix-headers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from osteon.model.service import OperationModel, ServiceModel
from osteon.model.shapes import MapShape, Shape, StructureShape
from osteon.schemas.openapi_security import operation_security, security_schemes, service_security
from osteon.schemas.openapi_wire import (
    MEMBER_TEXT,
    TEXT,
    WireWriter,
    answer_content,
    error_schema,
    request_content,
    wire_of,
)
from osteon.schemas.shapes import DIALECT
from osteon.schemas.tools import shortened

#: characters of documentation for a service or an operation
_TEXT = 1000
_LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
_PLACES = {"uri": "path", "querystring": "query", "header": "header"}


def openapi_document(model: ServiceModel, operations: Iterable[str] | None = None) -> dict[str, Any]:
    """An OpenAPI 3.1 document of a service, or of those of its operations.

    Raises OperationNotFoundError, and UnsupportedServiceProtocolsError where osteon speaks none of its protocols.
    """
    names = model.operation_names if operations is None else tuple(operations)
    return _Document(model).document([model.operation_model(name) for name in names])


class _Document:
    """Writes a document: shapes once under ``components``, operations by path."""

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._wire = wire_of(model)
        self._protocol = model.resolved_protocol
        self._writer = WireWriter(self._wire)

    def document(self, operations: list[OperationModel]) -> dict[str, Any]:
        model = self._model
        document: dict[str, Any] = {
            "openapi": "3.1.0",
            "jsonSchemaDialect": DIALECT,
            "info": {
                "title": model.metadata.service_full_name or model.service_name,
                "version": model.api_version,
                "description": shortened(model.documentation, _TEXT),
            },
            "servers": [_server(model, "")],
            "paths": self._paths(operations),
        }
        self._writer.finish()
        document["components"] = {"schemas": self._writer.definitions}
        schemes = security_schemes(model, operations)
        if schemes:
            document["components"]["securitySchemes"] = schemes
        security = service_security(model)
        return {**document, "security": security} if security else document

    def _paths(self, operations: Iterable[OperationModel]) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = {}
        # Paths that differ in their labels' names only are one path to OpenAPI, and may not stand beside each other.
        spellings: dict[str, str] = {}
        for operation in operations:
            path, method = self._place(operation)
            spelling = spellings.setdefault(_LABEL.sub("{}", path), path)
            if spelling != path or method in paths.get(path, {}):
                path = f"{path}#{operation.name}"
            paths.setdefault(path, {})[method] = self._operation(operation)
        return paths

    def _place(self, operation: OperationModel) -> tuple[str, str]:
        """Path and method. Protocols that call by name have one path for all, so that the name must tell them apart."""
        if self._protocol == "smithy-rpc-v2-cbor":
            return f"/service/{self._model.metadata.target_prefix or ''}/operation/{operation.wire_name}", "post"
        method = operation.http.method.lower()
        if not self._wire.binds:
            return f"/#{operation.name}", method
        return _LABEL.sub(r"{\1}", operation.http.request_uri.partition("?")[0]), method

    def _operation(self, operation: OperationModel) -> dict[str, Any]:
        described: dict[str, Any] = {"operationId": operation.name}
        text = shortened(operation.documentation, _TEXT)
        if text:
            described["description"] = text
        if operation.deprecated:
            described["deprecated"] = True
        parameters = [*self._fixed(operation), *self._parameters(operation)]
        if parameters:
            described["parameters"] = parameters
        described |= self._prefix_headers(operation.input_shape)
        body = self._request_body(operation)
        if body is not None:
            described["requestBody"] = body
        described["responses"] = self._responses(operation)
        security = operation_security(operation)
        if security is not None:
            described["security"] = security
        if operation.endpoint is not None and operation.endpoint.host_prefix:
            described["servers"] = [_server(self._model, operation.endpoint.host_prefix)]
        return described

    # --- requests

    def _fixed(self, operation: OperationModel) -> Iterator[dict[str, Any]]:
        """What every request of the operation carries beside its members."""
        if self._protocol == "json":
            target = f"{self._model.metadata.target_prefix}.{operation.wire_name}"
            yield _parameter("X-Amz-Target", "header", {"const": target}, required=True)
        if self._protocol == "smithy-rpc-v2-cbor":
            yield _parameter("Smithy-Protocol", "header", {"const": "rpc-v2-cbor"}, required=True)
        if self._model.is_query_compatible and not self._wire.form:
            yield _parameter("x-amzn-query-mode", "header", {"const": "true"}, required=False)
        if self._wire.binds:
            for name, value in parse_qsl(operation.http.request_uri.partition("?")[2], keep_blank_values=True):
                yield _parameter(name, "query", {"const": value}, required=True)

    def _parameters(self, operation: OperationModel) -> Iterator[dict[str, Any]]:
        shape = operation.input_shape
        greedy = {name for name, plus in _LABEL.findall(operation.http.request_uri) if plus}
        for name, member in self._bound(shape):
            place, wire_name = _PLACES.get(member.location or ""), member.location_name or name
            if place is None or shape is None:
                continue
            required = place == "path" or name in shape.required
            parameter = _parameter(wire_name, place, self._writer.bound(member), required=required)
            text = shortened(shape.member_documentation(name), MEMBER_TEXT)
            if text:
                parameter["description"] = text
            if place == "path" and wire_name in greedy:
                parameter["x-greedy"] = True
            yield parameter

    def _bound(self, shape: StructureShape | None) -> Iterator[tuple[str, Shape]]:
        """The members that do not stand in the body."""
        for name, member in shape.members.items() if shape is not None else ():
            if self._writer.is_bound(member):
                yield name, member

    def _prefix_headers(self, shape: StructureShape | None) -> dict[str, Any]:
        found = {
            member.location_name or "": self._writer.bound(member.value)
            for _, member in self._bound(shape)
            if member.location == "headers" and isinstance(member, MapShape)
        }
        return {"x-prefix-headers": found} if found else {}

    def _request_body(self, operation: OperationModel) -> dict[str, Any] | None:
        content, shape = request_content(operation, self._wire, self._writer), operation.input_shape
        if not content:
            return None
        payload = shape.payload if shape is not None and self._wire.binds else None
        return {"required": payload is None or (shape is not None and payload in shape.required), "content": content}

    # --- answers

    def _responses(self, operation: OperationModel) -> dict[str, Any]:
        shape = operation.output_shape
        answer: dict[str, Any] = {"description": "The result"}
        headers = self._headers(shape)
        if headers:
            answer["headers"] = headers
        answer |= self._prefix_headers(shape)
        content = answer_content(operation, self._wire, self._writer)
        if content:
            answer["content"] = content
        tells = any(member.location == "statusCode" for _, member in self._bound(shape))
        status = "2XX" if tells else str(operation.http.response_code or 200)
        return {status: answer, **self._errors(operation)}

    def _headers(self, shape: StructureShape | None) -> dict[str, Any]:
        return {
            member.location_name or name: {"schema": self._writer.bound(member)}
            for name, member in self._bound(shape)
            if member.location == "header"
        }

    def _errors(self, operation: OperationModel) -> dict[str, Any]:
        """By status: what may come with it."""
        by_status: dict[str, list[StructureShape]] = {}
        for shape in operation.error_shapes:
            by_status.setdefault(str(_status(shape)), []).append(shape)
        return {status: self._error(shapes) for status, shapes in sorted(by_status.items())}

    def _error(self, shapes: list[StructureShape]) -> dict[str, Any]:
        schemas = [error_schema(shape, self._model, self._writer) for shape in shapes]
        answer: dict[str, Any] = {
            "description": "; ".join(map(_told, shapes)),
            "content": {self._wire.answered: {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}},
        }
        headers = {name: header for shape in shapes for name, header in self._headers(shape).items()}
        if self._protocol == "rest-json":
            headers = {"x-amzn-errortype": {"schema": TEXT}, **headers}
        return {**answer, "headers": headers} if headers else answer


def _parameter(name: str, place: str, schema: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": place, "schema": dict(schema)}
    return {**parameter, "required": True} if required else parameter


def _status(shape: StructureShape) -> int:
    if shape.error is not None and shape.error.http_status_code is not None:
        return shape.error.http_status_code
    return 500 if shape.fault or (shape.error is not None and shape.error.fault) else 400


def _told(shape: StructureShape) -> str:
    text = shortened(shape.documentation, MEMBER_TEXT)
    return f"{shape.error_code}: {text}" if text else shape.error_code


def _server(model: ServiceModel, host_prefix: str) -> dict[str, Any]:
    """Where the service is. Of AWS's endpoint rules only the commonest outcome is told: the first partition's."""
    labels = _LABEL.findall(host_prefix)
    variables: dict[str, Any] = {name: {"default": name} for name, _ in labels}
    if not model.is_aws:
        if not host_prefix:
            return {"url": "/"}
        return {"url": f"https://{host_prefix}{{host}}", "variables": {**variables, "host": {"default": "localhost"}}}
    if model.metadata.global_endpoint:
        url = f"https://{host_prefix}{model.metadata.global_endpoint}"
    else:
        url = f"https://{host_prefix}{model.endpoint_prefix}.{{region}}.amazonaws.com"
        variables["region"] = {"default": "us-east-1"}
    return {"url": url, **({"variables": variables} if variables else {})}
