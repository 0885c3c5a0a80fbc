"""Signed URLs of CloudFront: their policies, and what of them stands in a URL. No keys, no RSA, no requests."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from osteon.timestamps import to_datetime

#: CloudFront's own alphabet: base64 without the characters that mean something in a query.
_ALPHABET = bytes.maketrans(b"+=/", b"-_~")


class CloudFrontSigner:
    """Signs URLs of private content with a key pair of CloudFront's.

    ``rsa_signer`` gets the policy as bytes and returns its RSA signature over SHA-1, as CloudFront wants: private key
    and library stay with the caller. Source: CloudFront's developer guide, "Use signed URLs".
    """

    def __init__(self, key_id: str, rsa_signer: Callable[[bytes], bytes]) -> None:
        self.key_id = key_id
        self.rsa_signer = rsa_signer

    def generate_presigned_url(
        self, url: str, date_less_than: datetime | None = None, policy: str | bytes | None = None
    ) -> str:
        """``url`` with its signature in the query: valid until ``date_less_than``, or as ``policy`` says.

        ``policy`` is JSON, such as :meth:`build_policy` makes. Raises ValueError unless one of the two is given.
        """
        if (date_less_than is None) == (policy is None):
            raise ValueError("Need to provide either date_less_than or policy, but not both")
        if date_less_than is not None:
            signed = self.build_policy(url, date_less_than).encode()
            terms = f"Expires={_seconds(date_less_than)}"
        else:
            signed = policy.encode() if isinstance(policy, str) else policy or b""
            terms = f"Policy={_text(signed)}"
        signature = _text(self.rsa_signer(signed))
        return f"{url}{'&' if '?' in url else '?'}{terms}&Signature={signature}&Key-Pair-Id={self.key_id}"

    def build_policy(
        self,
        resource: str,
        date_less_than: datetime,
        date_greater_than: datetime | None = None,
        ip_address: str | None = None,
    ) -> str:
        """A policy as JSON without spaces: until when, from when and for whom ``resource`` may be read.

        ``resource`` is a URL, which may have ``*`` and ``?`` as wildcards. ``ip_address`` is one address, or a block of
        them in CIDR notation. Moments without a zone are in UTC; fractions of seconds are cut.
        """
        # CloudFront makes the policy of a URL that names none itself, in this order: the signature is over these bytes.
        condition: dict[str, Any] = {"DateLessThan": {"AWS:EpochTime": _seconds(date_less_than)}}
        if ip_address:
            condition["IpAddress"] = {"AWS:SourceIp": _block(ip_address)}
        if date_greater_than:
            condition["DateGreaterThan"] = {"AWS:EpochTime": _seconds(date_greater_than)}
        statement = {"Resource": resource, "Condition": condition}
        return json.dumps({"Statement": [statement]}, separators=(",", ":"))


def _seconds(moment: datetime) -> int:
    return int(to_datetime(moment).timestamp())


def _text(data: bytes) -> str:
    return base64.b64encode(data).translate(_ALPHABET).decode()


def _block(address: str) -> str:
    """One address is a block of one: 32 bits of the older kind, 128 of the newer."""
    if "/" in address:
        return address
    return f"{address}/{128 if ':' in address else 32}"
