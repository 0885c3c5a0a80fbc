"""Calls in every protocol of AWS against real services (moto): REST, JSON, query, ec2; results and errors."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

import pytest

from osteon.exceptions import ClientError

ROLE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


class Service:
    """One service's client, whose operations give their results in both modes."""

    def __init__(self, mode: Any, client: Any) -> None:
        self._mode, self._client = mode, client
        self.exceptions = client.exceptions

    def __call__(self, operation: str, **params: Any) -> Any:
        return self._mode.do(getattr(self._client, operation)(**params))


@pytest.fixture
def service(mode, moto_url):
    return lambda name: Service(mode, mode.client(name, endpoint_url=moto_url))


@pytest.fixture
def name(mode, request):
    """A name that no other test uses, nor the other mode."""
    return f"{request.node.originalname.replace('_', '-')}-{type(mode).__name__.lower()}"[-60:]


def recent(moment: datetime.datetime) -> bool:
    return abs(datetime.datetime.now(datetime.UTC) - moment) < datetime.timedelta(hours=1)


def test_s3_rest_xml(mode, service, name):
    s3 = service("s3")
    s3("create_bucket", Bucket=name)
    keys = ["a b/ü+&.txt", "plain"]
    for key in keys:
        etag = s3("put_object", Bucket=name, Key=key, Body=b"hello", Metadata={"colour": "red"})["ETag"]
        assert etag == '"5d41402abc4b2a76b9719d911017c592"'
    got = s3("get_object", Bucket=name, Key=keys[0])
    assert (mode.do(got["Body"].read()), got["Metadata"], got["ContentLength"]) == (b"hello", {"colour": "red"}, 5)
    assert recent(got["LastModified"])
    assert [item["Key"] for item in s3("list_objects_v2", Bucket=name)["Contents"]] == keys
    rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3}]
    s3("put_bucket_cors", Bucket=name, CORSConfiguration={"CORSRules": rules})
    assert s3("get_bucket_cors", Bucket=name)["CORSRules"] == rules
    gone = s3("delete_objects", Bucket=name, Delete={"Objects": [{"Key": key} for key in keys]})
    assert sorted(item["Key"] for item in gone["Deleted"]) == keys
    with pytest.raises(s3.exceptions.NoSuchKey) as caught:
        s3("get_object", Bucket=name, Key="plain")
    assert caught.value.response["Error"]["Code"] == "NoSuchKey"


def test_s3_file_bodies(mode, service, name):
    s3 = service("s3")
    s3("create_bucket", Bucket=name)
    content = bytes(range(256)) * 4096
    s3("put_object", Bucket=name, Key="k", Body=io.BytesIO(content))
    body = s3("get_object", Bucket=name, Key="k")["Body"]
    assert mode.do(body.read(1000)) + mode.do(body.read()) == content


def test_dynamodb_json_1_0(service, name):
    dynamodb = service("dynamodb")
    dynamodb(
        "create_table",
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"pk": {"S": "é"}, "n": {"N": "1.50"}, "b": {"B": b"\x00\xff"}, "m": {"M": {"l": {"L": [{"BOOL": True}]}}}}
    dynamodb("put_item", TableName=name, Item=item)
    assert dynamodb("get_item", TableName=name, Key={"pk": {"S": "é"}})["Item"] == item
    assert recent(dynamodb("describe_table", TableName=name)["Table"]["CreationDateTime"])
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as caught:
        dynamodb("put_item", TableName=name, Item=item, ConditionExpression="attribute_not_exists(pk)")
    assert isinstance(caught.value, ClientError)
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb("get_item", TableName="nowhere", Key={"pk": {"S": "a"}})


def test_sqs_json_from_query(service, name):
    sqs = service("sqs")
    url = sqs("create_queue", QueueName=name, Attributes={"VisibilityTimeout": "5"})["QueueUrl"]
    note = {"kind": {"DataType": "Binary", "BinaryValue": b"\xff"}}
    sqs("send_message", QueueUrl=url, MessageBody="h€llo", MessageAttributes=note)
    asked = {"QueueUrl": url, "MessageAttributeNames": ["All"]}
    (message,) = sqs("receive_message", **asked)["Messages"]
    assert (message["Body"], message["MessageAttributes"]["kind"]["BinaryValue"]) == ("h€llo", b"\xff")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs("get_queue_url", QueueName="nowhere")


def test_sns_query(service, name):
    sns = service("sns")
    arn = sns("create_topic", Name=name, Tags=[{"Key": "a", "Value": "b"}])["TopicArn"]
    assert arn.endswith(name)
    assert sns("publish", TopicArn=arn, Message="héllo")["MessageId"]
    assert sns("get_topic_attributes", TopicArn=arn)["Attributes"]["TopicArn"] == arn
    assert sns("list_tags_for_resource", ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    with pytest.raises(sns.exceptions.NotFoundException):
        sns("get_topic_attributes", TopicArn=arn + "-not")


def test_ec2(service, name):
    ec2 = service("ec2")
    vpc = ec2("create_vpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2("create_security_group", GroupName=name, Description="d", VpcId=vpc)["GroupId"]
    ports = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2("authorize_security_group_ingress", GroupId=group, IpPermissions=[ports])
    (found,) = ec2("describe_security_groups", Filters=[{"Name": "group-name", "Values": [name]}])["SecurityGroups"]
    assert found["IpPermissions"][0]["IpRanges"] == ports["IpRanges"]
    with pytest.raises(ClientError) as caught:
        ec2("describe_vpcs", VpcIds=["vpc-00000000"])
    assert caught.value.response["Error"]["Code"] == "InvalidVpcID.NotFound"


def test_iam_query(service, name):
    iam = service("iam")
    made = iam("create_role", RoleName=name, AssumeRolePolicyDocument=ROLE)["Role"]
    assert recent(made["CreateDate"])
    assert iam("get_role", RoleName=name)["Role"]["AssumeRolePolicyDocument"] == json.loads(ROLE)
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam("create_role", RoleName=name, AssumeRolePolicyDocument=ROLE)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam("get_user", UserName="nobody")


def test_sts_query(service):
    sts = service("sts")
    assert sts("get_caller_identity")["Account"] == "123456789012"
    taken = sts("assume_role", RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="me")
    assert taken["Credentials"]["Expiration"] > datetime.datetime.now(datetime.UTC)


def test_lambda_rest_json(service, name):
    awslambda, iam = service("lambda"), service("iam")
    role = iam("create_role", RoleName=name, AssumeRolePolicyDocument=ROLE)["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("m.py", "def handler(event, context): pass")
    code = {"ZipFile": packed.getvalue()}
    made = awslambda(
        "create_function", FunctionName=name, Runtime="python3.13", Role=role, Handler="m.handler", Code=code
    )
    assert (made["FunctionName"], made["CodeSize"]) == (name, len(code["ZipFile"]))
    awslambda("tag_resource", Resource=made["FunctionArn"], Tags={"a b": "c/d"})
    assert awslambda("list_tags", Resource=made["FunctionArn"])["Tags"] == {"a b": "c/d"}
    assert name in [one["FunctionName"] for one in awslambda("list_functions", MaxItems=50)["Functions"]]
    assert awslambda("delete_function", FunctionName=name)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(awslambda.exceptions.ResourceNotFoundException):
        awslambda("get_function", FunctionName=name)


@pytest.mark.parametrize("asked", ["s3", "sqs", "sts", "ec2", "lambda"])
def test_what_every_answer_tells(service, asked):
    calls = {
        "s3": "list_buckets",
        "sqs": "list_queues",
        "sts": "get_caller_identity",
        "ec2": "describe_regions",
        "lambda": "list_functions",
    }
    told = service(asked)(calls[asked])["ResponseMetadata"]
    assert (told["HTTPStatusCode"], told["RetryAttempts"]) == (200, 0)
    assert "content-type" in told["HTTPHeaders"]
    assert "RequestId" in told
