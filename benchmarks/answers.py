"""The canned answers: what the services send back for the benchmarks' calls, in their real size and form."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """One call and its answer."""

    name: str
    service: str
    method: str
    params: Mapping[str, Any]
    headers: Mapping[str, str]
    body: bytes
    #: how many times cheaper than botocore it should be
    mark: float


def _json(version: str, document: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps(document).encode()
    headers = {
        "Server": "Server",
        "Date": "Sat, 31 Jan 2026 12:00:00 GMT",
        "Content-Type": f"application/x-amz-json-{version}",
        "Content-Length": str(len(body)),
        "Connection": "keep-alive",
        "x-amzn-RequestId": "K8QD4Q3C0M8RVFQ4S0EJ3H8NKVVV4KQNSO5AEMVJF66Q9ASUAAJG",
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return headers, body


def _xml(body: str, request_id: str) -> tuple[dict[str, str], bytes]:
    headers = {
        "Date": "Sat, 31 Jan 2026 12:00:00 GMT",
        "Content-Type": "text/xml;charset=UTF-8",
        "Server": "AmazonS3",
        request_id: "59dbff89-35bd-4eac-99ed-be587EXAMPLE",
    }
    return headers, body.encode()


_ITEM = {"pk": {"S": "user#1"}, **{f"attribute{i}": {"S": "v" * 20} for i in range(7)}, "n": {"N": "42"}}
_ROW = {
    **_ITEM,
    "tags": {"L": [{"S": "red"}, {"S": "green"}]},
    "address": {"M": {"street": {"S": "Main"}, "number": {"N": "5"}}},
}
_SENT = {
    "MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592",
    "MessageId": "5fea7756-0ea4-451a-a703-a558b933e274",
}


def _listing(keys: int) -> str:
    contents = "".join(
        f"<Contents><Key>photos/2026/{i:06}.jpg</Key><LastModified>2026-01-31T12:00:00.000Z</LastModified>"
        f"<ETag>&quot;{i:032x}&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"
        f"<ChecksumType>FULL_OBJECT</ChecksumType><Size>{i}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for i in range(keys)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>bucket</Name><Prefix></Prefix><KeyCount>{keys}</KeyCount><MaxKeys>1000</MaxKeys>"
        f"<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
    )


def _instances(number: int) -> str:
    reservations = "".join(
        f"<item><reservationId>r-{i:017x}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item>"
        f"<instanceId>i-{i:017x}</instanceId><imageId>ami-0abcdef1234567890</imageId>"
        "<instanceState><code>16</code><name>running</name></instanceState>"
        f"<privateDnsName>ip-10-0-0-{i}.ec2.internal</privateDnsName><dnsName/><reason/><keyName>key</keyName>"
        "<amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>t3.micro</instanceType>"
        "<launchTime>2026-01-31T12:00:00.000Z</launchTime><placement><availabilityZone>us-east-1a</availabilityZone>"
        "<groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>"
        f"<subnetId>subnet-0123</subnetId><vpcId>vpc-0123</vpcId><privateIpAddress>10.0.0.{i}</privateIpAddress>"
        "<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item>"
        "</groupSet><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType>"
        "<rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs>"
        "<volumeId>vol-0123</volumeId><status>attached</status><attachTime>2026-01-31T12:00:00.000Z</attachTime>"
        "<deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>"
        "<virtualizationType>hvm</virtualizationType><clientToken>token</clientToken><tagSet><item><key>Name</key>"
        f"<value>web-{i}</value></item></tagSet><hypervisor>xen</hypervisor><networkInterfaceSet><item>"
        "<networkInterfaceId>eni-0123</networkInterfaceId><subnetId>subnet-0123</subnetId><vpcId>vpc-0123</vpcId>"
        "<status>in-use</status><macAddress>02:00:00:00:00:01</macAddress><attachment><attachmentId>eni-attach-1"
        "</attachmentId><deviceIndex>0</deviceIndex><status>attached</status></attachment></item></networkInterfaceSet>"
        "<ebsOptimized>false</ebsOptimized><cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore>"
        "</cpuOptions><enclaveOptions><enabled>false</enabled></enclaveOptions></item></instancesSet></item>"
        for i in range(number)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<requestId>59dbff89</requestId><reservationSet>{reservations}</reservationSet></DescribeInstancesResponse>"
    )


CASES = (
    Case(
        "SendMessage",
        "sqs",
        "send_message",
        {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/queue", "MessageBody": "hello"},
        *_json("1.0", _SENT),
        mark=8,
    ),
    Case(
        "GetItem",
        "dynamodb",
        "get_item",
        {"TableName": "table", "Key": {"pk": {"S": "user#1"}}},
        *_json("1.0", {"Item": _ITEM}),
        mark=8,
    ),
    Case("PutItem", "dynamodb", "put_item", {"TableName": "table", "Item": _ITEM}, *_json("1.0", {}), mark=8),
    Case(
        "PutObject",
        "s3",
        "put_object",
        {"Bucket": "bucket", "Key": "photos/1.jpg", "Body": b"x" * 1000},
        {**_xml("", "x-amz-request-id")[0], "ETag": '"9a0364b9e99bb480dd25e1f0284c8555"'},
        b"",
        mark=8,
    ),
    Case(
        "Query of 100 items",
        "dynamodb",
        "query",
        {
            "TableName": "table",
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "user#1"}},
        },
        *_json("1.0", {"Items": [_ROW] * 100, "Count": 100, "ScannedCount": 100}),
        mark=6,
    ),
    Case(
        "ListObjectsV2 of 1000 keys",
        "s3",
        "list_objects_v2",
        {"Bucket": "bucket"},
        *_xml(_listing(1000), "x-amz-request-id"),
        mark=8,
    ),
    Case(
        "DescribeInstances of 100",
        "ec2",
        "describe_instances",
        {},
        *_xml(_instances(100), "x-amzn-requestid"),
        mark=3,
    ),
)
BY_NAME = {case.name: case for case in CASES}
