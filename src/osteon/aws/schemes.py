"""The ways in which clients of AWS services sign, by short name: one table for a client. No signature is made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from osteon.auth.http import ANONYMOUS, bearer_scheme
from osteon.auth.schemes import AuthScheme, IdentityProvider, Schemes, Signer, SigningContext
from osteon.aws.credentials.tokens import sign_over_tls, token_variable
from osteon.aws.sigv4 import SIGV4_RULES, s3_rules, s3_sigv4, s3express_sigv4, sigv4
from osteon.config import Config
from osteon.http import Request

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
    makers = _Makers(config, credentials, tokens, presigns_as_s3=model_version == "s3")
    is_s3 = signing_name == _S3
    return _Schemes(
        {
            "none": lambda: ANONYMOUS,
            "v4": makers.s3_default if is_s3 else makers.v4,
            "v4a": makers.s3_v4a if is_s3 else makers.v4a,
            "s3v4": makers.s3_v4,
            "s3v4a": makers.s3_v4a,
            "v4-s3express": makers.s3express,
            "s3": makers.s3,
            "v2": makers.v2,
            "bearer": makers.bearer,
        }
    )


class _Schemes(Mapping[str, AuthScheme]):
    """Schemes by name, each made when it is first asked for: a client signs in one way of nine, or two."""

    def __init__(self, makers: Mapping[str, Callable[[], AuthScheme]]) -> None:
        self._makers = makers
        self._made: dict[str, AuthScheme] = {}

    def __getitem__(self, name: str) -> AuthScheme:
        made = self._made.get(name)
        if made is None:
            # Two threads may both make it; one is as good as the other.
            made = self._made[name] = self._makers[name]()
        return made

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class _Makers:
    """The schemes of one client, one by one. What few clients sign by is imported where they do."""

    def __init__(
        self, config: Config, credentials: IdentityProvider, tokens: IdentityProvider, *, presigns_as_s3: bool
    ) -> None:
        self._config, self._credentials, self._tokens = config, credentials, tokens
        self._payload_signing = (config.s3 or {}).get("payload_signing_enabled")
        self._presigns_as_s3 = presigns_as_s3 and config.signature_version is None

    def v4(self) -> AuthScheme:
        return AuthScheme("aws.auth#sigv4", self._credentials, sigv4, "v4", presign=partial(_in_query, "v4"))

    def s3_v4(self) -> AuthScheme:
        signer = s3_sigv4(self._payload_signing)
        presign = partial(_in_query, "s3v4")
        return AuthScheme("aws.auth#sigv4", self._credentials, signer, "s3v4", presign=presign, presign_post=_sign_post)

    def s3_default(self) -> AuthScheme:
        scheme = self.s3_v4()
        if self._presigns_as_s3:
            from osteon.aws.s3_sigv2 import REGIONS, s3_sigv2_post, s3_sigv2_query

            if (self._config.region_name or "aws-global") in REGIONS:
                return scheme._replace(presign=s3_sigv2_query, presign_post=s3_sigv2_post)
        return scheme

    def s3(self) -> AuthScheme:
        from osteon.aws.s3_sigv2 import s3_sigv2, s3_sigv2_post, s3_sigv2_query

        return AuthScheme(
            "aws.auth#s3", self._credentials, s3_sigv2, "s3", presign=s3_sigv2_query, presign_post=s3_sigv2_post
        )

    def s3express(self) -> AuthScheme:
        signer = s3express_sigv4(self._payload_signing)
        presign = partial(_in_query, "v4-s3express")
        return AuthScheme("aws.auth#sigv4-s3express", self._credentials, signer, "v4-s3express", presign=presign)

    def v4a(self) -> AuthScheme:
        from osteon.aws.sigv4a import missing, sigv4a_signer

        return AuthScheme("aws.auth#sigv4a", self._credentials, sigv4a_signer(SIGV4_RULES), "v4a", missing())

    def s3_v4a(self) -> AuthScheme:
        from osteon.aws.sigv4a import missing, s3_sigv4a_query, sigv4a_signer

        signer = sigv4a_signer(s3_rules(self._payload_signing), normalize=False)
        return AuthScheme("aws.auth#sigv4a", self._credentials, signer, "s3v4a", missing(), presign=s3_sigv4a_query)

    def v2(self) -> AuthScheme:
        from osteon.aws.sigv2 import sigv2

        return AuthScheme("aws.auth#sigv2", self._credentials, sigv2, "v2")

    def bearer(self) -> AuthScheme:
        return bearer_scheme(self._tokens, sign_over_tls)


# Imported in functions: most programs presign nothing.


def _in_query(version: str, expires: int) -> Signer:
    from osteon.aws.presign import QUERY_RULES, query_signer

    return query_signer(QUERY_RULES[version], expires)


def _sign_post(request: Request, identity: Any, context: SigningContext) -> None:
    from osteon.aws.presign import post_signer

    post_signer(request, identity, context)


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
