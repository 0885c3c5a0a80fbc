"""JSON: bodies to values and back, by shape. No HTTP, no error envelopes: those are the protocols'.

Encoders and decoders are closures, made once for a shape; a structure's members are compiled when first met.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import orjson

from osteon.codecs import scalars
from osteon.exceptions import ParamValidationError, ResponseParserError
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape

#: Values to values that JSON can hold, or parsed JSON to values; None where nothing is to be done.
Conversion: TypeAlias = Callable[[Any], Any] | None
_Compile: TypeAlias = Callable[[Shape], Conversion]

#: What reading a value of another type than the model says may raise.
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)
_IN_ENVELOPE = frozenset({"header", "headers", "statusCode"})
_AS_THEY_ARE = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def parse(body: bytes) -> Any:
    """The document in ``body``; an empty body is an empty object. Raises ResponseParserError where it is not JSON."""
    if not body:
        return {}
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _parse_leniently(body)


def _parse_leniently(body: bytes) -> Any:
    # What orjson refuses and services do send: NaN, lone surrogates, a byte order mark.
    try:
        return json.loads(body)
    except RecursionError:
        raise ResponseParserError("Unable to parse response: the JSON received is nested too deep") from None
    except ValueError as error:
        reason = f"Unable to parse response ({error}), invalid JSON received. Further retries may succeed"
        raise ResponseParserError(reason) from None


# --- writing ----------------------------------------------------------------------------------------------------------


def encoder(
    shape: Shape, timestamp_format: str = "unixTimestamp", *, timestamp_precision: str = "default"
) -> Callable[[Any], bytes]:
    """A writer of values of ``shape`` as compact JSON. ``timestamp_format`` holds where a shape names none.

    The writer raises ParamValidationError for what JSON cannot hold, for members the shape has not, and for values
    nested too deep.
    """
    convert = _Encoding(timestamp_format, timestamp_precision).conversion(shape)

    def encode(value: Any) -> bytes:
        try:
            return dumps(value if convert is None else convert(value))
        except RecursionError:
            raise ParamValidationError(report=f"Parameters in {shape.name} are nested too deep") from None

    return encode


def dumps(value: Any) -> bytes:
    """Plain values as JSON, exactly: what orjson would alter or refuse goes the slow way, else ParamValidationError."""
    try:
        return orjson.dumps(value, option=_AS_THEY_ARE)
    except orjson.JSONEncodeError:
        return _dumps_slowly(value)


def _dumps_slowly(value: Any) -> bytes:
    # Integers over 64 bit and lone surrogates: the standard library writes both.
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_fragment).encode()
    except (TypeError, ValueError) as error:
        raise ParamValidationError(report=f"A value cannot be written as JSON: {error}") from None


def _fragment(value: Any) -> Any:
    if isinstance(value, orjson.Fragment):
        return json.loads(value.contents)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _document(value: Any) -> orjson.Fragment:
    # A document may hold NaN, which orjson writes as null.
    return orjson.Fragment(_dumps_slowly(value))


class _Encoding:
    """The conversions of one encoder."""

    def __init__(self, timestamp_format: str, timestamp_precision: str) -> None:
        self._timestamp_format = timestamp_format
        self._precision = timestamp_precision
        self._made: dict[Shape, Conversion] = {}

    def conversion(self, shape: Shape) -> Conversion:
        if shape not in self._made:
            self._made[shape] = self._new(shape)
        return self._made[shape]

    def _new(self, shape: Shape) -> Conversion:
        if isinstance(shape, StructureShape):
            return _document if shape.document else _structure_encoder(shape, self.conversion)
        if isinstance(shape, ListShape):
            return _each(shape, self.conversion)
        if isinstance(shape, MapShape):
            return _each_value(shape, self.conversion)
        if shape.type == "timestamp":
            return scalars.timestamp_writer(shape.timestamp_format or self._timestamp_format, self._precision)
        return _SCALAR_ENCODERS.get(shape.type)


_SCALAR_ENCODERS: Mapping[str, Callable[[Any], Any]] = {
    "blob": scalars.base64_text,
    "float": scalars.json_float,
    "double": scalars.json_float,
}

_Member: TypeAlias = tuple[str, Conversion]


class _Members(dict[str, _Member]):
    """Member name to wire name and conversion, filled when a name is first seen."""

    def __init__(self, shape: StructureShape, compile_shape: _Compile) -> None:
        self._shape = shape
        self._compile = compile_shape

    def __missing__(self, name: str) -> _Member:
        member = self._shape.members.get(name)
        if member is None:
            known = ", ".join(self._shape.members)
            report = f'Unknown parameter in {self._shape.name}: "{name}", must be one of: {known}'
            raise ParamValidationError(report=report)
        made = self[name] = (member.location_name or name, self._compile(member))
        return made


def _structure_encoder(shape: StructureShape, compile_shape: _Compile) -> Conversion:
    members = _Members(shape, compile_shape)

    def encode(value: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, item in value.items():
            wire_name, convert = members[name]
            out[wire_name] = item if convert is None or item is None else convert(item)
        return out

    return encode


def _is_scalar(shape: Shape) -> bool:
    return not isinstance(shape, StructureShape | ListShape | MapShape)


def _each(shape: ListShape, compile_shape: _Compile) -> Conversion:
    """Conversion of a list. Made at once for scalars, else when first used: recursive shapes come to an end so."""
    if _is_scalar(shape.member):
        return _list_conversion(compile_shape(shape.member))
    return _lazily(lambda: _list_conversion(compile_shape(shape.member)))


def _list_conversion(convert: Conversion) -> Conversion:
    if convert is None:
        return None

    def convert_list(values: Iterable[Any]) -> list[Any]:
        return [None if value is None else convert(value) for value in values]

    return convert_list


def _each_value(shape: MapShape, compile_shape: _Compile) -> Conversion:
    if _is_scalar(shape.value):
        return _map_conversion(compile_shape(shape.value))
    return _lazily(lambda: _map_conversion(compile_shape(shape.value)))


def _map_conversion(convert: Conversion) -> Conversion:
    if convert is None:
        return None

    def convert_map(values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: None if value is None else convert(value) for key, value in values.items()}

    return convert_map


def _lazily(make: Callable[[], Conversion]) -> Conversion:
    made: list[Conversion] = []

    def convert(value: Any) -> Any:
        if not made:
            made.append(make())
        inner = made[0]
        return value if inner is None else inner(value)

    return convert


# --- reading ----------------------------------------------------------------------------------------------------------


def decoder(shape: Shape, *, exact_numbers: bool = False) -> Callable[[Any], Any]:
    """A reader of parsed JSON as values of ``shape``: dicts, lists, str, int, float, bool, bytes, aware datetimes.

    Members bound to headers or the status are left out, and so are nulls outside lists and maps. With
    ``exact_numbers``, numbers and booleans are made what the model says, else left as JSON has them. The reader
    raises ResponseParserError for what the shape cannot hold.
    """
    read = _Decoding(exact_numbers).conversion(shape)

    def decode(value: Any) -> Any:
        if read is None or value is None:
            return value
        try:
            return read(value)
        except RecursionError:
            raise ResponseParserError(f"Unable to read {shape.name}: the response is nested too deep") from None
        except UNREADABLE:
            raise ResponseParserError(f"Unable to read {shape.name}: not a {shape.type}") from None

    return decode


class _Decoding:
    """The conversions of one decoder."""

    def __init__(self, exact_numbers: bool) -> None:
        self._scalars = _EXACT_DECODERS if exact_numbers else _SCALAR_DECODERS
        self._made: dict[Shape, Conversion] = {}

    def conversion(self, shape: Shape) -> Conversion:
        if shape not in self._made:
            self._made[shape] = self._new(shape)
        return self._made[shape]

    def _new(self, shape: Shape) -> Conversion:
        if isinstance(shape, StructureShape):
            return None if shape.document else _structure_decoder(shape, self.conversion)
        if isinstance(shape, ListShape):
            return _each(shape, self.conversion) or _only_list
        if isinstance(shape, MapShape):
            return _each_value(shape, self.conversion) or _only_map
        return self._scalars.get(shape.type)


def _only_list(value: Any) -> Any:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value  # pyright: ignore[reportUnknownVariableType]: what a list of scalars holds is not looked at


def _only_map(value: Any) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"an object was expected, not {type(value).__name__}")
    return value  # pyright: ignore[reportUnknownVariableType]: what a map of scalars holds is not looked at


def _float(value: Any) -> Any:
    # Special values come as text.
    return float(value) if isinstance(value, str) else value


def boolean(value: Any) -> bool:
    """A boolean, or its text in any case."""
    return value if isinstance(value, bool) else str(value).lower() == "true"


_SCALAR_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "blob": scalars.base64_bytes,
    "timestamp": scalars.to_datetime,
    "float": _float,
    "double": _float,
}
_EXACT_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "blob": scalars.base64_bytes,
    "timestamp": scalars.to_datetime,
    "float": float,
    "double": float,
    "integer": int,
    "long": int,
    "boolean": boolean,
}


class _Fields(dict[str, "_Member | None"]):
    """Wire name to member name and conversion, filled when a name is first seen; None for names the model has not."""

    def __init__(self, shape: StructureShape, compile_shape: _Compile) -> None:
        in_body = {name: m for name, m in shape.members.items() if m.location not in _IN_ENVELOPE}
        self._members = {member.location_name or name: (name, member) for name, member in in_body.items()}
        self._compile = compile_shape

    def __missing__(self, wire_name: str) -> _Member | None:
        # Unknown names are not kept: a server that invents names must not fill memory.
        if wire_name not in self._members:
            return None
        name, member = self._members[wire_name]
        made = self[wire_name] = (name, self._compile(member))
        return made


def _structure_decoder(shape: StructureShape, compile_shape: _Compile) -> Callable[[Any], Any]:
    fields = _Fields(shape, compile_shape)

    def decode(node: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        name = ""
        try:
            for wire_name, value in node.items():
                if value is not None:
                    field = fields[wire_name]
                    if field is not None:
                        name, convert = field
                        out[name] = value if convert is None else convert(value)
        except UNREADABLE:
            raise ResponseParserError(_misfit(shape, name)) from None
        return out

    return _union_decoder(shape, decode) if shape.union else decode


def _misfit(shape: StructureShape, name: str) -> str:
    # No value is quoted: it may be a secret.
    if not name:
        return f"Unable to read {shape.name}: not a structure"
    return f"Unable to read {shape.name}.{name}: not a {shape.members[name].type}"


def _union_decoder(shape: StructureShape, decode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known = {member.location_name or name for name, member in shape.members.items()}

    def decode_union(node: Mapping[str, Any]) -> dict[str, Any]:
        given = [name for name, value in node.items() if value is not None and name != "__type"]
        if len(given) != 1:
            reason = f"Invalid service response: {shape.name} must have one and only one member set."
            raise ResponseParserError(reason)
        return decode(node) if given[0] in known else {"SDK_UNKNOWN_MEMBER": {"name": given[0]}}

    return decode_union
