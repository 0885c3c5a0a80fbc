"""The command line as a user meets it: a process of its own, what it prints and what it exits with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

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


def test_all_pages_are_one(moto_url: str) -> None:
    place = ("--endpoint-url", moto_url, "--region", "us-east-1")
    run("call", "s3", "create_bucket", "--params", '{"Bucket": "cli-three"}', *place)
    for key in "abc":
        run("call", "s3", "put_object", "--params", json.dumps({"Bucket": "cli-three", "Key": key, "Body": ""}), *place)
    params = '{"Bucket": "cli-three", "MaxKeys": 1}'
    found = printed("call", "s3", "list_objects_v2", "--params", params, "--all-pages", *place)
    assert [item["Key"] for item in found["Contents"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("call", "dynamodbb", "x"), 2, "Unknown service: 'dynamodbb'. Did you mean: 'dynamodb'"),
        (("call", "s3", "put_objekt"), 2, "Did you mean: 'put_object'"),
        (("call", "s3", "list_buckets", "--params", "[]"), 2, "must be a JSON object"),
        (("call", "s3", "list_buckets", "--params", "{"), 2, "no JSON"),
        (("call", "s3", "list_buckets", "--query", "["), 2, "no JMESPath"),
        (("call", "s3", "put_object", "--params", "{}"), 2, 'Missing required parameter in input: "Bucket"'),
        (("call", "s3", "list_buckets", "--endpoint-url", "http://127.0.0.1:1"), 4, "Could not connect"),
        (("nothing",), 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_code(arguments: tuple[str, ...], code: int, text: str) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_of_the_service_is_code_3(moto_url: str) -> None:
    params = '{"Bucket": "cli-nowhere"}'
    done = run("call", "s3", "list_objects", "--params", params, "--endpoint-url", moto_url, "--region", "us-east-1")
    assert done.returncode == 3
    assert "NoSuchBucket" in done.stderr


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


def test_completion_knows_services_and_operations() -> None:
    from osteon.cli.completion import operations, services

    assert "s3control" in services("s3c")
    assert operations("s3", "put-obj")[0].startswith("put-object")
    assert "PutObject" in operations("s3", "PutO")
    assert operations("nope", "") == []
