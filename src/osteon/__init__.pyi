# The public names, typed; the module itself makes each when first asked for.
from typing import Any, TypeVar, overload

from osteon import clients as clients
from osteon import config as config
from osteon import events as events
from osteon import exceptions as exceptions
from osteon import http as http
from osteon import resources as resources
from osteon import session as session
from osteon import testing as testing
from osteon.clients.base import Client
from osteon.config import UNSIGNED as UNSIGNED
from osteon.config import Config as Config
from osteon.defaults import set_stream_logger as set_stream_logger
from osteon.defaults import setup_default_session as setup_default_session
from osteon.model.service import OperationModel as OperationModel
from osteon.model.service import ServiceModel as ServiceModel
from osteon.resources.root import Resource
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
    config: Any = None,
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
    config: Any = None,
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
    config: Any = None,
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
    config: Any = None,
    aws_account_id: str | None = None,
) -> Any: ...
