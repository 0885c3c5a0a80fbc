"""What companions of a service mean beyond their format: they speak of its operations and members. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jmespath.exceptions import JMESPathError

from osteon.exceptions import ModelError
from osteon.model.expressions import checked
from osteon.model.files import is_array, is_object
from osteon.naming import did_you_mean
from osteon.schemas.expressions import missing_members
from osteon.schemas.formats import Fault
from osteon.schemas.positions import pointer_to
from osteon.schemas.service_checks import Faults, Json, input_members, known

_NOTHING: Json = {}
Place = tuple[str | int, ...]


# --- paginators


def paginators_faults(raw: Json, service: Json | None) -> Faults:
    for name, pager in raw.get("pagination", _NOTHING).items():
        path = ("pagination", name)
        for key in _OUTPUT_KEYS:
            for place, text in _several((*path, key), pager.get(key, ())):
                yield from _syntax(place, text)
        if pager and len(_list(pager["input_token"])) != len(_list(pager["output_token"])):
            yield Fault(pointer_to((*path, "output_token")), "has not as many tokens as input_token")
        if service is None:
            continue
        yield from known(pointer_to(path), "operation", name, service.get("operations", _NOTHING))
        yield from _paged_members(path, pager, service)


_OUTPUT_KEYS = ("output_token", "result_key", "more_results", "non_aggregate_keys")


def _paged_members(path: tuple[str, str], pager: Json, service: Json) -> Faults:
    shapes: Json = service.get("shapes", _NOTHING)
    operation = service.get("operations", _NOTHING).get(path[-1])
    members = input_members(operation, shapes) if operation else None
    if members is None:
        return
    for key in ("input_token", "limit_key"):
        for place, name in _several((*path, key), pager.get(key, ())):
            yield from known(pointer_to(place), "input member", name, members)
    for key in _OUTPUT_KEYS:
        for place, text in _several((*path, key), pager.get(key, ())):
            yield from _expression(place, text, operation, service)


# --- waiters


def waiters_faults(raw: Json, service: Json | None) -> Faults:
    operations: Json = service.get("operations", _NOTHING) if service is not None else _NOTHING
    for name, waiter in raw.get("waiters", _NOTHING).items():
        path = ("waiters", name)
        if not waiter:
            continue
        if service is not None:
            yield from known(pointer_to((*path, "operation")), "operation", waiter["operation"], operations)
        for index, acceptor in enumerate(waiter["acceptors"]):
            operation = operations.get(waiter["operation"])
            yield from _acceptor((*path, "acceptors", index), acceptor, operation, service)


def _acceptor(path: Place, acceptor: Json, operation: Json | None, service: Json | None) -> Faults:
    matcher = acceptor["matcher"]
    kinds = _EXPECTED.get(matcher)
    if kinds is not None and not isinstance(acceptor["expected"], kinds):
        yield Fault(pointer_to((*path, "expected")), f"must be {_EXPECTED_WORDS[matcher]} for the matcher {matcher}")
    if not matcher.startswith("path"):
        return
    if "argument" not in acceptor:
        yield Fault(pointer_to(path), f"a {matcher} matcher needs an argument")
        return
    place, text = (*path, "argument"), acceptor["argument"]
    yield from _syntax(place, text)
    if operation and service is not None:
        yield from _expression(place, text, operation, service)


_EXPECTED: Mapping[str, tuple[type, ...]] = {"status": (int,), "error": (str, bool)}
_EXPECTED_WORDS = {"status": "a status code", "error": "an error's code, or a boolean,"}


# --- resources


def resources_faults(raw: Json, service: Json | None) -> Faults:
    types: Json = raw.get("resources", _NOTHING)
    groups = [(("service",), raw.get("service", _NOTHING)), *((("resources", n), r) for n, r in types.items())]
    for path, resource in groups:
        identifiers = {each["name"] for each in resource.get("identifiers", ())}
        for place, entry in _parts(path, resource):
            yield from _resource_part(place, entry, types, service)
            yield from _sources(place, entry, identifiers)
        if "shape" in resource and service is not None:
            yield from known(pointer_to((*path, "shape")), "shape", resource["shape"], service.get("shapes", _NOTHING))


def _parts(path: Place, resource: Json) -> Iterator[tuple[Place, Json]]:
    for section in ("actions", "batchActions", "has", "hasMany", "waiters"):
        for name, entry in resource.get(section, _NOTHING).items():
            yield (*path, section, name), entry
    if "load" in resource:
        yield (*path, "load"), resource["load"]


def _resource_part(path: Place, entry: Json, types: Json, service: Json | None) -> Faults:
    made: Json = entry.get("resource", _NOTHING)
    if made:
        yield from known(pointer_to((*path, "resource", "type")), "resource", made["type"], types)
        there = [each["name"] for each in types.get(made["type"], _NOTHING).get("identifiers", ())]
        for index, identifier in enumerate(made.get("identifiers", ()) if there else ()):
            # what the caller gives goes by position
            if identifier["source"] != "input":
                pointer = pointer_to((*path, "resource", "identifiers", index, "target"))
                yield from known(pointer, f"identifier of {made['type']}", identifier["target"], there)
    if "request" in entry and service is not None:
        yield from _request((*path, "request"), entry["request"], service)


def _request(path: Place, request: Json, service: Json) -> Faults:
    operations: Json = service.get("operations", _NOTHING)
    yield from known(pointer_to((*path, "operation")), "operation", request["operation"], operations)
    operation = operations.get(request["operation"])
    members = input_members(operation, service.get("shapes", _NOTHING)) if operation else None
    for index, parameter in enumerate(request.get("params", ()) if members is not None else ()):
        root = parameter["target"].partition(".")[0].partition("[")[0]
        yield from known(pointer_to((*path, "params", index, "target")), "input member", root, members)


def _sources(path: Place, entry: Json, identifiers: set[str]) -> Faults:
    """Values that come from the resource itself, or from what was sent and answered."""
    parts = {(): entry, ("request",): entry.get("request", _NOTHING), ("resource",): entry.get("resource", _NOTHING)}
    for way, part in parts.items():
        yield from _leads((*path, *way), part)
        for key in ("params", "identifiers"):
            for index, source in enumerate(part.get(key, ())):
                place = (*path, *way, key, index)
                if source["source"] == "identifier" and "name" in source:
                    yield from known(pointer_to((*place, "name")), "identifier", source["name"], identifiers)
                yield from _leads(place, source)


def _leads(path: Place, part: Json) -> Faults:
    """``$`` is the whole answer: no JMESPath, but a path of resources."""
    if part.get("path", "$") != "$":
        yield from _syntax((*path, "path"), part["path"])


# --- examples


def examples_faults(raw: Json, service: Json | None) -> Faults:
    for name, examples in raw.get("examples", _NOTHING).items():
        if service is None:
            continue
        operations: Json = service.get("operations", _NOTHING)
        yield from known(pointer_to(("examples", name)), "operation", name, operations)
        for index, example in enumerate(examples if name in operations else ()):
            for side in ("input", "output"):
                shape = operations[name].get(side, _NOTHING).get("shape", "")
                place = ("examples", name, index, side)
                yield from _example(place, example.get(side, _NOTHING), shape, service.get("shapes", _NOTHING))


def _example(path: Place, value: Any, name: str, shapes: Json) -> Faults:
    """Members that a value names and its shape has not. An example is for people: that is a warning."""
    shape: Json = shapes.get(name, _NOTHING)
    kind = shape.get("type")
    if kind == "structure" and is_object(value):
        members: Json = shape.get("members", _NOTHING)
        for key, item in value.items():
            if key in members:
                yield from _example((*path, key), item, members[key]["shape"], shapes)
            else:
                hint = did_you_mean(key, members).strip()
                yield Fault(pointer_to((*path, key)), f"{name} has no member named {key}", hint, "warning")
    elif kind == "list" and is_array(value):
        for index, item in enumerate(value):
            yield from _example((*path, index), item, shape["member"]["shape"], shapes)
    elif kind == "map" and is_object(value):
        for key, item in value.items():
            yield from _example((*path, key), item, shape["value"]["shape"], shapes)


# --- expressions


def _list(value: Any) -> list[Any]:
    return value if is_array(value) else [value]


def _several(path: Place, value: Any) -> Iterator[tuple[Place, str]]:
    """One text or several, each with its place."""
    if isinstance(value, str):
        yield path, value
    else:
        yield from (((*path, index), text) for index, text in enumerate(value))


def _syntax(path: Place, text: str) -> Faults:
    try:
        checked(text)
    except ModelError as error:
        yield Fault(pointer_to(path), error.reason)


def _expression(path: Place, text: str, operation: Json, service: Json) -> Faults:
    shapes: Json = service.get("shapes", _NOTHING)
    output = operation.get("output", _NOTHING).get("shape", "")
    try:
        missing = missing_members(text, output, shapes)
    except JMESPathError:
        return  # told by _syntax
    for name, owner in missing:
        hint = did_you_mean(name, shapes[owner].get("members", _NOTHING)).strip()
        yield Fault(pointer_to(path), f"{owner} has no member named {name}", hint)
