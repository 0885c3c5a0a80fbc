# The public names, typed; the module itself makes each when first asked for. No import here leads into the house.
from typing import Any, TypeVar, overload

from osteon import clients as clients
from osteon import config as config
from osteon import events as events
from osteon import exceptions as exceptions
from osteon import http as http
from osteon import resources as resources
from osteon import session as session
from osteon import testing as testing
from osteon.clients import Client
from osteon.config import UNSIGNED as UNSIGNED
from osteon.config import AnyConfig
from osteon.config import Config as Config
from osteon.model import OperationModel as OperationModel
from osteon.model import ServiceModel as ServiceModel
from osteon.resources import Resource
from osteon.session import AsyncSession as AsyncSession
from osteon.session import Session as Session

__version__: str

_C = TypeVar("_C", bound=Client)
_R = TypeVar("_R", bound=Resource)

@overload
def client(
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
) -> _C: ...
@overload
def client(
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
) -> _R: ...
@overload
def resource(
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
def setup_default_session(**kwargs: Any) -> None:
    """Make the default session anew, with :class:`Session`'s arguments."""

def set_stream_logger(name: str = "osteon", level: int = 10, format_string: str | None = None) -> None:
    """Log to standard error. Names are module names: ``osteon.pipeline`` shows attempts, ``osteon.events`` handlers."""
