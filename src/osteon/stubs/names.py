"""Which name each generated class bears, so that no two meet and none hides what the file imports. No text is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from types import MappingProxyType

from osteon.naming import identifier
from osteon.stubs.events import HANDLERS

WORD = re.compile(r"[A-Za-z_]\w*")

#: Everything a generated file may import: name -> module. Builtins, too, since a shape may be called ``str``.
SUPPORT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("bool", "bytes", "dict", "float", "int", "list", "property", "str", "type", "object"), "builtins"
        ),
        **dict.fromkeys(("Any", "ClassVar", "Generic", "Literal", "Never", "TypeAlias", "overload"), "typing"),
        **dict.fromkeys(
            ("AsyncIterator", "Iterable", "Iterator", "Mapping", "Sequence"), "collections.abc"
        ),
        "datetime": "datetime",
        **dict.fromkeys(
            ("NotRequired", "ReadOnly", "Required", "Self", "TypedDict", "TypeVar", "Unpack"), "typing_extensions"
        ),
        **dict.fromkeys(
            (
                "AsyncClient", "AsyncEventStream", "AsyncPageIterator", "AsyncPaginator", "AsyncStreamingBody",
                "AsyncWaiter", "Blob", "ClientExceptions", "ClientMeta", "Document", "EventStream",
                "OnAttempt", "PageIterator", "PaginationConfig", "Paginator", "Readable", "ResponseMetadata",
                "ServiceErrors", "StreamingBody", "SyncClient", "Timestamp", "Waiter", "WaiterConfig", "Writable",
            ),
            "osteon.clients",
        ),
        "ClientError": "osteon.exceptions",
        **dict.fromkeys(("Branch", "Emitter", "Hook", "Handler", *HANDLERS), "osteon.events"),
        **dict.fromkeys(
            (
                "AsyncCollection", "AsyncCollectionManager", "AsyncServiceResource", "Collection", "CollectionManager",
                "Resource", "ResourceMeta", "ServiceResource",
            ),
            "osteon.resources",
        ),
    }
)  # fmt: skip


@dataclass(slots=True)
class Names:
    """The names that are taken in one generated file."""

    taken: set[str] = field(default_factory=set[str])

    def claim(self, *candidates: str) -> str:
        """The first candidate that is free, as a public Python name; else the last one, numbered."""
        names = [_public(each) for each in candidates]
        for name in names:
            if self._free(name):
                break
        else:
            number = 2
            while not self._free(name := f"{names[-1]}{number}"):
                number += 1
        self.taken.add(name)
        return name

    def _free(self, name: str) -> bool:
        return is_name(name) and name not in self.taken


def _public(name: str) -> str:
    """Without what a class's name cannot hold, and without what would make it private: the user is to import it."""
    plain = identifier(name).lstrip("_")
    return plain if plain[:1].isalpha() else f"Shape{plain}"


def is_name(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)


class Imports:
    """What a file imports: under its own name, or with ``_`` before it where a class or member has that name."""

    def __init__(self, modules: Mapping[str, str], hidden: Iterable[str]) -> None:
        self._modules = modules
        self._hidden = frozenset(hidden)
        self._used: set[str] = set()

    def __getitem__(self, name: str) -> str:
        """The local name, to be imported from now on."""
        self._used.add(name)
        return self.local(name)

    def home(self, name: str) -> tuple[str, str] | None:
        """Module and name of what the file knows by a local name; None for what it does not import."""
        plain = name.removeprefix("_")
        return (self._modules[plain], plain) if plain in self._modules and self.local(plain) == name else None

    def taken_from(self, other: Imports, annotation: str) -> str:
        """An annotation of another module, as this one has what that one imports."""

        def here(word: str) -> str:
            home = other.home(word)
            return word if home is None else self[home[1]]

        return WORD.sub(lambda match: here(match.group()), annotation)

    def spell(self, annotation: str) -> str:
        """An annotation in plain names as the file has it; what is not to be imported is the file's own."""
        return WORD.sub(lambda match: self[name] if (name := match.group()) in self._modules else name, annotation)

    def local(self, name: str) -> str:
        """What the file calls it; what is not to be imported is the file's own."""
        return f"_{name}" if name in self._modules and name in self._hidden else name

    def lines(self) -> list[str]:
        by_module: dict[str, list[str]] = {}
        for name in sorted(self._used, key=str.casefold):
            module = self._modules[name]
            if name in self._hidden:
                by_module.setdefault(module, []).append(f"{name} as _{name}")
            elif module != "builtins":
                by_module.setdefault(module, []).append(name)
        return [f"from {module} import {', '.join(names)}" for module, names in sorted(by_module.items())]
