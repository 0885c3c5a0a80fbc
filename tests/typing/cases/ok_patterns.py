"""What must check clean: ways in which programs use clients, handlers and sessions that no other file has."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import functools
import gzip
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Generic, Literal, ParamSpec, Self, TypedDict, TypeVar, assert_type
from unittest import mock

import typed.aws.s3 as types
from typed.aws import AsyncSession, Session
from typed.aws.harbor import AsyncHarborClient, HarborClient
from typed.aws.s3 import (
    AsyncS3Client,
    BucketExistsWaiter,
    ListObjectsV2Paginator,
    ListObjectsV2Params,
    ListObjectsV2Request,
    ListObjectsV2Response,
    ObjectShape,
    PutObjectParams,
    PutObjectRequest,
    S3Client,
    S3Events,
)
from typed.aws.sqs import SQSClient
from typing_extensions import Unpack, override

import osteon
from osteon.clients import AsyncPageIterator, Client, PageIterator
from osteon.events import AnyParams, CreatingClass, Hook, OperationModel, ProvideClientParams
from osteon.exceptions import ClientError
from osteon.http import PreparedRequest

session = Session()
s3 = session.client(service_name="s3", region_name="eu-west-1")
P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=Client)


# --- sessions
def either(name: Literal["s3", "sqs"]) -> S3Client | SQSClient:
    return session.client(name)


def any_of(name: str) -> Any:
    return session.client(name)


class MySession(Session):
    def storage(self) -> S3Client:
        return self.client("s3", config=osteon.Config(max_pool_connections=3))


assert_type(MySession(region_name="r").storage().list_buckets(), types.ListBucketsResponse)
assert_type(session.client(osteon.ServiceModel.from_dict({})), Any)
copied = copy.copy(session.events)
events: S3Events = s3.meta.events
name: str = events.provide_client_params.list_objects_v2.name
for heard in events.names():
    print(heard)


# --- handlers made by others
def with_default(bucket: str) -> Callable[..., None]:
    def handler(params: ListObjectsV2Params, **kwargs: Any) -> None:
        params.setdefault("Bucket", bucket)

    return handler


def logged(function: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return call


@logged
def spread(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Request | None:
    return {**params, "Bucket": "b"}


def emptied(params: PutObjectParams, **kwargs: Any) -> PutObjectRequest | None:
    body = params.pop("Body", b"")
    key = params.get("Key", "k").lower()
    if "Metadata" in params and params["Metadata"].get("a"):
        params["Metadata"] = {**params["Metadata"], "b": "c"}
    return {"Bucket": params.get("Bucket", "b"), "Key": key, "Body": body}


def whole(
    *, params: ListObjectsV2Params, model: OperationModel, context: dict[str, Any], event_name: str, **later: object
) -> ListObjectsV2Request | None: ...


class Plugin(Generic[C]):
    """Extends any client it is given."""

    def __init__(self, client: C) -> None:
        self.client = client
        self.seen: list[str] = []

    def install(self, hook: Hook[AnyParams]) -> Self:
        hook.register(self.see, unique_id=f"plugin-{id(self)}")
        return self

    def see(self, params: dict[str, Any], event_name: str, **kwargs: Any) -> dict[str, Any] | None:
        self.seen.append(f"{event_name} {sorted(params)}")
        return None


hook = events.provide_client_params.list_objects_v2
hook.register(with_default("b"))
hook.register(spread)
hook.register(whole)
hook.register(functools.partial(spread))
events.provide_client_params.put_object.register(emptied)
plugin = Plugin(s3).install(events.provide_client_params.any_operation)
assert_type(plugin.client, S3Client)
anything: AnyParams = Plugin(session.client("sqs")).see
exact: ProvideClientParams[ListObjectsV2Params, ListObjectsV2Request] = spread
hook.register(exact)
hook.register(anything)


class Traits(TypedDict):
    region: str


def creating(traits: Traits) -> CreatingClass:
    def extend(class_attributes: dict[str, Any], base_classes: list[type[Any]], **kwargs: Any) -> None:
        class_attributes["region"] = traits["region"]
        base_classes.append(Traced)

    return extend


class Traced:
    traces: int = 0


session.events.creating_client_class.s3.register(creating({"region": "r"}))
session.events.hooks["creating-client-class.s3"].register_last(creating({"region": "r"}), unique_id="x")
session.events.before_send.s3.put_object.unregister(unique_id="x")


@session.events.before_send.any_service.any_operation
def seen(request: PreparedRequest, **kwargs: Any) -> None:
    print(request.url, request.headers.get("Authorization"), request.body)


# --- calls
paginator: ListObjectsV2Paginator = s3.get_paginator("list_objects_v2")
pages: PageIterator[ListObjectsV2Response, ObjectShape] = paginator.paginate(Bucket="b", Prefix="p")
waiter: BucketExistsWaiter = s3.get_waiter("bucket_exists")
sizes = sum(each.get("Size", 0) for each in pages.items())
get = functools.partial(s3.get_object, Bucket="b", Key="k")
print(get()["Body"].read())
with ThreadPoolExecutor() as pool:
    future = pool.submit(s3.head_object, Bucket="b", Key="k")
    assert_type(future.result().get("ContentLength"), int | None)
with gzip.open("file.gz") as packed, Path("file").open("rb") as raw, tempfile.SpooledTemporaryFile() as spooled:
    s3.put_object(Bucket="b", Key="k", Body=packed)
    s3.put_object(Bucket="b", Key="k", Body=raw)
    s3.upload_fileobj(spooled, "b", "k")
    s3.download_fileobj("b", "k", spooled)
common: Mapping[str, str] = {"a": "b"}
s3.put_object(Bucket="b", Key="k", Metadata=common, Tagging="&".join(f"{k}={v}" for k, v in common.items()))
response = s3.list_objects_v2(Bucket="b")
if response.get("IsTruncated") and "NextContinuationToken" in response:
    s3.list_objects_v2(Bucket="b", ContinuationToken=response["NextContinuationToken"])
keys: set[str] = {each["Key"] for each in response.get("Contents", ()) if "Key" in each}
with mock.patch.object(s3, "get_object", return_value={"Body": b""}) as patched:
    patched.assert_not_called()


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def retried(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return call(*args, **kwargs)
    except ClientError as error:
        if code(error) != "SlowDown":
            raise
        return call(*args, **kwargs)


assert_type(retried(s3.head_bucket, Bucket="b"), types.HeadBucketResponse)
assert_type(retried(s3.upload_file, "file", "b", Key="k"), None)


class Store:
    """Has a client, and is told more of it by narrowing."""

    def __init__(self, client: S3Client | HarborClient) -> None:
        self.client = client

    def put(self, **kwargs: Unpack[PutObjectRequest]) -> str | None:
        if isinstance(self.client, S3Client):
            return self.client.put_object(**kwargs).get("ETag")
        return None


class Purging(S3Client):
    @override
    def delete_bucket(self, **kwargs: Unpack[types.DeleteBucketRequest]) -> types.DeleteBucketResponse:
        bucket = kwargs["Bucket"]
        for version in self.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for each in version.get("Versions", []):
                self.delete_object(Bucket=bucket, Key=each.get("Key", ""), VersionId=each.get("VersionId", ""))
        return super().delete_bucket(**kwargs)

    @override
    def upload_file(self, *args: Any, **kwargs: Any) -> None:
        super().upload_file(*args, **kwargs)


class Bucketed(types.Bucket):
    def total(self) -> int:
        return sum(each.size or 0 for each in self.objects.all())


assert_type(session.client(Purging).delete_bucket(Bucket="b"), types.DeleteBucketResponse)
assert_type(session.resource("s3").make(Bucketed, "b").total(), int)
assert_type(session.resource("s3").make(Bucketed, name="b"), Bucketed)


# --- async
async def fetched(client: AsyncS3Client, keys: Iterable[str]) -> list[bytes]:
    async def one(key: str) -> bytes:
        async with (await client.get_object(Bucket="b", Key=key))["Body"] as body:
            return await body.read()

    return await asyncio.gather(*(one(key) for key in keys))


async def asynchronous() -> None:
    async with contextlib.AsyncExitStack() as stack:
        client = await stack.enter_async_context(AsyncSession().client("s3"))
        assert_type(client, AsyncS3Client)
        harbor: AsyncHarborClient = await stack.enter_async_context(AsyncSession().client("harbor"))
        async with asyncio.TaskGroup() as group:
            task = group.create_task(client.head_bucket(Bucket="b"))
            group.create_task(harbor.list_ships())
        assert_type(task.result(), types.HeadBucketResponse)
        waiting: Awaitable[types.ListBucketsResponse] = client.list_buckets()
        await asyncio.wait_for(waiting, 3)
        pages: AsyncPageIterator[ListObjectsV2Response, ObjectShape] = client.get_paginator(
            "list_objects_v2"
        ).paginate(Bucket="b")
        names = [each.get("Key") async for each in pages.items()]
        async for found in pages.search("Contents[].Key"):
            print(found, names)
        await fetched(client, ["a"])
        with contextlib.suppress(client.exceptions.NoSuchBucket):
            await client.head_bucket(Bucket="b")

        @client.meta.events.after_call.list_buckets
        async def after(parsed: dict[str, Any], **kwargs: Any) -> None:
            await asyncio.sleep(0)
            parsed["x"] = 1

        @client.meta.events.provide_client_params.any_operation
        async def every(params: dict[str, Any], **kwargs: Any) -> dict[str, Any] | None:
            return params or None
