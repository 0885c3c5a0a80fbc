# What type checkers see of DynamoDB's values; aws/customizations reads and writes them. No import leads into the house.
from collections.abc import Mapping, Sequence, Set
from decimal import Context, Decimal
from typing import Any, TypeAlias

DYNAMODB_CONTEXT: Context

class Binary:
    """Bytes as DynamoDB gives them; equal to, and hashed as, the bytes themselves."""

    value: bytes | bytearray

    def __init__(self, value: bytes | bytearray) -> None: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
    def __bytes__(self) -> bytes: ...

#: What a value of an item is, where resources give it.
Value: TypeAlias = (
    bool | str | Decimal | Binary | set[Decimal] | set[str] | set[Binary] | list[Value] | dict[str, Value] | None
)
#: What it may be given as. No float: DynamoDB's numbers are decimal.
ValueIn: TypeAlias = (
    bool
    | str
    | int
    | Decimal
    | bytes
    | bytearray
    | Binary
    | Set[int | Decimal]
    | Set[str]
    | Set[bytes | Binary]
    | Sequence[ValueIn]
    | Mapping[str, ValueIn]
    | None
)

class TypeSerializer:
    """From Python values to attribute values."""

    def serialize(self, value: ValueIn) -> Any:
        """``{'N': '1'}`` for 1, and so on, as generated types have it. Raises TypeError for what none can be."""

class TypeDeserializer:
    """From attribute values to Python values."""

    def deserialize(self, value: Mapping[str, Any]) -> Any:
        """1 as a Decimal for ``{'N': '1'}``, and so on. Raises TypeError for a type that DynamoDB does not have."""
