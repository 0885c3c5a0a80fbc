"""Names: operations to methods, service ids to event names, close names for messages. Pure functions of strings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

#: Words whose inner capitals are no word starts, as boto3 names the operations that hold them.
_WORDS = {
    "iSCSI": "Iscsi", "PartiQL": "Partiql", "WhatsApp": "Whatsapp", "OTel": "Otel", "OAuth2": "Oauth2", "HITs": "Hits",
}  # fmt: skip
_WORD = re.compile("|".join(_WORDS))
#: Operations that boto3 named before it was told that one of those words is in them.
_NAMED_WITHOUT = frozenset({"CreateOAuth2TokenWithTokenExchange"})
_PLURAL_ACRONYM = re.compile(r"[A-Z]{2,}s$")
#: Between two words: before a capital that begins one, and after one that ends in a small letter or a digit. Empty, so
#: that the separator replaces it as it is: replacements that hold groups cost a start with ec2 five milliseconds.
_BOUNDARY = re.compile(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])")
_NOT_IN_NAMES = re.compile(r"\W+")


@cache
def snake_case(name: str, separator: str = "_") -> str:
    """The Python name of an operation or waiter: ``ListObjectsV2`` is ``list_objects_v2``, as boto3 names them."""
    if separator in name:
        return name
    if name not in _NAMED_WITHOUT:
        name = _WORD.sub(lambda word: _WORDS[word.group()], name)
    plural = _PLURAL_ACRONYM.search(name) if name.endswith("s") else None
    if plural is not None:
        acronym = plural.group()
        name = f"{name[: -len(acronym)]}{separator}{acronym.lower()}"
    return _BOUNDARY.sub(separator, name).lower()


#: What every client has of its own, sync or async.
CLIENT_MEMBERS = frozenset(
    (
        "can_paginate", "close", "exceptions", "generate_presigned_url", "get_paginator", "get_waiter", "meta",
        "waiter_names",
    )
)  # fmt: skip


@cache
def method_name(operation: str) -> str:
    """The name of an operation's method. One that would hide what every client has is called ``close_operation``."""
    name = snake_case(operation)
    return f"{name.lstrip('_')}_operation" if name in CLIENT_MEMBERS or name.startswith("_") else name


def hyphenized(service_id: str) -> str:
    """A service id as event names write it: ``Cost Explorer`` is ``cost-explorer``."""
    return service_id.replace(" ", "-").lower()


def identifier(name: str, filling: str = "") -> str:
    """``name`` with all that a Python name cannot hold replaced by ``filling``; empty where nothing is left."""
    return _NOT_IN_NAMES.sub(filling, name)


def close_names(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known names most like ``name``, best first; case does not count."""
    # Imported here: only mistakes need it.
    import difflib

    by_folded = {item.lower(): item for item in known}
    return tuple(by_folded[match] for match in difflib.get_close_matches(name.lower(), by_folded, n=limit, cutoff=0.6))


def did_you_mean(name: str, known: Iterable[str], surely: Iterable[str] = ()) -> str:
    """`` Did you mean: 's3', 'ses'?`` with its leading space, or nothing where no name is close.

    ``surely``: names for which something else speaks than their spelling; they come first.
    """
    close = dict.fromkeys((*surely, *close_names(name, known)))
    return f" Did you mean: {', '.join(map(repr, close))}?" if close else ""
