"""DynamoDB's attribute values as Python values, and back. Says nothing of where in a call they stand.

The rules: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow
from typing import Any, TypeAlias

from typing_extensions import TypeAliasType

#: What a number may be: 38 digits, and nothing that does not fit is rounded without a word.
DYNAMODB_CONTEXT = Context(Emin=-128, Emax=126, prec=38, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])

AttributeValue: TypeAlias = dict[str, Any]


class Binary:
    """Bytes as DynamoDB gives them; equal to, and hashed as, the bytes themselves."""

    def __init__(self, value: bytes | bytearray) -> None:
        if not isinstance(value, bytes | bytearray):  # pyright: ignore[reportUnnecessaryIsInstance]  # a caller's
            raise TypeError(f"Value must be of the following types: bytes, bytearray, not {type(value).__name__}")
        self.value = value

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, Binary) else other)

    def __hash__(self) -> int:
        return hash(bytes(self.value))

    def __bytes__(self) -> bytes:
        return bytes(self.value)

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return f"Binary({self.value!r})"


_Scalar: TypeAlias = bool | str | Decimal | Binary | None
_ScalarIn: TypeAlias = _Scalar | int | bytes | bytearray
_Set: TypeAlias = set[Decimal] | set[str] | set[Binary]
_SetIn: TypeAlias = Set[int | Decimal] | Set[str] | Set[bytes | Binary]
_In: TypeAlias = _ScalarIn | _SetIn
# Objects with a name, which who reads annotations leaves as they are: elsewhere nothing is known of what they are made
# of. Checkers have them from osteon/dynamodb/types.pyi; of this form mypy takes none that holds itself.
#: What a value of an item is, where resources give it.
Value = TypeAliasType("Value", _Scalar | _Set | list["Value"] | dict[str, "Value"])  # type: ignore[misc]  # see above
#: What it may be given as. No float: DynamoDB's numbers are decimal.
ValueIn = TypeAliasType("ValueIn", _In | Sequence["ValueIn"] | Mapping[str, "ValueIn"])  # type: ignore[misc]  # as above


class TypeSerializer:
    """From Python values to attribute values."""

    def serialize(self, value: Any) -> AttributeValue:
        """``{'N': '1'}`` for 1, and so on.

        None is NULL, bool BOOL, int and Decimal N, str S, bytes, bytearray and Binary B, a mapping M, a list or tuple
        L, sets of numbers, texts or bytes NS, SS, BS. Raises TypeError for all else, float among it, and decimal's
        errors for numbers that DynamoDB cannot hold.
        """
        kind: type[Any] = value.__class__
        write = _WRITERS.get(kind) or next((each for base, each in _BASES if isinstance(value, base)), None)
        if write is None:
            raise TypeError(f'Unsupported type "{kind}" for value "{value}"')
        try:
            return write(self, value)
        except RecursionError:
            raise TypeError("a value is nested too deeply for DynamoDB, which takes 32 levels") from None

    def _number(self, value: int | Decimal) -> AttributeValue:
        return {"N": _number(value)}

    def _set(self, value: Set[Any]) -> AttributeValue:
        for base, tag, write in _SETS:
            if all(isinstance(item, base) for item in value):
                return {tag: [write(item) for item in value]}
        if any(isinstance(item, float) for item in value):
            raise TypeError(_NO_FLOATS)
        raise TypeError(f'Unsupported type "{type(value)}" for value "{value}"')

    def _map(self, value: Mapping[Any, Any]) -> AttributeValue:
        return {"M": {name: self.serialize(item) for name, item in value.items()}}

    def _list(self, value: list[Any]) -> AttributeValue:
        return {"L": [self.serialize(item) for item in value]}


_NO_FLOATS = "Float types are not supported. Use Decimal types instead."


def _number(value: int | Decimal) -> str:
    number = str(DYNAMODB_CONTEXT.create_decimal(value))
    if not number.lstrip("-")[:1].isdigit():
        raise TypeError("Infinity and NaN not supported")
    return number


def _bytes(value: Any) -> Any:
    return value.value if isinstance(value, Binary) else value


def _refuse_float(serializer: TypeSerializer, value: float) -> AttributeValue:
    raise TypeError(_NO_FLOATS)


_Write: TypeAlias = Callable[[TypeSerializer, Any], AttributeValue]
_WRITERS: dict[type[Any], _Write] = {
    type(None): lambda serializer, value: {"NULL": True},
    bool: lambda serializer, value: {"BOOL": value},
    int: TypeSerializer._number,
    Decimal: TypeSerializer._number,
    float: _refuse_float,
    str: lambda serializer, value: {"S": value},
    bytes: lambda serializer, value: {"B": value},
    bytearray: lambda serializer, value: {"B": value},
    Binary: lambda serializer, value: {"B": value.value},
    dict: TypeSerializer._map,
    list: TypeSerializer._list,
    tuple: TypeSerializer._list,
}
#: for subclasses, and for what is only like a set or a mapping
_BASES: tuple[tuple[type[Any], _Write], ...] = (
    *_WRITERS.items(),
    (Set, TypeSerializer._set),
    (Mapping, TypeSerializer._map),
)
#: what a set may hold; an empty one is a set of numbers, as boto3 has it
_SETS: tuple[tuple[Any, str, Callable[[Any], Any]], ...] = (
    ((int, Decimal), "NS", _number),
    (str, "SS", lambda text: text),
    ((bytes, bytearray, Binary), "BS", _bytes),
)


class TypeDeserializer:
    """From attribute values to Python values."""

    def deserialize(self, value: Mapping[str, Any]) -> Any:
        """1 as a Decimal for ``{'N': '1'}``, and so on; bytes become Binary, sets ``set``.

        Raises TypeError for an empty mapping and for a type that DynamoDB does not have.
        """
        if not value:
            raise TypeError("Value must be a nonempty dictionary whose key is a valid dynamodb type.")
        tag, item = next(iter(value.items()))
        read = _READERS.get(tag)
        if read is None:
            raise TypeError(f"Dynamodb type {tag} is not supported")
        return read(self, item)


def _read_map(deserializer: TypeDeserializer, items: Mapping[str, Any]) -> dict[str, Any]:
    return {name: deserializer.deserialize(item) for name, item in items.items()}


def _read_list(deserializer: TypeDeserializer, items: list[Any]) -> list[Any]:
    return [deserializer.deserialize(item) for item in items]


_decimal = DYNAMODB_CONTEXT.create_decimal
_READERS: dict[str, Callable[[TypeDeserializer, Any], Any]] = {
    "NULL": lambda deserializer, item: None,
    "BOOL": lambda deserializer, item: item,
    "N": lambda deserializer, item: _decimal(item),
    "S": lambda deserializer, item: item,
    "B": lambda deserializer, item: Binary(item),
    "NS": lambda deserializer, items: set(map(_decimal, items)),
    "SS": lambda deserializer, items: set(items),
    "BS": lambda deserializer, items: set(map(Binary, items)),
    "M": _read_map,
    "L": _read_list,
}
