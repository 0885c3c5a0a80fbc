"""JSON: bodies to values and back, by shape. No HTTP, no error envelopes: those are the protocols'.

Encoders and decoders are closures, made once for a shape; a structure's members are compiled when first met.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import orjson

from osteon.codecs import documents, refusals, scalars
from osteon.codecs.documents import Compile, Conversion
from osteon.exceptions import ParamValidationError, ResponseParserError
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.regex import later
from osteon.timestamps import to_datetime

_AS_THEY_ARE = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


#: Bytes with all digits made alike: so a run of them is found at a tenth of what parsing costs.
_DIGITS = bytes(48 if chr(byte).isascii() and chr(byte).isdigit() else 65 for byte in range(256))
_WIDE = b"0" * 19
#: A number of so many digits, outside of texts or in what looks so.
_WIDE_NUMBER = later(rb"[:,\[\s]-?\d{19}")


def parse(body: bytes) -> Any:
    """The document in ``body``; an empty body is an empty object. Raises ResponseParserError where it is not JSON."""
    if not body:
        return {}
    if _WIDE in body.translate(_DIGITS) and _WIDE_NUMBER.search(body):
        # orjson makes floats of integers beyond 64 bits
        return _parse_leniently(body)
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

    Members that are None are left out, but for documents, whose None is null. The writer raises ParamValidationError
    for what JSON cannot hold, for members the shape has not, and for values nested too deep.
    """
    convert = _Encoding(timestamp_format, timestamp_precision).conversion(shape)

    def encode(value: Any) -> bytes:
        try:
            return dumps(value if convert is None else convert(value))
        except RecursionError:
            raise refusals.too_deep(shape.name) from None
        except refusals.MISFITS:
            raise refusals.misfit(shape.name) from None

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
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise ParamValidationError(report=f"A value cannot be written as JSON: {error}") from None


def _document(value: Any) -> Any:
    # Checked, since orjson writes NaN as null, and types that JSON has not as text.
    _dumps_slowly(value)
    return value


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
            return documents.each_item(shape, self.conversion)
        if isinstance(shape, MapShape):
            return documents.each_value(shape, self.conversion)
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
    """Member name to wire name and conversion, filled when a name is first seen; ``plain`` names need neither."""

    def __init__(self, shape: StructureShape, compile_shape: Compile) -> None:
        self.plain: set[str] = set()
        self._shape = shape
        self._compile = compile_shape

    def __missing__(self, name: str) -> _Member:
        member = refusals.member(self._shape, name)
        made = self[name] = (member.location_name or name, self._compile(member))
        if made == (name, None):
            self.plain.add(name)
        return made


def _structure_encoder(shape: StructureShape, compile_shape: Compile) -> Conversion:
    members = _Members(shape, compile_shape)
    plain = members.plain

    def encode(value: Mapping[str, Any]) -> Mapping[str, Any]:
        for name, item in value.items():
            if item is None or name not in plain:
                break
        else:
            return value
        out: dict[str, Any] = {}
        for name, item in value.items():
            # of a document None is a value: null
            if item is not None or (name in shape.members and shape.members[name].document):
                wire_name, convert = members[name]
                out[wire_name] = item if convert is None else convert(item)
        return out

    return encode


# --- reading ----------------------------------------------------------------------------------------------------------


def decoder(shape: Shape, *, exact_numbers: bool = False) -> Callable[[Any], Any]:
    """A reader of parsed JSON as values of ``shape``: dicts, lists, str, int, float, bool, bytes, aware datetimes.

    With ``exact_numbers``, numbers and booleans are made what the model says, else left as JSON has them; special
    floats come as text and become floats in both cases. See :func:`osteon.codecs.documents.decoder`.
    """
    return documents.decoder(shape, _EXACT_DECODERS if exact_numbers else _SCALAR_DECODERS)


def _float(value: Any) -> Any:
    return float(value) if isinstance(value, str) else value


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).lower() == "true"


_SCALAR_DECODERS: documents.ScalarTable = {
    "blob": scalars.base64_bytes,
    "timestamp": to_datetime,
    "float": _float,
    "double": _float,
}
_EXACT_DECODERS: documents.ScalarTable = {
    "blob": scalars.base64_bytes,
    "timestamp": to_datetime,
    "float": float,
    "double": float,
    "integer": int,
    "long": int,
    "boolean": _boolean,
}
