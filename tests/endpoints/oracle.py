"""Seeded random values for endpoint rules, and what botocore's engine makes of them. For the tests and the sweep."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import botocore
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointResolutionError as OracleError

from osteon.endpoints.partitions import Partitions
from osteon.endpoints.ruleset import RuleSet
from osteon.exceptions import EndpointResolutionError

DATA = Path(botocore.__file__).parent / "data"


@cache
def raw_partitions() -> dict[str, Any]:
    return json.loads((DATA / "partitions.json").read_bytes())


@cache
def partitions() -> Partitions:
    return Partitions(raw_partitions())


@cache
def regions() -> list[str]:
    known = [region for item in raw_partitions()["partitions"] for region in item["regions"]]
    return [*known, "us-nowhere-7", "cn-nowhere-1", "us-gov-new-1", "local", "aws-global", "a.b", "bad_region"]


def services() -> list[str]:
    return sorted({path.parent.parent.name for path in DATA.glob("*/*/endpoint-rule-set-1.json.gz")})


def raw_rules(service: str) -> dict[str, Any]:
    newest = max(DATA.glob(f"{service}/*/endpoint-rule-set-1.json.gz"))
    return json.loads(gzip.decompress(newest.read_bytes()))


_OWN_ENDPOINTS = (
    "https://example.com", "http://127.0.0.1:5000", "https://[::1]:8443", "https://example.com/a/b",
    "http://example.com/a/",
    "https://example.com/a//../c%20d", "ftp://example.com", "https://example.com?x=1", "example.com", "https://10.0.0.999",
)  # fmt: skip
_BUCKETS = (
    "bucket", "my.dotted.bucket", "UPPER", "under_score", "ab", "192.168.1.1", "bucket--use1-az1--x-s3", "x" * 64,
    "bucket-with-a-space here", "ü", "-lead", "trail-", "a..b", "sp--usw2-az1--xa-s3",
    "bucket--abcd-ab1--x-s3", "test-accessp-e0b1d075--op-s3",
    "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3", "bucket--az--x-s3",
)  # fmt: skip
_SERVICES = ("s3", "s3-outposts", "s3-object-lambda", "s3express", "dynamodb", "kinesis", "sqs", "")
_RESOURCES = (
    "accesspoint:name", "accesspoint/name", "accesspoint:mfzwi23gnjvgw.mrap", "accesspoint", "accesspoint:",
    "accesspoint:a:b",
    "outpost/op-01234567890123456/accesspoint/reports",
    "outpost:op-01234567890123456:accesspoint:reports",
    "outpost/op-01234567890123456/bucket/mybucket", "outpost/op_1/accesspoint/reports", "outpost/op-1", "outpost",
    "bucket_name:mybucket", "table/name", "table/name/index/x", "stream/name", "stream:name", "function:f", "",
    "accesspoint/na_me", "outpost/op-1/accesspoint/a/b", "accesspoint:name/extra",
)  # fmt: skip
_ACCOUNTS = ("123456789012", "", "12_34", "1" * 12)
_WORDS = ("name", "my-stream", "my_table", "a.b", "abcd1234.123", "required", "preferred", "disabled", "a b", "a" * 64)


def _arn(rng: random.Random, service: str) -> str:
    partition = rng.choice(("aws", "aws-cn", "aws-us-gov", "aws", "aws", "wrong", ""))
    named = service if rng.random() < 0.4 else rng.choice(_SERVICES)
    region = rng.choice(regions()[:45]) if rng.random() < 0.8 else rng.choice(("", "us-we$t-2", "us-west-2"))
    return ":".join(("arn", partition, named, region, rng.choice(_ACCOUNTS), rng.choice(_RESOURCES)))


def _text(rng: random.Random, name: str, service: str) -> str:
    if name == "Region":
        return rng.choice(regions()) if rng.random() < 0.7 else rng.choice(("us-east-1", "us-west-2", "cn-north-1"))
    if name == "Endpoint":
        return rng.choice(_OWN_ENDPOINTS)
    if name.lower().endswith("arn") or rng.random() < 0.3:
        return _arn(rng, service)
    if name == "AccountId":
        return rng.choice(_ACCOUNTS)
    return rng.choice(_BUCKETS if name == "Bucket" else _WORDS)


#: How often a parameter is given at all; what is not named here: half of the time.
_GIVEN = {"Region": 0.97, "Endpoint": 0.12, "Bucket": 0.9, "UseFIPS": 0.4, "UseDualStack": 0.4, "AccountId": 0.7}


def random_values(rng: random.Random, ruleset: RuleSet, service: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for parameter in ruleset.relevant:
        if rng.random() > _GIVEN.get(parameter.name, 0.5):
            continue
        if parameter.kind is bool:
            values[parameter.name] = rng.random() < 0.4
        elif parameter.kind is tuple:
            values[parameter.name] = tuple(_arn(rng, service) for _ in range(rng.randrange(4)))
        else:
            values[parameter.name] = _text(rng, parameter.name, service)
    return values


def plain(value: Any) -> Any:
    """Read-only structures as the dicts and lists that botocore makes."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def ours(ruleset: RuleSet, values: Mapping[str, Any]) -> tuple[Any, ...]:
    try:
        endpoint = ruleset.evaluate([values.get(parameter.name) for parameter in ruleset.relevant])
    except EndpointResolutionError as error:
        return "error", str(error)
    return "endpoint", endpoint.url, plain(endpoint.properties), plain(endpoint.headers)


def theirs(provider: EndpointProvider, values: Mapping[str, Any]) -> tuple[Any, ...]:
    try:
        endpoint = provider.resolve_endpoint(**values)
    except OracleError as error:
        return "error", str(error)
    except (TypeError, ValueError, KeyError) as error:
        return "raw error", type(error).__name__
    return "endpoint", endpoint.url, endpoint.properties, endpoint.headers


def differences(service: str, count: int, seed: int) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    """(values, ours, theirs) wherever the two engines differ."""
    raw = raw_rules(service)
    ruleset = RuleSet.compile(raw, partitions(), service)
    provider = EndpointProvider(raw, raw_partitions())
    rng = random.Random(f"{service}{seed}")
    for _ in range(count):
        values = random_values(rng, ruleset, service)
        mine, oracle = ours(ruleset, values), theirs(provider, values)
        if mine != oracle and not stricter_by_intent(mine, oracle):
            yield values, mine, oracle


def stricter_by_intent(mine: tuple[Any, ...], oracle: tuple[Any, ...]) -> bool:
    """osteon refuses what would end a host name and a URL that has no host, and names a value that is missing."""
    if mine[0] != "error":
        return False
    if "which has no value" in mine[1]:
        return oracle[0] == "raw error" or oracle[1].startswith("Both values must be strings")
    refused = ("into a host name", "no http or https URL")
    return any(text in mine[1] for text in refused) and oracle[0] in ("endpoint", "raw error")
