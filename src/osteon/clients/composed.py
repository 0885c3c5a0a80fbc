"""What a client composes of its calls: which pages and waiters there are, and what those asked for are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any, TypeAlias

from osteon.clients.page_rules import PaginatorRules, Paging
from osteon.clients.pagination import AsyncPaginator as AsyncPaginator
from osteon.clients.pagination import Call, Run
from osteon.clients.pagination import Paginator as Paginator
from osteon.clients.parts import ClientParts
from osteon.clients.waiters import AsyncWaiter as AsyncWaiter
from osteon.clients.waiters import Waiter as Waiter
from osteon.clients.waiters import WaiterRules
from osteon.exceptions import OperationNotPageableError
from osteon.flow import Await, Flow
from osteon.model.companions import read_paginators, read_waiters
from osteon.naming import did_you_mean, snake_case
from osteon.pipeline.features import using

#: A client's method by its name.
Methods: TypeAlias = Callable[[str], Callable[..., Any]]


def paginators(parts: ClientParts) -> Mapping[str, PaginatorRules]:
    """By operation name."""
    loader, model = parts.loader, parts.meta.service_model
    return {} if loader is None else read_paginators(loader, model.service_name, model.folder_version).pagination


def paging(parts: ClientParts, operation_name: str, methods: Methods) -> tuple[Paging, Call, Run]:
    """What a paginator is made of. Raises OperationNotPageableError."""
    mapping, pageable = parts.meta.method_to_api_mapping, paginators(parts)
    rules = pageable.get(mapping.get(operation_name, ""))
    if rules is None:
        known = [method for method, name in mapping.items() if name in pageable]
        close = did_you_mean(operation_name, known)
        raise OperationNotPageableError(operation_name=operation_name, hint=close and f".{close}")
    operation = parts.meta.service_model.operation_model(mapping[operation_name])
    return Paging.of(rules, operation.input_shape), _as_flow(methods(operation_name), "PAGINATOR"), parts.runner.run


def waiters(parts: ClientParts) -> Mapping[str, WaiterRules]:
    """By the name that the model has."""
    loader, model = parts.loader, parts.meta.service_model
    return {} if loader is None else read_waiters(loader, model.service_name, model.folder_version).waiters


def waiting(parts: ClientParts, waiter_name: str, methods: Methods) -> tuple[str, WaiterRules, Call, Run]:
    """What a waiter is made of. Raises ValueError for an unknown one."""
    known = waiters(parts)
    names = {snake_case(name): name for name in known}
    if waiter_name not in names:
        raise ValueError(f"Waiter does not exist: {waiter_name}.{did_you_mean(waiter_name, names)}")
    rules = known[names[waiter_name]]
    return names[waiter_name], rules, _as_flow(methods(snake_case(rules.operation)), "WAITER"), parts.runner.run


def _as_flow(method: Callable[..., Any], feature: str) -> Call:
    """Calls of a client's method, which may be a user's own in an operation's place, as flows of a ``feature``."""

    def call(params: Mapping[str, Any]) -> Flow[Any]:
        answer = method(**params)
        return (yield Await(answer)) if isawaitable(answer) else answer

    return lambda params: using((feature,), call(params))
