"""The public ``.pyi`` files: what they say is there, with the same signatures; type checkers are led nowhere slow."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import osteon.model

SOURCE = Path(__file__).parents[2] / "src"
FACES = sorted((SOURCE / "osteon").rglob("*.pyi"))
#: all that a checker reads of osteon where a program imports it
LIGHT = {
    "osteon", "osteon.clients", "osteon.clients.values", "osteon.config", "osteon.dynamodb",
    "osteon.dynamodb.conditions", "osteon.dynamodb.table", "osteon.dynamodb.types", "osteon.events",
    "osteon.events.catalog", "osteon.events.handlers", "osteon.events.hooks", "osteon.events.trie", "osteon.exceptions",
    "osteon.flow", "osteon.http", "osteon.model", "osteon.naming", "osteon.resources", "osteon.resources.root",
    "osteon.responses", "osteon.s3", "osteon.s3.transfer", "osteon.schemas", "osteon.session", "osteon.signers",
    "osteon.testing", "osteon.transport", "osteon.transport.canned", "osteon.transport.streams",
}  # fmt: skip
LIBRARIES = {"typing_extensions"}


def module_of(face: Path) -> str:
    parts = face.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_anything(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it takes ``**kwargs``: what generated types narrow, and what is pydantic's."""
    return function.args.kwarg is not None


def arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[str, bool]]:
    """Pairs (name, has a default)."""
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    optional = [False] * (len(plain) - len(given.defaults)) + [True] * len(given.defaults)
    pairs = [(arg.arg, has) for arg, has in zip(plain, optional, strict=True)]
    pairs += [(arg.arg, default is not None) for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return [*pairs, *((arg.arg, False) for arg in (given.vararg, given.kwarg) if arg is not None)]


def real_arguments(function: Any) -> list[tuple[str, bool]]:
    return [(each.name, each.default is not each.empty) for each in inspect.signature(function).parameters.values()]


def is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "overload" for each in node.decorator_list)


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "property" for each in node.decorator_list)


def has_member(kind: Any, name: str) -> bool:
    fields = getattr(kind, "model_fields", {})
    annotated = any(name in vars(each).get("__annotations__", {}) for each in kind.__mro__)
    return annotated or name in fields or hasattr(kind, name) or name in assigned(kind)


def assigned(kind: Any) -> set[str]:
    """What the class and its bases give their instances."""
    sources = [inspect.getsource(each) for each in kind.__mro__ if each.__module__.startswith("osteon")]
    return {name for source in sources for name in re.findall(r"\bself\.(\w+)(?:: [^=\n]+)? = ", source)}


def classes(face: Path) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in ast.parse(face.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}


def members(name: str, known: dict[str, ast.ClassDef]) -> Iterator[ast.stmt]:
    """Of a public class, and of the private ones that it has them from."""
    for base in known[name].bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(named, ast.Name) and named.id.startswith("_") and named.id in known:
            yield from members(named.id, known)
    yield from known[name].body


PUBLIC = [(face, name) for face in FACES for name in classes(face) if not name.startswith("_")]


@pytest.mark.parametrize(("face", "name"), PUBLIC, ids=lambda each: each if isinstance(each, str) else module_of(each))
def test_classes_have_what_their_face_says(face: Path, name: str) -> None:
    kind = getattr(import_module(module_of(face)), name)
    for member in members(name, classes(face)):
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            assert has_member(kind, member.target.id), f"{name}.{member.target.id}"
            check_field(kind, member)
        elif isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            check_function(kind, name, member)


#: what classes of the house have for the house alone, or for the making of generated types
HIDDEN = {
    "Description": {"bind", "model_config", "model_post_init"},
    "Emitter": {"channel", "emit_flow", "emit_until_response_flow", "for_client", "handlers", "with_builtin"},
    "EventStream": {"initial_message"},
    "AsyncEventStream": {"initial_message"},
    "Shape": {"documentation_text", "key_ref", "member_ref", "member_refs", "value_ref", "with_traits"},
    "OperationModel": {
        "authtype", "documentation_text", "endpointdiscovery", "endpointoperation", "errors", "input", "output",
        "operation_context_params", "requestcompression", "static_context_params",
    },
    "TransferConfig": {"in_parts", "of", "part_size", "side_by_side"},
    "Metadata": {"aws_query_compatible", "protocol_settings"},
    "ServiceModel": {
        "client_context_params", "definitions", "from_definitions", "kept", "resolve_shape_ref", "structure", "version",
    },
}  # fmt: skip


@pytest.mark.parametrize(("face", "name"), PUBLIC, ids=lambda each: each if isinstance(each, str) else module_of(each))
def test_faces_say_all_that_classes_have(face: Path, name: str) -> None:
    kind = getattr(import_module(module_of(face)), name)
    # What stands in a light module is seen by checkers as it is.
    ours = [each for each in kind.__mro__ if each.__module__.startswith("osteon") and each.__module__ not in LIGHT]
    real = {each for owner in ours for each in {*vars(owner), *vars(owner).get("__annotations__", {})}}
    hidden = {each for owner in ours for each in HIDDEN.get(owner.__name__, ())}
    said = {*names(name, classes(face)), "model_fields", "model_computed_fields"}
    assert not {each for each in real - hidden - said if not each.startswith("_")}


def names(name: str, known: dict[str, ast.ClassDef]) -> Iterator[str]:
    """What a class and those of its bases that the face declares have."""
    for base in known[name].bases if name in known else ():
        yield from names(ast.unparse(base).partition("[")[0], known)
    for member in known[name].body if name in known else ():
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            yield member.target.id
        elif isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            yield member.name


def check_field(kind: Any, member: ast.AnnAssign) -> None:
    """A description's field is of the type that the face says."""
    assert isinstance(member.target, ast.Name)
    field = getattr(kind, "model_fields", {}).get(member.target.id)
    if field is not None:
        said = eval(ast.unparse(member.annotation), {}, Public())
        assert field.annotation == said, f"{kind.__name__}.{member.target.id}"


class Public(dict[str, Any]):
    """The names of a face, and what it imports."""

    def __missing__(self, name: str) -> Any:
        return next(getattr(home, name) for home in (osteon.model, builtins, typing) if hasattr(home, name))


def check_function(kind: Any, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    assert has_member(kind, function.name), f"{name}.{function.name}"
    if is_property(function) or is_anything(function):
        return
    real = getattr(kind, function.name)
    expected = arguments(function)[1:] if inspect.ismethod(real) else arguments(function)
    assert real_arguments(real) == expected, f"{name}.{function.name}"
    if isinstance(function, ast.AsyncFunctionDef):
        assert inspect.iscoroutinefunction(real), f"{name}.{function.name}"


@pytest.mark.parametrize("face", FACES, ids=module_of)
def test_every_name_of_a_face_is_there(face: Path) -> None:
    module = import_module(module_of(face))
    for node in ast.parse(face.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                assert alias.asname != alias.name or hasattr(module, alias.name), alias.name
        elif isinstance(node, ast.FunctionDef) and not is_overload(node):
            assert real_arguments(getattr(module, node.name)) == arguments(node), node.name


def test_faces_lead_into_no_slow_module() -> None:
    """Neither into the house nor into pydantic, which a type checker takes a second for."""
    seen, waiting = set[str](), [module_of(face) for face in FACES]
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        for name in imported(module):
            library = name.partition(".")[0]
            if library == "osteon":
                waiting.append(name)
            else:
                assert library in LIBRARIES or library in STANDARD, f"{module} imports {name}"
    assert seen <= LIGHT, sorted(seen - LIGHT)


STANDARD = {
    "__future__", "abc", "codecs", "collections", "contextlib", "dataclasses", "datetime", "decimal", "difflib", "enum",
    "functools", "importlib", "inspect", "io", "keyword", "operator", "os", "re", "sys", "types", "typing",
}  # fmt: skip


def imported(module: str) -> Iterator[str]:
    path = file_of(module)
    if path is None:
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner.startswith("osteon.") and file_of(inner) is not None else node.module


def file_of(module: str) -> Path | None:
    """What a type checker reads of a module: the ``.pyi`` where there is one."""
    place = SOURCE.joinpath(*module.split("."))
    found = (place / "__init__.pyi", place.with_suffix(".pyi"), place / "__init__.py", place.with_suffix(".py"))
    return next((path for path in found if path.is_file()), None)
