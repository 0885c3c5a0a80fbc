"""Every line that ends in # E must be an error, and no other: what TypedDicts, enums and tables of hooks are."""

from __future__ import annotations

from typing import Any

from typed.aws import Session
from typed.aws.dynamodb import AttributeValue, AttributeValueIn, ResourceGetItemResponse
from typed.aws.ec2 import FilterIn, InstanceType
from typed.aws.harbor import BerthEvents, CargoIn, Flag, ShipShape
from typed.aws.s3 import (
    CORSRule,
    CORSRuleIn,
    DeleteIn,
    ListObjectsV2Params,
    ListObjectsV2Request,
    PutObjectRequest,
    StorageClass,
)

from osteon.exceptions import ClientError

session = Session()
s3 = session.client("s3")
delete: DeleteIn = {"Objects": [{"Key": "a"}]}
delete["Quiet"] = True  # E
delete["Objects"] = []  # E
rule: CORSRule = {"AllowedMethods": ["GET"], "AllowedOrigins": []}
rule["AllowedMethods"].append(3)  # E
rule["MaxAge"] = 3  # E
rule["MaxAgeSeconds"] = "3"  # E


def read_only(view: CORSRuleIn, text: str) -> None:
    view["AllowedMethods"].append("PUT")  # E
    view["ID"] = "x"  # E
    back: CORSRule = view  # E
    kept: StorageClass = text  # E
    print(back, kept)


read_only(rule, "GLACIER")
request: ListObjectsV2Request = {}  # E
request["Bucket"] = 3  # E
del request["Bucket"]  # E
params: ListObjectsV2Params = {}
request = params  # E
params = request  # E
put: PutObjectRequest = {"Bucket": "b", "Key": "k", "Boddy": b""}  # E
cold: StorageClass = "COLD"  # E
flag: Flag = "denmark"  # E
cargo: CargoIn = {"Crates": "many"}  # E
ship: ShipShape = {"Name": 3}  # E
value: AttributeValue = {"N": 1}  # E
given: AttributeValueIn = {"SS": {"a"}}  # E
got: ResourceGetItemResponse = {"Item": {"a": 1}}  # E
one: FilterIn = {"Names": "x"}  # E
kind: InstanceType = "t99.micro"  # E
event: BerthEvents = {"Arrive": {}}  # E
s3.meta.events.hooks["before-send.s3"] = 3  # E
s3.meta.events.hooks["before-send.s3"].name = 3  # E
s3.meta.events = 3  # E
s3.exceptions = 3  # E
s3.meta.config.region = "x"  # E
s3.list_buckets = 3  # E


def handler(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Request | None:
    params["Prefx"] = "x"  # E
    params["MaxKeys"] = "3"  # E
    params["Bucket"].append("x")  # E
    if "Bucket" in params:
        return {"Bucket": params["Bucket"], "MaxKeys": "3"}  # E
    return params  # E




def status(error: ClientError) -> int:
    if error.response["Error"]["Code"] == 404:  # E
        return 404
    return error.response["Error"]["Code"]  # E
