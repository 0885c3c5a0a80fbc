"""The text of a service's types: enums, structures, what operations take and give. No classes with methods.

A module of its own, since nothing in it needs the rest: mypy reads it, is done with it and lets its tree go before it
reads the events, the resources and the clients, which hold each other. In one module they took it 20 MiB more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from osteon.stubs.annotations import Form, Item
from osteon.stubs.layout import literal_text, typed_dict
from osteon.stubs.operations import OperationStub, Side
from osteon.stubs.service import ServiceStub


def shape_pyi(stub: ServiceStub) -> str:
    """The module, without its header."""
    body = [
        *_enums(stub),
        *(line for side in stub.sides for line in _structures(side)),
        *_records(stub),
        *_operations(stub),
    ]
    return "\n".join([*stub.shape_imports.lines(), *body, ""])


def _enums(stub: ServiceStub) -> Iterator[str]:
    for name, values in stub.annotations.enums:
        yield f"{name}: {stub.shape_imports['TypeAlias']} = {literal_text(values, stub.shape_imports['Literal'])}"


def _structures(side: Side) -> Iterator[str]:
    for name, shape, form in side.annotations.structures:
        items = side.annotations.items(shape, form)
        yield from typed_dict(name, items, side.annotations.imports, read_only=form is Form.IN)


def _records(stub: ServiceStub) -> Iterator[str]:
    for name, record in stub.records:
        yield from typed_dict(name, stub.client_side.record_items(record), stub.shape_imports)


def _operations(stub: ServiceStub) -> Iterator[str]:
    written = set[str]()
    for side in stub.sides:
        for operation in side.operations:
            if operation.request not in written:
                yield from _request(operation, side.request_items(operation), stub)
            if operation.response not in written:
                yield from _responses(operation, side)
            written |= {operation.request, operation.response}


def _responses(operation: OperationStub, side: Side) -> Iterator[str]:
    imports = side.annotations.imports
    yield from typed_dict(operation.response, side.response_items(operation, asynchronous=False), imports)
    if operation.streams:
        answer = side.response_items(operation, asynchronous=True)
        yield from typed_dict(operation.async_response, answer, imports)


def _request(operation: OperationStub, items: list[Item], stub: ServiceStub) -> Iterator[str]:
    """What a call needs, and what a handler may meet: optional members once for both, a third less to check."""
    required = [item for item in items if item.required]
    optional = [item for item in items if not item.required]
    if not required:  # nothing is sure before validation, and nothing need be after it
        yield from typed_dict(operation.request, optional, stub.shape_imports)
        if operation.params:
            yield f"{operation.params}: {stub.shape_imports['TypeAlias']} = {operation.request}"
        return
    yield from typed_dict(operation.options, optional, stub.shape_imports)
    yield from typed_dict(operation.request, required, stub.shape_imports, base=operation.options)
    if operation.params:  # handlers meet what clients take
        unsure = [replace(item, required=False) for item in required]
        yield from typed_dict(operation.params, unsure, stub.shape_imports, base=operation.options)
