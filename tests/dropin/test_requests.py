"""What ported ``before-send`` handlers see of a request."""

from __future__ import annotations

from typing import Any

import pytest

import osteon
from osteon.http import Response


@pytest.mark.parametrize(
    ("service", "method", "params"),
    [("sts", "get_caller_identity", {}), ("sqs", "list_queues", {}), ("s3", "head_bucket", {"Bucket": "b"})],
)
def test_headers_are_text_and_bodies_bytes(service: str, method: str, params: dict[str, Any]) -> None:
    seen: list[Any] = []

    def look(request: Any, **kwargs: Any) -> Response:
        seen.append(request)
        return Response(404)

    client = osteon.Session("AKID", "secret", region_name="eu-west-1").client(service)
    client.meta.events.register("before-send", look)
    with pytest.raises(osteon.exceptions.ClientError):
        getattr(client, method)(**params)
    assert {type(value) for value in seen[0].headers.values()} == {str}
    assert isinstance(seen[0].body, bytes | None)
    assert seen[0].headers["AUTHORIZATION"].startswith("AWS4-HMAC-SHA256 ")
