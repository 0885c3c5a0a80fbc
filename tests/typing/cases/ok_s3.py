"""What must check clean: S3 beyond plain calls: transfers, copies, presigned requests, streams, resources."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Literal, assert_type

from typed.aws import AsyncSession, Session
from typed.aws.s3 import (
    AsyncBucket,
    AsyncGetObjectResponse,
    AsyncS3Client,
    AsyncS3Resource,
    Bucket,
    BucketShape,
    CompletedPartIn,
    CopyArgs,
    CopySource,
    GetObjectResponse,
    ListObjectsV2Request,
    Object,
    ObjectIdentifierIn,
    ObjectShape,
    ObjectSummary,
    ObjectVersion,
    PresignedPost,
    PutObjectRequest,
    S3Client,
    S3Resource,
    SelectObjectContentEventStream,
    StorageClass,
    UploadArgs,
)
from typing_extensions import Unpack

import osteon
from osteon.clients import AsyncStreamingBody, StreamingBody
from osteon.s3.transfer import S3Transfer, TransferConfig, progress_bar

session = Session(region_name="eu-west-1", profile_name=None)
s3 = session.client("s3", config=osteon.Config(retries={"mode": "standard"}), endpoint_url="http://127.0.0.1:9")

# --- transfers
config = TransferConfig(multipart_threshold=2**20, max_concurrency=4, use_threads=False)
extra: UploadArgs = {"ContentType": "text/plain", "Metadata": {"a": "b"}, "ACL": "private"}
done: list[int] = []
s3.upload_file("file", "b", "k")
s3.upload_file(Path("file"), "b", "k", extra, done.append, config)
s3.upload_file(Filename="file", Bucket="b", Key="k", ExtraArgs=extra, Callback=print, Config=config)
s3.upload_fileobj(io.BytesIO(b"x"), "b", "k", ExtraArgs={"StorageClass": "GLACIER", "SSECustomerKey": b"k"})
with open("file", "rb") as source, open("copy", "wb") as target:
    s3.upload_fileobj(source, "b", "k", Callback=lambda size: None)
    s3.download_fileobj("b", "k", target, ExtraArgs={"VersionId": "1"})
s3.download_file("b", "k", Path("file"), Config=None, Callback=None, ExtraArgs=None)
s3.copy({"Bucket": "a", "Key": "k"}, "b", "k")
place: CopySource = {"Bucket": "a", "Key": "k", "VersionId": "1"}
copied: CopyArgs = {"MetadataDirective": "REPLACE", "CopySourceIfMatch": "x"}
s3.copy(place, "b", "k", ExtraArgs=copied, SourceClient=s3, Config=config)
with progress_bar("file", 3) as progress:
    s3.upload_file("file", "b", "k", Callback=progress)
with S3Transfer(s3, config) as transfer:
    transfer.upload_file("file", "b", "k", print, {"ACL": "private"})
upload: Callable[[str, str, str], None] = s3.upload_file
s3.copy_object(Bucket="b", Key="k", CopySource=place)
s3.copy_object(Bucket="b", Key="k", CopySource={"Bucket": "a", "Key": "k"}, SSECustomerKey=b"k")
s3.copy_object(Bucket="b", Key="k", CopySource="a/k")
s3.upload_part_copy(Bucket="b", Key="k", PartNumber=1, UploadId="u", CopySource=place)

# --- presigned requests
assert_type(s3.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"}, 60, "GET"), str)
s3.generate_presigned_url(ClientMethod="put_object", Params={"Bucket": "b", "Key": "k"}, ExpiresIn=60)
post = s3.generate_presigned_post("b", "${filename}", {"acl": "x"}, [{"acl": "x"}, ["starts-with", "$k", ""]])
assert_type(post, PresignedPost)
s3.generate_presigned_post(Bucket="b", Key="k", Conditions=[["content-length-range", 1, 5]], ExpiresIn=60)
assert_type(post["fields"], dict[str, str])


# --- calls
def listed(**kwargs: Unpack[ListObjectsV2Request]) -> Iterator[ObjectShape]:
    yield from s3.get_paginator("list_objects_v2").paginate(**kwargs).items()
    for page in s3.get_paginator("list_objects_v2").paginate(PaginationConfig={"MaxItems": 3}, **kwargs):
        yield from page.get("Contents", [])


for each in listed(Bucket="b", Prefix="p/"):
    print(each.get("Key"), each.get("LastModified"))
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="b")
for key in pages.search("Contents[].Key"):
    print(key)
assert_type(pages.build_full_result().get("Contents"), list[ObjectShape] | None)
print(pages.resume_token, pages.result_keys[0].expression, s3.can_paginate("list_buckets"), s3.waiter_names)
s3.get_waiter("object_exists").wait(Bucket="b", Key="k", on_attempt=lambda number, answer: print(number, answer))
parts: list[CompletedPartIn] = [
    {"PartNumber": n, "ETag": s3.upload_part(Bucket="b", Key="k", UploadId="u", PartNumber=n).get("ETag", "")}
    for n in range(3)
]
s3.complete_multipart_upload(Bucket="b", Key="k", UploadId="u", MultipartUpload={"Parts": parts})
gone: list[ObjectIdentifierIn] = [{"Key": each["Key"]} for each in listed(Bucket="b") if "Key" in each]
s3.delete_objects(Bucket="b", Delete={"Objects": gone, "Quiet": True})
buckets: list[BucketShape] = s3.list_buckets().get("Buckets", [])
rules = s3.get_bucket_lifecycle_configuration(Bucket="b").get("Rules", [])
for rule in rules:
    rule["Status"] = "Disabled"
s3.put_bucket_lifecycle_configuration(Bucket="b", LifecycleConfiguration={"Rules": rules})
s3.put_bucket_acl(Bucket="b", AccessControlPolicy={"Owner": s3.get_bucket_acl(Bucket="b").get("Owner", {})})
request: PutObjectRequest = {"Bucket": "b", "Key": "k"}
request["Body"] = b"text"
request["Tagging"] = "a=b"
s3.put_object(**request)
s3.put_object(Bucket="b", Key="k", Body="text")
kind: Literal["GLACIER", "STANDARD"] = "GLACIER"
chosen: StorageClass = kind
s3.put_object(Bucket="b", Key="k", Body=io.BytesIO(b"x"), StorageClass=chosen)
head = s3.head_object(Bucket="b", Key="k")
print(head["ResponseMetadata"]["HTTPHeaders"]["etag"], head["ResponseMetadata"].get("HostId"), head.get("Metadata"))
match head.get("StorageClass"):
    case "GLACIER" | "DEEP_ARCHIVE":
        s3.restore_object(Bucket="b", Key="k", RestoreRequest={"Days": 3, "GlacierJobParameters": {"Tier": "Bulk"}})
    case _:
        pass

# --- streams
got: GetObjectResponse = s3.get_object(Bucket="b", Key="k", Range="bytes=0-3")
with got["Body"] as body:
    assert_type(body, StreamingBody)
    assert_type(body.read(3), bytes)
for line in s3.get_object(Bucket="b", Key="k")["Body"].iter_lines(chunk_size=1024):
    assert_type(line, bytes)
for chunk in s3.get_object(Bucket="b", Key="k")["Body"].iter_chunks():
    assert_type(chunk, bytes)
text = io.TextIOWrapper(io.BytesIO(s3.get_object(Bucket="b", Key="k")["Body"].read()))
selected = s3.select_object_content(
    Bucket="b", Key="k", Expression="select *", ExpressionType="SQL", InputSerialization={"CSV": {}},
    OutputSerialization={"JSON": {}},
)  # fmt: skip
with selected["Payload"] as events:
    for event in events:
        assert_type(event, SelectObjectContentEventStream)
        if "Records" in event:
            assert_type(event["Records"].get("Payload"), bytes | None)
        stats = event.get("Stats", {}).get("Details")
        print(stats and stats.get("BytesScanned"))

# --- resources
resource = session.resource("s3")
assert_type(resource, S3Resource)
assert_type(resource.meta.client, S3Client)
bucket = resource.Bucket("b")
assert_type(bucket, Bucket)
bucket.load()
print(bucket.creation_date, bucket.name, bucket.meta.service_name, bucket.get_available_subresources())
bucket.upload_file("file", "k", ExtraArgs=extra)
bucket.upload_fileobj(io.BytesIO(), Key="k", Callback=print)
bucket.download_file(Key="k", Filename="file")
bucket.copy({"Bucket": "a", "Key": "k"}, "k", SourceClient=s3)
item = bucket.Object("k")
assert_type(item, Object)
part = item.initiate_multipart_upload().Part(1)
assert_type(part.part_number, int)
s3.upload_part(Bucket="b", Key="k", UploadId="u", PartNumber=part.part_number)
assert_type(resource.MultipartUploadPart("b", "k", "u", 1).object_key, str)
item.upload_file(Path("file"))
item.download_fileobj(io.BytesIO())
item.copy(CopySource=place)
item.copy_from(CopySource=place)
assert_type(item.get()["Body"], StreamingBody)
assert_type(item.put(Body=b"x").get("ETag"), str | None)
print(item.content_length, item.e_tag)
for summary in bucket.objects.filter(Prefix="p", MaxKeys=3).page_size(3).limit(9):
    assert_type(summary, ObjectSummary)
    summary.load()
    assert_type(summary.size, int | None)
    summary.Object().delete()
for several in bucket.objects.pages():
    assert_type(several, list[ObjectSummary])
bucket.objects.all().delete()
bucket.object_versions.filter(Prefix="p").delete()
for version in bucket.object_versions.all():
    assert_type(version, ObjectVersion)
resource.Object("b", "k").wait_until_exists(WaiterConfig={"Delay": 1})
resource.create_bucket(Bucket="b", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}).put_object(Key="k")
bucket.Acl().put(ACL="private")
Bucket("b", client=s3)


# --- async
async def asynchronous(client: AsyncS3Client) -> AsyncIterator[bytes]:
    await client.upload_file("file", "b", "k", ExtraArgs=extra, Config=config)
    await client.download_fileobj("b", "k", io.BytesIO())
    await client.copy(place, "b", "k", SourceClient=client)
    assert_type(await client.generate_presigned_post("b", "k"), PresignedPost)
    assert_type(await client.generate_presigned_url("get_object", Params={}), str)
    answer: AsyncGetObjectResponse = await client.get_object(Bucket="b", Key="k")
    async with answer["Body"] as body:
        assert_type(body, AsyncStreamingBody)
        async for line in body.iter_lines():
            yield line
        async for chunk in body.iter_chunks(3):
            yield chunk
        async for piece in body:
            yield piece
    async for found in client.get_paginator("list_objects_v2").paginate(Bucket="b").items():
        assert_type(found, ObjectShape)
    full = await client.get_paginator("list_buckets").paginate().build_full_result()
    assert_type(full.get("Buckets"), list[BucketShape] | None)
    selected = await client.select_object_content(
        Bucket="b", Key="k", Expression="", ExpressionType="SQL", InputSerialization={}, OutputSerialization={}
    )
    async for event in selected["Payload"]:
        assert_type(event, SelectObjectContentEventStream)
    top = AsyncSession().resource("s3")
    assert_type(top, AsyncS3Resource)
    assert_type(top.meta.client, AsyncS3Client)
    own = top.Bucket("b")
    assert_type(own, AsyncBucket)
    await own.upload_file("file", "k")
    await own.load()
    await own.Object("k").download_file("file")
    await own.Object("k").load()
    await own.objects.filter(Prefix="x").delete()
    async for each in own.objects.all():
        await each.load()
        await each.delete()
    await own.wait_until_exists()
    await client.close()


def any_client(client: osteon.clients.Client) -> Any:
    return client.meta


any_client(s3)
