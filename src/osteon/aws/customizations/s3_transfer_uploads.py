"""Uploads to S3 as flows over a client. How methods come to clients, and what a source is, stand elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from osteon.aws.customizations.s3_transfer_config import with_checksums
from osteon.aws.customizations.s3_transfer_sources import Part, Source
from osteon.aws.customizations.s3_transfers import Job, Multipart, told, without_sums
from osteon.flow import Blocking, Flow


def _forsake(source: Source) -> None:
    """Close what was opened for an upload that is no more."""
    if source.opened:
        source.close()


class Upload:
    """A source sent at once or in parts, as its size is."""

    def __init__(self, job: Job, open_source: Callable[[], Source]) -> None:
        self._job, self._open_source = job, open_source
        self._source: Source | None = None
        self._multipart: Multipart | None = None

    def flow(self) -> Flow[None]:
        job, config = self._job, self._job.config
        self._source = source = yield Blocking(self._open_source, _forsake)
        size: int | None = yield Blocking(partial(source.measure, config.multipart_threshold))
        in_parts = config.in_parts(size)
        extra = with_checksums(job.extra, job.client.meta.config, parts=in_parts)
        if in_parts:
            self._multipart = Multipart(job, extra, partial(self._send, without_sums(extra)))
            number = None if size is None else -(-size // config.part_size(size))
            yield from self._multipart.flow(source.parts(config, job), number)
        else:
            yield from self._at_once(source, extra)
        source.close()

    def _at_once(self, source: Source, extra: Mapping[str, Any]) -> Flow[None]:
        body = source.whole(self._job)
        yield from self._job.call("PutObject", {"Body": body}, extra)
        body.arrived()

    def _send(self, extra: Mapping[str, Any], upload_id: str, part: Part) -> Flow[dict[str, Any]]:
        params = {"UploadId": upload_id, "PartNumber": part.number, "Body": part.body}
        answer = yield from self._job.call("UploadPart", params, extra)
        part.body.arrived()
        return told(answer)

    def undo(self) -> Flow[None]:
        self._job.stopped = True  # for threads that read a body whose call was cancelled
        try:
            if self._multipart is not None:
                yield from self._multipart.undo()
        finally:
            if self._source is not None:
                self._source.close()
