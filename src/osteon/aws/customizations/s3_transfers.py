"""Uploads, downloads and copies of S3 objects as flows over a client. How methods come to clients stands elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlencode

from osteon.aws.customizations.s3_transfer_config import (
    OBJECT_CHECKSUMS,
    Range,
    TransferConfig,
    arguments_for,
    ranges,
    with_checksums,
)
from osteon.aws.customizations.s3_transfer_parts import Part, Parts, Source, Target
from osteon.exceptions import (
    ClientError,
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
    RetriesExceededError,
)
from osteon.flow import NOW, Blocking, Flow, Gather, Sleep
from osteon.pipeline.client_flows import call, run, settled

#: Told of bytes as they are done with, from several threads; less than nothing where some must be fetched again.
Tell: TypeAlias = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One transfer: with which client, to or from where, and how."""

    client: Any
    bucket: str
    key: str
    extra: Mapping[str, Any]
    config: TransferConfig
    callback: Tell | None = None
    pace: Pace = field(default_factory=lambda: Pace(None))

    def call(self, operation: str, method: str, params: Mapping[str, Any], extra: Mapping[str, Any]) -> Flow[Any]:
        """Call an operation on the object, with those of the extra arguments that it takes."""
        taken = arguments_for(self.client, operation, extra)
        return call(self.client, method, (), {"Bucket": self.bucket, "Key": self.key, **taken, **params})

    def tell(self, size: int) -> None:
        if self.callback is not None and size:
            self.callback(size)


class Pace:
    """Spreads bytes over time so that no more than ``bandwidth`` go by in a second."""

    def __init__(self, bandwidth: int | None) -> None:
        self._bandwidth = bandwidth
        self._free = 0.0
        self._lock = threading.Lock()  # guards _free

    def take(self, size: int) -> Flow[None]:
        """Wait for the turn of ``size`` bytes."""
        if self._bandwidth is None:
            return
        now: float = yield NOW
        with self._lock:
            start = max(self._free, now)
            self._free = start + size / self._bandwidth
        if start > now:
            yield Sleep(start - now)


class Work(Protocol):
    """A transfer that can be taken back."""

    def flow(self) -> Flow[Any]: ...

    def undo(self) -> Flow[None]:
        """Leave nothing of what was begun. Run after every error, an interrupt and a cancelled task among them."""
        ...


def perform(client: Any, work: Work) -> Any:
    """Do the work (an awaitable of it on an async client); what is left undone when it ends early is taken back."""
    if hasattr(client, "__aenter__"):
        return _performed(client, work)
    try:
        return run(client, work.flow())
    except BaseException as error:
        run(client, _taken_back(work, error))
        raise


async def _performed(client: Any, work: Work) -> Any:
    try:
        return await run(client, work.flow())
    except GeneratorExit:
        raise  # nobody awaits any more
    except BaseException as error:
        await run(client, _taken_back(work, error))
        raise


def _taken_back(work: Work, error: BaseException) -> Flow[None]:
    try:
        yield from work.undo()
    except Exception as further:
        error.add_note(f"What was begun could not be taken back: {further}")


class Crew:
    """Takes parts from a supply, several side by side, until they end or one fails."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.stopped = False

    def work(self, supply: Callable[[], Any], handle: Callable[[Any], Flow[None]]) -> Flow[None]:
        yield Gather([self._member(supply, handle) for _ in range(self._size)], self._size)

    def _member(self, supply: Callable[[], Any], handle: Callable[[Any], Flow[None]]) -> Flow[None]:
        try:
            while not self.stopped and (part := (yield Blocking(supply))) is not None:
                yield from handle(part)
        except BaseException:
            self.stopped = True
            raise


class Multipart:
    """One multipart upload: created, its parts sent side by side, completed; aborted where that fails."""

    def __init__(self, job: Job, extra: Mapping[str, Any], send: Callable[[str, Part], Flow[dict[str, Any]]]) -> None:
        """``send``: sends a part of the upload with that id, and gives what completing must tell of it."""
        self._job, self._extra, self._send = job, extra, send
        self._crew = Crew(job.config.side_by_side)
        self._sent: list[dict[str, Any]] = []
        self._id: str | None = None

    def flow(self, parts: Iterator[Part]) -> Flow[Any]:
        job, extra = self._job, self._extra
        created = yield from job.call("CreateMultipartUpload", "create_multipart_upload", {}, _without_sums(extra))
        self._id = created["UploadId"]
        yield from self._crew.work(Parts(parts).next, self._part)
        ordered = sorted(self._sent, key=lambda part: part["PartNumber"])
        completing = {"UploadId": self._id, "MultipartUpload": {"Parts": ordered}}
        answer = yield from job.call("CompleteMultipartUpload", "complete_multipart_upload", completing, extra)
        self._id = None
        return answer

    def _part(self, part: Part) -> Flow[None]:
        assert self._id is not None
        try:
            yield from self._job.pace.take(part.size)
            sent = yield from self._send(self._id, part)
        finally:
            _close(part.body)
        self._sent.append({"PartNumber": part.number, **sent})
        self._job.tell(part.size)

    def undo(self) -> Flow[None]:
        self._crew.stopped = True
        if self._id is not None:
            aborting = {"UploadId": self._id}
            yield from self._job.call("AbortMultipartUpload", "abort_multipart_upload", aborting, self._extra)


def _without_sums(extra: Mapping[str, Any]) -> dict[str, Any]:
    """All but checksums of the whole object, which are told when it is completed."""
    return {name: value for name, value in extra.items() if name not in OBJECT_CHECKSUMS}


def _close(body: Any) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What completing an upload must tell of a part: the ETag and the checksums that S3 answered."""
    return {name: value for name, value in answer.items() if name == "ETag" or name in OBJECT_CHECKSUMS}


class Upload:
    """A source sent at once or in parts, as its size is."""

    def __init__(self, job: Job, source: Source) -> None:
        self._job, self._source = job, source
        self._multipart: Multipart | None = None

    def flow(self) -> Flow[None]:
        job, threshold = self._job, self._job.config.multipart_threshold
        size: int | None = yield Blocking(partial(self._source.measure, threshold))
        in_parts = size is None or size >= threshold
        extra = with_checksums(job.extra, job.client.meta.config, parts=in_parts)
        if in_parts:
            self._multipart = Multipart(job, extra, partial(self._send, _without_sums(extra)))
            yield from self._multipart.flow(self._source.parts(job.config))
        else:
            yield from self._at_once(size or 0, extra)

    def _at_once(self, size: int, extra: Mapping[str, Any]) -> Flow[None]:
        yield from self._job.pace.take(size)
        body: Any = yield Blocking(self._source.whole)
        try:
            yield from self._job.call("PutObject", "put_object", {"Body": body}, extra)
        finally:
            self._source.release(body)
        self._job.tell(size)

    def _send(self, extra: Mapping[str, Any], upload_id: str, part: Part) -> Flow[dict[str, Any]]:
        params = {"UploadId": upload_id, "PartNumber": part.number, "Body": part.body}
        return _told((yield from self._job.call("UploadPart", "upload_part", params, extra)))

    def undo(self) -> Flow[None]:
        if self._multipart is not None:
            yield from self._multipart.undo()


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


class Copy:
    """An object copied within S3, at once or in parts; ``source_client`` asks for the source's size."""

    def __init__(self, job: Job, source: Mapping[str, Any], source_client: Any) -> None:
        self._job, self._source, self._source_client = job, source, source_client
        self._multipart: Multipart | None = None

    def flow(self) -> Flow[None]:
        job = self._job
        about = {_OF_SOURCE[name]: value for name, value in job.extra.items() if name in _OF_SOURCE}
        head = yield from call(self._source_client, "head_object", (), {**self._source, **about})
        size: int = head["ContentLength"]
        if size < job.config.multipart_threshold:
            yield from job.call("CopyObject", "copy_object", {"CopySource": dict(self._source)}, job.extra)
            job.tell(size)
            return
        extra = yield from self._extra(head)
        self._multipart = Multipart(job, extra, partial(self._send, extra, head.get("ETag")))
        cut = ranges(size, job.config.part_size(size))
        yield from self._multipart.flow(Part(each.number, each, each.size) for each in cut)

    def _extra(self, head: Mapping[str, Any]) -> Flow[dict[str, Any]]:
        """The extra arguments, with what the copy has of its source by default."""
        extra = dict(self._job.extra)
        if extra.get("MetadataDirective") != "REPLACE":
            extra = {name: value for name, value in extra.items() if name not in _CARRIED}
            extra.update({name: head[name] for name in _CARRIED if name in head})
        if extra.get("TaggingDirective") != "REPLACE":
            extra.pop("Tagging", None)
            if head.get("TagCount"):
                found = yield from call(self._source_client, "get_object_tagging", (), dict(self._source))
                extra["Tagging"] = urlencode({tag["Key"]: tag["Value"] for tag in found["TagSet"]})
        return extra

    def _send(self, extra: Mapping[str, Any], etag: str | None, upload_id: str, part: Part) -> Flow[dict[str, Any]]:
        params = {"CopySource": dict(self._source), "UploadId": upload_id, "PartNumber": part.number}
        params["CopySourceRange"] = part.body.header
        if etag is not None:
            # The source must not become another while it is copied.
            params["CopySourceIfMatch"] = etag
        answer = yield from self._job.call("UploadPartCopy", "upload_part_copy", params, extra)
        return _told(answer["CopyPartResult"])

    def undo(self) -> Flow[None]:
        if self._multipart is not None:
            yield from self._multipart.undo()


#: what ends an answer's bytes before their end: asked for again
_BROKEN_OFF = (ReadTimeoutError, ResponseStreamingError, ConnectionClosedError, IncompleteReadError)


class Download:
    """An object fetched at once or in parts, as its size is, into a target."""

    def __init__(self, job: Job, open_target: Callable[[], Target]) -> None:
        self._job, self._open_target = job, open_target
        self._target: Target | None = None
        self._crew = Crew(job.config.side_by_side)

    def flow(self) -> Flow[None]:
        job = self._job
        head = yield from job.call("HeadObject", "head_object", {}, job.extra)
        size, etag = head["ContentLength"], head.get("ETag")
        target: Target = yield Blocking(self._open_target)
        self._target = target
        if size < job.config.multipart_threshold or not target.any_order:
            yield from self._fetch(target, Range(1, 0, size), etag, whole=True)
        else:
            cut = Parts(iter(ranges(size, job.config.multipart_chunksize)))
            yield from self._crew.work(cut.next, lambda part: self._fetch(target, part, etag, whole=False))
        yield Blocking(target.finish)
        self._target = None

    def _fetch(self, target: Target, part: Range, etag: str | None, *, whole: bool) -> Flow[None]:
        """Fetch a part, again where its bytes break off; from where they did where the target takes no other."""
        done, left = 0, self._job.config.num_download_attempts
        while True:
            wanted = Range(part.number, part.start + done, part.size - done)
            params = {} if whole and not done else {"Range": wanted.header, **({"IfMatch": etag} if etag else {})}
            arriving = _Arriving(self._job, target, wanted.start, wanted.size)
            try:
                answer = yield from self._asked(params)
                return (yield from arriving.all(answer, exactly=bool(params)))
            except _BROKEN_OFF as error:
                left -= 1
                if not left:
                    raise RetriesExceededError(last_exception=error) from error
                if target.any_order:
                    self._job.tell(-arriving.done)
                else:
                    done += arriving.done

    def _asked(self, params: Mapping[str, Any]) -> Flow[Any]:
        try:
            return (yield from self._job.call("GetObject", "get_object", params, self._job.extra))
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 412:
                error.add_note("The object was replaced by another while it was downloaded.")
            raise

    def undo(self) -> Flow[None]:
        self._crew.stopped = True
        if self._target is not None:
            yield Blocking(self._target.discard)


class _Arriving:
    """The bytes of one answer on their way to the target; ``done`` counts those that are there."""

    def __init__(self, job: Job, target: Target, start: int, size: int) -> None:
        self._job, self._target, self._start, self._size = job, target, start, size
        self.done = 0

    def all(self, answer: Mapping[str, Any], *, exactly: bool) -> Flow[None]:
        """Write them all. ``exactly``: a range was asked for, and nothing else may come."""
        body, job = answer["Body"], self._job
        try:
            if exactly and answer.get("ContentLength") != self._size:
                raise IncompleteReadError(actual_bytes=answer.get("ContentLength"), expected_bytes=self._size)
            while chunk := (yield from settled(body.read(job.config.io_chunksize))):
                yield from job.pace.take(len(chunk))
                yield Blocking(partial(self._target.write, self._start + self.done, chunk))
                self.done += len(chunk)
                job.tell(len(chunk))
        finally:
            _close(body)
