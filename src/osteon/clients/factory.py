"""From a service model to a client class, made with type() after the creating-client-class handlers."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from osteon.clients.base import AsyncClient, AttributesByEvent, BaseClient, Client, SyncClient
from osteon.clients.joining import Pieces, blamed, joined
from osteon.clients.operations import Operation
from osteon.clients.parts import ClientParts
from osteon.events.emitter import Emitter
from osteon.events.trie import Entries, Trie
from osteon.model.service import ServiceModel
from osteon.naming import method_name


def create_client(
    parts: ClientParts, builtin: Trie, *, asynchronous: bool = False, token: type[Client] | None = None
) -> BaseClient:
    """A client of a class made at run time. ``token``: the user's own class, which stands before the generated one.

    ``builtin``: osteon's own handlers, which do the same to every class. Emits ``creating-client-class``. Raises
    HandlerError where a handler leaves something no class can be made of, TypeError where the token alone is to blame.
    """
    base = AsyncClient if asynchronous else SyncClient
    return _client_class(parts.meta.service_model, Listeners(parts.meta.events, builtin), base, token)(parts)


class Listeners(NamedTuple):
    """Who hears creating-client-class."""

    events: Emitter
    #: those of them that are osteon's own
    builtin: Trie

    def of_users(self, event_name: str) -> bool:
        return self.events.handlers(event_name) != self.builtin.find(event_name)

    def users(self, event_name: str) -> Entries:
        """Those that are not osteon's own."""
        own = self.builtin.find(event_name)
        return tuple(entry for entry in self.events.handlers(event_name) if entry not in own)


def _client_class(
    service_model: ServiceModel, listeners: Listeners, base: type[BaseClient], token: type[Client] | None
) -> type[BaseClient]:
    """The class for a service. Made anew where a handler of the user's listens, else the same for every client."""
    event_name = f"creating-client-class.{service_model.service_id.hyphenize()}"
    if listeners.of_users(event_name):
        return _made(service_model, listeners, base, token)
    classes: dict[Hashable, type[BaseClient]] = service_model.kept.setdefault(_client_class, {})
    key = (base, token, listeners.builtin.find(event_name))
    # Two threads may both make it; the first one stored serves.
    return classes.get(key) or classes.setdefault(key, _made(service_model, listeners, base, token))


def _made(
    service_model: ServiceModel, listeners: Listeners, base: type[BaseClient], token: type[Client] | None
) -> type[BaseClient]:
    event_name = f"creating-client-class.{service_model.service_id.hyphenize()}"
    pieces = Pieces(service_model.class_name, base, [base], operations(service_model), (AttributesByEvent,))
    listeners.events.emit(event_name, class_attributes=pieces.class_attributes, base_classes=pieces.base_classes)
    try:
        made: type[BaseClient] = joined(pieces, token)
    except TypeError as error:
        raise blamed(error, pieces, token, event_name, listeners.users(event_name)) from None
    return made


def operations(service_model: ServiceModel) -> dict[str, Any]:
    """Method name to method, for every operation of the service."""
    methods = (Operation(service_model, name) for name in service_model.operation_names)
    return {method.__name__: method for method in methods}


def method_mapping(service_model: ServiceModel) -> dict[str, str]:
    """Method name to operation name; a fresh dict, as boto3's users may add to it."""
    held: dict[str, str] | None = service_model.kept.get(method_mapping)
    if held is None:
        held = service_model.kept[method_mapping] = {method_name(name): name for name in service_model.operation_names}
    return dict(held)
