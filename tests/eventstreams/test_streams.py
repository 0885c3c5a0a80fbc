"""Event streams through whole clients, sync and async: events as they come, errors inside, cuts, closing early."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest
from tests.support.eventstream import event, exception, message
from tests.support.servers import Connection, Server

import osteon
from osteon.exceptions import (
    ClientError,
    EventStreamError,
    ModelError,
    OsteonError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from osteon.http import Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

ARRIVAL = event("Arrival", json.dumps({"ShipId": "s-1"}).encode())
DEPARTURE = event("Departure", json.dumps({"ShipId": "s-1"}).encode())
UNKNOWN = event("Earthquake", b"{}")
CLOSED = exception("QuayClosed", b'{"message": "ice"}')
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


CONFIG = osteon.Config(api_key="k", retries={"total_max_attempts": 1}, read_timeout=5)


def harbor(mode: Any, url: str, **options: Any) -> Any:
    return mode.client("harbor", endpoint_url=url, config=CONFIG.merge(osteon.Config(**options)))


def watch(mode: Any, server: Server, **options: Any) -> Any:
    return mode.do(harbor(mode, server.url, **options).watch_berths(Quay="north"))["Events"]


def names(events: list[dict[str, Any]]) -> list[str]:
    return [name for item in events for name in item]


def answering(*parts: bytes) -> Server:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, *parts)

    return Server(script)


def test_events_in_order_without_those_no_model_knows(mode: Any) -> None:
    with answering(chunk(ARRIVAL[:10]), chunk(ARRIVAL[10:] + UNKNOWN + DEPARTURE), END) as server:
        assert names(mode.all(watch(mode, server))) == ["Arrival", "Departure"]


def test_an_event_does_not_wait_for_the_next(mode: Any) -> None:
    seen = threading.Event()
    waited: list[bool] = []

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, chunk(ARRIVAL))
        waited.append(seen.wait(5))
        connection.send(chunk(DEPARTURE), END)

    with Server(script) as server:
        stream = watch(mode, server)
        if mode.session_class is osteon.Session:
            events = iter(stream)
            first = next(events)
            seen.set()
            rest = list(events)
        else:
            events = aiter(stream)
            first = mode.do(anext(events))
            seen.set()
            rest = mode.all(events)
    assert (names([first, *rest]), waited) == (["Arrival", "Departure"], [True])


#: how the stream ends: (parts, error, text)
BROKEN: dict[str, tuple[tuple[bytes, ...], type[Exception], str]] = {
    "a modeled exception": ((chunk(ARRIVAL + CLOSED), END), EventStreamError, r"\(QuayClosed\).*WatchBerths.*ice"),
    "an error": (
        (chunk(message({":message-type": "error", ":error-code": "Flood", ":error-message": "wet"})), END),
        EventStreamError,
        r"\(Flood\).*wet",
    ),
    "cut inside a message": ((chunk(ARRIVAL + DEPARTURE[:20]), END), OsteonError, "read, but total bytes expected"),
    "a wrong checksum": ((chunk(ARRIVAL[:-1] + b"\x00"), END), OsteonError, "Checksum crc32 failed"),
    "the connection ends": ((chunk(ARRIVAL), b"ff\r\nxx"), OsteonError, "reading from response stream"),
    "no event stream at all": ((chunk(b"<html>It works</html>"), END), OsteonError, "Checksum crc32 failed"),
}


@pytest.mark.parametrize(("parts", "error", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_stream_is_one_clear_error(
    mode: Any, parts: tuple[bytes, ...], error: type[Exception], text: str
) -> None:
    with answering(*parts) as server, pytest.raises(error, match=text):
        mode.all(watch(mode, server))


def test_an_error_in_the_stream_is_a_client_error(mode: Any) -> None:
    with answering(chunk(CLOSED), END) as server, pytest.raises(ClientError) as raised:
        mode.all(watch(mode, server))
    assert raised.value.response["Error"] == {"Code": "QuayClosed", "Message": "ice"}


@pytest.mark.parametrize("ending", ["ends", "resets", "is silent"])
def test_events_that_came_come_out_before_the_error(mode: Any, ending: str) -> None:
    """However many came at once, and however long the program took before it asked for them."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, chunk(ARRIVAL * 20 + DEPARTURE[:30]))
        read.wait(5)
        if ending == "resets":
            connection.reset()
        elif ending == "is silent":
            server.hold.wait(5)

    read = threading.Event()
    seen: list[Any] = []
    with Server(script) as server:
        stream = watch(mode, server, read_timeout=0.5)
        seen.append(first(mode, stream))
        read.set()
        mode.pause(0.7)  # the loop sees the connection break long before the next event is asked for
        with pytest.raises((ResponseStreamingError, ReadTimeoutError)):
            mode.each(stream, seen.append)
    assert names(seen) == ["Arrival"] * 20


def test_a_wait_for_an_event_that_is_cancelled_loses_nothing() -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, chunk(ARRIVAL + DEPARTURE[:20]))
        server.hold.wait(5)
        connection.send(chunk(DEPARTURE[20:] + ARRIVAL), END)

    async def scene(url: str) -> list[str]:
        async with osteon.AsyncSession().client("harbor", endpoint_url=url, config=CONFIG) as client:
            events = aiter((await client.watch_berths(Quay="north"))["Events"])
            seen = [await anext(events)]
            for _ in range(2):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await anext(events)
            server.hold.set()
            return names([*seen, *[event async for event in events]])

    with Server(script) as server:
        assert asyncio.run(scene(server.url)) == ["Arrival", "Departure", "Arrival"]


def test_closing_early_ends_the_stream_and_leaves_the_client_well(mode: Any) -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(HEAD, chunk(ARRIVAL * 3))
        connection.read()  # until the client goes away

    with Server(script) as server:
        client = harbor(mode, server.url)
        for _ in range(2):
            stream = mode.do(client.watch_berths(Quay="north"))["Events"]
            assert names([first(mode, stream)]) == ["Arrival"]
            stream.close()
            assert mode.all(stream) == []
        assert server.accepted == 2


def first(mode: Any, stream: Any) -> Any:
    return next(iter(stream)) if mode.session_class is osteon.Session else mode.do(anext(aiter(stream)))


def test_an_error_instead_of_a_stream(mode: Any) -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.answer(b'{"message": "no"}', "403 Forbidden", "X-Amzn-Errortype: AccessRefused")

    with Server(script) as server, pytest.raises(ClientError, match="AccessRefused"):
        watch(mode, server)


DUPLEX = {
    "metadata": {
        "serviceId": "Duplex", "protocol": "rest-json", "apiVersion": "2026-01-01", "endpointPrefix": "duplex",
    },
    "operations": {
        "Talk": {"name": "Talk", "http": {"method": "POST", "requestUri": "/talk"}, "input": {"shape": "TalkInput"}},
    },
    "shapes": {
        "TalkInput": {"type": "structure", "members": {"Words": {"shape": "Words"}}, "payload": "Words"},
        "Words": {"type": "structure", "eventstream": True, "members": {"Word": {"shape": "Word"}}},
        "Word": {"type": "structure", "event": True, "members": {}},
    },
}  # fmt: skip


@pytest.mark.parametrize("params", [{}, {"Words": {"Word": {}}}])
def test_events_are_not_sent_and_it_is_said_so(mode: Any, params: dict[str, Any]) -> None:
    client = mode.client(osteon.ServiceModel.from_dict(DUPLEX), endpoint_url="http://127.0.0.1:1")
    with pytest.raises(ModelError, match="duplex at /operations/Talk: its input is an event stream"):
        mode.do(client.talk(**params))


# --- AWS's, over canned answers


def canned(mode: Any, service: str, body: bytes) -> Any:
    kind = AsyncCannedTransport if mode.session_class is osteon.AsyncSession else CannedTransport
    session = mode.session(transport=lambda options: kind([Response(200, {}, body)]))
    return mode.client(service, "eu-west-1", session=session)


def test_s3_select(mode: Any) -> None:
    body = event("Records", b"a,1\n") + event("Stats", b"<Stats><BytesScanned>7</BytesScanned></Stats>") + event("End")
    client = canned(mode, "s3", body)
    answer = mode.do(
        client.select_object_content(
            Bucket="my-bucket", Key="k", Expression="select 1", ExpressionType="SQL",
            InputSerialization={"CSV": {}}, OutputSerialization={"CSV": {}},
        )
    )  # fmt: skip
    events = mode.all(answer["Payload"])
    assert events == [{"Records": {"Payload": b"a,1\n"}}, {"Stats": {"Details": {"BytesScanned": 7}}}, {"End": {}}]


def test_kinesis_begins_with_an_initial_response(mode: Any) -> None:
    record = {"Records": [], "ContinuationSequenceNumber": "1", "MillisBehindLatest": 0}
    body = event("initial-response", b"{}") + event("SubscribeToShardEvent", json.dumps(record).encode())
    client = canned(mode, "kinesis", body)
    arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1"
    start = {"Type": "LATEST"}
    answer = mode.do(client.subscribe_to_shard(ConsumerARN=arn, ShardId="s-0", StartingPosition=start))
    assert mode.all(answer["EventStream"]) == [{"SubscribeToShardEvent": record}]
