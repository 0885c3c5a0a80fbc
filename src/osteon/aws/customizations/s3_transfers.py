"""What all S3 transfers have in common: the job, its crew, multipart uploads, and taking back what was begun."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol, TypeAlias

from osteon.aws.customizations.s3_transfer_config import OBJECT_CHECKSUMS, TransferConfig, arguments_for
from osteon.aws.customizations.s3_transfer_pace import Pace
from osteon.aws.customizations.s3_transfer_pieces import GivenUp
from osteon.aws.customizations.s3_transfer_sources import Parts
from osteon.exceptions import ClientError
from osteon.flow import Blocking, Flow, Gather, Whole
from osteon.naming import snake_case
from osteon.pipeline.client_flows import call, run
from osteon.pipeline.features import using

#: Told of bytes as they go by, from several threads; less than nothing where some must be fetched again.
Tell: TypeAlias = Callable[[int], Any]
_FEATURE = ("S3_TRANSFER",)
#: Seconds that an interrupted transfer waits for the answer that says what to take back.
_PATIENCE = 5.0


class Numbered(Protocol):
    """A part of an object: its number from 1 and its bytes."""

    @property
    def number(self) -> int: ...

    @property
    def size(self) -> int: ...


class Job:
    """One transfer: with which client, to or from where, and how. The :class:`Watch` of its bodies.

    ``stopped``: it ends before its time, and whoever still works for it shall leave off.
    """

    def __init__(
        self,
        client: Any,
        place: tuple[str, str],
        extra: Mapping[str, Any],
        config: TransferConfig,
        callback: Tell | None = None,
    ) -> None:
        """``place``: bucket and key."""
        self.client, self.extra, self.config, self.callback = client, extra, config, callback
        self.bucket, self.key = place
        self.stopped = False
        self.pace = Pace(config.max_bandwidth)

    def call(self, operation: str, params: Mapping[str, Any], extra: Mapping[str, Any]) -> Flow[Any]:
        """Call an operation on the object, with those of the extra arguments that it takes."""
        return ask(self.client, operation, {"Bucket": self.bucket, "Key": self.key, **params}, extra)

    def tell(self, size: int) -> None:
        if self.callback is not None and size:
            self.callback(size)

    def run(self, flow: Flow[Any]) -> Any:
        return run(self.client, flow)


def ask(client: Any, operation: str, params: Mapping[str, Any], extra: Mapping[str, Any]) -> Flow[Any]:
    """Call an operation by the client's method for it, with those of the extra arguments that it takes."""
    return call(client, snake_case(operation), (), {**arguments_for(client, operation, extra), **params})


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
        return run(client, using(_FEATURE, work.flow()))
    except BaseException as error:
        meant = _meant(error)
        run(client, using(_FEATURE, _taken_back(work, meant)))
        raise meant from meant.__cause__


async def _performed(client: Any, work: Work) -> Any:
    try:
        return await run(client, using(_FEATURE, work.flow()))
    except GeneratorExit:
        raise  # nobody awaits any more
    except BaseException as error:
        meant = _meant(error)
        await run(client, using(_FEATURE, _taken_back(work, meant)))
        raise meant from meant.__cause__


def _meant(error: BaseException) -> BaseException:
    """What ended the transfer, where a body only passed it on."""
    return (error.reason or error) if isinstance(error, GivenUp) else error


def _taken_back(work: Work, error: BaseException) -> Flow[None]:
    try:
        yield from work.undo()
    except Exception as further:
        error.add_note(f"What was begun could not be taken back: {further}")


class Crew:
    """Takes parts from a supply, several side by side, until they end or one fails."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._working = 0
        self._gone = threading.Condition()  # guards _working and the job's end; notified when somebody leaves

    def work(
        self, supply: Callable[[], Flow[Any]], handle: Callable[[Any], Flow[None]], parts: int | None
    ) -> Flow[None]:
        """``parts``: how many the supply holds, None where that is not known."""
        size = self._job.config.side_by_side if parts is None else min(self._job.config.side_by_side, parts)
        yield Gather([self._member(supply, handle) for _ in range(size)], size)

    def _member(self, supply: Callable[[], Flow[Any]], handle: Callable[[Any], Flow[None]]) -> Flow[None]:
        try:
            while not self._job.stopped and (part := (yield from supply())) is not None:
                yield from self._handled(handle(part))
        except BaseException:
            self._job.stopped = True
            raise

    def _handled(self, work: Flow[None]) -> Flow[None]:
        with self._gone:
            if self._job.stopped:
                return
            self._working += 1
        try:
            yield from work
        finally:
            with self._gone:
                self._working -= 1
                self._gone.notify_all()

    def dismiss(self) -> Flow[None]:
        """Wait until nobody works any more: an interrupt ends a transfer whose other threads are in the middle.

        Who only waits for a part is not waited for: a pipe may never give one.
        """
        with self._gone:
            self._job.stopped = True
            working = self._working
        if working:
            yield Blocking(self._wait)

    def _wait(self) -> None:
        with self._gone:
            self._gone.wait_for(lambda: not self._working)


class Multipart:
    """One multipart upload: created, its parts sent side by side, completed; aborted where that fails."""

    def __init__(self, job: Job, extra: Mapping[str, Any], send: Callable[[str, Any], Flow[dict[str, Any]]]) -> None:
        """``send``: sends a part of the upload with that id, and gives what completing must tell of it."""
        self._job, self._extra, self._send = job, extra, send
        self._crew = Crew(job)
        self._sent: list[dict[str, Any]] = []
        self._id: str | None = None

    def flow(self, parts: Iterator[Numbered], number: int | None) -> Flow[Any]:
        """``number``: how many parts there are, None where that is not known."""
        job, extra = self._job, self._extra
        # Cut off it might leave an upload of which nobody knows the id.
        upload_id: str = yield Whole(self._created(), _PATIENCE, threads=job.config.use_threads)
        yield from self._crew.work(Parts(parts).next, partial(self._part, upload_id), number)
        ordered = sorted(self._sent, key=lambda part: part["PartNumber"])
        completing = {"UploadId": upload_id, "MultipartUpload": {"Parts": ordered}}
        answer = yield from job.call("CompleteMultipartUpload", completing, extra)
        self._id = None
        return answer

    def _created(self) -> Flow[str]:
        created = yield from self._job.call("CreateMultipartUpload", {}, without_sums(self._extra))
        upload_id: str = created["UploadId"]
        self._id = upload_id
        return upload_id

    def _part(self, upload_id: str, part: Numbered) -> Flow[None]:
        sent = yield from self._send(upload_id, part)
        self._sent.append({"PartNumber": part.number, **sent})

    def undo(self) -> Flow[None]:
        if self._id is None:
            return
        # A part that arrives after the upload was aborted would be kept, and paid for, under an id nobody knows.
        yield from self._crew.dismiss()
        aborting = {"UploadId": self._id}
        try:
            yield from self._job.call("AbortMultipartUpload", aborting, self._extra)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "NoSuchUpload":
                raise


def without_sums(extra: Mapping[str, Any]) -> dict[str, Any]:
    """All but checksums of the whole object, which are told when it is completed."""
    return {name: value for name, value in extra.items() if name not in OBJECT_CHECKSUMS}


def told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What completing an upload must tell of a part: the ETag and the checksums that S3 answered."""
    return {name: value for name, value in answer.items() if name == "ETag" or name in OBJECT_CHECKSUMS}
