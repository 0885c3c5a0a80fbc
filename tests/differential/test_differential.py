"""A seeded sample of the differential command, the differences it once found, and that it sees one."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from tests.differential import places
from tests.differential.compare import (
    Difference,
    Pair,
    differences,
    outcome_gaps,
    request_gaps,
    value_gaps,
    verdict_gaps,
)
from tests.differential.known import rows, unknown
from tests.differential.sides import Answer, Place
from tests.differential.surroundings import ENVIRONMENT, services

USUAL = ("s3", "sqs", "dynamodb", "ec2", "iam", "lambda", "kinesis")
SAMPLED = dict.fromkeys((*random.Random(20).sample(services(), 53), *USUAL))
OPERATIONS = 2
PLACED = ("account", "dynamodb", "health", "iam", "kinesis", "route53", "s3", "sts")


@pytest.fixture(autouse=True)
def nobodys_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, ENVIRONMENT[name])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateutil warns of unknown time zones
        yield


@pytest.mark.parametrize("service", SAMPLED)
def test_random_calls_are_botocores(service: str) -> None:
    rng = random.Random(service)
    pair = Pair.at(service)
    names = rng.sample(pair.operations, min(OPERATIONS, len(pair.operations)))
    told(found for name in names for found in differences(pair, name, rng))


@pytest.mark.parametrize("service", PLACED)
def test_clients_in_many_places_are_botocores(service: str) -> None:
    told(places.differences(service, random.Random(service)))


def told(found: Any) -> None:
    remaining = "\n".join(str(one) for one in unknown(found))
    assert remaining == ""


# --- what it once found -----------------------------------------------------------------------------------------------

OK, XML = Answer(200, {}, b"{}"), {"Content-Type": "text/xml"}
NO_SUCH = b"<ErrorResponse><Error><Code>NoSuchDistribution</Code><Message>m</Message></Error></ErrorResponse>"
#: service, operation, parameters, answer
CASES: dict[str, tuple[str, str, dict[str, Any], Answer]] = {
    "json before cbor": ("cloudwatch", "DescribeAlarms", {"MaxRecords": 3}, OK),
    "an operation whose wire name has a date": (
        "cloudfront", "GetDistribution", {"Id": "d"}, Answer(404, XML, NO_SUCH),
    ),
    "a host with capitals, signed by SigV4a": (
        "sesv2", "SendBulkEmail", {"EndpointId": "ABC.xyz", "DefaultContent": {}, "BulkEmailEntries": []}, OK,
    ),
    "a number that no float holds": (
        "cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 10**400}]}, OK,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_difference_found_once(name: str) -> None:
    service, operation, params, answer = CASES[name]
    ours, theirs = Pair.at(service).calls(operation, lambda: dict(params), answer)
    assert list(request_gaps(ours, theirs)) == []
    assert list(outcome_gaps(ours, theirs)) == []
    assert list(verdict_gaps(ours, theirs)) == []


#: what known.json has a row for, and where it is seen: service, operation, parameters, answer
MEANT: dict[str, tuple[str, str, dict[str, Any], Answer]] = {
    "value .LocationConstraint": (
        "s3", "GetBucketLocation", {"Bucket": "b"}, Answer(404, XML, NO_SUCH.replace(b"Distribution", b"Bucket")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MEANT)
def test_a_difference_that_is_meant(what: str) -> None:
    service, operation, params, answer = MEANT[what]
    ours, theirs = Pair.at(service).calls(operation, lambda: dict(params), answer)
    found = [Difference(service, operation, "errors", *gap) for gap in outcome_gaps(ours, theirs)]
    assert what in {one.what for one in found}
    assert list(unknown(found)) == []


# --- it sees differences ----------------------------------------------------------------------------------------------


def test_a_header_too_many_is_seen_and_its_signature() -> None:
    pair = Pair.at("sqs")

    def meddle(request: Any, **kwargs: Any) -> None:
        request.headers["x-meddled"] = "1"

    pair.ours.client.meta.events.register("before-sign", meddle)
    found = list(unknown(differences(pair, "ListQueues", random.Random(1), ("requests",))))
    assert {one.what for one in found} == {"header authorization", "header x-meddled"}
    assert "sqs.ListQueues requests header x-meddled" in str(found[-1])


def test_another_body_is_seen() -> None:
    pair = Pair.at("sqs")
    ours = pair.ours.call("SendMessage", {"QueueUrl": "q", "MessageBody": "a"}, OK)
    theirs = pair.theirs.call("SendMessage", {"QueueUrl": "q", "MessageBody": "b"}, OK, ours.sent[0].body)
    assert [what for what, *_ in request_gaps(ours, theirs)] == ["body"]


@pytest.mark.parametrize(
    ("ours", "theirs", "where"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["value .a[1].b"]),
        ({"a": 1}, {}, ["value .a"]),
        ({"a": 1}, {"a": True}, ["value .a"]),
        ([1], [1, 2], ["value "]),
        ({"a": None}, {"a": None}, []),
    ],
)
def test_values_that_differ_are_seen(ours: Any, theirs: Any, where: list[str]) -> None:
    assert [what for what, *_ in value_gaps(ours, theirs)] == where


def test_verdicts_that_differ_are_seen() -> None:
    pair = Pair.at("sqs", Place("eu-west-1"))
    taken = pair.ours.call("ListQueues", {}, OK)
    refused = pair.theirs.call("ListQueues", {"QueueNamePrefix": 1}, OK)
    assert [what for what, *_ in verdict_gaps(taken, refused)] == ["verdict"]


def test_known_differences_have_reasons_and_cover_no_others() -> None:
    assert all(len(row.reason) > 30 for row in rows())
    assert not any(row.covers(Difference("sqs", "ListQueues", "requests", "url", "a", "b")) for row in rows())
