"""A resource as Python sees it: its members' names, settled where two would collide. No behaviour, no classes made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from osteon.exceptions import ModelError
from osteon.model.reading import described
from osteon.model.resources import (
    Action,
    Collection,
    Parameter,
    Reference,
    RequestDefinition,
    ResourceDefinition,
    ResourcesModel,
    ResponseResource,
)
from osteon.model.service import ServiceModel
from osteon.model.shapes import Shape, StructureShape
from osteon.naming import snake_case

#: The service's own resource, as event names and repr call it.
SERVICE_RESOURCE = "ServiceResource"


class IdentifierMember(NamedTuple):
    """``member_name``: the attribute of the data that says the same."""

    name: str
    member_name: str | None


class ActionMember(NamedTuple):
    """An action, a collection, a reference or a sub-resource under its Python name."""

    name: str
    request: RequestDefinition | None
    resource: ResponseResource | None
    path: str | None
    #: its place in the resource's definition, for errors
    pointer: str = ""


class WaiterMember(NamedTuple):
    name: str
    waiter_name: str
    params: tuple[Parameter, ...]
    #: as an action's
    pointer: str = ""


class ResourceModel(NamedTuple):
    """``resource.meta.resource_model``: what a resource class is made of; names are those of its Python members."""

    name: str
    shape: str | None
    identifiers: tuple[IdentifierMember, ...]
    load: ActionMember | None
    actions: tuple[ActionMember, ...]
    batch_actions: tuple[ActionMember, ...]
    subresources: tuple[ActionMember, ...]
    references: tuple[ActionMember, ...]
    collections: tuple[ActionMember, ...]
    waiters: tuple[WaiterMember, ...]
    #: attribute name to the name of its member in the resource's data
    attributes: Mapping[str, str]

    def get_attributes(self, shape: StructureShape) -> dict[str, tuple[str, Shape]]:
        """Attribute name to its member of ``shape``: the member's name and its shape."""
        return {name: (member, shape.members[member]) for name, member in self.attributes.items()}


def resource_model(name: str, model: ResourcesModel, service_model: ServiceModel) -> ResourceModel:
    """The resource of that name; ``ServiceResource`` is the service itself. Raises ModelError.

    What is named first keeps its name, what comes later is called ``<name>_<category>``: load, identifiers, actions,
    sub-resources and references, collections, waiters, attributes.
    """
    definition = _definition(name, model, service_model)
    related = _related(model) if name == SERVICE_RESOURCE else definition.has
    names = _Names(name, service_model.origin, {"meta", *(("load",) if definition.load else ())})
    identifiers = {each.name: names.settle("identifier", each.name) for each in definition.identifiers}
    actions = [
        _action(names.settle("action", key), item, f"/actions/{key}") for key, item in definition.actions.items()
    ]
    subresources: list[ActionMember] = []
    references: list[ActionMember] = []
    for key, item in related.items():
        if _needs_data(item):
            references.append(_action(names.settle("reference", key), item, f"/has/{key}"))
        else:
            subresources.append(_action(names.claim("subresource", key), item, f"/has/{key}"))
    collections = [
        _action(names.settle("collection", key), item, f"/hasMany/{key}") for key, item in definition.has_many.items()
    ]
    waiters = [
        WaiterMember(names.settle("waiter", f"WaitUntil{key}"), item.waiter_name, item.params, f"/waiters/{key}")
        for key, item in definition.waiters.items()
    ]
    members = _members(definition, service_model)
    # An identifier's own member is no attribute beside it, but takes part in settling the names all the same.
    attributes = {snake_case(member): names.settle("attribute", member) for member in members}
    return ResourceModel(
        name=name,
        shape=definition.shape,
        identifiers=tuple(
            IdentifierMember(identifiers[each.name], each.member_name and attributes.get(snake_case(each.member_name)))
            for each in definition.identifiers
        ),
        load=None if definition.load is None else _action("load", definition.load, "/load"),
        actions=tuple(actions),
        batch_actions=tuple(
            _action(snake_case(key), item, f"/batchActions/{key}") for key, item in definition.batch_actions.items()
        ),
        subresources=tuple(subresources),
        references=tuple(references),
        collections=tuple(collections),
        waiters=tuple(waiters),
        attributes={
            attributes[snake_case(member)]: member
            for member in members
            if snake_case(member) not in identifiers.values()
        },
    )


def _definition(name: str, model: ResourcesModel, service_model: ServiceModel) -> ResourceDefinition:
    if name == SERVICE_RESOURCE:
        return model.service
    if name not in model.resources:
        raise ModelError(origin=f"resources of {service_model.service_name}", reason=f"has no resource {name}")
    return model.resources[name]


def _action(name: str, item: Action | Collection | Reference, pointer: str) -> ActionMember:
    return ActionMember(name, getattr(item, "request", None), item.resource, getattr(item, "path", None), pointer)


def _related(model: ResourcesModel) -> dict[str, Reference]:
    """What a service has: every resource, under the names that it gives them or else under their own."""
    related: dict[str, Reference] = {}
    for name, definition in model.resources.items():
        given = {key: item for key, item in model.service.has.items() if item.resource.type == name}
        asked = [{"target": each.name, "source": "input"} for each in definition.identifiers]
        related.update(given or {name: described(Reference, {"resource": {"type": name, "identifiers": asked}})})
    return related


def _needs_data(item: Reference) -> bool:
    return any(identifier.source == "data" for identifier in item.resource.identifiers)


def _members(definition: ResourceDefinition, service_model: ServiceModel) -> Iterable[str]:
    if definition.shape is None:
        return ()
    return cast("StructureShape", service_model.shape_for(definition.shape)).members


@dataclass(frozen=True, slots=True)
class _Names:
    """The names that are taken on one resource."""

    resource: str
    origin: str
    taken: set[str] = field(default_factory=set[str])

    def settle(self, category: str, name: str) -> str:
        return self.claim(category, snake_case(name))

    def claim(self, category: str, name: str) -> str:
        if name in self.taken:
            name = f"{name}_{category}"
        if name in self.taken:
            reason = f"gives two members of {self.resource} the name {name}"
            raise ModelError(origin=f"resources of {self.origin}", reason=reason)
        self.taken.add(name)
        return name
