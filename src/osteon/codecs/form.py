"""Forms (``application/x-www-form-urlencoded``) as the query protocols write them: parameters to bytes, by shape.

No operation names, no HTTP. Sources: Smithy's awsQuery and ec2Query protocols.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableSequence
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from osteon.codecs import refusals, scalars
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape

Encoder: TypeAlias = Callable[[Mapping[str, Any]], bytes]
#: value, full name of the field, encoded fields so far
_Writer: TypeAlias = Callable[[Any, str, MutableSequence[str]], None]

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~-")
#: Characters that are kept once encoded, so that a text in any script encodes fast and none fills memory.
_KEPT = 10_000


class _Encoded(dict[int, str]):
    """A translation table from characters to their form encoding. Several times faster than urllib's quoting."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = character in _UNRESERVED
        encoded = character if plain else "".join([f"%{byte:02X}" for byte in scalars.utf8(character)])
        if len(self) < _KEPT:
            self[code] = encoded
        return encoded


_ENCODED = _Encoded({ord(" "): "+"})


def encode(fields: Mapping[str, Any]) -> bytes:
    """A flat mapping as a form; values that are no strings are written with ``str()``."""
    return "&".join([f"{quote(name)}={quote(str(value))}" for name, value in fields.items()]).encode()


def decode(body: bytes) -> dict[str, str]:
    """A form as a flat mapping, for handlers that look into a query request. The last of a repeated name wins."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def quote(text: str) -> str:
    """Form-encode text. Raises ParamValidationError for text that UTF-8 cannot hold."""
    return text.translate(_ENCODED)


def encoder(
    shape: StructureShape, fixed: Mapping[str, str], *, ec2: bool = False, precision: str = "default"
) -> Encoder:
    """A writer of parameters as a form that begins with the ``fixed`` fields.

    ``ec2`` takes that protocol's rules: names capitalised, lists without a level of their own, empty ones left out.
    """
    head = encode(fixed).decode()
    write = _Writers(ec2, precision).of(shape)

    def encode_params(params: Mapping[str, Any]) -> bytes:
        fields = [head]
        try:
            write(params, "", fields)
        except RecursionError:
            raise refusals.too_deep(shape.name) from None
        except refusals.MISFITS:
            raise refusals.misfit(shape.name) from None
        return "&".join(fields).encode()

    return encode_params


class _Writers:
    """The writers of one operation's shapes, made when first used, each kept for its shape."""

    def __init__(self, ec2: bool, precision: str) -> None:
        self._ec2 = ec2
        self._precision = precision
        self._made: dict[Shape, _Writer] = {}

    def of(self, shape: Shape) -> _Writer:
        held = self._made.get(shape)
        if held is None:
            held = self._made[shape] = self._new(shape)
        return held

    def _new(self, shape: Shape) -> _Writer:
        if isinstance(shape, StructureShape):
            return self._structure(shape)
        if isinstance(shape, ListShape):
            return self._list(shape)
        if isinstance(shape, MapShape):
            return self._map(shape)
        return _field_writer(self._to_text(shape))

    def _to_text(self, shape: Shape) -> Callable[[Any], str]:
        if shape.type == "timestamp":
            write = scalars.timestamp_writer(shape.timestamp_format or "iso8601", self._precision)
            return lambda value: quote(str(write(value)))
        return _TO_TEXT.get(shape.type, _quoted)

    def _name(self, shape: Shape, default: str) -> str:
        if self._ec2 and shape.query_name:
            return shape.query_name
        name = shape.location_name
        if not name:
            return default
        return _capitalised(name) if self._ec2 else name

    def _structure(self, shape: StructureShape) -> _Writer:
        members: dict[str, tuple[str, _Writer]] = {}

        def member(key: str) -> tuple[str, _Writer]:
            found = refusals.member(shape, key)
            default = _capitalised(key) if self._ec2 else key
            members[key] = quote(self._name(found, default)), self.of(found)
            return members[key]

        def write(params: Mapping[str, Any], name: str, fields: MutableSequence[str]) -> None:
            prefix = f"{name}." if name else ""
            for key, value in params.items():
                if value is not None:
                    suffix, write_member = members.get(key) or member(key)
                    write_member(value, prefix + suffix, fields)

        return write

    def _list(self, shape: ListShape) -> _Writer:
        item_name = quote(shape.member.location_name or "")
        own_level = "" if self._ec2 or shape.flattened else "." + (item_name or "member")
        # A flattened list's fields bear the name of its member, unless its own place gives one (Smithy's xmlName).
        renamed = item_name if shape.flattened and not shape.location_name and not self._ec2 else ""
        write_empty = not self._ec2
        member: list[_Writer] = []  # made with the first item, so that recursive shapes come to an end

        def write(values: Iterable[Any], name: str, fields: MutableSequence[str]) -> None:
            if renamed and values:
                name = name[: name.rfind(".") + 1] + renamed
            elif not values and write_empty:
                fields.append(f"{name}=")
            if not member:
                member.append(self.of(shape.member))
            write_item = member[0]
            for number, value in enumerate(values, 1):
                write_item(value, f"{name}{own_level}.{number}", fields)

        return write

    def _map(self, shape: MapShape) -> _Writer:
        own_level = "" if shape.flattened else ".entry"
        key_name = quote(self._name(shape.key, "key"))
        value_name = quote(self._name(shape.value, "value"))
        entry: list[_Writer] = []

        def write(values: Mapping[Any, Any], name: str, fields: MutableSequence[str]) -> None:
            if not entry:
                entry.extend((self.of(shape.key), self.of(shape.value)))
            write_key, write_value = entry
            for number, (key, value) in enumerate(values.items(), 1):
                prefix = f"{name}{own_level}.{number}."
                write_key(key, prefix + key_name, fields)
                write_value(value, prefix + value_name, fields)

        return write


def _capitalised(name: str) -> str:
    return name[0].upper() + name[1:]


def _field_writer(to_text: Callable[[Any], str]) -> _Writer:
    def write(value: Any, name: str, fields: MutableSequence[str]) -> None:
        fields.append(f"{name}={to_text(value)}")

    return write


def _quoted(value: Any) -> str:
    return quote(value if isinstance(value, str) else str(value))


def _whole(value: Any) -> str:
    # digits need no quoting; what else was let in unchecked does
    return str(value) if isinstance(value, int) else _quoted(value)


_TO_TEXT: Mapping[str, Callable[[Any], str]] = {
    "boolean": scalars.boolean_text,
    "integer": _whole,
    "long": _whole,
    "float": lambda value: quote(scalars.float_text(value)),
    "double": lambda value: quote(scalars.float_text(value)),
    "blob": lambda value: quote(scalars.base64_text(value)),
}
