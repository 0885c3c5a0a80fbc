"""One service's client on both sides, osteon's and botocore's: the same calls, answered alike, at the same moment.

What goes over the wire and what comes out of a call is recorded here; what may differ is not decided here.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import botocore.auth
import botocore.awsrequest
import botocore.compat
import botocore.config
import botocore.eventstream
import botocore.exceptions
import botocore.response
import botocore.session
from tests.support.oracle import LOADER

import osteon
from osteon.flow import Now
from osteon.http import Headers, PreparedRequest, Response
from osteon.transport.canned import CannedTransport
from osteon.transport.options import TransportOptions
from osteon.transport.runner import Runner

#: The moment at which both sides sign.
NOW = datetime.datetime(2026, 3, 14, 15, 9, 26, tzinfo=datetime.UTC)
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG", "aws_session_token": "t"}
# Where awscrt is installed botocore signs with it, whose clock cannot be set: its own signers give the same.
botocore.auth.AUTH_TYPE_MAPS.update(
    {
        "v4": botocore.auth.SigV4Auth,
        "v4-query": botocore.auth.SigV4QueryAuth,
        "s3v4": botocore.auth.S3SigV4Auth,
        "s3v4-query": botocore.auth.S3SigV4QueryAuth,
    }
)
#: Where botocore's clocks are; those of awscrt's signers (for SigV4a) where it is installed.
_SIGNERS = [botocore.auth, *([importlib.import_module("botocore.crt.auth")] if botocore.compat.HAS_CRT else [])]
#: What stands for the ids that each side draws at random.
FIXED_ID = "11111111-1111-4111-8111-111111111111"
_RANDOM_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
#: Each side names itself; the rest of the headers must be equal.
_OWN_HEADERS = ("user-agent",)


@dataclass(frozen=True)
class Place:
    """Where clients are made for: region and the settings that endpoints depend on."""

    region: str | None = "us-east-1"
    endpoint_url: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wire:
    """A request as it was sent, headers by lower-case name."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Outcome:
    """What a call came to. ``error``: class name and text; ``raw``: it is none of the library's own errors."""

    sent: list[Wire]
    value: Any = None
    error: tuple[str, str] | None = None
    raw: bool = False


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


#: What answers the calls that clients make by themselves to find their endpoint.
_DISCOVERED = Answer(200, {}, b'{"Endpoints": [{"Address": "found.example.com", "CachePeriodInMinutes": 1}]}')


def _answer_to(request: Any, answer: Answer) -> Answer:
    target = _text(request.headers.get("X-Amz-Target", ""))
    return _DISCOVERED if target.endswith(".DescribeEndpoints") else answer


# --- osteon -------------------------------------------------------------------------------------------------------


class _FrozenRunner(Runner):
    def __init__(self, transport: Any) -> None:
        super().__init__(transport)
        self._perform[Now] = lambda effect: NOW.timestamp()


class FrozenSession(osteon.Session):
    """A session whose clients sign at NOW."""

    def _runner(self, options: TransportOptions) -> Any:
        assert self._transport is not None
        return _FrozenRunner(self._transport(options))


class Ours:
    """osteon's client."""

    def __init__(self, service: str, place: Place) -> None:
        self._answer = Answer(200, {}, b"")
        self._sent: list[Wire] = []
        session = FrozenSession(**KEYS, transport=lambda options: CannedTransport(self._send))
        config = osteon.Config(**_config(place))
        self.client = session.client(service, place.region, endpoint_url=place.endpoint_url, config=config)
        _fix_ids(self.client.meta.events)

    def _send(self, request: PreparedRequest) -> Response:
        self._sent.append(_wire(request))
        answer = _answer_to(request, self._answer)
        return Response(answer.status, Headers(answer.headers), answer.body)

    def call(self, operation: str, params: dict[str, Any], answer: Answer) -> Outcome:
        self._answer, self._sent = answer, []
        own = (osteon.exceptions.OsteonError, osteon.exceptions.ClientError)
        return _outcome(self._sent, own, lambda: self.client._make_api_call(operation, params))


# --- botocore -----------------------------------------------------------------------------------------------------


class _Raw(io.BytesIO):
    """A body as botocore's HTTP session hands it out."""

    def stream(self) -> Iterator[bytes]:
        while chunk := self.read(65536):
            yield chunk


class Theirs:
    """botocore's client. ``body`` of the last call is what it made itself; ``substitute`` goes out in its stead."""

    def __init__(self, service: str, place: Place) -> None:
        self._answer = Answer(200, {}, b"")
        self._sent: list[Wire] = []
        self._substitute: bytes | None = None
        self.body: Any = None
        session = botocore.session.Session()
        session.register_component("data_loader", LOADER)
        config = botocore.config.Config(**_config(place))
        self.client = session.create_client(
            service, place.region, endpoint_url=place.endpoint_url, config=config, **KEYS
        )
        events = self.client.meta.events
        events.register_first(f"before-call.{self.client.meta.service_model.service_id.hyphenize()}", self._before_call)
        events.register_last("before-send", self._send)
        _fix_ids(events)

    def _before_call(self, params: dict[str, Any], **kwargs: Any) -> None:
        self.body = params["body"]
        if self._substitute is not None and same_body(self.body, self._substitute):
            params["body"] = self._substitute

    def _send(self, request: Any, **kwargs: Any) -> Any:
        self._sent.append(_wire(request))
        answer = _answer_to(request, self._answer)
        headers = botocore.awsrequest.HeadersDict(dict(answer.headers))
        return botocore.awsrequest.AWSResponse(request.url, answer.status, headers, _Raw(answer.body))

    def call(self, operation: str, params: dict[str, Any], answer: Answer, substitute: bytes | None = None) -> Outcome:
        self._answer, self._sent, self._substitute, self.body = answer, [], substitute, None
        own = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError)
        with frozen_clock():
            return _outcome(self._sent, own, lambda: self.client._make_api_call(operation, params))


@contextlib.contextmanager
def frozen_clock() -> Iterator[None]:
    """botocore signs at NOW: its signers take no clock, so that theirs are exchanged."""
    clock, when = botocore.auth.get_current_datetime, botocore.auth.time
    for signers in _SIGNERS:
        signers.get_current_datetime = _now
    botocore.auth.time = SimpleNamespace(gmtime=lambda: NOW.timetuple(), strftime=time.strftime, time=NOW.timestamp)
    try:
        yield
    finally:
        botocore.auth.time = when
        for signers in _SIGNERS:
            signers.get_current_datetime = clock


def _now(remove_tzinfo: bool = True) -> datetime.datetime:
    return NOW.replace(tzinfo=None) if remove_tzinfo else NOW


# --- both ---------------------------------------------------------------------------------------------------------


def _config(place: Place) -> dict[str, Any]:
    return {"retries": {"total_max_attempts": 1}, **place.config}


def _fix_ids(events: Any) -> None:
    """Ids drawn at random become FIXED_ID, by handlers that work on both sides."""

    def fill(params: dict[str, Any], model: Any, **kwargs: Any) -> None:
        for name in model.idempotent_members:
            value = params.get(name, FIXED_ID)  # osteon draws later
            if isinstance(value, str) and _RANDOM_ID.fullmatch(value):
                params[name] = FIXED_ID

    def invocation(request: Any, **kwargs: Any) -> None:
        if "amz-sdk-invocation-id" in request.headers:
            del request.headers["amz-sdk-invocation-id"]
            request.headers["amz-sdk-invocation-id"] = FIXED_ID

    events.register_last("before-parameter-build", fill)
    events.register_last("request-created", invocation)


def _wire(request: Any) -> Wire:
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    headers = {name: value for name, value in headers.items() if name not in _OWN_HEADERS}
    if headers.get("host") == urlsplit(request.url).netloc.lower():
        del headers["host"]  # what is sent there anyway; awscrt's signers write it out
    if headers.get("authorization", "").startswith("AWS4-ECDSA"):
        headers["authorization"] = headers["authorization"].partition("Signature=")[0]  # random by nature
    body = request.body
    if hasattr(body, "read"):
        body = body.read()
    elif body is not None and not isinstance(body, str | bytes | bytearray):
        body = b"".join(body)
    return Wire(request.method, request.url, headers, _bytes(body))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    return b"" if body is None else body.encode() if isinstance(body, str) else bytes(body)


def _outcome(sent: list[Wire], own: Any, call: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(sent, value=plain(call()))
    except Exception as error:
        outcome = Outcome(sent, error=(type(error).__name__, str(error)), raw=not isinstance(error, own))
        response = getattr(error, "response", None)
        outcome.value = plain(response) if isinstance(response, dict) else None
        return outcome


def plain(value: Any) -> Any:
    """Values that compare: streams read, times as instants, NaN by name, header names in lower case."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
        return ("instant", round(moment.timestamp(), 6), moment.utcoffset())
    if isinstance(value, float) and value != value:
        return "NaN"
    if hasattr(value, "read"):
        return ("stream", value.read())
    if isinstance(value, botocore.eventstream.EventStream) or type(value).__name__.endswith("EventStream"):
        return ("events", _events(value))
    return value


def _events(stream: Any) -> list[Any]:
    found: list[Any] = []
    try:
        found.extend(plain(event) for event in stream)
    except Exception as error:
        found.append((type(error).__name__, str(error)))
    return found


# --- bodies -------------------------------------------------------------------------------------------------------


def same_body(one: Any, other: Any) -> bool:
    """Both bodies say the same, in JSON, XML, CBOR or byte for byte."""
    if isinstance(one, dict) or isinstance(other, dict):
        return bool(one == other)
    if hasattr(one, "read") or hasattr(other, "read"):
        return one is other
    one, other = _bytes(one), _bytes(other)
    return one == other or canonical(one) == canonical(other)


def canonical(body: bytes) -> Any:
    """What a body says: its JSON or CBOR value, its XML in canonical form, else the bytes."""
    for read in (_json, _xml, _cbor):
        with contextlib.suppress(ValueError, ElementTree.ParseError):
            return read(body)
    return body


def _json(body: bytes) -> Any:
    return plain(json.loads(body)) if body[:1] in (b"{", b"[") else _refuse()


def _xml(body: bytes) -> Any:
    return ElementTree.canonicalize(body.decode()) if body[:1] == b"<" else _refuse()


def _cbor(body: bytes) -> Any:
    return plain(_cbor_reader()(body)) if body[:1] >= b"\x80" else _refuse()


def _refuse() -> Any:
    raise ValueError


@cache
def _cbor_reader() -> Callable[[bytes], Any]:
    import cbor2  # only where a service speaks it

    return cbor2.loads
