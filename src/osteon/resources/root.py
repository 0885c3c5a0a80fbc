"""The nominal root of resources and their meta. Apart from their behaviour: a session loads this with or without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, ParamSpec, Protocol, cast

from typing_extensions import TypeVar

P = ParamSpec("P")
R = TypeVar("R")
#: the client as generated types narrow it
ClientT = TypeVar("ClientT", default=Any)


class ClassMaker(Protocol):
    """Gives the class of a service's resource; ``token`` is the user's own, which stands before the generated one."""

    def resource_class(self, name: str, token: type[Any] | None = None) -> type[Any]: ...


class ResourceMeta(Generic[ClientT]):
    """``resource.meta``: what a resource is, the client it calls, and its data once there is some."""

    __slots__ = ("classes", "client", "data", "identifiers", "resource_model", "service_name")

    def __init__(
        self,
        service_name: str,
        resource_model: Any,
        classes: ClassMaker,
        client: Any = None,
        data: Any = None,
    ) -> None:
        self.service_name = service_name
        #: the names of the identifiers
        self.identifiers = [each.name for each in resource_model.identifiers]
        self.client: ClientT = client
        #: None until the resource is loaded
        self.data = data
        #: an ``osteon.model.resource_members.ResourceModel``
        self.resource_model = resource_model
        #: where the classes of related resources come from
        self.classes = classes

    def copy(self) -> ResourceMeta[ClientT]:
        twin: ResourceMeta[ClientT] = object.__new__(ResourceMeta)
        twin.service_name, twin.identifiers, twin.client = self.service_name, self.identifiers, self.client
        twin.data, twin.resource_model, twin.classes = self.data, self.resource_model, self.classes
        return twin

    def __repr__(self) -> str:
        return f"ResourceMeta({self.service_name!r}, identifiers={self.identifiers})"

    def __eq__(self, other: object) -> bool:
        theirs: Any = other
        return isinstance(other, ResourceMeta) and all(
            getattr(self, name) == getattr(theirs, name) for name in _COMPARED
        )

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
