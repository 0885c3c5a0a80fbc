"""Random parameters of a shape, valid or broken, from a seeded ``random.Random``. Knows no protocol and no service.

Works from osteon's shapes and from botocore's alike: only names that both have are used.
"""

from __future__ import annotations

import datetime
import decimal
import io
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

ALPHANUMERIC = string.ascii_letters + string.digits
#: Characters that encoders treat specially; only where a wire format must be able to carry them.
SPECIAL = " /+&=?#%:;,.-_~*'\"()<>[]{}|\\^`@!$" + "éß€日本\U0001f40d"
#: Before 2038, so that every platform's clock functions take it.
LATEST = 2_000_000_000


@dataclass(frozen=True)
class Style:
    """How values are chosen.

    fill: chance that an optional member is there. millis: timestamps with milliseconds. special: chance that a string
    holds special characters (where its place on the wire allows them). loose: also the other Python types that
    botocore accepts for a shape (tuples, Decimals, text for blobs, files, text and numbers for timestamps).
    items: most entries of a list or map beyond its minimum.
    """

    fill: float = 0.5
    millis: bool = False
    special: float = 0.2
    loose: bool = False
    items: int = 3


DEFAULT = Style()


def random_params(operation: Any, rng: Any, style: Style = DEFAULT, depth: int = 4) -> dict[str, Any]:
    """Valid parameters of an operation (osteon's or botocore's OperationModel). Event streams are left out."""
    shape = operation.input_shape
    return {} if shape is None else random_value(shape, rng, depth, style)


def random_value(shape: Any, rng: Any, depth: int = 4, style: Style = DEFAULT) -> Any:
    """A valid value of a shape. ``depth``: how many more levels may hold optional things."""
    if _is_json_value(shape) or getattr(shape, "is_document_type", False):
        return random_json(rng, min(depth, 2))
    return _MAKERS[shape.type_name](shape, rng, depth, style)


def random_json(rng: Any, depth: int = 2) -> Any:
    """Something JSON can hold; an object at the top, as services that take documents mostly ask for."""
    return {_word(rng): _json_value(rng, depth) for _ in range(rng.randint(1, 3))}


def _json_value(rng: Any, depth: int) -> Any:
    kinds = ["text", "int", "float", "bool", "null"] + (["list", "object"] if depth > 0 else [])
    match rng.choice(kinds):
        case "text":
            return _word(rng)
        case "int":
            return rng.randint(-1000, 1000)
        case "float":
            return rng.randint(-1000, 1000) / 8
        case "bool":
            return rng.random() < 0.5
        case "null":
            return None
        case "list":
            return [_json_value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
        case _:
            return random_json(rng, depth - 1)


# --- makers, one a type ---------------------------------------------------------------------------


def _structure(shape: Any, rng: Any, depth: int, style: Style) -> dict[str, Any]:
    members = {name: member for name, member in shape.members.items() if not _is_event_stream(member)}
    if shape.is_tagged_union:
        name = rng.choice(_shallow(members) if depth <= 0 else list(members)) if members else None
        return {} if name is None else {name: random_value(members[name], rng, depth - 1, style)}
    required = shape.metadata.get("required", ())
    chosen = (n for n in members if n in required or _is_path_part(members[n]) or _wanted(rng, depth, style))
    return {name: random_value(members[name], rng, depth - 1, style) for name in chosen}


def _list(shape: Any, rng: Any, depth: int, style: Style) -> list[Any] | tuple[Any, ...]:
    values = [random_value(shape.member, rng, depth - 1, style) for _ in range(_size(shape, rng, depth, style))]
    return tuple(values) if style.loose and rng.random() < 0.2 else values


def _map(shape: Any, rng: Any, depth: int, style: Style) -> dict[str, Any]:
    size, found = _size(shape, rng, depth, style), {}
    if shape.serialization.get("location") == "querystring":
        style = replace(style, loose=False)  # botocore writes a tuple there as Python does
    for _ in range(size * 4):
        if len(found) >= size:
            break
        # keys of header maps become header names
        key = _word(rng) if shape.serialization.get("location") else random_value(shape.key, rng, 0, style)
        found[key] = random_value(shape.value, rng, depth - 1, style)
    return found


def _string(shape: Any, rng: Any, depth: int, style: Style) -> str:
    enum = getattr(shape, "enum", None)
    if enum:
        return rng.choice(list(enum))
    least = max(int(shape.metadata.get("min") or 0), 1)
    most = max(min(int(shape.metadata.get("max") or 16), least + 15), least)
    length = rng.randint(least, most)
    if shape.serialization.get("hostLabel"):
        return "".join(rng.choice(string.ascii_lowercase + string.digits) for _ in range(length))
    alphabet = ALPHANUMERIC
    if shape.serialization.get("location") not in ("header", "headers") and rng.random() < style.special:
        alphabet = ALPHANUMERIC + SPECIAL
    # the ends are plain, so that nothing depends on whether blanks are stripped
    inner = "".join(rng.choice(alphabet) for _ in range(length - 2))
    return rng.choice(ALPHANUMERIC) + (inner + rng.choice(ALPHANUMERIC) if length > 1 else "")


def _integer(shape: Any, rng: Any, depth: int, style: Style) -> int:
    least, most = _range(shape, -(2**31) if shape.type_name == "integer" else -(2**53), 2**31 - 1)
    return rng.randint(least, min(most, least + 100_000)) if rng.random() < 0.8 else rng.randint(least, most)


def _float(shape: Any, rng: Any, depth: int, style: Style) -> Any:
    least, most = _range(shape, -(2**20), 2**20)
    value = min(rng.randint(least * 8, most * 8) / 8, most)
    if style.loose and rng.random() < 0.4:
        return rng.choice([int(value) if int(value) >= least else value, decimal.Decimal(str(value))])
    return value


def _boolean(shape: Any, rng: Any, depth: int, style: Style) -> bool:
    return rng.random() < 0.5


def _blob(shape: Any, rng: Any, depth: int, style: Style) -> Any:
    least = int(shape.metadata.get("min") or 0)
    value = rng.randbytes(rng.randint(least, least + 16))
    if style.loose and rng.random() < 0.4:
        return rng.choice([bytearray(value), io.BytesIO(value), _word(rng) * (least + 1)])
    return value


def _timestamp(shape: Any, rng: Any, depth: int, style: Style) -> Any:
    fraction = rng.randint(0, 999) / 1000 if style.millis else 0
    moment = datetime.datetime.fromtimestamp(rng.randint(0, LATEST), datetime.UTC)
    moment += datetime.timedelta(seconds=fraction)
    if style.loose and rng.random() < 0.5:
        zone = datetime.timezone(datetime.timedelta(minutes=rng.randint(-700, 700)))
        whole = int(moment.timestamp())
        return rng.choice(
            [moment.isoformat(), moment.replace(tzinfo=None), moment.astimezone(zone), whole, str(whole), float(whole),
             moment.strftime("%a, %d %b %Y %H:%M:%S GMT"), moment.strftime("%Y-%m-%d")]
        )  # fmt: skip
    return moment


_MAKERS: dict[str, Callable[[Any, Any, int, Style], Any]] = {
    "structure": _structure, "list": _list, "map": _map, "string": _string, "integer": _integer, "long": _integer,
    "float": _float, "double": _float, "boolean": _boolean, "blob": _blob, "timestamp": _timestamp,
}  # fmt: skip


def _wanted(rng: Any, depth: int, style: Style) -> bool:
    return depth > 0 and rng.random() < style.fill


def _size(shape: Any, rng: Any, depth: int, style: Style) -> int:
    least = int(shape.metadata.get("min") or 0)
    most = int(shape.metadata.get("max") or least + style.items)
    return least if depth <= 0 else rng.randint(least, max(least, min(most, least + style.items)))


def _range(shape: Any, least: int, most: int) -> tuple[int, int]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    low = least if low is None else -(-low // 1)
    high = max(most, low) if high is None else high // 1
    return int(low), int(max(low, high))


def _shallow(members: dict[str, Any]) -> list[str]:
    """The members of a union with which a value ends soonest."""
    heights = {name: _height(member) for name, member in members.items()}
    return [name for name, height in heights.items() if height == min(heights.values())]


def _height(shape: Any, limit: int = 5) -> int:
    """How deep the smallest value of a shape nests, as far as ``limit``."""
    if limit == 0 or shape.type_name not in ("structure", "list", "map"):
        return 0
    if shape.type_name != "structure":
        child = shape.member if shape.type_name == "list" else shape.value
        return 1 + _height(child, limit - 1) if shape.metadata.get("min") else 0
    if shape.is_tagged_union:
        return 1 + min((_height(member, limit - 1) for member in shape.members.values()), default=0)
    required = (shape.members[name] for name in shape.metadata.get("required", ()) if name in shape.members)
    return 1 + max((_height(member, limit - 1) for member in required), default=0)


def _word(rng: Any) -> str:
    return rng.choice(string.ascii_letters) + "".join(rng.choice(ALPHANUMERIC) for _ in range(rng.randint(1, 9)))


def _is_path_part(shape: Any) -> bool:
    return shape.serialization.get("location") == "uri" or bool(shape.serialization.get("hostLabel"))


def _is_event_stream(shape: Any) -> bool:
    return bool(shape.serialization.get("eventstream"))


def _is_json_value(shape: Any) -> bool:
    return bool(shape.serialization.get("jsonvalue")) and shape.serialization.get("location") == "header"


# --- breaking -------------------------------------------------------------------------------------


@dataclass
class _Place:
    """A value inside parameters, with its shape and how to put another in its stead."""

    shape: Any
    value: Any
    replace: Callable[[Any], None] = field(repr=False)


def break_params(params: dict[str, Any], shape: Any, rng: Any, faults: int = 3) -> dict[str, Any]:
    """A copy of ``params`` with one to ``faults`` things done to it, mostly wrong ones; an oracle tells which are."""
    broken = _copy(params)
    for _ in range(rng.randint(1, faults)):
        places = list(_places(shape, broken, lambda value: None))
        place = rng.choice(places)
        if place.value is broken or rng.random() < 0.3:
            _break_structure(rng.choice([p for p in places if p.shape.type_name == "structure"]), rng)
        else:
            place.replace(_wrong(place, rng))
    return broken


def _places(shape: Any, value: Any, replace: Callable[[Any], None]) -> Iterator[_Place]:
    yield _Place(shape, value, replace)
    if _is_json_value(shape) or getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in [name for name in value if name in shape.members]:
            yield from _places(shape.members[name], value[name], _setter(value, name))
    elif shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(shape.member, item, _setter(value, index))
    elif shape.type_name == "map" and isinstance(value, dict):
        for key, item in list(value.items()):
            yield from _places(shape.value, item, _setter(value, key))


def _setter(holder: Any, key: Any) -> Callable[[Any], None]:
    return lambda value: holder.__setitem__(key, value)


def _break_structure(place: _Place, rng: Any) -> None:
    value = place.value
    if not isinstance(value, dict):
        return
    required = [name for name in place.shape.metadata.get("required", ()) if name in value]
    deed = rng.choice(["unknown", "required", "union", "empty"])
    if deed == "required" and required:
        del value[rng.choice(required)]
    elif deed == "union" and place.shape.is_tagged_union:
        for name, member in list(place.shape.members.items())[:2]:
            value.setdefault(name, random_value(member, rng, 1))
    elif deed == "empty" and value:
        value.clear()
    else:
        value[rng.choice(["Unknown", "bucket", "", "Ünknown", 7])] = 1


def _wrong(place: _Place, rng: Any) -> Any:
    """A value that the shape mostly does not take."""
    if rng.random() < 0.3:
        least = place.shape.metadata.get("min")
        below: dict[str, Any] = {"string": "", "list": [], "map": {}, "integer": (least or 0) - 1, "double": -1.5e9}
        return below.get(place.shape.type_name)
    return rng.choice(
        [None, 0, -1, 1, 1.5, True, "", "text", "2020-13-45", b"bytes", [], [1], {}, {"k": object}, (), {1, 2},
         decimal.Decimal("1.5"), object, datetime.datetime(2020, 1, 1), datetime.date(2020, 1, 1), 10**400,
         float("nan")]
    )  # fmt: skip


def _copy(value: Any) -> Any:
    """A copy of dicts and lists; tuples become lists, so that their items can be replaced."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, (list, tuple)) else value
