"""Event streams: every header type, any chunking, every way to be broken, and the iterators beside botocore's."""

from __future__ import annotations

import asyncio
import io
import json
import random
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import botocore.eventstream
import botocore.model
import botocore.parsers
import pytest
from tests.protocols.xml_oracle import models
from tests.support.eventstream import Typed, event, exception, frame, message, prelude

from osteon.codecs import xml
from osteon.codecs.eventstream import (
    AsyncEventStream,
    Binding,
    EventStream,
    Message,
    MessageDecoder,
    bind,
    open_stream,
)
from osteon.exceptions import ChecksumError, ClientError, EventStreamError, IncompleteReadError, ResponseParserError
from osteon.model.service import ServiceModel

UUID = uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")
HEADERS: dict[str, Any] = {
    "true": True, "false": False, "byte": Typed("byte", -128), "short": Typed("short", -32768),
    "integer": Typed("integer", -(2**31)), "long": Typed("long", 2**63 - 1), "bytes": b"\x00\xff", "text": "grüß",
    "timestamp": Typed("timestamp", 1_700_000_000_123), "uuid": UUID, "empty": "",
}  # fmt: skip
STREAM = [message(HEADERS, b"one"), event("Records", b"a,b\n" * 500), message({}, b""), event("End")]


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Typed) else value.bytes if isinstance(value, uuid.UUID) else value


def decoded(data: bytes, sizes: Callable[[], int] = lambda: 1024) -> list[Message]:
    decoder, found, place = MessageDecoder(), list[Message](), 0
    while place < len(data):
        size = sizes()
        found += decoder.feed(data[place : place + size])
        place += size
    decoder.finish()
    return found


class Trickle:
    """A body that gives at most ``size`` bytes at a time."""

    def __init__(self, data: bytes, size: int = 7) -> None:
        self.data, self.size, self.closed = io.BytesIO(data), size, False

    def read(self, amt: int) -> bytes:
        return self.data.read(min(amt, self.size))

    def stream(self) -> Iterator[bytes]:
        """botocore's way to read."""
        while chunk := self.data.read(self.size):
            yield chunk

    def close(self) -> None:
        self.closed = True
        self.data.close()


class AsyncTrickle:
    def __init__(self, data: bytes, size: int = 7) -> None:
        self.body = Trickle(data, size)

    async def read(self, amt: int) -> bytes:
        return self.body.read(amt)

    @property
    def closed(self) -> bool:
        return self.body.closed

    def close(self) -> None:
        self.body.close()

    def __aiter__(self) -> AsyncIterator[bytes]:
        raise NotImplementedError("only there to be seen, as on a streaming body")


class Live(Trickle):
    """A connection on which nothing more has come yet: to ask for more than there is would wait for ever."""

    def read(self, amt: int) -> bytes:
        chunk = self.data.read(amt)
        assert len(chunk) == amt, "would wait"
        return chunk


# --- messages ---------------------------------------------------------------------------------------------------------


def test_every_header_type() -> None:
    [found] = decoded(message(HEADERS, b"payload"))
    assert found == Message({name: plain(value) for name, value in HEADERS.items()}, b"payload")


@pytest.mark.parametrize("seed", range(20))
def test_chunks_of_any_size_give_what_botocore_gives(seed: int) -> None:
    rng, data = random.Random(seed), b"".join(STREAM)
    buffer = botocore.eventstream.EventStreamBuffer()
    buffer.add_data(data)
    expected = [(found.headers, found.payload) for found in buffer]
    found = decoded(data, lambda: rng.choice((0, 1, 2, 11, 12, 13, 500, 10_000)))
    assert [(dict(one.headers), one.payload) for one in found] == expected
    assert len(found) == len(STREAM)


@pytest.mark.parametrize("cut", [1, 11, 12, 13, 40, -1])
def test_a_stream_cut_inside_a_message_is_never_taken_for_its_end(cut: int) -> None:
    whole, found = event("Records", b"x" * 100), list[Message]()
    decoder = MessageDecoder()
    found += decoder.feed(STREAM[0] + whole[:cut])
    with pytest.raises(IncompleteReadError):
        decoder.finish()
    assert len(found) == 1


BROKEN: dict[str, tuple[bytes, type[Exception], str]] = {
    "prelude checksum": (b"\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00", ChecksumError, "crc32"),
    "message checksum": (event("End")[:-1] + b"\x00", ChecksumError, "crc32"),
    "payload": (event("Records", b"abc").replace(b"abc", b"abd"), ChecksumError, "crc32"),
    "headers too long": (prelude(200_000, 128 * 1024 + 1), ResponseParserError, "header length of 131073"),
    "payload too long": (prelude(24 * 1024 * 1024 + 17, 0), ResponseParserError, "payload length of 25165825"),
    "four gigabytes": (prelude(2**32 - 1, 0), ResponseParserError, "payload length"),
    "shorter than its frame": (prelude(15, 0), ResponseParserError, "15 bytes"),
    "headers longer than message": (prelude(20, 10), ResponseParserError, "cannot hold"),
    "duplicate header": (frame(b"\x01a\x00\x01a\x01", b""), ResponseParserError, "Duplicate event stream header: 'a'"),
    "unknown type": (frame(b"\x01a\x0a", b""), ResponseParserError, "type 10"),
    "name past the end": (frame(b"\x09a", b""), ResponseParserError, "damaged"),
    "number past the end": (frame(b"\x01a\x05\x00", b""), ResponseParserError, "damaged"),
    "text past the end": (frame(b"\x01a\x07\x00\x09abc", b""), ResponseParserError, "cut off"),
    "uuid past the end": (frame(b"\x01a\x09abc", b""), ResponseParserError, "cut off"),
    "text that is none": (frame(b"\x01a\x07\x00\x01\xff", b""), ResponseParserError, "damaged"),
}


def read_until_error(data: bytes) -> tuple[list[Message], Exception | None]:
    found, decoder = list[Message](), MessageDecoder()
    try:
        for one in decoder.feed(data):
            found.append(one)
        decoder.finish()
    except (ChecksumError, IncompleteReadError, ResponseParserError) as error:
        return found, error
    return found, None


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_message_is_an_error_after_the_good_ones(name: str) -> None:
    data, kind, text = BROKEN[name]
    found, error = read_until_error(STREAM[0] + data)
    assert len(found) == 1
    assert type(error) is kind
    assert text in str(error)


def test_noise_never_passes_for_a_message() -> None:
    rng, clean = random.Random(4), b"".join(STREAM)
    whole = decoded(clean)
    for _ in range(300):
        data = bytearray(clean)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        found, error = read_until_error(bytes(data))
        assert error is not None
        assert found == whole[: len(found)]


# --- events -----------------------------------------------------------------------------------------------------------

PROGRESS = b"<Progress><BytesScanned>5</BytesScanned><BytesReturned>7</BytesReturned></Progress>"
S3_STREAM = event("Records", b"a\x00b") + event("Cont") + event("Progress", PROGRESS) + event("Brandnew") + event("End")


def s3_select() -> tuple[Binding, Any]:
    """osteon's binding of SelectObjectContent, and botocore's shape."""
    ours, theirs = models("s3")
    operation = ours.operation_model("SelectObjectContent")
    assert operation.event_stream_output is not None

    def decode(shape: Any) -> Callable[[bytes], Any]:
        read = xml.decoder(shape)
        return lambda payload: read(xml.parse(payload))

    shape = theirs.operation_model("SelectObjectContent").output_shape.members["Payload"]
    return bind(operation.name, operation.event_stream_output, decode), shape


def botocore_events(data: bytes, shape: Any) -> Iterator[Any]:
    parser = botocore.parsers.EventStreamXMLParser()
    yield from botocore.eventstream.EventStream(Trickle(data), shape, parser, "SelectObjectContent")


def outcome(events: Iterator[Any]) -> tuple[list[Any], Any]:
    """What came, and the error that ended it."""
    found = []
    try:
        for one in events:
            found.append(one)
    except (ClientError, botocore.exceptions.EventStreamError) as error:
        return found, (type(error).__name__, str(error), error.response)
    return found, None


S3_CASES = {
    "all kinds of events": S3_STREAM,
    "nothing": b"",
    "an error message": S3_STREAM
    + message({":message-type": "error", ":error-code": "InternalError", ":error-message": "We failed"}),
    "an error without a code": message({":message-type": "error"}),
}


@pytest.mark.parametrize("name", S3_CASES)
def test_events_beside_botocore(name: str) -> None:
    binding, shape = s3_select()
    found = outcome(iter(EventStream(Trickle(S3_CASES[name]), binding)))
    assert found == outcome(botocore_events(S3_CASES[name], shape))


OWN: dict[str, Any] = {
    "metadata": {"apiVersion": "1", "endpointPrefix": "x", "protocol": "rest-json", "serviceId": "X"},
    "operations": {"Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "output": {"shape": "Out"}}},
    "shapes": {
        "Out": {"type": "structure", "members": {"Stream": {"shape": "Stream"}}, "payload": "Stream"},
        "Stream": {
            "type": "structure",
            "eventstream": True,
            "members": {name: {"shape": name} for name in ("Bare", "Headed", "Text", "Blob", "Nested", "Oops")},
        },
        "Bare": {"type": "structure", "event": True, "members": {"A": {"shape": "String"}, "N": {"shape": "Nested"}}},
        "Headed": {
            "type": "structure",
            "event": True,
            "members": {
                "When": {"shape": "Time", "eventheader": True},
                "Count": {"shape": "Integer", "eventheader": True},
                "Body": {"shape": "Body", "eventpayload": True},
            },
        },
        "Text": {"type": "structure", "event": True, "members": {"T": {"shape": "String", "eventpayload": True}}},
        "Blob": {"type": "structure", "event": True, "members": {"B": {"shape": "Bytes", "eventpayload": True}}},
        "Nested": {"type": "structure", "event": True, "members": {}},
        "Body": {"type": "structure", "members": {"A": {"shape": "String"}}},
        "Oops": {"type": "structure", "exception": True, "members": {"message": {"shape": "String"}}},
        "String": {"type": "string"},
        "Integer": {"type": "integer"},
        "Bytes": {"type": "blob"},
        "Time": {"type": "timestamp"},
    },
}
OWN_CASES = {
    "members in the payload": event("Bare", b'{"A": "a"}'),
    "no payload": event("Bare"),
    "headers and a document": event(
        "Headed", b'{"A": "x"}', When=Typed("timestamp", 1_700_000_000_500), Count=Typed("integer", 3)
    ),
    "headers left out": event("Headed", b"{}"),
    "text": event("Text", "grüß".encode()),
    "blob": event("Blob", b"\xff\x00"),
    "an empty structure": event("Nested", b"{}"),
    "a modeled exception": event("Text", b"1") + exception("Oops", b'{"message": "no more"}') + event("Text", b"2"),
    "a modeled exception without a body": exception("Oops"),
    "a first response": message({":message-type": "event", ":event-type": "initial-response"}, b"{}") + event("Bare"),
    "a type that no model knows": event("Future", b"x") + event("Text", b"x"),
}


def own() -> tuple[Binding, Any]:
    ours, theirs = own_models()
    # the JSON here needs no shapes: what is under test is the binding
    return bind("Do", ours, lambda shape: json.loads), theirs


def own_models() -> tuple[Any, Any]:
    theirs = botocore.model.ServiceModel(OWN, "x").operation_model("Do").output_shape
    return ServiceModel.from_dict(OWN).operation_model("Do").event_stream_output, theirs.members["Stream"]


@pytest.mark.parametrize("name", OWN_CASES)
def test_every_binding_beside_botocore(name: str) -> None:
    binding, shape = own()
    parser = botocore.parsers.EventStreamJSONParser()
    theirs = botocore.eventstream.EventStream(Trickle(OWN_CASES[name]), shape, parser, "Do")
    assert outcome(iter(EventStream(Trickle(OWN_CASES[name]), binding))) == outcome(iter(theirs))


#: What Smithy has clients reject, and botocore takes.
NO_EVENTS = {
    "no message type": message({":event-type": "Text"}, b"x"),
    "a message type that is no text": message({":message-type": b"event", ":event-type": "Text"}, b"x"),
    "a message type of another kind": message({":message-type": "news", ":event-type": "Text"}, b"x"),
    "no event type": message({":message-type": "event"}, b"x"),
    "an event type that is no text": message({":message-type": "event", ":event-type": b"Text"}, b"x"),
}


@pytest.mark.parametrize("name", NO_EVENTS)
def test_a_message_that_is_no_event_is_refused(name: str) -> None:
    stream = iter(EventStream(Trickle(event("Text", b"1") + NO_EVENTS[name]), own()[0]))
    assert next(stream) == {"Text": {"T": "1"}}
    with pytest.raises(ResponseParserError, match="event"):
        next(stream)


def test_an_exception_that_no_model_knows_keeps_its_name() -> None:
    stream = EventStream(Trickle(exception("Surprise", b"{}")), own()[0])
    with pytest.raises(EventStreamError) as caught:
        list(stream)
    assert (caught.value.code, caught.value.operation_name) == ("Surprise", "Do")


@pytest.mark.parametrize("data", [event("Bare", b"null"), event("Bare")])
def test_a_payload_of_nothing_is_an_event_of_nothing(data: bytes) -> None:
    assert list(EventStream(Trickle(data), own()[0])) == [{"Bare": {}}]


def test_an_exception_whose_payload_is_null() -> None:
    with pytest.raises(EventStreamError) as caught:
        list(EventStream(Trickle(exception("Oops", b"null")), own()[0]))
    assert caught.value.response == {"Error": {"Code": "Oops", "Message": ""}}


def test_a_time_that_no_calendar_has() -> None:
    data = event("Headed", b"{}", When=Typed("timestamp", 2**62))
    with pytest.raises(ResponseParserError, match="valid time"):
        list(EventStream(Trickle(data), own()[0]))


def test_text_that_is_no_utf8_is_a_clear_error() -> None:
    with pytest.raises(ResponseParserError, match="UTF-8"):
        list(EventStream(Trickle(event("Text", b"\xff")), own()[0]))


# --- iterators --------------------------------------------------------------------------------------------------------


def run(data: bytes, kind: str) -> tuple[list[Any], BaseException | None, Any]:
    """Read a stream to its end under either iterator: events, the error, the body."""
    body = AsyncTrickle(data) if kind == "async" else Trickle(data)
    stream, found = open_stream(body, own()[0]), list[Any]()

    async def read() -> None:
        assert isinstance(stream, AsyncEventStream)
        async for one in stream:
            found.append(one)

    try:
        if isinstance(stream, EventStream):
            for one in stream:
                found.append(one)
        else:
            asyncio.run(read())
    except Exception as error:
        return found, error, body
    return found, None, body


BOTH = pytest.mark.parametrize("kind", ["sync", "async"])


@BOTH
def test_read_to_the_end(kind: str) -> None:
    found, error, _ = run(event("Text", b"1") + event("Text", b"2"), kind)
    assert (found, error) == ([{"Text": {"T": "1"}}, {"Text": {"T": "2"}}], None)


@BOTH
@pytest.mark.parametrize(
    ("tail", "error"),
    [
        (event("Text", b"2")[:-3], IncompleteReadError),
        (event("Text", b"2")[:-1] + b"\x00", ChecksumError),
        (exception("Oops", b"{}"), EventStreamError),
    ],
)
def test_an_error_ends_the_stream_and_closes_it(kind: str, tail: bytes, error: type[Exception]) -> None:
    found, raised, body = run(event("Text", b"1") + tail, kind)
    assert found == [{"Text": {"T": "1"}}]
    assert isinstance(raised, error)
    assert body.closed


def test_an_event_does_not_wait_for_the_next() -> None:
    events = iter(EventStream(Live(event("Text", b"1") + event("Text", b"2")), own()[0]))
    assert [next(events), next(events)] == [{"Text": {"T": "1"}}, {"Text": {"T": "2"}}]


def test_a_body_that_is_bytes() -> None:
    stream = open_stream(event("Text", b"1"), own()[0])
    assert isinstance(stream, EventStream)
    assert list(stream) == [{"Text": {"T": "1"}}]


def test_closed_early_it_ends_quietly() -> None:
    body = Trickle(event("Text", b"1") + event("Text", b"2" * 100), size=16)
    with EventStream(body, own()[0]) as stream:
        events = iter(stream)
        assert next(events) == {"Text": {"T": "1"}}
    assert body.closed
    assert list(events) == []


def test_closed_early_when_async() -> None:
    async def first() -> tuple[Any, list[Any]]:
        stream = AsyncEventStream(AsyncTrickle(event("Text", b"1") + event("Text", b"2" * 100), size=16), own()[0])
        async with stream:
            events = aiter(stream)
            one = await anext(events)
        await stream.aclose()
        return one, [left async for left in events]

    assert asyncio.run(first()) == ({"Text": {"T": "1"}}, [])


INITIAL = message({":message-type": "event", ":event-type": "initial-response"}, b'{"Id": 1}')


def test_the_first_message_of_an_rpc_protocol() -> None:
    stream = EventStream(Trickle(INITIAL + event("Text", b"1")), own()[0])
    assert stream.initial_message().payload == b'{"Id": 1}'
    assert list(stream) == [{"Text": {"T": "1"}}]


def test_the_first_message_when_async() -> None:
    async def read() -> tuple[bytes, list[Any]]:
        stream = AsyncEventStream(AsyncTrickle(INITIAL + event("Text", b"1")), own()[0])
        first = await stream.initial_message()
        return first.payload, [one async for one in stream]

    assert asyncio.run(read()) == (b'{"Id": 1}', [{"Text": {"T": "1"}}])


@pytest.mark.parametrize("data", [b"", event("Text", b"1")])
def test_another_first_message_is_an_error(data: bytes) -> None:
    with pytest.raises(ResponseParserError, match="initial-response"):
        EventStream(Trickle(data), own()[0]).initial_message()
