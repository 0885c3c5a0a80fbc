"""The generator: every kind of service, drift by operation and member, files that are never overwritten, settings."""

import ast
import copy
import inspect
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from osteon.events import handlers
from osteon.events.catalog import CATALOG
from osteon.exceptions import StubsError
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.stubs import events
from osteon.stubs.config import Config
from osteon.stubs.drift import drift
from osteon.stubs.package import Options, package_files
from osteon.stubs.render import service_pyi
from osteon.stubs.service import ServiceStub, Source, module_name
from osteon.stubs.shapes import shape_pyi
from osteon.stubs.write import check, write

SAMPLE = random.Random(7).sample(Loader().available_services(), 8)
MODEL = {
    "metadata": {"apiVersion": "1", "endpointPrefix": "odd", "protocol": "json", "serviceId": "Odd", "auth": ["none"]},
    "operations": {
        "PutThing": {"name": "PutThing", "input": {"shape": "Thing"}, "output": {"shape": "Answer"}},
        "Replace": {"name": "Replace", "input": {"shape": "Thing"}},
    },
    "shapes": {
        "Thing": {
            "type": "structure",
            "required": ["Name"],
            "members": {
                "Name": {"shape": "Text"}, "from": {"shape": "Text"}, "Session": {"shape": "Literal"},
                "Nest": {"shape": "Nest"}, "In": {"shape": "Check"}, "Also": {"shape": "CheckIn"},
            },
        },
        "Answer": {
            "type": "structure",
            "members": {"Thing": {"shape": "Thing"}, "Things": {"shape": "ThingList"}, "_x": {"shape": "__own-part"}},
        },
        "ThingList": {"type": "list", "member": {"shape": "Thing"}},
        "Literal": {"type": "structure", "members": {"Kind": {"shape": "Kind"}}},
        "Kind": {"type": "string", "enum": ["a", "b'\"\\"]},
        "Check": {"type": "structure", "members": {"x": {"shape": "Text"}}},
        "CheckIn": {"type": "structure", "members": {"__y": {"shape": "Text"}}},
        "__own-part": {"type": "structure", "members": {"y": {"shape": "3rd"}, "z": {"shape": "class"}}},
        "3rd": {"type": "string", "enum": ["a"]},
        "class": {"type": "structure", "members": {"y": {"shape": "ownpart"}}},
        "ownpart": {"type": "structure", "members": {"y": {"shape": "Text"}}},
        "Nest": {"type": "list", "member": {"shape": "Nest"}},
        "Text": {"type": "string"},
        "PutThingRequest": {"type": "structure", "exception": True, "members": {}},
    },
}  # fmt: skip


def texts_of(model):
    stub = ServiceStub(Source(ServiceModel.from_dict(model), {}, {}, None))
    return {"_odd_shapes.pyi": shape_pyi(stub), "odd.pyi": service_pyi(stub)}


@pytest.mark.parametrize("service", SAMPLE)
def test_any_service_is_python(service):
    for text in package_files(Loader(), Options((service,))).values():
        ast.parse(text)


@pytest.mark.parametrize("service", ["s3", "apigatewayv2", *SAMPLE[:3]])
def test_no_key_bears_the_name_of_a_type_in_its_class(service):
    """mypy and pyright find the outer type then, ty one that holds itself."""
    text = package_files(Loader(), Options((service,)))[f"_{module_name(service)}_shapes.pyi"]
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            rows = [row for row in node.body if isinstance(row, ast.AnnAssign)]
            words = {word.id for row in rows for word in ast.walk(row.annotation) if isinstance(word, ast.Name)}
            assert words.isdisjoint(ast.unparse(row.target) for row in rows), node.name


def test_names_that_meet():
    tree = ast.parse("\n".join(texts_of(MODEL).values()))
    names = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    names += [ast.unparse(node.targets[0]) for node in tree.body if isinstance(node, ast.Assign)]
    assert len(names) == len(set(names))
    assert {"PutThingRequest", "ReplaceRequest", "PutThingRequestError", "Literal", "Check", "CheckIn"} <= set(names)
    imported = [alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert ("Literal", "_Literal") in [(alias.name, alias.asname) for alias in imported]


def test_types_have_public_names_of_python():
    """All of them, since the service's own module has them by a star, which leaves private ones out."""
    names = [node.name for node in ast.parse(texts_of(MODEL)["_odd_shapes.pyi"]).body if isinstance(node, ast.ClassDef)]
    assert {"ownpart", "ownpartShape", "classShape"} <= {*names}
    assert not [name for name in names if name.startswith("_")]


CHANGES = [
    (lambda m: m["shapes"]["Thing"]["required"].append("from"), "PutThing: input from became required"),
    (lambda m: m["shapes"]["Thing"]["required"].clear(), "Replace: input Name is no longer required"),
    (lambda m: m["shapes"]["Thing"]["members"].pop("Session"), "PutThing: input Session removed"),
    (lambda m: m["shapes"]["Answer"]["members"].update(N={"shape": "Text"}), "PutThing: output N added"),
    (lambda m: m["shapes"]["Check"]["members"].update(z={"shape": "Text"}), "Check: z added (in PutThing, Replace)"),
    (lambda m: m["shapes"]["Text"].update(type="integer"), "PutThing: input Name changed its type: str -> int"),
    (lambda m: m["shapes"]["Kind"]["enum"].append("c"), "Kind: 'c' added (in "),
    (lambda m: m["shapes"]["Kind"]["enum"].extend("defgh"), "Kind: 'd', 'e', 'f' and 2 more added (in "),
    (lambda m: m["shapes"]["Kind"]["enum"].pop(0), "Kind: 'a' removed (in "),
    (lambda m: m["operations"].pop("Replace"), "Replace: operation removed"),
]


@pytest.mark.parametrize(("change", "line"), CHANGES)
def test_drift_names_operation_and_member(change, line):
    model = copy.deepcopy(MODEL)
    change(model)
    lines = drift("odd", texts_of(MODEL), texts_of(model))
    assert any(each.startswith(f"odd.{line}") for each in lines), lines
    assert drift("odd", texts_of(MODEL), texts_of(MODEL)) == []


def test_damaged_stubs_are_told():
    texts = texts_of(MODEL)
    for name in texts:
        told = drift("odd", {**texts, name: f"{texts[name]}class ("}, texts)
        line = texts[name].count("\n") + 1
        assert told == [f"{name}: line {line} is no Python: generate the file anew"]


def test_documentation_is_no_drift(tmp_path):
    output = tmp_path / "aws"
    write(output, package_files(Loader(), Options(("sqs",), docstrings=False)))
    assert check(output, package_files(Loader(), Options(("sqs",)))) == []


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Close", "CloseOperation"], "the operations Close and CloseOperation would both be the method close_oper"),
        (["ListAPIs", "ListApis"], "the operations ListAPIs and ListApis would both be the method list_apis"),
    ],
)
def test_operations_that_meet_are_told(names, told, tmp_path):
    model = {**MODEL, "operations": {name: {"name": name} for name in names}}
    folder = tmp_path / "odd" / "1"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model))
    with pytest.raises(StubsError, match=told):
        package_files(Loader([tmp_path]), Options(("odd",)))


def test_files_of_the_run_time_are_checked_too(tmp_path):
    output = tmp_path / "aws"
    write(output, package_files(Loader(), Options(("harbor",))))
    (output / "harbor.py").unlink()
    moved = package_files(Loader(), Options(("harbor",), data_path=("../models",)))
    told = "__init__.py: says something else of where models and classes are"
    assert check(output, moved) == [told, "harbor.py: not generated yet"]


def test_a_link_to_the_folder_stays_one(tmp_path):
    (tmp_path / "aws").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "aws")
    write(link, package_files(Loader(), Options(("harbor",))))
    assert link.is_symlink()
    assert (tmp_path / "aws" / "harbor.pyi").is_file()


def test_other_peoples_files_stay(tmp_path):
    files = package_files(Loader(), Options(("harbor",)))
    for name, text in (("notes.txt", "mine"), ("__init__.py", "x = 1")):
        output = tmp_path / name.partition(".")[0]
        output.mkdir()
        (output / name).write_text(text)
        with pytest.raises(StubsError, match=name):
            write(output, files)
        assert {path.name: path.read_text() for path in output.iterdir()} == {name: text}
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StubsError, match="file"):
        write(tmp_path / "file", files)


def test_a_smaller_package_replaces_a_larger_one(tmp_path):
    output = tmp_path / "deep" / "aws"
    write(output, package_files(Loader(), Options(("harbor", "ledger"))))
    write(output, package_files(Loader(), Options(("ledger",))))
    modules = {path.stem for path in output.iterdir()}
    assert modules == {"__init__", "ledger", "_ledger_shapes", "_ledger_events", "_ledger_resources"}
    assert {path.name for path in output.iterdir()} == {f"{name}{end}" for name in modules for end in (".py", ".pyi")}
    assert [path.name for path in output.parent.iterdir()] == ["aws"]


@pytest.mark.parametrize(
    ("service", "module"),
    [("bedrock-runtime", "bedrock_runtime"), ("lambda", "lambda_"), ("3d", "_3d"), ("a.b", "a_b")],
)
def test_module_names(service, module):
    assert module_name(service) == module


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"service": ["s3"]}, "services"), ({"services": 3}, "must be text"), ({"docstrings": "no"}, "true or false"),
        ({"classes": {"s3": "MyS3"}}, "module:Class"), ({"classes": ["s3"]}, "table"),
    ],
)  # fmt: skip
def test_settings_that_are_no_good(table, told):
    with pytest.raises(StubsError, match=told):
        Config.of({"tool": {"osteon": {"stubs": table}}}, "pyproject.toml")


@pytest.mark.parametrize("family", CATALOG)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_every_family_has_a_handler_type_with_its_fields(family, asynchronous):
    assert hasattr(handlers, events.protocol(family)) or family.startswith("creating-")
    home = "CreatingResourceClass" if family == "creating-resource-class" else events.protocol(family)
    kind = (
        handlers.ProvideClientParams
        if family == "provide-client-params"
        else getattr(__import__("osteon.events", fromlist=[home]), home)
    )
    taken = set(inspect.signature(kind.__call__).parameters) - {"self", "event_name", "_and_any_later_keyword"}
    assert taken == {field.name for field in CATALOG[family].fields}


def osteon(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "osteon", *arguments], cwd=folder, capture_output=True, text=True)


def test_the_command(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.osteon.stubs]\nservices = ["harbor"]\noutput = "app/aws"\nclasses = { harbor = "app.own:Mine" }\n'
    )
    assert osteon(tmp_path, "stubs").returncode == 0
    assert osteon(tmp_path, "stubs", "--check").returncode == 0
    package = (tmp_path / "app" / "aws" / "__init__.pyi").read_text()
    assert "app.own.Mine" in package
    stub = tmp_path / "app" / "aws" / "_harbor_shapes.pyi"
    assert "model-sha256=" in stub.read_text().partition("\n")[0]
    stub.write_text(stub.read_text().replace("    ShipId: str\n", "    ShipId: int\n"))
    stale = osteon(tmp_path, "stubs", "--check")
    assert (stale.returncode, "harbor.GetShip: input ShipId changed its type: int -> str" in stale.stdout) == (1, True)
    for arguments, told in (
        (["stubs", "harbour"], "Unknown service: 'harbour'. Did you mean: 'harbor'?"),
        (["stubs", "harbor", "--models", "nowhere"], "no such folder of models"),
        (["stubs", "harbor", "--config", "none.toml"], "none.toml cannot be read"),
    ):
        done = osteon(tmp_path, *arguments)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
