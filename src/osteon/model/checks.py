"""Checking model files: the format, and what JSON Schema cannot say (references, names, paths). Reads no files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError

from osteon.model.expressions import missing_members
from osteon.model.files import is_object
from osteon.model.patterns import python_pattern
from osteon.model.positions import lines_of, path_of, pointer_to
from osteon.model.schema import Fault, Kind, format_faults, parse_text
from osteon.naming import did_you_mean, snake_case

Json: TypeAlias = Mapping[str, Any]
Faults: TypeAlias = Iterator[Fault]

_LABEL = re.compile(r"\{([^{}+]+)\+?\}")
_NOTHING: Json = {}


def check(text: str | bytes, kind: Kind, service: Json | None = None) -> tuple[Fault, ...]:
    """Every fault of a model file's text, in the order of its lines; empty where it is right.

    ``service`` is the JSON of the service-2 file that a companion belongs to (for a service file, itself is used).
    References are followed out of and into parts whose format is right; the others are known by name alone.
    """
    raw = parse_text(text)
    if isinstance(raw, Fault):
        return (raw,)
    faults = format_faults(raw, kind)
    known = _sound(service, format_faults(service, "service")) if service is not None else None
    faults.extend(_MEANING[kind](_sound(raw, faults), known))
    return _placed(faults, text if isinstance(text, str) else text.decode())


def _sound(raw: Json, faults: list[Fault]) -> Json:
    """The content with an empty object in the place of each malformed operation, shape, paginator and so on."""
    sound = {section: dict(parts) if is_object(parts) else parts for section, parts in raw.items()}
    for fault in faults:
        path = path_of(fault.pointer)
        if fault.severity == "warning" or not path or path[0] not in sound:
            continue
        if len(path) > 1 and path[0] != "service" and is_object(sound[path[0]]):
            sound[path[0]][path[1]] = _NOTHING
        else:
            sound[path[0]] = _NOTHING
    return sound


def _placed(faults: list[Fault], text: str) -> tuple[Fault, ...]:
    lines = lines_of(text, {fault.pointer for fault in faults})
    placed = (fault._replace(line=lines.get(fault.pointer)) for fault in faults)
    return tuple(sorted(placed, key=lambda fault: (fault.line or 0, fault.pointer)))


# --- service-2


def _service(raw: Json, _service: Json | None) -> Faults:
    shapes: Json = raw.get("shapes", _NOTHING)
    for name, shape in shapes.items():
        yield from _shape(("shapes", name), shape, shapes)
    for name, operation in raw.get("operations", _NOTHING).items():
        yield from _operation(("operations", name), operation, shapes)
    yield from _python_names(raw.get("operations", _NOTHING))


def _shape(path: tuple[str, ...], shape: Json, shapes: Json) -> Faults:
    members: Json = shape.get("members", _NOTHING)
    for name, ref in members.items():
        yield from _reference((*path, "members", name), ref, shapes)
    for key in ("member", "key", "value"):
        if key in shape:
            yield from _reference((*path, key), shape[key], shapes)
    for index, name in enumerate(shape.get("required", ())):
        yield from _known(pointer_to((*path, "required", index)), "member", name, members)
    if "payload" in shape:
        yield from _known(pointer_to((*path, "payload")), "member", shape["payload"], members)
    if "pattern" in shape and python_pattern(shape["pattern"]) is None:
        yield Fault(pointer_to((*path, "pattern")), "cannot be translated and is not enforced", severity="warning")


def _operation(path: tuple[str, ...], operation: Json, shapes: Json) -> Faults:
    for place, ref in _operation_references(path, operation):
        yield from _reference(place, ref, shapes)
        kind = shapes.get(ref["shape"], _NOTHING).get("type", "structure")
        if kind != "structure":
            yield Fault(pointer_to(place), f"must be a structure, but {ref['shape']} is a {kind}")
    yield from _labels(path, operation, shapes)


def _operation_references(path: tuple[str, ...], operation: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    for key in ("input", "output"):
        if key in operation:
            yield (*path, key), operation[key]
    for index, ref in enumerate(operation.get("errors", ())):
        yield (*path, "errors", index), ref


def _labels(path: tuple[str, ...], operation: Json, shapes: Json) -> Faults:
    uri = operation.get("http", _NOTHING).get("requestUri", "/")
    members = _input_members(operation, shapes)
    if members is None:
        return
    bound = {ref.get("locationName", name) for name, ref in members.items() if ref.get("location") == "uri"}
    for label in _LABEL.findall(uri):
        yield from _known(pointer_to((*path, "http", "requestUri")), "uri member", label, bound)
    host = operation.get("endpoint", _NOTHING).get("hostPrefix", "")
    in_host = {name for name, ref in members.items() if ref.get("hostLabel")}
    for label in _LABEL.findall(host):
        yield from _known(pointer_to((*path, "endpoint", "hostPrefix")), "hostLabel member", label, in_host)
    for name in bound - set(_LABEL.findall(uri)):
        yield Fault(pointer_to((*path, "http", "requestUri")), f"has no label for the uri member {name}")


def _python_names(operations: Json) -> Faults:
    first: dict[str, str] = {}
    for name in operations:
        method = snake_case(name)
        other = first.setdefault(method, name)
        if other != name:
            yield Fault(pointer_to(("operations", name)), f"has the Python name of {other}: {method}")


def _reference(path: tuple[str | int, ...], ref: Json, shapes: Json) -> Faults:
    return _known(pointer_to((*path, "shape")), "shape", ref["shape"], shapes)


def _known(pointer: str, what: str, name: str, known: Any) -> Faults:
    if name not in known:
        yield Fault(pointer, f"there is no {what} named {name}", did_you_mean(name, known).strip())


# --- companions: they speak of a service's operations and members


def _paginators(raw: Json, service: Json | None) -> Faults:
    for name, pager in raw.get("pagination", _NOTHING).items():
        path = ("pagination", name)
        for key in _OUTPUT_KEYS:
            for text in _several(pager.get(key, ())):
                yield from _syntax((*path, key), text)
        if service is None:
            continue
        yield from _known(pointer_to(path), "operation", name, service.get("operations", _NOTHING))
        yield from _paged_members(path, pager, service)


_OUTPUT_KEYS = ("output_token", "result_key", "more_results", "non_aggregate_keys")


def _paged_members(path: tuple[str, ...], pager: Json, service: Json) -> Faults:
    shapes: Json = service.get("shapes", _NOTHING)
    operation = service.get("operations", _NOTHING).get(path[-1])
    members = _input_members(operation, shapes) if operation else None
    if members is None:
        return
    for key in ("input_token", "limit_key"):
        for name in _several(pager.get(key, ())):
            yield from _known(pointer_to((*path, key)), "input member", name, members)
    output = operation.get("output", _NOTHING).get("shape", "")
    for key in _OUTPUT_KEYS:
        for text in _several(pager.get(key, ())):
            yield from _expression((*path, key), text, output, shapes)


def _waiters(raw: Json, service: Json | None) -> Faults:
    for name, waiter in raw.get("waiters", _NOTHING).items():
        path = ("waiters", name)
        if waiter and service is not None:
            operations = service.get("operations", _NOTHING)
            yield from _known(pointer_to((*path, "operation")), "operation", waiter["operation"], operations)
        for index, acceptor in enumerate(waiter.get("acceptors", ())):
            yield from _acceptor((*path, "acceptors", index), acceptor)


def _acceptor(path: tuple[str | int, ...], acceptor: Json) -> Faults:
    if not acceptor["matcher"].startswith("path"):
        return
    if "argument" not in acceptor:
        yield Fault(pointer_to(path), f"a {acceptor['matcher']} matcher needs an argument")
    else:
        yield from _syntax((*path, "argument"), acceptor["argument"])


def _resources(raw: Json, service: Json | None) -> Faults:
    types: Json = raw.get("resources", _NOTHING)
    groups = [(("service",), raw.get("service", _NOTHING)), *((("resources", n), r) for n, r in types.items())]
    for path, resource in groups:
        for section in ("actions", "batchActions", "has", "hasMany"):
            for name, entry in resource.get(section, _NOTHING).items():
                yield from _resource_part((*path, section, name), entry, types, service)
        if "load" in resource:
            yield from _resource_part((*path, "load"), resource["load"], types, service)
        if "shape" in resource and service is not None:
            yield from _known(pointer_to((*path, "shape")), "shape", resource["shape"], service.get("shapes", _NOTHING))


def _resource_part(path: tuple[str, ...], entry: Json, types: Json, service: Json | None) -> Faults:
    if "resource" in entry:
        yield from _known(pointer_to((*path, "resource", "type")), "resource", entry["resource"]["type"], types)
    if "request" in entry and service is not None:
        pointer = pointer_to((*path, "request", "operation"))
        yield from _known(pointer, "operation", entry["request"]["operation"], service.get("operations", _NOTHING))


def _input_members(operation: Json, shapes: Json) -> Json | None:
    """None where they are not known, since the input's shape is missing, malformed or no structure."""
    if "input" not in operation:
        return _NOTHING
    shape: Json = shapes.get(operation["input"]["shape"], _NOTHING)
    return shape.get("members", _NOTHING) if shape.get("type") == "structure" else None


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _syntax(path: tuple[str | int, ...], text: str) -> Faults:
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        yield Fault(pointer_to(path), f"is no JMESPath expression: {str(error).splitlines()[0]}")


def _expression(path: tuple[str | int, ...], text: str, shape: str, shapes: Json) -> Faults:
    try:
        missing = missing_members(text, shape, shapes)
    except JMESPathError:
        return  # told by _syntax
    for name, owner in missing:
        hint = did_you_mean(name, shapes[owner].get("members", _NOTHING)).strip()
        yield Fault(pointer_to(path), f"{owner} has no member named {name}", hint)


_MEANING: Mapping[Kind, Callable[[Json, Json | None], Faults]] = {
    "service": _service,
    "paginators": _paginators,
    "waiters": _waiters,
    "resources": _resources,
}
