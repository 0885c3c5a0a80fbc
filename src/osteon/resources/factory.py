"""From resource definitions to classes, made with type() after the creating-resource-class handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, NamedTuple

from osteon.clients.joining import Pieces, blamed, joined
from osteon.events.emitter import Emitter
from osteon.events.trie import Trie
from osteon.exceptions import (
    ApiVersionNotFoundError,
    DataNotFoundError,
    ResourceNotExistsError,
    UnknownAPIVersionError,
)
from osteon.model.companions import read_waiters
from osteon.model.loader import Loader
from osteon.model.resource_members import SERVICE_RESOURCE, ActionMember, ResourceModel, WaiterMember, resource_model
from osteon.model.resources import ResourcesModel, read_resources
from osteon.model.service import ServiceModel
from osteon.naming import did_you_mean
from osteon.resources.base import AsyncServiceResource, BaseResource, ServiceResource
from osteon.resources.collections import AsyncCollection, BaseCollection, Collection, manager_class
from osteon.resources.members import (
    Action,
    BatchAction,
    Load,
    Subresource,
    WaiterAction,
    attribute,
    identifier,
    reference,
)
from osteon.resources.root import ResourceMeta, resource_name
from osteon.resources.shown import member_docstring


class ServiceContext(NamedTuple):
    """What creating-resource-class handlers are told of the service."""

    service_name: str
    service_model: ServiceModel
    resources: ResourcesModel
    loader: Loader

    @property
    def resource_json_definitions(self) -> dict[str, Any]:
        """The resources of the definition file, as it has them; a fresh dict."""
        version = self.service_model.folder_version
        definitions: dict[str, Any] = self.loader.load_raw(self.service_name, "resources-1", version)["resources"]
        return definitions

    def blaming(self, resource: str, member: ActionMember | WaiterMember) -> AbstractContextManager[None]:
        """A fault of a member's definition names the file and the place in it."""
        place = "/service" if resource == SERVICE_RESOURCE else f"/resources/{resource}"
        version = self.service_model.folder_version
        return self.loader.blaming(self.service_name, "resources-1", version, place + member.pointer)

    @property
    def service_waiter_model(self) -> Any:
        return read_waiters(self.loader, self.service_name, self.service_model.folder_version)


def definitions(loader: Loader, service: str, version: str | None) -> tuple[str, ResourcesModel]:
    """The resources of a service and their version, the newest unless one is named.

    Raises ResourceNotExistsError, UnknownAPIVersionError, ModelError.
    """
    kind = "resources-1"
    try:
        version = version or loader.latest_version(service, kind)
        return version, read_resources(loader, service, version)
    except ApiVersionNotFoundError:
        known = ", ".join(loader.api_versions(service, kind))
        raise UnknownAPIVersionError(
            service_name=service, bad_api_version=version, available_api_versions=known
        ) from None
    except DataNotFoundError:
        hint = did_you_mean(service, available := loader.available_services(kind))
        if service in loader.available_services():
            hint = f" Consider using a client for '{service}' instead."
        raise ResourceNotExistsError(service_name=service, available=", ".join(available), hint=hint) from None


class Listeners(NamedTuple):
    """Who hears creating-resource-class: the session's handlers as they are at each emit, after osteon's own."""

    session: Emitter
    builtin: Trie

    def heard_by_user(self, event_name: str) -> bool:
        return bool(self.session.handlers(event_name))

    def emitter(self) -> Emitter:
        return self.session.with_builtin(self.builtin)


class ResourceFactory:
    """Makes the classes of one service's resources for one session. Safe to share by threads."""

    def __init__(self, context: ServiceContext, listeners: Listeners, *, asynchronous: bool = False) -> None:
        self._context = context
        self._listeners = listeners
        self._asynchronous = asynchronous
        #: finished classes that no handler of the user's had a part in
        self._classes: dict[tuple[str, type[Any] | None], type[BaseResource]] = {}

    def service_class(self, token: type[Any] | None = None) -> type[BaseResource]:
        """The class of the service itself. Raises what resource_class does, TypeError for a token of a resource."""
        if token is not None and resource_name(token, self._context.service_name) != SERVICE_RESOURCE:
            raise TypeError(f"{token.__qualname__} is one of the service's resources, not the service's own")
        return self.resource_class(SERVICE_RESOURCE, token)

    def resource_class(self, name: str, token: type[Any] | None = None) -> type[BaseResource]:
        """The class of a resource. Made anew where a handler listens, else the same for every resource.

        Raises HandlerError where a handler leaves something no class can be made of, TypeError where the token alone
        is to blame, ModelError.
        """
        event_name = f"creating-resource-class.{self._context.service_model.service_id.hyphenize()}.{name}"
        if self._listeners.heard_by_user(event_name):
            return self._made(name, token, event_name)
        held = self._classes.get((name, token))
        # Two threads may both make it; the first one stored serves.
        return held or self._classes.setdefault((name, token), self._made(name, token, event_name))

    def _made(self, name: str, token: type[Any] | None, event_name: str) -> type[BaseResource]:
        context = self._context
        parts = _parts(context, name, asynchronous=self._asynchronous)
        base: type[BaseResource] = AsyncServiceResource if self._asynchronous else ServiceResource
        class_attributes = {"meta": ResourceMeta(context.service_name, parts.model, self), **parts.members}
        pieces = Pieces(f"{context.service_name}.{name}", base, [base], class_attributes)
        self._listeners.emitter().emit(
            event_name,
            class_attributes=pieces.class_attributes,
            base_classes=pieces.base_classes,
            service_context=context,
        )
        class_attributes.setdefault("__doc__", f"The {name} of {context.service_name}.")
        try:
            return joined(pieces, token)
        except TypeError as error:
            heard = self._listeners.session.handlers(event_name)
            raise blamed(error, pieces, token, event_name, heard) from None


class _Parts(NamedTuple):
    """What every class of a resource is made of, whatever the session."""

    model: ResourceModel
    members: Mapping[str, Any]


#: Two threads may both make them; the first ones stored serve.
_PARTS: dict[tuple[ResourcesModel, ServiceModel, str, bool], _Parts] = {}


def _parts(context: ServiceContext, name: str, *, asynchronous: bool) -> _Parts:
    key = (context.resources, context.service_model, name, asynchronous)
    held = _PARTS.get(key)
    if held is None:
        model = resource_model(name, context.resources, context.service_model)
        members = _members(context, model, AsyncCollection if asynchronous else Collection)
        held = _PARTS.setdefault(key, _Parts(model, members))
    return held


def _members(context: ServiceContext, model: ResourceModel, collection: type[BaseCollection]) -> dict[str, Any]:
    """Name to member, as boto3 orders them: identifiers, load, actions, attributes, collections, related, waiters."""
    members: dict[str, Any] = {
        each.name: identifier(each.name, f"(identifier) of the {model.name}") for each in model.identifiers
    }
    make = partial(_member, context, model)
    if model.load is not None:
        members["load"] = members["reload"] = make(Load, model.load, "Fetches the data by")
    for action in model.actions:
        members[action.name] = make(Action, action, "Calls")
    aliases = {each.member_name: each.name for each in model.identifiers}
    for name, member in model.attributes.items():
        alias = aliases.get(name)
        summary = f"{member} of the {model.name}'s data"
        describe = partial(member_docstring, context.service_model, model.shape, member, summary)
        members[name] = attribute(member, describe) if alias is None else identifier(alias, summary)
    for each in model.collections:
        members[each.name] = _collection(context, model, each, collection)
    for each in model.references:
        members[each.name] = make(reference, each, "The related resource,")
    for each in model.subresources:
        members[each.name] = make(Subresource, each, "Makes a resource,")
    names = sorted(each.name for each in model.subresources)
    members["get_available_subresources"] = _naming(names)
    for waiter in model.waiters:
        with context.blaming(model.name, waiter):
            members[waiter.name] = WaiterAction(waiter, f"Waits: {waiter.waiter_name}")
    return members


def _member(
    context: ServiceContext, model: ResourceModel, kind: Callable[..., Any], member: ActionMember, verb: str
) -> Any:
    with context.blaming(model.name, member):
        return kind(member, context.service_model, _doc(verb, member))


def _doc(verb: str, member: ActionMember) -> str:
    called = "" if member.request is None else f" {member.request.operation}"
    given = "" if member.resource is None else f"{',' if called else ''} giving {member.resource.type}"
    return f"{verb}{called}{given}."


def _naming(names: list[str]) -> Callable[[Any], list[str]]:
    def get_available_subresources(self: Any) -> list[str]:
        """The names of the resources that this one makes, sorted."""
        return list(names)

    return get_available_subresources


def _collection(
    context: ServiceContext, model: ResourceModel, member: ActionMember, base: type[BaseCollection]
) -> property:
    assert member.resource is not None
    service = context.service_model
    listed = resource_model(member.resource.type, context.resources, service)
    batch = {
        each.name: _member(context, listed, BatchAction, each, "For each page calls") for each in listed.batch_actions
    }
    owner = context.service_name if model.name == SERVICE_RESOURCE else f"{context.service_name}.{model.name}"
    with context.blaming(model.name, member):
        kind = manager_class(owner, member, service, batch, base)
    return property(kind, doc=_doc("Lists by", member))
