# What type checkers see of sessions; composition.py makes them. No import here leads into the house.
import os
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from osteon.clients import Client
from osteon.config import AnyConfig
from osteon.events import Emitter
from osteon.model import ServiceModel
from osteon.resources import Resource

_C = TypeVar("_C", bound=Client)
_R = TypeVar("_R", bound=Resource)

class _Session:
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
        data_path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
        strict_events: bool = False,
        transport: Callable[[Any], Any] | None = None,
    ) -> None:
        """boto3's arguments, and osteon's own by keyword: folders of models that are searched before all others,
        whether a handler that nothing will ever call is an error, and what makes the transport of each client.
        """
    @property
    def events(self) -> Emitter:
        """Where handlers for all clients made from now on are registered."""
    @property
    def profile_name(self) -> str: ...
    @property
    def available_profiles(self) -> list[str]: ...
    @property
    def region_name(self) -> str | None:
        """The region of AWS clients that name none: the session's argument, else what the settings say."""
    def get_available_services(self) -> list[str]:
        """The names of all services there is a model of, sorted."""
    def get_available_resources(self) -> list[str]:
        """The names of all services there are resource definitions of, sorted."""
    def get_available_partitions(self) -> list[str]: ...
    def get_available_regions(
        self, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
    ) -> list[str]:
        """The regions in which AWS says the service lives; empty for a service it does not say it of."""
    def get_partition_for_region(self, region_name: str) -> str:
        """Raises UnknownRegionError for a region that fits no partition's pattern."""
    @overload
    def client(
        self,
        service_name: type[_C],
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: AnyConfig | None = None,
        aws_account_id: str | None = None,
    ) -> _C:
        """A client of a service: by its name, by a class of the user's own that stands for it, or by its model."""
    @overload
    def client(
        self,
        service_name: str | ServiceModel,
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: AnyConfig | None = None,
        aws_account_id: str | None = None,
    ) -> Any: ...
    @overload
    def resource(
        self,
        service_name: type[_R],
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: AnyConfig | None = None,
        aws_account_id: str | None = None,
    ) -> _R:
        """A service's resources: by its name, or by a class of the user's own that stands for them."""
    @overload
    def resource(
        self,
        service_name: str,
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: AnyConfig | None = None,
        aws_account_id: str | None = None,
    ) -> Any: ...

class Session(_Session):
    """Makes clients whose operations block. Keeps settings, credentials and event handlers for them."""

    def get_credentials(self) -> Any:
        """The session's credentials, or None. Raises the CredentialsError of a source that should have some."""

class AsyncSession(_Session):
    """Makes clients whose operations are awaitable; everything else is as in :class:`Session`."""

    async def get_credentials(self) -> Any:
        """The session's credentials, or None. Raises the CredentialsError of a source that should have some."""
