"""XML documents read as values, by shape (writing: xml_encoder.py). No HTTP, error envelopes or request ids.

Decoders are closures, made once for a shape and its children when they are first met, so that a service of a thousand
shapes starts as fast as one of ten. Source: Smithy's XML traits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from osteon.codecs import scalars
from osteon.codecs.xml_document import Node, whole
from osteon.codecs.xml_document import child as child
from osteon.codecs.xml_document import local_name as local_name
from osteon.codecs.xml_document import opened as opened
from osteon.codecs.xml_document import parse as parse
from osteon.codecs.xml_encoder import encoder as encoder
from osteon.exceptions import ResponseParserError
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape

Decoder: TypeAlias = Callable[[Node], Any]
_FromText: TypeAlias = Callable[[str], Any]

_IN_HEADERS = frozenset({"header", "headers", "statusCode"})
#: Tables learn the tags they see; a server that invents tags must not fill memory.
_STRANGERS = 64


def decoder(shape: Shape) -> Decoder:
    """A reader of elements as values of ``shape``: dicts, lists, str, int, float, bool, bytes, aware datetimes.

    Members bound to headers or the status are left out. The reader raises ResponseParserError, naming shape and
    member, for what the shape cannot hold.
    """
    read = _node_decoder(shape, {})

    def decode(node: Node) -> Any:
        try:
            return read(node)
        except RecursionError:
            raise ResponseParserError(f"Unable to read {shape.name}: the response is nested too deep") from None
        except (ValueError, OverflowError):
            raise ResponseParserError(f"Unable to read {shape.name}: not a valid {shape.type}") from None

    return decode


_Memo: TypeAlias = dict[Shape, Decoder]


def _node_decoder(shape: Shape, memo: _Memo) -> Decoder:
    held = memo.get(shape)
    if held is None:
        held = memo[shape] = _new_decoder(shape, memo)
    return held


def _new_decoder(shape: Shape, memo: _Memo) -> Decoder:
    if isinstance(shape, StructureShape):
        return _structure_decoder(shape, memo)
    if isinstance(shape, ListShape):
        return _list_decoder(shape, memo)
    if isinstance(shape, MapShape):
        return _map_decoder(shape, memo)
    from_text = _FROM_TEXT.get(shape.type)
    return _text if from_text is None else lambda node: from_text(node.text or "")


def _text(node: Node) -> str:
    return node.text or ""


def _from_text(shape: Shape) -> _FromText:
    return _FROM_TEXT.get(shape.type, str)


_FROM_TEXT: Mapping[str, _FromText] = {
    "boolean": "true".__eq__,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "blob": scalars.base64_bytes,
    "timestamp": scalars.datetime_from_text,
}

_Gather: TypeAlias = Callable[[dict[str, Any], Node], Any]
#: How a structure takes a child: the member's name, then one of: its text converted, the element decoded, or the
#: element gathered into what repeated (flattened) elements gave so far. None of the three: its text as it is.
_Field: TypeAlias = tuple[str, _FromText | None, Decoder | None, _Gather | None]
#: no member: nothing is gathered
_STRANGER: _Field = ("", None, None, lambda out, node: None)


class _Fields(dict[str, _Field]):
    """A structure's children by tag, as the parser writes tags. Filled when a tag is first seen, namespace and all."""

    __slots__ = ("_members", "_memo", "_room")

    def __init__(self, shape: StructureShape, memo: _Memo) -> None:
        body = [(name, member) for name, member in shape.members.items() if _in_body(member)]
        self._members: dict[str, list[tuple[str, Shape]]] = {}
        for name, member in body:
            self._members.setdefault(_element_name(member, name), []).append((name, member))
        for name, member in body:
            # Smithy gives a flattened list's own name to its elements; AWS's older services that of its member.
            self._members.setdefault(member.location_name or name, [(name, member)])
        self._memo = memo
        self._room = 4 * len(self._members) + _STRANGERS

    def __missing__(self, tag: str) -> _Field:
        found = self._members.get(local_name(tag))
        field = _STRANGER if found is None else _field(found, self._memo)
        if len(self) < self._room:
            self[tag] = field
        return field


def _in_body(member: Shape) -> bool:
    return member.location not in _IN_HEADERS and not member.eventheader


def _element_name(member: Shape, name: str) -> str:
    # A flattened list's elements bear the name of the list's member where that has one.
    if isinstance(member, ListShape) and member.flattened and member.member.location_name:
        return member.member.location_name
    return member.location_name or name


def _field(members: list[tuple[str, Shape]], memo: _Memo) -> _Field:
    name, member = members[0]
    if len(members) > 1:
        # S3 has lists and, from older days, their first item by itself: both of one element name
        return name, None, None, _gather_all([_gather(name, member, memo) for name, member in members])
    if isinstance(member, ListShape | MapShape) and member.flattened:
        return name, None, None, _gather(name, member, memo)
    if isinstance(member, StructureShape | ListShape | MapShape):
        return name, None, _node_decoder(member, memo), None
    return name, _FROM_TEXT.get(member.type), None, None


def _gather(name: str, member: Shape, memo: _Memo) -> _Gather:
    if isinstance(member, ListShape) and member.flattened:
        read_item = _node_decoder(member.member, memo)
        return lambda out, node: out.setdefault(name, []).append(read_item(node))
    if isinstance(member, MapShape) and member.flattened:
        read_entry = _entry_decoder(member, memo)
        return lambda out, node: out.setdefault(name, {}).update((read_entry(node),))
    read = _node_decoder(member, memo)
    return lambda out, node: out.setdefault(name, read(node))


def _gather_all(gathers: list[_Gather]) -> _Gather:
    def gather(out: dict[str, Any], node: Node) -> None:
        node = whole(node)
        for one in gathers:
            one(out, node)

    return gather


def _structure_decoder(shape: StructureShape, memo: _Memo) -> Decoder:
    fields = _Fields(shape, memo)
    shape_name = shape.name

    def decode(node: Node) -> dict[str, Any]:
        out: dict[str, Any] = {}
        name = ""
        try:
            for item in node:
                name, from_text, read, gather = fields[item.tag]
                if gather is not None:
                    gather(out, item)
                elif name not in out:
                    if read is not None:
                        out[name] = read(item)
                    else:
                        text = item.text or ""
                        out[name] = text if from_text is None else from_text(text)
        except (ValueError, OverflowError):
            kind = shape.members[name].type
            raise ResponseParserError(f"Unable to read {shape_name}.{name}: not a valid {kind}") from None
        return out

    if shape.union:
        return _union_decoder(shape, decode)
    attributes = {name: member for name, member in shape.members.items() if member.xml_attribute}
    return _attribute_decoder(shape, attributes, decode) if attributes else decode


def _attribute_decoder(shape: Shape, attributes: Mapping[str, Shape], decode: Decoder) -> Decoder:
    # (member, prefixed name, local name): a namespaced attribute is known by its local name, whatever its prefix
    wires = [(name, member, member.location_name or name) for name, member in attributes.items()]
    wanted = [(name, _from_text(member), wire, wire.partition(":")[2]) for name, member, wire in wires]

    def decode_with_attributes(node: Node) -> dict[str, Any]:
        out: dict[str, Any] = decode(node)
        for key, value in node.attrib.items():
            for name, from_text, wire, local in wanted:
                if name not in out and (key == wire or (local and key.endswith("}" + local))):
                    try:
                        out[name] = from_text(value)
                    except (ValueError, OverflowError):
                        kind = attributes[name].type
                        raise ResponseParserError(f"Unable to read {shape.name}.{name}: not a valid {kind}") from None
        return out

    return decode_with_attributes


def _union_decoder(shape: StructureShape, decode: Decoder) -> Decoder:
    known = {_element_name(member, name) for name, member in shape.members.items()}

    def decode_union(node: Node) -> dict[str, Any]:
        node = whole(node)
        tags = {local_name(item.tag) for item in node}
        if len(tags) != 1:
            reason = f"Invalid service response: {shape.name} must have one and only one member set."
            raise ResponseParserError(reason)
        (tag,) = tags
        return decode(node) if tag in known else {"SDK_UNKNOWN_MEMBER": {"name": tag}}

    return decode_union


def _list_decoder(shape: ListShape, memo: _Memo) -> Decoder:
    member, flattened = shape.member, shape.flattened
    if not flattened and not isinstance(member, (StructureShape, ListShape, MapShape)):
        read_item = _node_decoder(member, memo)
        return lambda node: [read_item(item) for item in node]
    found: list[Decoder] = []

    def decode(node: Node) -> list[Any]:
        if not found:
            # made when the first list is met, so that recursive shapes come to an end
            found.append(_node_decoder(member, memo))
        read = found[0]
        # a flattened list that is nobody's member is one element: itself its only item
        return [read(item) for item in ((node,) if flattened else node)]

    return decode


def _map_decoder(shape: MapShape, memo: _Memo) -> Decoder:
    found: list[Callable[[Node], tuple[Any, Any]]] = []

    def decode(node: Node) -> dict[Any, Any]:
        if not found:
            found.append(_entry_decoder(shape, memo))
        read_entry = found[0]
        return dict([read_entry(node)] if shape.flattened else map(read_entry, node))

    return decode


def _entry_decoder(shape: MapShape, memo: _Memo) -> Callable[[Node], tuple[Any, Any]]:
    readers = {
        shape.key.location_name or "key": (0, _node_decoder(shape.key, memo)),
        shape.value.location_name or "value": (1, _node_decoder(shape.value, memo)),
    }

    def decode(node: Node) -> tuple[Any, Any]:
        pair: list[Any] = [None, None]
        seen = 0
        for item in node:
            tag = local_name(item.tag)
            if tag not in readers:
                raise ResponseParserError(f"Unable to read {shape.name}: unknown tag {tag} in an entry")
            place, read = readers[tag]
            pair[place] = read(item)
            seen |= 1 << place
        if seen != 3:
            raise ResponseParserError(f"Unable to read {shape.name}: an entry without key or value")
        return pair[0], pair[1]

    return decode
