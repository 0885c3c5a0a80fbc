"""From a service model to a client class, made with type() after the creating-client-class handlers."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, cast

from osteon.clients.base import AsyncClient, AttributesByEvent, BaseClient, Client, ClientParts, SyncClient
from osteon.clients.operations import Operation
from osteon.events.admission import described
from osteon.events.emitter import Emitter
from osteon.exceptions import HandlerError
from osteon.model.service import ServiceModel
from osteon.naming import snake_case

#: Finished classes that no handler had a part in, by what they are made of. Guarded by _LOCK.
_CLASSES: dict[tuple[ServiceModel, type[BaseClient], type[Client] | None], type[BaseClient]] = {}
_LOCK = threading.Lock()


def create_client(parts: ClientParts, *, asynchronous: bool = False, token: type[Client] | None = None) -> BaseClient:
    """A client of a class made at run time. ``token``: the user's own class, which stands before the generated one.

    Emits ``creating-client-class``. Raises HandlerError where a handler leaves something no class can be made of.
    """
    kind = client_class(parts.meta.service_model, parts.meta.events, AsyncClient if asynchronous else SyncClient, token)
    return kind(parts)


def client_class(
    service_model: ServiceModel, events: Emitter, base: type[BaseClient], token: type[Client] | None
) -> type[BaseClient]:
    """The class for a service. Made anew where a handler listens, else the same for every client of the model."""
    event_name = f"creating-client-class.{service_model.service_id.hyphenize()}"
    if events.handlers(event_name):
        return _made(service_model, events, base, token)
    key = (service_model, base, token)
    with _LOCK:
        held = _CLASSES.get(key)
        if held is None:
            held = _CLASSES[key] = _made(service_model, events, base, token)
    return held


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


def method_mapping(service_model: ServiceModel) -> Mapping[str, str]:
    """Method name to operation name."""
    return {snake_case(name): name for name in service_model.operation_names}
