"""Every line that ends in # E must be an error, and no other."""

from __future__ import annotations

from typed.aws import AsyncSession, Session
from typed.aws.bedrock_runtime import MessageIn
from typed.aws.ec2 import FilterIn, RunInstancesRequest
from typed.aws.sqs import QueueAttributeName

session = Session()
ec2, sqs, bedrock = session.client("ec2"), session.client("sqs"), session.client("bedrock-runtime")
functions, machines, queues = session.client("lambda"), session.resource("ec2"), session.resource("sqs")

ec2.run_instances()  # E
ec2.run_instances(MinCount=1, MaxCount=1, InstanceType="t9.huge")  # E
ec2.run_instances(MinCount=1, MaxCount=1, UserData=3)  # E
ec2.run_instances(MinCount=1, MaxCount=1, BlockDeviceMappings=[{"Ebs": {"VolumeSize": "8"}}])  # E
ec2.describe_instances(Filters=[{"Name": "x", "Value": ["y"]}])  # E
ec2.describe_instances(Filters={"Name": "x"})  # E
ec2.describe_instances()["Reservations"][0]["Instances"][0]["State"]["Nme"]  # E
ec2.create_tags(Resources=["i"])  # E
ec2.get_paginator("describe_instance")  # E
ec2.get_paginator("describe_instances").paginate(MaxResults="3")  # E
ec2.get_waiter("instance_running").wait(InstanceId=["i"])  # E
ec2.generate_presigned_url("copy_snapshots")  # E
launch: RunInstancesRequest = {"MinCount": 1}  # E
one: FilterIn = {"Name": "x", "Values": 3}  # E
ec2.meta.events.provide_client_params.run_instance  # E
machines.Instance("i").delete_tags(Tags=[{"Name": "a"}])  # E
machines.Instance("i").stop(Forced=True)  # E
machines.create_tags(Resources=["i"])  # E
machines.create_instances(MinCount=1)  # E
machines.instances.filter(Filter=[])  # E
machines.instances.all().delete()  # E
machines.Instance("i").vpc.id  # E
machines.Vpc("v").create_subnets()  # E

sqs.send_message(QueueUrl="u")  # E
sqs.send_message(QueueUrl="u", MessageBody="m", DelaySeconds="3")  # E
sqs.send_message_batch(QueueUrl="u", Entries=[{"Id": "1"}])  # E
sqs.create_queue(QueueName="q", Attributes={"Visibility": "30"})  # E
sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": 30})  # E
sqs.receive_message(QueueUrl="u")["Message"]  # E
sqs.receive_message(QueueUrl="u", AttributeNames=["Every"])  # E
sqs.receive_message(QueueUrl="u").get("Messages", [])[0].get("Body", "").foo  # E
names: list[QueueAttributeName] = ["Alle"]  # E
queues.Queue("u").send_message(Body="x")  # E
queues.Queue("u").receive_messages()[0].bodies  # E
queues.get_queue_by_name()  # E
sqs.exceptions.QueueMissing  # E

bedrock.converse()  # E
bedrock.converse(modelId="m", messages=[{"role": "user"}])  # E
bedrock.converse(modelId="m", messages=[{"role": "user", "content": [{"txt": "x"}]}])  # E
bedrock.converse(modelId="m", inferenceConfig={"temperature": "hot"})  # E
bedrock.converse(modelId="m", additionalModelRequestFields=object())  # E
bedrock.converse(modelId="m")["stopReason"] + 1  # E
bedrock.converse_stream(modelId="m")["streams"]  # E
bedrock.converse_stream(modelId="m")["stream"].read()  # E
bedrock.invoke_model_with_bidirectional_stream(modelId="m", body=())  # E
bedrock.invoke_model(modelId="m")["body"].close().x  # E
bedrock.exceptions.ThrottlingExceptions  # E
message: MessageIn = {"role": "robot", "content": []}  # E
for event in bedrock.converse_stream(modelId="m")["stream"]:
    event["contentBlockDeltas"]  # E

functions.invoke()  # E
functions.invoke(FunctionName="f", InvocationType="Soon")  # E
functions.invoke(FunctionName="f", Payload={"a": 1})  # E
functions.invoke(FunctionName="f")["Payload"].reads()  # E
functions.create_function(FunctionName="f", Role="r", Code={"Zip": b""})  # E
session.client("iam").get_role(RoleName="r")["Role"]["Arns"]  # E
session.client("iam").put_role_policy(RoleName="r", PolicyName="p", PolicyDocument={})  # E
session.client("cloudformation").create_stack(StackName="s", TemplateBody={})  # E
session.client("glacier").describe_vault()  # E
session.client("logs").create_export_task(logGroupName="g", to=2)  # E
session.client("lambdas").anything
session.client(3)  # E


async def asynchronous() -> None:
    client = AsyncSession().client("bedrock-runtime")
    for _ in (await client.converse_stream(modelId="m"))["stream"]:  # E
        pass
    client.converse(modelId="m")["output"]  # E
    await client.converse(model="m")  # E
    async for event in (await client.converse_stream(modelId="m"))["stream"]:
        event["messageStart"]["roles"]  # E
    AsyncSession().resource("ec2").Instance("i").stop().get("StoppingInstances")  # E
