"""Names that nothing will ever emit are found, and nothing else is."""

from __future__ import annotations

import pytest

from osteon.events.aliases import ServiceRow, ServiceTable
from osteon.events.unheard import unheard

SERVICES = ServiceTable(
    lambda: [ServiceRow("s3", "S3"), ServiceRow("dynamodb", "DynamoDB"), ServiceRow("ce", "Cost Explorer")],
    {"s3": ("ListObjects", "ListObjectsV2", "PutObject"), "ce": ("GetTags",)}.get,
)

FINE = [
    "provide-client-params",
    "provide-client-params.s3",
    "provide-client-params.s3.ListObjects",
    "provide-client-params.s3.*",
    "provide-client-params.*.ListObjects",
    "provide-client-params.*.Anything",
    "provide-client-params.dynamodb.NotInTheIndex",
    "before-call.cost-explorer.GetTags",
    "creating-client-class.s3",
    "creating-resource-class.s3.AnyName",
    "getattr.s3.anything",
    "choose-service-name",
    "*",
    "*.nonsense.Nonsense",
    "my-event.nonsense.Nonsense.more",
    "providing-client-params.s3.X",
    "",
]

FOUND = [
    ("provide-client-params.s3.ListObjectz", "ListObjectz", "provide-client-params.s3.ListObjects"),
    ("provide-client-params.s3.list_objects", "list_objects", "provide-client-params.s3.ListObjects"),
    ("provide-client-params.dynamdb.PutItem", "service named 'dynamdb'", "provide-client-params.dynamodb.PutItem"),
    ("provide-client-params.dynamdb", "service named 'dynamdb'", "provide-client-params.dynamodb"),
    ("creating-client-class.cost-explorers", "cost-explorers", "creating-client-class.cost-explorer"),
    ("creating-resource-class.nonsense.Bucket", "service named 'nonsense'", None),
    ("before-call.s3.Xyz", "operation of s3 named 'Xyz'", None),
    ("before-call.s3.List*", "one whole part", None),
    ("before-call.s*.PutObject", "one whole part", None),
    ("before-call.s3.PutObject.more", "before-call.<service>.<operation>", None),
    ("before-endpoint-resolution.s3.PutObject", "before-endpoint-resolution.<service>", None),
    ("choose-service-name.s3", "choose-service-name", None),
    ("before-call..PutObject", "service named ''", None),
]


@pytest.mark.parametrize("name", FINE)
def test_what_may_be_heard_is_fine(name: str) -> None:
    assert unheard([name], SERVICES) == []


@pytest.mark.parametrize(("name", "reason", "suggestion"), FOUND)
def test_what_cannot_be_heard_is_found_with_the_closest_name(name: str, reason: str, suggestion: str | None) -> None:
    [finding] = unheard([name], SERVICES)
    assert finding.event_name == name
    assert reason in finding.reason
    assert finding.suggestion == suggestion
    assert name in finding.message
    assert (suggestion or "") in finding.message


def test_findings_keep_the_order_of_the_names() -> None:
    names = [name for name, _, _ in FOUND]
    assert [finding.event_name for finding in unheard([*FINE, *names], SERVICES)] == names
