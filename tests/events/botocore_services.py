"""The three names of every service in the botocore package, read from the head of its model files."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

import botocore

from osteon.events.aliases import ServiceRow

_DATA = Path(botocore.__file__).parent / "data"


@cache
def rows() -> tuple[ServiceRow, ...]:
    newest = {}
    for path in sorted(_DATA.glob("*/*/service-2.json*")):
        newest[path.parent.parent.name] = path
    return tuple(_row(name, path) for name, path in newest.items())


def _row(name: str, path: Path) -> ServiceRow:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        head = file.read(8192).decode("utf-8", "ignore")
    found = dict(re.findall(r'"(serviceId|endpointPrefix)"\s*:\s*"([^"]*)"', head))
    return ServiceRow(name, found["serviceId"], found["endpointPrefix"])
