"""Who is asking, and how a request shows it: identities, signers, and the choice among schemes. No scheme's details."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from osteon.config import SignatureVersion, Unsigned
from osteon.exceptions import MissingDependencyException, UnknownSignatureVersionError
from osteon.flow import Flow
from osteon.http import Request


@dataclass(slots=True, eq=False, repr=False)
class SigningContext:
    """What a signer may use besides the request and the identity."""

    #: seconds since the epoch, already corrected for a skewed clock
    now: float
    #: signing name, region and the like: the endpoint's authScheme, else the model's
    properties: Mapping[str, Any]
    service_name: str
    operation_name: str
    #: the payload is not signed (``unsignedPayload``, ``v4-unsigned-body``)
    unsigned_payload: bool = False


#: Adds the proof to a request, in place. A pure computation: time and identity are handed in.
Signer: TypeAlias = Callable[[Request, Any, SigningContext], None]

#: A flow that gives the identity of its kind (cached and refreshed inside), or None where there is none.
IdentityProvider: TypeAlias = Callable[[], "Flow[Any]"]


class Identity(Protocol):
    """What an identity provider gives: credentials, a token or a key; its repr never shows the secret."""


class AuthScheme(NamedTuple):
    """One way to sign: its Smithy id, who it signs for, and how."""

    #: ``aws.auth#sigv4``, ``smithy.api#httpBearerAuth``, ...
    scheme_id: str
    identity: IdentityProvider | None
    sign: Signer
    #: the signature version that events show: ``v4``, ``s3v4``, ``bearer``, ``none``, ...
    name: str = ""
    #: what must be installed before it can sign; empty where nothing is
    missing: str = ""
    #: makes signers of URLs that somebody else will send, good for so many seconds; None where the scheme cannot
    presign: Callable[[int], Signer] | None = None
    #: signs the policy of an upload form: both stand in the request's context; None where the scheme cannot
    presign_post: Signer | None = None


#: The schemes a client can sign with, by short name: ``v4``, ``v4a``, ``bearer``, ``api-key``, ``none``. What events
#: call it may be more exact: in a client of S3 ``v4`` leads to the scheme named ``s3v4``.
Schemes: TypeAlias = Mapping[str, AuthScheme]

#: Smithy's and the endpoint rules' names of schemes, without namespace -> short name
SHORT_NAMES = {
    "sigv4": "v4",
    "sigv4a": "v4a",
    "sigv4-s3express": "v4-s3express",
    "httpBearerAuth": "bearer",
    "httpApiKeyAuth": "api-key",
    "noAuth": "none",
}
#: the short name of the scheme that signs for a set of regions
_FOR_A_SET = "v4a"
#: authtype trait -> short name
AUTH_TYPES = {"v4-unsigned-body": "v4"}
#: keys of an endpoint's authSchemes -> keys of the properties that signers read (those of botocore's signing context)
ENDPOINT_PROPERTIES = {
    "signingName": "signing_name",
    "signingRegion": "region",
    "disableDoubleEncoding": "disableDoubleEncoding",
}


class AuthTraits(NamedTuple):
    """What an operation's model and the client's settings say about signing; the same for all calls of an operation."""

    #: ``metadata.auth``, and ``metadata.signatureVersion``, which only older models have alone
    service_auth: Sequence[str] = ()
    service_version: str | None = None
    #: the operation's ``auth`` and ``authtype`` traits
    operation_auth: Sequence[str] | None = None
    authtype: str | None = None
    unsigned_payload: bool = False
    #: ``Config.signature_version``
    requested: SignatureVersion | None = None
    #: ``Config.auth_scheme_preference``, as list
    preference: Sequence[str] = ()
    #: properties that hold where the endpoint says nothing else
    properties: Mapping[str, Any] = MappingProxyType({})
    #: ``Config.sigv4a_signing_region_set``
    region_set: str | None = None

    @property
    def offered(self) -> tuple[str, ...]:
        """The short names that the model offers, best first."""
        if self.operation_auth:
            return tuple(map(short_name, self.operation_auth))
        if self.authtype:
            return (AUTH_TYPES.get(self.authtype, self.authtype),)
        if self.service_auth:
            return tuple(map(short_name, self.service_auth))
        return (short_name(self.service_version),) if self.service_version else ("none",)


class AuthChoice(NamedTuple):
    """The scheme to sign one request with, and what its signer is to be told."""

    scheme: AuthScheme
    properties: MappingProxyType[str, Any]
    unsigned_payload: bool = False


def choose(traits: AuthTraits, schemes: Schemes, endpoint: Sequence[Mapping[str, Any]] = ()) -> AuthChoice:
    """The scheme for an operation; ``endpoint`` is the ``authSchemes`` property of the endpoint it goes to.

    First what the user asked for, then the order of preference, then that of the endpoint, else that of the model. An
    operation that is not signed stays so. Raises UnknownSignatureVersionError with what was offered and can be used,
    MissingDependencyException where a scheme would serve if something were installed.
    """
    offered = traits.offered
    if isinstance(traits.requested, Unsigned) or offered[0] == "none":
        return AuthChoice(schemes["none"], MappingProxyType({**traits.properties}))
    by_name = {short_name(scheme["name"]): scheme for scheme in endpoint}
    name = _pick(_wanted(traits, tuple(by_name) or offered), schemes)
    properties = MappingProxyType(_properties(traits, name, _endpoint_properties(by_name.get(_base_name(name), {}))))
    unsigned = traits.unsigned_payload or traits.authtype == "v4-unsigned-body"
    return AuthChoice(schemes[name], properties, unsigned)


def short_name(name: str) -> str:
    """``aws.auth#sigv4`` and ``sigv4`` are ``v4``."""
    bare = name.rpartition("#")[2]
    return SHORT_NAMES.get(bare, bare)


def _base_name(version: str) -> str:
    """A signature version as endpoint rules name it: S3's own kinds of v4 are ``v4`` there."""
    return version.removeprefix("s3") if version.startswith("s3v") else version


def _wanted(traits: AuthTraits, offered: tuple[str, ...]) -> Iterable[str]:
    if traits.requested is not None:
        return (str(traits.requested),)
    preferred = tuple(map(short_name, traits.preference))
    return (*(name for name in preferred if name in offered), *offered)


def _pick(wanted: Iterable[str], schemes: Schemes) -> str:
    names = tuple(dict.fromkeys(wanted))
    known = [name for name in names if name in schemes]
    for name in known:
        if not schemes[name].missing:
            return name
    if known:
        raise MissingDependencyException(msg=f"to sign with {known[0]}, {schemes[known[0]].missing}")
    usable = ", ".join(name for name, scheme in schemes.items() if not scheme.missing)
    raise UnknownSignatureVersionError(signature_version=", ".join(names), hint=f" This client can use: {usable}.")


def _properties(traits: AuthTraits, name: str, endpoint: Mapping[str, Any]) -> dict[str, Any]:
    found = {**traits.properties, **endpoint}
    if _base_name(name) == _FOR_A_SET and traits.region_set:
        found["region"] = traits.region_set
    elif name == _FOR_A_SET and "region" not in endpoint:
        # Not for the client's region, as botocore has it (where S3's own kind is asked for by name, it is).
        found["region"] = "*"
    return found


def _endpoint_properties(scheme: Mapping[str, Any]) -> dict[str, Any]:
    found = {ours: scheme[theirs] for theirs, ours in ENDPOINT_PROPERTIES.items() if theirs in scheme}
    if scheme.get("signingRegionSet"):
        found.setdefault("region", ",".join(scheme["signingRegionSet"]))
    return found
