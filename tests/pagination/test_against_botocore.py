"""Paginators of a few services of each kind beside botocore's; ``sweep`` does it for all."""

import random

import pytest
from tests.pagination.oracle import differences

from osteon.clients.page_tokens import decode, encode

SERVICES = ("s3", "dynamodb", "iam", "route53", "logs", "rds", "cloudfront", "apigateway", "kinesis", "ecs")


@pytest.mark.parametrize("service", SERVICES)
def test_same_pages_calls_tokens_and_results(service: str) -> None:
    assert list(differences(service, random.Random(f"test {service}"), 4)) == []


@pytest.mark.parametrize(
    "tokens",
    [{"Marker": "x"}, {"Key": {"id": {"B": b"\x00\xff"}, "l": [b"", "t"]}}, {"Next": None}, {"Ü": "\U0001f40d"}],
)
def test_a_token_comes_back(tokens: dict[str, object]) -> None:
    assert decode(encode(tokens), tuple(tokens)) == (tokens, 0)


#: (what is given, why it is hostile)
HOSTILE = {
    "truncation is no number": encode({"Marker": "x", "boto_truncate_amount": "all"}),
    "paths lead nowhere": encode({"Marker": "x", "boto_encoded_keys": [["Other"]]}),
    "paths are no paths": encode({"Marker": "x", "boto_encoded_keys": 7}),
    "path ends in a number": encode({"Marker": 7, "boto_encoded_keys": [["Marker"]]}),
    "too many": "a___b___c",
    "no text": 7,
}


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE)
def test_bad_tokens_are_one_clear_error(token: object) -> None:
    with pytest.raises(ValueError, match="Bad starting token"):
        decode(token, ("Marker",))


def test_a_deep_token_is_the_services() -> None:
    import base64

    deep = base64.b64encode(b"[" * 100_000).decode()
    assert decode(deep, ("Marker",)) == ({"Marker": deep}, 0)
