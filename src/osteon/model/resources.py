"""resources-1: what objects a service is seen as, as frozen records. Behaviour stands in the resources room."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from osteon.model.loader import Loader
from osteon.model.shapes import Identified, ReadOnly, Trait, nothing

#: Where a value comes from: the resource itself, the file, the caller, or what was sent and answered.
Source: TypeAlias = Literal[
    "identifier", "data", "string", "integer", "boolean", "input", "requestParameter", "response"
]
Scalar: TypeAlias = str | int | float | bool | None


class Identifier(Trait, frozen=True):
    """What a resource is told apart by. ``member_name`` is its name in the data where that differs."""

    name: str
    member_name: str | None = None
    type: str | None = None


class Parameter(Trait, frozen=True):
    """A value put at ``target``: ``name`` for an identifier, JMESPath ``path`` for data and answers, else ``value``."""

    target: str
    source: Source
    name: str | None = None
    path: str | None = None
    value: Scalar = None


class RequestDefinition(Trait, frozen=True):
    operation: str
    params: tuple[Parameter, ...] = ()


class ResponseResource(Trait, frozen=True):
    """The resource that comes of an action, a reference or a collection; ``path`` leads to its data."""

    type: str
    identifiers: tuple[Parameter, ...] = ()
    path: str | None = None


class Action(Trait, frozen=True):
    """An operation on a resource; ``path`` leads to what it answers, where that is no resource."""

    request: RequestDefinition | None = None
    resource: ResponseResource | None = None
    path: str | None = None


class Reference(Trait, frozen=True):
    """A resource that is reached from another without a request (``has``)."""

    resource: ResponseResource


class Collection(Trait, frozen=True):
    """Resources that a request lists (``hasMany``)."""

    request: RequestDefinition
    resource: ResponseResource
    path: str | None = None


class ResourceWaiter(Trait, frozen=True):
    waiter_name: str
    params: tuple[Parameter, ...] = ()
    path: str | None = None


class ResourceDefinition(Identified, frozen=True):
    """One resource, or the service itself: its identifiers, and what can be done with and reached from it."""

    identifiers: tuple[Identifier, ...] = ()
    shape: str | None = None
    load: Action | None = None
    actions: ReadOnly[Action] = Field(default_factory=nothing)
    batch_actions: ReadOnly[Action] = Field(default_factory=nothing)
    has: ReadOnly[Reference] = Field(default_factory=nothing)
    has_many: ReadOnly[Collection] = Field(default_factory=nothing)
    waiters: ReadOnly[ResourceWaiter] = Field(default_factory=nothing)


class ResourcesModel(Identified, frozen=True):
    """A service's resources-1 file."""

    service: ResourceDefinition = Field(default_factory=ResourceDefinition.model_construct)
    resources: ReadOnly[ResourceDefinition] = Field(default_factory=nothing)


def read_resources(loader: Loader, service: str, api_version: str | None = None) -> ResourcesModel:
    """A service's resources. Raises DataNotFoundError where it has none, and ModelError."""
    return loader.description(ResourcesModel, service, "resources-1", api_version)
