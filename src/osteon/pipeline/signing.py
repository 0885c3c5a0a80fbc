"""Signing one request: handlers choose the scheme, the identity is fetched, the proof goes where it is wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from osteon.auth.schemes import AuthChoice, AuthScheme, Signer, SigningContext, choose
from osteon.events.channel import Answer
from osteon.exceptions import UnsupportedSignatureVersionError
from osteon.flow import Blocking, Flow
from osteon.http import Request
from osteon.pipeline.bodies import is_quick
from osteon.pipeline.phases import Plan, Prepared

logger = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where the proof goes."""

    #: what events add to the name of the signature version
    suffix: str
    #: a scheme's signer for this place, or None
    signer: Callable[[AuthScheme], Signer | None]


def _in_query(scheme: AuthScheme, seconds: int) -> Signer | None:
    return None if scheme.presign is None else scheme.presign(seconds)


def in_query(seconds: int) -> Place:
    """In a URL that somebody else will send, within so many seconds."""
    return Place("-query", partial(_in_query, seconds=seconds))


IN_HEADERS = Place("", attrgetter("sign"))
#: In the fields of an upload form, which the request's context holds.
IN_FORM = Place("-presign-post", attrgetter("presign_post"))


def unsigned(prepared: Prepared) -> Request:
    """The request of an attempt, before its handlers."""
    draft = prepared.draft
    body: Any = draft.body  # forms are encoded by now
    plan = prepared.plan
    request = Request(draft.method, draft.url, draft.headers.copy(), body, prepared.context, plan.stream_output, {})
    if plan.secret_path:
        request.secret_path = True
    return request


def sign(plan: Plan, auth: AuthChoice, request: Request, now: float, place: Place = IN_HEADERS) -> Flow[None]:
    """Sign ``request`` for ``now`` (this machine's time in seconds), after choose-signer and before-sign handlers.

    ``auth`` is the choice that no handler had a part in.

    Raises UnsupportedSignatureVersionError for a scheme that cannot sign there, and what identities and signers raise.
    """
    choice = auth
    if plan.route.choose_signer.heard_by:
        choice = yield from _chosen(plan, auth, request, place)
    event = plan.route.before_sign
    if event.heard_by and (event.idle is None or not event.idle((request, choice.scheme.name))):
        keywords = {
            **_facts(plan, choice, request, place),
            "request": request,
            "request_signer": plan.context["request_signer"],
            "operation_name": plan.name,
        }
        yield from event.tell(keywords)
    signer = place.signer(choice.scheme)
    if signer is None:
        raise UnsupportedSignatureVersionError(signature_version=choice.scheme.name + place.suffix)
    signing: Mapping[str, Any] = request.context["signing"]
    identity = signing.get("request_credentials")  # a handler's, for this request
    if identity is None and choice.scheme.identity is not None:
        identity = yield from choice.scheme.identity()
    context = SigningContext(
        now + plan.shared.retries.clock_offset,
        # Handlers may have changed what is signed for: theirs goes before what was chosen.
        signing if choice is auth else {**choice.properties, **signing},
        plan.shared.signing_name,
        plan.name,
        choice.unsigned_payload,
    )
    if is_quick(request.body):
        signer(request, identity, context)
    else:
        # An event loop must not stand still while a large body is hashed.
        yield Blocking(partial(signer, request, identity, context))
    if logger.isEnabledFor(logging.DEBUG):
        signed_for = (context.properties.get("signing_name"), context.properties.get("region"))
        logger.debug("%s signed by %s for %s in %s", plan.name, choice.scheme.name, *signed_for)


def _chosen(plan: Plan, choice: AuthChoice, request: Request, place: Place) -> Flow[AuthChoice]:
    """The scheme that signs, after choose-signer handlers have had their say (UNSIGNED among it)."""
    keywords = {**_facts(plan, choice, request, place), "context": request.context}
    answers: list[Answer] = []
    yield from plan.route.choose_signer.ask(keywords, answers)
    if not answers:
        return choice
    version = answers[0][1]
    if version == choice.scheme.name and place is IN_HEADERS:
        return choice
    if isinstance(version, str):
        version = version.removesuffix(place.suffix)
    return choose(plan.auth._replace(requested=version), plan.shared.schemes, endpoint_schemes(request.context))


def endpoint_schemes(context: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What the endpoint that was found says of signing."""
    properties: Mapping[str, Any] = context.get("endpoint_properties", {})
    schemes: Sequence[Mapping[str, Any]] = properties.get("authSchemes", ())
    return schemes


def _facts(plan: Plan, choice: AuthChoice, request: Request, place: Place) -> dict[str, Any]:
    signing: Mapping[str, Any] = request.context["signing"]
    name = choice.scheme.name
    return {
        "signing_name": signing.get("signing_name") or plan.shared.signing_name,
        "region_name": signing.get("region") or plan.shared.region_name,
        "signature_version": name if name == "none" else name + place.suffix,
    }
