"""What AWS's customizations add to classes, calls and answers, as stubs say it. Data; the handlers: customizations/.

``tests/stubs/test_additions.py`` holds this table to the classes that clients and resources are made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from osteon.aws.customizations.s3_transfer_config import ALLOWED_COPY_ARGS, ALLOWED_DOWNLOAD_ARGS, ALLOWED_UPLOAD_ARGS
from osteon.model.service import ServiceModel
from osteon.stubs.additions import NOTHING, Additions, Exchange, Method, Record


def typed_additions(model: ServiceModel) -> Additions:
    """What stubs of a service say beyond its model; nothing for a service that is not AWS's."""
    return _ADDITIONS.get(model.service_id.hyphenize(), NOTHING) if model.is_aws else NOTHING


# --- S3

_PATH = "str | PathLike[str]"
_PLACE = {"Bucket": "str", "Key": "str"}
_CALLBACK = "Callable[[int], object] | None"


def _options(extra: str) -> dict[str, str]:
    """What uploads and downloads take last, in this order."""
    return {"ExtraArgs": f"{extra} | None", "Callback": _CALLBACK, "Config": "TransferConfig | None"}


_TRANSFERS = (
    Method(
        "upload_file",
        "Upload a file, in parts where it is large; an upload that fails leaves nothing behind.",
        {"Filename": _PATH, **_PLACE},
        _options("UploadArgs"),
    ),
    Method(
        "upload_fileobj",
        "Upload what a binary file object gives from where it stands; it stays open.",
        {"Fileobj": "Readable", **_PLACE},
        _options("UploadArgs"),
    ),
    Method(
        "download_file",
        "Download an object to a file, which bears another name until all of it is there.",
        {**_PLACE, "Filename": _PATH},
        _options("DownloadArgs"),
    ),
    Method(
        "download_fileobj",
        "Download an object into a binary file object; it stays open.",
        {**_PLACE, "Fileobj": "Writable"},
        _options("DownloadArgs"),
    ),
    Method(
        "copy",
        "Copy an object within S3, in parts where it is large.",
        {"CopySource": "CopySource", **_PLACE},
        {
            "ExtraArgs": "CopyArgs | None",
            "Callback": _CALLBACK,
            "SourceClient": "S3Client | None",
            "Config": "TransferConfig | None",
        },
    ),
)
_POST = Method(
    "generate_presigned_post",
    "What an HTML form needs to upload an object: its url, and the fields that stand in it beside the file.",
    _PLACE,
    {
        "Fields": "Mapping[str, str] | None",
        "Conditions": "Sequence[Mapping[str, str] | Sequence[str | int]] | None",
        "ExpiresIn": "int",
    },
    "PresignedPost",
)
_LOAD = Method("load", "Fetch the data.")
#: the operations that a transfer's extra arguments go to, those first that have most of them
_UPLOADS = ("PutObject", "CreateMultipartUpload", "CompleteMultipartUpload", "UploadPart")
_COPIES = ("CopyObject", "CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload")
_KEY = Exchange(given="str | bytes")
_S3 = Additions(
    imports={"Callable": "collections.abc", "PathLike": "os", "TransferConfig": "osteon.s3.transfer"},
    shapes={
        "CopySource": Exchange(given="str | CopySource"),
        "SSECustomerKey": _KEY,
        "CopySourceSSECustomerKey": _KEY,
    },
    records={
        "CopySource": Record(_PLACE, {"VersionId": "str"}),
        "PresignedPost": Record({"url": "str", "fields": "dict[str, str]"}),
        "UploadArgs": Record(members=tuple(ALLOWED_UPLOAD_ARGS), operations=_UPLOADS),
        "DownloadArgs": Record(members=tuple(ALLOWED_DOWNLOAD_ARGS), operations=("GetObject", "HeadObject")),
        "CopyArgs": Record(members=tuple(ALLOWED_COPY_ARGS), operations=_COPIES),
    },
    client=(*_TRANSFERS, _POST),
    resources={
        "Bucket": (*(method.without("Bucket") for method in _TRANSFERS), _LOAD),
        "Object": tuple(method.without("Bucket", "Key") for method in _TRANSFERS),
        "ObjectSummary": (_LOAD,),
    },
)

# --- DynamoDB, whose resources speak in Python values

_CONDITION = Exchange(given="str | ConditionBase")
_DYNAMODB = Additions(
    imports={
        "BatchWriter": "osteon.dynamodb.table",
        "AsyncBatchWriter": "osteon.dynamodb.table",
        "ConditionBase": "osteon.dynamodb.conditions",
        "Value": "osteon.dynamodb.types",
        "ValueIn": "osteon.dynamodb.types",
    },
    resource_shapes={
        "AttributeValue": Exchange("ValueIn", "Value"),
        "ConditionExpression": _CONDITION,
        "KeyExpression": _CONDITION,
    },
    resources={
        "Table": (
            Method(
                "batch_writer",
                "A writer of many items; by the names of the key's attributes, a later request replaces an earlier.",
                optional={"overwrite_by_pkeys": "Iterable[str] | None"},
                gives="BatchWriter",
                immediate=True,
            ),
        )
    },
)

# --- EC2

_FILTERS = {"Filter": "Filters"}
_TAGGED = Method("create_tags", "Give tags to resources.", gives="list[Tag]", operation="CreateTags")
_EC2 = Additions(
    shapes={"RunInstancesUserData": Exchange(given="str | bytes")},
    aliases={
        "DescribeFlowLogs": _FILTERS,
        "DescribeHostReservationOfferings": _FILTERS,
        "DescribeHostReservations": _FILTERS,
        "DescribeHosts": _FILTERS,
        "DescribeNatGateways": _FILTERS,
    },
    resources={
        "ServiceResource": (_TAGGED,),
        "Instance": (
            Method(
                "delete_tags",
                "Take tags from the instance.",
                gives="DeleteTagsResponse",
                operation="DeleteTags",
                filled=("Resources",),
            ),
        ),
    },
)

# --- tokens of databases

_DB_TOKEN = Method(
    "generate_db_auth_token",
    "A token that the database takes as a user's password for 15 minutes.",
    {"DBHostname": "str", "Port": "int", "DBUsername": "str"},
    {"Region": "str | None"},
    "str",
)
_CONNECT = Method(
    "generate_db_connect_auth_token",
    "A token to connect with, for so many seconds.",
    {"Hostname": "str"},
    {"Region": "str | None", "ExpiresIn": "int"},
    "str",
)

#: hyphenized service id -> what is added
_ADDITIONS: Mapping[str, Additions] = {
    "auto-scaling": Additions(shapes={"XmlStringUserData": Exchange(given="str | bytes")}),
    "cloudformation": Additions(shapes={"TemplateBody": Exchange(got="str | dict[str, Any]")}),
    "cloudsearch-domain": Additions(aliases={"Search": {"return": "returnFields"}}),
    "cloudwatch-logs": Additions(aliases={"CreateExportTask": {"from": "fromTime"}}),
    "dsql": Additions(client=(_CONNECT, replace(_CONNECT, name="generate_db_connect_admin_auth_token"))),
    "dynamodb": _DYNAMODB,
    "ec2": _EC2,
    "glacier": Additions(supplied=frozenset({"accountId"})),
    "iam": Additions(shapes={"policyDocumentType": Exchange(got="dict[str, Any]")}),
    "rds": Additions(client=(_DB_TOKEN,)),
    "s3": _S3,
}
