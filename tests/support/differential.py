"""One call made by osteon and by botocore, both against a recorder: what each sent and what each made of the answer.

``requests_of`` compares requests, ``results_of`` what comes back for a canned answer, ``both`` all of it. What may
differ between two calls of one client (dates, signatures, invocation ids, random tokens) is normalised away; what is
left has to be equal. Nothing here asserts.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

import botocore
import botocore.awsrequest
import botocore.config
import botocore.exceptions
import botocore.session
import cbor2

import osteon
from osteon.config import UNSIGNED
from osteon.http import PreparedRequest, Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

CREDENTIALS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG"}
#: Headers that say who sends, when, and which attempt it is.
IGNORED_HEADERS = frozenset({"user-agent", "x-amz-user-agent", "x-amz-date", "date", "host", "connection"})

_UUID = re.compile(rb"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_SIGNED_QUERY = re.compile(rb"(X-Amz-(?:Date|Signature)(?:=|%3D))[0-9A-Za-z]+")
_SIGNED_SCOPE = re.compile(rb"(AKIDEXAMPLE(?:/|%2F|%252F))\d{8}")
_AUTHORIZATION = re.compile(r"(\S+) Credential=([^/]+)/(?:\d{8}/)?([^,]*),")


@dataclass(frozen=True)
class Answer:
    """A canned answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


#: One answer to every request, several in order (the last one repeats), or a function of (method, url, body).
Answers = Answer | list[Answer] | Callable[[str, str, Any], Answer]


@dataclass(frozen=True)
class Recorded:
    """A request as it would have been sent, in its canonical form."""

    method: str
    scheme: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Any

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}"


@dataclass(frozen=True)
class Made:
    """What one side made of a call: what it sent, and the result, or the error as (class name, its response)."""

    requests: tuple[Recorded, ...]
    result: Any = None
    error: tuple[str, Any] | None = None
    #: the error's text, which is not compared
    message: str = field(default="", compare=False)

    @property
    def request(self) -> Recorded:
        """The one request of the call. Raises AssertionError, with the error, where there is not exactly one."""
        assert len(self.requests) == 1, (self.error, self.message, self.requests)
        return self.requests[0]


@dataclass(frozen=True)
class Client:
    """Which client makes the call: the arguments that both libraries take, ``config`` as keywords of Config."""

    service: str
    region: str | None = "us-east-1"
    endpoint_url: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, Any] = field(default_factory=lambda: CREDENTIALS)
    #: make a new client, for what a client learns from its calls
    fresh: bool = False

    def arguments(self, config_class: Any, unsigned: Any) -> dict[str, Any]:
        config = {"retries": {"total_max_attempts": 1}, **self.config}
        if config.get("signature_version") == "unsigned":
            config["signature_version"] = unsigned
        return {
            "region_name": self.region,
            "endpoint_url": self.endpoint_url,
            "config": config_class(**config),
            **self.credentials,
        }

    @property
    def key(self) -> str:
        return repr((self.service, self.region, self.endpoint_url, sorted(self.config.items()), self.credentials))


def requests_of(
    service: str, operation: str, params: Mapping[str, Any], *, answer: Answers | None = None, **client: Any
) -> tuple[Recorded, Recorded]:
    """The request of (osteon, botocore) for an operation; ``client``: fields of :class:`Client`."""
    ours, theirs = both(Client(service, **client), operation, params, answer=answer)
    return ours.request, theirs.request


def results_of(
    service: str, operation: str, params: Mapping[str, Any], answer: Answers, **client: Any
) -> tuple[Any, Any]:
    """What (osteon, botocore) make of an answer: the result, or ``(error class name, response)``."""
    ours, theirs = both(Client(service, **client), operation, params, answer=answer)
    return ours.error or ours.result, theirs.error or theirs.result


def both(
    client: Client,
    operation: str,
    params: Mapping[str, Any],
    *,
    answer: Answers | None = None,
    asynchronous: bool = False,
) -> tuple[Made, Made]:
    """What (osteon, botocore) make of a call. ``operation`` is the model's name; ``answer`` None: an empty success."""
    ours = _made_by_async_osteon if asynchronous else made_by_osteon
    return ours(client, operation, params, answer), made_by_botocore(client, operation, params, answer)


# --- osteon


def made_by_osteon(client: Client, operation: str, params: Mapping[str, Any], answer: Answers | None) -> Made:
    recorder, made = (_osteon_client.__wrapped__ if client.fresh else _osteon_client)(_Hashed(client))
    recorder.begin(answer)
    return recorder.run(lambda: _result(made._make_api_call(operation, _copied(params))))


def _made_by_async_osteon(client: Client, operation: str, params: Mapping[str, Any], answer: Answers | None) -> Made:
    recorder = Recorder()
    recorder.begin(answer)

    async def call() -> Any:
        session = osteon.AsyncSession(transport=lambda options: AsyncCannedTransport(recorder.response))
        async with session.client(client.service, **client.arguments(osteon.Config, UNSIGNED)) as made:
            result = await made._make_api_call(operation, _copied(params))
            return {name: await _read_async(value) for name, value in result.items()}

    return recorder.run(lambda: _result(asyncio.run(call())))


async def _read_async(value: Any) -> Any:
    if hasattr(value, "iter_chunks"):
        return await value.read()
    return [item async for item in value] if hasattr(value, "__aiter__") else value


@cache
def _osteon_client(hashed: _Hashed) -> tuple[Recorder, Any]:
    recorder, client = Recorder(), hashed.client
    session = osteon.Session(transport=lambda options: CannedTransport(recorder.response))
    return recorder, session.client(client.service, **client.arguments(osteon.Config, UNSIGNED))


# --- botocore


def made_by_botocore(client: Client, operation: str, params: Mapping[str, Any], answer: Answers | None) -> Made:
    recorder, made = (_botocore_client.__wrapped__ if client.fresh else _botocore_client)(_Hashed(client))
    recorder.begin(answer)
    return recorder.run(lambda: _result(made._make_api_call(operation, _copied(params))))


@cache
def _botocore_session() -> botocore.session.Session:
    return botocore.session.Session()


@cache
def _botocore_client(hashed: _Hashed) -> tuple[Recorder, Any]:
    recorder, client = Recorder(), hashed.client
    arguments = client.arguments(botocore.config.Config, botocore.UNSIGNED)
    made = _botocore_session().create_client(client.service, **arguments)
    made.meta.events.register("before-send", recorder.aws_response)
    return recorder, made


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, amt: int = 1024, **kwargs: Any) -> Any:
        while chunk := self.read(amt):
            yield chunk


# --- recording


@dataclass(frozen=True)
class _Hashed:
    """A client description as a key."""

    client: Client = field(compare=False)
    key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.client.key)


class Recorder:
    """Keeps what was sent and answers it."""

    def __init__(self) -> None:
        self.requests: list[Recorded] = []
        self.answers: Answers = Answer()

    def begin(self, answers: Answers | None) -> None:
        self.requests = []
        self.answers = Answer() if answers is None else answers

    def response(self, request: PreparedRequest) -> Response:
        answer = self._answer(request)
        return Response(answer.status, dict(answer.headers), answer.body, request.url)

    def aws_response(self, request: Any, **kwargs: Any) -> Any:
        answer = self._answer(request)
        headers = botocore.awsrequest.HeadersDict(answer.headers)
        return botocore.awsrequest.AWSResponse(request.url, answer.status, headers, _Raw(answer.body))

    def run(self, call: Callable[[], Any]) -> Made:
        try:
            result = call()
        except Exception as error:  # whatever is raised is what is compared
            facts = (type(error).__name__, getattr(error, "response", None))
            return Made(tuple(self.requests), error=facts, message=str(error))
        return Made(tuple(self.requests), result=result)

    def _answer(self, request: Any) -> Answer:
        body = _read(request.body)
        number = len(self.requests)
        self.requests.append(recorded(request, body))
        if callable(self.answers):
            return self.answers(request.method, request.url, body)
        if isinstance(self.answers, list):
            return self.answers[min(number, len(self.answers) - 1)]
        return self.answers


def recorded(request: Any, body: Any) -> Recorded:
    """The canonical form of either library's prepared request; ``body`` is what it holds."""
    parts = urlsplit(_scrubbed(request.url))
    headers = {
        name.lower(): _header(name.lower(), value.decode() if isinstance(value, bytes) else str(value))
        for name, value in request.headers.items()
        if name.lower() not in IGNORED_HEADERS and not name.lower().startswith("amz-sdk-")
    }
    query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    content = canonical_body(_scrub(body), headers.get("content-type", ""))
    if not isinstance(content, bytes):
        headers.pop("content-length", None)  # spaces in a document count for nothing
    path = unquote(parts.path) or "/"
    return Recorded(request.method, parts.scheme, parts.netloc, path, query, headers, content)


def canonical_body(body: bytes, content_type: str) -> Any:
    """A body so that equal documents are equal: JSON, XML and CBOR as values, forms as sorted pairs."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return sorted((name, _presigned(value)) for name, value in parse_qsl(body.decode(), keep_blank_values=True))
    try:
        if content_type == "application/cbor":
            return ("cbor", repr(cbor2.loads(body)))
        if body[:1] in (b"{", b"["):
            return ("json", json.loads(body))
        if body[:1] == b"<":
            return ("xml", ElementTree.canonicalize(body.decode()))
    except (ValueError, ElementTree.ParseError, cbor2.CBORDecodeError):
        pass
    return body


def _presigned(value: str) -> str:
    """A presigned URL with its parameters in order; any other value as it is."""
    url, mark, query = value.partition("?")
    return f"{url}?{'&'.join(sorted(query.split('&')))}" if mark and "X-Amz-Signature=" in query else value


def _header(name: str, value: str) -> str:
    value = _scrubbed(value)
    if name == "authorization":
        # whose, for what, by which scheme; the signature holds the date
        found = _AUTHORIZATION.match(value)
        return " ".join(found.groups()) if found else value
    return value


def _scrub(text: bytes) -> bytes:
    text = _UUID.sub(b"<uuid>", text)
    return _SIGNED_SCOPE.sub(rb"\1<day>", _SIGNED_QUERY.sub(rb"\1<moment>", text))


def _scrubbed(text: str) -> str:
    return _scrub(text.encode()).decode()


def _read(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    data = body.read() if hasattr(body, "read") else b"".join(body)
    return data.encode() if isinstance(data, str) else data


def _copied(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of one's own, so that no side sees what the other changed; files begin anew."""
    return {name: _copy(value) for name, value in params.items()}


def _copy(value: Any) -> Any:
    if isinstance(value, io.BytesIO):
        return io.BytesIO(value.getvalue())
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _result(result: Any) -> Any:
    """A result with its streams read."""
    return {name: _stream(value) for name, value in result.items()} if isinstance(result, dict) else result


def _stream(value: Any) -> Any:
    if hasattr(value, "iter_chunks"):
        return value.read()
    return list(value) if hasattr(value, "__next__") or type(value).__name__ == "EventStream" else value
