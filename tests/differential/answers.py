"""Random answers of an operation, successes and errors, in the words of its protocol. Knows neither side's parser."""

from __future__ import annotations

import io
import json
import random
from typing import Any

from tests.differential.sides import Answer
from tests.protocols import sweep
from tests.support import document_answers, xml_answers
from tests.support.eventstream import event
from tests.support.params import random_value

_XML = ("query", "ec2")
#: The error on which botocore finds another endpoint and tries again, without end.
_LOOPS = "InvalidEndpointException"


def success(protocol: str, operation: Any, rng: random.Random) -> Answer:
    """A successful answer; of an event stream a few events."""
    shape = operation.output_shape
    if protocol in _XML:
        return Answer(200, {"Content-Type": "text/xml"}, xml_answers.answer(operation, protocol, rng))
    stream = None if shape is None else _event_stream(shape)
    if stream is not None:
        return Answer(200, {"x-amzn-RequestId": "id-1"}, _events(protocol, stream, rng))
    status, headers, body = sweep.answer(protocol, operation, rng)
    return Answer(status, headers | _says(protocol), body.read() if isinstance(body, io.BytesIO) else body)


def failure(protocol: str, operation: Any, rng: random.Random) -> Answer:
    """An error, mostly one that the operation's model knows."""
    if protocol in _XML:
        status = rng.choice((400, 403, 500))
        return Answer(status, {"x-amzn-RequestId": "id-1"}, xml_answers.error_answer(operation, protocol, rng))
    status, headers, body = sweep.error(protocol, operation, rng)
    while _LOOPS in str((headers, body)):
        status, headers, body = sweep.error(protocol, operation, rng)
    return Answer(status, headers | _says(protocol), body)


def _says(protocol: str) -> dict[str, str]:
    return {"smithy-protocol": "rpc-v2-cbor"} if protocol.endswith("cbor") else {}


def _event_stream(shape: Any) -> Any:
    streams = (member for member in shape.members.values() if member.serialization.get("eventstream"))
    return next(streams, None)


def _events(protocol: str, stream: Any, rng: random.Random) -> bytes:
    names = [name for name, member in stream.members.items() if not member.metadata.get("exception")]
    chosen = rng.choices(names, k=rng.randint(0, 3))
    return b"".join(_event(protocol, name, stream.members[name], rng) for name in chosen)


def _event(protocol: str, name: str, shape: Any, rng: random.Random) -> bytes:
    payload = [key for key, member in shape.members.items() if member.serialization.get("eventpayload")]
    if payload and shape.members[payload[0]].type_name in ("blob", "string"):
        return event(name, b"some bytes")
    inner = shape.members[payload[0]] if payload else shape
    bound = [key for key, member in inner.members.items() if member.serialization.get("eventheader")]
    value = {key: item for key, item in random_value(inner, rng, 4).items() if key not in bound}
    if protocol == "rest-xml":
        content = xml_answers.content(inner, value, rng)
        return event(name, xml_answers.document(name, content, rng) if value else b"")
    tree = document_answers.document(inner, value, rng, cbor=protocol.endswith("cbor"))
    return event(name, document_answers.cbor(tree, rng) if protocol.endswith("cbor") else json.dumps(tree).encode())
