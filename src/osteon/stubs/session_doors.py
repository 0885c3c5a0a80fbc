"""The typed door of sessions: families, then services, then operations. Text; a single service's: doors.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from osteon.model.resource_members import SERVICE_RESOURCE
from osteon.naming import identifier
from osteon.stubs import events
from osteon.stubs.annotations import Item
from osteon.stubs.doors import every_service, table
from osteon.stubs.layout import klass, prop
from osteon.stubs.names import Imports, is_name
from osteon.stubs.service import ServiceStub

_CREATING = "creating-client-class"


def session_events(stubs: Sequence[ServiceStub], imports: Imports, way: str, asynchronous: bool) -> Iterator[str]:
    """Every class between ``session.events`` and a hook. The blocking way's come first, and serve both in part."""
    doors = _Doors(stubs, imports)
    if not asynchronous:
        yield from doors.shared()
    yield from doors.params(way)
    yield from doors.hooks(way, asynchronous)
    yield from doors.events_class(way, asynchronous)


class _Doors:
    def __init__(self, stubs: Sequence[ServiceStub], imports: Imports) -> None:
        self._imports, self._hook = imports, imports["Hook"]
        names = [(stub, identifier(stub.spellings[0], "_")) for stub in stubs]
        self._services = [(stub, name if is_name(name) else f"{name}_") for stub, name in names]

    def shared(self) -> Iterator[str]:
        """What knows of no way: the branches below a family, whatever its handlers are."""
        generic, hook = f"{self._imports['Generic']}[_H]", f"{self._hook}[_H]"
        yield from klass("_AnyService", generic, [f"any_operation: {hook}"])
        rows = [f"{name}: _{stub.module}.{stub.prefix}Operations[_H]" for stub, name in self._services]
        yield from klass("_Services", generic, [*rows, "any_service: _AnyService[_H]"])
        rows = [f"{name}: {hook}" for _, name in self._services]
        yield from klass("_EachService", generic, [*rows, f"any_service: {hook}"])
        found = f"{self._imports['Branch']}[{self._hook}[{self._imports['Getattr']}]]"
        yield from klass("_Attributes", "", [f"{name}: {found}" for _, name in self._services])
        yield from self._resource_classes()

    def _resource_classes(self) -> Iterator[str]:
        creating = f"{self._hook}[{self._imports['CreatingResourceClass']}]"
        rows: list[str] = []
        for stub, name in self._services:
            if stub.service_resource is None:
                continue
            names = [SERVICE_RESOURCE, *(each.model.name for each in stub.resources), "any_resource"]
            yield from klass(f"_{stub.module}_Resources", "", [f"{each}: {creating}" for each in names])
            rows.append(f"{name}: _{stub.module}_Resources")
        yield from klass("_AnyResource", "", [f"any_resource: {creating}"])
        yield from klass("_ResourceClasses", "", [*rows, "any_service: _AnyResource"])

    def params(self, way: str) -> Iterator[str]:
        rows = [f"{name}: _{stub.module}.{way}{stub.prefix}ProvideClientParams" for stub, name in self._services]
        everywhere = f"any_service: _AnyService[{self._imports[f'{way}AnyParams']}]"
        yield from klass(f"_{way}ProvideClientParams", "", [*rows, everywhere])

    def hooks(self, way: str, asynchronous: bool) -> Iterator[str]:
        """The table of all names: those of each service, and those that stand for all."""

        def hook(handler: str) -> str:
            return f"{self._hook}[{self._imports[handler]}]"

        kinds = {_CREATING: ("CreatingClass", 1), "creating-resource-class": ("CreatingResourceClass", 2)}
        items = [*every_service(hook, way, asynchronous), Item("choose-service-name", hook("ChooseServiceName"), True)]
        for family, (handler, parts) in kinds.items():
            items += [Item(family + ".*" * count, hook(handler), True) for count in range(parts + 1)]
        yield from table(f"_{way}EveryHook", self._imports, items)
        bases = ", ".join(f"_{stub.module}.{way}{stub.prefix}SessionHooks" for stub, _ in self._services)
        yield from klass(f"_{way}SessionHooks", f"{bases}, _{way}EveryHook", [])

    def events_class(self, way: str, asynchronous: bool) -> Iterator[str]:
        imports = self._imports
        kinds = {"hooks": f"_{way}SessionHooks", "provide_client_params": f"_{way}ProvideClientParams"}
        kinds["creating_resource_class"] = "_ResourceClasses"
        kinds["choose_service_name"] = f"{self._hook}[{imports['ChooseServiceName']}]"
        kinds["getattr"] = "_Attributes"
        for branch, families in (("_Services", events.OPERATION_FAMILIES), ("_EachService", events.SERVICE_FAMILIES)):
            for family in families:
                handler = imports[events.protocol(family, asynchronous=asynchronous)]
                kinds[events.attribute(family)] = f"{branch}[{handler}]"
        body = [line for name, kind in kinds.items() for line in prop(name, kind, imports)]
        yield from klass(f"{way}SessionEvents", imports["Emitter"], body)
