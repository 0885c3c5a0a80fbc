"""The catalogue beside what boto3 really passes to handlers."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from osteon.events import Emitter
from osteon.events.catalog import CATALOG, markdown

#: types that botocore's objects have under other names here
SAME = {"AWSRequest": "Request", "AWSPreparedRequest": "PreparedRequest", "AWSResponse": "Response"}


class _Raw:
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        yield b"<ListBucketResult/>"


def _answer(request: Any, **kwargs: Any) -> AWSResponse:
    return AWSResponse(request.url, 200, {}, _Raw())


def _unreachable(**kwargs: Any) -> None:
    raise EndpointConnectionError(endpoint_url="nowhere")


@pytest.fixture(scope="module")
def seen() -> dict[str, tuple[str, dict[str, set[str]]]]:
    """What boto3 emits in calls that are answered and in calls that fail: family -> (name, keyword -> types)."""
    seen: dict[str, tuple[str, dict[str, set[str]]]] = {}
    session = boto3.Session("a", "b", region_name="us-east-1")

    def record(event_name: str, **kwargs: Any) -> None:
        _, fields = seen.setdefault(event_name.partition(".")[0], (event_name, {}))
        for name, value in kwargs.items():
            fields.setdefault(name, set()).add(type(value).__name__)

    for family in CATALOG:
        session.events.register_first(family, record)
    session.events.register_first("choose-signer.s3", record)
    session.events.register_first("choose-signer.s3.ListObjects", record)
    session.events.register("before-send", _answer)
    client = session.client("s3", config=Config(retries={"max_attempts": 0}))
    client.list_objects(Bucket="bucket")
    assert not hasattr(client, "nonsense")
    session.resource("s3").Bucket("bucket")
    client.meta.events.register_first("before-send.s3", _unreachable)
    with pytest.raises(EndpointConnectionError):
        client.list_objects(Bucket="bucket")
    return seen


@pytest.mark.parametrize("family", CATALOG)
def test_names_and_keywords_are_boto3s(family: str, seen: dict[str, tuple[str, dict[str, set[str]]]]) -> None:
    name, fields = seen[family]
    event = CATALOG[family]
    assert len(name.split(".")) == 1 + len(event.parts)
    assert {field.name for field in event.fields} == set(fields)


@pytest.mark.parametrize("family", CATALOG)
def test_types_are_boto3s(family: str, seen: dict[str, tuple[str, dict[str, set[str]]]]) -> None:
    _, fields = seen[family]
    for field in CATALOG[family].fields:
        for got in fields[field.name]:
            assert _allows(field.type, got), (field, got)


def _allows(annotation: str, type_name: str) -> bool:
    kinds = {kind.strip().partition("[")[0] for kind in annotation.split("|")}
    if "Exception" in kinds and type_name.endswith("Error"):
        return True
    return "Any" in kinds or SAME.get(type_name, type_name).replace("NoneType", "None") in kinds


def test_the_table_has_a_row_of_five_columns_for_each_event() -> None:
    heading, rule, *body = markdown().splitlines()
    assert len(body) == len(CATALOG)
    for row in (heading, rule, *body):
        assert len(row.replace("\\|", "").split("|")) == 7, row
    assert body[0].startswith("| `creating-client-class.<service>` |")
    assert "`exception: Exception \\| None`" in markdown()


@pytest.mark.parametrize("family", CATALOG)
def test_every_family_has_a_door(family: str) -> None:
    assert family in repr(getattr(Emitter(), family.replace("-", "_")))
