"""Every line that ends in # E must be an error, and no other."""

from __future__ import annotations

import io

from typed.aws import AsyncSession, Session
from typed.aws.s3 import CopySource, ListBucketsResponse, PutObjectRequest, Tag, UploadArgs

import osteon
from osteon.s3.transfer import TransferConfig

session = Session()
s3, resource = session.client("s3"), session.resource("s3")
bucket = resource.Bucket("b")

s3.upload_file("file", "b")  # E
s3.upload_file(b"file", "b", "k")  # E
s3.upload_file("file", "b", "k", ExtraArgs={"ContentTyp": "x"})  # E
s3.upload_file("file", "b", "k", ExtraArgs={"ACL": "secret"})  # E
s3.upload_file("file", "b", "k", ExtraArgs={"VersionId": "1"})  # E
s3.upload_file("file", "b", "k", Callback=3)  # E
s3.upload_file("file", "b", "k", Callback=lambda: None)  # E
s3.upload_file("file", "b", "k", Config={})  # E
s3.upload_fileobj("file", "b", "k")  # E
s3.upload_fileobj(io.StringIO(), "b", "k")  # E
s3.download_file("b", "k", "file", ExtraArgs={"ACL": "private"})  # E
s3.download_file("b", "k", Filname="file")  # E
s3.download_fileobj("b", "k", io.StringIO())  # E
s3.copy("a/k", "b", "k")  # E
s3.copy({"Bucket": "a"}, "b", "k")  # E
s3.copy({"Bucket": "a", "Key": "k"}, "b", "k", ExtraArgs={"VersionId": "1"})  # E
s3.copy_object(Bucket="b", Key="k", CopySource={"Bucket": "a"})  # E
source: CopySource = {"Bucket": "a", "Key": 3}  # E
extra: UploadArgs = {"Metadata": {"a": 1}}  # E
TransferConfig(multipart_treshold=3)  # E
s3.generate_presigned_url("get_objects")  # E
s3.generate_presigned_url("get_object", ExpiresIn="3")  # E
s3.generate_presigned_post("b")  # E
s3.generate_presigned_post("b", "k", Conditions={"acl": "private"})  # E
s3.get_object(Bucket="b")  # E
s3.get_object(Bucket="b", Key="k")["Body"].iter_line()  # E
s3.get_object(Bucket="b", Key="k")["body"]  # E
s3.get_object("b", "k")  # E
s3.put_object(Bucket="b", Key="k", Metadata={"a": 1})  # E
s3.put_object(Bucket="b", Key="k", Expires=[])  # E
s3.put_object(Bucket="b", Key="k", ContentLength="3")  # E
s3.put_object(Bucket="b", Key="k", Body="text").get("Etag").upper()  # E
s3.delete_objects(Bucket="b", Delete={"Objects": [{"Kee": "k"}]})  # E
s3.list_objects_v2(Bucket="b").get("Contents", [])[0].get("Size", 0).upper()  # E
s3.head_object(Bucket="b", Key="k")["ResponseMetadata"]["Status"]  # E
s3.get_paginator(3)  # E
s3.get_paginator("list_objects_v2").paginate(Bucket="b", PaginationConfig={"PageSise": 3})  # E
s3.get_paginator("list_objects_v2").paginate(Bucket="b").item()  # E
s3.get_waiter("bucket_exists").wait("b")  # E
s3.meta.region  # E
s3.exceptions.NoSuchBuckets  # E
tag: Tag = {"Key": "k"}  # E
names: ListBucketsResponse = {"Buckets": [{"Nam": "x"}]}  # E
request: PutObjectRequest = {"Bucket": "b"}  # E
session.client("s3", "eu-west-1", verify=3)  # E
session.client(service="s3")  # E
session.client("s3", config={"retries": {"max_attempts": 3}})  # E
session.resource("s3", config=3)  # E
osteon.client("s3", config=3)  # E
session.resource("s3", reg="x")  # E
Session(region="x")  # E
Session(region_name=3)  # E

bucket.upload_file("file", "b", "k", "x", "y", "z")  # E
bucket.upload_file("file", Bucket="b", Key="k")  # E
bucket.Object("k").upload_file("file", "k", "x", "y")  # E
bucket.Object("k").copy("b/k")  # E
bucket.Object()  # E
bucket.object  # E
bucket.objects.filter(Prefx="x")  # E
bucket.objects.filter(Bucket="x")  # E
bucket.objects.limit("x")  # E
bucket.creation_dat  # E
bucket.meta.client.get_objet  # E
for one in bucket.objects:  # E
    pass
resource.Bucket(name=3)  # E
resource.MultipartUpload("b", "k", "u").Part("1")  # E
resource.buckets.delete()  # E
resource.meta.client.list_buckets(Bucket="b")  # E


async def asynchronous() -> None:
    client = AsyncSession().client("s3")
    client.upload_file("f", "b")  # E
    (await client.get_object(Bucket="b", Key="k"))["Body"].read().decode()  # E
    for _ in (await client.get_object(Bucket="b", Key="k"))["Body"].iter_lines():  # E
        pass
    for _ in client.get_paginator("list_objects_v2").paginate(Bucket="b"):  # E
        pass
    client.get_object(Bucket="b", Key="k")["Body"]  # E
    async for each in AsyncSession().resource("s3").Bucket("b").objects.all():
        each.delete().get("DeleteMarker")  # E
    with AsyncSession().client("s3"):  # E
        pass
    async with Session().client("s3"):  # E
        pass
