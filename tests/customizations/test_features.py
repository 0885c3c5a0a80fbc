"""The features in the user agent are those that botocore tells of the same calls (``m/``), whatever leads to them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import botocore.awsrequest
import botocore.config
import botocore.session
import pytest
from tests.support.oracle import LOADER

import osteon
from osteon.exceptions import ClientError
from osteon.http import Response

CONFIG = """
[profile keys]
aws_access_key_id = AKID
aws_secret_access_key = secret
[profile role]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = keys
[profile named]
role_arn = arn:aws:iam::123456789012:role/r
credential_source = Environment
[profile process]
credential_process = echo '{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "secret"}'
[profile sso]
sso_session = s
sso_account_id = 123456789012
sso_role_name = r
[profile former-sso]
sso_start_url = https://s.example
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = r
[sso-session s]
sso_start_url = https://s.example
sso_region = us-east-1
[profile web]
role_arn = arn:aws:iam::123456789012:role/r
web_identity_token_file = TOKEN
"""
CREDENTIALS = b"""<Credentials><AccessKeyId>AKID</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t\
</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"""
ASSUMED = b"".join((
    b"<AssumeRoleResponse><AssumeRoleResult>", CREDENTIALS,
    b"<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>",
    b"</AssumeRoleResult></AssumeRoleResponse>",
))  # fmt: skip


class Case(NamedTuple):
    service: str
    call: Callable[[Any, Callable[[Any], Any]], Any]
    arguments: dict[str, Any] = {}
    config: dict[str, Any] = {}
    environ: dict[str, str] = {}
    session: dict[str, Any] = {}


def method(name: str, **params: Any) -> Callable[[Any, Callable[[Any], Any]], Any]:
    def call(client: Any, do: Callable[[Any], Any]) -> Any:
        body = params.get("Body")
        given = {**params, "Body": io.BytesIO(body)} if isinstance(body, bytes) else params
        return do(getattr(client, name)(**given))

    return call


def pages(client: Any, do: Callable[[Any], Any]) -> Any:
    return do(client.get_paginator("list_queues").paginate().build_full_result())


def waits(client: Any, do: Callable[[Any], Any]) -> Any:
    return do(client.get_waiter("bucket_exists").wait(Bucket="b"))


def uploads(client: Any, do: Callable[[Any], Any]) -> Any:
    return do(client.upload_fileobj(io.BytesIO(b"a"), "b", "k"))


def after_a_change(client: Any, do: Callable[[Any], Any]) -> Any:
    do(client.list_queues())
    client.meta.config.user_agent_extra = "lib/later"
    client.meta.config.user_agent_appid = "app"
    return do(client.list_queues())


PUT = {"Bucket": "b", "Key": "k", "Body": b"a"}
DATA = {"Namespace": "n", "MetricData": [{"MetricName": "m" * 250, "Value": 1.0}] * 60}
ITEM = {"TableName": "t", "Key": {"k": {"S": "1"}}}
ACCOUNT = {"AWS_ACCOUNT_ID": "123456789012"}
POINT = "arn:aws:s3-outposts:us-east-1:123456789012:outpost/op-1/accesspoint/ap"
EVENTS = {"EndpointId": "abc.def", "Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]}

CASES = {
    "a call": Case("sqs", method("list_queues")),
    "pages": Case("sqs", pages),
    "a waiter": Case("s3", waits),
    "a transfer": Case("s3", uploads),
    "Config changed later": Case("sqs", after_a_change),
    "an application": Case("sqs", method("list_queues"), config={"user_agent_appid": "a b", "user_agent_extra": "x/1"}),
    "a text of the user's own": Case("sqs", method("list_queues"), config={"user_agent": "me/1"}),
    "legacy retries": Case("sqs", method("list_queues"), config={"retries": {"mode": "legacy"}}),
    "adaptive retries": Case("sqs", method("list_queues"), environ={"AWS_RETRY_MODE": "adaptive"}),
    "an endpoint": Case("sqs", method("list_queues"), {"endpoint_url": "https://h.example"}),
    "an endpoint in the environment": Case("sqs", method("list_queues"), environ={"AWS_ENDPOINT_URL": "https://h.e"}),
    "a checksum by default": Case("s3", method("put_object", **PUT)),
    "a checksum asked for": Case("s3", method("put_object", **PUT, ChecksumAlgorithm="SHA256")),
    "a checksum of awscrt": Case("s3", method("put_object", **PUT, ChecksumAlgorithm="CRC64NVME")),
    "a checksum brought along": Case("s3", method("put_object", **PUT, ChecksumSHA1="x")),
    "checksums when required": Case(
        "s3",
        method("put_object", **PUT),
        config={"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"},
    ),
    "a compressed body": Case("cloudwatch", method("put_metric_data", **DATA)),
    "a body too small to compress": Case("cloudwatch", method("put_metric_data", Namespace="n", MetricData=[])),
    "CBOR": Case("eventbridgev2", method("list_event_buses")),
    "an account in the endpoint": Case("dynamodb", method("get_item", **ITEM), environ=ACCOUNT),
    "an account that may not be": Case(
        "dynamodb", method("get_item", **ITEM), config={"account_id_endpoint_mode": "disabled"}, environ=ACCOUNT
    ),
    "an account that must be": Case(
        "dynamodb", method("get_item", **ITEM), config={"account_id_endpoint_mode": "required"}, environ=ACCOUNT
    ),
    "an account among the parameters": Case("s3control", method("list_jobs", AccountId="123456789012")),
    "an account in an ARN": Case("s3control", method("get_access_point", Name=POINT)),
    "no account": Case("dynamodb", method("get_item", **ITEM)),
    "SigV4a": Case("events", method("put_events", **EVENTS)),
    "a token in the environment": Case(
        "bedrock", method("list_foundation_models"), environ={"AWS_BEARER_TOKEN_BEDROCK": "t", "AWS_ACCESS_KEY_ID": ""}
    ),
    "keys given to the client": Case(
        "sqs", method("list_queues"), {"aws_access_key_id": "AKID", "aws_secret_access_key": "s"}
    ),
    "keys given to the session": Case(
        "sqs", method("list_queues"), session={"aws_access_key_id": "AKID", "aws_secret_access_key": "s"}
    ),
    "keys of a profile": Case("sqs", method("list_queues"), session={"profile_name": "keys"}),
    "a role": Case("sqs", method("list_queues"), session={"profile_name": "role"}),
    "a role by the environment's keys": Case("sqs", method("list_queues"), session={"profile_name": "named"}),
    "a web identity": Case("sqs", method("list_queues"), session={"profile_name": "web"}),
    "a web identity in the environment": Case(
        "sqs",
        method("list_queues"),
        environ={
            "AWS_ACCESS_KEY_ID": "", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN",
        },
    ),
    "SSO": Case("sqs", method("list_queues"), session={"profile_name": "sso"}),
    "SSO without a session": Case("sqs", method("list_queues"), session={"profile_name": "former-sso"}),
    "a program": Case("sqs", method("list_queues"), session={"profile_name": "process"}),
    "a bucket elsewhere": Case("s3", method("head_object", Bucket="far", Key="k")),
}  # fmt: skip


def answer(request: Any) -> tuple[int, dict[str, str], bytes]:
    """What the service says to a request, whoever sends it."""
    if "sts" in request.url:
        web = "AssumeRoleWithWebIdentity" in str(request.body)
        return 200, {}, ASSUMED.replace(b"AssumeRole", b"AssumeRoleWithWebIdentity") if web else ASSUMED
    if "portal.sso" in request.url:
        keys = {"accessKeyId": "AKID", "secretAccessKey": "s", "sessionToken": "t", "expiration": 4_000_000_000_000}
        return 200, {}, json.dumps({"roleCredentials": keys}).encode()
    if "//far." in request.url:
        here = "eu-west-1" in request.url
        return (200 if here else 400), {"x-amz-bucket-region": "eu-west-1"}, b""
    if "eventsv2" in request.url:
        return 200, {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}, b"\xa0"
    if "s3" in request.url:
        return 200, {"ETag": '"e"'}, b""
    return 200, {"content-type": "application/x-amz-json-1.0"}, b"{}"


@pytest.fixture(scope="module")
def sso_login() -> Iterator[None]:
    """Tokens in the tests' own home, where botocore has looked for it when it was imported."""
    cache = Path(os.environ["HOME"], ".aws", "sso", "cache")
    cache.mkdir(parents=True)
    for name in ("s", "https://s.example"):
        kept = {"accessToken": "t", "expiresAt": "2099-01-01T00:00:00Z"}
        cache.joinpath(f"{hashlib.sha1(name.encode()).hexdigest()}.json").write_text(json.dumps(kept))
    yield
    shutil.rmtree(cache.parents[1])


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sso_login: None) -> Case:
    token = tmp_path / "token"
    token.write_text("a token")
    config = tmp_path / "config"
    config.write_text(CONFIG.replace("TOKEN", str(token)))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    found = CASES[request.param]
    for name, value in found.environ.items():
        monkeypatch.setenv(name, value.replace("TOKEN", str(token)))
    return found


def theirs(case: Case) -> list[str]:
    """The user agents that boto3 sends."""
    sent: list[str] = []

    def answered(request: Any, **kwargs: Any) -> Any:
        sent.append(request.headers["User-Agent"].decode())
        status, headers, body = answer(request)
        return botocore.awsrequest.AWSResponse(request.url, status, headers, _Raw(body))

    base = botocore.session.Session(profile=case.session.get("profile_name"))
    base.register_component("data_loader", LOADER)
    session = boto3.Session(botocore_session=base, **case.session)
    session.events.register("before-send", answered)
    config = botocore.config.Config(**case.config)
    client = session.client(case.service, "us-east-1", config=config, **case.arguments)
    _called(case, client, lambda result: result)
    return sent


class _Raw(io.BytesIO):
    def stream(self, **kwargs: Any) -> Any:
        yield self.read()


def ours(mode: Any, case: Case) -> list[str]:
    """The user agents that osteon sends."""
    sent: list[str] = []

    def answered(request: Any, **kwargs: Any) -> Response:
        sent.append(request.headers["User-Agent"])
        return Response(*answer(request), request.url)

    session = mode.session(**case.session)
    session.events.register("before-send", answered)
    config = osteon.Config(**case.config)
    _called(case, mode.client(case.service, "us-east-1", session=session, config=config, **case.arguments), mode.do)
    return sent


def _called(case: Case, client: Any, do: Callable[[Any], Any]) -> None:
    try:
        case.call(client, do)
    except ClientError as error:
        pytest.fail(str(error))


def _comparable(agent: str) -> str:
    """Without the product, and with features in one order."""
    agent = re.sub(r"^(Boto3/\S+ md/Botocore#\S+( md/awscrt#\S+)?|osteon/\S+) | Botocore/\S+", "", agent)
    return re.sub(r"m/(\S+)", lambda found: "m/" + ",".join(sorted(found[1].split(","))), agent)


def test_features_are_botocores(mode: Any, case: Case) -> None:
    assert [_comparable(agent) for agent in ours(mode, case)] == [_comparable(agent) for agent in theirs(case)]


# --- what has no counterpart there


def told(mode: Any, *calls: Callable[[Any], Any], handlers: dict[str, Callable[..., Any]] | None = None) -> list[str]:
    """The user agents of calls of a client of SQS."""
    sent: list[str] = []

    def answered(request: Any, **kwargs: Any) -> Response:
        sent.append(request.headers["User-Agent"])
        return Response(*answer(request), request.url)

    session = mode.session(aws_access_key_id="AKID", aws_secret_access_key="secret")
    for name, handler in {**(handlers or {}), "before-send": answered}.items():
        session.events.register(name, handler)
    client = mode.client("sqs", "us-east-1", session=session)
    for call in calls:
        mode.do(call(client))
    return sent


def features(agent: str) -> set[str]:
    return {name for part in agent.split() if part.startswith("m/") for name in part[2:].split(",")}


def test_a_feature_ends_with_its_calls(mode: Any) -> None:
    paged, plain = told(
        mode,
        lambda client: client.get_paginator("list_queues").paginate().build_full_result(),
        lambda client: client.list_queues(),
    )
    assert features(paged) - features(plain) == {"C"}
    assert features(plain) == {"E", "Z", "b", "e"}


def test_a_users_method_in_an_operations_place_is_between(mode: Any) -> None:
    def wrap(class_attributes: dict[str, Any], **kwargs: Any) -> None:
        original = class_attributes["list_queues"]

        def list_queues(self: Any, **params: Any) -> Any:
            return original(self, **params)

        async def async_list_queues(self: Any, **params: Any) -> Any:
            return await original(self, **params)

        asynchronous = mode.session_class is osteon.AsyncSession
        class_attributes["list_queues"] = async_list_queues if asynchronous else list_queues

    handlers = {"creating-client-class.sqs": wrap}
    [paged] = told(mode, lambda client: client.get_paginator("list_queues").paginate().build_full_result(),
                   handlers=handlers)  # fmt: skip
    assert "C" in features(paged)


@pytest.mark.parametrize("event", ["before-call", "request-created", "before-sign"])
def test_what_a_handler_says_stands(mode: Any, event: str) -> None:
    def say(**kwargs: Any) -> None:
        kwargs["params" if event == "before-call" else "request"].headers["User-Agent"] = "mine/1"

    assert told(mode, lambda client: client.list_queues(), handlers={event: say}) == ["mine/1"]
