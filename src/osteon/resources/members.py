"""The members of resource classes: attributes, references, sub-resources, actions, waiters. One object for each.

They hold nothing of a session, so that the classes of all sessions share them.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Signature
from operator import attrgetter
from types import MethodType
from typing import Any, overload

from osteon.flow import Flow
from osteon.model.resource_members import ActionMember, WaiterMember
from osteon.model.service import ServiceModel
from osteon.naming import method_name, snake_case
from osteon.pipeline.client_flows import call, next_of, run
from osteon.resources.answers import Plain, answer_of
from osteon.resources.base import BaseResource, load, loaded_data
from osteon.resources.parameters import filler
from osteon.resources.paths import needs_data
from osteon.resources.shown import ANYTHING, CALLED, Described, call_docstring, call_signature, names_signature


def identifier(name: str, doc: str) -> property:
    """A read-only identifier."""
    return property(attrgetter(f"_{name}"), doc=doc)


def attribute(member: str, describe: Callable[[], str]) -> property:
    """A member of the resource's data, which is loaded when it is first read."""

    def read(self: BaseResource) -> Any:
        data = self.meta.data
        return (loaded_data(self) if data is None else data).get(member)

    return Described(read, describe)


def reference(member: ActionMember, service_model: ServiceModel, doc: str) -> property:
    """A resource that this one's data tells of, or None."""
    answer = answer_of(member, service_model)

    def read(self: BaseResource) -> Any:
        data = loaded_data(self)
        return answer(self, data, {}, data)

    return property(read, doc=doc)


#: A docstring that is made when it is asked for.
_DESCRIBED: Any = property(lambda method: method.describe())


class Method:
    """A function of (resource, ...) in all that callers see; what it does is the subclass's."""

    def __init__(self, name: str, summary: str) -> None:
        self.__name__ = self.__qualname__ = name
        self.__module__ = __name__
        self._summary = summary

    def __init_subclass__(cls) -> None:
        # Each class has a docstring of its own, which would hide the method's.
        cls.__doc__ = _DESCRIBED
        # Mocks of a class take the signature of an object's call for that of the method, without the resource.
        call: Any = cls.__call__
        call.__signature__ = CALLED

    def describe(self) -> str:
        """What help() shows."""
        return self._summary

    @property
    def __signature__(self) -> Signature:
        return ANYTHING

    @overload
    def __get__(self, resource: None, owner: type[Any], /) -> Method: ...
    @overload
    def __get__(self, resource: object, owner: type[Any] | None = None, /) -> MethodType: ...
    def __get__(self, resource: object | None, owner: type[Any] | None = None, /) -> Method | MethodType:
        return self if resource is None else MethodType(self, resource)

    def __call__(self, resource: Any, /, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self.__name__}>"


class Subresource(Method):
    """Makes a related resource: identifiers that are this resource's own need not be given."""

    def __init__(self, member: ActionMember, service_model: ServiceModel, doc: str) -> None:
        super().__init__(member.name, doc)
        assert member.resource is not None
        self._type = member.resource.type
        identifiers = member.resource.identifiers
        self._own = [snake_case(each.name or "") for each in identifiers if each.source == "identifier"]
        self._asked = [snake_case(each.target) for each in identifiers if each.source == "input"]

    @property
    def __signature__(self) -> Signature:
        return names_signature(self._asked)

    def __call__(self, resource: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = resource.meta.classes.resource_class(self._type)
        own = [getattr(resource, name) for name in self._own]
        return kind(*own, *args, **{"client": resource.meta.client, **kwargs})


class CallMethod(Method):
    """A method that calls an operation, some parameters of which come from a resource."""

    def __init__(self, member: ActionMember, service_model: ServiceModel, summary: str) -> None:
        super().__init__(member.name, summary)
        assert member.request is not None
        self._request, self._service_model = member.request, service_model
        self._operation = method_name(member.request.operation)
        self._needs_data = needs_data(member.request.params)
        self._fill = filler(member.request.params)

    def describe(self) -> str:
        return call_docstring(self._summary, self._service_model.operation_model(self._request.operation))

    @property
    def __signature__(self) -> Signature:
        return call_signature(self._service_model.operation_model(self._request.operation), self._request.params)


class Action(CallMethod):
    """A call of the client whose parameters come from the resource; the caller's keywords are put over them."""

    def __init__(self, member: ActionMember, service_model: ServiceModel, summary: str) -> None:
        super().__init__(member, service_model, summary)
        self._answer = answer_of(member, service_model)

    def __call__(self, resource: Any, /, *args: Any, **kwargs: Any) -> Any:
        return run(resource.meta.client, self._flow(resource, args, kwargs))

    def _flow(self, resource: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[Any]:
        answer = yield from self._made(resource, args, kwargs)
        if hasattr(resource, "load"):
            # What was done may have changed it: it is loaded anew when it is next read.
            resource.meta.data = None
        return answer

    def _made(self, resource: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[Any]:
        params: dict[str, Any] = {}
        self._fill(resource, (yield from load(resource)) if self._needs_data else None, params, None)
        params.update(kwargs)
        answer = yield from call(resource.meta.client, self._operation, args, params)
        data = (yield from load(resource)) if self._answer.needs_data else None
        return self._answer(resource, data, params, answer)


class Load(Action):
    """Fetches the resource's data."""

    def _flow(self, resource: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[None]:
        resource.meta.data = yield from self._made(resource, args, kwargs)


class WaiterAction(Method):
    """Waits until the resource is in a state."""

    def __init__(self, member: WaiterMember, doc: str) -> None:
        super().__init__(member.name, doc)
        self._waiter = snake_case(member.waiter_name)
        self._needs_data = needs_data(member.params)
        self._fill = filler(member.params)

    def __call__(self, resource: Any, /, *args: Any, **kwargs: Any) -> Any:
        return run(resource.meta.client, self._flow(resource, args, kwargs))

    def _flow(self, resource: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[None]:
        params: dict[str, Any] = {}
        self._fill(resource, (yield from load(resource)) if self._needs_data else None, params, None)
        yield from call(resource.meta.client.get_waiter(self._waiter), "wait", args, {**params, **kwargs})


class BatchAction(CallMethod):
    """A call for every page of a collection, about all resources of the page; gives the list of the answers."""

    def __init__(self, member: ActionMember, service_model: ServiceModel, summary: str) -> None:
        super().__init__(member, service_model, summary)
        self._answer = Plain(member.path)

    def __call__(self, resource: Any, /, *args: Any, **kwargs: Any) -> Any:
        return run(resource.meta.client, self._flow(resource, args, kwargs))

    def _flow(self, collection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[list[Any]]:
        answers: list[Any] = []
        pages = collection.pages()
        while (page := (yield from next_of(pages))) is not None:
            params: dict[str, Any] = {}
            for number, resource in enumerate(page):
                data = (yield from load(resource)) if self._needs_data else None
                self._fill(resource, data, params, number)
            if params:
                params.update(kwargs)
                answer = yield from call(collection.meta.client, self._operation, args, params)
                answers.append(self._answer(collection, None, params, answer))
        return answers
