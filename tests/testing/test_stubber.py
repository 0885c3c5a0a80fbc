"""Stubber: what it answers and what it refuses, on sync and async clients."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.modes import MODES

from osteon.clients import StreamingBody
from osteon.config import UNSIGNED, Config
from osteon.exceptions import (
    ClientError,
    ParamValidationError,
    StubAssertionError,
    StubResponseError,
    UnStubbedResponseError,
    WaiterError,
)
from osteon.http import Response
from osteon.testing import ANY, Stubber

KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret"}
PLACE = {"region_name": "eu-west-1", **KEYS}


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> Iterator[Any]:
    made = MODES[request.param]()
    yield made
    made.close()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials anywhere, and nobody to ask for some."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1/")


def test_answers_come_in_line(mode: Any) -> None:
    sqs = mode.client("sqs", **PLACE)
    with Stubber(sqs) as stubber:
        stubber.add_response("get_queue_url", {"QueueUrl": "http://q/one"}, {"QueueName": "one"})
        stubber.add_response("get_queue_url", {"QueueUrl": "http://q/two"}, {"QueueName": ANY})
        assert mode.do(sqs.get_queue_url(QueueName="one")) == {"QueueUrl": "http://q/one"}
        with pytest.raises(AssertionError, match=r"1 responses remaining in queue\."):
            stubber.assert_no_pending_responses()
        assert mode.do(sqs.get_queue_url(QueueName="any")) == {"QueueUrl": "http://q/two"}
        stubber.assert_no_pending_responses()


def test_other_parameters_are_refused_and_the_answer_stays(mode: Any) -> None:
    sqs = mode.client("sqs", **PLACE)
    stubber = Stubber(sqs)
    stubber.activate()
    stubber.add_response("get_queue_url", {"QueueUrl": "u"}, {"QueueName": "right"})
    with pytest.raises(StubAssertionError, match=r"Expected parameters:\n\{'QueueName': 'right'\},\nbut received:\n"):
        mode.do(sqs.get_queue_url(QueueName="wrong"))
    with pytest.raises(AssertionError):
        mode.do(sqs.get_queue_url(QueueName="right", QueueOwnerAWSAccountId="1"))
    assert mode.do(sqs.get_queue_url(QueueName="right")) == {"QueueUrl": "u"}


def test_calls_out_of_line_are_refused(mode: Any) -> None:
    sqs = mode.client("sqs", **PLACE)
    stubber = Stubber(sqs)
    stubber.add_response("list_queues", {"QueueUrls": []})
    stubber.activate()
    with pytest.raises(StubResponseError, match="Operation mismatch: found response for ListQueues"):
        mode.do(sqs.get_queue_url(QueueName="q"))
    mode.do(sqs.list_queues())
    with pytest.raises(UnStubbedResponseError, match="Unexpected API Call: A call was made but no additional calls"):
        mode.do(sqs.list_queues())


KEY = {"Bucket": "b", "Key": "k"}


@pytest.mark.parametrize(
    ("service", "method", "given", "expected"),
    [
        # The client asks for encoded keys, fills a checksum mode, an idempotency token: none is the caller's.
        ("s3", "list_objects_v2", {"Bucket": "b"}, {"Bucket": "b"}),
        ("s3", "get_object", KEY, KEY),
        ("ec2", "create_volume", {"AvailabilityZone": "z"}, {"AvailabilityZone": "z"}),
        ("ec2", "create_volume", {"Size": 1, "ClientToken": "t"}, {"Size": 1, "ClientToken": "t"}),
        ("s3", "put_object", {**KEY, "Metadata": {"a": "1"}}, {**KEY, "Metadata": {"a": ANY}}),
    ],
)
def test_what_is_expected_is_what_the_caller_gives(
    mode: Any, service: str, method: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    client = mode.client(service, **PLACE)
    with Stubber(client) as stubber:
        stubber.add_response(method, {}, expected)
        assert mode.do(getattr(client, method)(**given)) == {}


def test_parameters_are_validated_all_the_same(mode: Any) -> None:
    sqs = mode.client("sqs", **PLACE)
    with Stubber(sqs) as stubber:
        stubber.add_response("get_queue_url", {}, {"Queue": "q"})
        with pytest.raises(ParamValidationError, match='Unknown parameter in input: "Queue"'):
            mode.do(sqs.get_queue_url(Queue="q"))


def test_errors_are_the_services_own(mode: Any) -> None:
    s3 = mode.client("s3", **PLACE)
    with Stubber(s3) as stubber:
        stubber.add_client_error(
            "get_object",
            "InvalidObjectState",
            "It lies in the archive",
            http_status_code=403,
            service_error_meta={"Hint": "restore it"},
            expected_params={"Bucket": "b", "Key": "k"},
            response_meta={"RequestId": "r1"},
            modeled_fields={"StorageClass": "GLACIER"},
        )
        with pytest.raises(s3.exceptions.InvalidObjectState, match="It lies in the archive") as caught:
            mode.do(s3.get_object(Bucket="b", Key="k"))
    assert caught.value.response == {
        "ResponseMetadata": {"HTTPStatusCode": 403, "RequestId": "r1"},
        "Error": {"Message": "It lies in the archive", "Code": "InvalidObjectState", "Hint": "restore it"},
        "StorageClass": "GLACIER",
    }
    with Stubber(s3) as stubber:
        stubber.add_client_error("get_object")
        with pytest.raises(ClientError):
            mode.do(s3.get_object(Bucket="b", Key="k"))


def test_stubs_must_be_what_the_model_allows() -> None:
    s3 = MODES["sync"]().client("s3", **PLACE)
    stubber = Stubber(s3)
    with pytest.raises(ValueError, match="Client s3 does not have method: list_bukkets"):
        stubber.add_response("list_bukkets", {})
    with pytest.raises(ValueError, match="no operation"):
        stubber.add_response("get_paginator", {})
    with pytest.raises(ParamValidationError, match="Bukkets"):
        stubber.add_response("list_buckets", {"Bukkets": []})
    with pytest.raises(ParamValidationError, match="should only contain ResponseMetadata"):
        stubber.add_response("delete_bucket", {"Name": "x"})
    with pytest.raises(ParamValidationError, match="Depth"):
        stubber.add_client_error("get_object", "InvalidObjectState", modeled_fields={"Depth": 1})
    stubber.add_response("delete_bucket", {"ResponseMetadata": {"HTTPStatusCode": 204}})


def test_a_streamed_body_is_given_as_it_is() -> None:
    s3 = MODES["sync"]().client("s3", **PLACE)
    with Stubber(s3) as stubber:
        stubber.add_response("get_object", {"Body": StreamingBody(io.BytesIO(b"hello"), 5)})
        assert s3.get_object(Bucket="b", Key="k")["Body"].read() == b"hello"


def test_bucket_locations_come_from_the_stub_too(mode: Any) -> None:
    s3 = mode.client("s3", **PLACE)
    with Stubber(s3) as stubber:
        stubber.add_response("get_bucket_location", {"LocationConstraint": "eu-west-1"})
        assert mode.do(s3.get_bucket_location(Bucket="b")) == {"LocationConstraint": "eu-west-1"}


def test_pages_and_waiters_work_on_stubs(mode: Any) -> None:
    s3 = mode.client("s3", **PLACE)
    with Stubber(s3) as stubber:
        first = {"IsTruncated": True, "NextContinuationToken": "n", "Contents": [{"Key": "1"}]}
        stubber.add_response("list_objects_v2", first)
        stubber.add_response("list_objects_v2", {"Contents": [{"Key": "2"}]}, {"Bucket": "b", "ContinuationToken": "n"})
        found = mode.do(s3.get_paginator("list_objects_v2").paginate(Bucket="b").build_full_result())
        assert [item["Key"] for item in found["Contents"]] == ["1", "2"]
        stubber.add_client_error("head_bucket", "404", http_status_code=404)
        with pytest.raises(WaiterError):
            mode.do(s3.get_waiter("bucket_exists").wait(Bucket="b", WaiterConfig={"MaxAttempts": 1}))


def test_presigned_urls_are_no_calls(mode: Any) -> None:
    config = Config(signature_version=UNSIGNED, s3={"addressing_style": "path"})
    s3 = mode.client("s3", "us-east-1", config=config)
    with Stubber(s3) as stubber:
        stubber.add_response("list_buckets", {"Buckets": []})
        url = mode.do(s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"}))
        assert url == "https://s3.amazonaws.com/b/k"
        mode.do(s3.list_buckets())


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("service", "method", "given"),
    [
        ("dynamodb", "list_tables", {}),
        ("ec2", "copy_snapshot", {"SourceRegion": "us-east-1", "SourceSnapshotId": "s"}),
        ("sts", "get_caller_identity", {}),
    ],
)
def test_no_credentials_are_needed(mode: Any, service: str, method: str, given: dict[str, Any]) -> None:
    client = mode.client(service, "eu-west-1")
    with Stubber(client) as stubber:
        stubber.add_response(method, {})
        assert mode.do(getattr(client, method)(**given)) == {}


def test_a_stubber_can_be_left_and_taken_up_again() -> None:
    sqs = MODES["sync"]().client("sqs", **PLACE)
    sent: list[str] = []

    def send(request: Any, **kwargs: Any) -> Response:
        sent.append(request.url)
        return Response(200, body=b'{"QueueUrls": ["real"]}')

    sqs.meta.events.register("before-send", send)
    stubber = Stubber(sqs)
    stubber.activate()
    stubber.activate()
    stubber.add_response("list_queues", {"QueueUrls": ["stubbed"]})
    stubber.deactivate()
    assert sqs.list_queues()["QueueUrls"] == ["real"]
    with stubber:
        assert sqs.list_queues()["QueueUrls"] == ["stubbed"]
    assert len(sent) == 1
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("name", ["before-call", "before-call.*.*", "before-call.sqs.ListQueues"])
def test_the_stub_answers_before_all_handlers(mode: Any, name: str) -> None:
    sqs, heard = mode.client("sqs", **PLACE), list[str]()
    sqs.meta.events.register(name, lambda event_name, **kwargs: heard.append(event_name))
    with Stubber(sqs) as stubber:
        stubber.add_response("list_queues", {})
        mode.do(sqs.list_queues())
    assert heard == []


def test_any_says_what_it_is() -> None:
    assert repr(ANY) == "<ANY>"
    assert [None, {"a": object()}] == [ANY, {"a": ANY}]
    assert (ANY != 1) is False
