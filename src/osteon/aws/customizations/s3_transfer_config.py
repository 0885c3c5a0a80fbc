"""How S3 transfers are cut and paced: TransferConfig, S3's limits, and which extra arguments go to which call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from osteon.config import Config

KB = 1024
MB = KB * KB
#: S3's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
MIN_PART, MAX_PART, MAX_PARTS = 5 * MB, 5 * KB * MB, 10_000


@dataclass
class TransferConfig:
    """How files are transferred: boto3's options; sizes are bytes.

    ``multipart_threshold``: from this size on in parts. ``multipart_chunksize``: of a part, made larger or smaller
    where S3's limits ask for it. ``max_concurrency``: parts side by side. ``num_download_attempts``: how often a part
    is asked for when its bytes stop coming. ``io_chunksize``: what is read of an answer at once. ``max_bandwidth``:
    bytes a second, None without limit. ``use_threads``: False sends one part after another.

    ``max_io_queue`` and ``preferred_transfer_client`` are taken and mean nothing here: what is read is written at once,
    and there is one way to transfer. Raises TypeError for what is no number, and ValueError for what is not above zero.
    """

    multipart_threshold: int = 8 * MB
    max_concurrency: int = 10
    multipart_chunksize: int = 8 * MB
    num_download_attempts: int = 5
    max_io_queue: int = 100
    io_chunksize: int = 256 * KB
    use_threads: bool = True
    max_bandwidth: float | None = None
    preferred_transfer_client: str = "auto"

    def __post_init__(self) -> None:
        for option in fields(self):
            value = getattr(self, option.name)
            if value is None:
                # boto3 takes None for a default.
                setattr(self, option.name, option.default)
            elif option.name not in _NO_NUMBERS:
                _check_number(option.name, value)

    @classmethod
    def of(cls, config: Any) -> TransferConfig:
        """The configuration that a caller gave: None for the defaults, another library's by its attributes.

        Raises TypeError for what is none.
        """
        if isinstance(config, TransferConfig):
            return config
        if config is not None and not hasattr(config, "multipart_threshold"):
            raise TypeError(f"Config must be a TransferConfig, not {type(config).__name__}")
        given: dict[str, Any] = {option.name: getattr(config, option.name, None) for option in fields(cls)}
        return cls(**given)

    # The names that s3transfer has for two of them.

    @property
    def max_request_concurrency(self) -> int:
        return self.max_concurrency

    @max_request_concurrency.setter
    def max_request_concurrency(self, value: int) -> None:
        self.max_concurrency = value

    @property
    def max_io_queue_size(self) -> int:
        return self.max_io_queue

    @max_io_queue_size.setter
    def max_io_queue_size(self, value: int) -> None:
        self.max_io_queue = value

    @property
    def side_by_side(self) -> int:
        return self.max_concurrency if self.use_threads else 1

    def in_parts(self, size: int | None) -> bool:
        """Whether so many bytes are sent or copied in parts: those of an unknown number and too many for one call."""
        return size is None or size >= self.multipart_threshold or size > MAX_PART

    def part_size(self, size: int | None, number: int = 1) -> int:
        """The size of a part of an upload of ``size`` bytes: the configured one, doubled until 10,000 suffice.

        Where the size is unknown, parts grow on the way: the memory that they take while they are sent does, too.
        """
        wanted = self.multipart_chunksize
        if size is None:
            wanted <<= max(0, number - _SAME_SIZE) // _DOUBLED_EACH
        else:
            while wanted * MAX_PARTS < size:
                wanted *= 2
        return min(max(wanted, MIN_PART), MAX_PART)


#: options that are no sizes and no counts
_NO_NUMBERS = frozenset({"use_threads", "preferred_transfer_client"})


def _check_number(name: str, value: object) -> None:
    if not isinstance(value, int | float):
        raise TypeError(f"Provided parameter {name} must be a number, not {type(value).__name__}")
    if value <= 0:
        raise ValueError(f"Provided parameter {name} of value {value} must be greater than 0.")


#: Of an unknown size: how many parts are of the configured size at least, and after how many each they double then.
_SAME_SIZE, _DOUBLED_EACH = 4000, 500


class Range(NamedTuple):
    """A part of an object, by its number from 1. ``last``: what comes behind it belongs to it, too."""

    number: int
    start: int
    size: int
    last: bool = False

    @property
    def end(self) -> int:
        """The place of its last byte."""
        return self.start + self.size - 1

    @property
    def header(self) -> str:
        """As the Range header has it (RFC 9110, 14.1.2)."""
        return f"bytes={self.start}-{'' if self.last else self.end}"

    @property
    def copied(self) -> str:
        """As ``CopySourceRange`` must have it: with its end."""
        return f"bytes={self.start}-{self.end}"


def ranges(size: int, part_size: int) -> Iterator[Range]:
    """The parts of an object, in order."""
    for number, start in enumerate(range(0, size, part_size), 1):
        left = size - start
        yield Range(number, start, min(part_size, left), last=left <= part_size)


# --- extra arguments

#: checksums of a whole object, which the caller may bring
OBJECT_CHECKSUMS = tuple(
    f"Checksum{name}"
    for name in ("CRC32", "CRC32C", "CRC64NVME", "MD5", "SHA1", "SHA256", "SHA512", "XXHASH3", "XXHASH64", "XXHASH128")
)
_SHARED = (
    "ACL", "CacheControl", "ChecksumAlgorithm", "ContentDisposition", "ContentEncoding", "ContentLanguage",
    "ContentType", "ExpectedBucketOwner", "Expires", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP",
    "Metadata", "ObjectLockLegalHoldStatus", "ObjectLockMode", "ObjectLockRetainUntilDate", "RequestPayer",
    "ServerSideEncryption", "StorageClass", "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5",
    "SSEKMSKeyId", "SSEKMSEncryptionContext", "Tagging", "WebsiteRedirectLocation",
)  # fmt: skip
ALLOWED_UPLOAD_ARGS = [*_SHARED, "ChecksumType", "MpuObjectSize", *OBJECT_CHECKSUMS]
ALLOWED_DOWNLOAD_ARGS = [
    "ChecksumMode", "VersionId", "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5", "RequestPayer",
    "ExpectedBucketOwner",
]  # fmt: skip
ALLOWED_COPY_ARGS = [
    *_SHARED, "CopySourceIfMatch", "CopySourceIfModifiedSince", "CopySourceIfNoneMatch", "CopySourceIfUnmodifiedSince",
    "CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5", "MetadataDirective",
    "TaggingDirective", "AnnotationDirective",
]  # fmt: skip


_OBJECT_LAMBDA = re.compile(r"arn:aws[a-z-]*:s3-object-lambda:[a-z\-0-9]+:[0-9]{12}:accesspoint[/:][a-zA-Z0-9\-]{1,63}")


def check_bucket(name: object) -> None:
    """Raises ValueError for an access point of S3 Object Lambda, which knows neither parts nor ranges."""
    if isinstance(name, str) and _OBJECT_LAMBDA.match(name):
        raise ValueError(
            "TransferManager methods do not support S3 Object Lambda resource. Use direct client calls instead."
        )


def checked(given: Mapping[str, Any] | None, allowed: Iterable[str]) -> dict[str, Any]:
    """A copy of the caller's extra arguments. Raises ValueError for one that the transfer does not take."""
    if not isinstance(given, Mapping | None):  # pyright: ignore[reportUnnecessaryIsInstance]  # a caller's
        raise ValueError(f"Invalid extra_args: a dictionary of arguments is expected, not {type(given).__name__}")
    extra = dict(given or {})
    for name in extra:
        if name not in allowed:
            raise ValueError(f"Invalid extra_args key '{name}', must be one of: {', '.join(allowed)}")
    return extra


def arguments_for(client: Any, operation: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the extra arguments that an operation takes."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    return {name: value for name, value in extra.items() if name in shape.members}


def with_checksums(extra: Mapping[str, Any], config: Config, *, parts: bool) -> dict[str, Any]:
    """The extra arguments of an upload with those that say how S3 is to check it.

    A checksum that the caller brings is the whole object's: sent in parts, S3 must be told so.
    """
    brought = [name for name in OBJECT_CHECKSUMS if name in extra]
    if brought and parts:
        return {**extra, "ChecksumType": "FULL_OBJECT", "ChecksumAlgorithm": brought[-1].removeprefix("Checksum")}
    if not brought and config.request_checksum_calculation != "when_required":
        return {"ChecksumAlgorithm": "CRC32", **extra}
    return dict(extra)
