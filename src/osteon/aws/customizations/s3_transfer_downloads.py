"""Downloads from S3 as flows over a client. How methods come to clients, and what a target is, stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from operator import methodcaller
from typing import Any, NamedTuple

from osteon.aws.customizations.s3_transfer_config import Range, ranges
from osteon.aws.customizations.s3_transfer_pieces import GivenUp
from osteon.aws.customizations.s3_transfer_sources import Parts
from osteon.aws.customizations.s3_transfer_targets import Target
from osteon.aws.customizations.s3_transfers import Crew, Job
from osteon.exceptions import (
    ClientError,
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
    RetriesExceededError,
    S3DownloadFailedError,
    S3ValidationError,
)
from osteon.flow import Blocking, Flow, Sleep
from osteon.pipeline.client_flows import settled

#: what ends an answer's bytes before their end: asked for again
_BROKEN_OFF = (ReadTimeoutError, ResponseStreamingError, ConnectionClosedError, IncompleteReadError)
#: seconds between two looks whether a target that takes bytes in order has come near enough; flows cannot call out
_TURN = 0.01


class Download:
    """An object fetched at once or in parts, as its size is, into a target."""

    def __init__(self, job: Job, open_target: Callable[[], Target]) -> None:
        self._job, self._open_target = job, open_target
        self._crew = Crew(job)

    def flow(self) -> Flow[None]:
        if self._job.client.meta.config.response_checksum_validation == "when_required":
            yield from self._into_target(self._begun_by_a_part)
        else:
            head = yield from self._job.call("HeadObject", {}, self._job.extra)
            yield from self._into_target(partial(self._of_known_size, head["ContentLength"], head.get("ETag")))

    def _into_target(self, fetch: Callable[[Target], Flow[None]]) -> Flow[None]:
        target: Target = yield Blocking(self._open_target, methodcaller("discard"))
        try:
            yield from fetch(target)
            yield Blocking(target.finish)
        except BaseException:
            # Here and now: a flow that is closed, as a cancelled one, can ask its runner for nothing more.
            self._job.stopped = True
            target.discard()
            raise

    def _of_known_size(self, size: int, etag: str | None, target: Target) -> Flow[None]:
        config = self._job.config
        if size < config.multipart_threshold:
            # As a whole, since S3 tells a whole object's checksum only.
            yield from _Fetch(self._job, target, None, etag).flow()
        else:
            yield from self._in_parts(list(ranges(size, config.multipart_chunksize)), etag, target)

    def _begun_by_a_part(self, target: Target) -> Flow[None]:
        """Without asking for the size before: the first part's answer tells it. No checksum of the whole is checked."""
        chunk = self._job.config.multipart_chunksize
        first = _Fetch(self._job, target, Range(1, 0, chunk), None, sure=False)
        try:
            yield from first.flow()
        except ClientError as error:
            # An empty object has no first byte.
            if error.response.get("Error", {}).get("Code") != "InvalidRange":
                raise
        if first.total > first.done:
            yield from self._in_parts(list(ranges(first.total, chunk))[1:], first.etag, target)

    def _in_parts(self, parts: list[Range], etag: str | None, target: Target) -> Flow[None]:
        window = self._job.config.side_by_side * self._job.config.multipart_chunksize

        def fetch(part: Range) -> Flow[None]:
            while target.ahead(part.start) >= window and not self._job.stopped:
                yield Sleep(_TURN)
            yield from _Fetch(self._job, target, part, etag).flow()

        yield from self._crew.work(Parts(iter(parts)).next, fetch, len(parts))

    def undo(self) -> Flow[None]:
        yield from ()


class _Place(NamedTuple):
    """Which bytes of how many an answer holds."""

    first: int
    last: int
    total: int


_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def _place_of(answer: Mapping[str, Any]) -> _Place | None:
    found = _CONTENT_RANGE.fullmatch(answer.get("ContentRange") or "")
    return None if found is None else _Place(int(found[1]), int(found[2]), int(found[3]))


class _Fetch:
    """A part of an object, or the whole, on its way to the target; asked for again where its bytes break off.

    ``etag`` and ``total`` are the object's, once an answer told them; ``done`` counts the bytes in the target.
    """

    def __init__(self, job: Job, target: Target, part: Range | None, etag: str | None, *, sure: bool = True) -> None:
        """``part``: None for the whole object, whatever its size is by now. ``sure``: the object has all of it."""
        self._job, self._target, self._part, self._sure = job, target, part, sure
        self._answered = False
        self.etag, self.total, self.done = etag, 0, 0

    def flow(self) -> Flow[None]:
        """Raises RetriesExceededError, S3DownloadFailedError, S3ValidationError."""
        left = self._job.config.num_download_attempts
        while True:
            try:
                return (yield from self._attempt())
            except _BROKEN_OFF as error:
                left -= 1
                if not left:
                    raise RetriesExceededError(last_exception=error) from error
                # From its beginning: only so a checksum of it can be checked.
                self._job.tell(-self.done)
                self.done = 0

    def _attempt(self) -> Flow[None]:
        try:
            answer = yield from self._job.call("GetObject", self._wanted(), self._job.extra)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "PreconditionFailed":
                raise
            place = f'"{self._job.key}" in bucket "{self._job.bucket}"'
            raise S3DownloadFailedError(f"Contents of stored object {place} did not match expected ETag.") from error
        body = answer["Body"]
        try:
            yield from self._written(body, self._expected(answer))
        except BaseException:
            # One read to its end holds nothing any more, and may be a stub's, to be given again.
            _close(body)
            raise

    def _wanted(self) -> dict[str, str]:
        """What is asked for of the object; from the second time on, that it be the one that was begun with."""
        condition = {"IfMatch": self.etag} if self.etag else {}
        if self._part is not None:
            return {"Range": self._part.header, **condition}
        return condition if self._answered else {}

    def _expected(self, answer: Mapping[str, Any]) -> int | None:
        """How many bytes the answer shall give, None for as many as come.

        Raises S3ValidationError, and IncompleteReadError for less than was asked for.
        """
        self._answered, self.etag = True, answer.get("ETag", self.etag)
        length: int | None = answer.get("ContentLength")
        part, place = self._part, _place_of(answer)
        if part is not None and place is not None:
            self.total = place.total
            return _size_of(place, part)
        if part is None or not self._sure:
            # The whole object, though perhaps a part of it was asked for.
            self.total = length or 0
            return length
        if length not in (None, part.size):
            raise S3ValidationError(f"Response holds {length} bytes, {part.size} were requested")
        return part.size

    def _written(self, body: Any, expected: int | None) -> Flow[None]:
        """Write what the answer gives. Raises IncompleteReadError and S3ValidationError for less and for more."""
        job, start = self._job, 0 if self._part is None else self._part.start
        while chunk := (yield from self._read(body)):
            if job.stopped:
                raise GivenUp(reason=None)
            yield from job.pace.take(len(chunk))
            if expected is not None and self.done + len(chunk) > expected:
                raise S3ValidationError(f"Response holds more than the {expected} bytes that were requested")
            yield from self._target.write(start + self.done, chunk)
            self.done += len(chunk)
            job.tell(len(chunk))
        if expected is not None and self.done < expected:
            raise IncompleteReadError(actual_bytes=self.done, expected_bytes=expected)

    def _read(self, body: Any) -> Flow[bytes]:
        try:
            chunk: bytes = yield from settled(body.read(self._job.pace.block(self._job.config.io_chunksize)))
        except OSError as error:
            # A body of somebody else's making: a stub's, or a handler's.
            raise ResponseStreamingError(error=error) from error
        return chunk


def _size_of(place: _Place, part: Range) -> int:
    """The size of an answer that shall hold the part, or less of it at the object's end."""
    if place.first != part.start:
        raise S3ValidationError(f"Response range start `{place.first}` does not match requested start `{part.start}`")
    if place.last > part.end:
        raise S3ValidationError(f"Response range end `{place.last}` exceeds requested end `{part.end}`")
    size = place.last - place.first + 1
    if place.last < min(part.end, place.total - 1):
        raise IncompleteReadError(actual_bytes=size, expected_bytes=part.size)
    return size


def _close(body: Any) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
