"""User data of instances, which EC2 and Auto Scaling want in base64. The handler only; who registers it: those two."""

from __future__ import annotations

import base64
from typing import Any


def encode_user_data(params: dict[str, Any], **kwargs: Any) -> None:
    """Send ``UserData``, a text or bytes, as base64."""
    data = params.get("UserData")
    if isinstance(data, str):
        data = data.encode()
    if isinstance(data, bytes | bytearray):
        params["UserData"] = base64.b64encode(data).decode()
