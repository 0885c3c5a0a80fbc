"""The composition root: Session and AsyncSession put loader, settings, events, transports and clients together."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeAlias

from osteon.clients.base import Client
from osteon.clients.errors import ClientExceptions
from osteon.clients.factory import create_client, method_mapping
from osteon.clients.parts import ClientMeta, ClientParts, FlowRunner
from osteon.config import UNSIGNED, Config
from osteon.events.aliases import ServiceRow, ServiceTable
from osteon.events.emitter import Emitter
from osteon.events.trie import Handler, Trie
from osteon.events.unheard import Finding, unheard
from osteon.exceptions import UnheardEventError, UnheardEventWarning, UnknownServiceError
from osteon.flow import Flow
from osteon.model.loader import Loader
from osteon.model.search import DataPath
from osteon.model.service import ServiceModel
from osteon.pipeline.assembly import ClientArguments, ClientSpec, base_url, components
from osteon.pipeline.calls import Calls
from osteon.sharing import cached_property
from osteon.transport.options import TransportOptions
from osteon.transport.runner import Runner

logger = logging.getLogger("osteon.session")  # the name users know
# A library says nothing where nobody set up logging.
logging.getLogger("osteon").addHandler(logging.NullHandler())

#: Makes a client's transport (blocking for a Session, awaitable for an AsyncSession).
TransportFactory: TypeAlias = Callable[[TransportOptions], Any]


class BaseSession:
    """What both kinds of session are: settings, models and events. Whether their clients block is the subclass's."""

    _asynchronous: ClassVar[bool] = False

    def __init__(
        self,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        region_name: str | None = None,
        botocore_session: None = None,
        profile_name: str | None = None,
        aws_account_id: str | None = None,
        *,
        data_path: DataPath = (),
        strict_events: bool = False,
        transport: TransportFactory | None = None,
    ) -> None:
        """boto3's arguments, and osteon's own by keyword.

        ``data_path``: folders of models, searched before all others. ``strict_events``: a handler under a name that
        nothing will ever emit is an error (UnheardEventError), not a warning. ``transport``: makes the transport of
        each client from its :class:`~osteon.transport.options.TransportOptions`.

        Raises TypeError for a ``botocore_session``, ProfileNotFound, PartialCredentialsError.
        """
        if botocore_session is not None:
            raise TypeError("osteon takes no botocore_session: give profile, region and credentials to Session itself")
        self._given = ClientArguments(
            region_name=region_name,
            aws_access_key_id=aws_access_key_id,
            aws_secret_access_key=aws_secret_access_key,
            aws_session_token=aws_session_token,
            aws_account_id=aws_account_id,
        )
        self._profile = profile_name
        self._loader = Loader(data_path)
        self._transport = transport
        self._strict_events = strict_events
        #: event names that were checked, and services whose models were handed over in memory
        self._checked: set[str] = set()
        self._in_memory: set[str] = set()
        self._has_own_clients = False
        self._services = ServiceTable(self._service_rows, lambda name: self._loader.service_model(name).operation_names)
        self._events = Emitter(services=self._services, allow_async=self._asynchronous)
        self._events.register_last("choose-service-name", _present_name)
        if profile_name is not None or aws_access_key_id or aws_secret_access_key:
            self._aws.check()

    def __repr__(self) -> str:
        # A session whose clients are all of own services has nothing to do with AWS's settings, nor has its repr.
        asks_aws = "_aws" in vars(self) or not self._has_own_clients
        return f"{type(self).__name__}(region_name={self.region_name if asks_aws else self._given.region_name!r})"

    # --- boto3's members

    @property
    def events(self) -> Emitter:
        """Where handlers for all clients made from now on are registered."""
        return self._events

    @property
    def profile_name(self) -> str:
        name: str | None = self._aws.settings.profile_name
        return name or "default"

    @property
    def available_profiles(self) -> list[str]:
        return list(self._aws.settings.files.names)

    @property
    def region_name(self) -> str | None:
        """The region of AWS clients that name none: the session's argument, else what the settings say."""
        region: str | None = self._aws.settings.get("region")
        return region

    def get_available_services(self) -> list[str]:
        """The names of all services there is a model of, sorted."""
        return list(self._loader.available_services())

    def get_available_resources(self) -> list[str]:
        """The names of all services there are resource definitions of, sorted."""
        return list(self._loader.available_services("resources-1"))

    def get_available_partitions(self) -> list[str]:
        return list(self._aws.regions.partitions())

    def get_available_regions(
        self, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
    ) -> list[str]:
        """The regions in which AWS says the service lives; empty for a service it does not say it of, as in boto3."""
        try:
            prefix = self._loader.service_model(service_name).endpoint_prefix
        except UnknownServiceError:
            return []
        return list(self._aws.regions.of_service(prefix, partition_name, allow_non_regional))

    def get_partition_for_region(self, region_name: str) -> str:
        """Raises UnknownRegionError for a region that fits no partition's pattern."""
        partition: str = self._aws.regions.partition_of(region_name)
        return partition

    # --- clients and resources

    def client(
        self,
        service_name: str | type[Client] | ServiceModel,
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: Any = None,
        aws_account_id: str | None = None,
    ) -> Any:
        """A client of a service: by its name, by a class of the user's own that stands for it, or by its model.

        The arguments are boto3's. Raises UnknownServiceError, ApiVersionNotFoundError, ModelError, and the ConfigError
        of a setting that is no good.
        """
        given = ClientArguments(
            region_name,
            use_ssl,
            verify,
            endpoint_url,
            aws_access_key_id,
            aws_secret_access_key,
            aws_session_token,
            aws_account_id,
            config,
        )
        return self._make_client(service_name, given, api_version)

    def resource(
        self,
        service_name: str | type[Any],
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: Any = None,
        aws_account_id: str | None = None,
    ) -> Any:
        """A service's resources: by its name, or by a class of the user's own that stands for them.

        The arguments are :meth:`client`'s. Raises ResourceNotExistsError, UnknownAPIVersionError, and what that raises.
        """
        given = ClientArguments(
            region_name,
            use_ssl,
            verify,
            endpoint_url,
            aws_access_key_id,
            aws_secret_access_key,
            aws_session_token,
            aws_account_id,
            config,
        )
        return self._make_resource(service_name, given, api_version)

    def _make_client(
        self, service: str | type[Client] | ServiceModel, given: ClientArguments, version: str | None
    ) -> Any:
        token = None if isinstance(service, str | ServiceModel) else service
        model, loader = self._model(_service_of(service) if isinstance(service, type) else service, version)
        spec = self._spec(model, given, loader)
        mapping = method_mapping(model)
        events = self._client_events(spec, mapping)
        shared = components(spec, events, ClientExceptions(model).from_code, asynchronous=self._asynchronous)
        meta = ClientMeta(
            events=events,
            service_model=model,
            method_to_api_mapping=mapping,
            region_name=spec.region_name,
            endpoint_url=spec.endpoint_url or base_url(shared.endpoints) or spec.usual_url,
            config=spec.config,
            partition=spec.partition,
        )
        made_for = meta.endpoint_url or meta.region_name
        logger.debug("Client of %s %s for %s", model.service_name, model.api_version, made_for)
        parts = ClientParts(meta, shared, self._runner(spec.transport), loader)
        return create_client(parts, spec.builtin, asynchronous=self._asynchronous, token=token)

    def _make_resource(self, service: str | type[Any], given: ClientArguments, version: str | None) -> Any:
        # Imported here: most programs make no resources.
        from osteon.resources.factory import Listeners, ResourceFactory, ServiceContext, definitions

        token = None if isinstance(service, str) else service
        name = service if isinstance(service, str) else getattr(service, "SERVICE", repr(service))
        version, resources = definitions(self._loader, name, version)
        config = Config.of(given.config)
        if config.user_agent_extra is None:
            given = given._replace(config=config.merge(Config(user_agent_extra="Resource")))
        client = self._make_client(name, given, version)
        model = client.meta.service_model
        context = ServiceContext(name, model, resources, self._loader)
        listeners = Listeners(self.events, self._aws.resource_builtin(model) if model.is_aws else Trie())
        factory = ResourceFactory(context, listeners, asynchronous=self._asynchronous)
        return factory.service_class(token)(client=client)

    def _model(self, service: str | ServiceModel, version: str | None) -> tuple[ServiceModel, Loader | None]:
        """The model of a service, and where its companions are found (nowhere for one handed over in memory)."""
        if isinstance(service, ServiceModel):
            self._in_memory.add(service.service_id.hyphenize())
            return service, None
        _, chosen = self.events.emit_until_response(f"choose-service-name.{service}", service_name=service)
        name = service if chosen is None else chosen
        model = self._loader.service_model(name, version)
        if version is None and model.is_aws and (configured := self._aws.api_version(name)) is not None:
            model = self._loader.service_model(name, configured)
        return model, self._loader

    def _spec(self, model: ServiceModel, given: ClientArguments, loader: Loader | None) -> ClientSpec:
        if not model.is_aws:
            # Imported here: most programs have clients of AWS's services only.
            from osteon.clients.own import own_spec
            from osteon.pipeline.rules import own_rules

            self._has_own_clients = True
            return own_spec(model, given, own_rules(model, loader), os.environ)
        spec: ClientSpec = self._aws.spec(model, given, loader)
        self._aws.first_region = self._aws.first_region or spec.region_name
        return spec

    def _client_events(self, spec: ClientSpec, mapping: Mapping[str, str]) -> Emitter:
        """The client's own emitter: the session's as it is now, osteon's own handlers before the user's."""
        model = spec.service_model
        service = model.service_id.hyphenize()
        known = _Known(self._services, {service: model.operation_names}, everything=not self._in_memory)
        self._tell(unheard((name for name in self.events.names() if name not in self._checked), known))
        events = self.events.with_builtin(spec.builtin)
        return events.for_client(service, mapping, lambda name: self._tell(unheard([name], known)))

    def _tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            if self._strict_events:
                raise UnheardEventError(message=finding.message)
            self._checked.add(finding.event_name)
            warnings.warn(finding.message, UnheardEventWarning, stacklevel=_TO_CALLER)

    def _service_rows(self) -> Iterator[ServiceRow]:
        for entry in self._loader.service_index().values():
            service_id = entry.service_id or entry.name
            yield ServiceRow(entry.name, service_id, entry.endpoint_prefix)
            for former in _FORMER_PREFIXES.get(entry.name, ()):
                yield ServiceRow(entry.name, service_id, former)

    def _runner(self, options: TransportOptions) -> FlowRunner:
        raise NotImplementedError

    @cached_property
    def _aws(self) -> Any:
        # Loaded for AWS's services and settings only: a client of an own service needs nothing of it.
        from osteon.aws.plugin import AwsPlugin

        return AwsPlugin(self._loader, os.environ, self._given, profile=self._profile, call=self._call)

    def _call(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        credentials: Any = None,
        region: str | None = None,
        before_call: Handler | None = None,
    ) -> Flow[dict[str, Any]]:
        """A flow that calls another service: how credential providers reach STS and SSO without knowing clients."""
        model, loader = self._model(service, None)
        config = Config(signature_version=UNSIGNED) if credentials is None else None
        given = ClientArguments(region_name=region or self._aws.first_region, config=config)
        spec = self._aws.spec(model, given, loader, identity=credentials)
        events = self._client_events(spec, {})
        if before_call is not None:
            events.register("before-call", before_call)
        shared = components(spec, events, ClientExceptions(model).from_code)
        return Calls(shared).call(operation, params)


#: The frames between a warning and the line that registered the name or made the client.
_TO_CALLER = 5


#: names in events that models no longer say, by service
_FORMER_PREFIXES: Mapping[str, tuple[str, ...]] = {"iot-data": ("data.iot",), "events": ("cloudwatch-events",)}


def _present_name(service_name: str, **kwargs: Any) -> str | None:
    """The name of a service that once had another one."""
    return {"runtime.sagemaker": "sagemaker-runtime"}.get(service_name)


class _Known:
    """What is known of services when names are checked: the index, and the operations of the client at hand."""

    def __init__(self, services: ServiceTable, operations: Mapping[str, tuple[str, ...]], *, everything: bool) -> None:
        self._services, self._operations, self._everything = services, operations, everything

    def knows(self, service: str) -> bool:
        # Where models are handed over in memory, a name that the index lacks may be that of the next one.
        return not self._everything or service in self._operations or self._services.knows(service)

    def service_names(self) -> Iterable[str]:
        return (*self._services.service_names(), *self._operations)

    def operation_names(self, service: str) -> Iterable[str] | None:
        return self._operations.get(service)


def _service_of(token: type[Any]) -> str:
    """The service of a marker class. Raises TypeError for a class that is none."""
    name = getattr(token, "SERVICE", None)
    if not (issubclass(token, Client) and isinstance(name, str)):
        raise TypeError(
            f"{token.__qualname__} is no client class: derive it from a generated one, "
            "or from osteon.clients.Client with SERVICE set to the service's name"
        )
    return name


class Session(BaseSession):
    """Makes clients whose operations block. Keeps settings, credentials and event handlers for them."""

    def get_credentials(self) -> Any:
        """The session's credentials, or None. Raises the CredentialsError of a source that should have some."""
        return self._aws.get_credentials(self._runner(TransportOptions()).run)

    def _runner(self, options: TransportOptions) -> FlowRunner:
        # Imported here: urllib3 and all below it wait for the first client that needs a network.
        from osteon.transport.blocking import BlockingTransport

        return Runner((self._transport or BlockingTransport)(options))


class AsyncSession(BaseSession):
    """Makes clients whose operations are awaitable; everything else is as in :class:`Session`."""

    _asynchronous = True

    async def get_credentials(self) -> Any:
        """The session's credentials, or None. Raises the CredentialsError of a source that should have some."""
        runner = self._runner(TransportOptions())
        try:
            return await runner.run(self._aws.credentials.load())
        finally:
            await runner.close()

    def _runner(self, options: TransportOptions) -> FlowRunner:
        # Imported here: a program without async clients does not load asyncio and aiohttp.
        from osteon.transport.aio import AioTransport
        from osteon.transport.async_runner import AsyncRunner

        return AsyncRunner((self._transport or AioTransport)(options))
