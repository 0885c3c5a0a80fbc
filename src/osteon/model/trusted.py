"""Descriptions made of JSON that is known to be valid: what comes back from the cache. Checks nothing.

pydantic's validators are not used here, since making them costs every process some 30 ms, a seventh of the way to a
first call (with the search for pydantic's plugins, which goes before the first of them). The cache holds only what they
accepted in strict mode, which converts no scalar: what is left to make is tuples, read-only mappings and descriptions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType, UnionType
from typing import Annotated, Any, NamedTuple, TypeAlias, TypeVar, Union, cast, get_args, get_origin

from osteon.model.shapes import Description

D = TypeVar("D", bound=Description)
_Read: TypeAlias = Callable[[Any], Any]


def trusted(kind: type[D], raw: Mapping[str, Any]) -> D:
    """What ``kind.model_validate(raw)`` gives, for JSON that is valid in strict mode."""
    table = _table(kind)
    values = {found.name: found.read(raw[key]) for key in raw if (found := table.fields.get(key)) is not None}
    return cast("D", table.defaults.model_copy(update=values))


class _Field(NamedTuple):
    name: str
    read: _Read


class _Table(NamedTuple):
    """How one class is read: its fields by their key, and an instance that has only defaults."""

    fields: Mapping[str, _Field]
    defaults: Description


@cache
def _table(kind: type[Description]) -> _Table:
    fields = {field.alias or name: _Field(name, _reader(field.annotation)) for name, field in kind.model_fields.items()}
    return _Table(fields, kind.model_construct())


def _reader(annotation: Any) -> _Read:
    """JSON's objects and arrays by what the annotation makes of them; all else is what it is."""
    by_type = dict(_containers(annotation))
    if not by_type:
        return _as_it_is

    def read(value: Any) -> Any:
        make = by_type.get(value.__class__)
        return value if make is None else make(value)

    return read


def _as_it_is(value: Any) -> Any:
    return value


def _containers(annotation: Any) -> list[tuple[type, _Read]]:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return [found for each in args for found in _containers(each)]
    if origin is Annotated:
        return _containers(args[0])
    if origin is tuple:
        return [(list, partial(_tuple, _reader(args[0])))]
    if origin is Mapping:
        return [(dict, partial(_mapping, _reader(args[1])))]
    if isinstance(annotation, type) and issubclass(annotation, Description):
        return [(dict, partial(trusted, annotation))]
    return []


def _tuple(read: _Read, items: list[Any]) -> tuple[Any, ...]:
    return tuple([read(item) for item in items])


def _mapping(read: _Read, items: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({key: read(item) for key, item in items.items()})
