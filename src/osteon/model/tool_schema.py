"""Operations as tool definitions for language models. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from osteon.model.files import is_object
from osteon.model.service import OperationModel
from osteon.model.shape_schema import operation_schema
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
