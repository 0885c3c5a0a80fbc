"""Service names in event names: the many spellings of a service to the one that handlers see. No model is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from osteon.events.catalog import CATALOG
from osteon.naming import hyphenized
from osteon.sharing import cached_property

#: The most parts of an endpoint prefix that are tried as one ("data.jobs.iot" has three): a bound on hostile names.
_LONGEST_PREFIX = 4


class ServiceNames(Protocol):
    """Who knows the services. Asked only when something is registered for one."""

    def canonical(self, name: str) -> tuple[str, ...]:
        """The hyphenized ids of the services that ``name`` stands for; empty where it stands for none."""
        ...

    def operation_names(self, service: str) -> Iterable[str] | None:
        """The operations of a canonical service; None where finding out would take more than an index."""
        ...


class ServiceRow(NamedTuple):
    """The names of one service."""

    #: what ``client(...)`` is given
    service_name: str
    #: as the model writes it: ``Cost Explorer``
    service_id: str
    #: may hold dots
    endpoint_prefix: str = ""


class ServiceTable:
    """:class:`ServiceNames`, and what :mod:`osteon.events.unheard` asks, over an index read at the first question.

    A hyphenized service id comes before the name given to ``client``, and that before an endpoint prefix. A prefix
    that several services share belongs to the service of that name, else to all of them.
    """

    def __init__(
        self,
        rows: Callable[[], Iterable[ServiceRow]],
        operations: Callable[[str], Iterable[str] | None] = lambda service_name: None,
    ) -> None:
        """``operations`` is asked with the name given to ``client``."""
        self._rows, self._operations = rows, operations

    def canonical(self, name: str) -> tuple[str, ...]:
        return self._by_name.get(name, ())

    def knows(self, service: str) -> bool:
        return service in self._client_names

    def service_names(self) -> tuple[str, ...]:
        """The hyphenized ids."""
        return tuple(self._client_names)

    def operation_names(self, service: str) -> Iterable[str] | None:
        name = self._client_names.get(service)
        return None if name is None else self._operations(name)

    @cached_property
    def _all_rows(self) -> tuple[ServiceRow, ...]:
        return tuple(self._rows())

    @cached_property
    def _client_names(self) -> dict[str, str]:
        return {hyphenized(row.service_id): row.service_name for row in self._all_rows}

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        rows = [(row.service_name, hyphenized(row.service_id), row.endpoint_prefix) for row in self._all_rows]
        shared: dict[str, dict[str, None]] = {}
        for _, canonical, prefix in rows:
            shared.setdefault(prefix, {})[canonical] = None
        by_prefix = {prefix: tuple(services) for prefix, services in shared.items() if prefix}
        by_client_name = {name: (canonical,) for name, canonical, _ in rows}
        return by_prefix | by_client_name | {canonical: (canonical,) for _, canonical, _ in rows}


def canonical_names(event_name: str, services: ServiceNames) -> tuple[str, ...]:
    """``event_name`` with its service spelt canonically, once for each service meant; as it is where none is known."""
    family, *parts = event_name.split(".")
    event = CATALOG.get(family)
    if event is None or not event.has_service or not parts or parts[0] == "*":
        return (event_name,)
    for length in range(min(len(parts), _LONGEST_PREFIX), 0, -1):
        known = services.canonical(".".join(parts[:length]))
        if known:
            rest = parts[length:]
            meant = _with_operation(known, rest[0], services) if rest and "operation" in event.parts else known
            return tuple(".".join((family, service, *rest)) for service in meant)
    return (event_name,)


def _with_operation(known: tuple[str, ...], operation: str, services: ServiceNames) -> tuple[str, ...]:
    """Of several services with one prefix those that have the operation; all of them where none is known to."""
    if len(known) == 1 or operation == "*":
        return known
    return tuple(service for service in known if operation in (services.operation_names(service) or ())) or known
