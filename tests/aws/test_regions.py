"""Regions: the same answers as botocore's for every service, from the file itself and from what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.exceptions
import orjson
import pytest
from botocore.loaders import Loader as BotocoreLoader
from botocore.regions import EndpointResolver
from botocore.session import Session as BotocoreSession

from osteon.aws.regions import Regions, condensed
from osteon.exceptions import ModelError, UnknownRegionError

RAW: dict[str, Any] = BotocoreLoader().load_data("endpoints")
ORACLE = EndpointResolver(RAW)
REGIONS = Regions(orjson.loads(orjson.dumps(condensed(RAW))))
PREFIXES = sorted({prefix for partition in RAW["partitions"] for prefix in partition["services"]})
#: one of each kind: listed, of the pattern alone, of no partition, of a service that is in none
NAMES = ("us-east-1", "eu-west-7", "cn-north-1", "us-gov-west-1", "aws-global", "fips-us-east-1", "nowhere", "")


def test_partitions() -> None:
    assert list(REGIONS.partitions()) == BotocoreSession().get_available_partitions()


@pytest.mark.parametrize("region", NAMES)
def test_the_region_to_sign_for(region: str) -> None:
    for prefix in (*PREFIXES, "a-new-service"):
        theirs: Any = ORACLE.construct_endpoint(prefix, region) or ORACLE.construct_endpoint(prefix, region, "aws")
        expected = theirs.get("credentialScope", {}).get("region", theirs["endpointName"])
        assert REGIONS.signing_region(prefix, region) == expected, prefix


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "no-such"])
def test_regions_of_a_service(partition: str) -> None:
    for prefix in (*PREFIXES, "a-new-service"):
        for non_regional in (False, True):
            theirs = ORACLE.get_available_endpoints(prefix, partition, non_regional)
            assert REGIONS.of_service(prefix, partition, non_regional) == theirs, prefix


GLOBAL = {"iam": True, "s3": True, "sqs": False, "a-new-service": False}


@pytest.mark.parametrize("prefix", GLOBAL)
def test_services_without_a_region(prefix: str) -> None:
    assert REGIONS.is_global(prefix) is GLOBAL[prefix]


@pytest.mark.parametrize("region", NAMES)
def test_the_partition_of_a_region(region: str) -> None:
    def asked(ask: Callable[[str], str], refused: type[Exception]) -> str:
        try:
            return ask(region)
        except refused as error:
            return str(error)

    theirs = asked(ORACLE.get_partition_for_region, botocore.exceptions.UnknownRegionError)
    assert asked(REGIONS.partition_of, UnknownRegionError) == theirs


@pytest.mark.parametrize(
    "raw", [{}, {"partitions": None}, {"partitions": [{}]}, {"partitions": [{"partition": "aws", "services": []}]}]
)
def test_other_data_are_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"endpoints\.json"):
        condensed(raw)


def test_no_partitions_at_all() -> None:
    nothing = Regions(condensed({"partitions": []}))
    assert nothing.partitions() == ()
    assert nothing.signing_region("sqs", "us-east-1") == "us-east-1"
    assert not nothing.is_global("iam")
