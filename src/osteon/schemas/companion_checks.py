"""What companions of a service mean beyond their format: they speak of its operations and members. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from osteon.model.files import is_array, is_object
from osteon.naming import did_you_mean
from osteon.schemas.expressions import member_faults, syntax_faults
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
                yield from syntax_faults(place, text)
        if pager and not pager["output_token"]:
            yield Fault(pointer_to((*path, "output_token")), "names no token, without which there is one page only")
        elif pager and len(_list(pager["input_token"])) != len(_list(pager["output_token"])):
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
            yield from member_faults(place, text, _output(operation), service)


# --- waiters


def waiters_faults(raw: Json, service: Json | None) -> Faults:
    operations: Json = service.get("operations", _NOTHING) if service is not None else _NOTHING
    for name, waiter in raw.get("waiters", _NOTHING).items():
        path = ("waiters", name)
        if not waiter:
            continue
        if service is not None:
            yield from known(pointer_to((*path, "operation")), "operation", waiter["operation"], operations)
        yield from _waiting(path, waiter)
        for index, acceptor in enumerate(waiter["acceptors"]):
            operation = operations.get(waiter["operation"])
            yield from _acceptor((*path, "acceptors", index), acceptor, operation, service)


def _waiting(path: Place, waiter: Json) -> Faults:
    if waiter["delay"] < 0:
        yield Fault(pointer_to((*path, "delay")), "is less than nothing")
    if waiter["maxAttempts"] < 1:
        yield Fault(pointer_to((*path, "maxAttempts")), "must be 1 at least: else nothing is asked")
    if all(acceptor["state"] != "success" for acceptor in waiter["acceptors"]):
        yield Fault(pointer_to((*path, "acceptors")), "none of them says success, so that the waiter never ends well")


def _acceptor(path: Place, acceptor: Json, operation: Json | None, service: Json | None) -> Faults:
    matcher = acceptor["matcher"]
    fits = _EXPECTED.get(matcher)
    if fits is not None and not fits(acceptor["expected"]):
        yield Fault(pointer_to((*path, "expected")), f"must be {_EXPECTED_WORDS[matcher]} for the matcher {matcher}")
    if not matcher.startswith("path"):
        return
    if "argument" not in acceptor:
        yield Fault(pointer_to(path), f"a {matcher} matcher needs an argument")
        return
    place, text = (*path, "argument"), acceptor["argument"]
    yield from syntax_faults(place, text)
    if operation and service is not None:
        yield from member_faults(place, text, _output(operation), service)


_EXPECTED: Mapping[str, Callable[[Any], bool]] = {
    "status": lambda value: not isinstance(value, bool) and value in range(100, 600),
    "error": lambda value: isinstance(value, str | bool),
}
_EXPECTED_WORDS = {"status": "a status code", "error": "an error's code, or a boolean,"}


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


def _output(operation: Json) -> str:
    return str(operation.get("output", _NOTHING).get("shape", ""))
