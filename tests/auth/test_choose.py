"""Which scheme signs an operation: the user's wish, the preference, the endpoint's list, the model's."""

from __future__ import annotations

import pytest

from osteon.auth.http import ANONYMOUS, sign_nothing
from osteon.auth.schemes import AuthScheme, AuthTraits, choose
from osteon.config import UNSIGNED
from osteon.exceptions import (
    MissingDependencyException,
    UnknownSignatureVersionError,
    UnsupportedSignatureVersionError,
)

SIGV4, SIGV4A, BEARER, NO_AUTH = (
    "aws.auth#sigv4",
    "aws.auth#sigv4a",
    "smithy.api#httpBearerAuth",
    "smithy.api#noAuth",
)
S3 = AuthScheme(SIGV4, None, sign_nothing, name="s3v4")
SCHEMES = {
    "none": ANONYMOUS,
    "v4": AuthScheme(SIGV4, None, sign_nothing, name="v4"),
    "bearer": AuthScheme(BEARER, None, sign_nothing, name="bearer"),
    "v4a": AuthScheme(SIGV4A, None, sign_nothing, name="v4a", missing="install osteon[crt]"),
}
INSTALLED = {**SCHEMES, "v4a": AuthScheme(SIGV4A, None, sign_nothing, name="v4a")}

CASES = [
    ("the service's first", AuthTraits(service_auth=[SIGV4, BEARER]), [], "v4"),
    ("old models have a version only", AuthTraits(service_version="v4"), [], "v4"),
    ("no traits at all", AuthTraits(), [], "none"),
    ("the operation's before the service's", AuthTraits(service_auth=[SIGV4], operation_auth=[BEARER]), [], "bearer"),
    ("an operation without signature", AuthTraits(service_auth=[SIGV4], authtype="none"), [], "none"),
    ("the same in the newer trait", AuthTraits(service_auth=[SIGV4], operation_auth=[NO_AUTH]), [], "none"),
    (
        "an endpoint does not make it signed",
        AuthTraits(service_auth=[SIGV4], authtype="none"),
        [{"name": "sigv4"}],
        "none",
    ),
    ("the endpoint's before the model's", AuthTraits(service_auth=[SIGV4]), [{"name": "bearer"}], "bearer"),
    (
        "what cannot be used is passed over",
        AuthTraits(service_auth=[SIGV4]),
        [{"name": "sigv4a"}, {"name": "sigv4"}],
        "v4",
    ),
    ("unknown names too", AuthTraits(service_auth=["com.example#magic", SIGV4]), [], "v4"),
    ("preference", AuthTraits(service_auth=[SIGV4, BEARER], preference=["httpBearerAuth"]), [], "bearer"),
    ("a preference that is not offered", AuthTraits(service_auth=[SIGV4], preference=["httpBearerAuth"]), [], "v4"),
    ("the wish before all", AuthTraits(service_auth=[SIGV4], preference=[SIGV4], requested="bearer"), [], "bearer"),
    ("unsigned by wish", AuthTraits(service_auth=[SIGV4], requested=UNSIGNED), [{"name": "sigv4"}], "none"),
]


@pytest.mark.parametrize(("traits", "endpoint", "name"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_choice(traits: AuthTraits, endpoint: list, name: str) -> None:
    assert choose(traits, SCHEMES, endpoint).scheme.name == name


def test_the_endpoint_says_where_to_sign() -> None:
    traits = AuthTraits(service_auth=[SIGV4], properties={"signing_name": "s3", "region": "eu-west-1"})
    scheme = {"name": "sigv4", "signingName": "outposts", "signingRegion": "us-east-1", "disableDoubleEncoding": True}
    choice = choose(traits, {**SCHEMES, "v4": S3}, [scheme])
    assert choice.scheme is S3
    assert choice.properties == {"signing_name": "outposts", "region": "us-east-1", "disableDoubleEncoding": True}


def test_a_wish_by_its_exact_name_takes_the_endpoints_properties() -> None:
    traits = AuthTraits(service_auth=[SIGV4], requested="s3v4")
    choice = choose(traits, {**SCHEMES, "s3v4": S3}, [{"name": "sigv4", "signingRegion": "us-east-1"}])
    assert (choice.scheme, choice.properties) == (S3, {"region": "us-east-1"})


def test_a_set_of_regions() -> None:
    choice = choose(AuthTraits(), INSTALLED, [{"name": "none"}])
    assert choice.scheme is ANONYMOUS
    traits = AuthTraits(service_auth=[SIGV4])
    choice = choose(traits, INSTALLED, [{"name": "sigv4a", "signingRegionSet": ["us-*", "eu-west-1"]}])
    assert (choice.scheme.name, choice.properties) == ("v4a", {"region": "us-*,eu-west-1"})


def test_a_choice_cannot_be_changed() -> None:
    choice = choose(AuthTraits(service_auth=[SIGV4], properties={"region": "x"}), SCHEMES)
    with pytest.raises(TypeError):
        choice.properties["region"] = "y"  # type: ignore[index]  # the point of the test


@pytest.mark.parametrize(
    ("traits", "unsigned"),
    [
        (AuthTraits(service_auth=[SIGV4]), False),
        (AuthTraits(service_auth=[SIGV4], unsigned_payload=True), True),
        (AuthTraits(service_auth=[SIGV4], authtype="v4-unsigned-body"), True),
        (AuthTraits(service_auth=[SIGV4], authtype="v4-unsigned-body", requested="v4"), True),
    ],
)
def test_unsigned_payload(traits: AuthTraits, unsigned: bool) -> None:
    assert choose(traits, SCHEMES).unsigned_payload is unsigned


ENDPOINT_SET = [{"name": "sigv4a", "signingRegionSet": ["us-*"]}]


@pytest.mark.parametrize(
    ("requested", "region_set", "endpoint", "regions"),
    [
        ("v4a", None, [], "*"),
        ("v4a", None, [{"name": "sigv4", "signingRegion": "eu-west-1"}], "*"),
        ("v4a", None, ENDPOINT_SET, "us-*"),
        ("v4a", "eu-*", [], "eu-*"),
        ("v4a", "eu-*", ENDPOINT_SET, "eu-*"),
        ("s3v4a", None, [], "here"),
        ("s3v4a", None, ENDPOINT_SET, "us-*"),
        ("s3v4a", "eu-*", [], "eu-*"),
        ("v4", "eu-*", [], "here"),
    ],
)
def test_which_regions_it_is_signed_for(requested: str, region_set: str | None, endpoint: list, regions: str) -> None:
    """botocore's, but for a set of regions that is asked for with S3's own kind: there it is passed over."""
    traits = AuthTraits(requested=requested, service_auth=[SIGV4], properties={"region": "here"}, region_set=region_set)
    choice = choose(traits, {**INSTALLED, "s3v4a": INSTALLED["v4a"]}, endpoint)
    assert choice.properties["region"] == regions


def test_refusals_name_what_was_offered_and_the_way_out() -> None:
    told = r"^Unknown Signature Version: v2\. This client can use: none, v4, bearer\.$"
    # botocore raises the one for calls, the other for URLs
    for kind in (UnknownSignatureVersionError, UnsupportedSignatureVersionError):
        with pytest.raises(kind, match=told):
            choose(AuthTraits(service_version="v2"), SCHEMES)
    with pytest.raises(MissingDependencyException, match=r"to sign with v4a, install osteon\[crt\]"):
        choose(AuthTraits(service_auth=[SIGV4A]), SCHEMES)
