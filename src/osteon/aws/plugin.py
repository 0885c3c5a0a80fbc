"""All that osteon knows of AWS, as one decision: from a session's settings and a client's arguments to a ClientSpec."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from osteon.auth.http import ANONYMOUS, BearerToken, bearer_scheme, fixed_identity
from osteon.auth.schemes import AuthScheme, IdentityProvider, Schemes
from osteon.aws.client_config import client_config
from osteon.aws.credentials.base import Caller, CredentialChain, Credentials, FrozenCredentials, Surroundings
from osteon.aws.credentials.chain import default_chain
from osteon.aws.credentials.static import explicit
from osteon.aws.customizations import builtin
from osteon.aws.regions import Regions
from osteon.aws.settings import Settings
from osteon.aws.sigv4 import s3_sigv4, sigv4
from osteon.aws.useragent import user_agent
from osteon.config import Config
from osteon.endpoints.defaults import regional_rules
from osteon.endpoints.partitions import Partitions
from osteon.endpoints.resolver import EndpointSettings
from osteon.endpoints.ruleset import RuleSet
from osteon.exceptions import DataNotFoundError, NoRegionError
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.naming import snake_case
from osteon.pipeline.assembly import ClientArguments, ClientSpec
from osteon.retries.classify import DEFAULT_POLICY, ServicePolicy, policy_from_data
from osteon.retries.strategy import RetryStrategy, retry_strategy
from osteon.transport.options import TransportOptions
from osteon.version import VERSION

#: The region of services that live in none, where the user names none.
GLOBAL_REGION = "aws-global"
_ACCELERATE = "s3-accelerate"


class AwsPlugin:
    """AWS for one session: its settings, its credentials, and the data that botocore's package brings."""

    def __init__(
        self, loader: Loader, environ: Mapping[str, str], given: ClientArguments, *, profile: str | None, call: Caller
    ) -> None:
        """``given``: region and credentials of the session's own arguments."""
        self._loader = loader
        self._given = given
        self._call = call
        self.settings = Settings(environ, {"profile": profile, "region": given.region_name})

    def check(self) -> None:
        """Raises ProfileNotFound for a profile, PartialCredentialsError for keys, that the session cannot use."""
        self.settings.files.profile(self.settings.profile_name)
        _explicit(self._given)

    @cached_property
    def credentials(self) -> CredentialChain:
        """The session's credentials: those given to it, else the first that a source has."""
        return default_chain(Surroundings(self.settings, self._call), _explicit(self._given))

    @cached_property
    def regions(self) -> Regions:
        return Regions(self._loader.data_file("endpoints"))

    @cached_property
    def partitions(self) -> Partitions:
        """Raises DataNotFoundError where botocore's data is not installed."""
        return Partitions(self._loader.data_file("partitions"))

    def spec(
        self,
        service_model: ServiceModel,
        given: ClientArguments,
        rules: Mapping[str, Any] | None,
        identity: FrozenCredentials | None = None,
    ) -> ClientSpec:
        """Decide everything about a client; ``identity`` signs in place of the session's credentials.

        Raises NoRegionError, and the ConfigError of an option that is no good.
        """
        config = client_config(self.settings, Config.of(given.config), given.region_name)
        region = config.region_name or (GLOBAL_REGION if service_model.metadata.global_endpoint else None)
        if region is None:
            raise NoRegionError()
        endpoint_url = self._endpoint_url(service_model, given, config)
        return ClientSpec(
            service_model=service_model,
            config=config,
            region_name=region,
            endpoint_url=endpoint_url,
            partition=self.partitions.for_region(region).name,
            user_agent=user_agent(VERSION, config, self.settings.environ),
            rules=self._rules(service_model, rules),
            endpoint_settings=EndpointSettings(
                builtins=_builtins(config, region, endpoint_url),
                client_context={snake_case(name): item for name, item in (config.client_context_params or {}).items()},
                use_ssl=given.use_ssl,
            ),
            schemes=self._schemes(service_model, config, self._identity(given, identity)),
            signing={"signing_name": service_model.signing_name, "region": region},
            retries=self._retries(service_model, config),
            transport=self._transport(given, config),
            builtin=builtin(service_model.service_id.hyphenize()),
        )

    def _endpoint_url(self, service_model: ServiceModel, given: ClientArguments, config: Config) -> str | None:
        if given.endpoint_url is not None or config.ignore_configured_endpoint_urls:
            return given.endpoint_url
        return self.settings.endpoint_url(service_model.service_id)

    def _identity(self, given: ClientArguments, identity: FrozenCredentials | None) -> IdentityProvider:
        if identity is not None:
            return fixed_identity(identity)
        credentials = _explicit(given)
        return (self.credentials if credentials is None else CredentialChain.of(credentials)).identity

    def _rules(self, service_model: ServiceModel, raw: Mapping[str, Any] | None) -> RuleSet:
        rules = regional_rules(service_model.endpoint_prefix) if raw is None else raw
        return RuleSet.compile(rules, self.partitions, f"the {service_model.service_name} service")

    def _schemes(self, service_model: ServiceModel, config: Config, identity: IdentityProvider) -> Schemes:
        s3_like = "s3" in service_model.signing_name or service_model.signature_version in ("s3", "s3v4")
        payload_signing = (config.s3 or {}).get("payload_signing_enabled")
        v4 = (
            AuthScheme("aws.auth#sigv4", identity, s3_sigv4(payload_signing), name="s3v4")
            if s3_like
            else AuthScheme("aws.auth#sigv4", identity, sigv4, name="v4")
        )
        variable = f"AWS_BEARER_TOKEN_{service_model.signing_name.upper().replace('-', '_')}"
        token = config.bearer_token or self.settings.environ.get(variable)
        bearer = bearer_scheme(fixed_identity(BearerToken(token) if token else None))
        return {"none": ANONYMOUS, "v4": v4, "s3v4": v4, "bearer": bearer}

    def _retries(self, service_model: ServiceModel, config: Config) -> RetryStrategy:
        options = config.retries or {}
        mode = options.get("mode", "legacy")
        policy = self._legacy_policy(service_model) if mode == "legacy" else DEFAULT_POLICY
        return retry_strategy(mode, total_attempts=options.get("total_max_attempts"), policy=policy)

    def _legacy_policy(self, service_model: ServiceModel) -> ServicePolicy:
        try:
            return policy_from_data(self._loader.data_file("_retry"), service_model.endpoint_prefix)
        except DataNotFoundError:
            return DEFAULT_POLICY

    def _transport(self, given: ClientArguments, config: Config) -> TransportOptions:
        bundle = self.settings.get("ca_bundle")
        return TransportOptions(
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            max_pool_connections=config.max_pool_connections,
            verify=given.verify if given.verify is not None else bundle if bundle is not None else True,
            client_cert=config.client_cert,
            proxies=config.proxies,
            proxies_config=config.proxies_config or {},
            tcp_keepalive=bool(config.tcp_keepalive),
        )


def _explicit(given: ClientArguments) -> Credentials | None:
    return explicit(given.aws_access_key_id, given.aws_secret_access_key, given.aws_session_token)


def _builtins(config: Config, region: str, endpoint_url: str | None) -> dict[str, Any]:
    """The built-in parameters of AWS's endpoint rules, by the settings they stand for."""
    s3: Mapping[str, Any] = config.s3 or {}
    accelerate = bool(s3.get("use_accelerate_endpoint"))
    dual_stack = config.use_dualstack_endpoint
    return {
        "AWS::Region": region,
        "AWS::UseFIPS": bool(config.use_fips_endpoint),
        "AWS::UseDualStack": bool(s3.get("use_dualstack_endpoint") if dual_stack is None else dual_stack),
        "AWS::STS::UseGlobalEndpoint": False,
        "AWS::S3::UseGlobalEndpoint": s3.get("us_east_1_regional_endpoint") == "legacy",
        "AWS::S3::Accelerate": accelerate,
        "AWS::S3::ForcePathStyle": _path_style(s3, accelerate, endpoint_url),
        "AWS::S3::UseArnRegion": s3.get("use_arn_region") is not False,
        "AWS::S3Control::UseArnRegion": s3.get("use_arn_region") is not False,
        "AWS::S3::DisableMultiRegionAccessPoints": bool(s3.get("s3_disable_multiregion_access_points")),
        "AWS::S3::DisableS3ExpressSessionAuth": config.s3_disable_express_session_auth,
        "AWS::Auth::AccountId": None,
        "AWS::Auth::AccountIdEndpointMode": config.account_id_endpoint_mode,
        "SDK::Endpoint": endpoint_url,
    }


def _path_style(s3: Mapping[str, Any], accelerate: bool, endpoint_url: str | None) -> bool:
    """Whether the bucket stands in the path: by default where the endpoint is the user's own, perhaps a bare host."""
    style = s3.get("addressing_style")
    if accelerate:
        return False
    if endpoint_url is not None and _ACCELERATE not in endpoint_url:
        return style != "virtual"
    return style == "path"
