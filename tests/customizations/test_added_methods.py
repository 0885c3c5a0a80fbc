"""What clients have beside their operations, or in spite of them lack: tokens, old names, operations of HTTP/2."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from tests.support.differential import CREDENTIALS

import osteon
from osteon.exceptions import NoCredentialsError

TOKENS: list[tuple[str, str, dict[str, Any]]] = [
    ("rds", "generate_db_auth_token", {"DBHostname": "db.example.com", "Port": 3306, "DBUsername": "me & you"}),
    ("rds", "generate_db_auth_token", {"DBHostname": "h", "Port": 1, "DBUsername": "u", "Region": "eu-west-1"}),
    ("dsql", "generate_db_connect_auth_token", {"Hostname": "a.dsql.us-east-1.on.aws"}),
    ("dsql", "generate_db_connect_auth_token", {"Hostname": "h", "Region": "eu-west-1", "ExpiresIn": 60}),
    ("dsql", "generate_db_connect_admin_auth_token", {"Hostname": "h"}),
]


def comparable(token: str) -> tuple[str, list[str]]:
    """A token without what holds the moment, its parameters in order."""
    place, _, query = token.partition("?")
    query = re.sub(r"(X-Amz-Date|X-Amz-Signature)=\w+", r"\1", query)
    return place, sorted(re.sub(r"%2F\d{8}%2F", "%2Fday%2F", query).split("&"))


def theirs(service: str) -> Any:
    return botocore.session.Session().create_client(service, region_name="us-east-1", **CREDENTIALS)


@pytest.mark.parametrize(("service", "method", "params"), TOKENS)
def test_token_is_botocores(service: str, method: str, params: dict[str, Any]) -> None:
    client = osteon.Session(region_name="us-east-1").client(service, **CREDENTIALS)
    ours = getattr(client, method)(**params)
    assert comparable(ours) == comparable(getattr(theirs(service), method)(**params))


def test_token_is_awaitable_on_async_clients() -> None:
    async def made() -> str:
        async with osteon.AsyncSession(region_name="us-east-1").client("rds", **CREDENTIALS) as client:
            token: str = await client.generate_db_auth_token("h", 1, "u")
            return token

    assert asyncio.run(made()).startswith("h:1/?Action=connect&DBUser=u&")


def test_token_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = osteon.Session(region_name="us-east-1").client("rds")
    with pytest.raises(NoCredentialsError):
        client.generate_db_auth_token("h", 1, "u")


ALIASES = [
    ("cloudwatch", "get_o_tel_enrichment", "get_otel_enrichment"),
    ("cloudwatch", "start_o_tel_enrichment", "start_otel_enrichment"),
    ("cloudwatch", "stop_o_tel_enrichment", "stop_otel_enrichment"),
    ("cloudwatch", "update_o_tel_enrichment", "update_otel_enrichment"),
    ("mturk", "list_hi_ts_for_qualification_type", "list_hits_for_qualification_type"),
    ("signin", "create_o_auth2_token", "create_oauth2_token"),
    ("socialmessaging", "delete_whatsapp_media_message", "delete_whatsapp_message_media"),
]


@pytest.mark.parametrize(("service", "asked", "name"), ALIASES)
def test_old_names_lead_to_methods(service: str, asked: str, name: str) -> None:
    client = osteon.Session(region_name="us-east-1").client(service, **CREDENTIALS)
    assert getattr(client, asked) == getattr(client, name)
    assert callable(getattr(theirs(service), asked))


REMOVED = [
    ("bedrock-runtime", "invoke_model_with_bidirectional_stream"),
    ("connecthealth", "start_medical_scribe_listening_session"),
    ("lexv2-runtime", "start_conversation"),
    ("polly", "start_speech_synthesis_stream"),
    ("qbusiness", "chat"),
]


@pytest.mark.parametrize(("service", "method"), REMOVED)
def test_duplex_operations_are_no_methods(service: str, method: str) -> None:
    client = osteon.Session(region_name="us-east-1").client(service, **CREDENTIALS)
    assert not hasattr(client, method)
    assert not hasattr(theirs(service), method)


def test_former_names_of_services() -> None:
    client = osteon.Session(region_name="us-east-1").client("runtime.sagemaker", **CREDENTIALS)
    assert client.meta.service_model.service_name == "sagemaker-runtime"


# --- what handlers may do


def test_flow_handlers_make_calls_of_their_client() -> None:
    from osteon.http import Response
    from osteon.transport.canned import CannedTransport

    asked: list[str] = []

    def answer(request: Any) -> Response:
        asked.append(request.headers["X-Amz-Target"].rpartition(".")[2])
        return Response(200, {}, b'{"TableNames": ["t"]}')

    def describe_first(context: Any, **kwargs: Any) -> Iterator[Any]:
        tables = yield from context["client"].call("ListTables", {})
        context["client"].notes["tables"] = tables["TableNames"]

    session = osteon.Session(region_name="us-east-1", transport=lambda options: CannedTransport(answer), **CREDENTIALS)
    client = session.client("dynamodb")
    client.meta.events.register("before-call.dynamodb.DescribeTable", describe_first)
    client.describe_table(TableName="t")
    assert asked == ["ListTables", "DescribeTable"]


def test_handlers_may_sign_a_request_with_credentials_of_their_own() -> None:
    from osteon.aws.credentials.base import FrozenCredentials
    from osteon.http import Response
    from osteon.transport.canned import CannedTransport

    def as_somebody(request: Any, **kwargs: Any) -> None:
        request.context["signing"]["request_credentials"] = FrozenCredentials("SOMEBODY", "secret")

    transport = CannedTransport(lambda request: Response(200, {}, b"{}"))
    client = osteon.Session(region_name="us-east-1", transport=lambda options: transport, **CREDENTIALS).client("sqs")
    client.meta.events.register("before-sign.sqs.ListQueues", as_somebody)
    client.list_queues()
    assert "Credential=SOMEBODY/" in transport.requests[0].headers["Authorization"]
