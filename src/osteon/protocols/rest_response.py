"""HTTP bound to output members, for rest-json and rest-xml: status, headers, payload, body. No body formats, no errors.

Sources: Smithy's HTTP binding traits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from osteon.codecs import scalars
from osteon.codecs.documents import DocumentFormat
from osteon.exceptions import ResponseParserError
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, Shape, StructureShape
from osteon.protocols.base import Parser
from osteon.protocols.metadata import header_ids, http_metadata, raw_headers
from osteon.protocols.rest_request import is_json_header
from osteon.regex import later
from osteon.timestamps import to_datetime

#: Reads members of an answer into a dict.
Reader: TypeAlias = Callable[[Response, dict[str, Any]], None]


def parser(form: DocumentFormat, operation: OperationModel) -> Parser:
    """The parser of an operation's successes."""
    shape = operation.output_shape
    readers = () if shape is None else (*member_readers(shape), _body_reader(form, shape, operation.name))

    def parse(response: Response) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for read in readers:
            read(response, out)
        out["ResponseMetadata"] = http_metadata(response, header_ids(response))
        return out

    return parse


def error_members(form: DocumentFormat, shape: StructureShape, response: Response) -> dict[str, Any]:
    """The modeled members of an error answer. Raises ResponseParserError where they cannot be read."""
    out: dict[str, Any] = {}
    for read in (*member_readers(shape), _body_reader(form, shape, shape.name)):
        read(response, out)
    return out


# --- status and headers -----------------------------------------------------------------------------------------------


def member_readers(shape: StructureShape) -> tuple[Reader, ...]:
    """Readers of the members that are not in the body."""
    located = shape.members.items()
    in_headers = [(name, member) for name, member in located if member.location == "header"]
    return (
        *(_status_reader(name) for name, member in located if member.location == "statusCode"),
        *(_prefix_reader(name, member) for name, member in located if member.location == "headers"),
        *([_headers_reader(in_headers)] if in_headers else []),
    )


def _status_reader(name: str) -> Reader:
    def read(response: Response, out: dict[str, Any]) -> None:
        out[name] = response.status_code

    return read


def _prefix_reader(name: str, member: Shape) -> Reader:
    # Without a locationName the prefix is empty: every header.
    prefix = (member.location_name or "").lower()
    start = len(prefix)

    def read(response: Response, out: dict[str, Any]) -> None:
        held = raw_headers(response).items()
        out[name] = {spelled[start:]: value for key, (spelled, value) in held if key.startswith(prefix)}

    return read


def _headers_reader(members: Iterable[tuple[str, Shape]]) -> Reader:
    """One reader for all, since answers have few headers of the many that shapes name."""
    by_header = {(m.location_name or name).lower(): (name, m.type, _from_header(m)) for name, m in members}

    def read(response: Response, out: dict[str, Any]) -> None:
        for key, (spelled, value) in raw_headers(response).items():
            if key in by_header:
                name, kind, convert = by_header[key]
                try:
                    out[name] = convert(value)
                except (ValueError, OverflowError, RecursionError):
                    raise ResponseParserError(f"Unable to read header {spelled}: not a {kind}") from None

    return read


def _from_header(shape: Shape) -> Callable[[str], Any]:
    if isinstance(shape, ListShape):
        return _list_from_header(shape.member)
    return _from_json if is_json_header(shape) else _FROM_HEADER.get(shape.type, str)


#: An item of a list: quoted, as text with commas is (RFC 9110, 5.6.4), or all up to the next comma.
_ITEM = later(r'\s*(?:"((?:[^"\\]|\\.)*)"\s*|([^,]*)),')
_ESCAPED = later(r"\\(.)")
#: A comma that is not part of a date ("Mon, 16 Dec 2019 ...").
_BETWEEN_ITEMS = later(r"(?<![A-Z][a-z][a-z]),")


def _list_from_header(member: Shape) -> Callable[[str], list[Any]]:
    if member.type == "string":
        return _texts
    convert = _from_header(member)
    return lambda text: [convert(item.strip()) for item in _BETWEEN_ITEMS.split(text) if item.strip()]


def _texts(text: str) -> list[str]:
    if '"' not in text:
        return [item.strip() for item in text.split(",")]
    return [_ESCAPED.sub(r"\1", quoted) or bare.strip() for quoted, bare in _ITEM.findall(text + ",")]


def _from_json(text: str) -> Any:
    return json.loads(scalars.base64_bytes(text))


_FROM_HEADER: Mapping[str, Callable[[str], Any]] = {
    "boolean": lambda text: text.lower() == "true",
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "blob": scalars.base64_bytes,
    "timestamp": to_datetime,
}


# --- body -------------------------------------------------------------------------------------------------------------


def _body_reader(form: DocumentFormat, shape: StructureShape, operation_name: str) -> Reader:
    if shape.payload is None:
        return _members_reader(form, shape)
    name, payload = shape.payload, shape.members[shape.payload]
    if isinstance(payload, StructureShape) and payload.eventstream:
        return _events_reader(form, name, payload, operation_name)
    if payload.type in ("blob", "string"):
        return _raw_reader(name, payload)
    return _payload_reader(form, name, payload)


def _events_reader(form: DocumentFormat, name: str, stream: StructureShape, operation_name: str) -> Reader:
    # Imported here: few operations answer with events.
    from osteon.codecs import eventstream

    binding = eventstream.bind(operation_name, stream, form.body_decoder)

    def read(response: Response, out: dict[str, Any]) -> None:
        out[name] = eventstream.open_stream(response.body, binding)

    return read


def _raw_reader(name: str, payload: Shape) -> Reader:
    """The body as it is; a streaming body stays one."""
    is_text = payload.type == "string"

    def read(response: Response, out: dict[str, Any]) -> None:
        body = response.body
        out[name] = body.decode("utf-8", "replace") if is_text and isinstance(body, bytes) else body

    return read


def _payload_reader(form: DocumentFormat, name: str, payload: Shape) -> Reader:
    decode = form.body_decoder(payload)
    # what an empty body stands for is an empty structure (as botocore has it), but no union and no list
    needs_body = payload.is_tagged_union or payload.type == "list"

    def read(response: Response, out: dict[str, Any]) -> None:
        if response.content or not needs_body:
            out[name] = decode(response.content)

    return read


def _members_reader(form: DocumentFormat, shape: StructureShape) -> Reader:
    decode = form.body_decoder(shape)

    def read(response: Response, out: dict[str, Any]) -> None:
        out.update(decode(response.content) or {})

    return read
