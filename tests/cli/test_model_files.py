"""``osteon models check`` over files and folders: which files, what cannot be read, rules, extras, exit codes."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from osteon.cli.app import main

MODELS = Path(__file__).parents[2] / "models"
HARBOR = MODELS / "harbor" / "2026-05-01"
Check: TypeAlias = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """(exit code, faults) of paths."""

    def run(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
        monkeypatch.setattr(sys, "argv", ["osteon", "models", "check", "--format", "json", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), json.loads(told.out) if told.out else [{"message": told.err}]

    return run


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A folder with a copy of a service's files."""
    return Path(shutil.copytree(HARBOR, tmp_path / "harbor" / "2026-05-01"))


def edit(file: Path, old: str, new: str) -> int:
    """Change a file once; the line of the change."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_our_own_services_have_no_fault(check: Check) -> None:
    assert check("--strict", MODELS) == (0, [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"[]", "must hold a JSON object"),
        (b'{"a": "\xff"}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
    ids=["open", "empty", "mark", "array", "encoding", "deep"],
)
@pytest.mark.parametrize(
    "name", ["service-2.json", "waiters-2.json", "endpoint-rule-set-1.json", "service-2.sdk-extras.json"]
)
def test_what_cannot_be_read_is_a_fault_of_its_file_alone(
    name: str, content: bytes, message: str, check: Check, service: Path
) -> None:
    (service / name).write_bytes(content)
    code, faults = check(service)
    told = [fault for fault in faults if fault["file"].endswith(name)]
    assert (code, len(told), message in told[0]["message"]) == (1, 1, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: b"no gzip", "not gzip"),
        (lambda: gzip.compress(b'{"version": "2.0"}')[:-9], "ends in the middle"),
        (lambda: gzip.compress(b" " * (129 * 2**20), 1), "holds more than"),
    ],
    ids=["none", "cut", "huge"],
)
def test_broken_and_huge_archives(content: Callable[[], bytes], message: str, check: Check, tmp_path: Path) -> None:
    (tmp_path / "service-2.json.gz").write_bytes(content())
    code, (fault,) = check(tmp_path)
    assert (code, message in fault["message"]) == (1, True)


def test_compressed_files_are_checked_as_others(check: Check, tmp_path: Path, service: Path) -> None:
    text = (service / "service-2.json").read_bytes().replace(b'"shapes"', b'"shaeps"', 1)
    (tmp_path / "service-2.json.gz").write_bytes(gzip.compress(text))
    code, faults = check(tmp_path / "service-2.json.gz")
    assert code == 1
    assert any(fault["pointer"] == "/shaeps" and fault["hint"] == "Did you mean: 'shapes'?" for fault in faults)


def test_what_is_no_regular_file(check: Check, tmp_path: Path) -> None:
    (tmp_path / "service-2.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "waiters-2.json")
    code, faults = check(tmp_path)
    assert (code, ["cannot be read" in fault["message"] for fault in faults]) == (1, [True, True])


@pytest.mark.parametrize("name", ["other.json", "service-3.json", "service-2.txt", "service-2.json.bak", ""])
def test_what_is_no_model_file_is_impossible(name: str, check: Check, tmp_path: Path) -> None:
    if name:
        (tmp_path / name).write_text("{}")
    for path in (tmp_path, tmp_path / name):
        code, (told,) = check(path)
        assert (code, "no model file there" in told["message"]) == (2, True)
    code, (told,) = check(tmp_path / "nowhere")
    assert (code, "no such file" in told["message"]) == (2, True)


def test_a_broken_service_does_not_hide_the_faults_of_its_companions(check: Check, service: Path) -> None:
    (service / "service-2.json").write_text("{")
    line = edit(service / "waiters-2.json", '"operation"', '"opration"')
    _, faults = check(service)
    told = [(fault["line"], fault["pointer"].rpartition("/")[2]) for fault in faults if "waiters" in fault["file"]]
    assert (line, "opration") in told


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ([], "no faults"),
        ([('"documentation"', '"documentaton"')], "1 warning"),
        ([('"documentation"', '"documentaton"'), ('"shape"', '"shaep"')], "1 error, 2 warnings"),
    ],
)
def test_a_summary_stands_on_standard_error(
    changes: list[tuple[str, str]],
    summary: str,
    service: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for old, new in changes:
        edit(service / "service-2.json", old, new)
    monkeypatch.setattr(sys, "argv", ["osteon", "models", "check", str(service)])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr()
    assert told.err == f"{len(list(service.iterdir()))} files: {summary}\n"
    assert bool(told.out) == bool(changes)


def test_misspelt_keys_are_warnings_that_strict_counts(check: Check, service: Path) -> None:
    line = edit(service / "service-2.json", '"documentation"', '"documentaton"')
    code, (fault,) = check(service)
    assert (code, fault["severity"], fault["line"], fault["hint"]) == (
        0,
        "warning",
        line,
        "Did you mean: 'documentation'?",
    )
    assert check(service, "--strict")[0] == 1


RULES: dict[str, Any] = {
    "version": "1.0",
    "parameters": {"Endpoint": {"type": "string", "builtIn": "SDK::Endpoint"}, "Mode": {"type": "string"}},
    "rules": [
        {
            "type": "tree",
            "conditions": [{"fn": "isSet", "argv": [{"ref": "Endpoint"}]}],
            "rules": [{"type": "endpoint", "conditions": [], "endpoint": {"url": {"ref": "Endpoint"}}}],
        },
        {"type": "error", "conditions": [], "error": "no endpoint"},
    ],
}


@pytest.mark.parametrize(
    ("old", "new", "pointer", "message"),
    [
        ('"isSet"', '"isSte"', "/rules/0/conditions/0", "isSte"),
        ('{"ref": "Endpoint"}]', '{"ref": "Endpint"}]', "/rules/0/conditions/0", "Endpint"),
        ('"type": "tree"', '"type": "tre"', "/rules/0/type", "tre"),
        ('"type": "error"', '"type": "erro"', "/rules/1/type", "erro"),
        ('"url": {"ref": "Endpoint"}', '"url": {"ref": "Nothing"}', "/rules/0/rules/0/endpoint", "Nothing"),
        ('"Mode": {"type": "string"}', '"Mode": {"type": "text"}', "/parameters/Mode/type", "text"),
        ('"conditions": [], "error"', '"conditons": [], "error"', "/rules/1/conditons", "is ignored"),
        ('"builtIn"', '"builtin"', "/parameters/Endpoint/builtin", "is ignored"),
        ('"rules": [{"type": "tree"', '"ruls": [{"type": "tree"', "", "rules"),
        ('"builtIn": "SDK', '"required": "yes", "builtIn": "SDK',
         "/parameters/Endpoint/required", "must be of type boolean, not string"),
        ('"builtIn": "SDK::Endpoint"', '"builtIn": null', "/parameters/Endpoint/builtIn", "not null"),
        ('"error": "no endpoint"', '"error": 7', "/rules/1/error", "must be of type string or object, not number"),
        ('{"url"', '{"properties": [], "url"', "/rules/0/rules/0/endpoint/properties", "type object, not array"),
        ('"url": {"ref": "Endpoint"}', '"url": 7', "/rules/0/rules/0/endpoint/url", "not number"),
        ('"url": {"ref": "Endpoint"}', '"url": "api.example"', "/rules/0/rules/0/endpoint/url", "is no URL"),
        ('"argv": [{"ref": "Endpoint"}]', '"argv": {}', "/rules/0/conditions/0/argv", "not object"),
    ],
)  # fmt: skip
def test_faults_of_endpoint_rules(old: str, new: str, pointer: str, message: str, check: Check, tmp_path: Path) -> None:
    file = tmp_path / "endpoint-rule-set-1.json"
    text = json.dumps(RULES)
    assert old in text
    file.write_text(text.replace(old, new, 1))
    _, faults = check(file)
    assert [f for f in faults if f["pointer"].startswith(pointer) and message in f["message"] and f["line"]], faults
    assert len({fault["pointer"] for fault in faults}) == len(faults)


def test_all_faults_of_endpoint_rules_at_once(check: Check, tmp_path: Path) -> None:
    text = json.dumps(RULES, indent=1)
    for old, new in (('"isSet"', '"isSte"'), ('"type": "error"', '"type": "erro"'), ('"string"\n', '"text"\n')):
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "endpoint-rule-set-1.json").write_text(text)
    code, faults = check(tmp_path)
    assert (code, len(faults)) == (1, 3)
    assert [fault["line"] for fault in faults] == sorted(fault["line"] for fault in faults)


def test_files_of_extras_are_checked_as_what_they_are_merged_into(check: Check, service: Path) -> None:
    extras = service / "service-2.sdk-extras.json"
    extras.write_text(
        '{"version": 1.0,\n"merge": {"metadata": {"serviceId": "Wharf"},\n"shapes": {"Odd": {"type": "strng"}}}}'
    )
    code, (fault,) = check(service)
    assert (code, fault["file"], fault["line"]) == (1, str(extras), 3)
    assert fault["pointer"] == "/merge/shapes/Odd/type"
    assert fault["hint"] == "Did you mean: 'string'?"
    extras.write_text('{"version": 1.0}')
    assert "lacks an object 'merge'" in check(service)[1][0]["message"]


def test_resources_are_held_against_the_waiters_beside_them(check: Check, tmp_path: Path) -> None:
    folder = tmp_path / "harbor"
    shutil.copytree(MODELS / "harbor" / "2026-05-01", folder)
    file = folder / "resources-1.json"
    raw = json.loads(file.read_text("utf-8"))
    name = next(iter(raw["resources"]["Ship"]["waiters"]))
    raw["resources"]["Ship"]["waiters"][name]["waiterName"] += "x"
    file.write_text(json.dumps(raw), "utf-8")
    code, (fault,) = check(folder)
    assert (code, fault["pointer"]) == (1, f"/resources/Ship/waiters/{name}/waiterName")
    assert "there is no waiter named" in fault["message"]
    (folder / "waiters-2.json").unlink()
    assert check(folder)[0] == 0
