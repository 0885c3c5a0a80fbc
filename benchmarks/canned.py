"""Calls that a canned answer ends: all that a client does itself, with every default on.

Both sides answer from a ``before-send`` handler, the hook they have in common, so that the answer costs both alike:
an event with one handler, and a response object made of status, headers and bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

import osteon
from benchmarks.answers import CASES, Case
from benchmarks.measure import Result, compare
from osteon.http import Response


class Raw(io.BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, **kwargs: Any) -> Iterator[bytes]:
        yield self.read()


def osteon_call(case: Case) -> Callable[[], Any]:
    client = osteon.Session().client(case.service)

    def answer(request: Any, **kwargs: Any) -> Response:
        return Response(200, case.headers, case.body, request.url)

    client.meta.events.register("before-send", answer)
    method, params = getattr(client, case.method), dict(case.params)
    return lambda: method(**params)


def boto_call(case: Case) -> Callable[[], Any]:
    client = boto3.Session().client(case.service)

    def answer(request: Any, **kwargs: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, case.headers, Raw(case.body))

    client.meta.events.register("before-send", answer)
    method, params = getattr(client, case.method), dict(case.params)
    return lambda: method(**params)


def results() -> Iterator[Result]:
    for case in CASES:
        ours, theirs = osteon_call(case), boto_call(case)
        _same(case, ours(), theirs())
        yield compare(case.name, ours, theirs, case.mark)


def _same(case: Case, ours: Any, theirs: Any) -> None:
    """A side that does less than the other would be measured for nothing."""
    for result in (ours, theirs):
        result.pop("ResponseMetadata")
    if ours != theirs:
        raise SystemExit(f"{case.name}: the two sides give different results, so their times say nothing")
