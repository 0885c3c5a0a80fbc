"""The base classes of every generated client, and its meta. How a class is made, what a call does: elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, ClassVar, Self

from osteon.clients.errors import ClientExceptions, ServiceErrors
from osteon.clients.parts import ClientMeta, ClientParts
from osteon.exceptions import UnknownClientMethodError
from osteon.naming import did_you_mean, snake_case
from osteon.pipeline.calls import Calls


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
        from osteon.pipeline.presign import presigned_url

        given: Mapping[str, Any] = {} if params is None else params
        return self._parts.runner.run(presigned_url(self._calls.plan(operation_name), given, expires, http_method))

    def can_paginate(self, operation_name: str) -> bool:
        """Whether there is a paginator for a method of the client, named as in Python."""
        # Imported here and below: programs that make single calls need neither pages nor waiters.
        from osteon.clients.composed import paginators

        return self.meta.method_to_api_mapping.get(operation_name) in paginators(self._parts)

    @property
    def waiter_names(self) -> list[str]:
        """The names that ``get_waiter`` takes."""
        from osteon.clients.composed import waiters

        return [snake_case(name) for name in sorted(waiters(self._parts))]

    def _method(self, name: str) -> Callable[..., Any]:
        """The method of an operation, or what a user put in its place."""
        method: Callable[..., Any] = getattr(self, name)
        return method

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


class SyncClient(BaseClient):
    """A client whose operations block; close it, or use it in a with-statement."""

    def get_paginator(self, operation_name: str) -> Any:
        """The paginator for a method of the client, named as in Python.

        Raises OperationNotPageableError, and ModelError where its paginators-1 file is no good.
        """
        from osteon.clients.composed import Paginator, paginator

        return paginator(Paginator, self._parts, operation_name, self._method)

    def get_waiter(self, waiter_name: str) -> Any:
        """One of ``waiter_names``. Raises ValueError for another one, and WaiterModelError for a bad waiters-2 file."""
        from osteon.clients.composed import Waiter, waiter

        return waiter(Waiter, self._parts, waiter_name, self._method)

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

    def get_paginator(self, operation_name: str) -> Any:
        """As :meth:`SyncClient.get_paginator`."""
        from osteon.clients.composed import AsyncPaginator, paginator

        return paginator(AsyncPaginator, self._parts, operation_name, self._method)

    def get_waiter(self, waiter_name: str) -> Any:
        """As :meth:`SyncClient.get_waiter`."""
        from osteon.clients.composed import AsyncWaiter, waiter

        return waiter(AsyncWaiter, self._parts, waiter_name, self._method)

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
