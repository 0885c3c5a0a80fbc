"""Values written as XML documents, by shape. No reading, no HTTP.

Writers are closures, made once for a shape when it is first met; they build text, which is several times faster than
building a tree. Sources: Smithy's XML traits, XML 1.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from osteon.codecs import refusals, scalars
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape, XmlNamespace

Encoder: TypeAlias = Callable[[Any], bytes]
_ElementEncoder: TypeAlias = Callable[[Any], str]


def encoder(
    shape: Shape, root_name: str, namespace: XmlNamespace | None = None, *, timestamp_precision: str = "default"
) -> Encoder:
    """A writer of values of ``shape`` as a document, UTF-8 and without a declaration, whose root is ``root_name``.

    ``namespace`` is the root's where the shape itself names none. The writer raises ParamValidationError for text
    that UTF-8 cannot carry and for values nested too deep.
    """
    write = _Writers(timestamp_precision).element(shape, root_name, namespace)

    def encode(value: Any) -> bytes:
        try:
            return scalars.utf8(write(value))
        except RecursionError:
            raise refusals.too_deep(root_name) from None
        except refusals.MISFITS:
            raise refusals.misfit(root_name) from None

    return encode


def escape(text: str) -> str:
    """Character data. A carriage return is written as a reference, since parsers turn a bare one into a line feed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def _escape_attribute(text: str) -> str:
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#09;")


class _Writers:
    """The element writers of one document. Each writes whole elements; all have the same timestamp precision."""

    def __init__(self, timestamp_precision: str) -> None:
        self._precision = timestamp_precision
        self._made: dict[tuple[Shape, str], _ElementEncoder] = {}

    def element(self, shape: Shape, name: str, namespace: XmlNamespace | None = None) -> _ElementEncoder:
        held = self._made.get((shape, name))
        if held is None:
            held = self._made[shape, name] = self._new(shape, name, _xmlns(shape.xml_namespace or namespace))
        return held

    def _new(self, shape: Shape, name: str, xmlns: str) -> _ElementEncoder:
        if isinstance(shape, StructureShape):
            return self._structure(shape, name, xmlns)
        if isinstance(shape, ListShape):
            return self._list(shape, name, xmlns)
        if isinstance(shape, MapShape):
            return self._map(shape, name, xmlns)
        to_text = self._to_text(shape)
        wrap = _wrapper(name, xmlns)
        return lambda value: wrap(to_text(value))

    def _to_text(self, shape: Shape) -> Callable[[Any], str]:
        if shape.type == "timestamp":
            write = scalars.timestamp_writer(shape.timestamp_format or "iso8601", self._precision)
            return lambda value: str(write(value))
        return _TO_TEXT.get(shape.type, _text)

    def _structure(self, shape: StructureShape, name: str, xmlns: str) -> _ElementEncoder:
        attributes = {
            key: (m.location_name or key, str if m.type == "string" else self._to_text(m))
            for key, m in shape.members.items()
            if m.xml_attribute
        }
        order = {key: place for place, key in enumerate(shape.xml_order)}
        writers: dict[str, _ElementEncoder] = {}
        wrap = _wrapper(name, xmlns)

        def writer(key: str) -> _ElementEncoder:
            member = refusals.member(shape, key)
            writers[key] = self.element(member, member.location_name or key)
            return writers[key]

        def encode(params: Mapping[str, Any]) -> str:
            given = [(key, value) for key, value in params.items() if value is not None]
            return wrap("".join([(writers.get(key) or writer(key))(value) for key, value in given]))

        def encode_ordered(params: Mapping[str, Any]) -> str:
            return encode({key: params[key] for key in sorted(params, key=lambda key: order.get(key, len(order)))})

        def encode_with_attributes(params: Mapping[str, Any]) -> str:
            given = [(*pair, params[key]) for key, pair in attributes.items() if params.get(key) is not None]
            written = "".join([f' {wire}="{_escape_attribute(to_text(value))}"' for wire, to_text, value in given])
            inner = encode({key: value for key, value in params.items() if key not in attributes})
            # the attributes go where the plain element's start tag ends: after its name and its xmlns
            start = len(name) + len(xmlns) + 1
            return f"{inner[:start]}{written}{inner[start:]}"

        if attributes:
            return encode_with_attributes
        return encode_ordered if order else encode

    def _list(self, shape: ListShape, name: str, xmlns: str) -> _ElementEncoder:
        item_name = name if shape.flattened else shape.member.location_name or "member"
        found: list[_ElementEncoder] = []
        wrap = str if shape.flattened else _wrapper(name, xmlns)

        def encode(values: Iterable[Any]) -> str:
            if not found:
                found.append(self.element(shape.member, item_name))
            write = found[0]
            return wrap("".join([write(value) for value in values]))

        return encode

    def _map(self, shape: MapShape, name: str, xmlns: str) -> _ElementEncoder:
        found: list[tuple[_ElementEncoder, _ElementEncoder]] = []
        wrap = str if shape.flattened else _wrapper(name, xmlns)
        wrap_entry = _wrapper(name, xmlns) if shape.flattened else _wrapper("entry", "")

        def encode(values: Mapping[Any, Any]) -> str:
            if not found:
                key, value = shape.key, shape.value
                found.append(
                    (self.element(key, key.location_name or "key"), self.element(value, value.location_name or "value"))
                )
            write_key, write_value = found[0]
            return wrap("".join([wrap_entry(write_key(k) + write_value(v)) for k, v in values.items()]))

        return encode


def _xmlns(namespace: XmlNamespace | str | None) -> str:
    if namespace is None:
        return ""
    if isinstance(namespace, str):
        return f' xmlns="{_escape_attribute(namespace)}"'
    prefix = f":{namespace.prefix}" if namespace.prefix else ""
    return f' xmlns{prefix}="{_escape_attribute(namespace.uri)}"'


def _wrapper(name: str, xmlns: str) -> _ElementEncoder:
    start, end, empty = f"<{name}{xmlns}>", f"</{name}>", f"<{name}{xmlns} />"
    return lambda inner: f"{start}{inner}{end}" if inner else empty


def _text(value: Any) -> str:
    return escape(value if isinstance(value, str) else str(value))


def _whole(value: Any) -> str:
    # digits need no escaping; what else was let in unchecked does
    return str(value) if isinstance(value, int) else _text(value)


_TO_TEXT: Mapping[str, Callable[[Any], str]] = {
    "boolean": scalars.boolean_text,
    "integer": _whole,
    "long": _whole,
    "float": scalars.float_text,
    "double": scalars.float_text,
    "blob": scalars.base64_text,
}
