"""What must check clean: services of several protocols, their streams, documents, errors and what handlers change."""

from __future__ import annotations

import datetime
import json
from typing import Any, assert_type

from typed.aws import AsyncSession, Session
from typed.aws.bedrock_runtime import (
    AsyncConverseStreamResponse,
    BedrockRuntimeClient,
    ConverseRequest,
    ConverseStreamOutput,
    Message,
    MessageIn,
    ThrottlingException,
    ToolConfigurationIn,
)
from typed.aws.cloudformation import CloudFormationClient, StackShape
from typed.aws.ec2 import (
    AsyncInstance,
    DescribeInstancesRequest,
    EC2Client,
    EC2Resource,
    FilterIn,
    Image,
    Instance,
    InstanceShape,
    IpPermission,
    RunInstancesRequest,
    SecurityGroup,
    Tag,
    TagShape,
    TagShapeIn,
    Vpc,
)
from typed.aws.iam import IAMClient, Role, User
from typed.aws.lambda_ import FunctionConfiguration, InvokeResponse, LambdaClient, ResourceNotFoundException
from typed.aws.sqs import (
    DeleteMessageBatchRequestEntryIn,
    MessageShape,
    Queue,
    QueueAttributeName,
    ReceiveMessageResponse,
    SendMessageBatchRequestEntryIn,
    SQSClient,
    SQSResource,
)
from typing_extensions import Unpack

from osteon.clients import AsyncEventStream, EventStream

session = Session("key", "secret", "token", "eu-west-1")
ec2, sqs, bedrock = session.client("ec2"), session.client("sqs"), session.client("bedrock-runtime")
functions, iam, stacks = session.client("lambda"), session.client("iam"), session.client("cloudformation")

# --- EC2
filters: list[FilterIn] = [{"Name": "instance-state-name", "Values": ["running"]}]
instances: list[InstanceShape] = []
for page in ec2.get_paginator("describe_instances").paginate(Filters=filters, PaginationConfig={"PageSize": 10}):
    for reservation in page.get("Reservations", []):
        instances.extend(reservation.get("Instances", []))
names = {tag.get("Key"): tag.get("Value") for each in instances for tag in each.get("Tags", [])}
tags: list[TagShape] = [tag for each in instances for tag in each.get("Tags", [])]
ec2.create_tags(Resources=["i"], Tags=tags)
ec2.create_tags(Resources=("i", "j"), Tags=[{"Key": "a", "Value": "b"}], DryRun=True)
given: TagShapeIn = {"Key": "a"}
launch: RunInstancesRequest = {"MinCount": 1, "MaxCount": 1, "ImageId": "ami", "InstanceType": "t3.micro"}
launch["TagSpecifications"] = [{"ResourceType": "instance", "Tags": [given]}]
started = ec2.run_instances(**launch)
assert_type(started.get("Instances", [])[0].get("LaunchTime"), datetime.datetime | None)
ec2.run_instances(MinCount=1, MaxCount=1, UserData=b"#!/bin/sh", BlockDeviceMappings=[{"Ebs": {"VolumeSize": 8}}])
ec2.describe_hosts(Filters=filters)
ec2.describe_hosts(Filter=filters)
ec2.get_waiter("instance_running").wait(InstanceIds=["i"], Filters=filters, WaiterConfig={"Delay": 5.5})
opened: list[IpPermission] = ec2.describe_security_groups().get("SecurityGroups", [])[0].get("IpPermissions", [])
ec2.authorize_security_group_ingress(GroupId="g", IpPermissions=opened)
ec2.describe_spot_price_history(StartTime=datetime.datetime(2026, 1, 1), EndTime="2026-02-01")


def described(client: EC2Client, **kwargs: Unpack[DescribeInstancesRequest]) -> int:
    return len(client.describe_instances(**kwargs).get("Reservations", []))


described(ec2, InstanceIds=["i"])
machines: EC2Resource = session.resource("ec2")
for machine in machines.instances.filter(Filters=filters, InstanceIds=["i"]).limit(3):
    assert_type(machine, Instance)
    machine.delete_tags(Tags=[{"Key": "a"}], DryRun=False)
    assert_type(machine.create_tags(Tags=[{"Key": "a", "Value": "b"}]), list[Tag])
    machine.stop(Force=True)
    machine.wait_until_stopped()
    print(machine.state and machine.state.get("Name"), machine.vpc and machine.vpc.id, machine.image)
machines.instances.filter(Filters=filters).terminate()
assert_type(machines.create_tags(Resources=["i"], Tags=[{"Key": "a", "Value": "b"}]), list[Tag])
assert_type(machines.create_instances(MinCount=1, MaxCount=1, ImageId="ami"), list[Instance])
assert_type(machines.Image("ami"), Image)
vpc = machines.create_vpc(CidrBlock="10.0.0.0/16")
assert_type(vpc, Vpc)
assert_type(vpc.create_security_group(GroupName="g", Description="d"), SecurityGroup)
assert_type(machines.meta.client, EC2Client)

# --- SQS
assert_type(sqs, SQSClient)
url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "30"}, tags={"a": "b"}).get("QueueUrl", "")
wanted: list[QueueAttributeName] = ["All"]
sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)
entries: list[SendMessageBatchRequestEntryIn] = [{"Id": str(n), "MessageBody": json.dumps(n)} for n in range(3)]
result = sqs.send_message_batch(QueueUrl=url, Entries=entries)
for failure in result["Failed"]:
    print(failure["Id"], failure["Code"], failure.get("Message"))
answer: ReceiveMessageResponse = sqs.receive_message(
    QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20, MessageAttributeNames=["All"], AttributeNames=["All"]
)
messages: list[MessageShape] = answer.get("Messages", [])
gone: list[DeleteMessageBatchRequestEntryIn] = [
    {"Id": m.get("MessageId", ""), "ReceiptHandle": m.get("ReceiptHandle", "")} for m in messages
]
sqs.delete_message_batch(QueueUrl=url, Entries=gone)
for m in messages:
    sqs.send_message(QueueUrl=url, MessageBody=m.get("Body", ""), MessageAttributes=m.get("MessageAttributes", {}))
queues: SQSResource = session.resource("sqs")
queue = queues.get_queue_by_name(QueueName="q")
assert_type(queue, Queue)
for received in queue.receive_messages(MaxNumberOfMessages=3):
    print(received.body, received.message_attributes)
    received.delete()
queue.send_messages(Entries=entries)
try:
    queue.purge()
except (sqs.exceptions.QueueDoesNotExist, sqs.exceptions.ClientError) as error:
    print(error.response["Error"]["Code"], error.operation_name)

# --- Bedrock: documents, unions, streams
assert_type(bedrock, BedrockRuntimeClient)
talk: list[MessageIn] = [{"role": "user", "content": [{"text": "hello"}]}]
talk.append({"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": b""}}}]})
tools: ToolConfigurationIn = {
    "tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "object", "properties": {"a": [1, None]}}}}}],
    "toolChoice": {"any": {}},
}
ask: ConverseRequest = {"modelId": "m", "messages": talk, "toolConfig": tools}
ask["additionalModelRequestFields"] = {"top_k": 3, "nested": [{"a": None}]}
ask["inferenceConfig"] = {"temperature": 0.5, "stopSequences": ["x"]}
reply = bedrock.converse(**ask)
empty: Message = {"role": "assistant", "content": []}
said = reply["output"].get("message", empty)
talk.append(said)
for block in said["content"]:
    if "toolUse" in block:
        talk.append(
            {"role": "user", "content": [{"toolResult": {"toolUseId": block["toolUse"]["toolUseId"], "content": []}}]}
        )
        print(block["toolUse"]["input"]["a"])
if reply["stopReason"] == "tool_use":
    print(reply["usage"]["inputTokens"])
stream = bedrock.converse_stream(modelId="m", messages=talk)["stream"]
assert_type(stream, EventStream[ConverseStreamOutput])
for event in stream:
    if "contentBlockDelta" in event:
        print(event["contentBlockDelta"]["delta"].get("text"))
    elif "metadata" in event:
        print(event["metadata"]["usage"]["outputTokens"])
stream.close()
for part in bedrock.invoke_model_with_response_stream(modelId="m", body=json.dumps({"a": 1}))["body"]:
    print(part.get("chunk", {}).get("bytes", b"").decode())
body = bedrock.invoke_model(modelId="m", body=b"{}", contentType="application/json")["body"]
print(json.loads(body.read()))
try:
    bedrock.converse(modelId="m")
except ThrottlingException as slow:
    print(slow.code)


async def streamed() -> None:
    async with AsyncSession().client("bedrock-runtime") as client:
        answer: AsyncConverseStreamResponse = await client.converse_stream(modelId="m", messages=talk)
        assert_type(answer["stream"], AsyncEventStream[ConverseStreamOutput])
        async with answer["stream"] as events:
            async for event in events:
                print(event.get("messageStop", {}).get("stopReason"))
    async for machine in AsyncSession().resource("ec2").instances.filter(Filters=filters):
        assert_type(machine, AsyncInstance)
        await machine.load()
        await machine.delete_tags()


# --- Lambda
assert_type(functions, LambdaClient)
invoked: InvokeResponse = functions.invoke(FunctionName="f", Payload=json.dumps({"a": 1}), InvocationType="Event")
print(invoked["Payload"].read(), invoked.get("FunctionError"), invoked.get("StatusCode", 0))
found: list[FunctionConfiguration] = [
    each for page in functions.get_paginator("list_functions").paginate() for each in page.get("Functions", [])
]
functions.create_function(
    FunctionName="f", Role="r", Code={"ZipFile": b""}, Runtime="python3.13", Handler="h", Environment={"Variables": {}}
)
for piece in functions.invoke_with_response_stream(FunctionName="f").get("EventStream", ()):
    print(piece.get("PayloadChunk", {}).get("Payload"), piece.get("InvokeComplete"))
try:
    functions.get_function(FunctionName="f")
except ResourceNotFoundException as missing:
    print(missing)

# --- IAM, CloudFormation, Glacier, CloudWatch Logs: what handlers change on the way
assert_type(iam, IAMClient)
document = iam.get_role_policy(RoleName="r", PolicyName="p")["PolicyDocument"]
assert_type(document["Statement"], Any)
iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=json.dumps(document))
assert_type(session.resource("iam").User("u"), User)
role: Role = session.resource("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
print((role.assume_role_policy_document or {}).get("Statement"))
assert_type(stacks, CloudFormationClient)
template = stacks.get_template(StackName="s").get("TemplateBody")
if not isinstance(template, str) and template is not None:
    print(template["Resources"])
shown: list[StackShape] = stacks.describe_stacks(StackName="s").get("Stacks", [])
session.client("glacier").list_vaults()
session.client("glacier").list_vaults(accountId="1")
session.client("logs").create_export_task(logGroupName="g", fromTime=1, to=2, destination="b")
