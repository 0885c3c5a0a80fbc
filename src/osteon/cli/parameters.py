"""From what stands on the command line to the parameters of a call. Validates nothing: that is the client's to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

from osteon.model.service import OperationModel
from osteon.model.shapes import Shape
from osteon.naming import did_you_mean

Opener: TypeAlias = Callable[[Path], Any]

#: what is given as it is; anything else is JSON
_TEXTS = ("string", "blob", "timestamp")


def parameters(operation: OperationModel, text: str, members: Iterable[str], opened: Opener) -> dict[str, Any]:
    """Parameters given as JSON (or ``@FILE``, ``@-`` for standard input), then those given as ``MEMBER=VALUE``.

    ``opened`` opens what is to be streamed, and closes it when the call is over.
    Raises ValueError for what is no JSON, no member or given twice, and OSError for files that cannot be read.
    """
    params = _object(text)
    for given in members:
        name, equals, value = given.partition("=")
        if not equals:
            raise ValueError(f"{given!r} is neither an option nor MEMBER=VALUE")
        if name in params:
            raise ValueError(f"{name} is given twice")
        params[name] = _value(name, value, _member(operation, name), opened)
    return params


def _object(text: str) -> dict[str, Any]:
    params = _json("--params", _content(text[1:]).decode() if text.startswith("@") else text)
    if not isinstance(params, dict):
        raise ValueError("--params must be a JSON object")
    return cast("dict[str, Any]", params)


def _member(operation: OperationModel, name: str) -> Shape:
    members: Mapping[str, Shape] = operation.input_shape.members if operation.input_shape is not None else {}
    if name not in members:
        raise ValueError(f"{operation.name} takes no member {name!r}.{did_you_mean(name, members)}")
    return members[name]


def _value(name: str, value: str, member: Shape, opened: Opener) -> Any:
    """Text as the member's type has it; ``@FILE`` stands for what is in a file."""
    in_file, file = value.startswith("@"), value[1:]
    if in_file and member.type == "blob":
        return opened(Path(file)) if member.streaming and file != "-" else _content(file)
    text = _content(file).decode() if in_file else value
    return text if member.type in _TEXTS and not member.jsonvalue else _json(f"{name} ({member.type})", text)


def _content(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"{name} is no JSON: {error}") from None
