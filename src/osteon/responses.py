"""What answers hold beside the members of their shapes, as type checkers see it. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict


class ResponseMetadata(TypedDict):
    """What every result says of the answer it came with. Header names are in lower case."""

    RequestId: str
    HTTPStatusCode: int
    HTTPHeaders: dict[str, str]
    RetryAttempts: int
    HostId: NotRequired[str]


#: What type checkers know key by key; see the ``.pyi``.
ErrorDetails = ErrorResponse = Mapping
