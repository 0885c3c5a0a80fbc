"""Trees of plain values (parsed JSON or CBOR) to modeled values, by shape; and what a format of documents is. No HTTP.

Readers are closures, made once for a shape; a structure's members are compiled when first met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from osteon.exceptions import ResponseParserError
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape

#: What is done to a value; None where nothing is to be done.
Conversion: TypeAlias = Callable[[Any], Any] | None
Compile: TypeAlias = Callable[[Shape], Conversion]
#: What is done to scalars, by the type of their shape.
ScalarTable: TypeAlias = Mapping[str, Callable[[Any], Any]]


class DocumentFormat(NamedTuple):
    """How a protocol reads bodies. Both functions raise ResponseParserError."""

    #: a body as a document (a tree, an XML element); an empty body is an empty document
    parse: Callable[[bytes], Any]
    #: the reader of a shape's documents
    decoder: Callable[[Shape], Callable[[Any], Any]]

    def body_decoder(self, shape: Shape) -> Callable[[bytes], Any]:
        """The reader of whole bodies as a shape."""
        parse, decode = self.parse, self.decoder(shape)
        return lambda body: decode(parse(body))


#: What reading a value of another type than the model says may raise.
_MISFITS = (ValueError, TypeError, AttributeError, OverflowError)
_IN_ENVELOPE = frozenset({"header", "headers", "statusCode"})


def decoder(shape: Shape, scalar_table: ScalarTable, *, by_member_name: bool = False) -> Callable[[Any], Any]:
    """A reader of trees as values of ``shape``. Nothing (None) stays nothing.

    Members bound to headers or the status are left out, and so are nulls outside lists and maps. Members are known by
    their wire names, or with ``by_member_name`` by their own. The reader raises ResponseParserError, naming shape and
    member, for what the shape cannot hold.
    """
    read = _Decoding(scalar_table, by_member_name).conversion(shape)

    def decode(value: Any) -> Any:
        if read is None or value is None:
            return value
        try:
            return read(value)
        except RecursionError:
            raise ResponseParserError(f"Unable to read {shape.name}: the response is nested too deep") from None
        except _MISFITS:
            raise ResponseParserError(f"Unable to read {shape.name}: not a {shape.type}") from None

    return decode


class _Decoding:
    """The conversions of one decoder."""

    def __init__(self, scalar_table: ScalarTable, by_member_name: bool) -> None:
        self._scalars = scalar_table
        self._by_member_name = by_member_name
        self._made: dict[Shape, Conversion] = {}

    def conversion(self, shape: Shape) -> Conversion:
        if shape not in self._made:
            self._made[shape] = self._new(shape)
        return self._made[shape]

    def _new(self, shape: Shape) -> Conversion:
        if isinstance(shape, StructureShape):
            return None if shape.document else self._structure(shape)
        if isinstance(shape, ListShape):
            return each_item(shape, self.conversion) or _only_list
        if isinstance(shape, MapShape):
            return each_value(shape, self.conversion) or _only_map
        return self._scalars.get(shape.type)

    def _structure(self, shape: StructureShape) -> Conversion:
        wired = {name: member.location_name or name for name, member in shape.members.items()}
        names = {name: name for name in wired} if self._by_member_name else wired
        in_body = {wire: name for name, wire in names.items() if shape.members[name].location not in _IN_ENVELOPE}
        decode = _structure_decoder(shape, _Fields(shape, in_body, self.conversion))
        return _union_decoder(shape, in_body, decode) if shape.union else decode


class _Fields(dict[str, "tuple[str, Conversion] | None"]):
    """Wire name to member name and conversion, filled when a name is first seen; None for names the model has not.

    Values under ``plain`` names are taken as they come.
    """

    def __init__(self, shape: StructureShape, names: Mapping[str, str], compile_shape: Compile) -> None:
        self.plain: set[str] = set()
        self._shape = shape
        self._names = names
        self._compile = compile_shape

    def __missing__(self, wire_name: str) -> tuple[str, Conversion] | None:
        # Unknown names are not kept: a server that invents names must not fill memory.
        if wire_name not in self._names:
            return None
        name = self._names[wire_name]
        made = self[wire_name] = (name, self._compile(self._shape.members[name]))
        if made == (wire_name, None):
            self.plain.add(name)
        return made


def _structure_decoder(shape: StructureShape, fields: _Fields) -> Callable[[Any], Any]:
    plain = fields.plain

    def decode(node: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        name = ""
        try:
            if node.keys() <= plain and None not in node.values():
                return node
            for wire_name, value in node.items():
                if value is not None:
                    field = fields[wire_name]
                    if field is not None:
                        name, convert = field
                        out[name] = value if convert is None else convert(value)
        except _MISFITS:
            raise ResponseParserError(_misfit(shape, name)) from None
        return out

    return decode


def _misfit(shape: StructureShape, name: str) -> str:
    # No value is quoted: it may be a secret.
    if not name:
        return f"Unable to read {shape.name}: not a structure"
    return f"Unable to read {shape.name}.{name}: not a {shape.members[name].type}"


def _union_decoder(
    shape: StructureShape, known: Mapping[str, str], decode: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    def decode_union(node: Mapping[str, Any]) -> dict[str, Any]:
        given = [name for name, value in node.items() if value is not None and name != "__type"]
        if len(given) != 1:
            reason = f"Invalid service response: {shape.name} must have one and only one member set."
            raise ResponseParserError(reason)
        return decode(node) if given[0] in known else {"SDK_UNKNOWN_MEMBER": {"name": given[0]}}

    return decode_union


def _only_list(value: Any) -> Any:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value  # pyright: ignore[reportUnknownVariableType]: what a list of scalars holds is not looked at


def _only_map(value: Any) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"an object was expected, not {type(value).__name__}")
    return value  # pyright: ignore[reportUnknownVariableType]: what a map of scalars holds is not looked at


# --- lists and maps, in both directions -------------------------------------------------------------------------------


def each_item(shape: ListShape, compile_shape: Compile) -> Conversion:
    """What is done to a list. Made at once for scalars, else when first used: so recursive shapes come to an end."""
    if _is_scalar(shape.member):
        return _list_conversion(compile_shape(shape.member))
    return _lazily(lambda: _list_conversion(compile_shape(shape.member)))


def each_value(shape: MapShape, compile_shape: Compile) -> Conversion:
    """What is done to a map, as :func:`each_item`."""
    if _is_scalar(shape.value):
        return _map_conversion(compile_shape(shape.value))
    return _lazily(lambda: _map_conversion(compile_shape(shape.value)))


def _is_scalar(shape: Shape) -> bool:
    return not isinstance(shape, StructureShape | ListShape | MapShape)


def _list_conversion(convert: Conversion) -> Conversion:
    if convert is None:
        return None

    def convert_list(values: Iterable[Any]) -> list[Any]:
        return [None if value is None else convert(value) for value in values]

    return convert_list


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
