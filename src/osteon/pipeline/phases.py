"""The records a call grows through, and what the calls of one client share. Values only, no steps.

Those made for every call are named tuples: as frozen as a frozen dataclass, and several times cheaper to make.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from osteon.auth.schemes import AuthChoice, AuthTraits, IdentityProvider, Schemes
from osteon.config import Config
from osteon.endpoints.resolver import EndpointResolver, ResolveForOperation
from osteon.endpoints.ruleset import Endpoint
from osteon.events.emitter import Emitter
from osteon.exceptions import ClientError, EndpointProviderError, OsteonError
from osteon.http import Response
from osteon.model.service import OperationModel, ServiceModel
from osteon.protocols.base import Draft, Parser, Protocol, Serializer, SerializerOptions
from osteon.retries.strategy import RetryStrategy


class Components(NamedTuple):
    """What all calls of one client share."""

    service_model: ServiceModel
    protocol: Protocol
    serializer_options: SerializerOptions
    events: Emitter
    config: Config
    region_name: str | None
    partition: str | None
    user_agent: str
    endpoints: EndpointResolver
    schemes: Schemes
    #: what signers are told where the endpoint says nothing else: ``region``, ``signing_name``
    signing: Mapping[str, Any]
    retries: RetryStrategy
    error_class: Callable[[str | None], type[ClientError]]
    #: a streamed body of bytes that did not come over a network
    stream_of: Callable[[bytes], Any]
    #: built-in parameters of the endpoint rules that only a call can know (the account of credentials that refresh)
    late_builtins: Mapping[str, IdentityProvider]
    #: how refusals of the endpoint rules are raised, by error and parameters
    refusal: Callable[[EndpointProviderError, Mapping[str, Any]], OsteonError]


class Route(NamedTuple):
    """The full event names of one operation's calls, in the order in which they are emitted."""

    provide_client_params: str
    before_parameter_build: str
    before_endpoint_resolution: str
    before_call: str
    request_created: str
    choose_signer: str
    before_sign: str
    before_send: str
    before_parse: str
    response_received: str
    needs_retry: str
    after_call: str
    after_call_error: str

    @classmethod
    def of(cls, service: str, operation: str) -> Route:
        def name(family: str) -> str:
            return f"{family}.{service}.{operation}"

        return cls(
            name("provide-client-params"),
            name("before-parameter-build"),
            f"before-endpoint-resolution.{service}",
            name("before-call"),
            name("request-created"),
            name("choose-signer"),
            name("before-sign"),
            name("before-send"),
            name("before-parse"),
            name("response-received"),
            name("needs-retry"),
            name("after-call"),
            name("after-call-error"),
        )


class Plan(NamedTuple):
    """All that is known of an operation's calls before there are parameters: compiled at its first call."""

    shared: Components
    operation: OperationModel
    route: Route
    #: None where validation is off
    validate: Callable[[Any], None] | None
    serialize: Serializer
    parse: Parser
    parse_error: Parser
    endpoint_for: ResolveForOperation
    auth: AuthTraits
    #: the scheme for calls to an endpoint
    choose_auth: Callable[[Endpoint], AuthChoice]
    #: members to fill where the caller leaves them out, and with what: idempotency tokens, the checksum mode
    defaults: Mapping[str, Callable[[], Any]]
    #: the body is a form, which before-call handlers see as a dict
    form_body: bool
    #: what ``context`` holds when a call begins
    context: Mapping[str, Any]
    stream_output: bool
    #: a sensitive member stands in the path: no text shows it
    secret_path: bool
    #: compresses and sums the body; None where neither may be needed
    finish_payload: Callable[[Draft, Mapping[str, Any]], None] | None
    #: holds a successful answer's body against its checksum
    check_response: Callable[[Response, Mapping[str, Any]], None] | None


class Prepared(NamedTuple):
    """A call whose request is complete but for what each attempt adds."""

    plan: Plan
    params: Mapping[str, Any]
    context: dict[str, Any]
    draft: Draft
    endpoint: Endpoint
    auth: AuthChoice


class Outcome(NamedTuple):
    """What came of one attempt, or what a handler answered in its place."""

    response: Response | None = None
    parsed: dict[str, Any] | None = None
    error: Exception | None = None


