"""What the traits of a service file's shapes and operations ask of what bears them: types, numbers, names. Pure.

Sources: Smithy's specification of each trait; where AWS's own files are laxer, they are right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from osteon.naming import did_you_mean
from osteon.schemas.formats import Fault
from osteon.schemas.positions import pointer_to

Json: TypeAlias = Mapping[str, Any]
Faults: TypeAlias = Iterator[Fault]
Place: TypeAlias = tuple[str | int, ...]

_NOTHING: Json = {}
_NUMBERS = ("integer", "long", "float", "double")
_SCALARS = (*_NUMBERS, "string", "boolean", "blob", "timestamp")
#: where a member stands on the wire -> the types that can stand there
_LOCATED: Mapping[str, tuple[str, ...]] = {
    "header": (*_SCALARS, "list"),
    "headers": ("map",),
    "uri": _SCALARS,
    "querystring": (*_SCALARS, "list", "map"),
    "statusCode": ("integer", "long"),
}
#: trait -> the types that it means something for
_BORNE: Mapping[str, tuple[str, ...]] = {
    "streaming": ("blob", "string", "structure"),
    "hostLabel": ("string",),
    "idempotencyToken": ("string",),
    "timestampFormat": ("timestamp",),
    "xmlAttribute": _SCALARS,
    "flattened": ("list", "map"),
    "jsonvalue": ("string", "structure", "blob"),
}
_PAYLOADS = ("structure", "blob", "string", "list", "map")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]|\{[^{}]*\})*")
_STATUS = range(100, 600)


def shape_traits(path: Place, shape: Json, shapes: Json) -> Faults:
    """The faults of one shape's traits, and of those of its members."""
    yield from _limits(path, shape)
    yield from _status((*path, "error", "httpStatusCode"), shape.get("error", _NOTHING).get("httpStatusCode"))
    key = shapes.get(shape.get("key", _NOTHING).get("shape"), _NOTHING)
    if key.get("type", "string") != "string":
        yield Fault(pointer_to((*path, "key", "shape")), f"a key is a string, but {shape['key']['shape']} is none")
    members: Json = shape.get("members", _NOTHING)
    for name, ref in members.items():
        yield from _borne((*path, "members", name), ref, shapes.get(ref["shape"], _NOTHING))
    payload = members.get(shape.get("payload", ""), _NOTHING).get("shape")
    kind = shapes.get(payload, _NOTHING).get("type", "structure")
    if kind not in _PAYLOADS:
        yield Fault(pointer_to((*path, "payload")), f"{_article(kind)} cannot be a body")
    yield from _same_names(path, members)


def _limits(path: Place, shape: Json) -> Faults:
    if shape.get("type") in _NUMBERS:
        return
    for key in ("min", "max"):
        limit = shape.get(key, 0)
        if limit < 0 or limit != int(limit):
            yield Fault(pointer_to((*path, key)), f"is no length: {limit}")


def _status(path: Place, status: int | None) -> Faults:
    if status is not None and status not in _STATUS:
        yield Fault(pointer_to(path), f"is no status of HTTP: {status}")


def _borne(path: Place, ref: Json, target: Json) -> Faults:
    kind = target.get("type")
    if kind is None:  # missing or malformed, and told of
        return
    location = ref.get("location", "")
    if kind not in _LOCATED.get(location, (kind,)) and not (ref.get("jsonvalue") or target.get("jsonvalue")):
        yield Fault(pointer_to((*path, "location")), f"{_article(kind)} cannot stand there: {location}")
    for trait, kinds in _BORNE.items():
        if ref.get(trait) and kind not in kinds:
            yield Fault(pointer_to((*path, trait)), f"means nothing for {_article(kind)}")


def _same_names(path: Place, members: Json) -> Faults:
    first: dict[tuple[str | None, str], str] = {}
    for name, ref in members.items():
        if ref.get("deprecated"):  # S3's older members share the names of those that replace them
            continue
        place, wire_name = ref.get("location"), ref.get("locationName", name)
        key = (place, wire_name.lower() if place == "header" else wire_name)
        other = first.setdefault(key, name)
        if other != name:
            yield Fault(pointer_to((*path, "members", name)), f"has the name of {other} on the wire: {wire_name}")


def operation_traits(path: Place, operation: Json, members: Json | None) -> Faults:
    """The faults of one operation's traits; ``members`` are those of its input, None where they are not known."""
    http: Json = operation.get("http", _NOTHING)
    yield from _status((*path, "http", "responseCode"), http.get("responseCode"))
    uri = http.get("requestUri", "/")
    if not uri.startswith("/"):
        yield Fault(pointer_to((*path, "http", "requestUri")), "does not begin with /")
    prefix = operation.get("endpoint", _NOTHING).get("hostPrefix", "")
    if not _HOST.fullmatch(prefix):
        yield Fault(pointer_to((*path, "endpoint", "hostPrefix")), "cannot stand in the name of a host")
    for key in ("requestAlgorithmMember", "requestValidationModeMember"):
        name = operation.get("httpChecksum", _NOTHING).get(key)
        if name is not None and members is not None and name not in members:
            hint = did_you_mean(name, members).strip()
            yield Fault(pointer_to((*path, "httpChecksum", key)), f"there is no input member named {name}", hint)


def metadata_traits(metadata: Json) -> Faults:
    """The faults of single values in the metadata."""
    for path, value, values in (
        (("httpApiKeyAuth", "in"), metadata.get("httpApiKeyAuth", _NOTHING).get("in"), ("header", "query")),
        (("jsonVersion",), metadata.get("jsonVersion"), ("1.0", "1.1")),
    ):
        if value is not None and value not in values:
            yield _none_of(("metadata", *path), value, values)


def client_params(params: Json) -> Faults:
    for name, param in params.items():
        kind = param.get("type", "string")
        if kind not in _PARAMETERS:
            yield _none_of(("clientContextParams", name, "type"), kind, _PARAMETERS)


_PARAMETERS = ("string", "boolean", "stringArray")


def _article(kind: str) -> str:
    return f"an {kind}" if kind == "integer" else f"a {kind}"


def _none_of(path: Place, value: str, values: tuple[str, ...]) -> Fault:
    return Fault(pointer_to(path), f"must be one of {', '.join(values)}", did_you_mean(value, values).strip())
