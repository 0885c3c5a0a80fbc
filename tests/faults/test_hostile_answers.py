"""Answers that are hostile or broken, to whole clients: the right retry, or one clear osteon error; never less."""

from __future__ import annotations

import base64
import contextlib
import gzip
import threading
import zlib
from typing import Any

import cbor2
import pytest
from tests.faults.misbehaviour import Bye, Scripted, answer, raw
from tests.support.eventstream import event
from tests.support.servers import Connection

from osteon import Config
from osteon.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    FlexibleChecksumError,
    IncompleteReadError,
    OsteonError,
    ResponseParserError,
    ResponseStreamingError,
)

DEEP = 100_000
#: service -> (method, its parameters)
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("get_item", {"TableName": "t", "Key": {"k": {"S": "v"}}}),
    "lambda": ("list_functions", {}),
    "s3": ("list_buckets", {}),
    "sts": ("get_caller_identity", {}),
    "ec2": ("describe_regions", {}),
    "sqs": ("list_queues", {}),
    "beacon": ("list_beacons", {}),
}
XML, JSON, CBOR = ("s3", "sts", "ec2"), ("dynamodb", "lambda", "sqs"), ("beacon",)

DEEP_JSON = b'{"Item":{"a":' + b'{"M":{"a":' * DEEP + b'{"S":"x"}' + b"}}" * DEEP + b"}}"
DEEP_LISTS = b"[" * DEEP + b"]" * DEEP
DEEP_XML = b"<a>" * DEEP + b"</a>" * DEEP
DEEP_CBOR = b"\xbf\x61p" + b"\x81" * DEEP + b"\x00" + b"\xff"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">%s]><b>&z;</b>""" % b"".join(
    b'<!ENTITY %c "%s">' % (letter, (b"&%c;" % (letter - 1)) * 10) for letter in range(ord("b"), ord("z") + 1)
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/hostname">]><b>&a;</b>'
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Your network asks you<br></p></body>"

#: name -> (services, body of a 200)
SUCCESSES: dict[str, tuple[tuple[str, ...], bytes]] = {
    "html": ((*XML, *JSON, *CBOR), HTML),
    "noise": ((*XML, *JSON, *CBOR), bytes(range(256))),
    "half of it": ((*XML, *JSON), b'{"Item": {"k"'),
    "json for xml": (XML, b'{"Buckets": []}'),
    "xml for json": (JSON, b"<ListBucketsResult/>"),
    "no object": (JSON, b"[1, 2]"),
    "a word": (JSON, b'"done"'),
    "a number": (JSON, b"7"),
    "wrong types": (("dynamodb",), b'{"Item": [1]}'),
    "wrong types, deeper": (("dynamodb",), b'{"Item": {"k": "v"}}'),
    "not utf-8": (JSON, b'{"QueueUrls": ["\xff\xfe"]}'),
    "deep json": (("dynamodb",), DEEP_JSON),
    "deep lists": (JSON, DEEP_LISTS),
    "deep xml": (XML, DEEP_XML[: len(DEEP_XML) // 2]),
    "deep cbor": (CBOR, DEEP_CBOR),
    "an entity bomb": (XML, BOMB),
    "an entity from outside": (XML, OUTSIDE),
    "cbor of another kind": (CBOR, cbor2.dumps([1])),
    "half of the cbor": (CBOR, cbor2.dumps({"Beacons": [{"Name": "a" * 50}]})[:-5]),
    "cbor of endless length": (CBOR, b"\xbb" + b"\xff" * 8),
    "compressed unasked": ((*XML, *JSON), gzip.compress(b"{}")),
}


def quick(mode: Any, service: str, url: str, attempts: int = 2, **options: Any) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": attempts}, **options)
    return mode.client(service, endpoint_url=url, config=config)


def call(mode: Any, client: Any, service: str) -> Any:
    method, params = CALLS[service]
    return mode.do(getattr(client, method)(**params))


@pytest.mark.parametrize(
    ("service", "name"), [(service, name) for name, (services, _) in SUCCESSES.items() for service in services]
)
def test_a_success_that_cannot_be_read(hasty: Any, service: str, name: str) -> None:
    with Scripted([answer("200 OK", SUCCESSES[name][1])]) as server:
        client = quick(hasty, service, server.url)
        # S3 knows successes that are errors: an unreadable one is a 500 there.
        with pytest.raises((ResponseParserError, ClientError)) as caught:
            call(hasty, client, service)
    assert service == "s3" or isinstance(caught.value, ResponseParserError)
    assert len(str(caught.value)) < 1000
    assert "/etc" not in str(caught.value)


ERRORS: dict[str, bytes] = {
    "nothing": b"",
    "html": HTML,
    "noise": bytes(range(256)),
    "deep lists": DEEP_LISTS,
    "deep xml": DEEP_XML,
    "an entity bomb": BOMB,
    "no object": b"[1]",
    "strange members": b'{"__type": 7, "message": {"a": []}, "Error": 3}',
    "strange elements": b"<Error><Code><a/></Code><Message/><Error/></Error>",
    "cbor noise": b"\xbf\x66__type\x9f\x00",
}


@pytest.mark.parametrize(("status", "code"), [("503 Busy", 503), ("400 Bad", 400), ("301 Moved", 301)])
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("service", CALLS)
def test_an_error_that_cannot_be_read_is_told_by_its_status(
    hasty: Any, service: str, name: str, status: str, code: int
) -> None:
    with Scripted([answer(status, ERRORS[name])]) as server:
        client = quick(hasty, service, server.url)
        with pytest.raises(ClientError) as caught:
            call(hasty, client, service)
    error = caught.value
    assert error.status_code == code
    assert isinstance(error.response["Error"]["Code"], str)
    assert isinstance(error.response["Error"]["Message"], str)
    assert error.response["ResponseMetadata"]["RetryAttempts"] == (1 if code == 503 else 0)


#: answers whose head or framing lies, each the end of its connection
FRAMES: dict[str, bytes] = {
    "no http": b"220 smtp ready\r\n\r\n",
    "http/2": b"HTTP/2 200 OK\r\n\r\n",
    "status of words": b"HTTP/1.1 fine OK\r\n\r\n",
    "a length of words": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "too short": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
    "a chunk of words": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
    "a chunk cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{}",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000,
    "a line without end": b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 1_000_000,
    "interim without end": b"HTTP/1.1 103 Early\r\n\r\n" * 100,
}


@pytest.mark.parametrize("name", FRAMES)
def test_an_answer_that_is_no_http_is_retried_and_then_one_error(hasty: Any, name: str) -> None:
    with Scripted([raw(FRAMES[name])]) as server, pytest.raises(ConnectionClosedError, match=r"127\.0\.0\.1"):
        call(hasty, quick(hasty, "sqs", server.url), "sqs")
    assert len(server.requests) == 2


# --- checksums


def sums(body: bytes) -> str:
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


def read_all(mode: Any, body: Any, amount: int | None) -> None:
    while mode.do(body.read(amount)):
        pass


@pytest.mark.parametrize("amount", [None, 3], ids=["at once", "in pieces"])
def test_a_download_that_is_not_its_sum(hasty: Any, amount: int | None) -> None:
    with Scripted([answer("200 OK", b"tampered", f"x-amz-checksum-crc32: {sums(b'original')}")]) as server:
        body = hasty.do(quick(hasty, "s3", server.url).get_object(Bucket="shelf", Key="book"))["Body"]
        with pytest.raises(FlexibleChecksumError):
            read_all(hasty, body, amount)


def test_a_table_item_that_is_not_its_sum(hasty: Any) -> None:
    with Scripted([answer("200 OK", b"{}", "x-amz-crc32: 7")]) as server, pytest.raises(ChecksumError):
        call(hasty, quick(hasty, "dynamodb", server.url), "dynamodb")


# --- streams

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
STREAM = event("PayloadChunk", b"one") + event("PayloadChunk", b"two") + event("InvokeComplete", b"{}")
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


STREAMS: dict[str, tuple[bytes, int]] = {
    "cut between messages, announced longer": (
        HEAD + b"Content-Length: 9999\r\n\r\n" + event("PayloadChunk", b"one"), 1
    ),
    "cut inside a message": (HEAD + b"Content-Length: %d\r\n\r\n" % (len(STREAM) - 7) + STREAM[:-7], 2),
    "cut inside a prelude": (CHUNKED + chunk(event("PayloadChunk", b"one") + STREAM[:5]) + b"0\r\n\r\n", 1),
    "chunks without their end": (CHUNKED + chunk(event("PayloadChunk", b"one")), 1),
    "a broken sum": (CHUNKED + chunk(STREAM[:-1] + b"\0") + b"0\r\n\r\n", 2),
    "a message of 4 GiB": (CHUNKED + chunk(event("PayloadChunk", b"one") + b"\xff" * 12) + b"0\r\n\r\n", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_breaks_gives_what_came_and_then_an_error(hasty: Any, name: str) -> None:
    data, whole = STREAMS[name]
    with Scripted([raw(data)]) as server:
        client = quick(hasty, "lambda", server.url)
        events = hasty.do(client.invoke_with_response_stream(FunctionName="f"))["EventStream"]
        seen: list[Any] = []
        with pytest.raises(OsteonError):
            hasty.each(events, seen.append)
    assert [one["PayloadChunk"]["Payload"] for one in seen] == [b"one", b"two"][:whole]


def test_a_download_that_breaks_off_is_never_whole(hasty: Any) -> None:
    with Scripted([raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]) as server:
        body = hasty.do(quick(hasty, "s3", server.url).get_object(Bucket="shelf", Key="book"))["Body"]
        with pytest.raises((ResponseStreamingError, IncompleteReadError)):
            hasty.do(body.read())


def refuse(**kwargs: Any) -> None:
    raise KeyError("a handler's own")


def again(attempts: int, **kwargs: Any) -> float | None:
    return 0 if attempts == 1 else None


#: why a caller never sees the stream -> (header fields, event, handler)
UNSEEN: dict[str, tuple[str, str, Any]] = {
    "its head cannot be read": ("Last-Modified: never", "", None),
    "a handler refuses it": ("ETag: x", "after-call", refuse),
    "a handler wants another": ("ETag: x", "needs-retry", again),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_stream_that_no_caller_sees_holds_no_connection(hasty: Any, name: str) -> None:
    field, event_name, handler = UNSEEN[name]
    given_up = threading.Event()

    def unfinished(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n" + field.encode() + b"\r\n\r\nhalf")
        with contextlib.suppress(OSError):
            connection.reader.read()
        given_up.set()
        raise Bye

    with Scripted([unfinished, answer("404 No")]) as server:
        client = quick(hasty, "s3", server.url)
        if handler is not None:
            client.meta.events.register(f"{event_name}.s3", handler)
        with pytest.raises((ResponseParserError, KeyError, ClientError)) as kept:
            hasty.do(client.get_object(Bucket="shelf", Key="book"))
        hasty.pause(0)
        assert given_up.wait(5), f"{kept} holds the connection"
