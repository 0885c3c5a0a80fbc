"""Idempotency tokens: filled where nobody brings one, after the handlers that may."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qs

import pytest

from osteon.http import Response
from osteon.identifiers import random_uuid

PURCHASE = {"PurchaseRequests": [{"InstanceCount": 1, "PurchaseToken": "p"}]}


def sent_token(mode: Any, params: dict[str, Any], handlers: dict[str, Any]) -> str:
    ec2 = mode.client("ec2")
    bodies: list[bytes] = []

    def answer(request: Any, **kwargs: Any) -> Response:
        bodies.append(request.body)
        return Response(200, {}, b"<R/>")

    for name, handler in handlers.items():
        ec2.meta.events.register(name, handler)
    ec2.meta.events.register("before-send.ec2", answer)
    mode.do(ec2.purchase_scheduled_instances(**params))
    return parse_qs(bodies[0].decode())["ClientToken"][0]


def test_drawn_anew_for_each_call(mode: Any) -> None:
    first, second = (sent_token(mode, PURCHASE, {}) for _ in range(2))
    assert first != second
    assert str(uuid.UUID(first, version=4)) == first


def test_the_callers_own(mode: Any) -> None:
    assert sent_token(mode, {**PURCHASE, "ClientToken": "mine"}, {}) == "mine"


@pytest.mark.parametrize("event", ["provide-client-params.ec2", "before-parameter-build.ec2"])
def test_a_handlers_own(mode: Any, event: str) -> None:
    seen: list[dict[str, Any]] = []

    def bring(params: dict[str, Any], **kwargs: Any) -> None:
        seen.append(dict(params))
        params["ClientToken"] = "brought"

    assert sent_token(mode, PURCHASE, {event: bring}) == "brought"
    # as on botocore, whose own handler comes after the more specific ones: there was none yet
    assert seen == [PURCHASE]


def test_random_uuids_are_version_4_and_differ() -> None:
    made = {random_uuid() for _ in range(1000)}
    assert len(made) == 1000
    for text in made:
        read = uuid.UUID(text)
        assert (str(read), read.version, read.variant) == (text, 4, uuid.RFC_4122)
