"""What the values of arguments and options may be, by the parameter's name: services, operations, members, files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from osteon.model.loader import Loader
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.naming import snake_case

#: what stands on the line already, by parameter
Given: TypeAlias = Mapping[str, Sequence[str]]

#: a JMESPath expression of names and brackets, and the name it ends with
_PATH = re.compile(r"((?:[\w.]|\[[^\]]*\])*\.)?(\w*)")
_STEP = re.compile(r"\w+|\[[^\]]*\]")


def services(given: Given, incomplete: str) -> Iterator[str]:
    """The services whose names begin so."""
    return (name for name in _loader(given).available_services() if name.startswith(incomplete))


def operations(given: Given, incomplete: str) -> Iterator[str]:
    """The operations that begin so, in the form that was begun: ``PutObject``, ``put_object`` or ``put-object``."""
    names: Iterable[str] = _loader(given).operation_names(given["service"][0])
    if not incomplete[:1].isupper():
        separator = "_" if "_" in incomplete else "-"
        names = (snake_case(name).replace("_", separator) for name in names)
    return (name for name in names if name.startswith(incomplete))


def members(given: Given, incomplete: str) -> Iterator[str]:
    """``Member=`` for those that are not given yet; behind it the values of enums, booleans and files."""
    shape = _operation(given).input_shape
    name, equals, begun = incomplete.partition("=")
    if shape is None:
        return
    if equals:
        yield from (f"{name}={value}" for value in _values(shape.members.get(name), begun))
        return
    there = {word.partition("=")[0] for word in given.get("members", ())}
    wanted = [*shape.required, *(member for member in shape.members if member not in shape.required)]
    yield from (f"{member}=" for member in wanted if member.startswith(name) and member not in there)


def _values(member: Shape | None, begun: str) -> Iterator[str]:
    if begun.startswith("@"):
        yield from _at(begun)
    elif member is not None:
        known = ("true", "false") if member.type == "boolean" else member.enum
        yield from (value for value in known if value.startswith(begun))


def query(given: Given, incomplete: str) -> Iterator[str]:
    """Members of the answer, step by step."""
    found = _PATH.fullmatch(incomplete)
    shape: Shape | None = _operation(given).output_shape
    if found is None:
        return
    path = found[1] or ""
    for step in _STEP.findall(path):
        shape = _inside(shape, step)
    if isinstance(shape, StructureShape):
        yield from (f"{path}{name}" for name in shape.members if name.startswith(found[2]))


def _inside(shape: Shape | None, step: str) -> Shape | None:
    if step.startswith("["):
        return shape.member if isinstance(shape, ListShape) else None
    if isinstance(shape, MapShape):
        return shape.value
    return shape.members.get(step) if isinstance(shape, StructureShape) else None


def parameters(given: Given, incomplete: str) -> Iterator[str]:
    """A file, where one is begun; JSON is the user's own."""
    return _at(incomplete) if incomplete.startswith("@") else iter(())


def files(given: Given, incomplete: str) -> Iterator[str]:
    """Files and folders; folders end in ``/``."""
    folder, name = os.path.split(incomplete)
    try:
        entries = sorted(os.scandir(folder or "."), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(name) and (name or not entry.name.startswith(".")):
            yield os.path.join(folder, entry.name) + ("/" if entry.is_dir() else "")


def _at(begun: str) -> Iterator[str]:
    return (f"@{file}" for file in files({}, begun[1:]))


def _loader(given: Given) -> Loader:
    return Loader(list(given.get("folders", ())))


def _operation(given: Given) -> OperationModel:
    from osteon.cli.finding import operation_of

    return operation_of(_loader(given).service_model(given["service"][0]), given["operation"][0])


OF: Mapping[str, Callable[[Given, str], Iterator[str]]] = {
    "service": services, "services": services, "operation": operations, "operations": operations, "members": members,
    "query": query, "params": parameters, "files": files,
}  # fmt: skip
