"""The functions that endpoint rules may call, as pure functions in one table. No rule syntax, no partition data.

Facts: the Smithy specification, "Rules engine standard library" and "AWS rules engine library functions". A function
that cannot answer gives None, which a condition takes for "no".
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from osteon.regex import later

_HOST_LABEL = later(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_IPV4 = later(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_UNSAFE_IN_URL = later(r"[\x00-\x20\x7f]")


class Function(NamedTuple):
    """A function with the number of arguments it takes; ``most`` None means any number from ``least``."""

    call: Callable[..., Any]
    least: int
    most: int | None

    def takes(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)


def is_set(value: object) -> bool:
    return value is not None


def coalesce(*values: Any) -> Any:
    """The first value that is set."""
    return next((value for value in values if value is not None), None)


def if_then_else(condition: object, then: Any, otherwise: Any) -> Any:
    return then if condition else otherwise


def substring(value: str | None, start: int, stop: int, reverse: bool) -> str | None:
    """``value[start:stop]``, counted from the end where ``reverse``; None for what is too short or not ASCII."""
    if value is None or start >= stop or len(value) < stop or not value.isascii():
        return None
    return value[len(value) - stop : len(value) - start] if reverse else value[start:stop]


def split(value: str | None, delimiter: str, limit: int) -> tuple[str, ...] | None:
    """The parts of ``value``, at most ``limit`` of them (0: all)."""
    return tuple(value.split(delimiter, limit - 1)) if value is not None and delimiter else None


def uri_encode(value: str | None) -> str | None:
    """Percent-encodes all but the unreserved characters of RFC 3986."""
    return None if value is None else quote(value, safe="-._~")


def is_valid_host_label(value: str | None, allow_subdomains: bool) -> bool:
    """Is ``value`` a host label (RFC 1123); with ``allow_subdomains``, are all its parts between dots?"""
    if value is None:
        return False
    labels = value.split(".") if allow_subdomains else (value,)
    return all(_HOST_LABEL.fullmatch(label) for label in labels)


def is_virtual_hostable_s3_bucket(value: str | None, allow_subdomains: bool) -> bool:
    """May a bucket's name stand before the host: lower case, three characters or more, labels, no IPv4 address?"""
    if value is None or len(value) < 3 or value.lower() != value or _IPV4.fullmatch(value):
        return False
    return is_valid_host_label(value, allow_subdomains)


def parse_arn(value: str | None) -> Mapping[str, Any] | None:
    """The parts of an ARN by the specification's names; ``resourceId`` is a tuple, split at ``:`` and ``/``."""
    parts = value.split(":", 5) if value is not None else ()
    if len(parts) < 6 or parts[0] != "arn" or not (parts[1] and parts[2] and parts[5]):
        return None
    partition, service, region, account, resource = parts[1:]
    return {
        "partition": partition, "service": service, "region": region, "accountId": account,
        "resourceId": tuple(resource.replace(":", "/").split("/")),
    }  # fmt: skip


def parse_url(value: str | None) -> Mapping[str, Any] | None:
    """The parts of an http or https URL without a query; None for what is none."""
    if value is None or _UNSAFE_IN_URL.search(value):
        return None
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.query or not host:
        return None
    return {
        "scheme": parts.scheme, "authority": parts.netloc, "path": parts.path,
        "normalizedPath": _normalized_path(parts.path), "isIp": _is_ip(host),
    }  # fmt: skip


def _normalized_path(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return quote("".join(f"/{segment}" for segment in kept)) + "/"


def _is_ip(host: str) -> bool:
    if _IPV4.fullmatch(host):
        return True
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


#: ``getAttr`` and ``aws.partition`` are not here: the rules' compiler makes them, one by its path, one by its data.
FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "isSet": Function(is_set, 1, 1),
        "not": Function(operator.not_, 1, 1),
        "booleanEquals": Function(operator.eq, 2, 2),
        "stringEquals": Function(operator.eq, 2, 2),
        "coalesce": Function(coalesce, 2, None),
        "ite": Function(if_then_else, 3, 3),
        "substring": Function(substring, 4, 4),
        "split": Function(split, 3, 3),
        "uriEncode": Function(uri_encode, 1, 1),
        "parseURL": Function(parse_url, 1, 1),
        "isValidHostLabel": Function(is_valid_host_label, 2, 2),
        "aws.parseArn": Function(parse_arn, 1, 1),
        "aws.isVirtualHostableS3Bucket": Function(is_virtual_hostable_s3_bucket, 2, 2),
    }
)
