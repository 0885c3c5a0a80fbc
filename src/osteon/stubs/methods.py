"""The methods that a service's additions give its classes, as lines of a generated file. Knows no service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from osteon.stubs.additions import Method
from osteon.stubs.annotations import Item
from osteon.stubs.layout import function
from osteon.stubs.names import WORD, is_name
from osteon.stubs.service import ServiceStub


class Methods:
    """Writes them for one way: ``""`` for classes that block, ``"Async"`` for the awaitable ones."""

    def __init__(self, stub: ServiceStub, way: str, docstrings: bool) -> None:
        self._stub, self._way, self._docstrings = stub, way, docstrings
        #: what there is one of for each way
        self._twins = {f"{stub.prefix}Client", f"{stub.prefix}Resource", *(each.name for each in stub.resources)}
        self._twins |= {name for name in stub.additions.imports if f"Async{name}" in stub.additions.imports}

    def lines(self, methods: Iterable[Method], name: Callable[[str], str]) -> Iterator[str]:
        """``name`` says how the module at hand has what that of the types calls so."""
        for method in methods:
            define = "async def" if self._way and not method.immediate else "def"
            doc = [f'"""{method.doc}"""'] if self._docstrings else []
            given = "".join(f", {text}" for text in self._parameters(method, name))
            signature = f"{define} {method.name}(self{given}) -> {self._spelt(method.gives, name)}"
            yield from function(signature, doc)

    def _parameters(self, method: Method, name: Callable[[str], str]) -> Iterator[str]:
        for key, kind in method.required.items():
            yield f"{key}: {self._spelt(kind, name)}"
        for key, kind in method.optional.items():
            yield f"{key}: {self._spelt(kind, name)} = ..."
        if method.operation is not None:
            yield from self._members(method, name)

    def _members(self, method: Method, name: Callable[[str], str]) -> Iterator[str]:
        """The operation's own, those that must be given first."""
        side = self._stub.resource_side
        items = side.request_items(side.by_name[method.operation or ""])
        asked = [item for item in items if item.key not in method.filled and is_name(item.key)]
        yield "*"
        yield from keywords(asked, lambda annotation: WORD.sub(lambda match: name(match.group()), annotation))

    def _spelt(self, annotation: str, name: Callable[[str], str]) -> str:
        def local(word: str) -> str:
            if self._way and word in self._twins:
                word = f"{self._way}{word}"
            return name(self._stub.shape_imports.local(word))

        return WORD.sub(lambda match: local(match.group()), annotation)


def keywords(items: Iterable[Item], spelt: Callable[[str], str]) -> Iterator[str]:
    """Members of an operation as parameters, those that must be given first."""
    for item in sorted(items, key=lambda item: not item.required):
        yield f"{item.key}: {spelt(item.annotation)}{'' if item.required else ' = ...'}"
