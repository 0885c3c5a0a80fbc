"""Trees of plain values (parsed JSON or CBOR) to modeled values, by shape; and what a format of documents is. No HTTP.

Readers are closures, made once for a shape; a structure's members are compiled when first met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
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


def decoder(
    shape: Shape, scalar_table: ScalarTable, *, by_member_name: bool = False, dense_maps: bool = False
) -> Callable[[Any], Any]:
    """A reader of trees as values of ``shape``. Nothing (None) stays nothing.

    Members bound to headers or the status are left out, and so are nulls outside lists and maps; with ``dense_maps``
    in maps, too, unless the model calls them sparse. Members are known by their wire names, or with ``by_member_name``
    by their own. The reader raises ResponseParserError, naming shape and member, for what the shape cannot hold.
    """
    read = _Decoding(scalar_table, by_member_name, dense_maps).conversion(shape)

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

    def __init__(self, scalar_table: ScalarTable, by_member_name: bool, dense_maps: bool) -> None:
        self._scalars = scalar_table
        self._by_member_name = by_member_name
        self._dense_maps = dense_maps
        self._made: dict[Shape, Conversion] = {}
        #: of each structure the members that are taken as they come; it grows while they are first met
        self._plain: dict[Shape, set[str]] = {}

    def conversion(self, shape: Shape) -> Conversion:
        if shape not in self._made:
            self._made[shape] = self._new(shape)
        return self._made[shape]

    def _new(self, shape: Shape) -> Conversion:
        if isinstance(shape, StructureShape):
            return None if shape.document else self._structure(shape)
        if isinstance(shape, ListShape):
            return _unfolded(shape.member, partial(self._container, _LIST))
        if isinstance(shape, MapShape):
            read = _unfolded(shape.value, partial(self._container, _MAP))
            return read if read is None or shape.sparse or not self._dense_maps else _without_nulls(read)
        return self._scalars.get(shape.type)

    def _container(self, container: _Container, inner: Shape) -> Conversion:
        convert = self.conversion(inner)
        if convert is None:
            return container.checked
        plain = self._plain.get(inner)
        return _each(container, convert) if plain is None else _each_structure(container, plain, convert)

    def _structure(self, shape: StructureShape) -> Conversion:
        wired = {name: member.location_name or name for name, member in shape.members.items()}
        names = {name: name for name in wired} if self._by_member_name else wired
        in_body = {wire: name for name, wire in names.items() if shape.members[name].location not in _IN_ENVELOPE}
        fields = _Fields(shape, in_body, self.conversion)
        decode = _structure_decoder(shape, fields)
        if shape.union:
            return _union_decoder(shape, in_body, decode)
        self._plain[shape] = fields.plain
        return decode


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
    def decode(node: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        name = ""
        try:
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


# --- lists and maps, read ---------------------------------------------------------------------------------------------


class _Container(NamedTuple):
    """What lists and maps differ in. A tree is its reader's own, so they are filled anew in place."""

    kind: type[Any]
    #: places, and what stands there
    entries: Callable[[Any], Iterable[tuple[Any, Any]]]

    def checked(self, value: Any) -> Any:
        """A container of scalars that are taken as they come: they are not looked at."""
        if not isinstance(value, self.kind):
            raise TypeError(f"a {self.kind.__name__} was expected, not a {type(value).__name__}")
        return value


def _items(values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    return values.items()


_LIST = _Container(list, enumerate)
_MAP = _Container(dict, _items)


def _each(container: _Container, convert: Callable[[Any], Any]) -> Conversion:
    checked, entries = container.checked, container.entries

    def convert_each(values: Any) -> Any:
        for place, value in entries(checked(values)):
            if value is not None:
                values[place] = convert(value)
        return values

    return convert_each


def _each_structure(container: _Container, plain: set[str], convert: Callable[[Any], Any]) -> Conversion:
    """As :func:`_each`, but a structure of ``plain`` members only is left as it is, which spares most of the calls."""
    checked, entries = container.checked, container.entries

    def convert_each(values: Any) -> Any:
        node: Any = None
        try:
            for place, node in entries(checked(values)):
                if node is None:
                    continue
                for name, value in node.items():
                    if value is None or name not in plain:
                        values[place] = convert(node)
                        break
        except AttributeError:
            convert(node)  # which says what is wrong with it
            raise
        return values

    return convert_each


def _without_nulls(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read_dense(value: Any) -> Any:
        found: dict[Any, Any] = read(value)
        return {key: item for key, item in found.items() if item is not None} if None in found.values() else found

    return read_dense


# --- lists and maps, written ------------------------------------------------------------------------------------------


def each_item(shape: ListShape, compile_shape: Compile) -> Conversion:
    """What is done to a list."""
    return _unfolded(shape.member, lambda member: _list_conversion(compile_shape(member)))


def each_value(shape: MapShape, compile_shape: Compile) -> Conversion:
    """What is done to a map."""
    return _unfolded(shape.value, lambda value: _map_conversion(compile_shape(value)))


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


# --- recursion --------------------------------------------------------------------------------------------------------


def _unfolded(inner: Shape, make: Callable[[Shape], Conversion]) -> Conversion:
    """What ``make`` gives for what a container holds; made when first used where that is a container itself.

    So shapes that hold themselves come to an end; structures compile their members when they are first met anyway.
    """
    if not isinstance(inner, (ListShape, MapShape)):
        return make(inner)
    made: list[Conversion] = []

    def convert(value: Any) -> Any:
        if not made:
            made.append(make(inner))
        held = made[0]
        return value if held is None else held(value)

    return convert
