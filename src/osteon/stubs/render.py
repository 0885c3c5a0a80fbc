"""The text of a service's ``.pyi``, of what :mod:`osteon.stubs.service` says is in it. Writes no files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from osteon.events.catalog import CATALOG
from osteon.stubs import events
from osteon.stubs.annotations import Form, Item
from osteon.stubs.layout import NARROWED, PYRIGHT, docstring, extended, function, klass, literal_text, prop, typed_dict
from osteon.stubs.names import is_name
from osteon.stubs.resources import resource_lines
from osteon.stubs.service import OperationStub, ServiceStub

#: Of a larger service, ``hooks`` names single operations for provide-client-params only: those of all families
#: would take a type checker longer than all the rest. Each family's attribute has every operation all the same.
_NAMED_AT_MOST = 150
#: the two kinds of clients: what stands before the names of the async one's types, and whether it is that one
WAYS = (("", False), ("Async", True))


def service_pyi(stub: ServiceStub, *, docstrings: bool = True) -> str:
    """The module, without its header."""
    body = [
        *_enums(stub),
        *_structures(stub),
        *_operations(stub),
        *_errors(stub),
        *_hooks(stub),
        *_paginators(stub),
        *_waiters(stub),
        *_clients(stub, docstrings),
        *resource_lines(stub, docstrings=docstrings),
    ]
    return "\n".join([*stub.imports.lines(), *body, ""])


def _enums(stub: ServiceStub) -> Iterator[str]:
    for name, values in stub.annotations.enums:
        yield f"{name}: {stub.imports['TypeAlias']} = {literal_text(values, stub.imports['Literal'])}"


def _structures(stub: ServiceStub) -> Iterator[str]:
    for name, shape, form in stub.annotations.structures:
        items = stub.annotations.items(shape, form)
        yield from typed_dict(name, items, stub.imports, read_only=form is Form.IN)


def _operations(stub: ServiceStub) -> Iterator[str]:
    for operation in stub.operations:
        items = stub.request_items(operation)
        yield from _request(operation, items, stub)
        yield from typed_dict(operation.response, stub.response_items(operation, asynchronous=False), stub.imports)
        if operation.streams:
            answer = stub.response_items(operation, asynchronous=True)
            yield from typed_dict(operation.async_response, answer, stub.imports)


def _request(operation: OperationStub, items: list[Item], stub: ServiceStub) -> Iterator[str]:
    """What a call needs, and what a handler may meet: optional members once for both, a third less to check."""
    required = [item for item in items if item.required]
    optional = [item for item in items if not item.required]
    shared = f"_{operation.request}Options" if required else operation.request
    yield from typed_dict(shared, optional, stub.imports, total=False)
    if required:
        yield from extended(operation.request, shared, required, stub.imports)
        yield from extended(operation.params, shared, required, stub.imports, total=False)
    else:
        yield from klass(operation.params, shared, ())


def _errors(stub: ServiceStub) -> Iterator[str]:
    for _, name in stub.errors:
        yield f"class {name}({stub.imports['ClientError']}): ..."
        yield f"_{name} = {name}"
    body = (
        line
        for shape, name in stub.errors
        for line in prop(shape.name, f"{stub.imports['type']}[_{name}]", stub.imports)
    )
    yield from klass(stub.fixed["{}Exceptions"], stub.imports["ServiceErrors"], body)


# --- events


def _hooks(stub: ServiceStub) -> Iterator[str]:
    imports, prefix = stub.imports, stub.prefix
    yield f'_H = {imports["TypeVar"]}("_H")'
    methods = [*(operation.method for operation in _named(stub)), "any_operation"]
    body = [f"{method}: {imports['Hook']}[_H]" for method in methods]
    yield from klass(f"{prefix}Operations", f"{imports['Generic']}[_H]", body)
    yield from _params_hooks(stub)
    for way, asynchronous in WAYS:
        any_params = f"{imports['Hook']}[{imports[f'{way}AnyParams']}]"
        rows = [f"{operation.method}: {_params_hook(operation, way)}" for operation in _named(stub)]
        yield from klass(f"{way}{prefix}ProvideClientParams", "", [*rows, f"any_operation: {any_params}"])
        yield from _hooks_by_name(stub, way, asynchronous)
        yield from _emitter(stub, way, asynchronous)


def _named(stub: ServiceStub) -> list[OperationStub]:
    return [operation for operation in stub.operations if is_name(operation.method)]


def _params_hooks(stub: ServiceStub) -> Iterator[str]:
    """A class for each operation's hook: type checkers see through an alias anew wherever it stands."""
    for operation in stub.operations:
        for way, _ in WAYS:
            handler = f"{stub.imports[f'{way}ParamsHandler']}[{operation.params}, {operation.request}]"
            yield f"class {_params_hook(operation, way)}({stub.imports['Hook']}[{handler}]): ..."


def _params_hook(operation: OperationStub, way: str) -> str:
    return f"_{way}{operation.params}Hook"


def _hooks_by_name(stub: ServiceStub, way: str, asynchronous: bool) -> Iterator[str]:
    """``events.hooks`` of clients, and of sessions, which have it for all services."""
    imports, own = stub.imports, f"{way}{stub.prefix}OperationHooks"
    rows = [item for service in stub.spellings for item in _named_hooks(stub, service, way, asynchronous)]
    yield from _table(own, imports["TypedDict"], rows, stub)
    everywhere = _hook(stub, f"{way}AnyParams")
    wild = [Item("provide-client-params.*.*", everywhere, True), Item("provide-client-params.*", everywhere, True)]
    yield from _joined(f"{way}{stub.prefix}Hooks", own, wild, stub)
    creating = [
        Item(f"creating-client-class.{service}", _hook(stub, "CreatingClass"), True) for service in stub.spellings
    ]
    if stub.service_resource is not None:
        names = ["ServiceResource", *(resource.model.name for resource in stub.resources), "*"]
        kind = _hook(stub, "CreatingResourceClass")
        creating += [Item(f"creating-resource-class.{s}.{n}", kind, True) for s in stub.spellings for n in names]
    yield from _joined(f"{way}{stub.prefix}SessionHooks", own, creating, stub)


def _named_hooks(stub: ServiceStub, service: str, way: str, asynchronous: bool) -> Iterator[Item]:
    for operation in stub.operations:
        name = f"provide-client-params.{service}.{operation.model.name}"
        yield Item(name, _params_hook(operation, way), True)
    any_params = _hook(stub, f"{way}AnyParams")
    yield Item(f"provide-client-params.{service}.*", any_params, True)
    yield Item(f"provide-client-params.{service}", any_params, True)
    for family in events.OPERATION_FAMILIES:
        kind = _hook(stub, events.protocol(family, asynchronous=asynchronous))
        for operation in stub.operations if len(stub.operations) <= _NAMED_AT_MOST else ():
            yield Item(f"{family}.{service}.{operation.model.name}", kind, True)
        yield Item(f"{family}.{service}.*", kind, True)
        yield Item(f"{family}.{service}", kind, True)
    for family in events.SERVICE_FAMILIES:
        if family != "creating-client-class":
            kind = _hook(stub, events.protocol(family, asynchronous=asynchronous))
            yield Item(f"{family}.{service}", kind, True)


def _hook(stub: ServiceStub, handler: str) -> str:
    return f"{stub.imports['Hook']}[{stub.imports[handler]}]"


def _table(name: str, base: str, items: Iterable[Item], stub: ServiceStub) -> Iterator[str]:
    yield f'{name} = {base}("{name}", {{'
    yield from (f"    {item.key!r}: {item.annotation}," for item in items)
    yield "})"


def _joined(name: str, own: str, items: list[Item], stub: ServiceStub) -> Iterator[str]:
    """A TypedDict of more names: by inheritance from one that has only those, since names are no attributes."""
    more = f"_{name}"
    yield from _table(more, stub.imports["TypedDict"], items, stub)
    yield f"class {name}({own}, {more}): ..."


def _emitter(stub: ServiceStub, way: str, asynchronous: bool) -> Iterator[str]:
    imports, prefix = stub.imports, stub.prefix
    body = [
        *prop("provide_client_params", f"{way}{prefix}ProvideClientParams", imports),
        *prop("hooks", f"{way}{prefix}Hooks", imports),
    ]
    for family in events.OPERATION_FAMILIES:
        handler = imports[events.protocol(family, asynchronous=asynchronous)]
        body += prop(events.attribute(family), f"{prefix}Operations[{handler}]", imports)
    for family in events.SERVICE_FAMILIES:
        if not CATALOG[family].family.startswith("creating-client"):
            handler = events.protocol(family, asynchronous=asynchronous)
            body += prop(events.attribute(family), _hook(stub, handler), imports)
    yield from klass(f"{way}{prefix}Events", imports["Emitter"], body)


# --- clients


def _paginators(stub: ServiceStub) -> Iterator[str]:
    imports = stub.imports
    for paginator in stub.paginators:
        operation = paginator.operation
        yield from _extended(paginator.request, operation, stub, stub.PAGING)
        for way, name in (("", paginator.name), ("Async", paginator.async_name)):
            response = operation.async_response if way else operation.response
            pages = f"{imports[f'{way}PageIterator']}[{response}, {paginator.item}]"
            method = f"def paginate(self, **kwargs: {imports['Unpack']}[{paginator.request}]) -> {pages}: ...{NARROWED}"
            yield from klass(name, imports[f"{way}Paginator"], [method])


def _waiters(stub: ServiceStub) -> Iterator[str]:
    imports = stub.imports
    for waiter in stub.waiters:
        yield from _extended(waiter.request, waiter.operation, stub, stub.WAITING)
        for way, name in (("", waiter.name), ("Async", waiter.async_name)):
            define = "async def" if way else "def"
            method = f"{define} wait(self, **kwargs: {imports['Unpack']}[{waiter.request}]) -> None: ...{NARROWED}"
            yield from klass(name, imports[f"{way}Waiter"], [method])


def _extended(name: str, operation: OperationStub, stub: ServiceStub, more: tuple[str, ...]) -> list[str]:
    return klass(name, f"{operation.request}, total=False", (f"{key}: {kind}" for key, kind in stub.options(more)))


def _clients(stub: ServiceStub, docstrings: bool) -> Iterator[str]:
    imports, prefix = stub.imports, stub.prefix
    for way, asynchronous in WAYS:
        body = [f"SERVICE: {imports['ClassVar']}[{imports['str']}]"]
        body += prop("meta", f"{imports['ClientMeta']}[{way}{prefix}Events]", imports)
        body += prop("exceptions", f"{prefix}Exceptions", imports)
        for operation in _named(stub):
            body += _method(stub, operation, asynchronous, docstrings)
        pages = [(p.operation.method, p.async_name if way else p.name) for p in stub.paginators]
        body += _by_name("get_paginator", "operation_name", pages, stub)
        waits = [(w.waiter, w.async_name if way else w.name) for w in stub.waiters]
        body += _by_name("get_waiter", "waiter_name", waits, stub)
        yield from klass(f"{way}{prefix}Client", imports[f"{way}Client" if way else "SyncClient"], body)


def _method(stub: ServiceStub, operation: OperationStub, asynchronous: bool, docstrings: bool) -> list[str]:
    define = "async def" if asynchronous else "def"
    answer = operation.async_response if asynchronous else operation.response
    doc = docstring(operation.model.documentation) if docstrings else []
    kwargs = f", **kwargs: {stub.imports['Unpack']}[{operation.request}]"
    return function(f"{define} {operation.method}(self{kwargs}) -> {answer}", doc)


def _by_name(method: str, argument: str, rows: list[tuple[str, str]], stub: ServiceStub) -> Iterator[str]:
    """A method whose result depends on a name: one overload a name, so that others are errors."""
    imports = stub.imports
    narrowed = NARROWED
    last = rows[-1] if len(rows) > 1 else None
    for name, kind in rows or [("", "")]:
        if len(rows) > 1:
            yield f"@{imports['overload']}{narrowed}"
            narrowed = ""
        taken = literal_text([name], imports["Literal"]) if name else imports["Never"]
        end = PYRIGHT if (name, kind) == last else narrowed
        yield f"def {method}(self, {argument}: {taken}) -> {kind or imports['Never']}: ...{end}"
