"""Who is asking, and how a request shows it: identities, signers, and the choice among schemes. No scheme's details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from osteon.flow import Flow
from osteon.http import Request


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class AuthScheme:
    """One way to sign: its Smithy id, who it signs for, and how."""

    #: ``aws.auth#sigv4``, ``smithy.api#httpBearerAuth``, ...
    scheme_id: str
    identity: IdentityProvider | None
    sign: Signer
