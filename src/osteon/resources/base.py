"""What every resource is: identifiers, data, equality, and how its data comes to be there. No class is made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osteon.exceptions import ResourceLoadException
from osteon.flow import Flow
from osteon.pipeline.client_flows import settled
from osteon.resources.root import Resource


class BaseResource(Resource):
    """What resources of both kinds are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Identifiers, by position or name, and the ``client`` to call.

        Raises ValueError where one is missing, None or unknown.
        """
        meta = self.meta = self.meta.copy()
        meta.client = kwargs.pop("client", None)
        names = meta.identifiers
        if len(args) > len(names):
            raise ValueError(f"{type(self).__name__} takes {len(names)} identifiers, {len(args)} were given")
        if args:
            kwargs = {**dict(zip(names, args, strict=False)), **kwargs}
        held = self.__dict__
        for name in names:
            value = kwargs.pop(name, None)
            if value is None:
                raise ValueError(f"Required parameter {name} not set")
            held[f"_{name}"] = value
        if kwargs:
            raise ValueError(f"Unknown keyword argument: {', '.join(kwargs)}")
        if meta.client is None:
            raise ValueError(f"{type(self).__name__} needs a client: make it from another resource, or pass client=")

    def __repr__(self) -> str:
        named = (f"{name}={getattr(self, name)!r}" for name in self.meta.identifiers)
        return f"{type(self).__name__}({', '.join(named)})"

    # Nothing else may stand here: identifiers are kept as _<name>, and a resource may call them anything.

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BaseResource) and _identity(self) == _identity(other)

    def __hash__(self) -> int:
        return hash(_identity(self))


class ServiceResource(BaseResource):
    """A resource whose methods block and whose attributes load themselves when first read."""


class AsyncServiceResource(BaseResource):
    """A resource whose methods are awaitable. Its attributes are there once ``await resource.load()`` was done."""


def _identity(resource: BaseResource) -> tuple[Any, ...]:
    # By the resource's name and not by its class, so that a class of the user's own makes no difference.
    meta = resource.meta
    return (meta.service_name, meta.resource_model.name, *(getattr(resource, name) for name in meta.identifiers))


def loaded_data(resource: BaseResource) -> Any:
    """The data that attributes and references read, loaded if it is not there and reading can wait.

    Raises ResourceLoadException.
    """
    data = resource.meta.data
    if data is None and isinstance(resource, AsyncServiceResource):
        reason = f"{resource!r} is not loaded, and reading an attribute cannot wait: `await obj.load()` before"
        _load_method(resource)
        raise ResourceLoadException(message=reason)
    for _ in range(_LOADS):
        if data is not None:
            return data
        _load_method(resource)()
        data = resource.meta.data
    return _there(resource, data)


def load(resource: BaseResource) -> Flow[Any]:
    """The data, on either kind of client: loaded by the resource's own ``load`` if it is not there."""
    data = resource.meta.data
    for _ in range(_LOADS):
        if data is not None:
            return data
        yield from settled(_load_method(resource)())
        data = resource.meta.data
    return _there(resource, data)


#: Loads before it is given up that data stays: each action of another thread on the same resource forgets it.
_LOADS = 8


def _there(resource: BaseResource, data: Any) -> Any:
    if data is None:
        raise ResourceLoadException(message=f"{type(resource).__name__}.load() left no data")
    return data


def _load_method(resource: BaseResource) -> Callable[[], Any]:
    method: Callable[[], Any] | None = getattr(resource, "load", None)
    if method is None:
        raise ResourceLoadException(message=f"{type(resource).__name__} has no load method")
    return method
