"""What a client composes of its calls: which pages and waiters there are, and what those asked for are made of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from inspect import isawaitable
from typing import Any, TypeAlias, TypeVar, cast

from osteon.clients.page_rules import PaginatorRules, Paging
from osteon.clients.pagination import AsyncPaginator as AsyncPaginator
from osteon.clients.pagination import Call
from osteon.clients.pagination import Paginator as Paginator
from osteon.clients.parts import ClientParts
from osteon.clients.waiters import AsyncWaiter as AsyncWaiter
from osteon.clients.waiters import Waiter as Waiter
from osteon.clients.waiters import WaiterRules
from osteon.exceptions import OperationNotPageableError
from osteon.flow import Await, Flow
from osteon.model.companions import read_paginators, read_waiters
from osteon.naming import did_you_mean, method_name, snake_case
from osteon.pipeline.features import using

T = TypeVar("T")
#: A client's method by its name.
Methods: TypeAlias = Callable[[str], Callable[..., Any]]


def paginators(parts: ClientParts) -> Mapping[str, PaginatorRules]:
    """By operation name."""
    loader, model = parts.loader, parts.meta.service_model
    return {} if loader is None else read_paginators(loader, model.service_name, model.folder_version).pagination


def paginator(kind: type[T], parts: ClientParts, operation_name: str, methods: Methods) -> T:
    """A paginator for a method of the client. Raises OperationNotPageableError, ModelError."""
    mapping, pageable = parts.meta.method_to_api_mapping, paginators(parts)
    rules = pageable.get(mapping.get(operation_name, ""))
    if rules is None:
        known = [method for method, name in mapping.items() if name in pageable]
        close = did_you_mean(operation_name, known)
        raise OperationNotPageableError(operation_name=operation_name, hint=close and f".{close}")
    operation = parts.meta.service_model.operation_model(mapping[operation_name])
    with _blaming(parts, "paginators-1", f"/pagination/{operation.name}"):
        paging = Paging.of(rules, operation.input_shape)
    made: Any = _named(kind, parts, f"Paginator.{operation.name}")
    paged: T = made(paging, _as_flow(methods(operation_name), "PAGINATOR"), parts.runner.run)
    return paged


def waiters(parts: ClientParts) -> Mapping[str, WaiterRules]:
    """By the name that the model has."""
    loader, model = parts.loader, parts.meta.service_model
    return {} if loader is None else read_waiters(loader, model.service_name, model.folder_version).waiters


def waiter(kind: type[T], parts: ClientParts, waiter_name: str, methods: Methods) -> T:
    """A waiter by its Python name. Raises ValueError for an unknown one, WaiterModelError."""
    known = waiters(parts)
    names = {snake_case(name): name for name in known}
    if waiter_name not in names:
        raise ValueError(f"Waiter does not exist: {waiter_name}.{did_you_mean(waiter_name, names)}")
    name = names[waiter_name]
    rules, made = known[name], cast("Any", _named(kind, parts, f"Waiter.{name}"))
    with _blaming(parts, "waiters-2", f"/waiters/{name}"):
        waiting: T = made(name, rules, _as_flow(methods(method_name(rules.operation)), "WAITER"), parts.runner.run)
    return waiting


def _blaming(parts: ClientParts, type_name: str, pointer: str) -> AbstractContextManager[None]:
    """Faults of a part of a companion name the file and the place."""
    loader, model = parts.loader, parts.meta.service_model
    if loader is None:
        return nullcontext()  # and nothing there to be at fault
    return loader.blaming(model.service_name, type_name, model.folder_version, pointer)


def _named(kind: type[T], parts: ClientParts, name: str) -> type[T]:
    """A class of the name that botocore's have, ``S3.Paginator.ListObjectsV2``: one for all clients of a model."""
    model = parts.meta.service_model
    classes: dict[Hashable, type[T]] = model.kept.setdefault(_named, {})
    key = (kind, name)
    if key not in classes:
        # Two threads may both make it; the first one stored serves.
        classes.setdefault(key, cast("type[T]", type(f"{model.class_name}.{name}", (kind,), {})))
    return classes[key]


def _as_flow(method: Callable[..., Any], feature: str) -> Call:
    """Calls of a client's method, which may be a user's own in an operation's place, as flows of a ``feature``."""

    def call(params: Mapping[str, Any]) -> Flow[Any]:
        answer = method(**params)
        return (yield Await(answer)) if isawaitable(answer) else answer

    return lambda params: using((feature,), call(params))
