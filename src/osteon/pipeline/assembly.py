"""From what a session decided about a client to what its calls share. Reads no settings and no files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from osteon.auth.schemes import IdentityProvider, Schemes
from osteon.config import Config
from osteon.endpoints.expressions import is_endpoint
from osteon.endpoints.resolver import EndpointResolver, EndpointSettings
from osteon.endpoints.ruleset import RuleSet
from osteon.events.emitter import Emitter
from osteon.events.trie import Trie
from osteon.exceptions import (
    ClientError,
    EndpointProviderError,
    HandlerError,
    InvalidEndpointUrlError,
    ModelError,
    OsteonError,
)
from osteon.http import shown_url
from osteon.model.service import ServiceModel
from osteon.pipeline.features import UserAgent
from osteon.pipeline.phases import Components
from osteon.protocols.base import SerializerOptions
from osteon.protocols.registry import protocol
from osteon.retries.strategy import RetryStrategy
from osteon.transport.options import TransportOptions


class ClientArguments(NamedTuple):
    """What ``session.client`` was given, by boto3's names."""

    region_name: str | None = None
    use_ssl: bool = True
    verify: bool | str | None = None
    endpoint_url: str | None = None
    aws_access_key_id: str | None = None
    aws_secret_access_key: str | None = None
    aws_session_token: str | None = None
    aws_account_id: str | None = None
    config: Any = None

    def __repr__(self) -> str:
        return f"ClientArguments({self.region_name!r}, {self.endpoint_url!r})"  # the rest may be secret


class ClientSpec(NamedTuple):
    """Everything that was decided about one client, whoever decided it."""

    service_model: ServiceModel
    config: Config
    region_name: str | None
    endpoint_url: str | None
    partition: str | None
    user_agent: UserAgent
    rules: RuleSet
    endpoint_settings: EndpointSettings
    schemes: Schemes
    signing: Mapping[str, Any]
    retries: RetryStrategy
    transport: TransportOptions
    #: osteon's own handlers for the service, which come before the user's
    builtin: Trie = Trie()
    #: built-in parameters of the endpoint rules that only a call can know, by name
    late_builtins: Mapping[str, IdentityProvider] = MappingProxyType({})
    #: where the service's name and region suggest that it is, for those who ask and the rules need more to say
    usual_url: str | None = None
    #: how refusals of the endpoint rules are raised
    refusal: Callable[[EndpointProviderError, Mapping[str, Any]], OsteonError] = lambda error, params: error


def components(
    spec: ClientSpec,
    events: Emitter,
    error_class: Callable[[str | None], type[ClientError]],
    *,
    asynchronous: bool = False,
) -> Components:
    """What the client's calls share. Emits ``creating-serializer``. Raises InvalidEndpointUrlError."""
    if spec.endpoint_url is not None and not is_endpoint(spec.endpoint_url):
        given = str(spec.endpoint_url)
        raise InvalidEndpointUrlError(endpoint_url=shown_url(given) if "://" in given else given)
    wire = protocol(spec.service_model.resolved_protocol)
    return Components(
        service_model=spec.service_model,
        signing_name=spec.service_model.signing_name,
        protocol=wire,
        serializer_options=_serializer_options(spec.service_model, wire.name, events),
        events=events,
        config=spec.config,
        region_name=spec.region_name,
        partition=spec.partition,
        user_agent=spec.user_agent,
        endpoints=EndpointResolver(spec.rules, spec.endpoint_settings),
        schemes=spec.schemes,
        signing=spec.signing,
        retries=spec.retries,
        error_class=error_class,
        stream_of=partial(_in_memory, asynchronous=asynchronous),
        late_builtins=spec.late_builtins,
        refusal=spec.refusal,
    )


def base_url(endpoints: EndpointResolver) -> str | None:
    """Where the client's calls go when they bring no parameters of their own; None where the rules need some."""
    builtins = endpoints.settings.builtins
    values = {p.name: builtins.get(p.builtin) for p in endpoints.ruleset.parameters.values() if p.builtin is not None}
    try:
        return endpoints.resolve(values).url
    except (EndpointProviderError, ModelError):
        return None


def _serializer_options(service_model: ServiceModel, protocol_name: str, events: Emitter) -> SerializerOptions:
    """The options after ``creating-serializer`` handlers changed them. Raises HandlerError for one unknown."""
    known = SerializerOptions()
    options: dict[str, Any] = known._asdict()
    event_name = f"creating-serializer.{service_model.service_id.hyphenize()}"
    events.emit(event_name, protocol_name=protocol_name, service_model=service_model, serializer_kwargs=options)
    try:
        return SerializerOptions(**options)
    except TypeError:
        unknown = ", ".join(sorted(options.keys() - set(known._fields)))
        reason = f"left serializer options that do not exist: {unknown}"
        raise HandlerError(handler="a handler", event_name=event_name, reason=reason) from None


def _in_memory(content: bytes, *, asynchronous: bool) -> Any:
    # Imported here: only handlers answer with bytes where a stream was asked for.
    from osteon.transport.streams import in_memory

    return in_memory(content, asynchronous=asynchronous)
