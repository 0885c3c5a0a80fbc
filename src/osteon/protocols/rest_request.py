"""Input members bound to HTTP, for rest-json and rest-xml: path labels, query, headers, payload. No body formats.

Sources: Smithy's HTTP binding traits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from osteon.codecs import refusals, scalars
from osteon.exceptions import ParamValidationError
from osteon.http import Body, Headers
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.protocols.base import Draft, Serializer, SerializerOptions
from osteon.protocols.host_prefix import host_prefix

#: Writes a structure (the input's body members, or the payload member) as a document.
BodyEncoder: TypeAlias = Callable[[Any], bytes]
#: Puts one member's value where it goes.
_Binder: TypeAlias = Callable[[Any, "_Parts"], None]
_ToText: TypeAlias = Callable[[Any], str]

_LABEL = re.compile(r"\{(.*?)\}")


class RequestFormat(NamedTuple):
    """What the two protocols differ in."""

    #: the writer of a shape's documents
    encoder: Callable[[Shape, SerializerOptions], BodyEncoder]
    #: written where there are body members but none is given, or no payload
    empty: bytes
    #: of documents; None where the format sets none
    content_type: str | None


@dataclass(slots=True)
class _Parts:
    """A request in the making."""

    labels: dict[str, str]
    query: dict[str, Any]
    headers: Headers
    members: dict[str, Any]


def serializer(form: RequestFormat, operation: OperationModel, options: SerializerOptions) -> Serializer:
    """The serializer of an operation. It raises ParamValidationError for values that HTTP cannot carry."""
    method, prefix, precision = operation.http.method, host_prefix(operation, options), options.timestamp_precision
    write_path = _path_writer(_request_uri(operation, options))
    shape = operation.input_shape
    members: Mapping[str, Shape] = {} if shape is None else shape.members
    binders = {name: _binder(name, member, precision) for name, member in members.items()}
    write_body = _body_writer(form, shape, options)

    def serialize(params: Mapping[str, Any]) -> Draft:
        parts = _Parts({}, {}, Headers(), {})
        _bind(params, binders, parts)
        path = write_path(parts.labels)
        body = write_body(parts)
        return Draft(method, path, parts.query, parts.headers, body, prefix(params))

    return serialize


def _bind(params: Mapping[str, Any], binders: Mapping[str, _Binder], parts: _Parts) -> None:
    name = ""
    try:
        for name, value in params.items():
            if value is not None:
                bind = binders.get(name)
                if bind is None:
                    raise _unknown(name, binders)
                bind(value, parts)
    except (TypeError, ValueError, AttributeError):
        raise ParamValidationError(report=f"Parameter {name} has another type than the model") from None


def _unknown(name: str, known: Mapping[str, Any]) -> ParamValidationError:
    return ParamValidationError(report=f'Unknown parameter in input: "{name}", must be one of: {", ".join(known)}')


# --- path -------------------------------------------------------------------------------------------------------------


def _request_uri(operation: OperationModel, options: SerializerOptions) -> str:
    """The model's uri, less the labels at its beginning that the endpoint has already."""
    uri = operation.http.request_uri
    for label in options.labels_in_endpoint:
        uri = uri.removeprefix(f"/{{{label}}}")
    return uri


def _path_writer(uri: str) -> Callable[[Mapping[str, str]], str]:
    pieces = _LABEL.split(uri)
    if len(pieces) == 1:
        return lambda labels: uri
    # split() gives text and label by turns
    template = "%s".join(piece.replace("%", "%%") for piece in pieces[::2])
    places = [(label.removesuffix("+"), "/" if label.endswith("+") else "") for label in pieces[1::2]]

    def write(labels: Mapping[str, str]) -> str:
        try:
            return template % tuple([scalars.percent_encode(labels[name], safe) for name, safe in places])
        except KeyError as missing:
            report = f"Missing required parameter in input: {missing} (it is part of the path)"
            raise ParamValidationError(report=report) from None

    return write


# --- members ----------------------------------------------------------------------------------------------------------


def _binder(name: str, member: Shape, precision: str) -> _Binder:
    make = _BINDERS.get(member.location or "")
    if make is None:
        return _body_binder(name)
    return make(name if member.location_name is None else member.location_name, member, precision)


def _body_binder(name: str) -> _Binder:
    def bind(value: Any, parts: _Parts) -> None:
        parts.members[name] = value

    return bind


def _label_binder(wire_name: str, member: Shape, precision: str) -> _Binder:
    to_text = _uri_text(member, precision)

    def bind(value: Any, parts: _Parts) -> None:
        parts.labels[wire_name] = to_text(value)

    return bind


def _query_binder(wire_name: str, member: Shape, precision: str) -> _Binder:
    if isinstance(member, MapShape):
        return _query_map_binder(member)
    if isinstance(member, ListShape):
        to_item = _uri_text(member.member, precision)

        def bind_list(values: Any, parts: _Parts) -> None:
            parts.query[wire_name] = [to_item(value) for value in values]

        return bind_list
    to_text = _uri_text(member, precision)

    def bind(value: Any, parts: _Parts) -> None:
        parts.query[wire_name] = to_text(value)

    return bind


def _query_map_binder(member: MapShape) -> _Binder:
    to_query: Callable[[Any], str | list[str]] = _each_text if isinstance(member.value, ListShape) else str

    def bind(values: Mapping[str, Any], parts: _Parts) -> None:
        # A member of its own goes before an entry of that name, whatever the order they are given in (Smithy).
        for name, value in values.items():
            parts.query.setdefault(name, to_query(value))

    return bind


def _each_text(values: Iterable[Any]) -> list[str]:
    return [str(value) for value in values]


def _header_binder(wire_name: str, member: Shape, precision: str) -> _Binder:
    to_text = _header_text(member, precision)
    skips_empty = isinstance(member, ListShape)
    key = wire_name.lower()

    def bind(value: Any, parts: _Parts) -> None:
        if value or not skips_empty:
            parts.headers.raw[key] = (wire_name, _one_line(to_text(value), wire_name))

    return bind


def _prefixed_binder(prefix: str, member: Shape, precision: str) -> _Binder:
    def bind(values: Any, parts: _Parts) -> None:
        # Here, too, a member of its own goes before what the map has under its name.
        for key, value in values.items():
            name = f"{prefix}{key}"
            parts.headers.raw.setdefault(_one_line(name, prefix).lower(), (name, _one_line(str(value), name)))

    return bind


_BINDERS: Mapping[str, Callable[[str, Shape, str], _Binder]] = {
    "uri": _label_binder,
    "querystring": _query_binder,
    "header": _header_binder,
    "headers": _prefixed_binder,
}


def _one_line(text: str, name: str) -> str:
    """Text as a header's value or name. Raises ParamValidationError for text that no header can hold."""
    if not text.isascii():
        scalars.utf8(text)
    # A line break would begin another header.
    if "\n" in text or "\r" in text or "\0" in text:
        shown = name.splitlines()[0] if name else ""
        raise ParamValidationError(report=f"Header {shown!r} would hold a line break or NUL, which HTTP cannot carry.")
    return text


# --- values -----------------------------------------------------------------------------------------------------------


def _uri_text(shape: Shape, precision: str) -> _ToText:
    if shape.type == "timestamp":
        write = scalars.timestamp_writer(shape.timestamp_format or "iso8601", precision)
        return lambda value: str(write(value))
    return _TO_TEXT.get(shape.type, str)


def _header_text(shape: Shape, precision: str) -> _ToText:
    if shape.type == "timestamp":
        write = scalars.timestamp_writer(shape.timestamp_format or "rfc822", precision, whole_seconds=True)
        return lambda value: str(write(value))
    if isinstance(shape, ListShape):
        return _header_list_text(shape.member, precision)
    if is_json_header(shape):
        return _json_text
    return _TO_TEXT.get(shape.type, str)


def _header_list_text(member: Shape, precision: str) -> _ToText:
    to_text = _quoted if member.type == "string" else _header_text(member, precision)
    return lambda values: ",".join([to_text(value) for value in values if value is not None])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"' if '"' in text or "," in text else text


def is_json_header(shape: Shape) -> bool:
    """The header holds JSON as base64 (the jsonvalue trait)."""
    return shape.jsonvalue and shape.location == "header" and shape.type == "string"


def _json_text(value: Any) -> str:
    try:
        return scalars.base64_text(json.dumps(value, separators=(",", ":")))
    except (TypeError, ValueError, RecursionError) as error:
        raise ParamValidationError(report=f"A header value cannot be written as JSON: {error}") from None


_TO_TEXT: Mapping[str, _ToText] = {
    "boolean": scalars.boolean_text,
    "float": scalars.float_text,
    "double": scalars.float_text,
    "blob": scalars.base64_text,
}


# --- body -------------------------------------------------------------------------------------------------------------


def _body_writer(
    form: RequestFormat, shape: StructureShape | None, options: SerializerOptions
) -> Callable[[_Parts], Body]:
    if shape is None:
        return lambda parts: b""
    if shape.payload is None:
        return _members_writer(form, shape, options)
    payload = shape.members[shape.payload]
    if payload.type in ("blob", "string"):
        return _raw_writer(shape.payload)
    return _payload_writer(form, shape, shape.payload, options)


#: Bytes-like, a file, an iterable of bytes.
_WAYS_TO_BYTES = ("__len__", "read", "__iter__")


def _raw_writer(name: str) -> Callable[[_Parts], Body]:
    def write(parts: _Parts) -> Body:
        body: Body | str = parts.members.get(name, b"")
        if isinstance(body, bytes):
            return body
        if isinstance(body, str):
            return scalars.utf8(body)
        if not any(hasattr(body, way) for way in _WAYS_TO_BYTES) or isinstance(body, dict | list | tuple):
            raise refusals.misfit(name)
        return body

    return write


def _payload_writer(
    form: RequestFormat, shape: StructureShape, name: str, options: SerializerOptions
) -> Callable[[_Parts], Body]:
    payload = shape.members[name]
    encode = form.encoder(payload, options)
    # an empty document would be a union without a member, which is none
    empty = b"" if payload.is_tagged_union else form.empty

    def write(parts: _Parts) -> Body:
        body = encode(parts.members[name]) if name in parts.members else empty
        _set_content_type(form, parts, body)
        return body

    return write


def _members_writer(form: RequestFormat, shape: StructureShape, options: SerializerOptions) -> Callable[[_Parts], Body]:
    if all(member.location in _BINDERS for member in shape.members.values()):
        return lambda parts: b""
    encode = form.encoder(shape, options)

    def write(parts: _Parts) -> Body:
        body = encode(parts.members) if parts.members else form.empty
        _set_content_type(form, parts, body)
        return body

    return write


def _set_content_type(form: RequestFormat, parts: _Parts, body: bytes) -> None:
    if body and form.content_type is not None and "content-type" not in parts.headers.raw:
        parts.headers.raw["content-type"] = ("Content-Type", form.content_type)
