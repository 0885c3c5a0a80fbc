"""Waiters of a few services beside botocore's; ``sweep`` does it for all."""

import random

import pytest
from tests.waiters.oracle import differences

SERVICES = ("s3", "dynamodb", "ec2", "iam", "rds", "ecs", "cloudformation", "lambda")


@pytest.mark.parametrize("service", SERVICES)
def test_same_calls_and_end(service: str) -> None:
    assert list(differences(service, random.Random(f"test {service}"), 10)) == []
