"""What commands print: lines, JSON and tables. No knowledge of what is printed."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from osteon.cli.outcomes import NobodyReads, harmless
from osteon.model.files import is_array


def put(text: str) -> None:
    """Print text. Raises NobodyReads where standard output is closed."""
    try:
        print(text)
    except BrokenPipeError:
        raise NobodyReads from None


def print_json(value: Any) -> None:
    """Indented JSON; blobs as base64, times as ISO 8601."""
    put(_json(value, indent=2))


def plain(value: Any) -> Any:
    """A value that JSON has no form for, as one it has."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    if isinstance(value, Iterable):
        return [*cast("Any", value)]
    return str(value)


def print_table(value: Any) -> None:
    """A table: a list of dicts as rows, a dict as names and values, anything else as one cell."""
    # Loaded here: a table is asked for seldom, and rich is slow to load.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows, columns = _rows(value)
    # Text, since a string would be read as markup
    table = Table()
    for column in columns:
        table.add_column(Text(column))
    for row in rows:
        table.add_row(*map(Text, row))
    try:
        Console().print(table)
    except BrokenPipeError:
        raise NobodyReads from None


def _rows(value: Any) -> tuple[list[list[str]], list[str]]:
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return [[_cell(name), _cell(item)] for name, item in items], ["Name", "Value"]
    listed: list[Any] = value if is_array(value) else [value]
    if listed and all(isinstance(item, Mapping) for item in listed):
        columns = list(dict.fromkeys(name for item in listed for name in item))
        return [[_cell(item.get(name, "")) for name in columns] for item in listed], [*map(harmless, columns)]
    return [[_cell(item)] for item in listed], ["Value"]


def _cell(value: Any) -> str:
    if isinstance(value, datetime | bytes | bytearray):
        value = plain(value)
    return harmless(value) if isinstance(value, str) else _json(value)


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, default=plain, ensure_ascii=not _takes_unicode())


def _takes_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")
