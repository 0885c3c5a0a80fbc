"""Where values come from and where they go: JMESPath over answers, and targets such as ``Delete.Objects[].Key``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeAlias, TypeGuard

import jmespath

from osteon.exceptions import ModelError
from osteon.model.expressions import checked
from osteon.model.resources import Parameter

Search: TypeAlias = Callable[[Any], Any]
#: Puts a value into a call's parameters; the number counts the resources of a batch.
Place: TypeAlias = Callable[[dict[str, Any], Any, int | None], None]


@cache
def search(path: str) -> Search:
    """Finds what a path leads to; ``$`` is the whole. Raises ModelError, without the file, for what is no JMESPath."""
    if path == "$":
        return lambda value: value
    if listed := _LISTED.fullmatch(path):
        return _items(listed[1], listed[2])
    return jmespath.compile(checked(path)).search


#: Most paths of collections, which jmespath walks a node at a time: a tenth of the cost of a listing.
_LISTED = re.compile(r"([A-Za-z_]\w*)\[\](?:\.([A-Za-z_]\w*))?", re.ASCII)


def _items(name: str, field: str | None) -> Search:
    """``Name[]`` and ``Name[].Field``: lists in the list are opened, what is not there is left out."""

    def find(value: Any) -> Any:
        items: Any = value.get(name) if is_dict(value) else None
        if not is_list(items):
            return None
        if any(map(is_list, items)):
            items = [each for item in items for each in (item if is_list(item) else (item,))]
        if field is not None:
            items = [item.get(field) if is_dict(item) else None for item in items]
        return [item for item in items if item is not None]

    return find


_STEP = re.compile(r"(\w+)(?:\[(\*|\d*)\])?")
#: an index in a target: at the end of the list, or the place of the resource in its batch
_APPEND, _EACH = "", "*"


@cache
def target(path: str) -> Place:
    """Puts a value where a path leads, making the lists and dicts on the way. Raises ModelError for an odd path.

    ``Names[0]`` is a place in a list, ``Names[]`` a new one at its end, ``Names[*]`` that of the resource in its batch.
    """
    steps = [_STEP.fullmatch(part) for part in path.split(".")]
    parts = [(step[1], step[2]) for step in steps if step is not None]
    if len(parts) < len(steps):
        raise ModelError(origin="", reason=f"the target {path!r} is none")
    (*way, (last, last_index)) = parts

    def place(params: dict[str, Any], value: Any, number: int | None) -> None:
        for name, index in way:
            if index is None:
                params = params.setdefault(name, {})
            else:
                items, at = _opened(params, name, index, number)
                params = items[at]
        if last_index is None:
            params[last] = value
        else:
            items, at = _opened(params, last, last_index, number)
            items[at] = value

    return place


def _opened(params: dict[str, Any], name: str, index: str, number: int | None) -> tuple[list[Any], int]:
    """The list of that name, long enough, and the place in it."""
    items: list[Any] = params.setdefault(name, [])
    if index == _APPEND or (index == _EACH and number is None):
        at = len(items)
    else:
        at = number if index == _EACH and number is not None else int(index)
    items.extend({} for _ in range(at + 1 - len(items)))
    return items, at


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """isinstance for checkers, which else know nothing of the items."""
    return isinstance(value, list)


def is_dict(value: Any) -> TypeGuard[dict[str, Any]]:
    """The same for dicts."""
    return isinstance(value, dict)


def needs_data(parameters: Iterable[Parameter]) -> bool:
    """Whether a value comes from a resource's data, which may have to be loaded first."""
    return any(parameter.source == "data" for parameter in parameters)
