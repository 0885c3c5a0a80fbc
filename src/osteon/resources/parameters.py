"""A call's parameters from a resource: its identifiers, its data, and constants. Compiled once for each action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from osteon.exceptions import ModelError
from osteon.model.resources import Parameter
from osteon.naming import snake_case
from osteon.resources.paths import Place, search, target

#: (resource, its data) -> value
Take: TypeAlias = Callable[[Any, Any], Any]
#: (resource, its data, the parameters so far, its number in a batch)
Fill: TypeAlias = Callable[[Any, Any, dict[str, Any], int | None], None]


def filler(parameters: tuple[Parameter, ...]) -> Fill:
    """Fills in the parameters that a definition takes from the resource. Raises ModelError."""
    steps: list[tuple[Take, Place]] = [
        (_take(parameter), target(parameter.target)) for parameter in parameters if parameter.source != "input"
    ]

    def fill(resource: Any, data: Any, params: dict[str, Any], number: int | None = None) -> None:
        for take, place in steps:
            place(params, take(resource, data), number)

    return fill


def _take(parameter: Parameter) -> Take:
    if parameter.source not in _SOURCES:
        reason = f"the parameter {parameter.target} cannot come from {parameter.source!r}"
        raise ModelError(origin="", reason=reason)
    return _SOURCES[parameter.source](parameter)


def from_identifier(parameter: Parameter) -> Take:
    name = snake_case(parameter.name or "")
    return lambda resource, data: getattr(resource, name)


def from_data(parameter: Parameter) -> Take:
    find = search(parameter.path or "")
    return lambda resource, data: find(data)


def _constant(parameter: Parameter) -> Take:
    return lambda resource, data: parameter.value


_SOURCES: dict[str, Callable[[Parameter], Take]] = {
    "identifier": from_identifier,
    "data": from_data,
    "string": _constant,
    "integer": _constant,
    "boolean": _constant,
}
