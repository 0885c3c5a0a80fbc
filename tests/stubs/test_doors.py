"""The typed door against the one at run time: every attribute on the way to a hook is there, and is what is said."""

import ast

import pytest

import osteon
from osteon.aws.typed_additions import typed_additions
from osteon.events.hooks import Branch, Hook
from osteon.model.loader import Loader
from osteon.stubs.package import Options, package_files

PLACE = {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
FILES = package_files(Loader(), Options(("s3", "lambda", "harbor")), typed_additions)
NODES = {
    node.name: node
    for name in ("_s3_events", "_lambda__events", "_harbor_events", "__init__")
    for node in ast.parse(FILES[f"{name}.pyi"]).body
    if isinstance(node, ast.ClassDef)
}


def members(name):
    """Pairs (attribute, what it is said to be) of a class of the generated files."""
    for node in NODES[name].body:
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), ast.unparse(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            yield node.name, ast.unparse(node.returns)


def walk(door, said):
    """What is found on the way: an attribute at a time, down to the hooks."""
    kind = said.partition("[")[0].rpartition(".")[2]
    if kind in ("Hook", "ParamsHook", "AsyncParamsHook") or kind.endswith("Hook"):
        assert isinstance(door, Hook), said
        return 1
    if kind == "Branch":
        assert isinstance(door.anything, Hook)
        return 1
    assert isinstance(door, Branch), said
    return sum(walk(getattr(door, name), below) for name, below in members(kind))


@pytest.mark.parametrize("way", ["", "Async"])
def test_sessions_have_what_their_stubs_say(way):
    session = getattr(osteon, f"{way}Session")(**PLACE)
    doors = [(name, said) for name, said in members(f"{way}SessionEvents") if name != "hooks"]
    assert sum(walk(getattr(session.events, name), said) for name, said in doors) > 1000


@pytest.mark.parametrize("way", ["", "Async"])
@pytest.mark.parametrize(("service", "prefix"), [("s3", "S3"), ("lambda", "Lambda"), ("harbor", "Harbor")])
def test_clients_have_what_their_stubs_say(service, prefix, way):
    client = getattr(osteon, f"{way}Session")(**PLACE).client(service, endpoint_url="http://127.0.0.1:9")
    doors = [(name, said) for name, said in members(f"{way}{prefix}Events") if name != "hooks"]
    assert sum(walk(getattr(client.meta.events, name), said) for name, said in doors) > 100


def names(table):
    """The names of events in a table of hooks."""
    module = next(text for text in FILES.values() if f'{table} = TypedDict("{table}"' in text)
    call = next(
        node.value
        for node in ast.parse(module).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == table
    )
    return [key.value for key in call.args[1].keys]


@pytest.mark.parametrize("way", ["", "Async"])
@pytest.mark.parametrize("table", ["S3OperationHooks", "_S3SessionHooks", "LambdaOperationHooks", "_HarborHooks"])
def test_every_name_can_be_heard(way, table):
    table = f"_{way}{table[1:]}" if table.startswith("_") else f"{way}{table}"
    session = osteon.Session(**PLACE, strict_events=True)
    for name in names(table):
        session.events.register(name, lambda **kwargs: None)
    for service in ("s3", "lambda", "harbor"):
        session.client(service, endpoint_url="http://127.0.0.1:9")
