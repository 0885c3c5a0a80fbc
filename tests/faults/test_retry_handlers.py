"""needs-retry handlers of users over whole clients: as many attempts, pauses and calls of handlers as in botocore."""

from __future__ import annotations

import random
from typing import Any

import botocore.config
import botocore.exceptions
import pytest
from tests.faults.misbehaviour import Act, Scripted, answer, json_error
from tests.support.oracle import their_client

import osteon
from osteon import exceptions

OK = answer("200 OK", b"{}")
BUSY = answer("503 Busy", b"{}")
THROTTLED = json_error("ThrottlingException", "400 Slow")
NO = json_error("ValidationException", "400 No")

#: name -> acts, and by event name what the handlers there say in turn (the last again and again)
CASES: dict[str, tuple[list[Act], dict[str, list[Any]]]] = {
    "says nothing": ([BUSY, OK], {"needs-retry.sqs.ListQueues": [None]}),
    "asks where none is needed": ([OK], {"needs-retry.sqs.ListQueues": [1.5, None]}),
    "asks for what is no failure to the mode": ([NO, NO, OK], {"needs-retry.sqs": [0.5, 0.25, None]}),
    "asks at once": ([NO, OK], {"needs-retry": [0, None]}),
    "asks for another pause": ([BUSY, OK], {"needs-retry.sqs.ListQueues": [3, None]}),
    "asks for more attempts than the mode makes": ([BUSY], {"needs-retry.sqs.ListQueues": [1, 1, 1, 1, None]}),
    "forbids": ([BUSY, OK], {"needs-retry.sqs.ListQueues": [False]}),
    "forbids after one": ([BUSY, BUSY, OK], {"needs-retry.sqs.ListQueues": [None, False]}),
    "forbids the last": ([BUSY], {"needs-retry.sqs.ListQueues": [None, None, False]}),
    "true is a second": ([NO, OK], {"needs-retry.sqs.ListQueues": [True, None]}),
    "the more particular one counts": (
        [NO, OK],
        {"needs-retry.sqs.ListQueues": [2, None], "needs-retry": [False, None]},
    ),
    "one that forbids counts before one that asks": (
        [BUSY, OK],
        {"needs-retry.sqs.ListQueues": [False], "needs-retry.sqs": [2, None]},
    ),
    "nothing counts for nothing": ([NO, OK], {"needs-retry.sqs.ListQueues": [None], "needs-retry": [2, None]}),
}


def listen(client: Any, spoken: dict[str, list[Any]], heard: list[tuple[str, int, bool]]) -> None:
    for event_name, says in spoken.items():
        left = iter(says)

        def handler(
            attempts: int, response: Any, name: str = event_name, left: Any = left, last: Any = says[-1], **facts: Any
        ) -> Any:
            heard.append((name, attempts, response is None))
            return next(left, last)

        client.meta.events.register(event_name, handler)


def end(call: Any) -> tuple[Any, ...]:
    try:
        metadata = call()["ResponseMetadata"]
    except (exceptions.ClientError, botocore.exceptions.ClientError) as error:
        metadata = error.response["ResponseMetadata"]
    return metadata["HTTPStatusCode"], metadata["RetryAttempts"], metadata.get("MaxAttemptsReached")


@pytest.mark.parametrize("retry_mode", ["standard", "legacy"])
@pytest.mark.parametrize("name", CASES)
def test_handlers_are_asked_and_heeded_as_in_botocore(
    hasty: Any, hasty_botocore: list[float], name: str, retry_mode: str
) -> None:
    acts, spoken = CASES[name]
    ours: list[tuple[str, int, bool]] = []
    theirs: list[tuple[str, int, bool]] = []
    retries, session = {"mode": retry_mode, "total_max_attempts": 3}, hasty.session()
    with Scripted(acts) as server:
        config = osteon.Config(retries=retries)
        client = hasty.client("sqs", session=session, endpoint_url=server.url, config=config)
        listen(client, spoken, ours)
        random.seed(5)
        our_end = end(lambda: hasty.do(client.list_queues())), len(server.requests)
    with Scripted(acts) as server:
        settings = botocore.config.Config(retries=retries)
        their = their_client("sqs", endpoint_url=server.url, config=settings)
        listen(their, spoken, theirs)
        random.seed(5)
        assert our_end == (end(their.list_queues), len(server.requests))
    assert ours == theirs
    assert session.pauses == hasty_botocore


def test_what_a_handler_asks_for_is_noted_by_the_rate_of_the_adaptive_mode(hasty: Any) -> None:
    """Throttled answers slow the client down, whoever decided to try again."""
    session = hasty.session()
    with Scripted([THROTTLED] * 8 + [OK]) as server:
        config = osteon.Config(retries={"mode": "adaptive", "total_max_attempts": 1})
        client = hasty.client("sqs", session=session, endpoint_url=server.url, config=config)
        listen(client, {"needs-retry.sqs.ListQueues": [0.125] * 8 + [None]}, [])
        hasty.do(client.list_queues())
    assert session.pauses.count(0.125) == 8
    assert len(session.pauses) > 8


#: what a before-send handler raises -> what it is made with
RAISED: dict[str, dict[str, Any]] = {
    "EndpointConnectionError": {"endpoint_url": "http://h"},
    "ReadTimeoutError": {"endpoint_url": "http://h"},
    "ConnectionClosedError": {"endpoint_url": "http://h"},
    "HTTPClientError": {"error": "e"},
    "NoCredentialsError": {},
    "ValueError": {},
}


def ended_by_raising(client: Any, call: Any, family: Any, name: str) -> tuple[Any, ...]:
    """The error that came out, and what handlers were told of on the way."""
    told: list[tuple[str, Any]] = []
    error = getattr(family, name, ValueError)(**RAISED[name])

    def failing(**facts: Any) -> None:
        told.append(("sent", None))
        raise error

    def received(exception: Any, **facts: Any) -> None:
        told.append(("received", exception is error))

    def asked(caught_exception: Any, attempts: int, **facts: Any) -> None:
        told.append((f"asked {attempts}", caught_exception is error))

    def failed(exception: Any, **facts: Any) -> None:
        told.append(("failed", exception is error))

    heard = {"before-send": failing, "response-received": received, "needs-retry": asked, "after-call-error": failed}
    for event, handler in heard.items():
        # for the operation: botocore's legacy mode raises before it asks those who hear all of the service's
        client.meta.events.register(f"{event}.sqs.ListQueues", handler)
    with pytest.raises(type(error)) as caught:
        call()
    return caught.value is error, told


@pytest.mark.parametrize("retry_mode", ["standard", "legacy"])
@pytest.mark.parametrize("name", RAISED)
def test_what_a_before_send_handler_raises_is_as_good_as_the_networks(
    hasty: Any, hasty_botocore: list[float], name: str, retry_mode: str
) -> None:
    session, retries = hasty.session(), {"mode": retry_mode, "total_max_attempts": 3}
    url = "http://127.0.0.1:9"
    client = hasty.client("sqs", session=session, endpoint_url=url, config=osteon.Config(retries=retries))
    random.seed(6)
    ours = ended_by_raising(client, lambda: hasty.do(client.list_queues()), exceptions, name)
    their = their_client("sqs", endpoint_url=url, config=botocore.config.Config(retries=retries))
    random.seed(6)
    assert ours == ended_by_raising(their, their.list_queues, botocore.exceptions, name)
    assert session.pauses == hasty_botocore


@pytest.mark.parametrize("said", ["soon", -1, float("nan"), float("inf"), [1]])
def test_what_is_no_answer_is_refused_with_the_handlers_name(hasty: Any, said: Any) -> None:
    with Scripted([OK]) as server:
        client = hasty.client("sqs", endpoint_url=server.url)
        listen(client, {"needs-retry.sqs.ListQueues": [said]}, [])
        with pytest.raises(exceptions.HandlerError, match=r"listen.*handler.* may return seconds to wait"):
            hasty.do(client.list_queues())


def test_a_poll_that_may_not_be_tried_again_pauses_before_it_fails(hasty: Any) -> None:
    """So that a loop around it does not spin; other operations fail at once."""
    session = hasty.session()
    with Scripted([BUSY]) as server:
        config = osteon.Config(retries={"total_max_attempts": 2})
        client = hasty.client("sqs", session=session, endpoint_url=server.url, config=config)
        for method, seconds in (("list_queues", 0), ("receive_message", 1)):
            arguments = {"QueueUrl": server.url} if seconds else {}
            ends = []
            for _ in range(500 // 14 + 2):
                session.pauses.clear()
                with pytest.raises(exceptions.ClientError) as caught:
                    hasty.do(getattr(client, method)(**arguments))
                ends.append((caught.value.response["ResponseMetadata"].get("RetryQuotaReached"), len(session.pauses)))
            assert ends[-1] == (True, seconds)
