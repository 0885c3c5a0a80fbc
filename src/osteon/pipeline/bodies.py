"""What can be told of a request body before it is read: its length, and whether reading it takes long."""

from __future__ import annotations

import io
from typing import Any

_PLAIN = (bytes, bytearray, str)
#: Bytes that are hashed in less than half a millisecond: so long an event loop may stand still.
_AT_ONCE = 128 * 1024


def body_length(body: Any) -> int | None:
    """The bytes of a body from where it stands to its end; None where it cannot be known before it is read."""
    if body is None:
        return 0
    if hasattr(body, "__len__"):
        return len(body)
    if not (hasattr(body, "seek") and hasattr(body, "tell")):
        return None
    try:
        start: int = body.tell()
        body.seek(0, 2)
        end: int = body.tell()  # not what seek returned: some file-likes return nothing
        body.seek(start)
    except (OSError, ValueError):
        return None
    return end - start


def is_quick(body: Any) -> bool:
    """Whether all of it is hashed in no time worth speaking of. Nobody knows of a file: it is read as what may block.

    A body may say ``never_hashed`` of itself: what is signed is not its content.
    """
    if body is None:
        return True
    if isinstance(body, _PLAIN):
        return len(body) <= _AT_ONCE
    if type(body) is io.BytesIO:
        return body.getbuffer().nbytes <= _AT_ONCE
    return getattr(body, "never_hashed", False) is True
