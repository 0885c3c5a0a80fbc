"""Descriptions made of JSON by the annotations of their classes. What does not fit exactly is left to pydantic.

pydantic's validators are not used for JSON that is as it should be, since making them costs every process some 30 ms,
a seventh of the way to a first call (with the search for pydantic's plugins, which goes before the first of them).
What is accepted here is what they accept in strict mode, and what is made of it is equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, TypeVar, Union, cast, get_args, get_origin

from pydantic import ValidationError

from osteon.exceptions import ModelError
from osteon.model.shapes import Description, wire_key

D = TypeVar("D", bound=Description)
#: A value of one JSON type to what it becomes.
_Read: TypeAlias = Callable[[Any], Any]


class UnfitError(Exception):
    """The JSON is not exactly what the class says. Why, and whether it can be converted, is pydantic's to say."""


def parse(kind: type[D], raw: Mapping[str, Any], origin: str, pointer: str) -> D:
    """``raw`` as ``kind``; what pydantic refuses becomes a ModelError that names the file and the place."""
    with suppress(UnfitError):
        return described(kind, raw)
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"/{part}" for part in first["loc"])
        raise ModelError(origin=origin, pointer=pointer + place, reason=first["msg"]) from None


def described(kind: type[D], raw: Mapping[str, Any]) -> D:
    """What ``kind.model_validate(raw)`` gives. Raises UnfitError where that might convert something, or refuse it."""
    fields, required, defaults = _table(kind)
    values = {found.name: found.read(raw[key]) for key in raw if (found := fields.get(key)) is not None}
    if not required <= values.keys():
        raise UnfitError
    return cast("D", defaults.model_copy(update=values))


class _Field(NamedTuple):
    name: str
    read: _Read


class _Table(NamedTuple):
    """How one class is read: its fields by their key, those that must be there, an instance of nothing but defaults."""

    fields: Mapping[str, _Field]
    required: frozenset[str]
    defaults: Description


@cache
def _table(kind: type[Description]) -> _Table:
    fields = kind.model_fields
    # Until 2.12, pydantic writes generated keys into the fields only when it makes the validators.
    spelt = wire_key if kind.model_config.get("alias_generator") is not None else str
    by_key = {field.alias or spelt(name): _Field(name, _reader(field.annotation)) for name, field in fields.items()}
    required = frozenset(name for name, field in fields.items() if field.is_required())
    return _Table(by_key, required, kind.model_construct())


def _reader(annotation: Any) -> _Read:
    if annotation is Any:
        return _as_it_is
    by_type = _by_type(annotation)

    def read(value: Any) -> Any:
        make = by_type.get(value.__class__)
        if make is None:
            raise UnfitError
        return make(value)

    return read


def _as_it_is(value: Any) -> Any:
    return value


def _by_type(annotation: Any) -> dict[type, _Read]:
    """What is made of JSON's types, for those that the annotation takes."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        found: dict[type, _Read] = {}
        for each in args:
            # a float takes an int, unless the union takes that as it is
            found = {**found, **_by_type(each)} if each is not float else {**_by_type(each), **found}
        return found
    if origin is Annotated:
        return _by_type(args[0])
    if origin is Literal:
        return {kind: partial(_one_of, frozenset(args)) for kind in {value.__class__ for value in args}}
    if origin is tuple:
        return {list: partial(_tuple, _reader(args[0]))}
    if origin is Mapping:
        return {dict: partial(_mapping, _reader(args[1]))}
    if issubclass(annotation, Description):
        return {dict: partial(described, annotation)}
    return _SCALARS[annotation]


_SCALARS: Mapping[Any, dict[type, _Read]] = {
    str: {str: _as_it_is},
    bool: {bool: _as_it_is},
    int: {int: _as_it_is},
    float: {float: _as_it_is, int: float},
    NoneType: {NoneType: _as_it_is},
}


def _one_of(values: frozenset[Any], value: Any) -> Any:
    if value not in values:
        raise UnfitError
    return value


def _tuple(read: _Read, items: list[Any]) -> tuple[Any, ...]:
    return tuple([read(item) for item in items])


def _mapping(read: _Read, items: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({key: read(item) for key, item in items.items()})
