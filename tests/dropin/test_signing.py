"""Which regions a request is signed for, and what a signature version that nobody knows is told by: botocore's."""

from __future__ import annotations

from typing import Any

import botocore.config
import botocore.exceptions
import pytest
from tests.support.oracle import their_client

import osteon

PLACE = {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
SET = "us-east-1,us-west-2"
#: service, method, parameters: with endpoints that ask for SigV4a, and without
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "bucket": ("s3", "list_objects_v2", {"Bucket": "bucket"}),
    "point of many regions": (
        "s3", "list_objects_v2", {"Bucket": "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"},
    ),
    "queues": ("sqs", "list_queues", {}),
    "events": ("events", "put_events", {"Entries": [{}]}),
    "events of many regions": ("events", "put_events", {"Entries": [{}], "EndpointId": "abc123.xyz"}),
    "store": (
        "cloudfront-keyvaluestore", "describe_key_value_store",
        {"KvsARN": "arn:aws:cloudfront::123456789012:key-value-store/abc"},
    ),
}  # fmt: skip
CONFIGS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a preference": {"auth_scheme_preference": "sigv4a"},
    "a preference and a set": {"auth_scheme_preference": "sigv4a", "sigv4a_signing_region_set": SET},
    "a set": {"sigv4a_signing_region_set": SET},
    "a version": {"signature_version": "v4a"},
    "a version and a set": {"signature_version": "v4a", "sigv4a_signing_region_set": SET},
    "S3's version": {"signature_version": "s3v4a"},
}


class SeenError(Exception):
    """A request was about to be sent."""


def headers(client: Any, method: str, params: dict[str, Any], do: Any) -> dict[str, str]:
    """What handlers of before-send see, by names in small letters."""
    seen: dict[str, str] = {}

    def look(request: Any, **kwargs: Any) -> None:
        for name, value in request.headers.items():
            seen[name.lower()] = value.decode() if isinstance(value, bytes) else value
        raise SeenError

    client.meta.events.register("before-send", look)
    with pytest.raises(SeenError):
        do(getattr(client, method)(**params))
    return seen


def regions(client: Any, method: str, params: dict[str, Any], do: Any) -> tuple[str, str | None]:
    """The signature's algorithm, and the regions it is for."""
    seen = headers(client, method, params, do)
    return seen["authorization"].partition(" ")[0], seen.get("x-amz-region-set")


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("call", CALLS)
def test_regions_are_botocores(call: str, config: str, mode: Any) -> None:
    service, method, params = CALLS[call]
    theirs = their_client(service, config=botocore.config.Config(**CONFIGS[config]), **PLACE)
    ours = mode.client(service, config=osteon.Config(**CONFIGS[config]), **PLACE)
    assert regions(ours, method, params, mode.do) == regions(theirs, method, params, lambda answer: answer)


@pytest.mark.parametrize("call", ["queues", "store"])
def test_handlers_see_no_host(call: str, mode: Any) -> None:
    service, method, params = CALLS[call]
    assert "host" not in headers(mode.client(service, **PLACE), method, params, mode.do)


def test_the_set_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SIGV4A_SIGNING_REGION_SET", SET)
    service, method, params = CALLS["store"]
    assert regions(osteon.client(service, **PLACE), method, params, lambda answer: answer)[1] == SET


def test_urls_of_s3_are_presigned_by_its_plain_name_too(mode: Any) -> None:
    client = mode.client("s3", config=osteon.Config(signature_version="v4a"), **PLACE)
    url = mode.do(client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "k"}))
    assert "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256" in url


def caught(client: Any, ask: Any) -> tuple[str, ...]:
    """The names of the error's classes."""
    with pytest.raises((osteon.exceptions.OsteonError, botocore.exceptions.BotoCoreError)) as found:
        ask(client)
    return tuple(each.__name__ for each in type(found.value).__mro__)


@pytest.mark.parametrize("service", ["s3", "sqs"])
def test_an_unknown_version_is_told_as_botocore_tells_it(service: str, mode: Any) -> None:
    method = {"s3": "list_buckets", "sqs": "list_queues"}[service]
    theirs = their_client(service, config=botocore.config.Config(signature_version="foo"), **PLACE)
    ours = mode.client(service, config=osteon.Config(signature_version="foo"), **PLACE)
    ways = {
        "UnknownSignatureVersionError": lambda client, do: do(getattr(client, method)()),
        "UnsupportedSignatureVersionError": lambda client, do: do(client.generate_presigned_url(method)),
    }
    for name, way in ways.items():
        assert caught(theirs, lambda client, way=way: way(client, lambda answer: answer))[0] == name
        assert name in caught(ours, lambda client, way=way: way(client, mode.do))
