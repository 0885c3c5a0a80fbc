"""The methods of S3 clients and resources that are more than a call: transfers, and what loads a resource.

boto3's names, arguments and errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, wraps
from inspect import signature
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
from osteon.events.admission import Registration
from osteon.exceptions import ClientError, S3UploadFailedError
from osteon.flow import Flow
from osteon.pipeline.client_flows import call, run

Extra = Mapping[str, Any] | None


def _job(
    client: Any, place: tuple[str, str], extra: dict[str, Any], callback: Tell | None, config: TransferConfig | None
) -> Job:
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


# --- on clients


def upload_file(
    self: Any, Filename: Any, Bucket: str, Key: str, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: TransferConfig | None = None,
) -> Any:  # fmt: skip
    """Upload a file, in parts where it is large; an upload that fails leaves nothing behind.

    ``ExtraArgs``: further parameters of the calls, one of ALLOWED_UPLOAD_ARGS each. ``Callback`` is told the bytes of
    each part that arrived, from several threads. Raises S3UploadFailedError, ValueError, OSError and what calls raise.
    """
    job = _job(self, (Bucket, Key), checked(ExtraArgs, ALLOWED_UPLOAD_ARGS), Callback, Config)
    return perform(self, _FileUpload(job, _path(Filename)))


def upload_fileobj(
    self: Any, Fileobj: Any, Bucket: str, Key: str, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: TransferConfig | None = None,
) -> Any:  # fmt: skip
    """Upload what a binary file object gives from where it stands, as :func:`upload_file` does; it stays open."""
    if not hasattr(Fileobj, "read"):
        raise ValueError("Fileobj must implement read")
    job = _job(self, (Bucket, Key), checked(ExtraArgs, ALLOWED_UPLOAD_ARGS), Callback, Config)
    return perform(self, Upload(job, partial(stream_source, Fileobj)))


def download_file(
    self: Any, Bucket: str, Key: str, Filename: Any, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: TransferConfig | None = None,
) -> Any:  # fmt: skip
    """Download an object to a file, which bears another name until all of it is there.

    ``ExtraArgs``: further parameters of the calls, one of ALLOWED_DOWNLOAD_ARGS each. ``Callback`` is told of bytes as
    they are written, and of less than nothing where some must be fetched again. Raises RetriesExceededError where the
    bytes keep breaking off, ValueError, OSError and what calls raise.
    """
    path = _path(Filename)
    job = _job(self, (Bucket, Key), checked(ExtraArgs, ALLOWED_DOWNLOAD_ARGS), Callback, Config)
    return perform(self, Download(job, partial(file_target, path)))


def download_fileobj(
    self: Any, Bucket: str, Key: str, Fileobj: Any, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: TransferConfig | None = None,
) -> Any:  # fmt: skip
    """Download an object into a binary file object, as :func:`download_file` does; it stays open."""
    if not hasattr(Fileobj, "write"):
        raise ValueError("Fileobj must implement write")
    job = _job(self, (Bucket, Key), checked(ExtraArgs, ALLOWED_DOWNLOAD_ARGS), Callback, Config)
    return perform(self, Download(job, partial(stream_target, Fileobj)))


def copy(
    self: Any, CopySource: Mapping[str, Any], Bucket: str, Key: str, ExtraArgs: Extra = None,
    Callback: Tell | None = None, SourceClient: Any = None, Config: TransferConfig | None = None,
) -> Any:  # fmt: skip
    """Copy an object within S3, in parts where it is large. ``CopySource``: ``{"Bucket": ..., "Key": ...}``.

    ``SourceClient`` asks for the source's size; by default this client. Raises TypeError, ValueError and what calls
    raise.
    """
    if not isinstance(CopySource, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # a caller's
        expected = 'Expecting dictionary formatted: {"Bucket": bucket_name, "Key": key}'
        raise TypeError(f"{expected} but got {CopySource} or type {type(CopySource)}.")
    check_bucket(CopySource.get("Bucket"))
    job = _job(self, (Bucket, Key), checked(ExtraArgs, ALLOWED_COPY_ARGS), Callback, Config)
    warn_of_ignored(job.extra)
    return perform(self, Copy(job, CopySource, SourceClient or self))


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
        return upload_file(self._client, filename, bucket, key, extra_args, callback, self._config)

    def download_file(
        self, bucket: str, key: str, filename: Any, extra_args: Extra = None, callback: Tell | None = None
    ) -> Any:
        """As the client's download_file."""
        return download_file(self._client, bucket, key, filename, extra_args, callback, self._config)


# --- on resources


def _placed(method: Callable[..., Any], **identifiers: str) -> Callable[..., Any]:
    """A client's method as one of a resource, whose identifiers stand for some of its arguments."""
    whole = signature(method)
    own = whole.replace(parameters=[item for name, item in whole.parameters.items() if name not in identifiers])

    @wraps(method)
    def placed(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = own.bind(self, *args, **kwargs).arguments
        del given["self"]
        place = {name: getattr(self, identifier) for name, identifier in identifiers.items()}
        # The client's method as it is on this client: it may be the user's own.
        return getattr(self.meta.client, method.__name__)(**given, **place)

    placed.__signature__ = own  # type: ignore[attr-defined]  # what inspect reads
    return placed


def load_bucket(self: Any) -> Any:
    """Fetch the bucket's data; nothing where its owner lets nobody list buckets."""

    def loaded() -> Flow[None]:
        try:
            answer = yield from call(self.meta.client, "list_buckets", (), {})
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "AccessDenied":
                raise
            answer = dict[str, Any]()
        buckets: list[dict[str, Any]] = answer.get("Buckets", [])
        self.meta.data = next((each for each in buckets if each["Name"] == self.name), dict[str, Any]())

    return run(self.meta.client, loaded())


def load_object_summary(self: Any) -> Any:
    """Fetch the object's head: its size is called what it is called in a listing."""

    def loaded() -> Flow[None]:
        head = yield from call(self.meta.client, "head_object", (), {"Bucket": self.bucket_name, "Key": self.key})
        if "ContentLength" in head:
            head["Size"] = head.pop("ContentLength")
        self.meta.data = head

    return run(self.meta.client, loaded())


# --- handlers

_TRANSFERS = (upload_file, upload_fileobj, download_file, download_fileobj, copy)


def add_to_client(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes.update({method.__name__: method for method in _TRANSFERS})


def add_to_bucket(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes.update({method.__name__: _placed(method, Bucket="name") for method in _TRANSFERS})
    class_attributes["load"] = load_bucket


def add_to_object(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes.update(
        {method.__name__: _placed(method, Bucket="bucket_name", Key="key") for method in _TRANSFERS}
    )


def add_to_object_summary(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes["load"] = load_object_summary


HANDLERS = (
    Registration("creating-client-class.s3", add_to_client),
    Registration("creating-resource-class.s3.Bucket", add_to_bucket),
    Registration("creating-resource-class.s3.Object", add_to_object),
    Registration("creating-resource-class.s3.ObjectSummary", add_to_object_summary),
)
