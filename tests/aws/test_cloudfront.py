"""CloudFront's signed URLs beside botocore's, and checked with the public key as CloudFront checks them."""

from __future__ import annotations

import base64
import itertools
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.signers
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from osteon.signers import CloudFrontSigner

KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
UNTIL = datetime(2031, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
LOCAL = datetime(2031, 2, 3, 9, 35, 6, tzinfo=timezone(timedelta(hours=5, minutes=30)))
NAIVE = datetime(2030, 12, 31, 23, 59, 59)

URLS = ("https://d1.example/film.m3u8", "https://d1.example/a?size=big", "rtmp/film", 'https://d1.example/ü "x"?')


def sign(message: bytes) -> bytes:
    return KEY.sign(message, padding.PKCS1v15(), hashes.SHA1())


def both() -> tuple[CloudFrontSigner, Any]:
    return CloudFrontSigner("KPID", sign), botocore.signers.CloudFrontSigner("KPID", sign)


@pytest.mark.parametrize(("url", "moment"), list(itertools.product(URLS, (UNTIL, LOCAL, NAIVE))))
def test_a_url_until_a_moment_is_botocores(url: str, moment: datetime) -> None:
    ours, theirs = both()
    assert ours.generate_presigned_url(url, date_less_than=moment) == theirs.generate_presigned_url(url, moment)


POLICIES: dict[str, dict[str, Any]] = {
    "until": {"date_less_than": UNTIL},
    "from and until": {"date_less_than": LOCAL, "date_greater_than": NAIVE},
    "for one address": {"date_less_than": UNTIL, "ip_address": "192.0.2.7"},
    "for a block": {"date_less_than": UNTIL, "date_greater_than": NAIVE, "ip_address": "192.0.2.0/24"},
    "for none": {"date_less_than": UNTIL, "ip_address": ""},
}


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("kind", [str, str.encode])
def test_a_url_by_a_policy_is_botocores(name: str, kind: Any) -> None:
    ours, theirs = both()
    policy = ours.build_policy("https://d1.example/*", **POLICIES[name])
    assert policy == theirs.build_policy("https://d1.example/*", **POLICIES[name])
    for url in URLS:
        signed = ours.generate_presigned_url(url, policy=kind(policy))
        assert signed == theirs.generate_presigned_url(url, policy=kind(policy))


def test_what_is_signed_is_what_cloudfront_works_out() -> None:
    url = CloudFrontSigner("KPID", sign).generate_presigned_url("https://d1.example/film", date_less_than=UNTIL)
    query = parse_qs(urlsplit(url).query)
    assert query["Expires"] == ["1927857906"]
    assert query["Key-Pair-Id"] == ["KPID"]
    signature = base64.b64decode(query["Signature"][0].translate(str.maketrans("-_~", "+=/")))
    condition = '{"DateLessThan":{"AWS:EpochTime":1927857906}}'
    policy = f'{{"Statement":[{{"Resource":"https://d1.example/film","Condition":{condition}}}]}}'
    KEY.public_key().verify(signature, policy.encode(), padding.PKCS1v15(), hashes.SHA1())


def test_an_address_of_the_newer_kind_is_one_address() -> None:
    """botocore makes 2**96 of it."""
    policy = CloudFrontSigner("KPID", sign).build_policy("*", UNTIL, ip_address="2001:db8::7")
    told = json.loads(policy)["Statement"][0]["Condition"]["IpAddress"]
    assert told == {"AWS:SourceIp": "2001:db8::7/128"}


@pytest.mark.parametrize("given", [{}, {"date_less_than": UNTIL, "policy": "{}"}])
def test_a_moment_or_a_policy_is_needed_and_not_both(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either date_less_than or policy, but not both"):
        CloudFrontSigner("KPID", sign).generate_presigned_url("https://d1.example", **given)
