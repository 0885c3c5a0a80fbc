"""The records a call grows through, and what the calls of one client share. Values only, no steps.

Nobody writes to them once they are made. They have slots and are not frozen: a named tuple takes three times as long to
read, and a frozen dataclass four times as long to make.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from osteon.auth.schemes import AuthChoice, AuthTraits, IdentityProvider, Schemes
from osteon.config import Config
from osteon.endpoints.resolver import EndpointResolver, ResolveForOperation
from osteon.endpoints.ruleset import Endpoint
from osteon.events.channel import Channel
from osteon.events.emitter import Emitter
from osteon.exceptions import ClientError, EndpointProviderError, OsteonError
from osteon.http import Response
from osteon.model.service import OperationModel, ServiceModel
from osteon.pipeline.features import UserAgent
from osteon.protocols.base import Draft, Parser, Protocol, Serializer, SerializerOptions
from osteon.retries.strategy import RetryStrategy


@dataclass(slots=True, eq=False, repr=False)
class Components:
    """What all calls of one client share."""

    service_model: ServiceModel
    signing_name: str
    protocol: Protocol
    serializer_options: SerializerOptions
    events: Emitter
    config: Config
    region_name: str | None
    partition: str | None
    user_agent: UserAgent
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


class Route:
    """The events of one operation's calls, in the order in which they are emitted."""

    __slots__ = (
        "after_call", "after_call_error", "before_call", "before_endpoint_resolution", "before_parameter_build",
        "before_parse", "before_send", "before_sign", "choose_signer", "needs_retry", "provide_client_params",
        "request_created", "response_received",
    )  # fmt: skip

    def __init__(self, events: Emitter, service: str, operation: str) -> None:
        def of(family: str) -> Channel:
            return events.channel(f"{family}.{service}.{operation}")

        self.provide_client_params = of("provide-client-params")
        self.before_parameter_build = of("before-parameter-build")
        self.before_endpoint_resolution = events.channel(f"before-endpoint-resolution.{service}")
        self.before_call = of("before-call")
        self.request_created = of("request-created")
        self.choose_signer = of("choose-signer")
        self.before_sign = of("before-sign")
        self.before_send = of("before-send")
        self.before_parse = of("before-parse")
        self.response_received = of("response-received")
        self.needs_retry = of("needs-retry")
        self.after_call = of("after-call")
        self.after_call_error = of("after-call-error")


@dataclass(slots=True, eq=False, repr=False)
class Plan:
    """All that is known of an operation's calls before there are parameters: compiled at its first call."""

    shared: Components
    operation: OperationModel
    #: the operation's, by which events and errors call it
    name: str
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
    #: members to fill where the caller leaves them out, and with what: idempotency tokens
    defaults: Mapping[str, Callable[[], Any]]
    #: the member that asks the service for a checksum of its answer; None where none is wanted
    checksum_mode: str | None
    #: the body is a form, which before-call handlers see as a dict
    form_body: bool
    #: what ``context`` holds when a call begins
    context: MappingProxyType[str, Any]
    stream_output: bool
    #: a sensitive member stands in the path: no text shows it
    secret_path: bool
    #: compresses and sums the body; None where neither may be needed
    finish_payload: Callable[[Draft, Mapping[str, Any]], None] | None
    #: holds a successful answer's body against its checksum
    check_response: Callable[[Response, Mapping[str, Any]], str | None] | None


@dataclass(slots=True, eq=False, repr=False)
class Prepared:
    """A call whose request is complete but for what each attempt adds."""

    plan: Plan
    params: Mapping[str, Any]
    context: dict[str, Any]
    draft: Draft
    endpoint: Endpoint
    auth: AuthChoice


@dataclass(slots=True, eq=False, repr=False)
class Outcome:
    """What came of one attempt, or what a handler answered in its place."""

    response: Response | None = None
    parsed: dict[str, Any] | None = None
    error: Exception | None = None
