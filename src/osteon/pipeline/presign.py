"""Presigning: the route of a call, stopped before sending; and the signer that handlers are handed. No signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Self, TypeAlias, cast

from osteon.auth.schemes import AuthTraits, choose
from osteon.codecs import form
from osteon.flow import NOW, Flow
from osteon.http import Headers, Request
from osteon.pipeline.attempt import with_params
from osteon.pipeline.phases import Components, Plan, Prepared, Route
from osteon.pipeline.prepare import prepare
from osteon.pipeline.signing import IN_FORM, IN_HEADERS, endpoint_schemes, in_query, sign, unsigned
from osteon.sharing import cached_property

#: A client's runner: a flow to its value, or to an awaitable of it.
Run: TypeAlias = Callable[[Flow[Any]], Any]

EXPIRES = 3600


def presigned_url(
    plan: Plan, params: Mapping[str, Any], expires: int = EXPIRES, method: str | None = None
) -> Flow[str]:
    """The URL of a call, signed, for somebody else to send within ``expires`` seconds; ``method`` in its own's place.

    Raises what preparing a call does, UnsupportedSignatureVersionError for a scheme that cannot sign a URL.
    """
    prepared = yield from prepare_unsent(plan, params)
    if method is not None:
        prepared.draft.method = method
    request = unsigned(prepared)
    yield from sign(prepared.plan, prepared.auth, request, (yield NOW), in_query(expires))
    return with_params(request)


def prepare_unsent(plan: Plan, params: Mapping[str, Any]) -> Flow[Prepared]:
    """A call that will not be made here: its context says so, and no member is filled for the sake of the answer."""
    context = MappingProxyType({**plan.context, "is_presign_request": True})
    return (yield from prepare(replace(plan, checksum_mode=None, context=context), params))


def no_runner(flow: Flow[Any]) -> Any:
    """What runs the flows of calls that belong to no client of the user's. Raises TypeError."""
    flow.close()
    raise TypeError("These calls have no runner of their own: use the signer's methods that end in _flow")


class RequestSigner:
    """Signs requests for handlers: their keyword ``request_signer``.

    Its plain methods give their result, on an async client an awaitable of it. Flow functions, which work on both kinds
    of client, take those that end in ``_flow``.
    """

    def __init__(self, shared: Components, plan: Callable[[str], Plan], run: Run) -> None:
        self._shared, self._plan, self._run = shared, plan, run

    @property
    def region_name(self) -> str | None:
        """The region that the client signs for."""
        region: str | None = self._shared.signing.get("region")
        return region

    @property
    def signing_name(self) -> str:
        return self._shared.service_model.signing_name

    @property
    def signature_version(self) -> str:
        """What the client signs with where neither operation nor endpoint says otherwise."""
        return choose(self._traits, self._shared.schemes).scheme.name

    @cached_property
    def _traits(self) -> AuthTraits:
        shared, metadata, config = self._shared, self._shared.service_model.metadata, self._shared.config
        return AuthTraits(
            metadata.auth,
            metadata.signature_version,
            requested=config.signature_version,
            properties=shared.signing,
            region_set=config.sigv4a_signing_region_set,
        )

    def _plan_for(self, name: str) -> Plan:
        """The plan of an operation, or of something else that is signed for (RDS's ``connect``)."""
        model = self._shared.service_model
        if name in model.operation_names:
            return self._plan(name)
        plan = self._plan(model.operation_names[0])
        operation = plan.operation.model_copy(update={"name": name})
        route = Route(self._shared.events, model.service_id.hyphenize(), name)
        return replace(plan, operation=operation, name=name, route=route, auth=self._traits)

    def generate_presigned_url(self, request_dict: Mapping[str, Any], operation_name: str, **options: Any) -> Any:
        """As :meth:`presigned_url_flow`."""
        return self._run(self.presigned_url_flow(request_dict, operation_name, **options))

    def sign(self, operation_name: str, request: Request, **options: Any) -> Any:
        """As :meth:`sign_flow`."""
        return self._run(self.sign_flow(operation_name, request, **options))

    def presigned_url_flow(
        self,
        request_dict: Mapping[str, Any],
        operation_name: str,
        expires_in: int = EXPIRES,
        region_name: str | None = None,
        signing_name: str | None = None,
    ) -> Flow[str]:
        """The URL of a request (method, url, headers, body, context), signed with a form body's fields in its query."""
        body = request_dict.get("body") or b""
        request = Request(
            request_dict["method"],
            request_dict["url"],
            Headers(request_dict.get("headers") or {}),
            form.encode(cast("dict[str, Any]", body)) if isinstance(body, dict) else body,
            dict(request_dict.get("context") or {}),
        )
        yield from self.sign_flow(operation_name, request, region_name, "presign-url", expires_in, signing_name)
        return with_params(request)

    def sign_flow(
        self,
        operation_name: str,
        request: Request,
        region_name: str | None = None,
        signing_type: str = "standard",
        expires_in: int | None = None,
        signing_name: str | None = None,
    ) -> Flow[None]:
        """Sign a request: ``standard`` in its headers, ``presign-url`` in its query, ``presign-post`` in a form."""
        plan = self._plan_for(operation_name)
        auth = choose(plan.auth, plan.shared.schemes, endpoint_schemes(request.context))
        own = {} if signing_name is None else {"signing_name": signing_name}
        signing: dict[str, Any] = {**auth.properties, **own, **request.context.get("signing", {})}
        request.context["signing"] = signing if region_name is None else {**signing, "region": region_name}
        place = in_query(EXPIRES if expires_in is None else expires_in)
        place = {"standard": IN_HEADERS, "presign-url": place, "presign-post": IN_FORM}[signing_type]
        yield from sign(plan, auth, request, (yield NOW), place)

    def __deepcopy__(self, memo: object) -> Self:
        # Ported handlers copy whole requests, and their contexts lead here.
        return self
