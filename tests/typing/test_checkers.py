"""Generated packages under mypy --strict and pyright strict: clean themselves, and finding the cases' mistakes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from osteon.aws.typed_additions import typed_additions
from osteon.model.loader import Loader
from osteon.stubs.package import UNCHECKED, Options, package_files
from osteon.stubs.write import write

#: one worker runs them all: each checker runs once, over everything
pytestmark = pytest.mark.xdist_group("checkers")

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
SERVICES = (
    "s3", "dynamodb", "ec2", "sqs", "bedrock-runtime", "lambda", "logs", "iam", "cloudformation", "glacier",
    "harbor", "ledger", "atlas", "beacon",
)  # fmt: skip
#: each with something of its own: keys that are Python's words, shapes named as builtins, recursion, input streams
KINDS = ("apigatewayv2", "cloudsearchdomain", "lexv2-runtime", "textract")
#: generated modules that pyright checks whole; of the others it sees what the cases use (tests/typing/sweep.py: all)
WHOLE = (
    "__init__", "sqs", "_sqs_shapes", "_sqs_events", "_sqs_resources", "bedrock_runtime", "harbor", "_harbor_shapes",
    "_harbor_events", "_harbor_resources", "ledger", "_ledger_shapes", "beacon", "_beacon_shapes",
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    package = folder / "typed"
    package.mkdir()
    (package / "__init__.py").touch()
    write(package / "aws", checked(package_files(Loader(), Options(SERVICES), typed_additions)))
    write(package / "kinds", checked(package_files(Loader(), Options(KINDS, docstrings=False), typed_additions)))
    for case in CASES.glob("*.py"):
        (folder / case.name).write_text(case.read_text("utf-8"), "utf-8")
    return folder


def checked(files: dict[str, str]) -> dict[str, str]:
    """Without the line that spares mypy the errors of large services: here they are to be told."""
    return {name: text.replace(UNCHECKED, "") for name, text in files.items()}


def run(project: Path, *command: str) -> str:
    environ = {**os.environ, "MYPYPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    done = subprocess.run([sys.executable, "-m", *command], cwd=project, env=environ, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def mypy(project: Path) -> str:
    more = "[mypy-typed.*]\nenable_error_code = explicit-override\n"  # more than strict, as projects may have it
    (project / "mypy.ini").write_text(f"[mypy]\nstrict = True\n{more}")
    return run(project, "mypy", "--config-file", "mypy.ini", "--cache-dir", ".cache", "typed", *names(project))


@pytest.fixture(scope="module")
def pyright(project: Path) -> str:
    twins = ["typed/aws/__init__.py", "typed/aws/sqs.py", "typed/aws/_sqs_events.py"]
    whole = ["typed/kinds", *twins, *(f"typed/aws/{name}.pyi" for name in WHOLE)]
    config = {"typeCheckingMode": "strict", "reportUnusedExpression": False, "reportUnusedFunction": False,
              "extraPaths": [str(ROOT / "src")], "include": [*whole, *names(project)]}  # fmt: skip
    (project / "pyrightconfig.json").write_text(json.dumps(config))
    return run(project, "pyright", "--pythonpath", sys.executable)


def names(project: Path) -> list[str]:
    return sorted(path.name for path in project.glob("*.py"))


def errors(output: str) -> dict[str, set[int]]:
    """File name to the lines that a checker calls wrong."""
    found: dict[str, set[int]] = {}
    for match in re.finditer(r"^\s*(\S+?\.pyi?):(\d+)(?::\d+)?:? (?:- )?(?:error|warning)", output, re.MULTILINE):
        found.setdefault(Path(match[1]).name, set()).add(int(match[2]))
    return found


def marked(name: str) -> set[int]:
    lines = (CASES / name).read_text("utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# E")}


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_just_the_marked_lines_are_wrong(checker: str, project: Path, request: pytest.FixtureRequest) -> None:
    output: str = request.getfixturevalue(checker)
    expected = {name: lines for name in names(project) if (lines := marked(name))}
    found = errors(output)
    shown = {name: sorted(found.get(name, set()) ^ expected.get(name, set())) for name in {*found, *expected}}
    assert not {name: lines for name, lines in shown.items() if lines}, output


def test_a_wrong_handler_of_a_large_service_is_told_in_two_lines(mypy: str) -> None:
    number = next(
        number for number, line in enumerate((CASES / "bad_events.py").read_text("utf-8").splitlines(), 1)
        if "run_instances.register" in line
    )  # fmt: skip
    assert 1 <= len([line for line in mypy.splitlines() if line.startswith(f"bad_events.py:{number}:")]) <= 2
