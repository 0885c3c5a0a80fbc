"""Tokens of logins as files: read, and written so that no reader sees half of one. Not what is in them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast


def read_token(path: Path) -> dict[str, Any] | None:
    """The object that a file holds; None where there is no file, {} where it holds something else."""
    try:
        token: object = json.loads(path.read_text("utf-8"))
    except OSError:
        return None
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", token) if isinstance(token, dict) else {}


def write_token(path: Path, token: Mapping[str, Any]) -> None:
    """Write beside and rename; nobody else may read it."""
    beside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(token), file)
    os.replace(beside, path)
