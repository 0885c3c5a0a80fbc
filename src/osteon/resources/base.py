"""What every resource is: identifiers, data, equality, and how its data comes to be there. No class is made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, Protocol, TypeVar, cast

from osteon.exceptions import ResourceLoadException
from osteon.flow import Flow
from osteon.model.resource_members import ResourceModel
from osteon.pipeline.client_flows import settled

P = ParamSpec("P")
R = TypeVar("R")


class ClassMaker(Protocol):
    """Gives the class of a service's resource; ``token`` is the user's own, which stands before the generated one."""

    def resource_class(self, name: str, token: type[Any] | None = None) -> type[ServiceResource]: ...


class ResourceMeta:
    """``resource.meta``: what a resource is, the client it calls, and its data once there is some."""

    __slots__ = ("classes", "client", "data", "identifiers", "resource_model", "service_name")

    def __init__(
        self,
        service_name: str,
        resource_model: ResourceModel,
        classes: ClassMaker,
        client: Any = None,
        data: Any = None,
    ) -> None:
        self.service_name = service_name
        #: the names of the identifiers
        self.identifiers = [each.name for each in resource_model.identifiers]
        self.client = client
        #: None until the resource is loaded
        self.data = data
        self.resource_model = resource_model
        #: where the classes of related resources come from
        self.classes = classes

    def copy(self) -> ResourceMeta:
        twin: ResourceMeta = object.__new__(ResourceMeta)
        twin.service_name, twin.identifiers, twin.client = self.service_name, self.identifiers, self.client
        twin.data, twin.resource_model, twin.classes = self.data, self.resource_model, self.classes
        return twin

    def __repr__(self) -> str:
        return f"ResourceMeta({self.service_name!r}, identifiers={self.identifiers})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResourceMeta):
            return False
        return all(getattr(self, name) == getattr(other, name) for name in _COMPARED)

    __hash__ = None  # type: ignore[assignment]  # its data changes, and is a dict


_COMPARED = ("service_name", "identifiers", "client", "data", "resource_model")


class Resource:
    """What every resource is: the nominal root that generated types and users' extensions derive from."""

    #: the service's name, and the resource's name in it; set on the marker classes that ``osteon stubs`` generates
    SERVICE: ClassVar[str]
    RESOURCE: ClassVar[str]

    meta: ResourceMeta

    def make(self, cls: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """A resource of a class of the user's own, from all of its identifiers, on this resource's client.

        Raises TypeError for a class that stands for none of the service's resources.
        """
        token: Any = cls
        kind = self.meta.classes.resource_class(resource_name(token, self.meta.service_name), token)
        return cast("R", kind(*args, client=self.meta.client, **kwargs))


class ServiceResource(Resource):
    """A resource whose methods block and whose attributes load themselves when first read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Identifiers, by position or name, and the ``client`` to call.

        Raises ValueError where one is missing, None or unknown.
        """
        meta = self.meta = self.meta.copy()
        meta.client = kwargs.pop("client", None)
        names = meta.identifiers
        if len(args) > len(names):
            raise ValueError(f"{type(self).__name__} takes {len(names)} identifiers, {len(args)} were given")
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        for name in names:
            value = given.pop(name, None)
            if value is None:
                raise ValueError(f"Required parameter {name} not set")
            self.__dict__[f"_{name}"] = value
        if given:
            raise ValueError(f"Unknown keyword argument: {', '.join(given)}")
        if meta.client is None:
            raise ValueError(f"{type(self).__name__} needs a client: make it from another resource, or pass client=")

    def __repr__(self) -> str:
        named = (f"{name}={getattr(self, name)!r}" for name in self.meta.identifiers)
        return f"{type(self).__name__}({', '.join(named)})"

    # Nothing else may stand here: identifiers are kept as _<name>, and a resource may call them anything.

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServiceResource) and _identity(self) == _identity(other)

    def __hash__(self) -> int:
        return hash(_identity(self))


class AsyncServiceResource(ServiceResource):
    """A resource whose methods are awaitable. Its attributes are there once ``await resource.load()`` was done."""


def _identity(resource: ServiceResource) -> tuple[Any, ...]:
    # By the resource's name and not by its class, so that a class of the user's own makes no difference.
    meta = resource.meta
    return (meta.service_name, meta.resource_model.name, *(getattr(resource, name) for name in meta.identifiers))


def loaded_data(resource: ServiceResource) -> Any:
    """The data that attributes and references read, loaded if it is not there and reading can wait.

    Raises ResourceLoadException.
    """
    if resource.meta.data is None:
        method = _load_method(resource)
        if isinstance(resource, AsyncServiceResource):
            reason = f"{resource!r} is not loaded, and reading an attribute cannot wait: `await obj.load()` before"
            raise ResourceLoadException(message=reason)
        method()
    return resource.meta.data


def load(resource: ServiceResource) -> Flow[Any]:
    """The data, on either kind of client: loaded by the resource's own ``load`` if it is not there."""
    if resource.meta.data is None:
        yield from settled(_load_method(resource)())
    return resource.meta.data


def _load_method(resource: ServiceResource) -> Callable[[], Any]:
    method: Callable[[], Any] | None = getattr(resource, "load", None)
    if method is None:
        raise ResourceLoadException(message=f"{type(resource).__name__} has no load method")
    return method


def resource_name(token: Any, service_name: str) -> str:
    """The name of the resource that a marker class stands for. Raises TypeError for a class that is none."""
    name = getattr(token, "RESOURCE", None)
    if not (isinstance(token, type) and issubclass(token, Resource) and isinstance(name, str)):
        raise TypeError(
            f"{token!r} is no resource class: derive it from a generated one, "
            "or from osteon.resources.Resource with SERVICE and RESOURCE set"
        )
    if service_name != token.SERVICE:
        raise TypeError(f"{token.__qualname__} is a resource of {token.SERVICE}, not of {service_name}")
    return name
