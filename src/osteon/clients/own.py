"""Settings of services that are not AWS's: from arguments and ``OSTEON_*`` variables alone. Nothing of AWS is read."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from osteon.auth.http import (
    ANONYMOUS,
    ApiKey,
    BearerToken,
    api_key_scheme,
    bearer_scheme,
    fixed_identity,
    sign_own_bearer,
)
from osteon.auth.schemes import Schemes
from osteon.config import Config
from osteon.endpoints.resolver import EndpointSettings
from osteon.endpoints.ruleset import RuleSet
from osteon.model.service import ServiceModel
from osteon.naming import snake_case
from osteon.pipeline.assembly import ClientArguments, ClientSpec
from osteon.pipeline.features import UserAgent
from osteon.retries.strategy import RetryStrategy, retry_strategy
from osteon.transport.options import TransportOptions
from osteon.version import VERSION


def own_spec(
    service_model: ServiceModel, given: ClientArguments, rules: RuleSet, environ: Mapping[str, str]
) -> ClientSpec:
    """Decide everything about a client of an own service."""
    config = Config.of(given.config)
    variables = _Variables(service_model.service_name, environ)
    region = given.region_name or config.region_name or variables.get("REGION")
    endpoint_url = variables.get("ENDPOINT_URL") or None if given.endpoint_url is None else given.endpoint_url
    return ClientSpec(
        service_model=service_model,
        config=config,
        region_name=region,
        endpoint_url=endpoint_url,
        partition=None,
        user_agent=UserAgent(config, lambda features: user_agent(config)),
        rules=rules,
        endpoint_settings=EndpointSettings(
            builtins={"SDK::Endpoint": endpoint_url, "AWS::Region": region},
            client_context={snake_case(name): value for name, value in (config.client_context_params or {}).items()},
            use_ssl=given.use_ssl,
        ),
        schemes=_schemes(service_model, config, variables),
        signing={"signing_name": service_model.signing_name, "region": region},
        retries=retries(config),
        transport=transport_options(config, given.verify),
    )


class _Variables:
    """``OSTEON_<NAME>_<SERVICE>`` before ``OSTEON_<NAME>``."""

    def __init__(self, service_name: str, environ: Mapping[str, str]) -> None:
        self._service = service_name.upper().replace("-", "_").replace(".", "_")
        self._environ = environ

    def get(self, name: str) -> str | None:
        own = self._environ.get(f"OSTEON_{name}_{self._service}")
        return own if own is not None else self._environ.get(f"OSTEON_{name}")


def _schemes(service_model: ServiceModel, config: Config, variables: _Variables) -> Schemes:
    """The schemes of HTTP; what an own model can ask for without being AWS's."""
    token = config.bearer_token or variables.get("BEARER_TOKEN")
    key = config.api_key or variables.get("API_KEY")
    bearer = bearer_scheme(fixed_identity(BearerToken(token) if token else None), sign_own_bearer)
    schemes = {"none": ANONYMOUS, "bearer": bearer}
    place = service_model.metadata.http_api_key_auth
    if place is not None:
        schemes["api-key"] = api_key_scheme(place, fixed_identity(ApiKey(key) if key else None))
    return schemes


def retries(config: Config) -> RetryStrategy:
    """The strategy that ``Config(retries=...)`` asks for; standard mode where it says nothing."""
    options = config.retries or {}
    total = options.get("total_max_attempts")
    if total is None and options.get("max_attempts") is not None:
        total = options["max_attempts"] + 1
    return retry_strategy(options.get("mode", "standard"), total_attempts=total)


def transport_options(config: Config, verify: bool | str | None) -> TransportOptions:
    """How connections are made, as Config and ``client(verify=)`` say."""
    return TransportOptions(
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        max_pool_connections=config.max_pool_connections,
        verify=True if verify is None else verify,
        client_cert=config.client_cert,
        proxies=config.proxies,
        proxies_config=config.proxies_config or {},
        tcp_keepalive=bool(config.tcp_keepalive),
    )


def user_agent(config: Config) -> str:
    """``osteon/<version> Python/<version>``, with what Config adds; Config's own whole text where it gives one."""
    if config.user_agent is not None:
        return config.user_agent
    parts = [f"osteon/{VERSION}", f"Python/{platform.python_version()}"]
    if config.user_agent_appid:
        parts.append(f"app/{config.user_agent_appid}")
    if config.user_agent_extra:
        parts.append(config.user_agent_extra)
    return " ".join(parts)
