"""The typed door to a service's events: hooks by attribute and by name. Text; which families there are: events.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from osteon.events.catalog import CATALOG
from osteon.stubs import events
from osteon.stubs.annotations import Item
from osteon.stubs.layout import klass, prop
from osteon.stubs.names import Imports, is_name
from osteon.stubs.operations import OperationStub
from osteon.stubs.service import ServiceStub

#: Of a larger service, ``hooks`` names single operations for provide-client-params only: those of all families
#: would take a type checker longer than all the rest. Each family's attribute has every operation all the same.
_NAMED_AT_MOST = 150
#: the two kinds of clients: what stands before the names of the async one's types, and whether it is that one
WAYS = (("", False), ("Async", True))


def door_pyi(stub: ServiceStub) -> str:
    """The module of a service's events, without its header.

    Apart from the service's own, which has its names all the same: type checkers that read what they need, pyright
    among them, do without it until a program handles events. It is a quarter of the whole.
    """
    lines = list(_lines(stub))
    return "\n".join([*stub.door_imports.lines(), f"from . import {stub.shape_module} as _shapes", *lines, ""])


def door_names(stub: ServiceStub) -> list[str]:
    """What the service's own module has of it."""
    endings = ("Events", "Hooks", "OperationHooks", "SessionHooks", "ProvideClientParams")
    names = [f"{way}{stub.prefix}{ending}" for way, _ in WAYS for ending in endings]
    return sorted([*names, f"{stub.prefix}Operations"])


def _lines(stub: ServiceStub) -> Iterator[str]:
    """Every class between ``client.meta`` and a hook."""
    imports, prefix = stub.door_imports, stub.prefix
    yield f'_H = {imports["TypeVar"]}("_H")'
    methods = [*(operation.method for operation in named(stub)), "any_operation"]
    body = [f"{method}: {imports['Hook']}[_H]" for method in methods]
    yield from klass(f"{prefix}Operations", f"{imports['Generic']}[_H]", body)
    yield from _handled(stub)
    yield from _hook_names(stub)
    for way, asynchronous in WAYS:
        rows = [f"{operation.method}: {_params_hook(stub, operation, way)}" for operation in named(stub)]
        yield from klass(f"{way}{prefix}ProvideClientParams", "", [*rows, f"any_operation: {_hook(f'{way}AnyParams')}"])
        yield from _hooks_by_name(stub, way, asynchronous)
        yield from _emitter(stub, way, asynchronous)


def named(stub: ServiceStub) -> list[OperationStub]:
    """The operations that are attributes: all but those that are words of Python's."""
    return [operation for operation in stub.operations if is_name(operation.method)]


def _handled(stub: ServiceStub) -> Iterator[str]:
    for operation in stub.operations:
        met = f"_shapes.{operation.params}, _shapes.{operation.request}"
        yield f"class {operation.handled}({stub.door_imports['Handled']}[{met}]): ..."


def _params_hook(stub: ServiceStub, operation: OperationStub, way: str) -> str:
    return f"{stub.door_imports[f'{way}ParamsHook']}[{operation.handled}]"


def _hooks_by_name(stub: ServiceStub, way: str, asynchronous: bool) -> Iterator[str]:
    """``events.hooks`` of clients, and of sessions, which have it for all services."""
    imports, own = stub.door_imports, f"{way}{stub.prefix}OperationHooks"
    rows = [item for service in stub.spellings for item in _named_hooks(stub, service, way, asynchronous)]
    yield from table(own, imports, rows)
    yield from _joined(f"{way}{stub.prefix}Hooks", own, [*every_service(_hook, way, asynchronous)], stub)
    creating = [Item(f"creating-client-class.{service}", _hook("CreatingClass"), True) for service in stub.spellings]
    if stub.service_resource is not None:
        names = ["ServiceResource", *(resource.model.name for resource in stub.resources), "*"]
        kind = _hook("CreatingResourceClass")
        creating += [Item(f"creating-resource-class.{s}.{n}", kind, True) for s in stub.spellings for n in names]
    yield from _joined(f"{way}{stub.prefix}SessionHooks", own, creating, stub)


def _named_hooks(stub: ServiceStub, service: str, way: str, asynchronous: bool) -> Iterator[Item]:
    for operation in stub.operations:
        name = f"provide-client-params.{service}.{operation.model.name}"
        yield Item(name, _params_hook(stub, operation, way), True)
    any_params = _hook(f"{way}AnyParams")
    yield Item(f"provide-client-params.{service}.*", any_params, True)
    yield Item(f"provide-client-params.{service}", any_params, True)
    for family in events.OPERATION_FAMILIES:
        kind = _hook(events.protocol(family, asynchronous=asynchronous))
        for operation in stub.operations if len(stub.operations) <= _NAMED_AT_MOST else ():
            yield Item(f"{family}.{service}.{operation.model.name}", kind, True)
        yield Item(f"{family}.{service}.*", kind, True)
        yield Item(f"{family}.{service}", kind, True)
    for family in events.SERVICE_FAMILIES:
        if family != "creating-client-class":
            kind = _hook(events.protocol(family, asynchronous=asynchronous))
            yield Item(f"{family}.{service}", kind, True)
    yield from (Item(name, _hook("Getattr"), True) for name in (f"getattr.{service}", f"getattr.{service}.*"))


def every_service(hook: Callable[[str], str], way: str, asynchronous: bool) -> Iterator[Item]:
    """The names that stand for all services; ``hook`` spells the hook of a handler type."""
    handlers = {"provide-client-params": f"{way}AnyParams", "getattr": "Getattr"}
    for family in (*events.OPERATION_FAMILIES, *events.SERVICE_FAMILIES):
        handlers[family] = events.protocol(family, asynchronous=asynchronous)
    del handlers["creating-client-class"]
    for family, handler in handlers.items():
        for count in range(len(CATALOG[family].parts) + 1):
            yield Item(family + ".*" * count, hook(handler), True)


def _hook_names(stub: ServiceStub) -> Iterator[str]:
    """Short names for what stands in the tables thousands of times: a name is read faster than what it stands for."""
    imports, families = stub.door_imports, (*events.OPERATION_FAMILIES, *events.SERVICE_FAMILIES)
    handlers = [events.protocol(family, asynchronous=way) for family in families for _, way in WAYS]
    for handler in dict.fromkeys((*handlers, "AnyParams", "AsyncAnyParams", "CreatingResourceClass", "Getattr")):
        kind = f"{imports['Hook']}[{imports[handler]}]"
        yield f"{_hook(handler)}: {imports['TypeAlias']} = {kind}"


def _hook(handler: str) -> str:
    return f"_{handler}Hook"


def table(name: str, imports: Imports, items: Iterable[Item]) -> Iterator[str]:
    """A TypedDict of hooks by the names of events, by a call, since those are no attributes.

    Read-only, as it is; for keys that could be set pyright would make up methods, which takes it eight times as long.
    """
    yield f'{name} = {imports["TypedDict"]}("{name}", {{'
    yield from (f"    {item.key!r}: {imports['ReadOnly']}[{item.annotation}]," for item in items)
    yield "})"


def _joined(name: str, own: str, items: list[Item], stub: ServiceStub) -> Iterator[str]:
    """A TypedDict of more names: by inheritance from one that has only those, since names are no attributes."""
    more = f"_{name}"
    yield from table(more, stub.door_imports, items)
    yield f"class {name}({own}, {more}): ..."


def _emitter(stub: ServiceStub, way: str, asynchronous: bool) -> Iterator[str]:
    imports, prefix = stub.door_imports, stub.prefix
    body = [
        *prop("provide_client_params", f"{way}{prefix}ProvideClientParams", imports),
        *prop("hooks", f"{way}{prefix}Hooks", imports),
    ]
    for family in events.OPERATION_FAMILIES:
        handler = imports[events.protocol(family, asynchronous=asynchronous)]
        body += prop(events.attribute(family), f"{prefix}Operations[{handler}]", imports)
    for family in events.SERVICE_FAMILIES:
        if not family.startswith("creating-client"):
            handler = events.protocol(family, asynchronous=asynchronous)
            body += prop(events.attribute(family), _hook(handler), imports)
    body += prop("getattr", f"{imports['Branch']}[{_hook('Getattr')}]", imports)
    yield from klass(f"{way}{prefix}Events", imports["Emitter"], body)
