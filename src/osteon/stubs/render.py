"""The text of a service's ``.pyi``: errors, paginators, waiters, clients, names of its parts. Writes no files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from osteon.stubs.doors import WAYS, door_names, named
from osteon.stubs.layout import docstring, function, klass, literal_text, prop
from osteon.stubs.methods import Methods
from osteon.stubs.operations import OperationStub
from osteon.stubs.resources import resource_class_names
from osteon.stubs.service import ServiceStub


def service_pyi(stub: ServiceStub, *, docstrings: bool = True) -> str:
    """The module, without its header."""
    body = [
        *_errors(stub),
        *_paginators(stub),
        *_waiters(stub),
        *_clients(stub, docstrings),
    ]
    parts = {stub.door_module: door_names(stub), stub.resource_module: resource_class_names(stub)}
    imported = [f"from .{module} import {_again(names)}" for module, names in parts.items() if names]
    imported.insert(0, f"from .{stub.shape_module} import *")
    return "\n".join([*stub.imports.lines(), *imported, *body, ""])


def _again(names: list[str]) -> str:
    """Names that are imported to be the module's own."""
    return ", ".join(f"{name} as {name}" for name in names)


#: what ``client.exceptions`` has of its own, whatever errors the service has
_OF_EXCEPTIONS = ("ClientError", "from_code")


def _errors(stub: ServiceStub) -> Iterator[str]:
    for _, name in stub.errors:
        yield f"class {name}({stub.imports['ClientError']}): ..."
        yield f"_Modeled{name} = {name}"
    body = (
        line
        for shape, name in stub.errors
        if shape.name not in _OF_EXCEPTIONS
        for line in prop(shape.name, f"{stub.imports['type']}[_Modeled{name}]", stub.imports)
    )
    yield from klass(stub.fixed["{}Exceptions"], stub.imports["ServiceErrors"], body)


# --- clients


def _paginators(stub: ServiceStub) -> Iterator[str]:
    imports = stub.imports
    for paginator in stub.paginators:
        operation = paginator.operation
        for way, name in (("", paginator.name), ("Async", paginator.async_name)):
            response = operation.async_response if way else operation.response
            pages = (
                f"{imports[f'{way}PageIterator']}[{response}, {imports.taken_from(stub.shape_imports, paginator.item)}]"
            )
            method = f"def paginate(self, {_asked(operation, stub, stub.PAGING)}) -> {pages}: ..."
            yield from klass(name, imports[f"{way}Paginator"], [method])


def _waiters(stub: ServiceStub) -> Iterator[str]:
    imports = stub.imports
    for waiter in stub.waiters:
        for way, name in (("", waiter.name), ("Async", waiter.async_name)):
            define = "async def" if way else "def"
            method = f"{define} wait(self, {_asked(waiter.operation, stub, stub.WAITING)}) -> None: ..."
            yield from klass(name, imports[f"{way}Waiter"], [method])


def _asked(operation: OperationStub, stub: ServiceStub, more: tuple[str, ...]) -> str:
    """The operation's own keywords, after those that are for the paginator or the waiter."""
    options = ", ".join(f"{key}: {kind} = ..." for key, kind in stub.options(more))
    return f"*, {options}, **kwargs: {stub.imports['Unpack']}[{operation.request}]"


def _clients(stub: ServiceStub, docstrings: bool) -> Iterator[str]:
    imports, prefix = stub.imports, stub.prefix
    methods = literal_text((operation.method for operation in stub.operations), imports["Literal"])
    yield f"_Method: {imports['TypeAlias']} = {methods}"
    for way, asynchronous in WAYS:
        body = prop("meta", f"{imports['ClientMeta']}[{way}{prefix}Events]", imports)
        body += prop("exceptions", f"{prefix}Exceptions", imports)
        for operation in named(stub):
            body += _method(stub, operation, asynchronous, docstrings)
        body += _presigning(stub, asynchronous)
        body += Methods(stub, way, docstrings).lines(
            stub.additions.client, partial(imports.taken_from, stub.shape_imports)
        )
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


def _presigning(stub: ServiceStub, asynchronous: bool) -> list[str]:
    define, name = "async def" if asynchronous else "def", stub.imports
    params = f"Params: {name['Mapping']}[{name['str']}, {name['Any']}] | None = ..."
    options = f"{params}, ExpiresIn: {name['int']} = ..., HttpMethod: {name['str']} | None = ..."
    return [f"{define} generate_presigned_url(self, ClientMethod: _Method, {options}) -> {name['str']}: ..."]


def _by_name(method: str, argument: str, rows: list[tuple[str, str]], stub: ServiceStub) -> Iterator[str]:
    """A method whose result depends on a name: one overload a name, so that others are errors."""
    imports = stub.imports
    for name, kind in rows or [("", imports["Never"])]:
        if len(rows) > 1:
            yield f"@{imports['overload']}"
        taken = literal_text([name], imports["Literal"]) if name else imports["Never"]
        yield f"def {method}(self, {argument}: {taken}) -> {kind}: ..."
