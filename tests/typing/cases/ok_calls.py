"""What must check clean: calls, answers, pages, waiters, streams, errors, in services of several protocols."""

from __future__ import annotations

import datetime
from typing import Any, assert_type

from typed.aws import AsyncSession, Session
from typed.aws.beacon import BeaconWatchClient, ListBeaconsResponse
from typed.aws.bedrock_runtime import BedrockRuntimeClient
from typed.aws.dynamodb import AttributeValue, AttributeValueIn, DynamoDBClient, GetItemResponse
from typed.aws.ec2 import DescribeInstancesResponse, EC2Client, InstanceShape, Reservation
from typed.aws.harbor import HarborClient, RegisterShipRequest, ShipNotFound
from typed.aws.lambda_ import LambdaClient
from typed.aws.ledger import LedgerClient
from typed.aws.logs import CreateExportTaskRequest
from typed.aws.s3 import GetObjectResponse, ListObjectsV2Response, NoSuchKey, S3Client, StorageClass, Tag, TagIn
from typed.aws.sqs import MessageAttributeValueIn, SQSClient

import osteon
from osteon.clients import AsyncStreamingBody, StreamingBody

session = Session(region_name="eu-west-1")
s3, dynamodb, ec2 = session.client("s3"), session.client("dynamodb"), session.client("ec2", "eu-west-1")
sqs, bedrock, harbor = session.client("sqs"), session.client("bedrock-runtime"), session.client("harbor")
assert_type(s3, S3Client)
assert_type(dynamodb, DynamoDBClient)
assert_type(ec2, EC2Client)
assert_type(sqs, SQSClient)
assert_type(bedrock, BedrockRuntimeClient)
assert_type(harbor, HarborClient)
assert_type(session.client("ledger"), LedgerClient)
assert_type(session.client("lambda"), LambdaClient)
assert_type(session.client("sns"), Any)
assert_type(osteon.client(EC2Client), EC2Client)
with session.client("beacon") as beacon:
    assert_type(beacon, BeaconWatchClient)
    assert_type(beacon.list_beacons(Kinds=["LAMP"]), ListBeaconsResponse)

# values in, values out, and back in
s3.put_object(Bucket="b", Key="k", Body=b"x", Expires=datetime.datetime.now(datetime.UTC), Metadata={"a": "b"})
with open(__file__, "rb") as file:
    s3.put_object(Bucket="b", Key="k", Body=file)
body = s3.get_object(Bucket="b", Key="k")["Body"]
assert_type(body, StreamingBody)
s3.put_object(Bucket="b", Key="copy", Body=body)
assert_type(body.read(), bytes)
kept: StorageClass = "GLACIER"
tags: list[Tag] = s3.get_bucket_tagging(Bucket="b")["TagSet"]
more: tuple[TagIn, ...] = (*tags, {"Key": "k", "Value": "v"})
s3.put_bucket_tagging(Bucket="b", Tagging={"TagSet": more})
item: dict[str, AttributeValue] = {"id": {"S": "1"}, "deep": {"M": {"list": {"L": [{"N": "1"}, {"NULL": True}]}}}}
dynamodb.put_item(TableName="t", Item=item)
got: GetItemResponse = dynamodb.get_item(TableName="t", Key={"id": {"S": "1"}}, ConsistentRead=True)
dynamodb.put_item(TableName="t", Item=got.get("Item", {}))
view: AttributeValueIn = item["id"]
attribute: MessageAttributeValueIn = {"DataType": "String", "StringValue": "x"}
sqs.send_message(QueueUrl="u", MessageBody="m", MessageAttributes={"a": attribute})
request: RegisterShipRequest = {"Name": "Anna", "Flag": "DENMARK"}
harbor.register_ship(**request)
export: CreateExportTaskRequest = {"logGroupName": "g", "from": 1, "to": 2, "destination": "b"}
session.client("logs").create_export_task(**export)
bedrock.converse(modelId="m", messages=[{"role": "user", "content": [{"text": "hello"}]}])
for event in bedrock.converse_stream(modelId="m")["stream"]:
    delta = event.get("contentBlockDelta")
    if delta is not None:
        assert_type(delta["contentBlockIndex"], int)
reservations: list[Reservation] = ec2.describe_instances(InstanceIds=["i"]).get("Reservations", [])
instances: list[InstanceShape] = [instance for each in reservations for instance in each.get("Instances", [])]
assert_type(ec2.describe_instances()["ResponseMetadata"]["HTTPStatusCode"], int)

# pages and waiters
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="b", PaginationConfig={"PageSize": 10})
for page in pages:
    assert_type(page, ListObjectsV2Response)
for found in pages.items():
    assert_type(found.get("Size"), int | None)
for answer in ec2.get_paginator("describe_instances").paginate():
    assert_type(answer, DescribeInstancesResponse)
s3.get_waiter("bucket_exists").wait(Bucket="b", WaiterConfig={"Delay": 1, "MaxAttempts": 3})

try:
    harbor.get_ship(ShipId="1")
except ShipNotFound as error:
    assert_type(error.code, str)
except s3.exceptions.NoSuchKey as missing:
    assert_type(missing, NoSuchKey)


async def asynchronous() -> None:
    async with AsyncSession().client("s3") as client:
        async for page in client.get_paginator("list_objects_v2").paginate(Bucket="b"):
            assert_type(page, ListObjectsV2Response)
        answer = await client.get_object(Bucket="b", Key="k")
        assert_type(answer["Body"], AsyncStreamingBody)
        assert_type(await answer["Body"].read(), bytes)
        await client.get_waiter("object_exists").wait(Bucket="b", Key="k")


def of_sync(answer: GetObjectResponse) -> bytes:
    return answer["Body"].read()
