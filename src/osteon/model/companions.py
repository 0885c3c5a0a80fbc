"""What stands beside a service model: paginators-1 and waiters-2 as frozen records. Nothing is called here."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from osteon.exceptions import ModelError, OperationNotPageableError, WaiterModelError
from osteon.model.loader import Loader
from osteon.model.shapes import Description, Identified, ReadOnly, nothing
from osteon.naming import did_you_mean

OneOrMore: TypeAlias = str | tuple[str, ...]
Scalar: TypeAlias = str | int | float | bool | None


class Paginator(Description, frozen=True, alias_generator=None):
    """How one operation is paged. Tokens and results are JMESPath expressions over the output, tokens by position."""

    input_token: OneOrMore
    output_token: OneOrMore
    result_key: OneOrMore = ()
    limit_key: str | None = None
    more_results: str | None = None
    non_aggregate_keys: tuple[str, ...] = ()

    @property
    def input_tokens(self) -> tuple[str, ...]:
        return _several(self.input_token)

    @property
    def output_tokens(self) -> tuple[str, ...]:
        return _several(self.output_token)

    @property
    def result_keys(self) -> tuple[str, ...]:
        return _several(self.result_key)


class PaginatorModel(Identified, frozen=True):
    """A service's paginators-1 file."""

    pagination: ReadOnly[Paginator] = Field(default_factory=nothing)

    @property
    def operation_names(self) -> tuple[str, ...]:
        return tuple(self.pagination)

    def get_paginator(self, operation_name: str) -> Paginator:
        """Raises OperationNotPageableError."""
        found = self.pagination.get(operation_name)
        if found is None:
            raise OperationNotPageableError(operation_name=operation_name)
        return found


class Acceptor(Description, frozen=True):
    """What an answer means for a waiter. ``argument`` is a JMESPath expression, for the path matchers."""

    state: Literal["success", "failure", "retry"]
    matcher: Literal["path", "pathAll", "pathAny", "status", "error"]
    expected: Scalar
    argument: str | None = None


class Waiter(Description, frozen=True):
    """One waiter; ``delay`` in seconds."""

    operation: str
    delay: float
    max_attempts: int
    acceptors: tuple[Acceptor, ...]
    description: str = ""


class WaiterModel(Identified, frozen=True):
    """A service's waiters-2 file."""

    version: Literal[2]
    waiters: ReadOnly[Waiter] = Field(default_factory=nothing)

    @property
    def waiter_names(self) -> list[str]:
        """Sorted; a fresh list."""
        return sorted(self.waiters)

    def get_waiter(self, waiter_name: str) -> Waiter:
        """Raises ValueError, as botocore does."""
        found = self.waiters.get(waiter_name)
        if found is None:
            raise ValueError(f"Waiter does not exist: {waiter_name}.{did_you_mean(waiter_name, self.waiters)}")
        return found


def read_paginators(loader: Loader, service: str, api_version: str | None = None) -> PaginatorModel:
    """A service's paginators; none where it has no such file. Raises what finding its model does, and ModelError."""
    found = loader.companion(PaginatorModel, service, "paginators-1", api_version)
    return PaginatorModel.model_construct() if found is None else found


def read_waiters(loader: Loader, service: str, api_version: str | None = None) -> WaiterModel:
    """A service's waiters; none where it has no such file. Raises what finding its model does, and WaiterModelError."""
    try:
        found = loader.companion(WaiterModel, service, "waiters-2", api_version)
    except ModelError as error:
        raise WaiterModelError(
            origin=error.origin, pointer=error.pointer, line=error.line, reason=error.reason
        ) from None
    return WaiterModel.model_construct(version=2) if found is None else found


def _several(value: OneOrMore) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
