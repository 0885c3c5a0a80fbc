"""From a service model to a client class, made with type() after the creating-client-class handlers."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple, cast

from osteon.clients.base import AsyncClient, AttributesByEvent, BaseClient, Client, ClientParts, SyncClient
from osteon.clients.operations import Operation
from osteon.events.admission import described
from osteon.events.emitter import Emitter
from osteon.events.trie import Trie
from osteon.exceptions import HandlerError
from osteon.model.service import ServiceModel
from osteon.naming import snake_case


def create_client(
    parts: ClientParts, builtin: Trie, *, asynchronous: bool = False, token: type[Client] | None = None
) -> BaseClient:
    """A client of a class made at run time. ``token``: the user's own class, which stands before the generated one.

    ``builtin``: osteon's own handlers, which do the same to every class. Emits ``creating-client-class``. Raises
    HandlerError where a handler leaves something no class can be made of.
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


def _client_class(
    service_model: ServiceModel, listeners: Listeners, base: type[BaseClient], token: type[Client] | None
) -> type[BaseClient]:
    """The class for a service. Made anew where a handler of the user's listens, else the same for every client."""
    event_name = f"creating-client-class.{service_model.service_id.hyphenize()}"
    if listeners.of_users(event_name):
        return _made(service_model, listeners.events, base, token)
    classes: dict[Hashable, type[BaseClient]] = service_model.kept.setdefault(_client_class, {})
    key = (base, token, listeners.builtin.find(event_name))
    # Two threads may both make it; the first one stored serves.
    return classes.get(key) or classes.setdefault(key, _made(service_model, listeners.events, base, token))


def _made(
    service_model: ServiceModel, events: Emitter, base: type[BaseClient], token: type[Client] | None
) -> type[BaseClient]:
    class_attributes: dict[str, Any] = operations(service_model)
    base_classes: list[type[Any]] = [base]
    event_name = f"creating-client-class.{service_model.service_id.hyphenize()}"
    events.emit(event_name, class_attributes=class_attributes, base_classes=base_classes)
    if token is not None:
        # Else a mixin's override in the token would be hidden behind the generated class, which has the mixin too.
        base_classes = [kind for kind in base_classes if kind is base or not issubclass(token, kind)]
    name = service_model.class_name
    try:
        generated: Any = type(name, (*base_classes, AttributesByEvent), class_attributes)
        kind: Any = generated
        if token is not None:
            kind = type(token.__name__, (cast("Any", token), generated), {"__module__": token.__module__})
    except TypeError as error:
        bases = ", ".join(getattr(kind, "__qualname__", repr(kind)) for kind in base_classes)
        whose = f" under {token.__qualname__}" if token is not None else ""
        handlers = ", ".join(described(handler) for handler, _ in events.handlers(event_name))
        reason = f"left bases ({bases}) of which no class {name}{whose} can be made: {error}"
        raise HandlerError(handler=handlers, event_name=event_name, reason=reason) from None
    made: type[BaseClient] = kind
    return made


def operations(service_model: ServiceModel) -> dict[str, Any]:
    """Method name to method, for every operation of the service."""
    methods = (Operation(service_model, name) for name in service_model.operation_names)
    return {method.__name__: method for method in methods}


def method_mapping(service_model: ServiceModel) -> dict[str, str]:
    """Method name to operation name; a fresh dict, as boto3's users may add to it."""
    held: dict[str, str] | None = service_model.kept.get(method_mapping)
    if held is None:
        held = service_model.kept[method_mapping] = {snake_case(name): name for name in service_model.operation_names}
    return dict(held)
