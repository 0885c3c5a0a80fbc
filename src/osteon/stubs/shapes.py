"""The text of a service's types: enums, structures, what operations take and give. No classes with methods.

A module of its own, since nothing in it needs the rest: mypy reads it, is done with it and lets its tree go before it
reads the events, the resources and the clients, which hold each other. In one module they took it 20 MiB more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from osteon.stubs.annotations import Form, Item
from osteon.stubs.layout import fits_class, literal_text, typed_dict
from osteon.stubs.names import WORD
from osteon.stubs.operations import OperationStub, Side
from osteon.stubs.service import ServiceStub


def shape_pyi(stub: ServiceStub) -> str:
    """The module, without its header."""
    writer = _Writer(stub)
    body = [*writer.enums(), *writer.structures(), *writer.records(), *writer.operations()]
    return "\n".join([*stub.shape_imports.lines(), *body, ""])


class _Writer:
    """Writes the types of a service, each before those that hold it."""

    def __init__(self, stub: ServiceStub) -> None:
        self._stub, self._imports = stub, stub.shape_imports
        #: types that have a second name by now
        self._aliased: set[str] = set()

    def enums(self) -> Iterator[str]:
        for name, values in self._stub.annotations.enums:
            yield f"{name}: {self._imports['TypeAlias']} = {literal_text(values, self._imports['Literal'])}"

    def structures(self) -> Iterator[str]:
        for side in self._stub.sides:
            for name, shape, form in side.annotations.structures:
                items = side.annotations.items(shape, form)
                yield from self._typed_dict(name, items, read_only=form is Form.IN)

    def records(self) -> Iterator[str]:
        for name, record in self._stub.records:
            yield from self._typed_dict(name, self._stub.client_side.record_items(record))

    def operations(self) -> Iterator[str]:
        written = set[str]()
        for side in self._stub.sides:
            for operation in side.operations:
                if operation.request not in written:
                    yield from self._request(operation, side.request_items(operation))
                if operation.response not in written:
                    yield from self._responses(operation, side)
                written |= {operation.request, operation.response}

    def _responses(self, operation: OperationStub, side: Side) -> Iterator[str]:
        yield from self._typed_dict(operation.response, side.response_items(operation, asynchronous=False))
        if operation.streams:
            yield from self._typed_dict(operation.async_response, side.response_items(operation, asynchronous=True))

    def _request(self, operation: OperationStub, items: list[Item]) -> Iterator[str]:
        """What a call needs, and what a handler may meet: optional members once for both, a third less to check."""
        required = [item for item in items if item.required]
        optional = [item for item in items if not item.required]
        if not required:  # nothing is sure before validation, and nothing need be after it
            yield from self._typed_dict(operation.request, optional)
            if operation.params:
                yield f"{operation.params}: {self._imports['TypeAlias']} = {operation.request}"
            return
        yield from self._typed_dict(operation.options, optional)
        yield from self._typed_dict(operation.request, required, base=operation.options)
        if operation.params:  # handlers meet what clients take
            unsure = [replace(item, required=False) for item in required]
            yield from self._typed_dict(operation.params, unsure, base=operation.options)

    def _typed_dict(
        self, name: str, items: list[Item], *, base: str | None = None, read_only: bool = False
    ) -> Iterator[str]:
        """A TypedDict; before it, second names for the types that its keys hide, their own among them."""
        hidden = _hidden(items) if fits_class(items) else set[str]()
        for word in sorted(hidden - self._aliased):
            yield f"{_second(word)}: {self._imports['TypeAlias']} = {word}"
        self._aliased |= hidden
        if hidden:
            items = [replace(item, annotation=_spelt(item.annotation, hidden)) for item in items]
        yield from typed_dict(name, items, self._imports, base=base, read_only=read_only)


def _hidden(items: list[Item]) -> set[str]:
    """The words of annotations that are keys, too.

    In ``Owner: Owner`` the second word is the outer one to mypy and pyright; ty, which knows the class by then, has
    a type that holds itself. In other keys' annotations it is the key to all of them.
    """
    keys = {item.key for item in items}
    return {word for item in items for word in WORD.findall(item.annotation) if word in keys}


def _second(word: str) -> str:
    return f"_{word.lstrip('_')}Type"


def _spelt(annotation: str, hidden: set[str]) -> str:
    return WORD.sub(lambda match: _second(match.group()) if match.group() in hidden else match.group(), annotation)
