"""A handler gives one call a time limit of its own for reading, and no other call inherits it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.faults.misbehaviour import Scripted, answer, silence
from tests.support.servers import Connection

import osteon
from osteon.exceptions import ReadTimeoutError
from osteon.http import Response

FINE = answer("200 OK", b"{}")
KEYS = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret"}
CONFIG = osteon.Config(read_timeout=30, retries={"total_max_attempts": 1})


def limit(context: dict[str, Any], **kwargs: Any) -> None:
    context["read_timeout"] = 0.2


@pytest.mark.parametrize("before", [[], [FINE]], ids=["new connection", "used connection"])
def test_a_call_ends_at_its_own_limit(hasty: Any, before: list[Any]) -> None:
    with Scripted([*before, silence]) as server:
        sqs = hasty.client("sqs", "eu-west-1", endpoint_url=server.url, config=CONFIG, **KEYS)
        for _ in before:
            hasty.do(sqs.list_queues())
        sqs.meta.events.register("before-parameter-build.sqs.ListQueues", limit)
        with pytest.raises(ReadTimeoutError):
            hasty.do(sqs.list_queues())


def test_the_next_call_has_the_clients_limit_again(hasty: Any) -> None:
    late = threading.Event()

    def slow(connection: Connection) -> None:
        late.wait(0.6)
        FINE(connection)

    with Scripted([FINE, slow]) as server:
        sqs = hasty.client("sqs", "eu-west-1", endpoint_url=server.url, config=CONFIG, **KEYS)
        sqs.meta.events.register("before-call.sqs.ListQueues", limit)
        hasty.do(sqs.list_queues())
        sqs.meta.events.unregister("before-call.sqs.ListQueues", limit)
        hasty.do(sqs.list_queues())
        assert len(server.requests) == 2


@pytest.mark.parametrize(("own", "ends"), [(300, "20190601T000500Z"), (None, "20190601T000030Z")])
def test_the_service_is_told_of_the_calls_own_limit(hasty: Any, own: float | None, ends: str) -> None:
    """``ttl`` is until when an answer is of use: the service's last date, and as long as this call waits."""
    told: list[str] = []
    dated = {"Date": "Sat, 01 Jun 2019 00:00:00 GMT"}
    answers = [Response(500, dated, b"{}"), Response(200, dated, b"{}")]

    def set_own(context: dict[str, Any], **kwargs: Any) -> None:
        context["read_timeout"] = own

    def say(request: Any, **kwargs: Any) -> Response:
        told.append(request.headers["amz-sdk-request"])
        return answers.pop(0)

    config = osteon.Config(read_timeout=30, retries={"total_max_attempts": 3, "mode": "standard"})
    sqs = hasty.client("sqs", "eu-west-1", config=config, **KEYS)
    sqs.meta.events.register("before-parameter-build.sqs.ListQueues", set_own)
    sqs.meta.events.register("before-send.sqs.ListQueues", say)
    hasty.do(sqs.list_queues())
    assert told == ["attempt=1; max=3", f"ttl={ends}; attempt=2; max=3"]
