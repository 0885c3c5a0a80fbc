"""Patterns."""
from __future__ import annotations

import re


def python_pattern(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None
