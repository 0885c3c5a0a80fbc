"""Bearer tokens of AWS's services: sent over TLS or not at all, as by botocore."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest
from botocore.awsrequest import AWSResponse
from tests.support.oracle import their_client

from osteon import exceptions
from osteon.http import Response


def refusal(call: Any) -> str | None:
    try:
        call()
    except (exceptions.OsteonError, botocore.exceptions.BotoCoreError) as error:
        return f"{type(error).__name__}: {error}"
    return None


@pytest.mark.parametrize("token", ["t", None])
@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_a_token_is_not_sent_where_all_can_read_it(
    mode: Any, monkeypatch: pytest.MonkeyPatch, url: str, token: str | None
) -> None:
    if token is not None:
        monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", token)
    sent: list[str] = []

    def answered(request: Any, **kwargs: Any) -> Response:
        sent.append(request.headers["Authorization"].split()[0])
        return Response(200, {}, b"{}")

    client = mode.client("bedrock", endpoint_url=url)
    client.meta.events.register("before-send.bedrock", answered)
    ours = refusal(lambda: mode.do(client.list_foundation_models()))
    their, answer = their_client("bedrock", endpoint_url=url), AWSResponse(url, 200, {}, Raw())
    their.meta.events.register("before-send.bedrock", lambda **kwargs: answer)
    assert ours == refusal(their.list_foundation_models)
    assert sent == ([] if ours else ["Bearer" if token else "AWS4-HMAC-SHA256"])


class Raw:
    def stream(self) -> list[bytes]:
        return [b"{}"]
