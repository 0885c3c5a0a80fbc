"""What a type checker asks of the handlers of each event that belongs to a service. Loads model classes; no behaviour.

No Protocol takes ``**kwargs``: its last keyword stands for any that a later osteon may add, so that a type checker
takes only handlers with ``**kwargs`` of their own. ``Async...`` are those of async clients, which take ``async def``,
too. The fields are those of ``events/catalog.py``; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Generic, Never, Protocol, TypeAlias

from typing_extensions import TypeVar

from osteon.flow import Flow
from osteon.http import PreparedRequest, Request, Response
from osteon.model import OperationModel, ServiceModel

P_in = TypeVar("P_in", contravariant=True)
R_out = TypeVar("R_out", covariant=True)
#: what else may be returned: an awaitable, on an async client
A_out = TypeVar("A_out", covariant=True, default=Never)


class ProvideClientParams(Protocol[P_in, R_out]):
    """``params`` may be changed in place; what is returned, if anything, is used in their place."""

    def __call__(
        self,
        *,
        params: P_in,
        model: OperationModel,
        context: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> R_out | Flow[R_out | None] | None: ...


#: For handlers of many operations, and for those who do without their types.
AnyParams: TypeAlias = ProvideClientParams[dict[str, Any], dict[str, Any]]
#: The same on async clients.
AsyncAnyParams: TypeAlias = ProvideClientParams[dict[str, Any], dict[str, Any] | Awaitable[dict[str, Any] | None]]

_P = TypeVar("_P")
_R = TypeVar("_R")
#: What one operation's hook takes: handlers of its types, and those that do without.
ParamsHandler: TypeAlias = ProvideClientParams[_P, _R] | AnyParams
AsyncParamsHandler: TypeAlias = ProvideClientParams[_P, _R | Awaitable[_R | None]] | AsyncAnyParams


class Handled(Generic[_P, _R]):
    """One operation to its hooks: what handlers may meet as ``params``, and what they may return. Of no other use.

    A class of no arguments derives from it for each operation: what stands in its place is looked through by type
    checkers wherever it stands, down to the last nested shape.
    """


class BeforeParameterBuild(Protocol[A_out]):
    def __call__(
        self,
        *,
        params: dict[str, Any],
        model: OperationModel,
        context: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> Flow[None] | A_out | None: ...


class BeforeEndpointResolution(Protocol[A_out]):
    def __call__(
        self,
        *,
        builtins: dict[str, Any],
        model: OperationModel,
        params: dict[str, Any],
        context: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> Flow[None] | A_out | None: ...


#: What a ``before-call`` handler may answer with instead of the network: (HTTP response, parsed response).
Answer: TypeAlias = tuple[Any, dict[str, Any]]


class BeforeCall(Protocol[A_out]):
    def __call__(
        self,
        *,
        model: OperationModel,
        params: dict[str, Any],
        request_signer: Any,
        context: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> Answer | Flow[Answer | None] | A_out | None: ...


class RequestCreated(Protocol[A_out]):
    def __call__(
        self, *, request: Request, operation_name: str, event_name: str, _and_any_later_keyword: object
    ) -> Flow[None] | A_out | None: ...


class ChooseSigner(Protocol[A_out]):
    def __call__(
        self,
        *,
        signing_name: str,
        region_name: str | None,
        signature_version: str,
        context: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> str | Flow[str | None] | A_out | None: ...


class BeforeSign(Protocol[A_out]):
    def __call__(
        self,
        *,
        request: Request,
        signing_name: str,
        region_name: str | None,
        signature_version: str,
        request_signer: Any,
        operation_name: str,
        event_name: str,
        _and_any_later_keyword: object,
    ) -> Flow[None] | A_out | None: ...


class BeforeSend(Protocol[A_out]):
    def __call__(
        self, *, request: PreparedRequest, event_name: str, _and_any_later_keyword: object
    ) -> Response | Flow[Response | None] | A_out | None: ...


class BeforeParse(Protocol[A_out]):
    def __call__(
        self,
        *,
        operation_model: OperationModel,
        response_dict: dict[str, Any],
        customized_response_dict: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> Flow[None] | A_out | None: ...


class ResponseReceived(Protocol[A_out]):
    def __call__(
        self,
        *,
        response_dict: dict[str, Any] | None,
        parsed_response: dict[str, Any] | None,
        context: dict[str, Any],
        exception: Exception | None,
        event_name: str,
        _and_any_later_keyword: object,
    ) -> Flow[None] | A_out | None: ...


class NeedsRetry(Protocol[A_out]):
    def __call__(
        self,
        *,
        response: tuple[Any, dict[str, Any]] | None,
        endpoint: Any,
        operation: OperationModel,
        attempts: int,
        caught_exception: Exception | None,
        request_dict: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> float | Flow[float | None] | A_out | None: ...


class AfterCall(Protocol[A_out]):
    def __call__(
        self,
        *,
        parsed: dict[str, Any],
        http_response: Response,
        model: OperationModel,
        context: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> Flow[None] | A_out | None: ...


class AfterCallError(Protocol[A_out]):
    def __call__(
        self, *, exception: Exception, context: dict[str, Any], event_name: str, _and_any_later_keyword: object
    ) -> Flow[None] | A_out | None: ...


class CreatingSerializer(Protocol):
    def __call__(
        self,
        *,
        protocol_name: str,
        service_model: ServiceModel,
        serializer_kwargs: dict[str, Any],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> None: ...


class Getattr(Protocol):
    """What is returned, if not None, is the attribute."""

    def __call__(self, *, client: Any, event_name: str, _and_any_later_keyword: object) -> object: ...


class ChooseServiceName(Protocol):
    """What is returned, if not None, is the name of the service."""

    def __call__(self, *, service_name: str, event_name: str, _and_any_later_keyword: object) -> str | None: ...


AsyncBeforeParameterBuild: TypeAlias = BeforeParameterBuild[Awaitable[None]]
AsyncBeforeEndpointResolution: TypeAlias = BeforeEndpointResolution[Awaitable[None]]
AsyncBeforeCall: TypeAlias = BeforeCall[Awaitable[Answer | None]]
AsyncRequestCreated: TypeAlias = RequestCreated[Awaitable[None]]
AsyncChooseSigner: TypeAlias = ChooseSigner[Awaitable[str | None]]
AsyncBeforeSign: TypeAlias = BeforeSign[Awaitable[None]]
AsyncBeforeSend: TypeAlias = BeforeSend[Awaitable[Response | None]]
AsyncBeforeParse: TypeAlias = BeforeParse[Awaitable[None]]
AsyncResponseReceived: TypeAlias = ResponseReceived[Awaitable[None]]
AsyncNeedsRetry: TypeAlias = NeedsRetry[Awaitable[float | None]]
AsyncAfterCall: TypeAlias = AfterCall[Awaitable[None]]
AsyncAfterCallError: TypeAlias = AfterCallError[Awaitable[None]]
