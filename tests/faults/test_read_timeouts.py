"""A handler gives one call a time limit of its own for reading, and no other call inherits it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.faults.misbehaviour import Scripted, answer, silence
from tests.support.servers import Connection

import osteon
from osteon.exceptions import ReadTimeoutError

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
