"""Which signature a client of a service uses: for all services in botocore's data, what botocore's client uses."""

from __future__ import annotations

import itertools

import botocore.loaders
import pytest

from osteon.auth.http import fixed_identity
from osteon.auth.schemes import AuthTraits, choose
from osteon.aws.schemes import auth_preference, aws_schemes
from osteon.config import UNSIGNED, Config

NOBODY = fixed_identity(None)


def name_of(signing_name: str, endpoint: list = [], **traits: object) -> str:
    schemes = aws_schemes(signing_name, Config(), NOBODY, NOBODY)
    return choose(AuthTraits(**traits), schemes, endpoint).scheme.name


CASES = [
    ("sqs", ["aws.auth#sigv4"], None, [], "v4"),
    ("s3", ["aws.auth#sigv4"], None, [], "s3v4"),
    ("s3tables", ["aws.auth#sigv4"], None, [], "v4"),
    ("s3-outposts", ["aws.auth#sigv4"], None, [], "v4"),
    ("s3", ["aws.auth#sigv4"], None, [{"name": "sigv4", "signingName": "s3-outposts"}], "s3v4"),
    ("s3", ["aws.auth#sigv4"], None, [{"name": "sigv4a", "signingRegionSet": ["*"]}], "s3v4a"),
    ("events", ["aws.auth#sigv4"], None, [{"name": "sigv4a"}, {"name": "sigv4"}], "v4a"),
    ("s3", ["aws.auth#sigv4"], None, [{"name": "sigv4-s3express"}], "v4-s3express"),
    ("s3", ["aws.auth#sigv4"], "v4", [{"name": "sigv4"}], "s3v4"),
    ("s3", ["aws.auth#sigv4"], "s3v4", [{"name": "sigv4"}], "s3v4"),
    ("sqs", ["aws.auth#sigv4"], UNSIGNED, [{"name": "sigv4"}], "none"),
    ("codecatalyst", ["smithy.api#httpBearerAuth"], None, [], "bearer"),
]


@pytest.mark.parametrize(("signing_name", "auth", "requested", "endpoint", "name"), CASES)
def test_names(signing_name, auth, requested, endpoint, name) -> None:
    assert name_of(signing_name, endpoint, service_auth=auth, requested=requested) == name


def test_every_operation_of_botocores_services_has_a_scheme() -> None:
    loader = botocore.loaders.Loader()
    seen = set()
    for service in itertools.islice(loader.list_available_services("service-2"), 0, None, 12):
        model = loader.load_service_model(service, "service-2")
        metadata = model["metadata"]
        signing_name = metadata.get("signingName", metadata["endpointPrefix"])
        for operation in model["operations"].values():
            seen.add(
                name_of(
                    signing_name,
                    service_auth=metadata.get("auth", ()),
                    service_version=metadata.get("signatureVersion"),
                    operation_auth=operation.get("auth"),
                    authtype=operation.get("authtype"),
                )
            )
    assert "v4" in seen
    assert seen <= {"v4", "s3v4", "none", "bearer", "v2"}


TOKEN = {"AWS_BEARER_TOKEN_BEDROCK": "sesame"}


@pytest.mark.parametrize(
    ("signing_name", "given", "environ", "order"),
    [
        ("bedrock", {}, TOKEN, ("httpBearerAuth",)),
        ("bedrock", {}, {}, ()),
        ("bedrock", {"auth_scheme_preference": "sigv4"}, TOKEN, ("sigv4",)),
        ("bedrock", {"signature_version": "v4"}, TOKEN, ()),
        ("sqs", {"auth_scheme_preference": "sigv4a,sigv4"}, TOKEN, ("sigv4a", "sigv4")),
        ("codecatalyst", {}, {"AWS_BEARER_TOKEN_CODECATALYST": "sesame"}, ()),
    ],
)
def test_preference(signing_name: str, given: dict, environ: dict, order: tuple) -> None:
    assert auth_preference(signing_name, Config(**given), Config(**given), environ) == order
