"""All that osteon knows of AWS, as one decision: from a session's settings and a client's arguments to a ClientSpec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from osteon.auth.schemes import IdentityProvider
from osteon.aws.client_config import client_config
from osteon.aws.credentials.base import (
    Caller,
    CredentialChain,
    Credentials,
    FrozenCredentials,
    RefreshableCredentials,
    Run,
    Surroundings,
)
from osteon.aws.credentials.chain import default_chain
from osteon.aws.credentials.static import explicit
from osteon.aws.credentials.tokens import token_provider
from osteon.aws.customizations import builtin, conditional, resource_builtin
from osteon.aws.endpoints import ACCOUNT_ID, GLOBAL_REGION, Place, endpoint_builtins, global_region, refusal
from osteon.aws.regions import REGIONS, Regions
from osteon.aws.retry_rules import STANDARD_RULES, legacy_rules
from osteon.aws.schemes import auth_preference, aws_schemes, signs_by_environment_token
from osteon.aws.settings import Settings
from osteon.aws.useragent import client_features, user_agent
from osteon.config import Config, Unsigned
from osteon.endpoints.partitions import Partitions
from osteon.endpoints.resolver import EndpointSettings
from osteon.endpoints.ruleset import RuleSet
from osteon.events.trie import Trie
from osteon.exceptions import DataNotFoundError, NoRegionError
from osteon.flow import Flow
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.naming import snake_case
from osteon.pipeline.assembly import ClientArguments, ClientSpec
from osteon.pipeline.features import UserAgent
from osteon.pipeline.rules import aws_rules, partitions
from osteon.retries.rules import ANY_SERVICE, LegacyRules
from osteon.retries.strategy import RetryStrategy, retry_strategy
from osteon.sharing import cached_property
from osteon.transport.options import TransportOptions
from osteon.version import VERSION


class AwsPlugin:
    """AWS for one session: its settings, its credentials, and the data that botocore's package brings."""

    def __init__(
        self, loader: Loader, environ: Mapping[str, str], given: ClientArguments, *, profile: str | None, call: Caller
    ) -> None:
        """``given``: region and credentials of the session's own arguments."""
        self._loader = loader
        self._given = given
        self._call = call
        #: the region of the session's first client: its credentials are fetched there, as botocore does
        self.first_region: str | None = None
        self.settings = Settings(environ, {"profile": profile, "region": given.region_name})

    def check(self) -> None:
        """Raises ProfileNotFound for a profile, PartialCredentialsError for keys, that the session cannot use."""
        self.settings.files.profile(self.settings.profile_name)
        _explicit(self._given)

    def api_version(self, service_name: str) -> str | None:
        """The version of a service that the profile asks for, in its block ``api_versions``."""
        versions: object = self.settings.get("api_versions")
        return cast("Mapping[str, str]", versions).get(service_name) if isinstance(versions, Mapping) else None

    @cached_property
    def credentials(self) -> CredentialChain:
        """The session's credentials: those given to it, else the first that a source has. Raises as :meth:`check`."""
        self.check()  # without its profile a session would find others' credentials, or none, in silence
        return default_chain(self._around, _explicit(self._given))

    def get_credentials(self, run: Run) -> Credentials | None:
        """The session's credentials, or None. Where they end, their plain attributes refresh them by ``run``."""
        found: Credentials | None = run(self.credentials.load())
        if isinstance(found, RefreshableCredentials):
            found.run = run
        return found

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(self.settings, self._call)

    @cached_property
    def regions(self) -> Regions:
        """Raises DataNotFoundError where botocore's data is not installed."""
        return self._loader.data_digest(REGIONS, "endpoints")

    @cached_property
    def partitions(self) -> Partitions:
        """Raises DataNotFoundError where botocore's data is not installed."""
        return partitions(self._loader)

    @staticmethod
    def resource_builtin(service_model: ServiceModel) -> Trie:
        """osteon's own handlers of a service's resource classes."""
        return resource_builtin(service_model.service_id.hyphenize())

    def spec(
        self,
        service_model: ServiceModel,
        given: ClientArguments,
        loader: Loader | None,
        identity: FrozenCredentials | None = None,
    ) -> ClientSpec:
        """Decide everything about a client; ``identity`` signs in place of the session's credentials.

        ``loader`` finds what stands beside the model; None for one that was handed over in memory.

        Raises NoRegionError, and the ConfigError of an option that is no good.
        """
        asked, signing_name = Config.of(given.config), service_model.signing_name
        config = client_config(self.settings, asked, given.region_name)
        config.auth_scheme_preference = (
            ",".join(auth_preference(signing_name, config, asked, self.settings.environ)) or None
        )
        region = config.region_name
        if region is None:
            if not self.regions.is_global(service_model.endpoint_prefix):
                raise NoRegionError()
            region = config.region_name = global_region(service_model.endpoint_prefix, config)
        endpoint_url = self._endpoint_url(service_model, given, config)
        place = Place(service_model.endpoint_prefix, region, endpoint_url)
        chain = self._chain(given, identity)
        credentials = chain.identity
        rules = aws_rules(service_model, loader, self.partitions)
        service_id = service_model.service_id.hyphenize()
        return ClientSpec(
            service_model=service_model,
            config=config,
            region_name=region,
            endpoint_url=endpoint_url,
            partition=self.partitions.for_region(region).name,
            user_agent=self._user_agent(service_model, config, rules, endpoint_url, chain),
            rules=rules,
            endpoint_settings=EndpointSettings(
                builtins=endpoint_builtins(place, config, self.settings),
                client_context=_client_context(service_id, config),
                use_ssl=given.use_ssl,
            ),
            schemes=aws_schemes(
                signing_name,
                config,
                credentials,
                token_provider(self._around, signing_name, config.bearer_token),
                service_model.signature_version,
            ),
            signing={"signing_name": signing_name, "region": self._signing_region(place)},
            retries=self._retries(service_model, config),
            transport=self._transport(given, config),
            builtin=builtin(service_id, *conditional(service_model, config, endpoint_url, self.settings.environ)),
            usual_url=self._usual_url(place, given.use_ssl),
            late_builtins=_late_builtins(rules, config, credentials),
            refusal=refusal(service_model.service_name),
        )

    def _signing_region(self, place: Place) -> str:
        """The region to sign for where endpoint rules name none: that of a service's only endpoint, if it is used."""
        if place.endpoint_url is not None and place.region != GLOBAL_REGION:
            return place.region
        return self.regions.signing_region(place.service_name, place.region)

    def _usual_url(self, place: Place, use_ssl: bool) -> str:
        suffix = self.partitions.for_region(place.region).outputs["dnsSuffix"]
        return f"{'https' if use_ssl else 'http'}://{place.service_name}.{place.region}.{suffix}"

    def _endpoint_url(self, service_model: ServiceModel, given: ClientArguments, config: Config) -> str | None:
        if given.endpoint_url is not None or config.ignore_configured_endpoint_urls:
            return given.endpoint_url
        return self.settings.endpoint_url(service_model.service_id)

    def _chain(self, given: ClientArguments, identity: FrozenCredentials | None) -> CredentialChain:
        if identity is not None:
            return CredentialChain.of(Credentials(*identity[:3], account_id=identity.account_id))
        credentials = _explicit(given)
        return self.credentials if credentials is None else CredentialChain.of(credentials)

    def _user_agent(
        self, model: ServiceModel, config: Config, rules: RuleSet, endpoint_url: str | None, chain: CredentialChain
    ) -> UserAgent:
        """What the client tells of itself: as soon as they are found, where its credentials come from, too."""
        environ = self.settings.environ
        features = client_features(
            config,
            endpoint_url=endpoint_url,
            by_account="AccountIdEndpointMode" in rules.parameters,
            cbor=model.resolved_protocol == "smithy-rpc-v2-cbor",
        )
        if signs_by_environment_token(model.signing_name, config, environ):
            features |= {"BEARER_SERVICE_ENV_VARS"}
        unsigned = isinstance(config.signature_version, Unsigned)
        return UserAgent(
            config,
            lambda further: user_agent(VERSION, config, environ, features | further),
            found=frozenset if unsigned else lambda: chain.features,
        )

    def _retries(self, service_model: ServiceModel, config: Config) -> RetryStrategy:
        options = config.retries or {}
        return retry_strategy(
            options.get("mode", "standard"),
            total_attempts=options.get("total_max_attempts"),
            standard=STANDARD_RULES.get(service_model.service_id.hyphenize(), ANY_SERVICE),
            legacy=lambda: self._legacy_rules(service_model),
        )

    def _legacy_rules(self, service_model: ServiceModel) -> LegacyRules:
        try:
            return legacy_rules(self._loader.data_file("_retry"), service_model.endpoint_prefix)
        except DataNotFoundError:
            return LegacyRules()

    def _transport(self, given: ClientArguments, config: Config) -> TransportOptions:
        # The variable of requests is the last word, as in botocore.
        bundle = self.settings.get("ca_bundle") or self.settings.environ.get("REQUESTS_CA_BUNDLE")
        return TransportOptions(
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            max_pool_connections=config.max_pool_connections,
            verify=given.verify if given.verify is not None else bundle or True,
            client_cert=config.client_cert,
            proxies=config.proxies,
            proxies_config=config.proxies_config or {},
            tcp_keepalive=bool(config.tcp_keepalive),
        )


def _explicit(given: ClientArguments) -> Credentials | None:
    keys = given.aws_access_key_id, given.aws_secret_access_key, given.aws_session_token
    return explicit(*keys, account_id=given.aws_account_id)


def _client_context(service_id: str, config: Config) -> dict[str, Any]:
    """The service's own client settings by snake-case name; those of S3 have options of Config too."""
    given = {snake_case(name): value for name, value in (config.client_context_params or {}).items()}
    if service_id in ("s3", "s3-control"):
        given |= config.s3 or {}
        if config.s3_disable_express_session_auth:
            given["disable_s3_express_session_auth"] = True
    return given


def _late_builtins(rules: RuleSet, config: Config, credentials: IdentityProvider) -> Mapping[str, IdentityProvider]:
    """The account of the credentials, for rules that ask for it: they may have to be fetched first."""
    # whether it is to be used is for the rules to say, by the mode
    has_credentials = not isinstance(config.signature_version, Unsigned)
    if not (has_credentials and any(parameter.builtin == ACCOUNT_ID for parameter in rules.relevant)):
        return {}

    def account() -> Flow[str | None]:
        keys: FrozenCredentials | None = yield from credentials()
        return None if keys is None else keys.account_id

    return {ACCOUNT_ID: account}
