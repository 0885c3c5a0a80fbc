"""Where paging stopped, as the opaque text users keep, and back. The text is botocore's, so that either can go on."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

Tokens: TypeAlias = dict[str, Any]
#: One value's place in nested tokens: keys of objects and indices of lists.
Path: TypeAlias = tuple[str | int, ...]

#: how many items of the page were handed out already
TRUNCATED = "boto_truncate_amount"
#: the paths of values that are bytes
ENCODED = "boto_encoded_keys"
#: between the tokens of the oldest form, which wrote them side by side
_SEPARATOR = "___"


def encode(tokens: Mapping[str, Any]) -> str:
    """Base64 of the tokens as JSON; bytes among them are base64 of their own, their paths listed."""
    paths = [list(path) for path, _ in _bytes_in(tokens, ())]
    document = {**_plain(tokens), ENCODED: paths} if paths else tokens
    return base64.b64encode(json.dumps(document).encode()).decode()


def decode(text: object, names: Sequence[str]) -> tuple[Tokens, int]:
    """Tokens by input member, and how many items of the first page to leave out.

    What is no text of ``encode`` is taken for a token of the service, or for several with ``___`` between them. Raises
    ValueError where it cannot be that either.
    """
    if not isinstance(text, str):
        raise bad_token(text)
    tokens = _decoded(text)
    if tokens is None:
        return _side_by_side(text, names)
    index = tokens.pop(TRUNCATED, 0)
    if not isinstance(index, int):
        raise bad_token(text)
    return tokens, index


def bad_token(value: object) -> ValueError:
    return ValueError(f"Bad starting token: {value}")


def _decoded(text: str) -> Tokens | None:
    try:
        tokens: Any = json.loads(base64.b64decode(text.encode()).decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(tokens, dict):
        return None
    found = cast("Tokens", tokens)
    try:
        for *way, last in found.pop(ENCODED, None) or ():
            holder: Any = found
            for step in way:
                holder = holder[step]
            holder[last] = base64.b64decode(holder[last].encode())
    except (LookupError, TypeError, AttributeError, ValueError):
        raise bad_token(text) from None
    return found


def _side_by_side(text: str, names: Sequence[str]) -> tuple[Tokens, int]:
    parts, index = text.split(_SEPARATOR), 0
    if len(parts) == len(names) + 1:
        try:
            index = int(parts[-1])
            parts.pop()
        except ValueError:
            parts = [text]
    if len(parts) > len(names):
        raise bad_token(text)
    tokens: list[str | None] = [None if part == "None" else part for part in parts]
    tokens += [None] * (len(names) - len(tokens))
    return dict(zip(names, tokens, strict=True)), index


def _bytes_in(value: Any, path: Path) -> Iterator[tuple[Path, bytes]]:
    if isinstance(value, bytes):
        yield path, value
        return
    for key, item in _children(value):
        yield from _bytes_in(item, (*path, key))


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        yield from cast("Mapping[str, Any]", value).items()
    elif isinstance(value, list):
        yield from enumerate(cast("list[object]", value))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast("Mapping[str, Any]", value).items()}
    return [_plain(item) for item in cast("list[object]", value)] if isinstance(value, list) else value
