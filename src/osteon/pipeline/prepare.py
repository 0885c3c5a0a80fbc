"""From the caller's parameters to a complete, unsigned request. Nothing is sent here, and nothing signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from osteon.codecs import form, scalars
from osteon.endpoints.ruleset import Endpoint
from osteon.events.admission import described
from osteon.events.channel import Answer
from osteon.exceptions import EndpointProviderError, HandlerError
from osteon.flow import Flow
from osteon.pipeline.features import begin, note
from osteon.pipeline.phases import Outcome, Plan, Prepared
from osteon.protocols.base import Draft


def prepare(plan: Plan, given: Mapping[str, Any]) -> Flow[Prepared]:
    """Provide, validate, locate, serialize. Raises ParamValidationError, HandlerError and endpoint errors."""
    route, context = plan.route, plan.context.copy()
    begin(context)
    params: Any = given
    if route.provide_client_params.heard_by:
        params = yield from _provided(plan, params, context)
    if route.before_parameter_build.heard_by:
        keywords = {"params": params, "model": plan.operation, "context": context}
        yield from route.before_parameter_build.tell(keywords)
    # After the handlers, who may bring a token of their own, and who see what the caller asked for.
    if plan.defaults:
        params = _with_defaults(plan.defaults, params)
    if plan.checksum_mode is not None and plan.checksum_mode not in params:
        params = {**params, plan.checksum_mode: "ENABLED"}
    if plan.validate is not None:
        plan.validate(params)
    endpoint = yield from located(plan, params, context)
    draft = plan.serialize(params)
    return _addressed(plan, params, context, draft, endpoint)


def before_call(prepared: Prepared) -> Flow[Outcome | None]:
    """Let handlers see and change the request; one of them may answer in the service's place."""
    plan = prepared.plan
    keywords = {
        "model": plan.operation,
        "params": prepared.draft,
        "request_signer": plan.context["request_signer"],
        "context": prepared.context,
    }
    draft = prepared.draft
    if plan.form_body and isinstance(draft.body, bytes):
        draft.body = form.decode(draft.body)
    answers: list[Answer] = []
    yield from plan.route.before_call.ask(keywords, answers)
    draft.body = _encoded(draft.body)
    if not answers:
        return None
    [(handler, answer)] = answers
    try:
        response, parsed = answer
    except (TypeError, ValueError):
        reason = f"may answer with a pair (http response, parsed dict), but returned {type(answer).__name__}"
        name = plan.route.before_call.name
        raise HandlerError(handler=described(handler), event_name=name, reason=reason) from None
    return Outcome(response=response, parsed=parsed)


def _encoded(body: Any) -> Any:
    """A form that handlers saw as a dict, as bytes; any other body as it is."""
    return form.encode(cast("Any", body)) if isinstance(body, dict) else body


def _provided(plan: Plan, params: Any, context: dict[str, Any]) -> Flow[Any]:
    """The parameters that provide-client-params handlers leave: the first dict returned, else the changed original."""
    event = plan.route.provide_client_params
    keywords = {"params": params, "model": plan.operation, "context": context}
    answers: list[Answer] = []
    yield from event.tell(keywords, answers)
    for handler, answer in answers:
        if answer is None:
            continue
        if not isinstance(answer, Mapping):
            reason = f"must return a mapping of parameters or None, but returned {type(answer).__name__}"
            raise HandlerError(handler=described(handler), event_name=event.name, reason=reason)
        return cast("Any", answer) if isinstance(answer, dict) else dict(cast("Mapping[str, Any]", answer))
    return params


def _with_defaults(defaults: Mapping[str, Callable[[], Any]], params: Any) -> Any:
    """The parameters with the members that the client fills where the caller leaves them out."""
    missing = {name: make() for name, make in defaults.items() if name not in params}
    return {**params, **missing} if missing else params


def located(plan: Plan, params: Mapping[str, Any], context: dict[str, Any]) -> Flow[Endpoint]:
    """Where a call goes, after before-endpoint-resolution handlers. Raises endpoint errors."""
    builtins, late = plan.shared.endpoints.settings.builtins, plan.shared.late_builtins
    event = plan.route.before_endpoint_resolution
    # botocore emits only where there are built-ins to change
    if event.heard_by and (builtins or late):
        builtins = {**builtins, **late}  # as what provides them: a handler that puts a value there spares the asking
        yield from event.tell({"builtins": builtins, "model": plan.operation, "params": params, "context": context})
        if late:
            late = {name: provide for name, provide in late.items() if builtins.get(name) is provide}
    for name, provide in late.items():
        value = yield from provide()
        if value is not None:
            note(context, name)
        if value != builtins.get(name):
            builtins = {**builtins, name: value}
    try:
        endpoint = plan.endpoint_for(params, builtins)
    except EndpointProviderError as error:
        raise plan.shared.refusal(error, params) from None
    if endpoint.properties:
        context["endpoint_properties"] = endpoint.properties
    return endpoint


def _addressed(
    plan: Plan, params: Mapping[str, Any], context: dict[str, Any], draft: Draft, endpoint: Endpoint
) -> Prepared:
    shared = plan.shared
    raw = draft.headers.raw
    for name, values in endpoint.headers.items():
        raw[name.lower()] = (name, ",".join(values))
    raw["user-agent"] = ("User-Agent", shared.user_agent.draft)
    prefix = draft.host_prefix if shared.config.inject_host_prefix is not False else None
    draft.url = joined_url(endpoint.url, draft.path, draft.query, prefix)
    draft.context = context
    choice = plan.choose_auth(endpoint)
    context["auth_type"] = choice.scheme.name
    context["signing"] = choice.properties.copy()
    return Prepared(plan, params, context, draft, endpoint, choice)


def joined_url(base: str, path: str, query: Mapping[str, str | list[str]], host_prefix: str | None) -> str:
    """The url of a request: the endpoint's, with a host prefix, the operation's path and its query."""
    host = base.find("://") + 3
    if host_prefix:
        base = f"{base[:host]}{host_prefix}{base[host:]}"
    base, _, base_query = base.partition("?")
    path, _, fixed = path.partition("?")
    if path in ("", "/"):
        url = base if base.find("/", host) > 0 else f"{base}/"
    elif base.endswith("/") and path.startswith("/"):
        url = base[:-1] + path
    else:
        url = base + path
    if not (base_query or fixed or query):
        return url
    return f"{url}?{'&'.join(part for part in (base_query, fixed, encoded_query(query)) if part)}"


def encoded_query(query: Mapping[str, str | list[str]]) -> str:
    """Names and values percent-encoded (RFC 3986, with only unreserved characters kept), lists as repeated names.

    Raises ParamValidationError for text that UTF-8 cannot hold.
    """
    pairs: list[str] = []
    for name, value in query.items():
        encoded = scalars.percent_encode(name)
        values = value if isinstance(value, list) else [value]
        pairs.extend([f"{encoded}={scalars.percent_encode(item)}" for item in values])
    return "&".join(pairs)
