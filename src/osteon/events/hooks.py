"""The typed door: an event as an object whose handlers a type checker can check. Registers; emits nothing.

``emitter.hooks[name]`` for any name, and one attribute for each family of the catalogue, with ``_`` for ``-``::

    client.meta.events.provide_client_params.list_objects
    session.events.provide_client_params.s3.list_objects
    session.events.creating_client_class.s3
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeAlias

from typing_extensions import TypeVar

from osteon.events.catalog import CATALOG
from osteon.naming import did_you_mean

# Without a bound: type checkers would hold it against the type of every hook, 1,500 times for EC2.
H = TypeVar("H")
#: what is below a branch: hooks, or branches
B = TypeVar("B", default=Any)


class CreatingClass(Protocol):
    """A handler of ``creating-client-class``; it changes what it gets."""

    # No **kwargs here on purpose: the last keyword stands for any that a later osteon may add, so that a type checker
    # takes only handlers with **kwargs of their own.
    def __call__(
        self,
        *,
        class_attributes: dict[str, Any],
        base_classes: list[type[Any]],
        event_name: str,
        _and_any_later_keyword: object,
    ) -> None: ...


class CreatingResourceClass(Protocol):
    """A handler of ``creating-resource-class``; one of ``creating-client-class`` serves, too."""

    def __call__(
        self,
        *,
        class_attributes: dict[str, Any],
        base_classes: list[type[Any]],
        service_context: Any,
        event_name: str,
        _and_any_later_keyword: object,
    ) -> None: ...


class Registry(Protocol):
    """Where a hook registers."""

    def register(self, event_name: str, handler: Any, unique_id: str | None = None) -> None: ...

    def register_first(self, event_name: str, handler: Any, unique_id: str | None = None) -> None: ...

    def register_last(self, event_name: str, handler: Any, unique_id: str | None = None) -> None: ...

    def unregister(self, event_name: str, handler: Any = None, unique_id: str | None = None) -> None: ...

    def names(self) -> tuple[str, ...]: ...


class Hook(Generic[H]):
    """One event whose handlers must be ``H``. Called with a handler, as a decorator, it registers it."""

    __slots__ = ("_registry", "name")

    def __init__(self, registry: Registry, name: str) -> None:
        self._registry = registry
        self.name = name

    def __repr__(self) -> str:
        return f"Hook({self.name})"

    def register(self, handler: H, unique_id: str | None = None) -> None:
        """See :meth:`osteon.events.Emitter.register`."""
        self._registry.register(self.name, handler, unique_id)

    def register_first(self, handler: H, unique_id: str | None = None) -> None:
        self._registry.register_first(self.name, handler, unique_id)

    def register_last(self, handler: H, unique_id: str | None = None) -> None:
        self._registry.register_last(self.name, handler, unique_id)

    def unregister(self, handler: H | None = None, unique_id: str | None = None) -> None:
        self._registry.unregister(self.name, handler, unique_id)

    def __call__(self, handler: H) -> H:
        self.register(handler)
        return handler


#: What type checkers know as the hooks of single operations; see the ``.pyi``.
ParamsHook = AsyncParamsHook = Hook


class HooksByName(Mapping[str, Hook[Any]]):
    """A hook for every name one may think of; iterates over those that have handlers."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __getitem__(self, name: str) -> Hook[Any]:
        return Hook(self._registry, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.names())

    def __len__(self) -> int:
        return len(self._registry.names())


#: The operations of a service by method name; empty where they are not known.
Operations: TypeAlias = Callable[[str], Mapping[str, str]]


class Branch(Generic[B]):
    """What lies below a name: one attribute for each next part, which is a further branch or, at the last part, a hook.

    A service has ``_`` for ``-`` (and one at the end where Python reserves the name: ``lambda_``), an operation is
    named as its method. ``any_service`` and ``any_operation`` stand for ``*``.
    """

    def __init__(self, registry: Registry, path: tuple[str, ...], operations: Operations) -> None:
        self._registry, self._path, self._operations = registry, path, operations

    def __repr__(self) -> str:
        return f"<hooks below {'.'.join(self._path)}>"

    def __getattr__(self, name: str) -> B:
        """Raises AttributeError with the close names for an operation that the service does not have."""
        if name.startswith("_"):
            raise AttributeError(name)  # asked for by copy, pickle and inspect; no part is named so
        opened: B = door(self._registry, (*self._path, self._part(name)), self._operations)
        return opened

    def __dir__(self) -> list[str]:
        return [f"any_{self._next}", *self._known]

    def _part(self, name: str) -> str:
        if name == f"any_{self._next}":
            return "*"
        if self._next == "operation":
            return self._operation(name)
        return name.rstrip("_").replace("_", "-") if self._next == "service" else name

    def _operation(self, name: str) -> str:
        found = self._known.get(name)
        if found is None:
            here = ".".join(self._path)
            raise AttributeError(
                f"no operation with a method {name!r} is known below {here}.{did_you_mean(name, self._known)} "
                f"A hook by its full name: events.hooks['{here}.OperationName']"
            )
        return found

    @property
    def _next(self) -> str:
        """What the next part stands for."""
        return CATALOG[self._path[0]].parts[len(self._path) - 1]

    @property
    def _known(self) -> Mapping[str, str]:
        return self._operations(self._path[-1]) if self._next == "operation" else {}


def door(registry: Registry, path: tuple[str, ...], operations: Operations) -> Any:
    """The hook of a name that has all its parts, else the branch below it."""
    if len(path) > len(CATALOG[path[0]].parts):
        return Hook[Any](registry, ".".join(path))
    return Branch[Any](registry, path, operations)


class Doors(ABC):
    """One attribute for each family of the catalogue. Generated classes narrow them to a service's operations."""

    #: the service of a client's own emitter, whose hooks need not name it; empty on a session's
    _own: tuple[str, ...]

    @abstractmethod
    def open(self, *path: str) -> Any:
        """The hook of these parts, or the branch below them."""

    @property
    def creating_client_class(self) -> Any:
        return self.open("creating-client-class")

    @property
    def creating_resource_class(self) -> Any:
        return self.open("creating-resource-class")

    @property
    def choose_service_name(self) -> Any:
        return self.open("choose-service-name")

    @property
    def creating_serializer(self) -> Any:
        return self.open("creating-serializer", *self._own)

    @property
    def getattr(self) -> Any:
        return self.open("getattr", *self._own)

    @property
    def provide_client_params(self) -> Any:
        return self.open("provide-client-params", *self._own)

    @property
    def before_parameter_build(self) -> Any:
        return self.open("before-parameter-build", *self._own)

    @property
    def before_endpoint_resolution(self) -> Any:
        return self.open("before-endpoint-resolution", *self._own)

    @property
    def before_call(self) -> Any:
        return self.open("before-call", *self._own)

    @property
    def request_created(self) -> Any:
        return self.open("request-created", *self._own)

    @property
    def choose_signer(self) -> Any:
        return self.open("choose-signer", *self._own)

    @property
    def before_sign(self) -> Any:
        return self.open("before-sign", *self._own)

    @property
    def before_send(self) -> Any:
        return self.open("before-send", *self._own)

    @property
    def before_parse(self) -> Any:
        return self.open("before-parse", *self._own)

    @property
    def response_received(self) -> Any:
        return self.open("response-received", *self._own)

    @property
    def needs_retry(self) -> Any:
        return self.open("needs-retry", *self._own)

    @property
    def after_call(self) -> Any:
        return self.open("after-call", *self._own)

    @property
    def after_call_error(self) -> Any:
        return self.open("after-call-error", *self._own)
