"""A client's methods: one object for each operation, its signature and docstring made from the model on demand."""

from __future__ import annotations

import inspect
from keyword import iskeyword
from types import MethodType
from typing import Any, overload

from osteon.model.service import OperationModel, ServiceModel
from osteon.naming import method_name
from osteon.sharing import cached_property


class Operation:
    """What stands in ``class_attributes`` for an operation: a function of (client, keywords) in all that callers see.

    A descriptor with a lazy ``__doc__`` and ``__signature__`` instead of a function, since making those for all 700
    methods of EC2 would cost more than the client.
    """

    def __init__(self, service_model: ServiceModel, operation_name: str) -> None:
        self._service_model = service_model
        self.operation_name = operation_name
        self.__name__ = method_name(operation_name)
        self.__qualname__ = self.__name__
        self.__module__ = __name__

    @overload
    def __get__(self, client: None, owner: type[Any], /) -> Operation: ...
    @overload
    def __get__(self, client: object, owner: type[Any] | None = None, /) -> MethodType: ...
    def __get__(self, client: object | None, owner: type[Any] | None = None, /) -> Operation | MethodType:
        return self if client is None else MethodType(self, client)

    def __call__(self, client: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Make the call. Raises TypeError for positional arguments."""
        if args:
            raise TypeError(f"{self.__name__}() only accepts keyword arguments.")
        return client._make_api_call(self.operation_name, kwargs)

    @property
    def operation_model(self) -> OperationModel:
        return self._service_model.operation_model(self.operation_name)

    @cached_property
    def __signature__(self) -> inspect.Signature:
        """Required members first, each keyword-only; optional ones show that they may be left out."""
        keyword = inspect.Parameter.KEYWORD_ONLY
        shape = self.operation_model.input_shape
        required = shape.required if shape is not None else ()
        members = [name for name in shape.members if _can_be_shown(name)] if shape is not None else []
        parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)]
        parameters += [inspect.Parameter(name, keyword) for name in members if name in required]
        parameters += [inspect.Parameter(name, keyword, default=...) for name in members if name not in required]
        return inspect.Signature(parameters)

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # object's is str | None, a class attribute; this one is made late
        # Imported here: it brings an HTML parser along, and programs do not read documentation.
        from osteon.clients.docstrings import operation_docstring

        return operation_docstring(self.operation_model)

    def __repr__(self) -> str:
        return f"<operation {self._service_model.service_name}.{self.operation_name}>"


def _can_be_shown(member: str) -> bool:
    """Whether a signature can hold it; any other member is given by ``**``."""
    return member.isidentifier() and not iskeyword(member) and member != "self"
