"""Resources over canned answers: listing with them, and DynamoDB's tables with Python's own values."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

import osteon
from benchmarks.answers import BY_NAME
from benchmarks.canned import Raw
from benchmarks.measure import Result, compare
from osteon.http import Response

ITEMS = 1000
_ITEM: dict[str, Any] = {
    "pk": "user#1", "n": 42, "price": Decimal("19.99"), "tags": ["red", "green"], "seen": {1, 2, 3},
    "address": {"street": "Main", "number": 5}, "active": True, "note": None,
}  # fmt: skip


def results() -> Iterator[Result]:
    yield _summaries()
    yield from _tables()


def _summaries() -> Result:
    case = BY_NAME["ListObjectsV2 of 1000 keys"]

    def listed(resource: Any) -> Callable[[], int]:
        objects = resource.Bucket("bucket").objects
        return lambda: sum(each.size for each in objects.all() if each.key)

    ours, theirs = (listed(side) for side in _answered("s3", dict(case.headers), case.body))
    assert ours() == theirs() > 0
    return compare("1000 object summaries", ours, theirs, mark=5)


def _tables() -> Iterator[Result]:
    found = BY_NAME["Query of 100 items"]
    for name, body, call in (
        ("Table.put_item", b"{}", lambda table: table.put_item(Item=_ITEM)),
        ("Table.query of 100 items", found.body, lambda table: table.query(KeyConditionExpression="a = b")["Items"]),
        ("batch_writer of 1000 items", b'{"UnprocessedItems":{}}', _write),
    ):
        headers = {**found.headers, "Content-Length": str(len(body)), "x-amz-crc32": str(zlib.crc32(body))}
        ours, theirs = (
            (lambda table=side.Table("table"), call=call: call(table)) for side in _answered("dynamodb", headers, body)
        )
        if body is found.body:
            assert json.dumps(ours(), default=str) == json.dumps(theirs(), default=str)
        yield compare(name, ours, theirs, mark=2)


def _write(table: Any) -> None:
    with table.batch_writer() as batch:
        for number in range(ITEMS):
            batch.put_item(Item={**_ITEM, "sk": number})


def _answered(service: str, headers: dict[str, str], body: bytes) -> tuple[Any, Any]:
    """Both sides' resources, whose every call is answered with this."""
    ours, theirs = osteon.Session().resource(service), boto3.Session().resource(service)

    def our_answer(request: Any, **kwargs: Any) -> Response:
        return Response(200, headers, body, request.url)

    def their_answer(request: Any, **kwargs: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, headers, Raw(body))

    ours.meta.client.meta.events.register("before-send", our_answer)
    theirs.meta.client.meta.events.register("before-send", their_answer)
    return ours, theirs
