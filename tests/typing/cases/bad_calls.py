"""Every line that ends in # E must be an error, and no other."""

from __future__ import annotations

from typed.aws import AsyncSession, Session
from typed.aws.dynamodb import AttributeValue
from typed.aws.s3 import AsyncS3Client, S3Client

session = Session()
s3, dynamodb, ec2 = session.client("s3"), session.client("dynamodb"), session.client("ec2")
sqs, bedrock, harbor = session.client("sqs"), session.client("bedrock-runtime"), session.client("harbor")

s3.put_object(Bucket="b")  # E
s3.put_object(Bucket="b", Key="k", StorageClass="COLD")  # E
s3.put_object(Bucket="b", Key="k", Body=3)  # E
s3.get_object(Bucket="b", Key="k")["Body"].reed()  # E
s3.get_paginator("list_objects_v3")  # E
s3.get_paginator("list_objects_v2").paginate(Buckett="b")  # E
s3.get_waiter("bucket_exits")  # E
s3.get_waiter("bucket_exists").wait(Bucket="b", WaiterConfig={"Delai": 1})  # E
s3.exceptions.NoSuchKeys  # E
s3.no_such_operation()  # E
item: dict[str, AttributeValue] = {"id": {"SS": "1"}}  # E
dynamodb.put_item(TableName="t", Item={"id": {"Z": "1"}})  # E
dynamodb.get_item(TableName="t")  # E
ec2.describe_instances(InstanceIds="i", Filter=[])  # E
ec2.run_instances(MinCount=1, MaxCount="1")  # E
ec2.get_waiter("instance_runing")  # E
sqs.send_message(QueueUrl="u", MessageBody=b"m")  # E
bedrock.converse(modelId="m", messages=[{"role": "users", "content": []}])  # E
harbor.register_ship(Name="Anna", Flag="ATLANTIS")  # E
harbor.get_ship(ShipID="1")  # E
harbor.get_paginator("get_ship")  # E
session.client("beacon").get_waiter("asleep")  # E
session.client(AsyncS3Client)  # E
AsyncSession().client(S3Client)  # E
s3.list_buckets().get("Buckets", [])[0].get("Nam")["x"]  # E


async def asynchronous() -> None:
    client = AsyncSession().client("s3")
    (await client.get_object(Bucket="b", Key="k"))["Body"].read().hex()  # E
    with client:  # E
        pass
