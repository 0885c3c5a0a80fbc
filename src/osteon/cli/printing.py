"""What commands print: lines, JSON and tables. No knowledge of what is printed."""

from __future__ import annotations

import base64
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from textwrap import indent
from typing import Any, cast

from osteon.cli.outcomes import NobodyReads, harmless
from osteon.model.files import is_array

#: control characters that JSON leaves as they are, and terminals obey
_CONTROL = re.compile(r"[\x7f-\x9f]")
#: as AWS's protocols write them, since JSON has no such numbers
_NOT_FINITE: Mapping[str, str] = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
#: characters that a column of a table takes at least, with its border
_NARROWEST = 6


def put(text: str, end: str = "\n") -> None:
    """Print text. Raises NobodyReads where standard output is closed."""
    try:
        print(text, end=end, flush=not end)
    except BrokenPipeError:
        raise NobodyReads from None


def print_json(value: Any) -> None:
    """Indented JSON; blobs as base64, times as ISO 8601, numbers that are not finite as text."""
    put(_json(value, indent=2))


def print_growing(answer: Mapping[str, Any], name: str) -> None:
    """As :func:`print_json`, but what ``answer`` has under ``name`` comes over time: items are printed as they come."""
    others = {key: value for key, value in answer.items() if key != name}
    opening, _, closing = _json({**others, name: [0]}, indent=2).rpartition("0")
    put(opening.rstrip(), end="")
    separator = ""
    for item in answer[name]:
        put(f"{separator}\n{indent(_json(item, indent=2), '    ')}", end="")
        separator = ","
    put(closing if separator else closing.lstrip())


def plain(value: Any) -> Any:
    """A value that JSON has no form for, as one it has."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
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
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console()
    console.width = _width(console, table, len(columns))
    try:
        console.print(table)
    except BrokenPipeError:
        raise NobodyReads from None


def _width(console: Any, table: Any, columns: int) -> int:
    """A terminal's width, where it shows all columns; whatever else reads a table gets it as wide as it is."""
    if console.is_terminal or os.environ.get("COLUMNS", "").strip("0").isdigit():
        return max(int(console.width), _NARROWEST * columns + 1)
    return int(console.measure(table, options=console.options.update(max_width=sys.maxsize)).maximum)


def _rows(value: Any) -> tuple[list[list[str]], list[str]]:
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return [[_cell(name), _cell(item)] for name, item in items], ["Name", "Value"]
    listed: list[Any] = value if is_array(value) else [value]
    if listed and all(isinstance(item, Mapping) for item in listed):
        columns = list(dict.fromkeys(name for item in listed for name in item))
        return [[_cell(item.get(name, "")) for name in columns] for item in listed], [*map(_writable, columns)]
    return [[_cell(item)] for item in listed], ["Value"]


def _cell(value: Any) -> str:
    if isinstance(value, datetime | bytes | bytearray):
        value = plain(value)
    return _writable(value) if isinstance(value, str) else _json(value)


def _writable(text: str) -> str:
    """Text that standard output takes as it is, so that a table's columns keep their widths."""
    encoding = sys.stdout.encoding or "ascii"
    return harmless(text).encode(encoding, "backslashreplace").decode(encoding)


def _json(value: Any, indent: int | None = None) -> str:
    options: dict[str, Any] = {"indent": indent, "default": plain, "ensure_ascii": not _takes_unicode()}
    try:
        text = json.dumps(value, allow_nan=False, **options)
    except ValueError:
        text = json.dumps(_finite(value), **options)
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else _NOT_FINITE[str(value)]
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in cast("Mapping[str, Any]", value).items()}
    if is_array(value):
        return [_finite(item) for item in value]
    return value if value is None or isinstance(value, str | int) else _finite(plain(value))


def _takes_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")
