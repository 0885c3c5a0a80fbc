"""A tour of each service's resources against moto: sync and async give what boto3 gives, step by step."""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import boto3
import pytest

import osteon

PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
#: every tour is made in an account of its own, which moto takes from this header
ACCOUNTS = itertools.count(200_000_000_000)


class Guide:
    """Does what a tour asks, and writes down what came of it. This one with boto3."""

    def __init__(self, url: str) -> None:
        self.url, self.account, self.log = url, str(next(ACCOUNTS)), []

    def enter(self, service: str) -> Any:
        resource: Any = self.session().resource(service, endpoint_url=self.url, **PLACE)

        def name_account(request: Any, **kwargs: Any) -> None:
            request.headers["x-moto-account-id"] = self.account

        resource.meta.client.meta.events.register("before-sign", name_account)
        return resource

    def session(self) -> Any:
        return boto3.Session()

    def do(self, answer: Any) -> Any:
        return answer

    def items(self, collection: Any) -> list[Any]:
        return list(collection)

    def pages(self, collection: Any) -> list[list[Any]]:
        return list(collection.pages())

    def batch(self, table: Any, puts: list[Any], **options: Any) -> None:
        with table.batch_writer(**options) as batch:
            for item in puts:
                batch.put_item(Item=item)

    def load(self, resource: Any) -> Any:
        self.do(resource.load())
        return resource

    def note(self, *values: Any) -> None:
        """Keep what both libraries must agree on; of a call's answer what is not of this call alone."""
        self.log += [neutral(value, self.account) for value in values]

    def close(self, resource: Any) -> None:
        pass


class SyncGuide(Guide):
    def session(self) -> Any:
        return osteon.Session()

    def close(self, resource: Any) -> None:
        resource.meta.client.close()


class AsyncGuide(Guide):
    def __init__(self, url: str, mode: Any) -> None:
        super().__init__(url)
        self.mode = mode

    def session(self) -> Any:
        return osteon.AsyncSession()

    def do(self, answer: Any) -> Any:
        return self.mode.do(answer)

    def items(self, collection: Any) -> list[Any]:
        return self.mode.all(collection)

    def pages(self, collection: Any) -> list[list[Any]]:
        return self.mode.all(collection.pages())

    def batch(self, table: Any, puts: list[Any], **options: Any) -> None:
        async def written() -> None:
            async with table.batch_writer(**options) as batch:
                for item in puts:
                    await batch.put_item(Item=item)

        self.do(written())

    def close(self, resource: Any) -> None:
        self.do(resource.meta.client.close())


#: what moto makes up anew: ids, times and the like
RANDOM = [
    (re.compile(r"\b([a-z]+)-[0-9a-f]{8,17}\b"), r"\1-ID"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b(AIDA|AGPA|AROA|ANPA|AIPA|AKIA|ASIA)[A-Z0-9]{12,}"), r"\1ID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.+Z]+"), "TIME"),
    (re.compile(r"datetime\.datetime\([^)]*\)\)?"), "TIME"),
    (re.compile(r"\b(?:\d{1,3}[.-]){3}\d{1,3}\b"), "ADDRESS"),
]
DROPPED = {"ResponseMetadata", "ReceiptHandle", "MD5OfMessageBody", "PrivateDnsName", "VersionId", "x-amz-version-id"}


def neutral(value: Any, account: str) -> Any:
    if isinstance(value, dict):
        return {name: neutral(item, account) for name, item in sorted(value.items()) if name not in DROPPED}
    if isinstance(value, list | tuple):
        return [neutral(item, account) for item in value]
    if isinstance(value, set):
        return sorted(neutral(list(value), account))
    text = repr(value).replace(account, "ACCOUNT")
    for pattern, name in RANDOM:
        text = pattern.sub(name, text)
    return text


# --- the tours


def s3(guide: Guide, s3: Any) -> None:
    name = f"tour-{guide.account}"
    bucket = guide.do(s3.create_bucket(Bucket=name))
    guide.do(bucket.wait_until_exists())
    guide.note(bucket == s3.Bucket(name), bucket.name == name, guide.load(bucket).creation_date is not None)
    for number in range(5):
        guide.do(bucket.put_object(Key=f"k{number}", Body=b"x" * number, Metadata={"n": str(number)}))
    guide.note([each.key for each in guide.items(bucket.objects.all())])
    guide.note([(each.key, each.size, each.e_tag) for each in guide.items(bucket.objects.filter(Prefix="k1"))])
    guide.note([each.key for each in guide.items(bucket.objects.limit(2))])
    guide.note([[each.key for each in page] for page in guide.pages(bucket.objects.page_size(2))])
    guide.note([each.key for each in guide.items(bucket.objects.page_size(2).limit(3).filter(Prefix="k"))])
    thing = guide.load(s3.Object(name, "k3"))
    guide.note(thing.content_length, thing.metadata, thing.e_tag, thing.bucket_name == name, thing.Bucket() == bucket)
    answer = guide.do(thing.get())
    guide.note(guide.do(answer["Body"].read()))
    guide.do(bucket.Object("copy").copy_from(CopySource={"Bucket": name, "Key": "k4"}))
    guide.do(bucket.Object("copied").copy({"Bucket": name, "Key": "k4"}))
    guide.note(guide.load(bucket.Object("copied")).content_length, guide.load(s3.ObjectSummary(name, "copied")).size)
    guide.do(bucket.Versioning().enable())
    guide.note(guide.load(bucket.Versioning()).status)
    guide.do(bucket.put_object(Key="k0", Body=b"new"))
    guide.note(sorted((each.object_key, each.is_latest) for each in guide.items(bucket.object_versions.all())))
    upload = guide.do(bucket.Object("parts").initiate_multipart_upload())
    part = guide.do(upload.Part(1).upload(Body=b"part"))
    guide.note(type(upload).__name__, part["ETag"], len(guide.items(bucket.multipart_uploads.all())))
    guide.note([(each.part_number, each.size) for each in guide.items(upload.parts.all())])
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    guide.note(guide.do(upload.complete(MultipartUpload=parts)).key)
    guide.note(bucket.name in [each.name for each in guide.items(s3.buckets.all())])
    deleted = guide.do(bucket.object_versions.delete())
    guide.note(sorted(each["Key"] for each in deleted[0]["Deleted"]), guide.items(bucket.objects.all()))
    guide.note(s3.get_available_subresources(), bucket.get_available_subresources())
    guide.do(bucket.delete())
    guide.do(bucket.wait_until_not_exists())


def dynamodb(guide: Guide, dynamodb: Any) -> None:
    keys = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]
    attributes = [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}]
    made = guide.do(
        dynamodb.create_table(
            TableName="t", KeySchema=keys, AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST"
        )
    )
    guide.do(made.wait_until_exists())
    table = guide.load(dynamodb.Table("t"))
    guide.note(table.table_status, table.key_schema, table.name, table.table_name, table.item_count)
    item = {"id": "a", "n": 1, "d": Decimal("1.5"), "s": {"x", "y"}, "m": {"l": [None, True, "z"]}, "b": b"raw"}
    guide.note(guide.do(table.put_item(Item=item)))
    guide.note(guide.do(table.get_item(Key={"id": "a", "n": 1}))["Item"])
    guide.batch(table, [{"id": "a", "n": number % 30} for number in range(60)], overwrite_by_pkeys=["id", "n"])
    key, attr = conditions(guide)
    found = guide.do(table.query(KeyConditionExpression=key("id").eq("a") & key("n").between(5, 7)))
    guide.note(found["Items"], found["Count"])
    guide.note(guide.do(table.scan(FilterExpression=attr("n").is_in([1, 2]) | attr("n").gt(27)))["Count"])
    updated = guide.do(
        table.update_item(
            Key={"id": "a", "n": 1}, UpdateExpression="SET v = :v", ExpressionAttributeValues={":v": [1, "a"]},
            ReturnValues="ALL_NEW",
        )
    )  # fmt: skip
    guide.note(updated["Attributes"], guide.items(dynamodb.tables.all()), guide.items(dynamodb.tables.limit(1)))
    guide.note(guide.do(dynamodb.batch_get_item(RequestItems={"t": {"Keys": [{"id": "a", "n": 2}]}}))["Responses"])
    guide.do(table.delete())
    guide.do(table.wait_until_not_exists())


def conditions(guide: Guide) -> Any:
    if type(guide) is Guide:
        from boto3.dynamodb.conditions import Attr, Key
    else:
        from osteon.dynamodb.conditions import Attr, Key
    return Key, Attr


def ec2(guide: Guide, ec2: Any) -> None:
    vpc = guide.do(ec2.create_vpc(CidrBlock="10.0.0.0/16"))
    guide.do(vpc.wait_until_available())
    subnet = guide.do(vpc.create_subnet(CidrBlock="10.0.1.0/24"))
    guide.note(guide.load(vpc).cidr_block, guide.load(subnet).vpc == vpc, vpc.state)
    group = guide.do(vpc.create_security_group(GroupName="g", Description="d"))
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    guide.do(group.authorize_ingress(IpPermissions=[rule]))
    guide.note(guide.load(group).ip_permissions, group.group_name, group.id == group.group_id)
    images = guide.items(ec2.images.filter(Owners=["amazon"]).limit(1))
    instances = guide.do(ec2.create_instances(ImageId=images[0].id, MinCount=2, MaxCount=2, SubnetId=subnet.id))
    guide.note(len(instances), [type(each).__name__ for each in instances])
    instance = instances[0]
    guide.do(instance.wait_until_running())
    guide.load(instance)
    guide.note(instance.state, instance.subnet == subnet, instance.vpc == vpc, instance.image == images[0])
    given = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    tags = guide.do(ec2.create_tags(Resources=[instance.id], Tags=given))
    guide.note(tags, guide.load(instance).tags)
    guide.do(instance.delete_tags(Tags=[{"Key": "b"}]))
    guide.note(guide.load(instance).tags)
    named = [{"Name": "tag:a", "Values": ["1"]}]
    guide.note(len(guide.items(ec2.instances.filter(Filters=named))), len(guide.items(subnet.instances.all())))
    guide.do(subnet.instances.create_tags(Tags=[{"Key": "c", "Value": "3"}]))
    guide.note([guide.load(each).tags[-1] for each in instances])
    guide.note(len(guide.items(vpc.subnets.all())))
    guide.note(sorted(each.group_name for each in guide.items(vpc.security_groups.all())))
    volume = guide.do(ec2.create_volume(AvailabilityZone="us-east-1a", Size=3))
    guide.note(guide.load(volume).size, volume.attachments)
    guide.do(instance.attach_volume(VolumeId=volume.id, Device="/dev/sdh"))
    guide.note(len(guide.items(instance.volumes.all())), guide.load(volume).attachments[0]["Device"])
    pair = guide.do(ec2.create_key_pair(KeyName="k"))
    guide.note(pair.name, [each.name for each in guide.items(ec2.key_pairs.all())])
    stopped = guide.do(ec2.instances.filter(Filters=named).stop())
    guide.note(stopped[0]["StoppingInstances"])
    for each in instances:
        guide.do(each.terminate())
        guide.do(each.wait_until_terminated())
    guide.note([guide.load(each).state["Name"] for each in instances])


def iam(guide: Guide, iam: Any) -> None:
    user = guide.do(iam.create_user(UserName="ann", Path="/x/"))
    guide.note(user, user.path, user.arn, len(guide.load(user).user_id))
    group = guide.do(iam.create_group(GroupName="g"))
    guide.do(group.add_user(UserName="ann"))
    guide.note(guide.items(user.groups.all()), [each.name for each in guide.items(group.users.all())])
    trust = {"Version": "2012-10-17", "Statement": []}
    role = guide.do(iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust)))
    guide.note(guide.load(role).assume_role_policy_document, role.role_name)
    allowed = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    rights = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    policy = guide.do(iam.create_policy(PolicyName="p", PolicyDocument=rights))
    guide.do(role.attach_policy(PolicyArn=policy.arn))
    guide.note(guide.items(role.attached_policies.all()), guide.load(policy).attachment_count, policy.default_version)
    guide.note([each.version_id for each in guide.items(policy.versions.all())])
    inline = guide.do(user.create_policy(PolicyName="own", PolicyDocument=rights))
    guide.note(inline, guide.load(user.Policy("own")).policy_document, guide.items(user.policies.all()))
    access = guide.do(user.create_access_key_pair())
    guide.note(type(access).__name__, access.status, len(guide.items(user.access_keys.all())))
    guide.do(access.deactivate())
    guide.note([each.status for each in guide.items(user.access_keys.all())])
    profile = guide.do(iam.create_instance_profile(InstanceProfileName="i"))
    guide.do(profile.add_role(RoleName="r"))
    guide.note(guide.load(profile).roles, guide.items(iam.groups.all()))
    guide.note(guide.items(iam.users.filter(PathPrefix="/x/")))
    guide.note(guide.load(iam.CurrentUser()).arn is not None)


def sqs(guide: Guide, sqs: Any) -> None:
    queue = guide.do(sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "5"}))
    guide.note(queue, guide.load(queue).attributes["VisibilityTimeout"], sorted(queue.attributes)[:3])
    guide.note(guide.do(sqs.get_queue_by_name(QueueName="q")) == queue)
    guide.note(guide.do(queue.send_message(MessageBody="one"))["MD5OfMessageBody"])
    entries = [{"Id": str(number), "MessageBody": f"m{number}"} for number in range(3)]
    guide.note(len(guide.do(queue.send_messages(Entries=entries))["Successful"]))
    messages = guide.do(queue.receive_messages(MaxNumberOfMessages=10))
    guide.note([(type(each).__name__, each.body, each.queue_url == queue.url) for each in messages])
    guide.do(messages[0].delete())
    guide.do(queue.delete_messages(Entries=[{"Id": "a", "ReceiptHandle": messages[1].receipt_handle}]))
    guide.note(guide.do(queue.receive_messages()), guide.load(queue).attributes["ApproximateNumberOfMessages"])
    guide.note([each.url for each in guide.items(sqs.queues.filter(QueueNamePrefix="q"))])
    guide.note(guide.items(sqs.queues.filter(QueueNamePrefix="none")))
    guide.do(queue.purge())
    guide.do(queue.delete())


def sns(guide: Guide, sns: Any) -> None:
    topic = guide.do(sns.create_topic(Name="t"))
    guide.note(topic, guide.load(topic).attributes["TopicArn"], topic.arn)
    subscription = guide.do(topic.subscribe(Protocol="http", Endpoint="http://127.0.0.1:9/x"))
    guide.note(type(subscription).__name__, len(guide.items(topic.subscriptions.all())))
    guide.do(topic.set_attributes(AttributeName="DisplayName", AttributeValue="shown"))
    guide.note(guide.load(topic).attributes["DisplayName"], guide.items(sns.topics.all()))
    application = guide.do(
        sns.create_platform_application(Name="a", Platform="GCM", Attributes={"PlatformCredential": "x"})
    )
    endpoint = guide.do(application.create_platform_endpoint(Token="token"))
    guide.note(application, guide.load(endpoint).attributes["Token"], len(guide.items(application.endpoints.all())))
    guide.do(topic.delete())
    guide.note(guide.items(sns.topics.all()))


def cloudformation(guide: Guide, cloudformation: Any) -> None:
    stack = guide.do(cloudformation.create_stack(StackName="s", TemplateBody="{}", Tags=[{"Key": "a", "Value": "b"}]))
    guide.note(stack, guide.load(stack).stack_status, stack.tags, stack.creation_time)
    summaries = guide.items(stack.resource_summaries.all())
    guide.note([(each.logical_id, each.resource_type, each.resource_status) for each in summaries])
    resource = guide.load(cloudformation.StackResource("s", "Queue"))
    guide.note(resource.resource_type, resource.Stack(), summaries[0].Resource(), summaries[0].stack_name)
    guide.note(guide.items(cloudformation.stacks.all()), guide.items(cloudformation.stacks.limit(1)))
    guide.note([(each.id, each.resource_status) for each in guide.items(stack.events.all())])
    guide.note(guide.do(stack.update(TemplateBody="{}")))
    guide.note(guide.do(stack.delete()))


def cloudwatch(guide: Guide, cloudwatch: Any) -> None:
    metric = cloudwatch.Metric("space", "metric")
    guide.do(metric.put_data(MetricData=[{"MetricName": "metric", "Value": 2.5}]))
    alarm = guide.do(
        metric.put_alarm(
            AlarmName="a", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Period=60, Threshold=1.0,
            Statistic="Sum",
        )
    )  # fmt: skip
    guide.note(alarm, guide.load(cloudwatch.Alarm("a")).threshold, guide.load(cloudwatch.Alarm("a")).metric)
    guide.note([(each.name, each.actions_enabled) for each in guide.items(cloudwatch.alarms.all())])
    guide.note([(each.namespace, each.name) for each in guide.items(cloudwatch.metrics.filter(Namespace="space"))])
    guide.do(cloudwatch.Alarm("a").set_state(StateValue="ALARM", StateReason="r"))
    guide.note(guide.load(cloudwatch.Alarm("a")).state_value)
    guide.note(guide.do(cloudwatch.alarms.filter(AlarmNames=["a"]).delete()))
    guide.note(guide.items(cloudwatch.alarms.all()))


def glacier(guide: Guide, glacier: Any) -> None:
    account = glacier.Account("-")
    vault = guide.do(account.create_vault(vaultName="v"))
    guide.note(vault, guide.load(vault).number_of_archives, [each.name for each in guide.items(account.vaults.all())])
    archive = guide.do(vault.upload_archive(archiveDescription="d", body=b"content"))
    guide.note(type(archive).__name__, archive.vault_name)
    job = guide.do(archive.initiate_archive_retrieval())
    guide.note(type(job).__name__, len(guide.items(vault.jobs.all())))
    guide.do(archive.delete())


TOURS: dict[str, Callable[[Guide, Any], None]] = {
    each.__name__: each for each in (s3, dynamodb, ec2, iam, sqs, sns, cloudformation, cloudwatch, glacier)
}


class StackServer(BaseHTTPRequestHandler):
    """CloudFormation as far as its tour goes: moto's own needs packages that only validate templates."""

    protocol_version = "HTTP/1.1"
    ANSWERS: ClassVar[dict[str, str]] = {
        "CreateStack": "<StackId>arn:aws:cloudformation:us-east-1:1:stack/s/1</StackId>",
        "UpdateStack": "<StackId>arn:aws:cloudformation:us-east-1:1:stack/s/1</StackId>",
        "DeleteStack": "",
        "DescribeStacks": "<Stacks>"
        "<member><StackName>s</StackName><StackStatus>CREATE_COMPLETE</StackStatus>"
        "<CreationTime>2026-01-02T03:04:05Z</CreationTime>"
        "<Tags><member><Key>a</Key><Value>b</Value></member></Tags></member>"
        "<member><StackName>other</StackName></member></Stacks>",
        "ListStackResources": "<StackResourceSummaries><member><LogicalResourceId>Queue</LogicalResourceId>"
        "<ResourceType>AWS::SQS::Queue</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>"
        "</StackResourceSummaries>",
        "DescribeStackResource": "<StackResourceDetail><LogicalResourceId>Queue</LogicalResourceId>"
        "<ResourceType>AWS::SQS::Queue</ResourceType></StackResourceDetail>",
        "DescribeStackEvents": "<StackEvents><member><EventId>e1</EventId><StackName>s</StackName>"
        "<ResourceStatus>CREATE_COMPLETE</ResourceStatus></member></StackEvents>",
    }

    def log_message(self, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        action = form["Action"][0]
        result = f"<{action}Result>{self.ANSWERS[action]}</{action}Result>"
        body = f"<{action}Response>{result}<ResponseMetadata/></{action}Response>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def urls(moto_url: str) -> Iterator[Callable[[str], str]]:
    """Where each service's tour goes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), StackServer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    own = f"http://127.0.0.1:{server.server_address[1]}"
    yield lambda service: own if service == "cloudformation" else moto_url
    server.shutdown()
    server.server_close()


def made(guide: Guide, service: str) -> list[Any]:
    resource = guide.enter(service)
    try:
        TOURS[service](guide, resource)
    finally:
        guide.close(resource)
    return guide.log


@pytest.fixture(scope="module")
def boto3s(urls: Callable[[str], str]) -> Callable[[str], list[Any]]:
    """What boto3 gives on a tour, made once for both kinds."""
    logs: dict[str, list[Any]] = {}
    return lambda service: logs.get(service) or logs.setdefault(service, made(Guide(urls(service)), service))


def test_every_service_is_toured() -> None:
    assert set(TOURS) == set(boto3.Session().get_available_resources())


@pytest.mark.parametrize("service", TOURS)
def test_tour(service: str, mode: Any, urls: Callable[[str], str], boto3s: Callable[[str], list[Any]]) -> None:
    url = urls(service)
    guide = AsyncGuide(url, mode) if mode.session_class is osteon.AsyncSession else SyncGuide(url)
    log = made(guide, service)
    for number, (ours, theirs) in enumerate(itertools.zip_longest(log, boto3s(service))):
        assert ours == theirs, f"note {number}"
