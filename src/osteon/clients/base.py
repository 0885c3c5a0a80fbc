"""The base classes of every generated client, and its meta. How a class is made, what a call does: elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from types import TracebackType
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, Self

from typing_extensions import TypeVar

from osteon.clients.errors import ClientExceptions, ServiceErrors
from osteon.clients.page_rules import PaginatorRules, Paging
from osteon.clients.pagination import AsyncPaginator, Call, Paginator, Run
from osteon.clients.waiters import AsyncWaiter, Waiter, WaiterRules
from osteon.config import Config
from osteon.events.emitter import Emitter
from osteon.exceptions import OperationNotPageableError, UnknownClientMethodError
from osteon.flow import Await, Flow
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.naming import did_you_mean, snake_case
from osteon.pipeline.calls import Calls
from osteon.pipeline.phases import Components
from osteon.pipeline.presign import presigned_url

#: the emitter as generated types narrow it
EventsT = TypeVar("EventsT", covariant=True, default=Emitter)


class FlowRunner(Protocol):
    """What drives a client's flows: to a value on a sync client, to an awaitable on an async one."""

    def run(self, flow: Flow[Any], /) -> Any: ...

    def close(self) -> Any: ...


class ClientMeta(NamedTuple, Generic[EventsT]):
    """``client.meta``: what the client was made of."""

    events: EventsT
    service_model: ServiceModel
    #: Python method name to operation name
    method_to_api_mapping: Mapping[str, str]
    region_name: str | None
    endpoint_url: str | None
    config: Config
    partition: str | None


class ClientParts(NamedTuple):
    """What a client class is instantiated with."""

    meta: ClientMeta
    components: Components
    runner: FlowRunner
    #: finds the paginators and waiters; None for a model that was handed over in memory
    loader: Loader | None


class Client:
    """What every client is: the nominal root that generated types and user's extensions derive from."""

    #: the service's name; set on the marker classes that ``osteon stubs`` generates, and by who writes one by hand
    SERVICE: ClassVar[str]

    @property
    def meta(self) -> ClientMeta:
        raise TypeError(f"{type(self).__name__} is a marker: pass the class to session.client() to get a client")


class BaseClient(Client):
    """Behaviour shared by generated clients: calls, events on unknown attributes, closing. Safe to share by threads."""

    def __init__(self, parts: ClientParts) -> None:
        self._parts = parts
        self._run = parts.runner.run
        self._calls = Calls(parts.components, self._run)
        self._exceptions: ClientExceptions | None = None

    @property
    def meta(self) -> ClientMeta:
        return self._parts.meta

    @property
    def exceptions(self) -> ServiceErrors:
        """The service's modeled errors, as classes: ``client.exceptions.NoSuchBucket``."""
        if self._exceptions is None:
            self._exceptions = ClientExceptions(self.meta.service_model)
        return self._exceptions

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> Any:
        """Every operation's way out: parameters to result (an awaitable of it on an async client)."""
        return self._run(self._calls.call(operation_name, api_params))

    def _presigned(self, method: str, params: Any, expires: int, http_method: str | None) -> Any:
        """A URL of a call (an awaitable of it on an async client). Raises UnknownClientMethodError."""
        operation_name = self.meta.method_to_api_mapping.get(method)
        if operation_name is None:
            raise UnknownClientMethodError(method_name=method)
        given: Mapping[str, Any] = {} if params is None else params
        return self._parts.runner.run(presigned_url(self._calls.plan(operation_name), given, expires, http_method))

    def can_paginate(self, operation_name: str) -> bool:
        """Whether there is a paginator for a method of the client, named as in Python."""
        return self.meta.method_to_api_mapping.get(operation_name) in self._paginators

    @property
    def _paginators(self) -> Mapping[str, PaginatorRules]:
        """By operation name."""
        # Imported here, as waiters are: programs that make single calls need neither.
        from osteon.model.companions import read_paginators

        loader, model = self._parts.loader, self.meta.service_model
        return {} if loader is None else read_paginators(loader, model.service_name, model.api_version).pagination

    def _paging(self, operation_name: str) -> tuple[Paging, Call, Run]:
        """What a paginator is made of."""
        mapping, paginators = self.meta.method_to_api_mapping, self._paginators
        rules = paginators.get(mapping.get(operation_name, ""))
        if rules is None:
            known = [method for method, name in mapping.items() if name in paginators]
            close = did_you_mean(operation_name, known)
            raise OperationNotPageableError(operation_name=operation_name, hint=close and f".{close}")
        operation = self.meta.service_model.operation_model(mapping[operation_name])
        call = _as_flow(getattr(self, operation_name))
        return Paging.of(rules, operation.input_shape), call, self._parts.runner.run

    @property
    def waiter_names(self) -> list[str]:
        """The names that ``get_waiter`` takes."""
        return [snake_case(name) for name in sorted(self._waiters)]

    @property
    def _waiters(self) -> Mapping[str, WaiterRules]:
        """By the name that the model has."""
        from osteon.model.companions import read_waiters

        loader, model = self._parts.loader, self.meta.service_model
        return {} if loader is None else read_waiters(loader, model.service_name, model.api_version).waiters

    def _waiting(self, waiter_name: str) -> tuple[str, WaiterRules, Call, Run]:
        """What a waiter is made of."""
        names = {snake_case(name): name for name in self._waiters}
        if waiter_name not in names:
            raise ValueError(f"Waiter does not exist: {waiter_name}.{did_you_mean(waiter_name, names)}")
        rules = self._waiters[names[waiter_name]]
        call = _as_flow(getattr(self, snake_case(rules.operation)))
        return names[waiter_name], rules, call, self._parts.runner.run

    def __repr__(self) -> str:
        return f"<{type(self).__name__} client of {self.meta.endpoint_url or self.meta.region_name or 'no endpoint'}>"


class AttributesByEvent(Client):
    """The last base of every client class: handlers of ``getattr`` may supply what the class does not have.

    Apart from BaseClient, so that type checkers see no ``__getattr__`` in the generated types that derive from it.
    """

    def __getattr__(self, item: str) -> Any:
        # Reached for what the class does not have; private names are asked before __init__ ends, and are no events.
        if item.startswith("_"):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{item}'")
        service = self.meta.service_model.service_id.hyphenize()
        _, answer = self.meta.events.emit_until_response(f"getattr.{service}.{item}", client=self)
        if answer is not None:
            return answer
        known = (*self.meta.method_to_api_mapping, "meta", "exceptions", "close", "get_paginator", "get_waiter")
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{item}'.{did_you_mean(item, known)}")


def _as_flow(method: Callable[..., Any]) -> Call:
    """Calls of a client's method, which may be a user's own in an operation's place, as flows."""

    def call(params: Mapping[str, Any]) -> Flow[Any]:
        answer = method(**params)
        return (yield Await(answer)) if isawaitable(answer) else answer

    return call


class SyncClient(BaseClient):
    """A client whose operations block; close it, or use it in a with-statement."""

    def get_paginator(self, operation_name: str) -> Paginator:
        """The paginator for a method of the client, named as in Python. Raises OperationNotPageableError."""
        return Paginator(*self._paging(operation_name))

    def get_waiter(self, waiter_name: str) -> Waiter:
        """One of ``waiter_names``. Raises ValueError for another one."""
        return Waiter(*self._waiting(waiter_name))

    def generate_presigned_url(
        self, ClientMethod: str, Params: Mapping[str, Any] | None = None, ExpiresIn: int = 3600,
        HttpMethod: str | None = None,
    ) -> str:  # fmt: skip
        """The URL of a call of ``ClientMethod``, signed, for somebody else to send within ``ExpiresIn`` seconds.

        ``HttpMethod`` stands in the place of the operation's own. Raises UnknownClientMethodError, what preparing the
        call does, and UnsupportedSignatureVersionError where the service's calls cannot be signed in a URL.
        """
        url: str = self._presigned(ClientMethod, Params, ExpiresIn, HttpMethod)
        return url

    def close(self) -> None:
        """Close the connections. The client stays usable: later calls open new ones."""
        self._parts.runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(BaseClient):
    """A client whose operations are awaitable; close it, or use it in an async with-statement."""

    def get_paginator(self, operation_name: str) -> AsyncPaginator:
        """The paginator for a method of the client, named as in Python. Raises OperationNotPageableError."""
        return AsyncPaginator(*self._paging(operation_name))

    def get_waiter(self, waiter_name: str) -> AsyncWaiter:
        """One of ``waiter_names``. Raises ValueError for another one."""
        return AsyncWaiter(*self._waiting(waiter_name))

    async def generate_presigned_url(
        self, ClientMethod: str, Params: Mapping[str, Any] | None = None, ExpiresIn: int = 3600,
        HttpMethod: str | None = None,
    ) -> str:  # fmt: skip
        """As :meth:`SyncClient.generate_presigned_url`; awaitable, since credentials may have to be fetched."""
        url: str = await self._presigned(ClientMethod, Params, ExpiresIn, HttpMethod)
        return url

    async def close(self) -> None:
        """Close the connections. The client stays usable: later calls open new ones."""
        closing: Awaitable[None] = self._parts.runner.close()
        await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
