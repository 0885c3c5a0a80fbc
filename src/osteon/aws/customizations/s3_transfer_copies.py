"""Copies within S3 as flows over a client; what one in parts must carry over itself: metadata, tags, annotations.

Sources: "Copying an object using multipart upload" and "CopyObject" of the S3 documentation.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from osteon.aws.customizations.s3_transfer_config import Range, ranges
from osteon.aws.customizations.s3_transfer_sources import Parts
from osteon.aws.customizations.s3_transfers import Crew, Job, Multipart, ask, told
from osteon.exceptions import ClientError, S3CopyFailedError
from osteon.flow import Flow
from osteon.pipeline.client_flows import call, settled

logger = logging.getLogger(__name__)

#: head_object's names for the conditions on a copy's source
_OF_SOURCE = {
    "CopySourceIfMatch": "IfMatch",
    "CopySourceIfModifiedSince": "IfModifiedSince",
    "CopySourceIfNoneMatch": "IfNoneMatch",
    "CopySourceIfUnmodifiedSince": "IfUnmodifiedSince",
    "CopySourceSSECustomerKey": "SSECustomerKey",
    "CopySourceSSECustomerAlgorithm": "SSECustomerAlgorithm",
    "CopySourceSSECustomerKeyMD5": "SSECustomerKeyMD5",
    "RequestPayer": "RequestPayer",
    "ExpectedBucketOwner": "ExpectedBucketOwner",
}
#: what a multipart copy must carry over itself, since S3 makes a new object
_CARRIED = (
    "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires", "Metadata",
)  # fmt: skip
#: More tags than so many characters of a header are put when the copy is there: S3 takes 8 KB of headers in all.
_LONGEST_TAGGING = 4096
#: extra arguments that count only where another one says REPLACE
_DIRECTED = {"Metadata": "MetadataDirective", "Tagging": "TaggingDirective"}


class Copy:
    """An object copied within S3, at once or in parts; ``source_client`` asks for the source's size."""

    def __init__(self, job: Job, source: Mapping[str, Any], source_client: Any) -> None:
        self._job, self._source, self._source_client = job, dict(source), source_client
        self._multipart: Multipart | None = None

    def flow(self) -> Flow[None]:
        job = self._job
        about = {_OF_SOURCE[name]: value for name, value in job.extra.items() if name in _OF_SOURCE}
        head = yield from call(self._source_client, "head_object", (), {**self._source, **about})
        size: int = head["ContentLength"]
        if job.config.in_parts(size):
            yield from self._in_parts(head, size)
        else:
            yield from job.call("CopyObject", {"CopySource": self._source}, job.extra)
            job.tell(size)

    def _in_parts(self, head: Mapping[str, Any], size: int) -> Flow[None]:
        job = self._job
        extra = yield from self._extra(head)
        late = extra.pop("Tagging") if len(extra.get("Tagging", "")) > _LONGEST_TAGGING else ""
        self._multipart = Multipart(job, extra, partial(self._send, extra, head.get("ETag")))
        part_size = job.config.part_size(size)
        made = yield from self._multipart.flow(ranges(size, part_size), -(-size // part_size))
        if late:
            yield from self._tag(late, made)
        if job.extra.get("AnnotationDirective") == "COPY":
            yield from _Annotations(job, self._source, self._source_client).copy(made)

    def _extra(self, head: Mapping[str, Any]) -> Flow[dict[str, Any]]:
        """The extra arguments, with what the copy has of its source by default."""
        extra = dict(self._job.extra)
        if extra.get("MetadataDirective") != "REPLACE":
            extra = {name: value for name, value in extra.items() if name not in _CARRIED}
            extra.update({name: head[name] for name in _CARRIED if name in head})
        directive = extra.get("TaggingDirective")
        if directive != "REPLACE":
            extra.pop("Tagging", None)
            # The head tells of tags only to who may read them.
            if directive == "COPY" or head.get("TagCount"):
                found = yield from ask(self._source_client, "GetObjectTagging", self._source, self._job.extra)
                if found["TagSet"]:
                    extra["Tagging"] = urlencode({tag["Key"]: tag["Value"] for tag in found["TagSet"]})
        return extra

    def _tag(self, tagging: str, made: Mapping[str, Any]) -> Flow[None]:
        """Tag the copy that is there already; ``made``: what completing it answered."""
        tags = [{"Key": key, "Value": value} for key, value in parse_qsl(tagging, keep_blank_values=True)]
        onto = {"VersionId": made["VersionId"]} if made.get("VersionId") else {}
        yield from self._job.call("PutObjectTagging", {"Tagging": {"TagSet": tags}, **onto}, self._job.extra)

    def _send(self, extra: Mapping[str, Any], etag: str | None, upload_id: str, part: Range) -> Flow[dict[str, Any]]:
        params: dict[str, Any] = {"CopySource": self._source, "UploadId": upload_id, "PartNumber": part.number}
        params["CopySourceRange"] = part.copied
        if etag is not None:
            # The source must not become another while it is copied.
            params["CopySourceIfMatch"] = etag
        try:
            answer = yield from self._job.call("UploadPartCopy", params, extra)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "PreconditionFailed":
                raise
            place = f'"{self._source["Key"]}" in bucket "{self._source["Bucket"]}"'
            raise S3CopyFailedError(f"Contents of stored object {place} did not match expected ETag.") from error
        self._job.tell(part.size)
        return told(answer["CopyPartResult"])

    def undo(self) -> Flow[None]:
        if self._multipart is not None:
            yield from self._multipart.undo()


class _Annotations:
    """The source's annotations, put to a copy that is there already: S3 has no other way for one made in parts."""

    def __init__(self, job: Job, source: Mapping[str, Any], source_client: Any) -> None:
        self._job, self._source, self._source_client = job, source, source_client
        self._copied: list[str] = []
        self._failed: dict[str, Exception] = {}

    def copy(self, made: Mapping[str, Any]) -> Flow[None]:
        """``made``: what completing the copy answered. Raises S3CopyFailedError where not all could be put."""
        names = yield from self._names()
        onto = {"VersionId": made.get("VersionId"), "ObjectIfMatch": made.get("ETag")}
        known = {name: value for name, value in onto.items() if value}
        yield from Crew(self._job).work(Parts(iter(names)).next, partial(self._put, known), len(names))
        if self._failed:
            raise S3CopyFailedError(
                f"Failed to copy annotations to s3://{self._job.bucket}/{self._job.key}. Succeeded: {self._copied}. "
                f"Failed: {list(self._failed)}. Errors: {self._failed}"
            )

    def _names(self) -> Flow[list[str]]:
        names: list[str] = []
        further: dict[str, str] = {}
        while True:
            asked = {**self._source, **further}
            page = yield from ask(self._source_client, "ListObjectAnnotations", asked, self._job.extra)
            names += [each["AnnotationName"] for each in page.get("Annotations", ())]
            if not page.get("NextContinuationToken"):
                return names
            further = {"ContinuationToken": page["NextContinuationToken"]}

    def _put(self, onto: Mapping[str, str], name: str) -> Flow[None]:
        asked = {**self._source, "AnnotationName": name}
        found = yield from ask(self._source_client, "GetObjectAnnotation", asked, self._job.extra)
        content = yield from settled(found["AnnotationPayload"].read())
        params = {**onto, "AnnotationName": name, "AnnotationPayload": content}
        try:
            yield from self._job.call("PutObjectAnnotation", params, self._job.extra)
        except Exception as error:
            self._failed[name] = error
        else:
            self._copied.append(name)


def warn_of_ignored(extra: Mapping[str, Any]) -> None:
    """Say so where S3 will not look at what the caller gives."""
    for name, directive in _DIRECTED.items():
        if extra.get(name) and extra.get(directive) is None:
            logger.warning("%s has no effect on a copy without %s='REPLACE': the source's is kept", name, directive)
