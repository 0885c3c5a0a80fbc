"""Finds registered names that nothing will ever emit. Reads an index through a Protocol; warns nobody itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from osteon.events.catalog import CATALOG, Event
from osteon.naming import close_names


class ServiceIndex(Protocol):
    """What is known of the services without loading a model. Names are canonical: hyphenized service ids."""

    def knows(self, service: str) -> bool: ...

    def service_names(self) -> Iterable[str]: ...

    def operation_names(self, service: str) -> Iterable[str] | None:
        """None where finding out would take more than the index."""
        ...


class Finding(NamedTuple):
    """A name that can never be heard."""

    event_name: str
    reason: str
    #: the closest name that exists, whole; None where none is close
    suggestion: str | None = None

    @property
    def message(self) -> str:
        hint = f" Did you mean: {self.suggestion!r}?" if self.suggestion is not None else ""
        return f"No event named {self.event_name!r} is ever emitted: {self.reason}.{hint}"


def unheard(event_names: Iterable[str], services: ServiceIndex) -> list[Finding]:
    """Those of the canonical ``event_names`` whose family is known, but not their service or operation.

    A family that is not osteon's belongs to the user and is always fine; so is what the index cannot tell.
    """
    checked = ((name, CATALOG.get(name.partition(".")[0])) for name in event_names)
    found = (_finding(name, event, services) for name, event in checked if event is not None)
    return [finding for finding in found if finding is not None]


def _finding(event_name: str, event: Event, services: ServiceIndex) -> Finding | None:
    parts = event_name.split(".")[1:]
    given = dict(zip(event.parts, parts, strict=False))
    service, operation = given.get("service", "*"), given.get("operation", "*")
    if service != "*" and not services.knows(service):
        return _unknown(event_name, 1, service, services.service_names())
    if len(parts) > len(event.parts):
        return Finding(event_name, f"the names of this event are {event.template}")
    if service == "*" or operation == "*":
        return None
    operations = services.operation_names(service)
    if operations is None or operation in (known := tuple(operations)):
        return None
    return _unknown(event_name, 2, operation, known)


def _unknown(event_name: str, at: int, name: str, known: Iterable[str]) -> Finding:
    parts = event_name.split(".")
    what = "service" if at == 1 else f"operation of {parts[1]}"
    if "*" in name:
        return Finding(event_name, f"{name!r} is no {what} ('*' stands for one whole part, never for a piece of one)")
    close = close_names(name, known, 1)
    suggestion = ".".join((*parts[:at], close[0], *parts[at + 1 :])) if close else None
    return Finding(event_name, f"there is no {what} named {name!r}", suggestion)
