"""What begins a transfer: the arguments looked at, its work made and performed; and boto3's older face of it.

Loaded when the first transfer begins. How the methods come to clients and resources: s3_methods.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from os import PathLike, fspath
from typing import Any, Self, cast

from osteon.aws.customizations.s3_transfer_config import (
    ALLOWED_COPY_ARGS,
    ALLOWED_DOWNLOAD_ARGS,
    ALLOWED_UPLOAD_ARGS,
    TransferConfig,
    check_bucket,
    checked,
)
from osteon.aws.customizations.s3_transfer_copies import Copy, warn_of_ignored
from osteon.aws.customizations.s3_transfer_downloads import Download
from osteon.aws.customizations.s3_transfer_sources import file_source, stream_source
from osteon.aws.customizations.s3_transfer_targets import file_target, stream_target
from osteon.aws.customizations.s3_transfer_uploads import Upload
from osteon.aws.customizations.s3_transfers import Job, Tell, perform
from osteon.exceptions import ClientError, S3UploadFailedError
from osteon.flow import Flow

Extra = Mapping[str, Any] | None
#: bucket and key
Place = tuple[str, str]
Config = TransferConfig | None


def upload_file(
    client: Any, filename: Any, place: Place, extra: Extra, callback: Tell | None, config: Config
) -> Any:  # fmt: skip
    path = _path(filename)
    job = _job(client, place, checked(extra, ALLOWED_UPLOAD_ARGS), callback, config)
    return perform(client, _FileUpload(job, path))


def upload_fileobj(
    client: Any, file: Any, place: Place, extra: Extra, callback: Tell | None, config: Config
) -> Any:  # fmt: skip
    if not hasattr(file, "read"):
        raise ValueError("Fileobj must implement read")
    job = _job(client, place, checked(extra, ALLOWED_UPLOAD_ARGS), callback, config)
    return perform(client, Upload(job, partial(stream_source, file)))


def download_file(
    client: Any, filename: Any, place: Place, extra: Extra, callback: Tell | None, config: Config
) -> Any:  # fmt: skip
    path = _path(filename)
    job = _job(client, place, checked(extra, ALLOWED_DOWNLOAD_ARGS), callback, config)
    return perform(client, Download(job, partial(file_target, path)))


def download_fileobj(
    client: Any, file: Any, place: Place, extra: Extra, callback: Tell | None, config: Config
) -> Any:  # fmt: skip
    if not hasattr(file, "write"):
        raise ValueError("Fileobj must implement write")
    job = _job(client, place, checked(extra, ALLOWED_DOWNLOAD_ARGS), callback, config)
    return perform(client, Download(job, partial(stream_target, file)))


def copy(
    client: Any, source: tuple[Any, Any], place: Place, extra: Extra, callback: Tell | None, config: Config
) -> Any:  # fmt: skip
    """``source``: what the caller named as the source, and the client that asks for its size."""
    origin, source_client = source
    if not isinstance(origin, Mapping):
        expected = 'Expecting dictionary formatted: {"Bucket": bucket_name, "Key": key}'
        raise TypeError(f"{expected} but got {origin} or type {type(origin)}.")
    named = cast("Mapping[str, Any]", origin)
    check_bucket(named.get("Bucket"))
    job = _job(client, place, checked(extra, ALLOWED_COPY_ARGS), callback, config)
    warn_of_ignored(job.extra)
    return perform(client, Copy(job, named, source_client))


def _job(client: Any, place: Place, extra: dict[str, Any], callback: Tell | None, config: Config) -> Job:
    check_bucket(place[0])
    return Job(client, place, extra, TransferConfig.of(config), callback)


def _path(filename: Any) -> str:
    path: Any = fspath(cast("PathLike[str]", filename)) if isinstance(filename, PathLike) else filename
    if not isinstance(path, str):
        raise ValueError("Filename must be a string or a path-like object")
    return path


class _FileUpload(Upload):
    """An upload whose errors name the file, as boto3's do."""

    def __init__(self, job: Job, path: str) -> None:
        super().__init__(job, partial(file_source, path))
        self._what = f"{path} to {job.bucket}/{job.key}"

    def flow(self) -> Flow[None]:
        try:
            yield from super().flow()
        except ClientError as error:
            raise S3UploadFailedError(message=f"Failed to upload {self._what}: {error}") from error


class S3Transfer:
    """boto3's older face of file transfers: a client and a configuration, and arguments in another order."""

    ALLOWED_UPLOAD_ARGS = ALLOWED_UPLOAD_ARGS
    ALLOWED_DOWNLOAD_ARGS = ALLOWED_DOWNLOAD_ARGS
    ALLOWED_COPY_ARGS = ALLOWED_COPY_ARGS

    def __init__(self, client: Any = None, config: TransferConfig | None = None) -> None:
        """Raises ValueError without a client; there are no other transfer managers here to be given."""
        if not client:
            raise ValueError("Either a boto3.Client or s3transfer.manager.TransferManager must be provided")
        self._client, self._config = client, config

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is left to end: each transfer is over when its call returns."""

    def upload_file(
        self, filename: Any, bucket: str, key: str, callback: Tell | None = None, extra_args: Extra = None
    ) -> Any:
        """As the client's upload_file."""
        return upload_file(self._client, filename, (bucket, key), extra_args, callback, self._config)

    def download_file(
        self, bucket: str, key: str, filename: Any, extra_args: Extra = None, callback: Tell | None = None
    ) -> Any:
        """As the client's download_file."""
        return download_file(self._client, filename, (bucket, key), extra_args, callback, self._config)
