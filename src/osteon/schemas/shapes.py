"""An operation's input or output as JSON Schema 2020-12. Made from shapes; checks nothing itself, prints nothing.

What passes strict validation passes the schema, and the other way round; see :func:`osteon.validation.validator`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from osteon.model.patterns import python_source
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.schemas.positions import pointer_to

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
    writer = SchemaWriter(documentation=documentation)
    schema = dict(writer.definition(shape))
    writer.finish()
    # The root is written in place; a shape that refers back to it finds it under $defs all the same.
    return {**schema, "$defs": writer.definitions} if writer.definitions else schema


class SchemaWriter:
    """Writes each named container once, to be kept under ``home``; scalars stand where they are used."""

    def __init__(self, *, documentation: bool, home: str = "#/$defs/") -> None:
        self.definitions: dict[str, Any] = {}
        self._waiting: list[Shape] = []
        self._documentation = documentation
        self._home = home

    def finish(self) -> None:
        """Write the definitions that are referred to, and those that they refer to."""
        while self._waiting:
            shape = self._waiting.pop()
            self.definitions[shape.name] = self.definition(shape)

    def reference(self, shape: Shape) -> dict[str, Any]:
        """The schema of a shape where another holds it."""
        if shape.document or not isinstance(shape, StructureShape | ListShape | MapShape):
            return self.scalar(shape)
        if shape.name not in self.definitions:
            self.definitions[shape.name] = {}
            self._waiting.append(shape)
        # A name may hold what means something in a pointer, or in a URL.
        return {"$ref": f"{self._home}{quote(pointer_to((shape.name,))[1:])}"}

    def definition(self, shape: Shape) -> dict[str, Any]:
        if isinstance(shape, StructureShape) and not shape.document:
            return self.structure(shape, shape.members)
        if isinstance(shape, ListShape):
            return {"type": "array", "items": self.item(shape), **_limits(shape, "minItems", "maxItems")}
        if isinstance(shape, MapShape):
            return self.map(shape)
        return self.scalar(shape)

    def structure(self, shape: StructureShape, names: Iterable[str]) -> dict[str, Any]:
        """Of those of its members."""
        keys = {name: self.key(name, shape.members[name]) for name in names}
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {key: self.member(shape, name) for name, key in keys.items()},
            "additionalProperties": False,
        }
        required = [keys[name] for name in shape.required if name in keys]
        if required:
            schema["required"] = required
        if shape.union:
            schema |= {"minProperties": 1, "maxProperties": 1}
        return schema

    def map(self, shape: MapShape) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": self.reference(shape.key),
            "additionalProperties": self.reference(shape.value),
            **_limits(shape, "minProperties", "maxProperties"),
        }

    def member(self, shape: StructureShape, name: str) -> dict[str, Any]:
        schema = self.reference(shape.members[name])
        text = self.description(shape.member_documentation(name)) if self._documentation else ""
        if text:
            schema["description"] = text
        if shape.members[name].deprecated:
            schema["deprecated"] = True
        return schema

    # --- what other readers see otherwise

    def key(self, name: str, member: Shape) -> str:
        """The property of a member."""
        return name

    def item(self, shape: ListShape) -> dict[str, Any]:
        return self.reference(shape.member)

    def scalar(self, shape: Shape) -> dict[str, Any]:
        if shape.document or (shape.jsonvalue and shape.location == "header"):
            return {}
        return _SCALARS[shape.type](shape)

    def description(self, html: str) -> str:
        return html


def _limits(shape: Shape, least: str, most: str) -> dict[str, Any]:
    """Bounds by keyword; what becomes part of a host name is never empty."""
    minimum = 1 if shape.min is None and shape.host_label else shape.min
    bounds = ((least, minimum), (most, shape.max))
    return {keyword: bound for keyword, bound in bounds if bound is not None}


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
