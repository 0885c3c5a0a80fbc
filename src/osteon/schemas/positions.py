"""JSON pointers, and the lines they lead to in a text. Nothing here knows what the JSON means."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

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
    if len(found) == len(wanted):
        return found
    for pointer, line, _ in _places(text):
        if pointer in wanted:
            found.setdefault(pointer, line)
            if len(found) == len(wanted):
                break
    return found


def repeated_keys(text: str) -> dict[str, int]:
    """The keys that an object has more than once, by pointer, with the line of the last. ``text`` is valid JSON."""
    if not _repeats(text):
        return {}
    found: dict[str, int] = {}
    seen: set[str] = set()
    for pointer, line, is_key in _places(text):
        if is_key and pointer in seen:
            found[pointer] = line
        if is_key:
            seen.add(pointer)
    return found


def _repeats(text: str) -> bool:
    """Whether a key is repeated anywhere: ten times as fast as finding out where."""
    repeats = False

    def made(pairs: list[tuple[str, Any]]) -> None:
        nonlocal repeats
        repeats = repeats or len(dict(pairs)) < len(pairs)

    try:
        json.loads(text, object_pairs_hook=made)
    except (RecursionError, ValueError):  # nested deeper, or with larger numbers, than this reader takes
        return False
    return repeats


def _places(text: str) -> Iterator[tuple[str, int, bool]]:
    """(pointer, line, whether it is an object's key) for each key, and each value that stands in an array."""
    stack: list[_Open] = []
    line = 1
    for token in (match.group() for match in _TOKEN.finditer(text)):
        if token == "\n":
            line += 1
            continue
        is_key = bool(stack) and stack[-1].is_object and stack[-1].awaits_key and token not in "}],"
        pointer = _step(token, stack)
        if pointer is not None:
            yield pointer, line, is_key


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
