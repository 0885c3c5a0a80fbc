"""Hostile parameters, names and files, to whole clients: refused by one clear error, and nothing is ever sent."""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.faults.misbehaviour import Scripted, answer

import osteon
from osteon.exceptions import ClientError, ModelError, OsteonError, ParamValidationError
from osteon.http import Response


def nested(levels: int, wrap: Any, leaf: Any) -> Any:
    value = leaf
    for _ in range(levels):
        value = wrap(value)
    return value


ITSELF: dict[str, Any] = {}
ITSELF["M"] = {"again": ITSELF}
DEEP_ITEM = nested(20_000, lambda value: {"M": {"a": value}}, {"S": "x"})
DEEP_LIST = nested(20_000, lambda value: [value], "x")

#: More digits than Python writes.
TOO_LONG = 10**5000

#: what -> (service, method, parameters)
REFUSED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "nested without end": ("dynamodb", "put_item", {"TableName": "t", "Item": {"a": DEEP_ITEM}}),
    "holding itself": ("dynamodb", "put_item", {"TableName": "t", "Item": {"a": ITSELF}}),
    "a deep document": ("bedrock-runtime", "converse", {
        "modelId": "m", "messages": [{"role": "user", "content": [{"text": "t"}]}],
        "additionalModelRequestFields": DEEP_LIST,
    }),
    "a deep list where text belongs": ("sqs", "send_message", {"QueueUrl": DEEP_LIST, "MessageBody": "b"}),
    "line end in a header": ("s3", "put_object", {"Bucket": "shelf", "Key": "k", "ContentType": "a/b\r\nX-Evil: 1"}),
    "line feed in metadata": ("s3", "put_object", {"Bucket": "shelf", "Key": "k", "Metadata": {"a": "b\nX-Evil: 1"}}),
    "line end in a name of metadata": (
        "s3", "put_object", {"Bucket": "shelf", "Key": "k", "Metadata": {"a\r\nX-Evil": "1"}}
    ),
    "nul in a header": ("s3", "put_object", {"Bucket": "shelf", "Key": "k", "CacheControl": "a\0b"}),
    "a bucket that is a host": ("s3", "list_objects_v2", {"Bucket": "evil.example/"}),
    "a bucket with a user": ("s3", "list_objects_v2", {"Bucket": "shelf@evil.example"}),
    "a bucket with a question": ("s3", "list_objects_v2", {"Bucket": "shelf?x=y"}),
    "a bucket with a line end": ("s3", "list_objects_v2", {"Bucket": "shelf\r\n"}),
    "an empty bucket": ("s3", "list_objects_v2", {"Bucket": ""}),
    "an account that is a host": ("s3control", "list_jobs", {"AccountId": "evil.example/"}),
    "an account with a hash": ("s3control", "list_jobs", {"AccountId": "1#"}),
    "an endpoint id that is a host": ("events", "put_events", {
        "EndpointId": "evil.example/", "Entries": [{"Source": "s"}],
    }),
    "text that utf-8 cannot hold": ("s3", "put_object", {"Bucket": "shelf", "Key": "\ud800"}),
    "a number that json cannot hold": ("bedrock-runtime", "converse", {
        "modelId": "m", "messages": [{"role": "user", "content": [{"text": "t"}]}],
        "additionalModelRequestFields": {"x": float("nan")},
    }),
    "half a character in a header": ("s3", "put_object", {"Bucket": "shelf", "Key": "k", "CacheControl": "\ud800"}),
    "half a character in a query": ("s3", "list_objects_v2", {"Bucket": "shelf", "Prefix": "\ud800"}),
    "a number too long for a form": ("sts", "get_session_token", {"DurationSeconds": TOO_LONG}),
    "a number too long for xml": ("s3", "put_bucket_lifecycle_configuration", {
        "Bucket": "shelf",
        "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Expiration": {"Days": TOO_LONG}}]},
    }),
    "a number too long for json": ("dynamodb", "list_tables", {"Limit": TOO_LONG}),
    "a number too long for a query": ("s3", "list_objects_v2", {"Bucket": "shelf", "MaxKeys": TOO_LONG}),
    "a number too long for a header": ("s3", "put_object", {"Bucket": "shelf", "Key": "k", "ContentLength": TOO_LONG}),
    "a number for a body": ("s3", "put_object", {"Bucket": "shelf", "Key": "k", "Body": 5}),
    "a list for a body": ("s3", "put_object", {"Bucket": "shelf", "Key": "k", "Body": [b"x"]}),
    "a member that no form has": ("sts", "get_session_token", {"Seconds": 900}),
    "a member that no xml has": ("s3", "put_bucket_cors", {"Bucket": "shelf", "CORSConfiguration": {"Rules": []}}),
    "text where a form has a structure": ("ec2", "run_instances", {"MinCount": 1, "MaxCount": 1, "Placement": "x"}),
    "an endpoint that is none": ("machinelearning", "predict", {
        "MLModelId": "m", "Record": {}, "PredictEndpoint": "https://[",
    }),
    "an empty label": ("lambda", "get_function", {"FunctionName": ""}),
    "a positional world": ("dynamodb", "put_item", {"TableName": 7, "Item": "x", "Other": object()}),
}  # fmt: skip


@pytest.mark.parametrize("validated", [True, False], ids=["validated", "not validated"])
@pytest.mark.parametrize("name", REFUSED)
def test_parameters_that_are_refused(hasty: Any, name: str, validated: bool) -> None:
    service, method, params = REFUSED[name]
    sent: list[Any] = []
    client = hasty.client(service, config=osteon.Config(parameter_validation=validated))

    def keep(request: Any, **kwargs: Any) -> Response:
        sent.append(request)
        return Response(200, {}, b"{}")

    client.meta.events.register("before-send", keep)
    try:
        hasty.do(getattr(client, method)(**params))
    except OsteonError as error:
        refused = len(str(error)) < 20_000
    except ClientError:  # the answer is of another protocol
        refused = False
    else:
        refused = False
    assert refused or not validated
    assert not (refused and sent)
    for request in sent:
        # Without validation some of it goes out, but nothing of it leaves its place.
        host = request.url.split("/")[2]
        assert host.endswith(("amazonaws.com", "api.aws"))
        assert "evil" not in host
        assert all("\n" not in value and "\r" not in value for value in request.headers.values())


#: keys that must arrive as what they are: names of things, however they look
KEYS = ["../../etc/passwd", "a/../b", "/top", "a//b", "a b", "a?b=c#d", "\u00e9\u4e16", "%2e%2e%2f", "a\r\nb", "~.-_"]


@pytest.mark.parametrize("key", KEYS)
def test_keys_stay_within_their_path(mode: Any, key: str) -> None:
    from urllib.parse import unquote

    with Scripted([answer("200 OK")]) as server:
        s3 = mode.client("s3", endpoint_url=server.url)
        mode.do(s3.delete_object(Bucket="shelf", Key=key))
    target = server.requests[0].target
    assert unquote(target) == f"/shelf/{key}"
    assert target.isascii()
    assert "?" not in target


NAMES = ["../../etc", "/etc/passwd", "s3/../sqs", "..", ".", "", "s3\0", "s3/2006-03-01", "S3", "a" * 10_000, "s3\n"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_services_do_not_walk(mode: Any, name: str) -> None:
    with pytest.raises(OsteonError) as caught:
        mode.session().client(name)
    assert len(str(caught.value)) < 40_000


@pytest.mark.parametrize("version", ["../2006-03-01", "..", "/etc", "2006-03-01\0", "", "2006-03-01/..", "x" * 10_000])
def test_versions_do_not_walk(mode: Any, version: str) -> None:
    with pytest.raises(OsteonError):
        mode.session().client("s3", api_version=version or ".")


MODELS: dict[str, Any] = {
    "deep": "[" * 100_000,
    "deep shapes": json.dumps({"metadata": {}, "operations": {}, "shapes": nested(400, lambda v: {"members": v}, {})}),
    "no json": "<model/>",
    "nothing": "",
    "a list": "[]",
    "a null": "null",
    "broken utf-8": b"\xff\xfe{}",
}


@pytest.mark.parametrize("name", MODELS)
def test_model_files_that_are_none(tmp_path: Path, name: str) -> None:
    text = MODELS[name]
    path = tmp_path / "thing" / "2026-01-01" / "service-2.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ModelError, match="service-2"):
        osteon.Session(data_path=[str(tmp_path)]).client("thing")


def test_a_file_of_no_rights_or_a_folder_is_an_osteon_error(tmp_path: Path) -> None:
    (tmp_path / "thing" / "2026-01-01" / "service-2.json").mkdir(parents=True)
    with pytest.raises(OsteonError):
        osteon.Session(data_path=[str(tmp_path)]).client("thing")


# --- processes and memory


def test_a_fork_between_calls() -> None:
    with Scripted([answer("200 OK", b'{"TableNames": ["here"]}')]) as server:
        client = osteon.Session().client("dynamodb", endpoint_url=server.url)
        assert client.list_tables()["TableNames"] == ["here"]
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(writing, json.dumps(client.list_tables()["TableNames"]).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            assert json.loads(pipe.read()) == ["here"]
        os.waitpid(child, 0)
        assert client.list_tables()["TableNames"] == ["here"]
        client.close()
    assert server.accepted == 2


def objects() -> Counter[str]:
    gc.collect()
    return Counter(type(one).__name__ for one in gc.get_objects())


def test_calls_leave_nothing_behind(hasty: Any) -> None:
    client = hasty.client("dynamodb", config=osteon.Config(retries={"mode": "standard"}))
    bodies = [(200, b'{"TableNames": ["t"]}'), (500, b"{}"), (400, b'{"__type":"E"}')]
    answers = [Response(status, {}, body) for status, body in bodies]
    turn = iter(range(10**9))
    client.meta.events.register("before-send.dynamodb", lambda **kwargs: answers[next(turn) % 3])

    def calls(count: int) -> None:
        for _ in range(count):
            try:
                hasty.do(client.list_tables())
            except ClientError:
                continue
            with pytest.raises(ParamValidationError):
                hasty.do(client.list_tables(Limit="many"))

    calls(300)
    before = objects()
    calls(2000)
    grown = {name: count - before[name] for name, count in objects().items() if count - before[name] > 100}
    assert not grown
