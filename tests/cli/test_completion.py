"""What shells are told may follow on a line; and the functions themselves, in the shells that are there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from osteon.cli.completion import complete, split, suggestions
from osteon.cli.shells import LINE, SCRIPTS

MODELS = Path(__file__).parents[2] / "models"

#: a line -> (some that must be told, some that must not)
LINES: dict[str, tuple[set[str], set[str]]] = {
    "osteon ": ({"call", "models", "schema", "stubs", "completion"}, {"list"}),
    "osteon mo": ({"models"}, {"call"}),
    "osteon models ": ({"list", "show", "check"}, {"call"}),
    "osteon --v": ({"--version"}, {"--help"}),
    "osteon nothing ": (set(), {"call"}),
    "osteon call s3c": ({"s3control"}, {"s3"}),
    "osteon call s3 put-obj": ({"put-object", "put-object-acl"}, {"get-object"}),
    "osteon call s3 put_obj": ({"put_object"}, {"put-object"}),
    "osteon call s3 PutO": ({"PutObject"}, {"put-object"}),
    "osteon call --region us-east-1 s3 put-objec": ({"put-object"}, set()),
    "osteon call --region=us-east-1 s3 put-objec": ({"put-object"}, set()),
    "osteon call nothing ": (set(), {"put-object"}),
    "osteon call s3 put-object ": ({"Bucket=", "Key="}, {"--params"}),
    "osteon call s3 put-object Bucket=b K": ({"Key="}, {"Bucket="}),
    "osteon call s3 put-object Bucket=b ": ({"Key="}, {"Bucket="}),
    "osteon call s3 put-object ACL=pub": ({"ACL=public-read", "ACL=public-read-write"}, {"ACL=private"}),
    "osteon call s3 put-object BucketKeyEnabled=": ({"BucketKeyEnabled=true", "BucketKeyEnabled=false"}, set()),
    "osteon call s3 put-object Nothing=": (set(), set()),
    "osteon call s3 nothing ": (set(), {"Bucket="}),
    "osteon call s3 put-object --out": ({"--output"}, {"--params"}),
    "osteon call s3 put-object --output ": ({"json", "table"}, {"Bucket="}),
    "osteon call s3 put-object --output=t": ({"--output=table"}, {"--output=json"}),
    "osteon call s3 put-object --region ": (set(), {"Bucket="}),
    "osteon call s3 list-buckets --query Buck": ({"Buckets"}, {"Owner"}),
    "osteon call s3 list-buckets --query 'Buckets[].N": ({"Buckets[].Name"}, {"Buckets[].CreationDate"}),
    "osteon call s3 list-buckets --query Owner.": ({"Owner.DisplayName", "Owner.ID"}, set()),
    "osteon call s3 list-buckets --query length(B": (set(), {"Buckets"}),
    "osteon schema operation s3 GetObject --o": ({"--output", "--openapi"}, {"--tool"}),
    "osteon schema format ": ({"service", "paginators", "waiters", "resources"}, set()),
    "osteon schema service sqs send-message ": ({"receive-message"}, set()),
    "osteon stubs s3 sq": ({"sqs"}, set()),
    f"osteon models check {MODELS}/har": ({f"{MODELS}/harbor/"}, {f"{MODELS}/ledger/"}),
    f"osteon call s3 put-object Body=@{MODELS}/har": ({f"Body=@{MODELS}/harbor/"}, set()),
    f"osteon call s3 put-object --params @{MODELS}/har": ({f"@{MODELS}/harbor/"}, set()),
    f"osteon call harbor --models {MODELS} list-s": ({"list-ships"}, set()),
    "osteon completion ": ({"bash", "zsh", "fish"}, set()),
}


@pytest.mark.parametrize("line", LINES)
def test_what_may_follow(line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LINE, line)
    assert complete("zsh") == 0
    found = {text.removesuffix(" ") for text in capsys.readouterr().out.splitlines()}
    expected, unexpected = LINES[line]
    assert expected <= found
    assert not unexpected & found
    if not expected:
        assert not found


@pytest.mark.parametrize(
    ("shell", "begun", "text"),
    [
        ("bash", "Color=d", r"dark\ blue "),
        ("zsh", "Color=d", r"Color=dark\ blue "),
        ("fish", "Color=d", "Color=dark blue"),
        ("bash", "'Color=d", "dark blue"),
        ("bash", r"Color=dark\ b", r"dark\ blue "),
        ("bash", "Text=@{}/a", r"@{}/a\ \$\(b\) "),
    ],
)
def test_what_shells_would_read_otherwise_is_quoted(
    shell: str, begun: str, text: str, shelf: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "a $(b)").touch()
    monkeypatch.setenv(LINE, f"osteon call shelf echo {begun.format(tmp_path)}")
    assert complete(shell) == 0
    assert capsys.readouterr().out == f"{text.format(tmp_path)}\n"


def test_commands_and_options_are_completed_without_loading_models() -> None:
    script = (
        "import sys; from osteon.cli.completion import suggestions\n"
        "found = [*suggestions([], 'mo'), *suggestions(['call', 's3', 'put-object'], '--q')]\n"
        "print(found, sorted(name for name in sys.modules if name in ('pydantic', 'osteon.model.loader')))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "['models', '--query'] []\n"


def test_models_of_a_folder_are_completed(tmp_path: Path) -> None:
    shutil.copytree(MODELS / "harbor", tmp_path / "wharf")
    assert list(suggestions(["call", "--models", str(tmp_path)], "whar")) == ["wharf"]


@pytest.mark.parametrize(
    ("line", "words", "incomplete"),
    [
        ("osteon", [], "osteon"),
        ("osteon ", [], ""),
        ("osteon a b", ["a"], "b"),
        ("osteon 'a b' ", ["a b"], ""),
        ("osteon 'a b", [], "a b"),
        ('osteon a\\ b "c', ["a b"], "c"),
        ("osteon a # b", ["a", "#"], "b"),
    ],
)
def test_a_line_is_split_as_shells_do(line: str, words: list[str], incomplete: str) -> None:
    found = split(line)
    assert found[1] == incomplete or line == "osteon"
    assert found[0] == words


ASKING = {
    "bash": '{script}\nCOMP_LINE="$1"; COMP_POINT=${{#COMP_LINE}}; _osteon; printf "%s\\n" "${{COMPREPLY[@]}}"',
    "fish": '{script}\ncomplete --do-complete "$argv[1]"',
}


@pytest.mark.parametrize("shell", ASKING)
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("osteon call s3contro", ["s3control"]),
        ("osteon call s3 put-object BucketK", ["BucketKeyEnabled="]),
        ("osteon call s3 put-object ACL=priv", ["ACL=private"]),
        ("osteon call s3 list-buckets --query 'Buckets[].Na", ["Buckets[].Name"]),
    ],
)
def test_the_function_of_a_shell(shell: str, line: str, found: list[str], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} on this machine")
    (tmp_path / "osteon").write_text(f'#!/bin/sh\nexec {sys.executable} -m osteon "$@"\n')
    (tmp_path / "osteon").chmod(0o755)
    script = ASKING[shell].format(script=SCRIPTS[shell])
    arguments = ["bash", "-c", script, "bash", line] if shell == "bash" else ["fish", "-N", "-c", script, line]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60)
    told = [text.strip().strip("'") for text in done.stdout.splitlines()]
    # bash begins a new word after "="
    wanted = [text.rpartition("=")[2] or text for text in found] if shell == "bash" else found
    assert told == wanted, done.stderr
