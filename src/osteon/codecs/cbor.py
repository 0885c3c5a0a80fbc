"""CBOR: bodies to values and back, by shape, as much of it as Smithy's rpcv2Cbor uses. No HTTP, no error envelopes.

Source: RFC 8949. Written here because the format is small and services that offer it need it without an extra.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, TypeAlias

from osteon.codecs import documents, refusals, scalars
from osteon.exceptions import ParamValidationError, ResponseParserError
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.timestamps import to_datetime

#: Appends a value to a body in the making.
_Writer: TypeAlias = Callable[[bytearray, Any], None]

# Major types (RFC 8949, 3.1), in the upper three bits of an item's first byte.
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = (kind << 5 for kind in range(8))
_EPOCH_TAG = _TAG | 1
_FALSE, _TRUE, _NULL = b"\xf4", b"\xf5", b"\xf6"
_HALF, _SINGLE, _DOUBLE = struct.Struct(">e"), struct.Struct(">f"), struct.Struct(">d")
_BREAK = 0xFF
_INDEFINITE = 31
#: Argument length in bytes, by the lower five bits of the first byte.
_ARGUMENT_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}


# --- writing ----------------------------------------------------------------------------------------------------------


def encoder(shape: Shape, *, timestamp_precision: str = "default") -> Callable[[Any], bytes]:
    """A writer of values of ``shape``. It raises ParamValidationError for what CBOR cannot hold."""
    write = _Encoding(timestamp_precision).writer(shape)

    def encode(value: Any) -> bytes:
        body = bytearray()
        try:
            write(body, value)
        except RecursionError:
            raise refusals.too_deep(shape.name) from None
        except (*refusals.MISFITS, struct.error):
            raise refusals.misfit(shape.name) from None
        return bytes(body)

    return encode


def _head(kind: int, argument: int) -> bytes:
    """An item's first bytes: its kind and the shortest form of its argument."""
    if argument < 24:
        return bytes((kind | argument,))
    for info, size in _ARGUMENT_SIZES.items():
        if argument < 1 << 8 * size:
            return bytes((kind | info,)) + argument.to_bytes(size, "big")
    raise ParamValidationError(report=f"The number {argument} has more than the 64 bits that CBOR integers have.")


def _write_integer(body: bytearray, value: int) -> None:
    body += _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)


def _write_text(body: bytearray, value: str) -> None:
    body += _text(value)


def _text(value: str) -> bytes:
    data = scalars.utf8(value)
    return _head(_TEXT, len(data)) + data


def _write_blob(body: bytearray, value: Any) -> None:
    data = scalars.blob_bytes(value)
    body += _head(_BYTES, len(data)) + data


def _write_boolean(body: bytearray, value: Any) -> None:
    body += _TRUE if value else _FALSE


def _float_writer(form: struct.Struct, info: int) -> _Writer:
    def write(body: bytearray, value: Any) -> None:
        # Special values fit in half a word, and are sent so.
        if isfinite(value):
            body += bytes((_SIMPLE | info,)) + _packed(form, value)
        else:
            body += bytes((_SIMPLE | 25,)) + _HALF.pack(value)

    return write


def _packed(form: struct.Struct, value: Any) -> bytes:
    try:
        return form.pack(value)
    except OverflowError:
        raise ParamValidationError(report=f"The number {value} is out of the range of a float.") from None


_write_double = _float_writer(_DOUBLE, 27)
_SCALAR_WRITERS: Mapping[str, _Writer] = {
    "string": _write_text,
    "blob": _write_blob,
    "boolean": _write_boolean,
    "integer": _write_integer,
    "long": _write_integer,
    "float": _float_writer(_SINGLE, 26),
    "double": _write_double,
}


class _Encoding:
    """The writers of one encoder, made when first used."""

    def __init__(self, timestamp_precision: str) -> None:
        self._to_epoch = scalars.timestamp_writer("unixTimestamp", timestamp_precision)
        self._made: dict[Shape, _Writer] = {}

    def writer(self, shape: Shape) -> _Writer:
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
        return self._write_timestamp if shape.type == "timestamp" else _SCALAR_WRITERS[shape.type]

    def _write_timestamp(self, body: bytearray, value: Any) -> None:
        seconds = self._to_epoch(value)
        body.append(_EPOCH_TAG)
        if isinstance(seconds, float):
            _write_double(body, seconds)
        else:
            _write_integer(body, int(seconds))

    def _structure(self, shape: StructureShape) -> _Writer:
        members = _Members(shape, self.writer)

        def write(body: bytearray, value: Mapping[str, Any]) -> None:
            given = [(members[name], item) for name, item in value.items() if item is not None]
            body += _head(_MAP, len(given))
            for (name, write_member), item in given:
                body += name
                write_member(body, item)

        return write

    def _list(self, shape: ListShape) -> _Writer:
        def write(body: bytearray, values: Any) -> None:
            body += _head(_ARRAY, len(values))
            self._write_each(body, self.writer(shape.member), values)

        return write

    def _map(self, shape: MapShape) -> _Writer:
        def write(body: bytearray, values: Mapping[str, Any]) -> None:
            body += _head(_MAP, len(values))
            for key, value in values.items():
                _write_text(body, key)
                self._write_each(body, self.writer(shape.value), (value,))

        return write

    def _write_each(self, body: bytearray, write: _Writer, values: Iterable[Any]) -> None:
        for value in values:
            if value is None:
                body += _NULL
            else:
                write(body, value)


class _Members(dict[str, "tuple[bytes, _Writer]"]):
    """Member name to encoded wire name and writer, filled when a name is first seen."""

    def __init__(self, shape: StructureShape, compile_shape: Callable[[Shape], _Writer]) -> None:
        self._shape = shape
        self._compile = compile_shape

    def __missing__(self, name: str) -> tuple[bytes, _Writer]:
        member = refusals.member(self._shape, name)
        made = self[name] = (_text(member.location_name or name), self._compile(member))
        return made


# --- reading ----------------------------------------------------------------------------------------------------------


def parse(body: bytes) -> Any:
    """The item in ``body``; an empty body is an empty map. Epoch times are datetimes, big numbers integers.

    Raises ResponseParserError where it is no CBOR, or more of it than the protocol uses.
    """
    if not body:
        return {}
    try:
        return _Reader(body).item()
    except RecursionError:
        raise ResponseParserError("Unable to parse response: the CBOR received is nested too deep") from None
    except (IndexError, struct.error):
        raise ResponseParserError("Unable to parse response: the CBOR received is cut off") from None
    except (ValueError, TypeError, OverflowError):
        raise ResponseParserError("Unable to parse response: the CBOR received holds values no model has") from None


class _Reader:
    """A place in a body, moving forward."""

    __slots__ = ("_at", "_body", "_by_kind")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0
        self._by_kind = (
            self._argument, self._negative, self._bytes, self._text, self._array, self._map, self._tag, self._simple,
        )  # fmt: skip

    def item(self) -> Any:
        first = self._body[self._at]
        self._at += 1
        return self._by_kind[first >> 5](first & 0x1F)

    def _argument(self, info: int) -> int:
        if info < 24:
            return info
        size = _ARGUMENT_SIZES.get(info)
        if size is None:
            raise ResponseParserError(f"Unable to parse response: CBOR with reserved additional information {info}")
        return int.from_bytes(self._take(size), "big")

    def _negative(self, info: int) -> int:
        return -1 - self._argument(info)

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._body):
            raise ResponseParserError("Unable to parse response: the CBOR received is cut off")
        data = self._body[self._at : end]
        self._at = end
        return data

    def _bytes(self, info: int) -> bytes:
        if info != _INDEFINITE:
            return self._take(self._argument(info))
        return b"".join(self._until_break())

    def _text(self, info: int) -> str:
        if info != _INDEFINITE:
            return self._take(self._argument(info)).decode()
        return "".join(self._until_break())

    def _array(self, info: int) -> list[Any]:
        if info == _INDEFINITE:
            return list(self._until_break())
        # Not sized ahead: the length is the server's word.
        return [self.item() for _ in range(self._argument(info))]

    def _map(self, info: int) -> dict[Any, Any]:
        keys = self._until_break() if info == _INDEFINITE else (self.item() for _ in range(self._argument(info)))
        return {key: self.item() for key in keys}

    def _until_break(self) -> Iterable[Any]:
        while self._body[self._at] != _BREAK:
            yield self.item()
        self._at += 1

    def _tag(self, info: int) -> Any:
        tag, value = self._argument(info), self.item()
        read = _TAGS.get(tag)
        if read is None:
            raise ResponseParserError(f"Unable to parse response: CBOR with tag {tag}, which the protocol does not use")
        return read(value)

    def _simple(self, info: int) -> Any:
        if info in _SIMPLE_VALUES:
            return _SIMPLE_VALUES[info]
        form = _FLOATS.get(info)
        if form is None:
            raise ResponseParserError(f"Unable to parse response: CBOR with simple value {info}")
        return form.unpack(self._take(form.size))[0]


_SIMPLE_VALUES: Mapping[int, bool | None] = {20: False, 21: True, 22: None, 23: None}
_FLOATS: Mapping[int, struct.Struct] = {25: _HALF, 26: _SINGLE, 27: _DOUBLE}


def _epoch(value: Any) -> datetime:
    if isinstance(value, str):
        raise TypeError("an epoch time is a number")
    return to_datetime(value)


def _big(value: bytes) -> int:
    return int.from_bytes(value, "big")


#: Tags by their numbers (RFC 8949, 3.4): an epoch time, integers beyond 64 bits, and "this is CBOR".
_TAGS: Mapping[int, Callable[[Any], Any]] = {
    1: _epoch, 2: _big, 3: lambda value: -1 - _big(value), 55799: lambda value: value,
}  # fmt: skip


def decoder(shape: Shape) -> Callable[[Any], Any]:
    """A reader of parsed CBOR as values of ``shape``; see :func:`osteon.codecs.documents.decoder`."""
    return documents.decoder(shape, {"timestamp": to_datetime}, by_member_name=True, dense_maps=True)
