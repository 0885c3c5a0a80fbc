"""The ways in which clients of AWS services sign, by short name: one table for a client. No signature is made here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from osteon.auth.http import ANONYMOUS, bearer_scheme
from osteon.auth.schemes import AuthScheme, IdentityProvider, Schemes
from osteon.aws.credentials.tokens import sign_over_tls, token_variable
from osteon.aws.presign import QUERY_RULES, post_signer, query_signer
from osteon.aws.s3_sigv2 import REGIONS as S3_V2_REGIONS
from osteon.aws.s3_sigv2 import s3_sigv2, s3_sigv2_post, s3_sigv2_query
from osteon.aws.sigv2 import sigv2
from osteon.aws.sigv4 import SIGV4_RULES, s3_rules, s3_sigv4, s3express_sigv4, sigv4
from osteon.aws.sigv4a import missing, s3_sigv4a_query, sigv4a_signer
from osteon.config import Config

#: The signing name of S3 and S3 Control, which S3's kinds of SigV4 are for, wherever their endpoint rules send a call.
#: Others that begin like it (s3-outposts, s3tables, s3vectors) sign as all do.
_S3 = "s3"
#: Signing names of services that a token in the environment makes sign by bearer token.
BEARER_SIGNING_NAMES = frozenset({"bedrock"})


def aws_schemes(
    signing_name: str,
    config: Config,
    credentials: IdentityProvider,
    tokens: IdentityProvider,
    model_version: str | None = None,
) -> Schemes:
    """The schemes of one client. ``model_version``: the ``signatureVersion`` of its model; S3's alone is ``s3``.

    In a client of S3 ``v4`` is ``s3v4``, and ``v4a`` is ``s3v4a``; where the region takes it and nobody asked for
    another, what is presigned is signed by ``s3``, the second version.
    """
    payload_signing = (config.s3 or {}).get("payload_signing_enabled")
    s3_v4 = AuthScheme(
        "aws.auth#sigv4",
        credentials,
        s3_sigv4(payload_signing),
        "s3v4",
        presign=partial(query_signer, QUERY_RULES["s3v4"]),
        presign_post=post_signer,
    )
    s3 = AuthScheme("aws.auth#s3", credentials, s3_sigv2, "s3", presign=s3_sigv2_query, presign_post=s3_sigv2_post)
    s3_v4a_signer = sigv4a_signer(s3_rules(payload_signing), normalize=False)
    s3_v4a = AuthScheme("aws.auth#sigv4a", credentials, s3_v4a_signer, "s3v4a", missing(), presign=s3_sigv4a_query)
    v4 = AuthScheme("aws.auth#sigv4", credentials, sigv4, "v4", presign=partial(query_signer, QUERY_RULES["v4"]))
    v4a = AuthScheme("aws.auth#sigv4a", credentials, sigv4a_signer(SIGV4_RULES), "v4a", missing())
    is_s3, region = signing_name == _S3, config.region_name or "aws-global"
    presigns_as_s3 = model_version == "s3" and config.signature_version is None and region in S3_V2_REGIONS
    s3_default = s3_v4._replace(presign=s3.presign, presign_post=s3.presign_post) if presigns_as_s3 else s3_v4
    return {
        "none": ANONYMOUS,
        "v4": s3_default if is_s3 else v4,
        "v4a": s3_v4a if is_s3 else v4a,
        "s3v4": s3_v4,
        "s3v4a": s3_v4a,
        "v4-s3express": AuthScheme(
            "aws.auth#sigv4-s3express",
            credentials,
            s3express_sigv4(payload_signing),
            "v4-s3express",
            presign=partial(query_signer, QUERY_RULES["v4-s3express"]),
        ),
        "s3": s3,
        "v2": AuthScheme("aws.auth#sigv2", credentials, sigv2, "v2"),
        "bearer": bearer_scheme(tokens, sign_over_tls),
    }


def signs_by_environment_token(signing_name: str, config: Config, environ: Mapping[str, str]) -> bool:
    """Whether a token in the environment signs for a client; ``config`` is its final one."""
    first = (config.auth_scheme_preference or "").partition(",")[0]
    is_set = signing_name in BEARER_SIGNING_NAMES and bool(environ.get(token_variable(signing_name)))
    return is_set and first == "httpBearerAuth" and config.bearer_token is None


def auth_preference(signing_name: str, config: Config, given: Config, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The order of preference: ``config``'s, the client's final one; a bearer token in the environment goes before it.

    It does so for the services that take one, where ``given``, the user's, says nothing of signing.
    """
    listed = tuple(config.auth_scheme_preference.split(",")) if config.auth_scheme_preference else ()
    said = given.signature_version is not None or given.auth_scheme_preference is not None
    if said or signing_name not in BEARER_SIGNING_NAMES or not environ.get(token_variable(signing_name)):
        return listed
    return ("httpBearerAuth", *listed)
