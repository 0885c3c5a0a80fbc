"""Stubber: answers for the calls of one client, in the order they are expected. A user of the event system; no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from pprint import pformat
from typing import Any, NamedTuple, Self

from osteon.exceptions import (
    ParamValidationError,
    StubAssertionError,
    StubResponseError,
    UnStubbedResponseError,
)
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.model.shapes import Shape
from osteon.validation import validator


class _Any:
    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __repr__(self) -> str:
        return "<ANY>"


#: Equals everything: in expected parameters, for a value that does not matter.
ANY: Any = _Any()


class _Stub(NamedTuple):
    """One answer, and the call that it is for."""

    operation_name: str
    answer: tuple[Response, dict[str, Any]]
    #: None: whatever it is called with
    expected_params: Mapping[str, Any] | None


class Stubber:
    """Answers the calls of a client, sync or async, without a network: first added, first given.

    ``add_response`` and ``add_client_error`` say what is answered. From ``activate()`` on, or inside a ``with`` block,
    a call that is not the next one in line is refused (UnStubbedResponseError, StubResponseError), as is one with other
    parameters than were expected (StubAssertionError, an AssertionError). What is refused stays in line. Presigned URLs
    are no calls, and no credentials are needed. ``before-call`` handlers are not heard: the stub answers before them.
    The interface is that of ``botocore.stub.Stubber``.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self._queue: deque[_Stub] = deque()
        self._active = False
        self._registered: list[tuple[str, Callable[..., Any]]] = []

    def __enter__(self) -> Self:
        self.activate()
        return self

    def __exit__(self, *error: object) -> None:
        self.deactivate()

    # --- what is answered

    def add_response(
        self, method: str, service_response: Mapping[str, Any], expected_params: Mapping[str, Any] | None = None
    ) -> None:
        """Answer the next call in line, to be made by ``method`` of the client, with ``service_response``.

        The response is given out as it is, so that it had better hold all that the service sends; a streamed body is a
        :class:`osteon.clients.StreamingBody` of the user's. ``expected_params``: the keywords of the call, all of them,
        each with its value or with :data:`ANY`. Raises ValueError for a method that the client does not have,
        ParamValidationError for a response that the model does not allow.
        """
        if not hasattr(self.client, method):
            service = self.client.meta.service_model.service_name
            raise ValueError(f"Client {service} does not have method: {method}")
        operation = self._operation(method)
        members = {name: value for name, value in service_response.items() if name != "ResponseMetadata"}
        _check(operation.output_shape, members)
        self._add(_Stub(operation.name, (_answer(200), dict(service_response)), expected_params))

    def add_client_error(
        self,
        method: str,
        service_error_code: str = "",
        service_message: str = "",
        http_status_code: int = 400,
        service_error_meta: Mapping[str, Any] | None = None,
        expected_params: Mapping[str, Any] | None = None,
        response_meta: Mapping[str, Any] | None = None,
        modeled_fields: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer the next call in line with an error of the service.

        It is raised as the modeled class of ``service_error_code``, ClientError where there is none.
        ``service_error_meta`` goes into the response's ``Error``, ``response_meta`` into its ``ResponseMetadata``,
        ``modeled_fields`` beside them: these are checked against the error's shape (ParamValidationError).
        """
        parsed: dict[str, Any] = {
            "ResponseMetadata": {"HTTPStatusCode": http_status_code, **(response_meta or {})},
            "Error": {"Message": service_message, "Code": service_error_code, **(service_error_meta or {})},
        }
        if modeled_fields is not None:
            _check(self.client.meta.service_model.shape_for_error_code(service_error_code), modeled_fields)
            parsed.update(modeled_fields)
        self._add(_Stub(self._operation(method).name, (_answer(http_status_code), parsed), expected_params))

    def assert_no_pending_responses(self) -> None:
        """Raises AssertionError where an expected call was not made."""
        if self._queue:
            raise AssertionError(f"{len(self._queue)} responses remaining in queue.")

    def _operation(self, method: str) -> OperationModel:
        model, mapping = self.client.meta.service_model, self.client.meta.method_to_api_mapping
        if method not in mapping:
            raise ValueError(f"{method} of client {model.service_name} is no operation of the service")
        operation: OperationModel = model.operation_model(mapping[method])
        return operation

    def _add(self, stub: _Stub) -> None:
        self._queue.append(stub)
        if self._active:
            self._answer(stub.operation_name)

    # --- when it is answered

    def activate(self) -> None:
        """Answer the client's calls from now on."""
        if self._active:
            return
        self._active = True
        self._register("before-parameter-build.*.*", self._refuse_out_of_line)
        self._register("before-endpoint-resolution.*", _spare_credentials)
        for stub in self._queue:
            self._answer(stub.operation_name)

    def deactivate(self) -> None:
        """Let the client's calls go to the service again. What was not called for stays in line."""
        self._active = False
        for event_name, handler in self._registered:
            self.client.meta.events.unregister(event_name, handler)
        self._registered.clear()

    def _answer(self, operation_name: str) -> None:
        """Answer an operation's calls, before handlers of the operation's own change what the caller gave."""
        service = self.client.meta.service_model.service_id.hyphenize()
        self._register(f"before-parameter-build.{service}.{operation_name}", self._check_params)
        self._register(f"before-call.{service}.{operation_name}", self._give)

    def _register(self, event_name: str, handler: Callable[..., Any]) -> None:
        if (event_name, handler) not in self._registered:
            self.client.meta.events.register_first(event_name, handler)
            self._registered.append((event_name, handler))

    # --- the handlers

    def _refuse_out_of_line(self, model: OperationModel, context: Mapping[str, Any], **kwargs: Any) -> None:
        if not context.get("is_presign_request"):
            self._next(model)

    def _check_params(
        self, params: Mapping[str, Any], model: OperationModel, context: Mapping[str, Any], **kwargs: Any
    ) -> None:
        if context.get("is_presign_request"):
            return
        expected = self._next(model).expected_params
        if expected is not None and not _as_expected(params, expected):
            reason = f"Expected parameters:\n{pformat(dict(expected))},\nbut received:\n{pformat(dict(params))}"
            raise StubAssertionError(operation_name=model.name, reason=reason)

    def _give(self, model: OperationModel, **kwargs: Any) -> tuple[Response, dict[str, Any]]:
        answer = self._next(model).answer
        self._queue.popleft()
        return answer

    def _next(self, model: OperationModel) -> _Stub:
        """The stub in line, which must be one for this operation."""
        if not self._queue:
            reason = (
                "Unexpected API Call: A call was made but no additional calls expected. Either the API Call was not "
                "stubbed or it was called multiple times."
            )
            raise UnStubbedResponseError(operation_name=model.name, reason=reason)
        stub = self._queue[0]
        if stub.operation_name != model.name:
            reason = f"Operation mismatch: found response for {stub.operation_name}."
            raise StubResponseError(operation_name=model.name, reason=reason)
        return stub


def _answer(status_code: int) -> Response:
    return Response(status_code, body=None)  # nothing came over a wire


def _spare_credentials(builtins: dict[str, Any], **kwargs: Any) -> None:
    """A stubbed call needs no credentials, so that none are looked for on the account's behalf."""
    if "AWS::Auth::AccountId" in builtins:
        builtins["AWS::Auth::AccountId"] = None


def _as_expected(params: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    # The expected value asks, so that an ANY deep inside it is heard before the other value's own __eq__.
    return expected.keys() == params.keys() and all(expected[name] == params[name] for name in expected)


def _check(shape: Shape | None, response: Mapping[str, Any]) -> None:
    if shape is not None:
        validator(shape)(response)
    elif response:
        raise ParamValidationError(report="Service response should only contain ResponseMetadata.")
