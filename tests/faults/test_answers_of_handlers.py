"""What before-send and before-parse handlers answer in a service's place reaches the caller as a service's would."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import botocore.awsrequest
import pytest
from tests.support.eventstream import event

from osteon.exceptions import HandlerError
from osteon.http import Response


class _Raw:
    def stream(self, **kwargs: Any) -> Any:
        return iter([b"canned"])


ANSWERS: dict[str, Any] = {
    "osteon's, bytes": lambda: Response(200, {"content-length": "6"}, b"canned"),
    "osteon's, text": lambda: Response(200, {}, "canned"),
    "botocore's": lambda: botocore.awsrequest.AWSResponse("http://x", 200, {}, _Raw()),
    "requests' kind": lambda: SimpleNamespace(status_code="200", headers={"a": "b"}, content=bytearray(b"canned")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_streamed_body_is_a_stream(mode: Any, name: str) -> None:
    s3 = mode.client("s3")
    s3.meta.events.register("before-send.s3.GetObject", lambda **kwargs: ANSWERS[name]())
    body = mode.do(s3.get_object(Bucket="shelf", Key="book"))["Body"]
    assert (mode.do(body.read(3)), mode.do(body.read()), body.tell()) == (b"can", b"ned", 6)


def test_one_answer_serves_many_calls(mode: Any) -> None:
    s3 = mode.client("s3")
    answer = Response(200, {}, b"canned")
    s3.meta.events.register("before-send.s3.GetObject", lambda **kwargs: answer)
    for _ in range(2):
        assert mode.do(mode.do(s3.get_object(Bucket="shelf", Key="book"))["Body"].read()) == b"canned"
    assert answer.body == b"canned"


def test_an_error_is_read_at_once(mode: Any) -> None:
    s3 = mode.client("s3")
    body = b"<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>"
    s3.meta.events.register("before-send.s3.GetObject", lambda **kwargs: Response(404, {}, body))
    with pytest.raises(s3.exceptions.NoSuchKey, match="gone"):
        mode.do(s3.get_object(Bucket="shelf", Key="book"))


def test_an_event_stream_of_bytes(mode: Any) -> None:
    logs = mode.client("kinesis")
    stream = event("SubscribeToShardEvent", b'{"MillisBehindLatest": 7}', content_type="application/json")
    first = event("initial-response", b"{}", content_type="application/json")
    logs.meta.events.register("before-send.kinesis", lambda **kwargs: Response(200, {}, first + stream))
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1"
    params = {"ConsumerARN": arn, "ShardId": "1", "StartingPosition": {"Type": "LATEST"}}
    result = mode.do(logs.subscribe_to_shard(**params))
    assert [one["SubscribeToShardEvent"]["MillisBehindLatest"] for one in mode.all(result["EventStream"])] == [7]


def test_what_is_left_for_parsing_is_a_stream_too(mode: Any) -> None:
    s3 = mode.client("s3")
    s3.meta.events.register("before-send.s3.GetObject", lambda **kwargs: Response(200, {}, b"one"))
    s3.meta.events.register("before-parse.s3", lambda response_dict, **kwargs: response_dict.update(body=b"other"))
    assert mode.do(mode.do(s3.get_object(Bucket="shelf", Key="book"))["Body"].read()) == b"other"


@pytest.mark.parametrize("answer", [7, "text", {"status_code": 200}, SimpleNamespace(status_code="many")])
def test_what_is_no_response_names_its_handler(mode: Any, answer: Any) -> None:
    s3 = mode.client("s3")

    def confused(**kwargs: Any) -> Any:
        return answer

    s3.meta.events.register("before-send.s3", confused)
    with pytest.raises(HandlerError, match=f"confused.*before-send.*{type(answer).__name__}"):
        mode.do(s3.list_buckets())
