"""What goes into calls and comes out of them beyond the model's own shapes, as type checkers see it. No behaviour."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, Protocol, TypeAlias

from typing_extensions import TypedDict


class Readable(Protocol):
    """A binary file, or whatever else is read like one."""

    def read(self, size: int = ..., /) -> bytes: ...


class Writable(Protocol):
    """A binary file, or whatever else is written like one."""

    def write(self, data: bytes, /) -> object: ...


#: What a blob may be given as; texts are sent in UTF-8. Blobs in results are bytes, streamed ones StreamingBody.
Blob: TypeAlias = bytes | bytearray | str | Readable
#: What a timestamp may be given as: a time, its text (ISO 8601 or RFC 822), or seconds since the epoch.
Timestamp: TypeAlias = datetime.datetime | str | float
#: What a document (any JSON value) may be given as. Documents in results are Any.
Document: TypeAlias = Mapping[str, Any] | Sequence[Any] | str | float | bool | None


class ResponseMetadata(TypedDict):
    """What every result says of the answer it came with. Header names are in lower case."""

    RequestId: str
    HTTPStatusCode: int
    HTTPHeaders: dict[str, str]
    RetryAttempts: int
    HostId: NotRequired[str]


class PaginationConfig(TypedDict, total=False):
    """Options of ``paginate``: items in all, items to ask the service for at a time, where to go on."""

    MaxItems: int | None
    PageSize: int | None
    StartingToken: str | None


class WaiterConfig(TypedDict, total=False):
    """Options of ``wait``: seconds between attempts, and how many to make."""

    Delay: float
    MaxAttempts: int
