"""The differences that are meant, read from known.json. Each has a reason, and a row in docs/boto3.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from tests.differential.compare import Difference


@dataclass(frozen=True)
class Known:
    """A row: patterns with ``*`` for the names, regular expressions for what both sides have."""

    reason: str
    service: str = "*"
    operation: str = "*"
    kind: str = "*"
    what: str = "*"
    osteon: str = ""
    botocore: str = ""

    def covers(self, found: Difference) -> bool:
        named = (
            fnmatchcase(getattr(found, name), getattr(self, name)) for name in ("service", "operation", "kind", "what")
        )
        return all(named) and _says(self.osteon, found.osteon) and _says(self.botocore, found.botocore)


def _says(pattern: str, value: Any) -> bool:
    return not pattern or re.search(pattern, repr(value)) is not None


@cache
def rows() -> tuple[Known, ...]:
    listed = json.loads((Path(__file__).parent / "known.json").read_text())
    return tuple(Known(**row) for row in listed)


def unknown(found: Iterable[Difference]) -> Iterator[Difference]:
    """Those differences that no row covers."""
    return (one for one in found if not any(row.covers(one) for row in rows()))
