"""What a resources-1 file means beyond its format: it speaks of a service's operations, members and waiters. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from osteon.schemas.expressions import member_faults, syntax_faults
from osteon.schemas.formats import Fault
from osteon.schemas.positions import pointer_to
from osteon.schemas.service_checks import Faults, Json, input_members, known

_NOTHING: Json = {}
Place = tuple[str | int, ...]

#: where a value comes from -> what says which one it is
_TOLD_BY: Mapping[str, str] = {
    "identifier": "name",
    "data": "path",
    "requestParameter": "path",
    "response": "path",
    "string": "value",
    "integer": "value",
    "boolean": "value",
}


class _Roots(NamedTuple):
    """The shapes that paths lead into, by where the value comes from; empty texts where they are not known."""

    data: str = ""
    request: str = ""
    response: str = ""

    def of(self, source: str) -> str:
        return {"data": self.data, "requestParameter": self.request, "response": self.response}.get(source, "")


def resources_faults(raw: Json, service: Json | None, waiters: Json | None = None) -> Faults:
    types: Json = raw.get("resources", _NOTHING)
    groups = [(("service",), raw.get("service", _NOTHING)), *((("resources", n), r) for n, r in types.items())]
    for path, resource in groups:
        if "shape" in resource and service is not None:
            yield from known(pointer_to((*path, "shape")), "shape", resource["shape"], service.get("shapes", _NOTHING))
        yield from _data_names(path, resource, service)
        identifiers = {each["name"] for each in resource.get("identifiers", ())}
        for place, entry in _parts(path, resource):
            yield from _made(place, entry, types)
            yield from _request(place, entry, service)
            yield from _sources(place, entry, identifiers)
            yield from _paths(place, entry, _roots(resource, entry, service), service)
            if "waiterName" in entry and waiters is not None:
                names: Json = waiters.get("waiters", _NOTHING)
                yield from known(pointer_to((*place, "waiterName")), "waiter", entry["waiterName"], names)


def _parts(path: Place, resource: Json) -> Iterator[tuple[Place, Json]]:
    for section in ("actions", "batchActions", "has", "hasMany", "waiters"):
        for name, entry in resource.get(section, _NOTHING).items():
            yield (*path, section, name), entry
    if "load" in resource:
        yield (*path, "load"), resource["load"]


def _data_names(path: Place, resource: Json, service: Json | None) -> Faults:
    """``memberName`` is an identifier's name in the data."""
    shapes: Json = service.get("shapes", _NOTHING) if service is not None else _NOTHING
    members = shapes.get(resource.get("shape", ""), _NOTHING).get("members")
    for index, identifier in enumerate(resource.get("identifiers", ()) if members is not None else ()):
        if "memberName" in identifier:
            place = pointer_to((*path, "identifiers", index, "memberName"))
            yield from known(place, f"member of {resource['shape']}", identifier["memberName"], members)


def _made(path: Place, entry: Json, types: Json) -> Faults:
    """The resource that comes of an entry, and its identifiers."""
    made: Json = entry.get("resource", _NOTHING)
    if not made:
        return
    yield from known(pointer_to((*path, "resource", "type")), "resource", made["type"], types)
    there = [each["name"] for each in types.get(made["type"], _NOTHING).get("identifiers", ())]
    given = made.get("identifiers", ())
    for index, identifier in enumerate(given if there else ()):
        # what the caller gives goes by position
        if identifier["source"] != "input":
            pointer = pointer_to((*path, "resource", "identifiers", index, "target"))
            yield from known(pointer, f"identifier of {made['type']}", identifier["target"], there)
    # An action of IAM's leaves one out.
    if len(given) < len(there) and path[-2] in ("has", "hasMany"):
        missing = [name for name in there if name not in {each["target"] for each in given}]
        reason = f"says nothing of {' and '.join(missing)}, by which a {made['type']} is told apart"
        yield Fault(pointer_to((*path, "resource")), reason)


def _request(path: Place, entry: Json, service: Json | None) -> Faults:
    request: Json = entry.get("request", _NOTHING)
    if not request:
        if path[-2] in ("actions", "batchActions") or path[-1] == "load":
            yield Fault(pointer_to(path), "lacks a request, without which nothing is done")
        return
    if service is None:
        return
    operations: Json = service.get("operations", _NOTHING)
    yield from known(pointer_to((*path, "request", "operation")), "operation", request["operation"], operations)
    operation = operations.get(request["operation"])
    members = input_members(operation, service.get("shapes", _NOTHING)) if operation else None
    for index, parameter in enumerate(request.get("params", ()) if members is not None else ()):
        root = parameter["target"].partition(".")[0].partition("[")[0]
        yield from known(pointer_to((*path, "request", "params", index, "target")), "input member", root, members)


def _sources(path: Place, entry: Json, identifiers: set[str]) -> Faults:
    """Each value says which one it is, of the resource's identifiers, the data or what was sent and answered."""
    for place, source in _values(path, entry):
        needed = _TOLD_BY.get(source["source"])
        if needed is not None and needed not in source:
            yield Fault(pointer_to(place), f"lacks {needed}, which says what of the {source['source']} is meant")
        elif source["source"] == "identifier":
            yield from known(pointer_to((*place, "name")), "identifier", source["name"], identifiers)


def _values(path: Place, entry: Json) -> Iterator[tuple[Place, Json]]:
    parts = {(): entry, ("request",): entry.get("request", _NOTHING), ("resource",): entry.get("resource", _NOTHING)}
    for way, part in parts.items():
        for key in ("params", "identifiers"):
            for index, source in enumerate(part.get(key, ())):
                yield (*path, *way, key, index), source


def _roots(resource: Json, entry: Json, service: Json | None) -> _Roots:
    operations: Json = service.get("operations", _NOTHING) if service is not None else _NOTHING
    operation: Json = operations.get(entry.get("request", _NOTHING).get("operation", ""), _NOTHING)
    request, response = (operation.get(side, _NOTHING).get("shape", "") for side in ("input", "output"))
    return _Roots(resource.get("shape", ""), request, response)


def _paths(path: Place, entry: Json, roots: _Roots, service: Json | None) -> Faults:
    """Paths of values, and of what is answered: of an entry without a request they lead into the data."""
    answered = roots.response if "request" in entry else roots.data
    where: list[tuple[Place, Json, str]] = [
        (path, entry, "" if "waiterName" in entry else answered),
        ((*path, "resource"), entry.get("resource", _NOTHING), answered),
        *((place, source, roots.of(source["source"])) for place, source in _values(path, entry)),
    ]
    for place, part, shape in where:
        text: Any = part.get("path", "$")
        # ``$`` is the whole answer: no JMESPath, but a path of resources.
        if text != "$":
            yield from syntax_faults((*place, "path"), text)
            for fault in member_faults((*place, "path"), text, shape, service) if service is not None else ():
                # Data that is not there is None, as AWS's EC2 has it in one place; a call's answer would be lost.
                yield fault._replace(severity="warning") if shape == roots.data else fault
