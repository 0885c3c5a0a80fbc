"""Operations as tool definitions for language models. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import unquote

import orjson

from osteon.model.files import is_object
from osteon.model.service import OperationModel
from osteon.naming import snake_case
from osteon.schemas.positions import path_of
from osteon.schemas.shapes import operation_schema

#: characters of documentation that a tool definition spends on the operation, and on each member
TOOL_TEXT, MEMBER_TEXT = 400, 160
#: levels of nesting that a tool definition shows
TOOL_DEPTH = 5
#: bytes of JSON that a tool definition may take: some five thousand tokens
TOOL_SIZE = 20_000
#: what the common interfaces of language models take for a name (OpenAI's, Anthropic's, Bedrock's)
NAME_LENGTH = 64
#: values of an enumeration that is left out where room is short
_MANY = 50
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
#: marks within a line; other tags end one
_INLINE = re.compile(r"</?(?:a|b|code|em|fullname|i|strong|sub|sup)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


def tool_definition(
    operation: OperationModel, *, text: int = TOOL_TEXT, depth: int = TOOL_DEPTH, size: int = TOOL_SIZE
) -> dict[str, Any]:
    """An operation as a tool for a language model: ``name``, ``description``, ``input_schema``.

    ``text`` is the budget of characters for the description (members get a fixed share); below ``depth`` levels a value
    is described by its type alone. A definition of more than ``size`` bytes of JSON loses levels, then the descriptions
    of members and long enumerations, until one level is left. References are written out, since not every reader
    follows ``$ref``.
    """
    schema = operation_schema(operation)
    definitions: Mapping[str, Any] = schema.pop("$defs", {})
    bare = {key: value for key, value in schema.items() if key not in ("$schema", "title")}
    # An empty description is refused by some interfaces (Bedrock's).
    told = shortened(operation.documentation, text) or f"{operation.name} of {operation.service_model.service_name}"
    head = {"name": tool_name(operation), "description": told}
    definition: dict[str, Any] = head
    for levels, share in _attempts(depth):
        definition = {**head, "input_schema": _Flattening(definitions, share, 4 * size).flat(bare, levels)}
        if len(orjson.dumps(definition)) <= size:
            break
    return definition


def tool_name(operation: OperationModel) -> str:
    """``service_operation``; a longer name than may be is cut, and ends in a digest, so that it stays unique."""
    name = f"{operation.service_model.service_name.replace('-', '_')}_{snake_case(operation.name)}"
    allowed = _NOT_IN_NAMES.sub("_", name)
    if allowed == name and len(name) <= NAME_LENGTH:
        return name
    digest = sha256(name.encode()).hexdigest()[:8]
    return f"{allowed[: NAME_LENGTH - len(digest) - 1]}_{digest}"


def _attempts(depth: int) -> Iterator[tuple[int, int]]:
    """Levels, and characters for each member, from what is asked for to what always fits."""
    for levels in range(depth, 1, -1):
        yield levels, MEMBER_TEXT
    yield from ((2, 0), (1, MEMBER_TEXT), (1, 0)) if depth > 1 else ((depth, MEMBER_TEXT), (depth, 0))


def shortened(html: str, budget: int) -> str:
    """Documentation as plain text of at most ``budget`` characters, cut at a word."""
    text = _SPACE.sub(" ", unescape(_TAG.sub(" ", _INLINE.sub("", html)))).strip()
    if len(text) <= budget:
        return text
    if budget < 2:
        return ""
    return f"{text[: budget - 1].rpartition(' ')[0]}…"


class _Flattening:
    """Writes a schema's references out, with ``share`` characters for each description.

    ``room``: how many parts are written at most; a schema of more parts is too large in any case, and its copies of
    copies are not worth making.
    """

    def __init__(self, definitions: Mapping[str, Any], share: int, room: int) -> None:
        self._definitions = definitions
        self._share = share
        self._room = room

    def flat(self, schema: Any, depth: int) -> Any:
        """A schema down to ``depth`` levels of containers."""
        if not is_object(schema):
            return schema
        self._room -= 1
        node: dict[str, Any] = dict(schema)
        name = node.pop("$ref", None)
        if name is not None:
            node = {**self._definitions[path_of(unquote(name))[-1]], **node}
        if "description" in node:
            node["description"] = shortened(node["description"], self._share)
            if not node["description"]:
                del node["description"]
        if not self._share and len(node.get("enum", ())) > _MANY:
            del node["enum"]
        if len(node.get("pattern", "")) > MEMBER_TEXT:
            del node["pattern"]  # classes of letters written out: it costs more than it tells
        inner = node.keys() & {"properties", "items", "additionalProperties", "propertyNames"}
        if depth <= 0 or self._room <= 0:
            return {key: value for key, value in node.items() if key not in inner and key != "required"}
        if "properties" in node:
            node["properties"] = {key: self.flat(item, depth - 1) for key, item in node["properties"].items()}
        for key in inner - {"properties"}:
            node[key] = self.flat(node[key], depth - 1)
        return node
