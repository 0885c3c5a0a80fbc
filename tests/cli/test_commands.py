"""The command line as a user meets it: a process of its own, what it prints and what it exits with."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from osteon.cli.calls import _shown
from osteon.cli.outcomes import told
from osteon.cli.printing import print_table
from osteon.model.loader import Loader

from .conftest import Here

MODELS = Path(__file__).parents[2] / "models"


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "osteon", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)


def printed(*arguments: str) -> Any:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- models


def test_the_services_are_listed() -> None:
    names = {entry["name"]: entry for entry in printed("models", "list", "--format", "json")}
    assert names["s3"]["aws"] is True
    assert names["harbor"]["aws"] is False
    assert "harbor" in run("models", "list").stdout


def test_a_service_and_an_operation_are_shown() -> None:
    assert "RegisterShip" in printed("models", "show", "harbor", "--format", "json")["operations"]
    shown = printed("models", "show", "sqs", "send-message", "--format", "json")
    assert shown["input"]["MessageBody"] == {"type": "str", "required": True}
    assert "MessageBody (str) [required]" in run("models", "show", "sqs", "SendMessage").stdout


def test_right_models_have_no_fault() -> None:
    done = run("models", "check", str(MODELS))
    assert (done.returncode, done.stdout) == (0, "")


def test_faults_are_told_with_file_line_pointer_and_hint(tmp_path: Path) -> None:
    raw = json.loads((MODELS / "harbor" / "2026-05-01" / "service-2.json").read_text("utf-8"))
    raw["operations"]["GetShip"]["input"]["shape"] = "GetShipInputt"
    raw["metadata"]["protocoll"] = "json"
    file = tmp_path / "service-2.json"
    file.write_text(json.dumps(raw, indent=1), "utf-8")
    done = run("models", "check", str(file))
    assert done.returncode == 1
    assert f"{file}:" in done.stdout
    assert "/operations/GetShip/input" in done.stdout
    assert "warning: /metadata/protocoll" in done.stdout
    faults = printed_faults(file)
    assert {fault["severity"] for fault in faults} == {"error", "warning"}
    assert all(fault["line"] for fault in faults)


def printed_faults(file: Path) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = json.loads(run("models", "check", str(file), "--format", "json").stdout)
    return faults


def test_what_is_no_model_file_is_told(tmp_path: Path) -> None:
    done = run("models", "check", str(tmp_path))
    assert done.returncode == 2
    assert "no model file there" in done.stderr


# --- schemas


@pytest.mark.parametrize("kind", ["service", "paginators", "waiters", "resources"])
def test_the_format_is_published(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(printed("schema", "format", kind))


def test_an_operations_schema() -> None:
    schema = printed("schema", "operation", "s3", "PutObject")
    assert schema["required"] == ["Bucket", "Key"]
    assert "ETag" in printed("schema", "operation", "s3", "put-object", "--output")["properties"]


def test_a_tool_definition_stands_alone_and_is_short() -> None:
    tool = printed("schema", "operation", "dynamodb", "put_item", "--tool")
    assert tool["name"] == "dynamodb_put_item"
    assert len(tool["description"]) <= 400
    assert "$ref" not in json.dumps(tool)
    jsonschema.Draft202012Validator(tool["input_schema"]).validate({"TableName": "t", "Item": {"k": {"S": "v"}}})


def test_an_openapi_document() -> None:
    document = printed("schema", "operation", "dynamodb", "PutItem", "--openapi")
    assert document["openapi"].startswith("3.1")
    assert "AttributeValue" in document["components"]["schemas"]
    assert "#/$defs/" not in json.dumps(document)


def test_a_whole_service_as_openapi_and_as_tools(here: Here) -> None:
    document = json.loads(here("schema", "service", "harbor")[1])
    assert document == json.loads(here("schema", "service", "harbor", "--openapi")[1])
    operations = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    tools = json.loads(here("schema", "service", "harbor", "--tool")[1])
    assert len(tools) == len(operations) == len({tool["name"] for tool in tools})
    some = json.loads(here("schema", "service", "harbor", "get-ship", "--tool")[1])
    assert [tool["name"] for tool in some] == ["harbor_get_ship"]


# --- calls


def test_a_call_and_a_query(moto_url: str) -> None:
    place = ("--endpoint-url", moto_url, "--region", "us-east-1")
    run("call", "s3", "create_bucket", "--params", '{"Bucket": "cli-one"}', *place)
    names = printed("call", "s3", "ListBuckets", "--query", "Buckets[].Name", *place)
    assert "cli-one" in names
    assert "cli-one" in run("call", "s3", "list-buckets", "--query", "Buckets", "--output", "table", *place).stdout


def test_a_streamed_body_is_saved(moto_url: str, tmp_path: Path) -> None:
    place = ("--endpoint-url", moto_url, "--region", "us-east-1")
    run("call", "s3", "create_bucket", "--params", '{"Bucket": "cli-two"}', *place)
    params = tmp_path / "params.json"
    params.write_text('{"Bucket": "cli-two", "Key": "k", "Body": "hello"}')
    assert run("call", "s3", "put_object", "--params", f"@{params}", *place).returncode == 0
    target = tmp_path / "body"
    done = run("call", "s3", "get_object", "--params", "@-", "--save", str(target), *place,
               given='{"Bucket": "cli-two", "Key": "k"}')  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert target.read_bytes() == b"hello"


def test_all_pages_are_one(moto_url: str, here: Here) -> None:
    place = ("--endpoint-url", moto_url, "--region", "us-east-1")
    here("call", "s3", "create_bucket", "--params", '{"Bucket": "cli-three"}', *place)
    for key in "abc":
        here(
            "call", "s3", "put_object", "--params", json.dumps({"Bucket": "cli-three", "Key": key, "Body": ""}), *place
        )
    params = '{"Bucket": "cli-three", "MaxKeys": 1}'
    found = json.loads(here("call", "s3", "list_objects_v2", "--params", params, "--all-pages", *place)[1])
    assert [item["Key"] for item in found["Contents"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("call", "dynamodbb", "x"), 2, "Unknown service: 'dynamodbb'. Did you mean: 'dynamodb'"),
        (("call", "s3", "put_objekt"), 2, "s3 has no operation named 'put_objekt'. Did you mean: 'put_object'"),
        (("call", "s3", "PutObjekt"), 2, "Did you mean: 'PutObject'"),
        (("call", "s3", "put-objekt"), 2, "Did you mean: 'put-object'"),
        (("call", "s3", "list_buckets", "--params", "[]"), 2, "must be a JSON object"),
        (("call", "s3", "list_buckets", "--params", "{"), 2, "no JSON"),
        (("call", "s3", "list_buckets", "--query", "["), 2, "no JMESPath"),
        (("call", "s3", "put_object", "--params", "{}"), 2, 'Missing required parameter in input: "Bucket"'),
        (("call", "s3", "list_buckets", "--endpoint-url", "http://127.0.0.1:1"), 4, "Could not connect"),
        (("call", "s3", "list_buckets", "--query", "Buckets"), 4, "Unable to locate credentials. Give --profile"),
        (("call", "sqs", "list_queues"), 4, "You must specify a region. Give --region"),
        (("call", "s3", "create_bucket", "Bucket=x", "--all-pages"), 2, "Leave out --all-pages"),
        (("call", "s3", "list_objects", "Buket=x"), 2, "ListObjects takes no member 'Buket'. Did you mean: 'Bucket'?"),
        (("call", "s3", "list_objects", "Bucket"), 2, "'Bucket' is neither an option nor MEMBER=VALUE"),
        (("call", "s3", "list_objects", "MaxKeys=many"), 2, "MaxKeys takes an integer, not 'many'"),
        (("call", "s3", "list_objects", "Bucket=x", "Bucket=y"), 2, "Bucket is given twice"),
        (("call", "s3", "list_objects", "--params", '{"Bucket": "x"}', "Bucket=y"), 2, "Bucket is given twice"),
        (("call", "s3", "put_object", "Body=@nowhere/x"), 2, "nowhere/x: No such file or directory"),
        (("call", "s3", "put_object", "--params", "@nowhere/x"), 2, "nowhere/x: No such file or directory"),
        (("call", "s3", "get_object", "--save", "nowhere/x"), 2, "nowhere: No such directory"),
        (("call", "s3", "get_object", "--save", "."), 2, ".: Is a directory"),
        (("call", "s3", "list_buckets", "--save", "-"), 2, "nothing to --save"),
        (("call", "bedrock-runtime", "invoke_model_with_bidirectional_stream", "--region", "us-east-1"), 2, "events"),
        (("schema", "operation", "s3", "PutObject", "--tool", "--openapi"), 2, "are two answers"),
        (("schema", "operation", "s3", "PutObject", "--output", "--tool"), 2, "are two answers"),
        (("schema", "service", "s3", "--tool", "--openapi"), 2, "are two answers"),
        (("schema", "service", "s3", "PutObjekt"), 2, "Did you mean: 'PutObject'"),
        (("schema", "operation", "nope", "x"), 2, "Unknown service"),
        (("models", "show", "s3", "put-objekt"), 2, "Did you mean"),
        (("models", "check", "nowhere"), 2, "nowhere"),
        (("call", "s3", "list_buckets", "--output", "tabel"), 2, "'json', 'table'"),
        (("call", "s3"), 2, "OPERATION"),
        (("nothing",), 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_code(
    arguments: tuple[str, ...], code: int, text: str, here: Here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    if "--endpoint-url" in arguments:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    ended, _, told = here(*arguments)
    assert (ended, text in told) == (code, True), told


def test_an_error_of_the_service_is_code_3(moto_url: str) -> None:
    params = '{"Bucket": "cli-nowhere"}'
    done = run("call", "s3", "list_objects", "--params", params, "--endpoint-url", moto_url, "--region", "us-east-1")
    assert done.returncode == 3
    assert "NoSuchBucket" in done.stderr


def test_members_are_given_by_name_and_files_are_streamed_both_ways(moto_url: str, tmp_path: Path, here: Here) -> None:
    place = ("--endpoint-url", moto_url, "--region", "us-east-1")
    here("call", "s3", "create_bucket", "Bucket=cli-four", *place)
    body, target = tmp_path / "sent", tmp_path / "received"
    body.write_bytes(bytes(range(256)) * 1000)
    put = ("Bucket=cli-four", "Key=[/k]", f"Body=@{body}", 'Metadata={"a": "b"}')
    assert here("call", "s3", "put-object", *put, *place)[0] == 0
    told = json.loads(here("call", "s3", "get-object", *put[:2], "--save", str(target), *place)[1])
    assert (told["Metadata"], target.read_bytes() == body.read_bytes()) == ({"a": "b"}, True)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["received", "sent"]
    raw = ("Bucket=cli-four", "Key=[/k]", "Range=bytes=65-67", "--save", "-")
    assert run("call", "s3", "get-object", *raw, *place).stdout == "ABC"
    names = ("Bucket=cli-four", "MaxKeys=1", "--query", "Contents[].Key", "--output", "table")
    assert "[/k]" in here("call", "s3", "list-objects-v2", *names, *place)[1]


@pytest.mark.parametrize(
    ("service", "operation", "params", "names"),
    [
        ("sts", "assume-role", ("RoleArn=arn:aws:iam::123456789012:role/r", "RoleSessionName=one"),
         ("SecretAccessKey", "SessionToken")),
        ("sts", "get-session-token", (), ("SecretAccessKey", "SessionToken")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["json", "table"])
def test_secrets_that_models_do_not_mark_are_not_printed(
    service: str, operation: str, params: tuple[str, ...], names: tuple[str, ...], form: str, here: Here, moto_url: str
) -> None:
    place = ("--endpoint-url", moto_url, "--region", "us-east-1", "--query", "Credentials", "--output", form)
    ended, shown, _ = here("call", service, operation, *params, *place)
    assert (ended, shown.count("<redacted>")) == (0, len(names))


def test_events_are_printed_without_what_is_sensitive_in_them() -> None:
    model = Loader().service_model("bedrock-runtime").operation_model("ConverseStream")
    delta = {"reasoningContent": {"text": "hidden"}}
    event = {"contentBlockDelta": {"delta": delta, "contentBlockIndex": 0}}
    shown = _shown(model, {"stream": iter([event, {"messageStop": {"stopReason": "end_turn"}}])}, None)
    events = [*shown["stream"]]
    assert "hidden" not in str(events)
    assert events[1] == {"messageStop": {"stopReason": "end_turn"}}


def test_control_characters_of_a_service_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([{"\x1b[2Jname": "\x1b]0;title\x07", "[bold]": "[/bold] :smile:"}])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\\x1b]0;title\\x07" in shown
    assert "[/bold] :smile:" in shown
    assert "\x9b" not in told(ValueError("\x9b31m"))


def test_cells_are_text_where_they_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([{"at": datetime(2026, 1, 1, tzinfo=UTC), "body": b"hi", "n": 5, "list": ["a"], "t": "text"}])
    shown = capsys.readouterr().out
    assert all(f" {text} " in shown for text in ("2026-01-01T00:00:00+00:00", "aGk=", "5", '["a"]', "text"))


@pytest.mark.parametrize("missing", ["typer,click,rich", "rich"])
@pytest.mark.parametrize("entry", ["osteon.cli.app:main", "osteon.__main__"])
def test_without_the_extra_one_line_names_it(missing: str, entry: str) -> None:
    asked = ["call", "s3", "list-buckets", "--output", "table"]
    script = (
        "import sys, runpy\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {missing.split(',')!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        f"sys.meta_path.insert(0, Missing()); sys.argv = ['osteon', *{asked!r}]\n"
        + ("from osteon.cli.app import main; main()" if ":" in entry else "runpy.run_module('osteon')")
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert 'pip install "osteon[cli]"' in done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m osteon schema service s3 | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("{\n141\n", "")


def test_an_interrupted_call_leaves_nothing_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        arguments = ("get-object", "Bucket=one", "Key=k", "--endpoint-url", url, "--save", str(tmp_path / "k"))
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
        command = [sys.executable, "-m", "osteon", "call", "s3", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with (
            subprocess.Popen(command, env=environment, text=True, **pipes) as calling,
            server.accept()[0] as connection,
        ):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 70000)
            # Not before: an interrupt that falls into an import's own callbacks is lost by Python itself.
            while not list(tmp_path.iterdir()):
                assert calling.poll() is None
                time.sleep(0.01)
            calling.send_signal(signal.SIGINT)
            _, told = calling.communicate(timeout=30)
    assert (calling.returncode, "Traceback" in told) == (130, False)
    assert list(tmp_path.iterdir()) == []


def test_sensitive_members_are_not_printed(moto_url: str) -> None:
    params = '{"UserName": "cli-user"}'
    place = ("--endpoint-url", moto_url, "--region", "us-east-1")
    run("call", "iam", "create_user", "--params", params, *place)
    key = printed("call", "iam", "create_access_key", "--params", params, *place)["AccessKey"]
    assert key["SecretAccessKey"] == "<redacted>"


def test_help_loads_neither_models_nor_clients() -> None:
    script = (
        "import sys; sys.argv = ['osteon', '--help']\n"
        "from osteon.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if name in ('pydantic', 'osteon.composition', 'urllib3')))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(("command", "code"), [("models list", 0), ("call s3 nosuch", 2)])
def test_streams_that_are_closed_from_the_beginning(closed: str, command: str, code: int) -> None:
    """As ``>&-`` of shells does: Python then has none."""
    line = f'exec "{sys.executable}" -m osteon {command} {closed}'
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
