# What type checkers see of clients; the files in this folder make them. No import here leads into the house.
# Methods that generated types narrow take ``*args: Any, **kwargs: Any`` here, which any signature may override.
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeAlias

from typing_extensions import TypeVar

from osteon.clients.values import Blob as Blob
from osteon.clients.values import Document as Document
from osteon.clients.values import PaginationConfig as PaginationConfig
from osteon.clients.values import Readable as Readable
from osteon.clients.values import ResponseMetadata as ResponseMetadata
from osteon.clients.values import Timestamp as Timestamp
from osteon.clients.values import WaiterConfig as WaiterConfig
from osteon.clients.values import Writable as Writable
from osteon.config import Config
from osteon.events import Emitter
from osteon.exceptions import ClientError as _ClientError
from osteon.model import ServiceModel
from osteon.transport.streams import AsyncStreamingBody as AsyncStreamingBody
from osteon.transport.streams import StreamingBody as StreamingBody

_EventsT = TypeVar("_EventsT", covariant=True, default=Emitter)
_PageT = TypeVar("_PageT", covariant=True)
_ItemT = TypeVar("_ItemT", covariant=True)
_EventT = TypeVar("_EventT", covariant=True, default=dict[str, Any])

class ClientMeta(NamedTuple, Generic[_EventsT]):
    """``client.meta``: what the client was made of."""

    events: _EventsT
    service_model: ServiceModel
    #: Python method name to operation name
    method_to_api_mapping: Mapping[str, str]
    region_name: str | None
    endpoint_url: str | None
    config: Config
    partition: str | None

class Client:
    """What every client is: the nominal root that generated types and user's extensions derive from."""

    SERVICE: ClassVar[str]

    @property
    def meta(self) -> ClientMeta: ...

class _Client(Client):
    @property
    def exceptions(self) -> ServiceErrors:
        """The service's modeled errors, as classes: ``client.exceptions.NoSuchBucket``."""
    def can_paginate(self, operation_name: str) -> bool:
        """Whether there is a paginator for a method of the client, named as in Python."""
    @property
    def waiter_names(self) -> list[str]:
        """The names that ``get_waiter`` takes."""
    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> Any:
        """Every operation's way out: parameters to result (an awaitable of it on an async client)."""

class SyncClient(_Client):
    """A client whose operations block; close it, or use it in a with-statement."""

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        """The paginator for a method of the client, named as in Python. Raises OperationNotPageableError."""
    def get_waiter(self, *args: Any, **kwargs: Any) -> Waiter:
        """One of ``waiter_names``. Raises ValueError for another one."""
    def generate_presigned_url(self, *args: Any, **kwargs: Any) -> str:
        """The URL of a call of ``ClientMethod``, signed, for somebody else to send within ``ExpiresIn`` seconds."""
    def close(self) -> None:
        """Close the connections. The client stays usable: later calls open new ones."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

class AsyncClient(_Client):
    """A client whose operations are awaitable; close it, or use it in an async with-statement."""

    def get_paginator(self, *args: Any, **kwargs: Any) -> AsyncPaginator:
        """The paginator for a method of the client, named as in Python. Raises OperationNotPageableError."""
    def get_waiter(self, *args: Any, **kwargs: Any) -> AsyncWaiter:
        """One of ``waiter_names``. Raises ValueError for another one."""
    async def generate_presigned_url(self, *args: Any, **kwargs: Any) -> str:
        """As :meth:`SyncClient.generate_presigned_url`; awaitable, since credentials may have to be fetched."""
    async def close(self) -> None:
        """Close the connections. The client stays usable: later calls open new ones."""
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

class ServiceErrors:
    """``ClientError`` and the service's own errors by their codes. Generated types derive from this."""

    ClientError: type[_ClientError]

    def from_code(self, error_code: str | None) -> type[_ClientError]:
        """The class for an error code of the service; ClientError where the model has none."""

class ClientExceptions(ServiceErrors):
    """``client.exceptions``: the service's modeled errors by shape name, and ``ClientError``."""

    def __getattr__(self, name: str) -> type[_ClientError]: ...

# --- pages and waiters

class _Expression:
    """A JMESPath expression over a page; ``expression`` is its text."""

    expression: str
    search: Callable[[Any], Any]

class _Pages:
    @property
    def result_keys(self) -> list[_Expression]:
        """Where the results stand in a page, the primary one first."""
    @property
    def resume_token(self) -> str | None:
        """The StartingToken with which to go on, after MaxItems ended the last iteration; else None."""
    @property
    def non_aggregate_part(self) -> dict[str, Any]:
        """What the first page of the last iteration says of all of them."""

class _ResultKeyIterator:
    result_key: _Expression

    def __iter__(self) -> Iterator[Any]: ...

class _AsyncResultKeyIterator:
    result_key: _Expression

    def __aiter__(self) -> AsyncIterator[Any]: ...

class PageIterator(_Pages, Generic[_PageT, _ItemT]):
    """The pages of an operation: each iteration begins anew and calls as it goes."""

    def __iter__(self) -> Iterator[_PageT]: ...
    def items(self) -> Iterator[_ItemT]:
        """The items of the primary result, page after page."""
    def search(self, expression: str) -> Iterator[Any]:
        """What a JMESPath expression finds in each page; of a list, its items one by one."""
    def result_key_iters(self) -> list[_ResultKeyIterator]:
        """An iterator over the results of each result key; pages are fetched once for all of them."""
    def build_full_result(self) -> _PageT:
        """All pages as one dict: lists joined, numbers added up, ``NextToken`` to resume with after MaxItems."""

class AsyncPageIterator(_Pages, Generic[_PageT, _ItemT]):
    """:class:`PageIterator` for ``async for``."""

    def __aiter__(self) -> AsyncIterator[_PageT]: ...
    def items(self) -> AsyncIterator[_ItemT]:
        """The items of the primary result, page after page."""
    def search(self, expression: str) -> AsyncIterator[Any]:
        """What a JMESPath expression finds in each page; of a list, its items one by one."""
    def result_key_iters(self) -> list[_AsyncResultKeyIterator]:
        """As :meth:`PageIterator.result_key_iters`, for ``async for``, also of several at once."""
    async def build_full_result(self) -> _PageT:
        """All pages as one dict: lists joined, numbers added up, ``NextToken`` to resume with after MaxItems."""

class _Paginator:
    @property
    def result_keys(self) -> list[_Expression]:
        """Where the results stand in a page, the primary one first."""

class Paginator(_Paginator):
    """``client.get_paginator(...)`` of a sync client."""

    def paginate(self, *args: Any, **kwargs: Any) -> PageIterator[Any, Any]:
        """The pages for these parameters of the operation. Nothing is called yet."""

class AsyncPaginator(_Paginator):
    """``client.get_paginator(...)`` of an async client."""

    def paginate(self, *args: Any, **kwargs: Any) -> AsyncPageIterator[Any, Any]:
        """As :meth:`Paginator.paginate`; the pages are for ``async for``."""

#: Called after each attempt with its number, from 1, and the answer; on an async client it may be ``async def``.
OnAttempt: TypeAlias = Callable[[int, dict[str, Any]], Any]

class _Waiter:
    name: str
    config: Any

class Waiter(_Waiter):
    """``client.get_waiter(...)`` of a sync client."""

    def wait(self, *args: Any, **kwargs: Any) -> None:
        """Wait until the operation, called with these parameters, says so."""

class AsyncWaiter(_Waiter):
    """``client.get_waiter(...)`` of an async client."""

    async def wait(self, *args: Any, **kwargs: Any) -> None:
        """As :meth:`Waiter.wait`; ``on_attempt`` may be ``async def``."""

# --- event streams

class EventStream(Generic[_EventT]):
    """The events of an answer, as they come: ``for event in stream``. Each is a dict of one key, the event's type."""

    def __iter__(self) -> Iterator[_EventT]: ...
    def close(self) -> None:
        """Give up the rest of the stream and its connection."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

class AsyncEventStream(Generic[_EventT]):
    """:class:`EventStream` for ``async for``."""

    def __aiter__(self) -> AsyncIterator[_EventT]: ...
    def close(self) -> None:
        """Give up the rest of the stream and its connection."""
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *_: object) -> None: ...
