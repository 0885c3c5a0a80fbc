"""Listings of S3: keys travel url-encoded, since XML cannot carry every character that a key may have.

Source: "EncodingType" of the listing operations in the S3 API reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from osteon.events.admission import Registration

#: operation -> members that are encoded, and (list, member) where lists hold them
_ENCODED: Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "ListObjects": (("Delimiter", "Marker", "NextMarker"), (("Contents", "Key"), ("CommonPrefixes", "Prefix"))),
    "ListObjectsV2": (("Delimiter", "Prefix", "StartAfter"), (("Contents", "Key"), ("CommonPrefixes", "Prefix"))),
    "ListObjectVersions": (
        ("KeyMarker", "NextKeyMarker", "Prefix", "Delimiter"),
        (("Versions", "Key"), ("DeleteMarkers", "Key"), ("CommonPrefixes", "Prefix")),
    ),
}


def ask_for_encoding(params: dict[str, Any], context: dict[str, Any], **kwargs: Any) -> None:
    """Have the listing encoded, unless the caller says how he wants it."""
    if "EncodingType" not in params:
        params["EncodingType"] = "url"
        context["encoding_type_auto_set"] = True


def _decoder(members: tuple[str, ...], lists: tuple[tuple[str, str], ...]) -> Callable[..., None]:
    def decode(parsed: dict[str, Any], context: Mapping[str, Any], **kwargs: Any) -> None:
        """Take back the encoding that the caller did not ask for."""
        if parsed.get("EncodingType") != "url" or not context.get("encoding_type_auto_set"):
            return
        for name in members:
            _decode((parsed,), name)
        for name, member in lists:
            _decode(parsed.get(name, ()), member)

    return decode


def _decode(holders: Iterable[dict[str, Any]], name: str) -> None:
    for holder in holders:
        text = holder.get(name)
        if text and ("%" in text or "+" in text):
            holder[name] = unquote_plus(text)


HANDLERS = (
    *(Registration(f"before-parameter-build.s3.{operation}", ask_for_encoding) for operation in _ENCODED),
    *(Registration(f"after-call.s3.{operation}", _decoder(*encoded)) for operation, encoded in _ENCODED.items()),
)
