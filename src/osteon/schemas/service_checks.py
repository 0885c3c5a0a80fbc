"""What a service-2 file means beyond its format: references, names, paths, protocols, values that cannot be. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from osteon.model.patterns import python_pattern
from osteon.model.service import PROTOCOLS
from osteon.naming import did_you_mean, method_name, snake_case
from osteon.schemas.formats import Fault
from osteon.schemas.positions import pointer_to
from osteon.schemas.trait_checks import client_params, metadata_traits, operation_traits, shape_traits

Json: TypeAlias = Mapping[str, Any]
Faults: TypeAlias = Iterator[Fault]

_LABEL = re.compile(r"\{([^{}+]+)\+?\}")
_NOTHING: Json = {}
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_SCHEMES = (
    "aws.auth#sigv4",
    "aws.auth#sigv4a",
    "smithy.api#httpBearerAuth",
    "smithy.api#httpApiKeyAuth",
    "smithy.api#noAuth",
)
#: protocols that name the operation by the model's target prefix
_TARGETED = ("json", "smithy-rpc-v2-cbor")


def service_faults(raw: Json, _service: Json | None) -> Faults:
    shapes: Json = raw.get("shapes", _NOTHING)
    if "metadata" in raw:
        yield from _metadata(raw["metadata"])
    for name, shape in shapes.items():
        yield from _shape(("shapes", name), shape, shapes)
        yield from shape_traits(("shapes", name), shape, shapes)
    yield from client_params(raw.get("clientContextParams", _NOTHING))
    yield from _impossible(shapes)
    for name, operation in raw.get("operations", _NOTHING).items():
        yield from _operation(("operations", name), operation, shapes)
    yield from _python_names(raw.get("operations", _NOTHING))


def _metadata(metadata: Json) -> Faults:
    if not metadata:  # malformed, and told of
        return
    named = metadata.get("protocols") or [metadata.get("protocol", "")]
    spoken = [name for name in named if name in PROTOCOLS]
    if not spoken:
        pointer = "/metadata/protocols/0" if metadata.get("protocols") else "/metadata/protocol"
        where = pointer if "protocol" in metadata or "protocols" in metadata else "/metadata"
        hint = did_you_mean(named[0], PROTOCOLS).strip()
        yield Fault(where, f"osteon speaks no protocol {named[0]!r}, but {', '.join(PROTOCOLS)}", hint)
    elif spoken[0] in _TARGETED and not metadata.get("targetPrefix"):
        yield Fault("/metadata", f"lacks targetPrefix, by which {spoken[0]} names operations")
    yield from metadata_traits(metadata)
    if "serviceId" not in metadata:
        yield Fault("/metadata", "lacks serviceId, by which events and settings name the service")
    for index, scheme in enumerate(metadata.get("auth", ())):
        yield from _scheme(f"/metadata/auth/{index}", scheme)
        if scheme == "smithy.api#httpApiKeyAuth" and "httpApiKeyAuth" not in metadata:
            yield Fault("/metadata", "lacks httpApiKeyAuth, which says where the API key goes")


def _scheme(pointer: str, scheme: str) -> Faults:
    if scheme not in _SCHEMES:
        whole = [name for name in _SCHEMES if name.endswith(f"#{scheme}")]
        hint = f"Did you mean: {whole[0]!r}?" if whole else did_you_mean(scheme, _SCHEMES).strip()
        yield Fault(pointer, "is no scheme that osteon signs by", hint, "warning")


def _impossible(shapes: Json) -> Faults:
    """Structures that require themselves, and unions without an end: no value of them is finite."""
    possible = {name for name, shape in shapes.items() if shape.get("type") not in ("structure",)}
    grown = True
    while grown:
        fits = [name for name, shape in shapes.items() if name not in possible and _may_end(shape, possible, shapes)]
        possible.update(fits)
        grown = bool(fits)
    for name in shapes.keys() - possible:
        yield Fault(pointer_to(("shapes", name)), "has no finite value: what it needs leads back to itself")


def _may_end(shape: Json, possible: set[str], shapes: Json) -> bool:
    members: Json = shape.get("members", _NOTHING)
    ends = {name: ref["shape"] in possible or ref["shape"] not in shapes for name, ref in members.items()}
    if shape.get("union") and members:
        return any(ends.values())
    return all(ends.get(name, True) for name in shape.get("required", ()))


def _shape(path: tuple[str, ...], shape: Json, shapes: Json) -> Faults:
    members: Json = shape.get("members", _NOTHING)
    for name, ref in members.items():
        yield from _reference((*path, "members", name), ref, shapes)
    for key in ("member", "key", "value"):
        if key in shape:
            yield from _reference((*path, key), shape[key], shapes)
    for index, name in enumerate(shape.get("required", ())):
        yield from known(pointer_to((*path, "required", index)), "member", name, members)
    if "payload" in shape:
        yield from known(pointer_to((*path, "payload")), "member", shape["payload"], members)
    if "min" in shape and "max" in shape and shape["min"] > shape["max"]:
        yield Fault(pointer_to((*path, "min")), f"is more than max, {shape['max']}")
    yield from _repeated((*path, "enum"), shape.get("enum", ()))
    yield from _repeated((*path, "required"), shape.get("required", ()))
    if "pattern" in shape and python_pattern(shape["pattern"]) is None:
        yield Fault(pointer_to((*path, "pattern")), "cannot be translated and is not enforced", severity="warning")


def _operation(path: tuple[str, ...], operation: Json, shapes: Json) -> Faults:
    for place, ref in _operation_references(path, operation):
        yield from _reference(place, ref, shapes)
        kind = shapes.get(ref["shape"], _NOTHING).get("type", "structure")
        if kind != "structure":
            yield Fault(pointer_to(place), f"must be a structure, but {ref['shape']} is a {kind}")
    method = operation.get("http", _NOTHING).get("method", "POST")
    if method not in _METHODS:
        hint = did_you_mean(method, _METHODS).strip()
        yield Fault(pointer_to((*path, "http", "method")), f"is no method of HTTP: {method}", hint)
    for index, scheme in enumerate(operation.get("auth", ())):
        yield from _scheme(pointer_to((*path, "auth", index)), scheme)
    yield from _labels(path, operation, shapes)
    yield from operation_traits(path, operation, input_members(operation, shapes))


def _operation_references(path: tuple[str, ...], operation: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    for key in ("input", "output"):
        if key in operation:
            yield (*path, key), operation[key]
    for index, ref in enumerate(operation.get("errors", ())):
        yield (*path, "errors", index), ref


def _labels(path: tuple[str, ...], operation: Json, shapes: Json) -> Faults:
    uri = operation.get("http", _NOTHING).get("requestUri", "/")
    members = input_members(operation, shapes)
    if members is None:
        return
    bound = {ref.get("locationName", name) for name, ref in members.items() if ref.get("location") == "uri"}
    for label in _LABEL.findall(uri):
        yield from known(pointer_to((*path, "http", "requestUri")), "uri member", label, bound)
    host = operation.get("endpoint", _NOTHING).get("hostPrefix", "")
    in_host = {name for name, ref in members.items() if ref.get("hostLabel")}
    for label in _LABEL.findall(host):
        yield from known(pointer_to((*path, "endpoint", "hostPrefix")), "hostLabel member", label, in_host)
    for name in bound - set(_LABEL.findall(uri)):
        yield Fault(pointer_to((*path, "http", "requestUri")), f"has no label for the uri member {name}")
    # Without a prefix the endpoint's rules place it, as S3 Control's.
    for name in in_host - set(_LABEL.findall(host)) if host else ():
        yield Fault(pointer_to((*path, "endpoint", "hostPrefix")), f"has no label for the hostLabel member {name}")


def _python_names(operations: Json) -> Faults:
    first: dict[str, str] = {}
    for name in operations:
        method = method_name(name)
        other = first.setdefault(method, name)
        if other != name:
            yield Fault(pointer_to(("operations", name)), f"has the Python name of {other}: {method}")
        elif method != snake_case(name):
            reason = f"is the method {method}: every client has something else as {snake_case(name)}"
            yield Fault(pointer_to(("operations", name)), reason, severity="warning")


def _repeated(path: tuple[str, ...], values: Iterable[str]) -> Faults:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault(pointer_to((*path, index)), f"is there twice: {value}", severity="warning")
        seen.add(value)


def _reference(path: tuple[str | int, ...], ref: Json, shapes: Json) -> Faults:
    return known(pointer_to((*path, "shape")), "shape", ref["shape"], shapes)


def known(pointer: str, what: str, name: str, there: Any) -> Faults:
    if name not in there:
        yield Fault(pointer, f"there is no {what} named {name}", did_you_mean(name, there).strip())


def input_members(operation: Json, shapes: Json) -> Json | None:
    """None where they are not known, since the input's shape is missing, malformed or no structure."""
    if "input" not in operation:
        return _NOTHING
    shape: Json = shapes.get(operation["input"]["shape"], _NOTHING)
    return shape.get("members", _NOTHING) if shape.get("type") == "structure" else None
