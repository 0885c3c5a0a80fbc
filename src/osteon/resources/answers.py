"""What comes of an answer: the dict itself, a part of it, one resource or a list of them. Makes no calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from osteon.exceptions import ModelError, ResourceLoadException
from osteon.model.resource_members import ActionMember
from osteon.model.resources import Parameter, ResponseResource
from osteon.model.service import ServiceModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.naming import snake_case
from osteon.resources.base import BaseResource
from osteon.resources.parameters import from_data, from_identifier
from osteon.resources.paths import is_list, needs_data, search
from osteon.sharing import cached_property

#: (resource, its data, what was sent, what was answered) -> value
Take: TypeAlias = Callable[[Any, Any, Mapping[str, Any], Any], Any]


class Plain:
    """The answer, or the part of it that the action's path leads to."""

    needs_data = False

    def __init__(self, path: str | None) -> None:
        self._find = search(path or "$")

    def __call__(self, parent: Any, data: Any, params: Mapping[str, Any], answer: Any) -> Any:
        return self._find(answer)


class Related:
    """The resources that an answer, or a resource's own data, tells of.

    A list where an identifier is one. ``token``: the user's own class for them.
    """

    def __init__(self, resource: ResponseResource, empty: Callable[[], Any]) -> None:
        self.type = resource.type
        self.needs_data = needs_data(resource.identifiers)
        self._find = None if resource.path is None else search(resource.path)
        self._identifiers = [
            (snake_case(each.target), _take(each)) for each in resource.identifiers if each.source != "input"
        ]
        self._empty = empty

    def __call__(
        self, parent: Any, data: Any, params: Mapping[str, Any], answer: Any, token: type[Any] | None = None
    ) -> Any:
        kind = parent.meta.classes.resource_class(self.type, token)
        values = {name: take(parent, data, params, answer) for name, take in self._identifiers}
        contents = None if self._find is None else self._find(answer)
        lists = [value for value in values.values() if is_list(value)]
        if lists:
            return self._several(partial(kind, client=parent.meta.client), len(lists[0]), values, contents)
        if all(value is not None for value in values.values()):
            return _resource(kind, parent.meta.client, values, contents)
        return self._empty()

    def _several(
        self, make: Callable[..., BaseResource], size: int, values: dict[str, Any], contents: Any
    ) -> list[BaseResource]:
        data = contents if contents and is_list(contents) else [None] * size
        columns = [value if is_list(value) else [value] * size for value in values.values()]
        if {len(column) for column in (*columns, data)} != {size}:
            lengths = ", ".join(f"{len(column)} of {name}" for name, column in zip(values, columns, strict=True))
            raise ResourceLoadException(message=f"an answer has {lengths} for {len(data)} {self.type}")
        made: list[BaseResource] = []
        for item, row in zip(data, zip(*columns, strict=True), strict=True):
            resource = make(**dict(zip(values, row, strict=True)))
            resource.meta.data = item
            made.append(resource)
        return made


def _resource(kind: type[BaseResource], client: Any, values: dict[str, Any], data: Any) -> BaseResource:
    resource = kind(client=client, **values)
    if data is not None:
        resource.meta.data = data
    return resource


def _take(parameter: Parameter) -> Take:
    if parameter.source == "response":
        find = search(parameter.path or "")
        return lambda resource, data, params, answer: find(answer)
    if parameter.source == "requestParameter":
        find = search(parameter.path or "")
        return lambda resource, data, params, answer: find(params)
    if parameter.source in _OWN:
        take = _OWN[parameter.source](parameter)
        return lambda resource, data, params, answer: take(resource, data)
    reason = f"the identifier {parameter.target} cannot come from {parameter.source!r}"
    raise ModelError(origin="", reason=reason)


_OWN = {"identifier": from_identifier, "data": from_data}


def answer_of(action: ActionMember, service_model: ServiceModel) -> Plain | Related:
    """What comes of an action's answer. Raises ModelError."""
    if action.resource is None:
        return Plain(action.path)
    if action.request is None:
        return Related(action.resource, lambda: None)
    return Related(action.resource, _Empty(action.request.operation, action.resource.path, service_model))


class _Empty:
    """What an action gives whose answer tells of no resource: an empty list or dict where it gives several, or None."""

    def __init__(self, operation: str, path: str | None, service_model: ServiceModel) -> None:
        self._operation, self._path, self._service_model = operation, path, service_model

    def __call__(self) -> Any:
        return None if self._kind is None else self._kind()

    @cached_property
    def _kind(self) -> type[Any] | None:
        shape: Shape | None = self._service_model.operation_model(self._operation).output_shape
        for step in (self._path or "").split(".") if self._path not in (None, "@", "$") else ():
            name = step.partition("[")[0]
            if isinstance(shape, StructureShape):
                shape = shape.members.get(name)
            elif isinstance(shape, ListShape):
                shape = shape.member
        if isinstance(shape, ListShape):
            return list
        return dict if isinstance(shape, StructureShape | MapShape) else None
