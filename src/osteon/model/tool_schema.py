"""Operations for other readers of JSON Schema: tool definitions for language models, OpenAPI documents. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from osteon.model.files import is_array, is_object
from osteon.model.service import OperationModel
from osteon.model.shape_schema import DIALECT, operation_schema
from osteon.naming import snake_case

#: characters of documentation that a tool definition spends on the operation and on each member
TOOL_TEXT, MEMBER_TEXT = 400, 160
#: levels of nesting that a tool definition shows
TOOL_DEPTH = 5
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


def tool_definition(operation: OperationModel, *, text: int = TOOL_TEXT, depth: int = TOOL_DEPTH) -> dict[str, Any]:
    """An operation as a tool for a language model: ``name``, ``description``, ``input_schema``.

    ``text`` is the budget of characters for the description (members get a fixed share); below ``depth`` levels a value
    is described by its type alone. References are written out, since not every reader follows ``$ref``.
    """
    schema = operation_schema(operation)
    definitions: Mapping[str, Any] = schema.pop("$defs", {})
    flat = _flat({key: value for key, value in schema.items() if key not in ("$schema", "title")}, definitions, depth)
    return {
        "name": f"{operation.service_model.service_name.replace('-', '_')}_{snake_case(operation.name)}"[:64],
        "description": shortened(operation.documentation, text),
        "input_schema": flat,
    }


def openapi_document(operation: OperationModel) -> dict[str, Any]:
    """An OpenAPI 3.1 document of one operation, as a call by name: parameters as a JSON body, the result as one."""
    given, result = operation_schema(operation), operation_schema(operation, "output")
    definitions = {**given.pop("$defs", {}), **result.pop("$defs", {})}
    errors = {shape.name: shortened(shape.documentation, TOOL_TEXT) for shape in operation.error_shapes}
    body = {"application/json": {"schema": _relocated(given)}}
    answers: dict[str, Any] = {
        "200": {"description": "The result", "content": {"application/json": {"schema": _relocated(result)}}}
    }
    if errors:
        told = "; ".join(f"{name}: {text}" if text else name for name, text in errors.items())
        answers["default"] = {"description": f"An error: {told}"}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": f"{operation.service_model.metadata.service_full_name}: {operation.name}",
            "version": operation.service_model.api_version,
        },
        "paths": {
            f"/{operation.name}": {
                "post": {
                    "operationId": operation.name,
                    "description": shortened(operation.documentation, TOOL_TEXT),
                    "requestBody": {"required": True, "content": body},
                    "responses": answers,
                }
            }
        },
        "components": {"schemas": _relocated(definitions)},
    }


def shortened(html: str, budget: int) -> str:
    """Documentation as plain text of at most ``budget`` characters, cut at a word."""
    text = _SPACE.sub(" ", unescape(_TAG.sub(" ", html))).strip()
    if len(text) <= budget:
        return text
    return f"{text[: budget - 1].rpartition(' ')[0]}…"


def _flat(schema: Any, definitions: Mapping[str, Any], depth: int) -> Any:
    """A schema with its references written out, down to ``depth`` levels of containers."""
    if not is_object(schema):
        return schema
    node: dict[str, Any] = dict(schema)
    name = node.pop("$ref", None)
    if name is not None:
        node = {**definitions[name.rpartition("/")[2]], **node}
    if "description" in node:
        node["description"] = shortened(node["description"], MEMBER_TEXT)
    inner = node.keys() & {"properties", "items", "additionalProperties", "propertyNames"}
    if depth <= 0:
        return {key: value for key, value in node.items() if key not in inner and key != "required"}
    if "properties" in node:
        node["properties"] = {key: _flat(item, definitions, depth - 1) for key, item in node["properties"].items()}
    for key in inner - {"properties"}:
        node[key] = _flat(node[key], definitions, depth - 1)
    return node


def _relocated(node: Any) -> Any:
    """A schema whose references point into an OpenAPI document's components."""
    if is_array(node):
        return [_relocated(item) for item in node]
    if not is_object(node):
        return node
    moved: dict[str, Any] = {key: _relocated(item) for key, item in node.items() if key != "$schema"}
    if isinstance(moved.get("$ref"), str):
        moved["$ref"] = moved["$ref"].replace("#/$defs/", "#/components/schemas/")
    return moved
