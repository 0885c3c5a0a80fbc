"""Checks of single values: text, numbers, blobs, timestamps, JSON. No containers, no paths."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

from osteon.model.shapes import Shape
from osteon.regex import later
from osteon.timestamps import to_datetime
from osteon.validation.faults import (
    REDACTED,
    Fault,
    Faults,
    invalid_type,
    not_json,
    out_of_range,
    printable,
    refused,
    shown,
    too_deep,
)

#: A value, and how many more levels may nest below it, to its faults.
Check: TypeAlias = Callable[[Any, int], Faults]
#: One constraint on a value whose type is right.
Limit: TypeAlias = Callable[[Any], Fault | None]

#: Longer texts are not matched against patterns: backtracking over more costs too much.
MAX_PATTERN_TEXT = 4096
#: The same for patterns that may take exponential time.
MAX_EXPLOSIVE_TEXT = 24
_RFC3339 = later(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


class Rule(NamedTuple):
    """How to check a shape. A value whose type is ``exact`` is right as it is, which spares the call of ``check``."""

    check: Check
    exact: type | None = None


class Place(NamedTuple):
    """A shape where it is used: ``secret`` inside something sensitive, ``strict`` by the mode's rules."""

    shape: Shape
    secret: bool
    strict: bool

    def shown(self, value: object) -> str:
        return shown(value, self.shape, self.secret)


def scalar_rule(place: Place) -> Rule:
    """The rule of a shape that holds no other."""
    if place.shape.jsonvalue and place.shape.location == "header" and place.shape.type == "string":
        return document_rule(place) if place.strict else Rule(_json_check())
    return _MAKERS[place.shape.type](place)


# --- types


def _typed(place: Place, accepted: tuple[type, ...], limits: Iterable[Limit], refuse: tuple[type, ...] = ()) -> Rule:
    """Values of ``accepted`` types but not of the ``refuse``d ones, within ``limits``."""
    names = [str(kind) for kind in accepted]
    bounds = tuple(limits)

    def check(value: Any, room: int) -> Faults:
        if not isinstance(value, accepted) or isinstance(value, refuse):
            return [invalid_type(value, place.shown(value), names)]
        for bound in bounds:
            if bound(value) is not None:
                return [fault for bound in bounds if (fault := bound(value)) is not None]
        return None

    return Rule(check, exact=None if bounds else accepted[0])


def _string(place: Place) -> Rule:
    return _typed(place, (str,), (*length_limits(place), *(_text_limits(place) if place.strict else ())))


def _integer(place: Place) -> Rule:
    return _typed(place, (int,), _value_limits(place), refuse=(bool,) if place.strict else ())


def _float(place: Place) -> Rule:
    finite = (_finite,) if place.strict else ()
    limits = (*finite, *_value_limits(place))
    return _typed(place, (float, Decimal, int), limits, refuse=(bool,) if place.strict else ())


def _boolean(place: Place) -> Rule:
    return _typed(place, (bool,), ())


def _blob(place: Place) -> Rule:
    names = (str(bytes), str(bytearray), "file-like object")
    bounds = length_limits(place) if place.strict else ()
    # text and unread files have no JSON form of their own, so strict takes neither, but for a body that is streamed
    texts, files = not place.strict, not place.strict or place.shape.streaming

    def check(value: Any, room: int) -> Faults:
        if isinstance(value, (bytes, bytearray)):
            return [fault for bound in bounds if (fault := bound(value)) is not None] or None
        if (texts and isinstance(value, str)) or (files and hasattr(value, "read")):
            return None
        return [invalid_type(value, place.shown(value), names)]

    return Rule(check, exact=None if bounds else bytes)


def _timestamp(place: Place) -> Rule:
    names = (str(datetime), "timestamp-string")
    accepts = _is_date_time if place.strict else _is_timestamp

    def check(value: Any, room: int) -> Faults:
        return None if accepts(value) else [invalid_type(value, place.shown(value), names)]

    return Rule(check)


def _is_timestamp(value: Any) -> bool:
    try:
        to_datetime(value)
    except (ValueError, OverflowError):
        return False
    return True


def _is_date_time(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None and _is_timestamp(value)
    return isinstance(value, str) and _RFC3339.fullmatch(value) is not None and _is_timestamp(value)


_MAKERS: dict[str, Callable[[Place], Rule]] = {
    "string": _string, "integer": _integer, "long": _integer, "float": _float, "double": _float,
    "boolean": _boolean, "blob": _blob, "timestamp": _timestamp,
}  # fmt: skip


# --- limits


def _least(place: Place) -> int | float | None:
    # what becomes part of a host name must not be empty, whatever the model says
    return 1 if place.shape.min is None and place.shape.host_label else place.shape.min


def length_limits(place: Place) -> tuple[Limit, ...]:
    """Minimum length, and in strict mode the maximum."""
    least, most = _least(place), place.shape.max if place.strict else None
    return (*((_min_length(least),) if least is not None else ()), *((_max_length(most),) if most is not None else ()))


def _min_length(least: float) -> Limit:
    def limit(value: Any) -> Fault | None:
        return out_of_range("length", len(value), f"min length: {least}") if len(value) < least else None

    return limit


def _max_length(most: float) -> Limit:
    def limit(value: Any) -> Fault | None:
        return out_of_range("length", len(value), f"max length: {most}") if len(value) > most else None

    return limit


def _value_limits(place: Place) -> tuple[Limit, ...]:
    least, most = _least(place), place.shape.max if place.strict else None

    def at_least(value: Any) -> Fault | None:
        return out_of_range("value", place.shown(value), f"min value: {least}") if _less(value, least) else None

    def at_most(value: Any) -> Fault | None:
        return out_of_range("value", place.shown(value), f"max value: {most}") if _less(most, value) else None

    return (*((at_least,) if least is not None else ()), *((at_most,) if most is not None else ()))


def _less(one: Any, other: Any) -> bool:
    try:
        return bool(one < other)
    except ArithmeticError:  # a Decimal that is not a number has no order
        return True


def _finite(value: Any) -> Fault | None:
    try:
        return None if isfinite(value) else refused(str(value), "must be a finite number")
    except OverflowError:  # a whole number beyond the range of floats
        return None
    except ValueError:  # a signalling NaN
        return refused("NaN", "must be a finite number")


def _text_limits(place: Place) -> tuple[Limit, ...]:
    # Imported here: only the strict mode needs it, and it is a parser of its own.
    from osteon.model.patterns import may_explode, python_pattern

    shape, choices = place.shape, frozenset(place.shape.enum)
    pattern = python_pattern(shape.pattern) if shape.pattern is not None else None
    longest = MAX_EXPLOSIVE_TEXT if shape.pattern and may_explode(shape.pattern) else MAX_PATTERN_TEXT

    def one_of(value: str) -> Fault | None:
        if value in choices:
            return None
        return refused(place.shown(value), f"must be one of: {', '.join(shape.enum)}")

    def matching(value: str) -> Fault | None:
        if pattern is None or len(value) > longest or pattern.search(value):
            return None
        return refused(place.shown(value), f"must match the pattern: {shape.pattern}")

    return (*((one_of,) if choices else ()), *((matching,) if pattern is not None else ()))


# --- JSON


def _json_check() -> Check:
    def check(value: Any, room: int) -> Faults:
        try:
            json.dumps(value)
        except (ValueError, TypeError) as error:
            return [not_json(error)]
        except RecursionError:
            return [too_deep()]
        # Later Pythons write what nests thousands deep, which readers then refuse.
        return [too_deep()] if _nests_deeper(value, room) else None

    return check


def _nests_deeper(value: Any, room: int) -> bool:
    if not isinstance(value, _JSON_CONTAINERS):
        return False
    items = value.values() if isinstance(value, _DICT) else value
    return room == 0 or any(_nests_deeper(item, room - 1) for item in items)


_DICT: type[Any] = dict
_CONTAINERS: tuple[type[Any], ...] = (dict, list)
_JSON_CONTAINERS: tuple[type[Any], ...] = (dict, list, tuple)
_JSON_TYPES = (str, int, bool, float)
_JSON_NAMES = tuple(str(kind) for kind in (*_JSON_TYPES, list, dict))


def document_rule(place: Place) -> Rule:
    """Documents: whatever JSON can hold. botocore names the values inside by their own key alone."""
    strict = place.strict

    def invalid(value: Any) -> list[Fault]:
        return [invalid_type(value, place.shown(value), _JSON_NAMES, what="document parameter")]

    def check(value: Any, room: int) -> Faults:
        if isinstance(value, _CONTAINERS):
            return inside(value, room - 1) if room > 0 else [too_deep()]
        if value is None or isinstance(value, _JSON_TYPES):
            return [fault] if strict and isinstance(value, float) and (fault := _finite(value)) else None
        return invalid(value)

    def inside(value: Any, room: int) -> Faults:
        found: list[Fault] = []
        keyed = isinstance(value, _DICT)
        for key, item in value.items() if keyed else enumerate(value):
            if strict and keyed and not isinstance(key, str):
                found += invalid(key)
            for fault in check(item, room) or ():
                found.append(_named(fault, key, keyed, place.secret))
            if found and found[-1].final:
                break
        return found or None

    return Rule(check)


def _named(fault: Fault, key: object, keyed: bool, secret: bool) -> Fault:
    inner = fault.under("" if keyed else f"[{key}]")
    if not keyed or inner.rooted:
        return inner
    name = REDACTED if secret else printable(key)
    return Fault(inner.before, inner.after, f"{name}{inner.path}", rooted=True, final=inner.final)
