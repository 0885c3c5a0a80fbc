"""What must check clean: programs around clients: sessions, settings, errors, tests, helpers over many clients."""

from __future__ import annotations

import contextlib
import logging
import unittest.mock
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, ClassVar, Literal, Protocol, TypeVar, assert_type

import typed.aws
from typed.aws import AsyncSession, Session
from typed.aws.dynamodb import DynamoDBClient
from typed.aws.s3 import (
    GetObjectRequest,
    GetObjectResponse,
    ListBucketsResponse,
    NoSuchBucket,
    NoSuchKey,
    S3Client,
    Tag,
)

import osteon
from osteon import AsyncSession as PlainAsyncSession
from osteon import Session as PlainSession
from osteon.clients import Client, ClientMeta, Paginator, ResponseMetadata, SyncClient, WaiterConfig
from osteon.config import UNSIGNED, Config
from osteon.events import Emitter, Hook
from osteon.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    WaiterError,
)
from osteon.resources import ServiceResource
from osteon.session import Session as SameSession
from osteon.testing import ANY, CannedTransport, Stubber
from osteon.testing import Response as CannedResponse

# --- sessions
session = Session(
    aws_access_key_id="a", aws_secret_access_key="b", aws_session_token="c", region_name="eu-west-1",
    data_path="models", strict_events=True,
)  # fmt: skip
assert_type(session.events.hooks["creating-client-class.s3"].name, str)
print(session.region_name, session.profile_name, session.available_profiles, session.get_available_services())
print(session.get_available_regions("s3", "aws-cn", True), session.get_partition_for_region("eu-west-1"))
print(session.get_available_resources(), session.get_credentials())
emitter: Emitter = session.events
plain: PlainSession = session
same: SameSession = session
also: PlainAsyncSession = AsyncSession()
assert_type(PlainSession().client("s3"), Any)
assert_type(osteon.client("s3"), Any)
assert_type(osteon.resource("s3"), Any)
osteon.setup_default_session(region_name="eu-west-1")
osteon.set_stream_logger("osteon.pipeline", logging.DEBUG)
config = Config(
    region_name="eu-west-1", signature_version=UNSIGNED, retries={"mode": "adaptive", "max_attempts": 3},
    s3={"addressing_style": "path"}, connect_timeout=1, read_timeout=2.5, max_pool_connections=3, user_agent_extra="x",
)  # fmt: skip
s3 = session.client("s3", "eu-west-1", None, True, False, "http://127.0.0.1:9", "a", "b", "c", config.merge(Config()))
assert_type(s3, S3Client)
assert_type(typed.aws.Session().client("s3"), S3Client)


class LikeConfig:
    """As another library's Config."""

    retries: ClassVar[dict[str, int]] = {"max_attempts": 3}

    def merge(self, other_config: LikeConfig) -> LikeConfig:
        return other_config


assert_type(session.client("s3", config=LikeConfig()), S3Client)
assert_type(s3.meta.config, Config)
assert_type(s3.meta.region_name, str | None)
print(s3.meta.service_model.service_name, s3.meta.method_to_api_mapping["get_object"], s3.meta.endpoint_url)
print(s3.meta.service_model.operation_model("GetObject").input_shape, s3.meta.partition, s3.SERVICE)


# --- errors
def code_and_status(error: ClientError) -> tuple[str, int]:
    details = error.response["Error"]
    assert_type(details["Code"], str)
    assert_type(details.get("Message", ""), str)
    assert_type(error.response.get("Error", {}).get("Code"), str)
    return details["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


def bucket_of(error: ClientError) -> object:
    known: Mapping[str, Any] = error.response  # what else the service said, and modeled members
    return error.response["Error"].get("BucketName") or error.response["Error"]["Endpoint"] or known.get("Title")


def is_missing(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "404"


def made() -> ClientError:
    return ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "HeadObject")


def kind(error: ClientError) -> Literal["gone", "other"]:
    return "gone" if error.response["Error"]["Code"] in ("404", "NoSuchKey") else "other"


try:
    s3.get_object(Bucket="b", Key="k")
except s3.exceptions.NoSuchKey as error:
    assert_type(error, NoSuchKey)
    assert_type(error.operation_name, str)
except (s3.exceptions.NoSuchBucket, NoSuchBucket):
    pass
except s3.exceptions.ClientError as error:
    print(kind(error), error.response["ResponseMetadata"]["HTTPStatusCode"])
except (EndpointConnectionError, NoCredentialsError, ParamValidationError) as told:
    print(told.fmt, told.kwargs)
except WaiterError as late:
    print(late.last_response)
except BotoCoreError:
    pass
assert_type(s3.exceptions.from_code("NoSuchKey"), type[ClientError])
with contextlib.suppress(NoSuchKey, s3.exceptions.NoSuchBucket):
    s3.head_bucket(Bucket="b")


# --- over many clients
C = TypeVar("C", bound=SyncClient)
R = TypeVar("R", bound=ServiceResource)


def opened(cls: type[C]) -> C:
    return session.client(cls)


def topmost(cls: type[R]) -> R:
    return session.resource(cls)


assert_type(opened(S3Client), S3Client)
assert_type(opened(DynamoDBClient).list_tables()["ResponseMetadata"], ResponseMetadata)


class Lists(Protocol):
    def list_buckets(self) -> ListBucketsResponse: ...


class Stores(Protocol):
    def get_object(self, *, Bucket: str, Key: str) -> GetObjectResponse: ...


def of_lister(lister: Lists, store: Stores) -> int:
    return len(lister.list_buckets().get("Buckets", [])) + len(store.get_object(Bucket="b", Key="k")["Body"].read())


of_lister(s3, s3)
call: Callable[..., GetObjectResponse] = s3.get_object
wait: WaiterConfig = {"Delay": 3, "MaxAttempts": 20}
s3.get_waiter("bucket_exists").wait(Bucket="b", WaiterConfig=wait)


def metas(clients: list[Client]) -> list[ClientMeta]:
    return [client.meta for client in clients]


metas([s3, session.client("sqs")])


def tagged(tags: dict[str, str]) -> list[Tag]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


s3.put_bucket_tagging(Bucket="b", Tagging={"TagSet": tagged({"a": "b"})})
request: GetObjectRequest = {"Bucket": "b", "Key": "k"}
if session.region_name is not None:
    request["VersionId"] = session.region_name
s3.get_object(**request)


@contextlib.contextmanager
def hooked(hook: Hook[Any], handler: Callable[..., Any]) -> Generator[None]:
    hook.register(handler)
    try:
        yield
    finally:
        hook.unregister(handler)


with hooked(s3.meta.events.provide_client_params.get_object, print):
    pass
with s3 as entered, session.client("sqs") as queues:
    assert_type(entered, S3Client)
    queues.close()


# --- tests
with Stubber(s3) as stubber:
    stubber.add_response("get_object", {"Body": b""}, {"Bucket": "b", "Key": ANY})
    stubber.add_client_error("put_object", "NoSuchBucket", "gone", 404, expected_params=None)
    stubber.assert_no_pending_responses()
stubber = Stubber(AsyncSession().client("s3"))
stubber.activate()
stubber.deactivate()
canned = CannedTransport([CannedResponse(200, {}, b"")])
Session(transport=lambda options: canned)
fake = unittest.mock.create_autospec(s3)  # while the program runs, S3Client itself is empty
fake.list_buckets.return_value = {"Buckets": []}


class Program:
    def __init__(self, client: S3Client | None = None) -> None:
        self.client = client or Session().client("s3")
        self.client.meta.events.before_send.any_operation.register(self.heard)

    def heard(self, **kwargs: object) -> None: ...

    def keys(self, bucket: str, prefix: str = "") -> Iterator[str]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (each["Key"] for each in page.get("Contents", []) if "Key" in each)


paginator: Paginator = s3.get_paginator("list_buckets")
print(list(Program().keys("b")), paginator)
