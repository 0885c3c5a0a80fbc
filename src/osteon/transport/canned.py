"""Transports that answer without a network, for tests and demonstrations. No sockets, no protocol knowledge."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeAlias

from osteon.http import Headers, PreparedRequest, Response
from osteon.transport.streams import AsyncReader, AsyncStreamingBody, StreamingBody

#: One answer: a response, or an error to raise instead.
Answer: TypeAlias = Response | Exception
#: What answers: a function of the request, or answers in the order of the requests.
Script: TypeAlias = Callable[[PreparedRequest], Answer] | Iterable[Answer]


class _Deck:
    """Hands out answers and keeps the requests."""

    def __init__(self, script: Script = ()) -> None:
        self._function = script if callable(script) else None
        #: answers not yet given
        self.answers: deque[Answer] = deque(() if callable(script) else script)
        #: every request seen, oldest first
        self.requests: list[PreparedRequest] = []
        self.closed = False

    def _answer(self, request: PreparedRequest) -> Response:
        self.requests.append(request)
        if self._function is None and not self.answers:
            raise AssertionError(f"No canned answer for request {len(self.requests)}: {request.method} {request.url}")
        answer = self._function(request) if self._function is not None else self.answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        # A copy: one Response may answer many requests, and whoever receives it may change it.
        return Response(answer.status_code, Headers(answer.headers), answer.body, answer.url or request.url)


class CannedTransport(_Deck):
    """Answers from ``script``; ``requests`` records what was sent.

    A bytes body becomes a :class:`StreamingBody` where the request asked for a stream and the status is below 300.
    Raises AssertionError when no answer is left.
    """

    def send(self, request: PreparedRequest, /) -> Response:
        response = self._answer(request)
        if _streams(request, response):
            response.body = StreamingBody(io.BytesIO(response.body), response.headers.get("content-length"))
        return response

    def close(self) -> None:
        self.closed = True


class AsyncCannedTransport(_Deck):
    """The awaitable twin of :class:`CannedTransport`, with :class:`AsyncStreamingBody`."""

    async def send(self, request: PreparedRequest, /) -> Response:
        response = self._answer(request)
        if _streams(request, response):
            source = AsyncReader(io.BytesIO(response.body))
            response.body = AsyncStreamingBody(source, response.headers.get("content-length"))
        return response

    async def close(self) -> None:
        self.closed = True


def _streams(request: PreparedRequest, response: Response) -> bool:
    return request.stream_output and response.status_code < 300 and isinstance(response.body, bytes)
