"""From what stands on the command line to the parameters of a call. Validates nothing: that is the client's to do."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

from osteon.model.files import is_array, is_object
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.naming import did_you_mean

Opener: TypeAlias = Callable[[Path], Any]

STANDARD_INPUT = "-"
#: what is given as it is; anything else is JSON
_TEXTS = ("string", "blob", "timestamp")
_FORMS: Mapping[str, str] = {
    "integer": "an integer",
    "long": "an integer",
    "float": "a number",
    "double": "a number",
    "boolean": "true or false",
    "list": "a JSON array",
    "map": "a JSON object",
    "structure": "a JSON object",
}
_CONTAINERS = ("list", "map", "structure")


@dataclass(slots=True)
class Reader:
    """Reads what ``@FILE`` and ``@-`` stand for.

    ``opened`` opens what is to be streamed, and closes it when the call is over. Raises OSError for files that cannot
    be read, and ValueError where standard input, which ends once it is read, is asked for again.
    """

    opened: Opener
    _ended: bool = False

    def content(self, file: str) -> bytes:
        if file != STANDARD_INPUT:
            return _named(file).read_bytes()
        if self._ended:
            raise ValueError("standard input (@-) can be given once only")
        self._ended = True
        return sys.stdin.buffer.read()

    def text(self, name: str, given: str) -> str:
        """``given``, or what is in the file that it names; ``name`` is what it was given for."""
        try:
            if given.startswith("@"):
                return self.content(given[1:]).decode("utf-8-sig")
            given.encode()
        except UnicodeError:
            raise ValueError(f"{name} is no text: its bytes are not UTF-8") from None
        return given

    def stream(self, file: str) -> Any:
        return self.content(file) if file == STANDARD_INPUT else self.opened(_named(file))


def _named(file: str) -> Path:
    if not file:
        raise ValueError("@ stands before the name of a file, or - for standard input")
    return Path(file)


def parameters(
    operation: OperationModel, text: str, members: Iterable[str], reader: Reader, *, base64: bool = False
) -> dict[str, Any]:
    """Parameters given as JSON (or ``@FILE``, ``@-`` for standard input), then those given as ``MEMBER=VALUE``.

    With ``base64``, text in the place of blobs is base64, as in printed answers and JSON schemas; files never are.
    Raises ValueError for what is no JSON, no base64, no member or given twice, and what ``reader`` raises.
    """
    params = _json("--params", reader.text("--params", text), "a JSON object")
    if not is_object(params):
        raise ValueError("--params must be a JSON object")
    params = dict(params)
    for given in members:
        name, equals, value = given.partition("=")
        if not equals:
            raise ValueError(f"{given!r} is neither an option nor MEMBER=VALUE")
        if name in params:
            raise ValueError(f"{name} is given twice")
        params[name] = _value(name, value, _member(operation, name), reader)
    return cast("dict[str, Any]", _bytes(operation.input_shape, params, "")) if base64 else params


def _member(operation: OperationModel, name: str) -> Shape:
    members: Mapping[str, Shape] = operation.input_shape.members if operation.input_shape is not None else {}
    if name not in members:
        raise ValueError(f"{operation.name} takes no member {name!r}.{did_you_mean(name, members)}")
    return members[name]


def _value(name: str, value: str, member: Shape, reader: Reader) -> Any:
    """Text as the member's type has it; ``@FILE`` stands for what is in a file."""
    if value.startswith("@") and member.type == "blob":
        return reader.stream(value[1:]) if member.streaming else reader.content(value[1:])
    text = reader.text(name, value)
    if member.type in _TEXTS and not member.jsonvalue:
        return text
    form = "JSON" if member.document or member.jsonvalue else _FORMS[member.type]
    # A scalar is shown; what else may be in it, secrets too, nobody knows.
    return _json(name, text, form, shown=member.type not in _CONTAINERS and not member.sensitive)


def _json(name: str, text: str, form: str, *, shown: bool = False) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        given = f", not {text!r}" if shown else f"; what was given is no JSON: {error}"
        raise ValueError(f"{name} takes {form}{given}") from None
    except RecursionError:
        raise ValueError(f"{name} is nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is there twice in one object")
    return made


def _bytes(shape: Shape | None, value: Any, path: str) -> Any:
    """A value with bytes in the place of base64 text."""
    if shape is None or shape.document:
        return value
    if shape.type == "blob" and isinstance(value, str):
        try:
            return b64decode(value, validate=True)
        except ValueError:
            raise ValueError(f"{path} is no base64 text") from None
    if isinstance(shape, ListShape) and is_array(value):
        return [_bytes(shape.member, item, f"{path}[{place}]") for place, item in enumerate(value)]
    if isinstance(shape, MapShape) and is_object(value):
        return {key: _bytes(shape.value, item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(shape, StructureShape) and is_object(value):
        members = shape.members
        return {key: _bytes(members.get(key), item, f"{path}.{key}".lstrip(".")) for key, item in value.items()}
    return value
