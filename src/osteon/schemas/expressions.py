"""JMESPath expressions held against shapes: which members do they name that are not there? Nothing is evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError

from osteon.exceptions import ModelError
from osteon.model.expressions import checked
from osteon.naming import did_you_mean
from osteon.schemas.formats import Fault
from osteon.schemas.positions import pointer_to

Shapes: TypeAlias = Mapping[str, Mapping[str, Any]]
Missing: TypeAlias = list[tuple[str, str]]

_UNKNOWN: Mapping[str, Any] = {}


def syntax_faults(path: tuple[str | int, ...], text: str) -> Iterator[Fault]:
    """The fault of a text that is no expression."""
    try:
        checked(text)
    except ModelError as error:
        yield Fault(pointer_to(path), error.reason)


def member_faults(path: tuple[str | int, ...], text: str, shape: str, service: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults of an expression that names what the shape has not."""
    shapes: Shapes = service.get("shapes", _UNKNOWN)
    try:
        missing = missing_members(text, shape, shapes)
    except JMESPathError:
        return  # told by syntax_faults
    for name, owner in missing:
        hint = did_you_mean(name, shapes[owner].get("members", _UNKNOWN)).strip()
        yield Fault(pointer_to(path), f"{owner} has no member named {name}", hint)


def missing_members(expression: str, shape: str, shapes: Shapes) -> Missing:
    """Pairs (member, name of the structure that lacks it). Raises jmespath's JMESPathError for what is no expression.

    Where the type of a part is not known (a function's result, a multi-select), nothing is said about what follows.
    """
    missing: Missing = []
    _follow(jmespath.compile(expression).parsed, shape, shapes, missing)
    return missing


def _follow(node: Mapping[str, Any], shape: str | None, shapes: Shapes, missing: Missing) -> str | None:
    """The name of the shape that a node leads to from ``shape``; None where that is not known."""
    kind, children = node["type"], node["children"]
    if kind == "field":
        return _member(node["value"], shape, shapes, missing)
    if kind in _CHAINS:
        for child in children:
            shape = _follow(child, shape, shapes, missing)
        return shape
    if kind in _PROJECTIONS:
        elements = _element(_follow(children[0], shape, shapes, missing), shapes)
        return _follow(children[1], elements, shapes, missing) if kind == "projection" else elements
    if kind == "index":
        return _element(shape, shapes)
    if kind in _SELF:
        return shape
    for child in children if kind in _ALTERNATIVES else ():
        _follow(child, shape, shapes, missing)
    return None


#: each child starts where the one before it leads
_CHAINS = ("subexpression", "index_expression", "pipe")
#: begin with a list (of lists, for ``flatten``) and go on with its elements
_PROJECTIONS = ("projection", "flatten")
_SELF = ("current", "identity", "slice")
_ALTERNATIVES = ("or_expression", "and_expression", "not_expression", "comparator")


def _member(name: str, shape: str | None, shapes: Shapes, missing: Missing) -> str | None:
    found = _found(shape, shapes)
    if found.get("type") == "map":
        return _target(found.get("value"))
    if found.get("type") != "structure" or shape is None:
        return None
    members: Mapping[str, Any] = found.get("members", {})
    if name not in members:
        missing.append((name, shape))
        return None
    return _target(members[name])


def _element(shape: str | None, shapes: Shapes) -> str | None:
    """What a list holds; anything else is its own element, since ``flatten`` has already taken it out."""
    found = _found(shape, shapes)
    return _target(found.get("member")) if found.get("type") == "list" else shape


def _found(shape: str | None, shapes: Shapes) -> Mapping[str, Any]:
    return shapes.get(shape, _UNKNOWN) if shape is not None else _UNKNOWN


def _target(ref: Mapping[str, Any] | None) -> str | None:
    return None if ref is None else ref.get("shape")
