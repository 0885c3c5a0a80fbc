"""JSON pointers, and the lines they lead to in a text. Nothing here knows what the JSON means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import orjson

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+|\n')


def pointer_to(path: Iterable[str | int]) -> str:
    """A path of keys and indexes as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def path_of(pointer: str) -> list[str]:
    """The parts of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


@dataclass(slots=True)
class _Open:
    """An object or array that the scan is inside of."""

    pointer: str
    is_object: bool
    #: the key (or index) of the value at hand, and whether it has been read
    key: str | int = 0
    awaits_key: bool = field(default=True)


def lines_of(text: str, pointers: Collection[str]) -> dict[str, int]:
    """The line (from 1) where the value or, in an object, the key of each pointer stands. ``text`` is valid JSON."""
    wanted = set(pointers)
    found: dict[str, int] = {"": 1} if "" in wanted else {}
    stack: list[_Open] = []
    line = 1
    for token in (match.group() for match in _TOKEN.finditer(text)):
        if len(found) == len(wanted):
            break
        if token == "\n":
            line += 1
            continue
        pointer = _step(token, stack)
        if pointer is not None and pointer in wanted:
            found.setdefault(pointer, line)
    return found


def _step(token: str, stack: list[_Open]) -> str | None:
    """Take one token; the pointer of the value that it begins or, in an object, announces."""
    inside = stack[-1] if stack else None
    if token in "}]":
        stack.pop()
    elif token == ",":
        if inside is not None and inside.is_object:
            inside.awaits_key = True
        elif inside is not None and isinstance(inside.key, int):
            inside.key += 1
    elif inside is not None and inside.is_object and inside.awaits_key:
        inside.key, inside.awaits_key = orjson.loads(token), False
        return _at(inside)
    elif token != ":":
        pointer = "" if inside is None else _at(inside)
        if token in "{[":
            stack.append(_Open(pointer, token == "{"))
        return pointer
    return None


def _at(inside: _Open) -> str:
    return inside.pointer + pointer_to((inside.key,))
