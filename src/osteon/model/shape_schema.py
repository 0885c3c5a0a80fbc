"""An operation's input or output as JSON Schema 2020-12. Made from shapes; checks nothing itself, prints nothing.

What passes strict validation passes the schema, and the other way round; see :func:`osteon.validation.validator`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from osteon.model.patterns import python_source
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def operation_schema(operation: OperationModel, side: str = "input", *, documentation: bool = True) -> dict[str, Any]:
    """The schema of an operation's ``input`` or ``output``; the shapes inside stand in ``$defs`` under their names.

    Blobs are base64 text and timestamps RFC 3339 text, as JSON has neither. An operation without that side takes or
    gives an empty object. ``documentation`` adds the model's HTML as descriptions.
    """
    if side not in ("input", "output"):
        raise ValueError(f"side must be 'input' or 'output', not {side!r}")
    shape = operation.input_shape if side == "input" else operation.output_shape
    head: dict[str, Any] = {"$schema": DIALECT, "title": f"{operation.name} {side}"}
    if shape is None:
        return {**head, "type": "object", "properties": {}, "additionalProperties": False}
    return {**head, **shape_schema(shape, documentation=documentation)}


def shape_schema(shape: Shape, *, documentation: bool = True) -> dict[str, Any]:
    """The schema of one shape, with ``$defs`` where it holds others."""
    writer = _Writer(documentation)
    schema = dict(writer.definition(shape))
    writer.finish()
    # The root is written in place; a shape that refers back to it finds it under $defs all the same.
    return {**schema, "$defs": writer.definitions} if writer.definitions else schema


class _Writer:
    """Writes each named container once, under ``$defs``; scalars stand where they are used."""

    def __init__(self, documentation: bool) -> None:
        self.definitions: dict[str, Any] = {}
        self._waiting: list[Shape] = []
        self._documentation = documentation

    def finish(self) -> None:
        """Write the definitions that are referred to, and those that they refer to."""
        while self._waiting:
            shape = self._waiting.pop()
            self.definitions[shape.name] = self.definition(shape)

    def reference(self, shape: Shape) -> dict[str, Any]:
        """The schema of a shape where another holds it."""
        if shape.document or not isinstance(shape, StructureShape | ListShape | MapShape):
            return _scalar(shape)
        if shape.name not in self.definitions:
            self.definitions[shape.name] = {}
            self._waiting.append(shape)
        return {"$ref": f"#/$defs/{shape.name}"}

    def definition(self, shape: Shape) -> dict[str, Any]:
        if isinstance(shape, StructureShape) and not shape.document:
            return self._structure(shape)
        if isinstance(shape, ListShape):
            return {"type": "array", "items": self.reference(shape.member), **_limits(shape, "minItems", "maxItems")}
        if isinstance(shape, MapShape):
            return self._map(shape)
        return _scalar(shape)

    def _structure(self, shape: StructureShape) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {name: self._member(shape, name) for name in shape.members},
            "additionalProperties": False,
        }
        if shape.required:
            schema["required"] = list(shape.required)
        if shape.union:
            schema |= {"minProperties": 1, "maxProperties": 1}
        return schema

    def _map(self, shape: MapShape) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": self.reference(shape.key),
            "additionalProperties": self.reference(shape.value),
            **_limits(shape, "minProperties", "maxProperties"),
        }

    def _member(self, shape: StructureShape, name: str) -> dict[str, Any]:
        schema = self.reference(shape.members[name])
        text = shape.member_documentation(name) if self._documentation else ""
        if text:
            schema["description"] = text
        if shape.members[name].deprecated:
            schema["deprecated"] = True
        return schema


def _limits(shape: Shape, least: str, most: str) -> dict[str, Any]:
    """Bounds by keyword; what becomes part of a host name is never empty."""
    minimum = 1 if shape.min is None and shape.host_label else shape.min
    bounds = ((least, minimum), (most, shape.max))
    return {keyword: bound for keyword, bound in bounds if bound is not None}


def _scalar(shape: Shape) -> dict[str, Any]:
    if shape.document or (shape.jsonvalue and shape.location == "header"):
        return {}
    return _SCALARS[shape.type](shape)


def _string(shape: Shape) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", **_limits(shape, "minLength", "maxLength")}
    if shape.enum:
        schema["enum"] = list(shape.enum)
    source = python_source(shape.pattern) if shape.pattern is not None else None
    if source is not None:
        schema["pattern"] = source
    return schema


def _number(kind: str) -> Callable[[Shape], dict[str, Any]]:
    return lambda shape: {"type": kind, **_limits(shape, "minimum", "maximum")}


_SCALARS: Mapping[str, Callable[[Shape], dict[str, Any]]] = {
    "string": _string,
    "integer": _number("integer"),
    "long": _number("integer"),
    "float": _number("number"),
    "double": _number("number"),
    "boolean": lambda shape: {"type": "boolean"},
    "blob": lambda shape: {"type": "string", "contentEncoding": "base64"},
    "timestamp": lambda shape: {"type": "string", "format": "date-time"},
}
