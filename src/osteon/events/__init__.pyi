# What type checkers see of events; the files in this folder make them. No import here leads into the house.
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from osteon.events.handlers import AfterCall as AfterCall
from osteon.events.handlers import AfterCallError as AfterCallError
from osteon.events.handlers import AnyParams as AnyParams
from osteon.events.handlers import AsyncAfterCall as AsyncAfterCall
from osteon.events.handlers import AsyncAfterCallError as AsyncAfterCallError
from osteon.events.handlers import AsyncAnyParams as AsyncAnyParams
from osteon.events.handlers import AsyncBeforeCall as AsyncBeforeCall
from osteon.events.handlers import AsyncBeforeEndpointResolution as AsyncBeforeEndpointResolution
from osteon.events.handlers import AsyncBeforeParameterBuild as AsyncBeforeParameterBuild
from osteon.events.handlers import AsyncBeforeParse as AsyncBeforeParse
from osteon.events.handlers import AsyncBeforeSend as AsyncBeforeSend
from osteon.events.handlers import AsyncBeforeSign as AsyncBeforeSign
from osteon.events.handlers import AsyncChooseSigner as AsyncChooseSigner
from osteon.events.handlers import AsyncNeedsRetry as AsyncNeedsRetry
from osteon.events.handlers import AsyncParamsHandler as AsyncParamsHandler
from osteon.events.handlers import AsyncRequestCreated as AsyncRequestCreated
from osteon.events.handlers import AsyncResponseReceived as AsyncResponseReceived
from osteon.events.handlers import BeforeCall as BeforeCall
from osteon.events.handlers import BeforeEndpointResolution as BeforeEndpointResolution
from osteon.events.handlers import BeforeParameterBuild as BeforeParameterBuild
from osteon.events.handlers import BeforeParse as BeforeParse
from osteon.events.handlers import BeforeSend as BeforeSend
from osteon.events.handlers import BeforeSign as BeforeSign
from osteon.events.handlers import ChooseServiceName as ChooseServiceName
from osteon.events.handlers import ChooseSigner as ChooseSigner
from osteon.events.handlers import CreatingSerializer as CreatingSerializer
from osteon.events.handlers import Getattr as Getattr
from osteon.events.handlers import Handled as Handled
from osteon.events.handlers import NeedsRetry as NeedsRetry
from osteon.events.handlers import ParamsHandler as ParamsHandler
from osteon.events.handlers import ProvideClientParams as ProvideClientParams
from osteon.events.handlers import RequestCreated as RequestCreated
from osteon.events.handlers import ResponseReceived as ResponseReceived
from osteon.events.hooks import Branch as Branch
from osteon.events.hooks import CreatingClass as CreatingClass
from osteon.events.hooks import CreatingResourceClass as CreatingResourceClass
from osteon.events.hooks import Doors
from osteon.events.hooks import Hook as Hook
from osteon.events.trie import Handler as Handler
from osteon.model import OperationModel as OperationModel

_P = TypeVar("_P")
_R = TypeVar("_R")
_O = TypeVar("_O", covariant=True)

class ParamsHook(Hook[Any], Generic[_O]):
    """The hook of one operation, ``_O``, whose handlers are :class:`ParamsHandler` of what that says."""

    def register(
        self: ParamsHook[Handled[_P, _R]], handler: ParamsHandler[_P, _R], unique_id: str | None = None
    ) -> None: ...
    def register_first(
        self: ParamsHook[Handled[_P, _R]], handler: ParamsHandler[_P, _R], unique_id: str | None = None
    ) -> None: ...
    def register_last(
        self: ParamsHook[Handled[_P, _R]], handler: ParamsHandler[_P, _R], unique_id: str | None = None
    ) -> None: ...
    def __call__(self: ParamsHook[Handled[_P, _R]], handler: ParamsHandler[_P, _R]) -> ParamsHandler[_P, _R]: ...

class AsyncParamsHook(Hook[Any], Generic[_O]):
    """The same on an async client, whose handlers are :class:`AsyncParamsHandler`."""

    def register(
        self: AsyncParamsHook[Handled[_P, _R]], handler: AsyncParamsHandler[_P, _R], unique_id: str | None = None
    ) -> None: ...
    def register_first(
        self: AsyncParamsHook[Handled[_P, _R]], handler: AsyncParamsHandler[_P, _R], unique_id: str | None = None
    ) -> None: ...
    def register_last(
        self: AsyncParamsHook[Handled[_P, _R]], handler: AsyncParamsHandler[_P, _R], unique_id: str | None = None
    ) -> None: ...
    def __call__(
        self: AsyncParamsHook[Handled[_P, _R]], handler: AsyncParamsHandler[_P, _R]
    ) -> AsyncParamsHandler[_P, _R]: ...

class Emitter(Doors):
    """boto3's event emitter: handlers by dotted name, called most specific first.

    A handler on ``a.b`` hears ``a.b.c``; ``*`` stands for one whole part. ``copy.copy`` gives an independent emitter.
    """

    def register(
        self, event_name: str, handler: Handler, unique_id: str | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """Have ``handler`` called on ``event_name`` and every name below it, in order of registration.

        A ``unique_id`` registers once, whatever the handler. Raises ValueError and TypeError for what cannot be one.
        """
    def register_first(
        self, event_name: str, handler: Handler, unique_id: str | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """As :meth:`register`, before all handlers of that name that were not registered first."""
    def register_last(
        self, event_name: str, handler: Handler, unique_id: str | None = None, unique_id_uses_count: bool = False
    ) -> None:
        """As :meth:`register`, after all handlers of that name that were not registered last."""
    def unregister(
        self,
        event_name: str,
        handler: Handler | None = None,
        unique_id: str | None = None,
        unique_id_uses_count: bool = False,
    ) -> None:
        """Forget the first registration of ``handler``, or of ``unique_id``, under exactly that name."""
    def names(self) -> tuple[str, ...]:
        """The canonical names under which handlers are registered."""
    def emit(self, event_name: str, **kwargs: Any) -> list[tuple[Handler, Any]]:
        """Call every handler with ``kwargs`` and ``event_name``; the pairs (handler, what it returned)."""
    def emit_until_response(self, event_name: str, **kwargs: Any) -> tuple[Handler, Any] | tuple[None, None]:
        """Call handlers until one returns something that is not None: that pair, else ``(None, None)``."""
    @property
    def hooks(self) -> Mapping[str, Any]:
        """A :class:`Hook` for every name one may think of."""
    def open(self, *path: str) -> Any: ...
