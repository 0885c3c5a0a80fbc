"""Every service with customizations beside botocore: requests, results and errors."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from tests.support.differential import Answer, Client, both, made_by_osteon, requests_of

from osteon.exceptions import ParamValidationError

MIB = 1024 * 1024
FILTER = {"Filters": [{"Name": "a", "Values": ["b"]}]}
SNAPSHOT = {"SourceRegion": "us-west-2", "SourceSnapshotId": "snap-1"}
DB_SNAPSHOT = {"SourceDBSnapshotIdentifier": "a", "TargetDBSnapshotIdentifier": "b"}
CLUSTER_SNAPSHOT = {
    "SourceDBClusterSnapshotIdentifier": "a",
    "TargetDBClusterSnapshotIdentifier": "b",
    "SourceRegion": "us-west-2",
}
CLUSTER = {"DBClusterIdentifier": "a", "Engine": "b", "SourceRegion": "us-west-2"}
REPLICA = {"DBInstanceIdentifier": "a", "SourceDBInstanceIdentifier": "b", "SourceRegion": "us-west-2"}
RECORDS = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "a/b", "Type": "A"}}]}
PREDICTION = {"MLModelId": "m", "Record": {"a": "b"}, "PredictEndpoint": "https://realtime.example.com"}
EXPORT = {"logGroupName": "g", "to": 2, "destination": "d"}
SAML = {"RoleArn": "a" * 20, "PrincipalArn": "b" * 20, "SAMLAssertion": "cccc"}
WEB_IDENTITY = {"RoleArn": "a" * 20, "RoleSessionName": "bb", "WebIdentityToken": "cccc"}
EVENT = {"memoryId": "m", "actorId": "a", "eventTimestamp": 1700000000.123456, "payload": []}
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-1:"
SEARCH = {"endpoint_url": "https://search.example.com"}
TOKEN = {"credentials": {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "s", "aws_session_token": "t"}}

#: service, operation, parameters, what is special about the client
REQUESTS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("apigateway", "GetRestApis", {}, {}),
    ("autoscaling", "CreateLaunchConfiguration", {"LaunchConfigurationName": "x", "UserData": "hé"}, {}),
    ("bedrock-agentcore", "CreateEvent", EVENT, {}),
    ("cloudsearchdomain", "Search", {"query": "q ü", "returnFields": "a,b", "queryOptions": "{}"}, SEARCH),
    ("cloudsearchdomain", "Search", {"query": "q", "return": "x"}, SEARCH),
    ("cloudsearchdomain", "Search", {"query": "q", "return": "x", "returnFields": "y"}, SEARCH),
    ("cognito-identity", "GetCredentialsForIdentity", {"IdentityId": "us-east-1:x"}, {}),
    ("cognito-identity", "GetId", {"IdentityPoolId": "p"}, {}),
    ("cognito-identity", "GetOpenIdToken", {"IdentityId": "us-east-1:x"}, {}),
    ("cognito-identity", "ListIdentityPools", {"MaxResults": 1}, {}),
    ("cognito-identity", "UnlinkIdentity", {"IdentityId": "us-east-1:x", "Logins": {}, "LoginsToRemove": []}, {}),
    ("docdb", "CopyDBClusterSnapshot", CLUSTER_SNAPSHOT, {}),
    ("docdb", "CreateDBCluster", CLUSTER, {}),
    ("dynamodb", "DescribeEndpoints", {}, {}),
    ("dynamodb", "ListTables", {}, {}),
    ("ec2", "CopySnapshot", SNAPSHOT, {}),
    ("ec2", "CopySnapshot", {**SNAPSHOT, "DestinationRegion": "mars"}, TOKEN),
    ("ec2", "CopySnapshot", {**SNAPSHOT, "PresignedUrl": "http://x"}, {}),
    ("ec2", "DescribeHosts", FILTER, {}),
    ("ec2", "DescribeHosts", {**FILTER, "Filter": []}, {}),
    ("ec2", "DescribeInstances", FILTER, {}),
    ("ec2", "RunInstances", {"MinCount": 1, "MaxCount": 1, "UserData": "text"}, {}),
    ("ec2", "RunInstances", {"MinCount": 1, "MaxCount": 1, "UserData": b"\x00\xff"}, {}),
    ("events", "PutEvents", {"Entries": [{"Source": "a"}], "EndpointId": "abcde.veo"}, {}),
    ("events", "PutEvents", {"Entries": [{"Source": "a"}]}, {}),
    ("glacier", "ListVaults", {}, {}),
    ("glacier", "ListVaults", {"accountId": None}, {}),
    ("glacier", "UploadArchive", {"vaultName": "v", "body": b"x" * (3 * MIB + 5)}, {}),
    ("glacier", "UploadArchive", {"vaultName": "v", "body": io.BytesIO(b"y" * (5 * MIB))}, {}),
    ("glacier", "UploadArchive", {"vaultName": "v"}, {}),
    ("glacier", "UploadArchive", {"vaultName": "v", "body": b"", "accountId": "123", "checksum": "mine"}, {}),
    ("glacier", "UploadMultipartPart", {"vaultName": "v", "uploadId": "u", "body": b"abc"}, {}),
    ("importexport", "ListJobs", {}, {}),
    ("logs", "CreateExportTask", {**EXPORT, "fromTime": 1}, {}),
    ("logs", "CreateExportTask", {**EXPORT, "from": 1}, {}),
    ("machinelearning", "Predict", PREDICTION, {}),
    ("neptune", "CopyDBClusterSnapshot", CLUSTER_SNAPSHOT, {}),
    ("neptune", "CreateDBCluster", CLUSTER, {}),
    ("polly", "SynthesizeSpeech", {"OutputFormat": "mp3", "Text": "t", "VoiceId": "Joanna"}, {}),
    ("rds", "CopyDBClusterSnapshot", CLUSTER_SNAPSHOT, {}),
    ("rds", "CopyDBSnapshot", DB_SNAPSHOT, {}),
    ("rds", "CopyDBSnapshot", {**DB_SNAPSHOT, "SourceRegion": "us-west-2"}, {}),
    ("rds", "CopyDBSnapshot", {**DB_SNAPSHOT, "SourceRegion": "us-west-2", "PreSignedUrl": "x"}, {}),
    ("rds", "CreateDBCluster", CLUSTER, TOKEN),
    ("rds", "CreateDBInstanceReadReplica", REPLICA, {}),
    (
        "rds",
        "StartDBInstanceAutomatedBackupsReplication",
        {"SourceDBInstanceArn": "a", "SourceRegion": "us-west-2"},
        {},
    ),
    ("route53", "ChangeResourceRecordSets", {"HostedZoneId": "/hostedzone/Z1", "ChangeBatch": RECORDS}, {}),
    ("route53", "GetChange", {"Id": "/change/C1"}, {}),
    ("route53", "GetHostedZone", {"Id": "/hostedzone/Z1"}, {}),
    ("route53", "GetReusableDelegationSet", {"Id": "/delegationset/N1"}, {}),
    ("route53", "ListHostedZones", {"DelegationSetId": "/delegationset/N1", "Marker": "a/b"}, {}),
    ("s3control", "CreateBucket", {"Bucket": "b", "OutpostId": "op-1"}, {}),
    ("s3control", "GetAccessPoint", {"AccountId": "1" * 12, "Name": "ap"}, {}),
    ("s3control", "GetAccessPoint", {"Name": OUTPOST + "accesspoint:ap"}, {}),
    ("s3control", "GetAccessPoint", {"Name": OUTPOST + "accesspoint:ap", "AccountId": "1" * 12}, {}),
    ("s3control", "GetAccessPoint", {"Name": OUTPOST + "bucket:b"}, {}),
    ("s3control", "GetAccessPoint", {"Name": "arn:aws:s3:us-west-2:123456789012:accesspoint:ap"}, {}),
    ("s3control", "GetBucket", {"Bucket": OUTPOST + "bucket:b"}, {}),
    ("s3control", "GetBucket", {"Bucket": OUTPOST + "bucket:b"}, {"config": {"s3": {"use_arn_region": True}}}),
    ("s3control", "GetBucket", {"Bucket": OUTPOST + "bucket:b"}, {"config": {"s3": {"use_accelerate_endpoint": True}}}),
    ("s3control", "ListAccessPoints", {"AccountId": "1" * 12}, {}),
    ("s3control", "ListRegionalBuckets", {"AccountId": "1" * 12, "OutpostId": "op-1"}, {}),
    ("sts", "AssumeRoleWithSAML", SAML, {}),
    ("sts", "AssumeRoleWithWebIdentity", WEB_IDENTITY, {}),
    ("sts", "GetCallerIdentity", {}, {}),
    ("timestream-write", "DescribeEndpoints", {}, {}),
    ("timestream-query", "CancelQuery", {"QueryId": "q"}, {"endpoint_url": "https://cell.example.com"}),
]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["threads", "asyncio"])
@pytest.mark.parametrize(
    ("service", "operation", "params", "client"), REQUESTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_request_is_botocores(
    service: str, operation: str, params: dict[str, Any], client: dict[str, Any], asynchronous: bool
) -> None:
    ours, theirs = both(Client(service, **client), operation, params, asynchronous=asynchronous)
    assert ours.requests == theirs.requests
    if not ours.requests:
        assert ours.error == theirs.error


# --- answers


def xml(operation: str, content: str) -> Answer:
    body = f"<{operation}Response><{operation}Result>{content}</{operation}Result></{operation}Response>"
    return Answer(200, body.encode(), {"Content-Type": "text/xml"})


def console(output: str) -> Answer:
    return Answer(200, f"<GetConsoleOutputResponse>{output}</GetConsoleOutputResponse>".encode())


def fault(document: Any, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(400, json.dumps(document).encode(), {"Content-Type": "application/json", **named})


POLICY = "%7B%22Version%22%3A%20%222012-10-17%22%7D"
ROLE = f"<member><RoleName>a</RoleName><AssumeRolePolicyDocument>{POLICY}</AssumeRolePolicyDocument></member>"
OF_ROLE = {"RoleName": "r", "PolicyName": "p"}
TEMPLATE = '<TemplateBody>{"a": {"b": [1, null]}}</TemplateBody>'
NO_QUEUE = {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no"}
OLD_CODE = "AWS.SimpleQueueService.NonExistentQueue;Sender"
GRANT = {"clientId": "a", "clientSecret": "b", "grantType": "c"}
BAD_GRANT = {"error": "invalid_grant", "error_description": "bad grant"}
KIND = "InvalidGrantException"

ANSWERS: list[tuple[str, str, dict[str, Any], Answer]] = [
    ("cloudformation", "GetTemplate", {"StackName": "s"}, xml("GetTemplate", TEMPLATE)),
    ("cloudformation", "GetTemplate", {"StackName": "s"}, xml("GetTemplate", "<TemplateBody>a: b</TemplateBody>")),
    ("cloudformation", "GetTemplate", {"StackName": "s"}, xml("GetTemplate", "")),
    ("ec2", "GetConsoleOutput", {"InstanceId": "i"}, console(f"<output>{base64.b64encode(b'hi').decode()}</output>")),
    ("ec2", "GetConsoleOutput", {"InstanceId": "i"}, console("<output>//8=</output>")),
    ("ec2", "GetConsoleOutput", {"InstanceId": "i"}, console("<output>a</output>")),
    ("ec2", "GetConsoleOutput", {"InstanceId": "i"}, console("<output/>")),
    ("ec2", "GetConsoleOutput", {"InstanceId": "i"}, console("")),
    ("iam", "GetRolePolicy", OF_ROLE, xml("GetRolePolicy", f"<PolicyDocument>{POLICY}</PolicyDocument>")),
    ("iam", "GetRolePolicy", OF_ROLE, xml("GetRolePolicy", "<PolicyDocument>not json</PolicyDocument>")),
    ("iam", "ListRoles", {}, xml("ListRoles", f"<Roles>{ROLE}<member><RoleName>b</RoleName></member></Roles>")),
    ("iam", "ListUsers", {}, xml("ListUsers", "<Users/>")),
    ("sqs", "GetQueueUrl", {"QueueName": "q"}, fault(NO_QUEUE, x_amzn_query_error=OLD_CODE)),
    ("sqs", "GetQueueUrl", {"QueueName": "q"}, fault(NO_QUEUE)),
    ("sso-oidc", "CreateToken", GRANT, fault(BAD_GRANT, x_amzn_errortype=KIND)),
    ("sso-oidc", "CreateToken", GRANT, fault({**BAD_GRANT, "message": "m"}, x_amzn_errortype=KIND)),
    ("sso-oidc", "CreateToken", GRANT, fault({}, x_amzn_errortype=KIND)),
    ("sso-oidc", "CreateToken", GRANT, Answer(500, b"<html>")),
]  # fmt: skip


@pytest.mark.parametrize("asynchronous", [False, True], ids=["threads", "asyncio"])
@pytest.mark.parametrize(
    ("service", "operation", "params", "answer"), ANSWERS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_answer_reads_as_botocores(
    service: str, operation: str, params: dict[str, Any], answer: Answer, asynchronous: bool
) -> None:
    ours, theirs = both(Client(service), operation, params, answer=answer, asynchronous=asynchronous)
    assert (ours.result, ours.error) == (theirs.result, theirs.error)


def test_oauth_error_that_is_no_object_is_still_the_services() -> None:
    made = made_by_osteon(Client("sso-oidc"), "CreateToken", GRANT, fault([1], x_amzn_errortype=KIND))
    assert made.error is not None
    assert made.error[0] == "InvalidGrantException"


@pytest.mark.parametrize("value", [5, None, b"x"])
@pytest.mark.parametrize(("service", "operation", "member"), [
    ("route53", "GetHostedZone", "Id"), ("s3control", "GetAccessPoint", "Name"), ("s3", "HeadBucket", "Bucket"),
    ("ec2", "RunInstances", "MinCount"), ("autoscaling", "CreateLaunchConfiguration", "LaunchConfigurationName"),
])  # fmt: skip
def test_values_of_other_types_are_left_to_validation(service: str, operation: str, member: str, value: Any) -> None:
    if member == "MinCount" and value == 5:
        value = "five"
    made = made_by_osteon(Client(service), operation, {member: value}, None)
    assert made.error is not None
    assert made.error[0] == ParamValidationError.__name__


# --- traces of Lambda


@pytest.mark.parametrize("trace", ["Root=1-5759e988;Parent=53995c3f;Sampled=1", "a\nb ü%", ""])
@pytest.mark.parametrize("function", ["f", None])
def test_trace_is_passed_on(monkeypatch: pytest.MonkeyPatch, trace: str, function: str | None) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    if function is not None:
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", function)
    ours, theirs = requests_of("sqs", "ListQueues", {}, fresh=True)
    assert ours == theirs
    assert ("x-amzn-trace-id" in ours.headers) == bool(trace and function)
