"""The format of model files as JSON Schema 2020-12, made from the models, and a text's faults against it. No files."""

from __future__ import annotations

import codecs
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, Field, JsonValue

from osteon.exceptions import ModelError
from osteon.model.companions import PaginatorModel, WaiterModel
from osteon.model.files import is_array, is_object, parse_object
from osteon.model.resources import ResourcesModel
from osteon.model.service import OperationModel
from osteon.model.shapes import (
    Description,
    ErrorTrait,
    ListShape,
    MapShape,
    ScalarShape,
    ShapeRef,
    StringShape,
    StructureShape,
)
from osteon.model.traits import ClientContextParam, Metadata
from osteon.naming import did_you_mean
from osteon.schemas.positions import pointer_to

Kind: TypeAlias = Literal["service", "paginators", "waiters", "resources", "examples"]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class ErrorReference(ShapeRef, frozen=True):
    """A reference to an error; older files repeat the shape's own traits here."""

    error: ErrorTrait | None = None
    exception: bool = False
    fault: bool = False


class Operation(OperationModel, frozen=True):
    """An operation as the file has it; its name may be left out where its key says the same."""

    wire_name: str = Field(default="", alias="name")

    errors: tuple[ErrorReference, ...] = ()


AnyShape: TypeAlias = Annotated[
    StructureShape | ListShape | MapShape | StringShape | ScalarShape, Field(discriminator="type")
]


class ServiceFile(Description, frozen=True):
    """A service-2 file."""

    version: str | None = None
    metadata: Metadata
    operations: dict[str, Operation] = Field(default_factory=dict)
    shapes: dict[str, AnyShape] = Field(default_factory=dict)
    documentation: str | None = None
    client_context_params: dict[str, ClientContextParam] = Field(default_factory=dict)
    examples: dict[str, JsonValue] = Field(default_factory=dict)
    deprecated: bool = False
    deprecated_message: str | None = None


class PaginatorsFile(PaginatorModel, frozen=True):
    """A paginators-1 file."""

    version: JsonValue = None


class Example(Description, frozen=True):
    """One call of an operation, and what comes of it."""

    id: str | None = None
    title: str | None = None
    description: str | None = None
    input: dict[str, JsonValue] = Field(default_factory=dict)
    output: dict[str, JsonValue] = Field(default_factory=dict)
    comments: JsonValue = None


class ExamplesFile(Description, frozen=True):
    """An examples-1 file: examples by operation."""

    version: JsonValue = None
    examples: dict[str, tuple[Example, ...]] = Field(default_factory=dict)


FILES: Mapping[Kind, type[BaseModel]] = {
    "service": ServiceFile,
    "paginators": PaginatorsFile,
    "waiters": WaiterModel,
    "resources": ResourcesModel,
    "examples": ExamplesFile,
}


class Fault(NamedTuple):
    """Something wrong at a place of a model file. A warning is what run time passes over: a key nobody reads."""

    pointer: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    #: from 1; None where it was not looked for
    line: int | None = None


def file_schema(kind: Kind) -> dict[str, Any]:
    """The published JSON Schema of one kind of model file; a fresh dict. Unknown keys are allowed, as at run time."""
    return copy.deepcopy(_schema(kind))


def format_faults(raw: Mapping[str, Any], kind: Kind) -> list[Fault]:
    """What JSON Schema has to say about a file's content: all faults, and warnings for keys that mean nothing."""
    try:
        # once each: jsonschema tells the same of a value through several branches
        return list(dict.fromkeys(fault for error in _validator(kind).iter_errors(raw) for fault in _faults(error)))
    except RecursionError:
        return [Fault("", "is nested too deeply to be checked")]


def parse_text(text: bytes) -> dict[str, Any] | Fault:
    """A file's JSON object, or the one fault that keeps it from being read."""
    for mark, name in _MARKS:
        if text.startswith(mark):
            return Fault("", f"begins with the byte order mark of {name}", "Save it as UTF-8 without one.", line=1)
    try:
        return parse_object(text, "")
    except ModelError as error:
        return Fault("", error.reason, line=error.line)


_MARKS = ((codecs.BOM_UTF8, "UTF-8"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


# --- from pydantic's schema to ours


@cache
def _schema(kind: Kind) -> dict[str, Any]:
    made = FILES[kind].model_json_schema()
    return {"$schema": DIALECT, **_tidy(made)}


def _tidy(node: Any) -> Any:
    """No ``null`` in optional fields, and choices by ``type`` as if-then, so that faults are named."""
    if is_array(node):
        return [_tidy(item) for item in node]
    if not is_object(node):
        return node
    if "discriminator" in node:
        return _by_type(node["discriminator"]["mapping"])
    tidied = {key: _tidy(value) for key, value in node.items() if not (key == "default" and value is None)}
    if "anyOf" in tidied:
        choices = [choice for choice in tidied.pop("anyOf") if choice != {"type": "null"}]
        tidied |= choices[0] if len(choices) == 1 else {"anyOf": choices}
    return tidied


def _by_type(mapping: Mapping[str, str]) -> dict[str, Any]:
    by_definition: dict[str, list[str]] = {}
    for type_name, definition in mapping.items():
        by_definition.setdefault(definition, []).append(type_name)
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(mapping)}},
        "allOf": [
            {"if": {"properties": {"type": {"enum": names}}, "required": ["type"]}, "then": {"$ref": definition}}
            for definition, names in by_definition.items()
        ],
    }


@cache
def _validator(kind: Kind) -> Any:
    # jsonschema takes longer to import than all of a client's start-up, and only checking needs it.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_closed(_schema(kind)))


def _closed(node: Any) -> Any:
    """The schema without room for unknown keys: a failing ``additionalProperties`` is then a warning."""
    if is_array(node):
        return [_closed(item) for item in node]
    if not is_object(node):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if closed.get("type") == "object" and "title" in closed and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


# --- from jsonschema's errors to faults


def _faults(error: Any) -> Iterator[Fault]:
    path = list(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        # with "$schema" a file says to editors what checks it
        for key in error.instance.keys() - known.keys() - (set() if path else {"$schema"}):
            hint = did_you_mean(key, known).strip()
            yield Fault(pointer_to((*path, key)), "is not a key of the format and is ignored", hint, "warning")
    else:
        words = _WORDS.get(error.validator)
        yield Fault(pointer_to(path), words(error) if words is not None else "is not of the format", _hint(error))


def _hint(error: Any) -> str:
    if error.validator == "enum" and isinstance(error.instance, str):
        return did_you_mean(error.instance, map(str, error.validator_value)).strip()
    return ""


def _missing(error: Any) -> Iterable[str]:
    return [name for name in error.validator_value if name not in error.instance]


def json_type(value: object) -> str:
    """What JSON calls a value's type."""
    return _TYPE_NAMES.get(type(value), "number")


_TYPE_NAMES: Mapping[type, str] = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "type": lambda error: f"must be of type {error.validator_value}, not {json_type(error.instance)}",
    "required": lambda error: f"lacks {', '.join(_missing(error))}",
    "enum": lambda error: f"must be one of {', '.join(map(str, error.validator_value))}",
    "const": lambda error: f"must be {error.validator_value}",
    "anyOf": lambda error: "is none of the forms that may stand here",
}
