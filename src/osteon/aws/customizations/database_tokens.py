"""Tokens that databases take as passwords: presigned URLs without their scheme. The flow only.

Source: "Connecting to your DB instance using IAM authentication" of the RDS user guide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from osteon.auth.schemes import SigningContext
from osteon.aws.presign import QUERY_RULES, query_signer
from osteon.flow import NOW, Flow
from osteon.http import Headers, Request

_SCHEME = "https://"
EXPIRES = 900


class Ask(NamedTuple):
    """What a token is for."""

    signing_name: str
    host: str
    fields: Mapping[str, str]
    region: str | None
    expires: int = EXPIRES


def token(client: Any, ask: Ask) -> Any:
    """A token made with the client's credentials (an awaitable of it on an async client)."""
    return client._parts.runner.run(_token(client._calls.credentials, client.meta.region_name, ask))


def _token(credentials: Callable[[], Flow[Any]], region: str | None, ask: Ask) -> Flow[str]:
    identity = yield from credentials()
    request = Request("GET", f"{_SCHEME}{ask.host}/", Headers(), params=dict(ask.fields))
    properties = {"signing_name": ask.signing_name, "region": ask.region or region}
    context = SigningContext((yield NOW), properties, ask.signing_name, ask.fields["Action"])
    query_signer(QUERY_RULES["v4"], ask.expires)(request, identity, context)
    return request.url.removeprefix(_SCHEME)
