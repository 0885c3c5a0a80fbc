"""Which event families a generated module types, read from the catalogue. Names of types; no text is made."""

from __future__ import annotations

from osteon.events.catalog import CATALOG, Event

#: what a handler of a family must be, where the name does not follow from the family's
_PROTOCOLS = {"creating-client-class": "CreatingClass", "provide-client-params": "ParamsHandler"}


def protocol(family: str, *, asynchronous: bool = False) -> str:
    """The name of the handler type in ``osteon.events``."""
    name = _PROTOCOLS.get(family) or "".join(part.title() for part in family.split("-"))
    return f"Async{name}" if asynchronous and not CATALOG[family].plain_only else name


def attribute(family: str) -> str:
    """The emitter's attribute for a family."""
    return family.replace("-", "_")


def _families(parts: tuple[str, ...]) -> tuple[Event, ...]:
    return tuple(event for event in CATALOG.values() if event.parts == parts)


#: heard for each operation; provide-client-params, typed by operation, apart
OPERATION_FAMILIES = tuple(e.family for e in _families(("service", "operation")) if e.family != "provide-client-params")
#: heard once for a service
SERVICE_FAMILIES = tuple(e.family for e in _families(("service",)))
HANDLERS = (
    "AnyParams", "AsyncAnyParams", "AsyncParamsHook", "ChooseServiceName", "CreatingResourceClass", "Getattr",
    "Handled", "ParamsHook",
    *(protocol(family, asynchronous=way) for family in (*OPERATION_FAMILIES, *SERVICE_FAMILIES, "provide-client-params")
      for way in (False, True)),
)  # fmt: skip
