"""The house rules of ARCHITECTURE.md, read off the source's own imports and calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
FILES = sorted((SOURCE / "osteon").rglob("*.py"))

#: room -> floor; an import goes strictly down, or stays in its room
FLOORS = {
    "regex": 0, "responses": 0,
    "exceptions": 1, "http": 1, "identifiers": 1, "naming": 1, "sharing": 1, "timestamps": 1, "version": 1,
    "model": 2, "endpoints": 2, "retries": 2, "flow": 2, "config": 2,
    "codecs": 3, "validation": 3, "events": 3, "auth": 3, "transport": 3, "schemas": 3,
    "protocols": 4, "stubs": 4,
    "pipeline": 5,
    "clients": 6, "aws": 6,
    "resources": 7,
    "composition": 8,
    "defaults": 9, "generated": 9,
    "": 10, "cli": 10, "dynamodb": 10, "s3": 10, "session": 10, "signers": 10, "testing": 10,
    "__main__": 11,
}  # fmt: skip

#: what is imported inside a function, and why it is
LAZY = {
    ("naming.py", "difflib"): "only mistakes need it",
    ("pipeline/payload.py", "gzip"): "few operations compress",
    ("validation/scalars.py", "osteon.model.patterns"): "only the strict mode needs it",
    ("protocols/metadata.py", "http"): "only errors without code or message need it",
    ("protocols/rest_response.py", "osteon.codecs.eventstream"): "few operations answer with events",
    ("protocols/rpc_response.py", "osteon.codecs.eventstream"): "few operations answer with events",
    ("schemas/formats.py", "jsonschema"): "only a check needs it, and it is slow to load",
    ("endpoints/resolver.py", "jmespath"): "five operations of all have a JMESPath parameter",
    ("endpoints/resolver.py", "jmespath.exceptions"): "as above",
    ("model/expressions.py", "jmespath"): "most programs page nothing, wait for nothing and make no resources",
    ("model/expressions.py", "jmespath.exceptions"): "as above",
    ("retries/clock.py", "email.utils"): "only answers with a date that matters need it",
    ("timestamps.py", "dateutil.parser"): "optional, and only for texts that are neither RFC 3339 nor RFC 822",
    ("timestamps.py", "email.utils"): "only for RFC 822 texts",
    ("pipeline/checksums.py", "awscrt"): "optional: the crt extra",
    ("composition.py", "osteon.clients.own"): "most programs have clients of AWS's services only",
    ("composition.py", "osteon.pipeline.rules"): "as above",
    ("pipeline/assembly.py", "osteon.transport.streams"): "only handlers answer with bytes where a stream is wanted",
    ("composition.py", "osteon.aws.plugin"): "a client of an own service loads nothing of AWS",
    ("generated.py", "osteon.aws.typed_additions"): "as above, of a package that is generated for one",
    ("composition.py", "osteon.resources.factory"): "most programs make no resources",
    ("composition.py", "osteon.transport.blocking"): "async programs load no urllib3",
    ("composition.py", "osteon.transport.aio"): "blocking programs load no aiohttp",
    ("composition.py", "osteon.transport.async_runner"): "blocking programs load no asyncio",
}
#: folders in which lazy imports need no row each: they are all of one kind
LAZY_ROOMS = {
    "protocols/registry.py": "a client speaks one of six protocols",
    "transport": "HTTP libraries wait for the first real send",
    "cli": "a command loads what it needs and no more",
    "aws": "optional dependencies, and parts that few sessions use",
    "clients": "paginators, waiters and presigning wait for who asks for them",
    "resources": "conditions and transfers wait for who asks for them",
    "stubs": "made on demand",
    "codecs": "optional dependencies",
}

#: modules of the standard library and others that do what only transport/ may, and where else they stand and why
EFFECTFUL = {
    "socket", "select", "ssl", "asyncio", "concurrent", "multiprocessing", "subprocess", "urllib3", "aiohttp",
}  # fmt: skip
EFFECTS_ELSEWHERE = {
    ("aws/credentials/process.py", "subprocess"): "credential_process; runs inside the Blocking effect",
    ("composition.py", "asyncio"): "tells whether a loop runs",
}
#: the places that may open files
FILE_ROOMS = (
    "model/",
    "aws/sections.py",
    "aws/credentials/",
    "aws/customizations/",
    "stubs/write.py",
    "cli/",
    "transport/",
)
#: rooms that may emit events
EMITTERS = ("pipeline/", "clients/", "resources/", "composition.py", "events/")
#: who may know AWS
AWS_KNOWERS = {"composition", "aws", "cli", "dynamodb", "generated", "s3", "signers"}


def relative(path: Path) -> str:
    return path.relative_to(SOURCE / "osteon").as_posix()


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        package = SOURCE / Path(*node.module.split("."))
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        # `from osteon.codecs import form` imports a module; `from osteon.http import Request` one of its names
        return [name if (package / f"{name.rpartition('.')[2]}.py").exists() else node.module for name in names]
    return []


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(module, inside a function) for every import."""

    def walk(node: ast.AST, inside: bool) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            for name in dict.fromkeys(imported(child)):
                yield name, inside
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from walk(child, inside or is_function)

    yield from walk(tree(path), False)


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_go_strictly_down(path: Path) -> None:
    room = room_of(module_name(path))
    assert room in FLOORS, f"{relative(path)} stands in a room that has no floor"
    for name, _ in imports(path):
        if not name.startswith("osteon"):
            continue
        target = room_of(name)
        assert target == room or FLOORS[target] < FLOORS[room], f"{relative(path)} imports {name} from its own height"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_only_who_may_knows_aws(path: Path) -> None:
    if room_of(module_name(path)) not in AWS_KNOWERS:
        assert not [name for name, _ in imports(path) if name.startswith("osteon.aws")]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_library_of_amazons_is_imported(path: Path) -> None:
    assert not [name for name, _ in imports(path) if name.split(".")[0] in ("boto3", "botocore", "s3transfer")]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_inside_functions_are_listed(path: Path) -> None:
    where = relative(path)
    if any(where == room or where.startswith(f"{room}/") for room in LAZY_ROOMS):
        return
    unlisted = [name for name, inside in imports(path) if inside and (where, name) not in LAZY]
    assert not unlisted


def test_no_file_imports_for_type_checkers_only() -> None:
    assert not [relative(path) for path in FILES if "TYPE_CHECKING" in path.read_text("utf-8")]


def test_no_cycle_among_modules_lazy_imports_included() -> None:
    known = {module_name(path) for path in FILES}
    graph = {module_name(path): {name for name, _ in imports(path) if name in known} for path in FILES}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a cycle: {' -> '.join((*trail, module))}"
        if module not in done:
            for name in sorted(graph[module] - {module}):
                visit(name, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_effects_stay_in_transport(path: Path) -> None:
    where = relative(path)
    if where.startswith("transport/"):
        return
    found = {name.split(".")[0] for name, _ in imports(path)} & EFFECTFUL
    assert not {name for name in found if (where, name) not in EFFECTS_ELSEWHERE}
    used = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not used & {"time.sleep", "threading.Thread", "threading.Timer", "os.fork"}


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_files_are_opened_in_few_places(path: Path) -> None:
    where = relative(path)
    if where.startswith(FILE_ROOMS):
        return
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not [func for func in calls if isinstance(func, ast.Name) and func.id == "open"]
    methods = {func.attr for func in calls if isinstance(func, ast.Attribute)}
    assert not methods & {"read_text", "write_text", "read_bytes", "write_bytes"}


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_events_are_emitted_in_few_places(path: Path) -> None:
    if relative(path).startswith(EMITTERS):
        return
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not [func for func in calls if isinstance(func, ast.Attribute) and func.attr.startswith("emit")]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_every_file_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(tree(path)), f"{relative(path)} has no opening docstring"


def test_every_room_has_a_noun() -> None:
    nameless = {"utils", "util", "helpers", "helper", "common", "misc", "types", "interfaces"}
    allowed = {"dynamodb/types.py"}  # boto3's import place
    found = [relative(path) for path in FILES if path.stem in nameless or path.parent.name in nameless]
    assert set(found) <= allowed
