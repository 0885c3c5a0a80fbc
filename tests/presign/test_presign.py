"""Presigned URLs and forms: beside botocore's byte for byte, on both kinds of clients, and as handlers ask for them."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.presign.oracle import Both, differences

import osteon
from osteon.exceptions import NoCredentialsError, UnknownClientMethodError, UnsupportedSignatureVersionError
from osteon.http import Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
SAMPLE = ("s3", "sts", "sqs", "iam", "dynamodb", "lambda", "polly", "ec2", "bedrock-runtime", "s3control", "s3outposts")
GET = {"Bucket": "my-bucket", "Key": "a/b c+é"}

#: where S3 clients are, and what their Config says
REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "aws-global", "us-gov-west-1", "cn-north-1", "us-nowhere-1")
PLACES: list[dict[str, Any]] = [{"region_name": region} for region in REGIONS]
PLACES += [{"region_name": "eu-west-1", "endpoint_url": "http://127.0.0.1:5000/base"}]
CONFIGS: tuple[dict[str, Any], ...] = (
    {},
    {"signature_version": "s3v4"},
    {"signature_version": "v4"},
    {"signature_version": "s3"},
    {"s3": {"addressing_style": "virtual"}},
    {"s3": {"addressing_style": "path"}},
    {"s3": {"us_east_1_regional_endpoint": "regional"}},
    {"s3": {"use_dualstack_endpoint": True}},
    {"s3": {"use_accelerate_endpoint": True}},
)
#: method and parameters of S3's presigned calls
S3_CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_object", GET),
    ("get_object", {**GET, "VersionId": "v", "ResponseContentType": "text/x; a=b", "Range": "bytes=0-1"}),
    ("get_object", {**GET, "Bucket": "Not.A_Label"}),
    ("put_object", {**GET, "ContentType": "text/plain", "Metadata": {"b": " x ", "a": "y"}, "ACL": "public-read"}),
    ("head_bucket", {"Bucket": "my-bucket"}),
    ("get_bucket_location", {"Bucket": "my-bucket"}),
    ("list_objects_v2", {"Bucket": "my-bucket", "Prefix": "p/"}),
    ("upload_part", {**GET, "UploadId": "u", "PartNumber": 2}),
    ("list_buckets", {}),
    ("get_object", {"Bucket": "arn:aws:s3:us-west-2:123456789012:accesspoint/mine", "Key": "k"}),
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(place.values()))
def test_s3_urls(place: dict[str, Any]) -> None:
    for config in CONFIGS:
        both = Both("s3", config=config, **place)
        for method, params in S3_CALLS:
            ours, theirs = both.urls(method, dict(params), ExpiresIn=60)
            assert ours == theirs, (config, method)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(place.values()))
def test_s3_forms(place: dict[str, Any]) -> None:
    conditions = [{"acl": "private"}, ["content-length-range", 1, 5]]
    for config in CONFIGS:
        both = Both("s3", config=config, **place)
        ours, theirs = both.posts("my-bucket", "a b")
        assert ours == theirs, config
        ours, theirs = both.posts("my-bucket", "up/${filename}", {"acl": "private"}, conditions, 60)
        assert ours == theirs, config


@pytest.mark.parametrize("service", SAMPLE)
def test_other_urls(service: str) -> None:
    assert list(differences(service, random.Random(f"test {service}"), 6)) == []


def test_urls_are_signed_for_the_region_that_the_endpoint_names() -> None:
    """Unlike botocore's, which is signed for the client's region and refused."""
    ours, theirs = Both("support", region_name="eu-central-1").urls("describe_services")
    assert "%2Fus-east-1%2Fsupport%2F" in ours
    assert "%2Feu-central-1%2Fsupport%2F" in theirs
    assert ours.partition("?")[0] == theirs.partition("?")[0]


def test_operations_that_nobody_signs_are_not_signed() -> None:
    """Unlike botocore's."""
    ours, theirs = Both("sso").urls("list_accounts", {"accessToken": "x"})
    assert ours == "https://portal.sso.us-east-1.amazonaws.com/assignment/accounts"
    assert theirs.startswith(f"{ours}?X-Amz-Algorithm=")


def test_what_is_given_stays_as_it_was() -> None:
    client = osteon.Session(**KEYS).client("s3", "eu-west-1")
    params, fields, conditions = dict(GET), {"acl": "private"}, [{"acl": "private"}]
    client.generate_presigned_url("get_object", Params=params)
    client.generate_presigned_post("my-bucket", "k", fields, conditions)
    assert (params, fields, conditions) == (GET, {"acl": "private"}, [{"acl": "private"}])


def test_nothing_is_sent_and_handlers_are_told(mode: Any) -> None:
    kind = AsyncCannedTransport if mode.session_class is osteon.AsyncSession else CannedTransport
    client = mode.client("s3", "eu-central-1", session=mode.session(**KEYS, transport=lambda options: kind()))
    heard: list[Any] = []

    def hear(event_name: str, **kwargs: Any) -> None:
        heard.append((event_name.partition(".")[0], kwargs.get("signature_version")))

    for family in ("provide-client-params", "before-call", "request-created", "choose-signer", "before-sign"):
        client.meta.events.register(f"{family}.s3.GetObject", hear)
    url = mode.do(client.generate_presigned_url("get_object", Params=GET, HttpMethod="HEAD"))
    assert heard == [("provide-client-params", None), ("choose-signer", "s3v4-query"), ("before-sign", "s3v4-query")]
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["3600"]


def test_a_handler_may_choose_the_signature(mode: Any) -> None:
    client = mode.client("s3", "us-east-1", session=mode.session(**KEYS))
    assert "AWSAccessKeyId=" in mode.do(client.generate_presigned_url("get_object", Params=GET))
    client.meta.events.register("choose-signer.s3", lambda **kwargs: "s3v4-query")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in mode.do(client.generate_presigned_url("get_object", Params=GET))


def test_a_list_in_the_query_is_whole(mode: Any) -> None:
    client = mode.client("lambda", "eu-west-1", session=mode.session(**KEYS))
    params = {"Resource": "arn:aws:lambda:eu-west-1:1:function:f", "TagKeys": ["b", "a"]}
    url = mode.do(client.generate_presigned_url("untag_resource", Params=params))
    assert parse_qs(urlsplit(url).query)["tagKeys"] == ["b", "a"]


def test_unsigned_and_own_services(mode: Any) -> None:
    config = osteon.Config(signature_version=osteon.config.UNSIGNED)
    client = mode.client("s3", "eu-west-1", session=mode.session(**KEYS), config=config)
    url = mode.do(client.generate_presigned_url("get_object", Params={"Bucket": "my-bucket", "Key": "k"}))
    assert url == "https://my-bucket.s3.amazonaws.com/k"
    atlas = mode.client("atlas", endpoint_url="http://atlas.example", config=osteon.Config(api_key="secret"))
    url = mode.do(atlas.generate_presigned_url("list_maps", Params={"MaxMaps": 3}))
    assert parse_qs(urlsplit(url).query)["key"] == ["secret"]
    ledger = mode.client("ledger", endpoint_url="http://x.example", config=osteon.Config(bearer_token="t"))
    with pytest.raises(UnsupportedSignatureVersionError, match="bearer-query"):
        mode.do(ledger.generate_presigned_url("list_accounts"))


def test_refused(mode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = mode.client("s3", "eu-west-1", session=mode.session(**KEYS))
    with pytest.raises(UnknownClientMethodError, match="Client does not have method: GetObject"):
        mode.do(client.generate_presigned_url("GetObject"))
    with pytest.raises(osteon.exceptions.ParamValidationError, match="Missing required parameter"):
        mode.do(client.generate_presigned_url("get_object"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    poor = mode.client("s3", "eu-west-1")
    with pytest.raises(NoCredentialsError):
        mode.do(poor.generate_presigned_url("get_object", Params=GET))


# --- the signer that handlers are handed


def test_a_plain_handler_presigns_as_it_would_on_botocore() -> None:
    """What ported handlers do: a copy of the request, elsewhere, presigned, goes into the request."""
    import copy

    def presign(params: Any, request_signer: Any, model: Any, **kwargs: Any) -> None:
        twin = copy.deepcopy(params)
        twin["url"] = twin["url"].replace("us-east-1", "eu-west-1")
        twin["method"], twin["headers"] = "GET", {}
        url = request_signer.generate_presigned_url(twin, region_name="eu-west-1", operation_name=model.name)
        params["body"]["PresignedUrl"] = url

    both = Both("ec2")
    sent: list[Any] = []

    def send(request: Any, **kwargs: Any) -> Any:
        sent.append(request.body)
        return Response(200, {}, b"<R/>")

    for client in (both.ours, both.theirs):
        client.meta.events.register("before-call.ec2.DescribeRegions", presign)
    both.ours.meta.events.register("before-send", send)
    both.ours.describe_regions(AllRegions=True)
    url = parse_qs(sent[0].decode())["PresignedUrl"][0]
    query = parse_qs(urlsplit(url).query)
    assert urlsplit(url).netloc == "ec2.eu-west-1.amazonaws.com"
    assert query["Action"] == ["DescribeRegions"]
    assert "/eu-west-1/ec2/" in query["X-Amz-Credential"][0]


def test_a_flow_handler_presigns_on_both_kinds(mode: Any) -> None:
    kind = AsyncCannedTransport if mode.session_class is osteon.AsyncSession else CannedTransport
    transport = kind([Response(200, {}, b"<R><DescribeEventsResult/></R>")])
    client = mode.client("rds", "eu-west-1", session=mode.session(**KEYS, transport=lambda options: transport))
    made: list[str] = []

    def presign(request_signer: Any, **kwargs: Any) -> Any:
        request = {"method": "GET", "url": "https://db.example:3306/", "headers": {}, "body": {"DBUser": "me"}}
        made.append((yield from request_signer.presigned_url_flow(request, "connect", 900, "us-west-2", "rds-db")))
        made.append(f"{request_signer.signature_version} {request_signer.region_name} {request_signer.signing_name}")

    client.meta.events.register("before-call.rds.DescribeEvents", presign)
    mode.do(client.describe_events())
    query = parse_qs(urlsplit(made[0]).query)
    assert (query["DBUser"], query["X-Amz-Expires"]) == (["me"], ["900"])
    assert query["X-Amz-Credential"][0].endswith("/us-west-2/rds-db/aws4_request")
    assert made[1] == "v4 eu-west-1 rds"
