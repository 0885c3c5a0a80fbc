"""What handlers and stubs see of S3's parameters, and what goes out all the same."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from osteon.http import Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
KEY = "k" * 32
COPY = {"Bucket": "b", "Key": "k", "CopySource": {"Bucket": "from", "Key": "in"}, "CopySourceSSECustomerKey": KEY}
GET = {"Bucket": "b", "Key": "k", "SSECustomerKey": KEY}
#: method, parameters, and headers that they become
CALLS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("copy_object", COPY, {"x-amz-copy-source": "from/in"}),
    ("get_object", GET, {"x-amz-checksum-mode": "ENABLED"}),
]


@pytest.mark.parametrize(("method", "params", "headers"), CALLS, ids=["copy", "get"])
@pytest.mark.parametrize("event", ["before-parameter-build.*.*", "before-parameter-build.s3", "before-parameter-build"])
def test_handlers_see_what_the_caller_gave(
    event: str, method: str, params: dict[str, Any], headers: dict[str, str], mode: Any
) -> None:
    kind = AsyncCannedTransport if mode.session_class._asynchronous else CannedTransport
    canned, seen = kind([Response(200, {}, b"<R/>", "")]), list[dict[str, Any]]()
    client = mode.client("s3", session=mode.session(transport=lambda options: canned), **PLACE)
    client.meta.events.register(event, lambda params, **kwargs: seen.append(dict(params)))
    mode.do(getattr(client, method)(**params))
    assert seen == [params]
    sent = canned.requests[0].headers
    assert {name: sent[name] for name in headers} == headers
    assert any(name.endswith("customer-key-md5") for name in sent.raw)


@pytest.mark.parametrize(("method", "params", "headers"), CALLS, ids=["copy", "get"])
def test_botocores_stubber_compares_what_the_caller_gave(
    method: str, params: dict[str, Any], headers: dict[str, str], mode: Any
) -> None:
    client = mode.client("s3", **PLACE)
    with Stubber(client) as stubber:
        stubber.add_response(method, {}, params)
        mode.do(getattr(client, method)(**params))
        stubber.assert_no_pending_responses()
