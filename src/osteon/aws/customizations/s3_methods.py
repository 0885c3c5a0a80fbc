"""The methods of S3 clients and resources that are more than a call: transfers, and what loads a resource.

boto3's names, arguments and errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any

from osteon.events.admission import Registration
from osteon.exceptions import ClientError
from osteon.flow import Flow
from osteon.pipeline.client_flows import call, run

Extra = Mapping[str, Any] | None
#: told of bytes as they go by
Tell = Callable[[int], Any]


# --- on clients


def _transfer(name: str) -> Any:
    # Start-up: clients of S3 are made more often than they move files.
    from osteon.aws.customizations import s3_transfer_methods

    return getattr(s3_transfer_methods, name)


def upload_file(
    self: Any, Filename: Any, Bucket: str, Key: str, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: Any = None,
) -> Any:  # fmt: skip
    """Upload a file, in parts where it is large; an upload that fails leaves nothing behind.

    ``ExtraArgs``: further parameters of the calls, one of S3Transfer.ALLOWED_UPLOAD_ARGS each. ``Callback`` is told of
    bytes as they are sent, from several threads, and of less than nothing where some are sent again. ``Config``: a
    TransferConfig. Raises S3UploadFailedError, ValueError, OSError and what calls raise.
    """
    return _transfer("upload_file")(self, Filename, (Bucket, Key), ExtraArgs, Callback, Config)


def upload_fileobj(
    self: Any, Fileobj: Any, Bucket: str, Key: str, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: Any = None,
) -> Any:  # fmt: skip
    """Upload what a binary file object gives from where it stands, as :func:`upload_file` does; it stays open."""
    return _transfer("upload_fileobj")(self, Fileobj, (Bucket, Key), ExtraArgs, Callback, Config)


def download_file(
    self: Any, Bucket: str, Key: str, Filename: Any, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: Any = None,
) -> Any:  # fmt: skip
    """Download an object to a file, which bears another name until all of it is there.

    ``ExtraArgs``: further parameters of the calls, one of S3Transfer.ALLOWED_DOWNLOAD_ARGS each. ``Callback`` is told
    of bytes as they are written, and of less than nothing where some must be fetched again. ``Config``: a
    TransferConfig. Raises RetriesExceededError where the bytes keep breaking off, ValueError, OSError and what calls
    raise.
    """
    return _transfer("download_file")(self, Filename, (Bucket, Key), ExtraArgs, Callback, Config)


def download_fileobj(
    self: Any, Bucket: str, Key: str, Fileobj: Any, ExtraArgs: Extra = None, Callback: Tell | None = None,
    Config: Any = None,
) -> Any:  # fmt: skip
    """Download an object into a binary file object, as :func:`download_file` does; it stays open."""
    return _transfer("download_fileobj")(self, Fileobj, (Bucket, Key), ExtraArgs, Callback, Config)


def copy(
    self: Any, CopySource: Mapping[str, Any], Bucket: str, Key: str, ExtraArgs: Extra = None,
    Callback: Tell | None = None, SourceClient: Any = None, Config: Any = None,
) -> Any:  # fmt: skip
    """Copy an object within S3, in parts where it is large. ``CopySource``: ``{"Bucket": ..., "Key": ...}``.

    ``ExtraArgs``: further parameters of the calls, one of S3Transfer.ALLOWED_COPY_ARGS each. ``Callback`` is told of
    the bytes of each part that was copied. ``SourceClient`` asks for the source's size; by default this client.
    Raises TypeError, ValueError and what calls raise.
    """
    source = CopySource, SourceClient or self
    return _transfer("copy")(self, source, (Bucket, Key), ExtraArgs, Callback, Config)


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
