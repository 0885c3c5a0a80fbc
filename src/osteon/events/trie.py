"""Handlers by dotted name, as an immutable tree with cached lookups. Knows nothing of services, unique ids or calling.

The order of a lookup (boto3's extensibility guide): deeper names before shallower ones; on one depth a literal part
before ``*``, compared from the left; within one name first, middle and last, each in order of registration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple, TypeAlias

#: Any callable that takes ``**kwargs``; what it returns means what its event says.
Handler: TypeAlias = Callable[..., Any]

#: Distinct names whose lookups are kept. Programs that make up event names without end must not grow the memory.
KEPT_LOOKUPS = 4096


class Section(IntEnum):
    """Where among the handlers of one name a handler stands."""

    FIRST = 0
    MIDDLE = 1
    LAST = 2


class Kind(IntEnum):
    """How a handler is run."""

    PLAIN = 0
    #: a generator function: its effects are passed to the runner
    FLOW = 1
    #: an ``async def``
    ASYNC = 2


#: Whether a handler would do nothing with what its event tells of. before-parse, needs-retry: the response (None: no
#: answer came); before-sign: the request, and the name of its signature version.
Idle: TypeAlias = Callable[[Any], bool]


class Entry(NamedTuple):
    """A registered handler and how it is run, found out once when it was registered."""

    handler: Handler
    kind: Kind
    #: where osteon's own handlers say so, that an event need not be emitted for them alone
    idle: Idle | None = None


Entries: TypeAlias = tuple[Entry, ...]


class _Node(NamedTuple):
    children: dict[str, _Node]
    #: indexed by Section
    sections: tuple[Entries, Entries, Entries]

    @property
    def is_empty(self) -> bool:
        return not self.children and not any(self.sections)


_EMPTY = _Node({}, ((), (), ()))


class Trie:
    """Every change makes a new trie that shares what did not change, so a copy is the same object."""

    __slots__ = ("_found", "_root")

    def __init__(self, root: _Node = _EMPTY) -> None:
        self._root = root
        self._found: dict[str, Entries] = {}

    def find(self, event_name: str) -> Entries:
        """Who hears ``event_name``, in the order of calling."""
        found = self._found.get(event_name)
        return self._search(event_name) if found is None else found

    def _search(self, event_name: str) -> Entries:
        level = [self._root]
        levels: list[tuple[Entries, Entries, Entries]] = []
        for part in event_name.split("."):
            # A part of an emitted name may itself be "*": one node then, not two.
            parts = (part, "*") if part != "*" else ("*",)
            level = [node.children[key] for node in level for key in parts if key in node.children]
            if not level:
                break
            levels[:0] = [node.sections for node in level]
        found = tuple(entry for sections in levels for section in sections for entry in section)
        if len(self._found) >= KEPT_LOOKUPS:
            self._found.clear()
        self._found[event_name] = found
        return found

    def may_hear(self, first_part: str) -> bool:
        """Whether any name under ``first_part`` could have a handler."""
        return first_part in self._root.children or "*" in self._root.children

    def add(self, event_name: str, entry: Entry, section: Section = Section.MIDDLE) -> Trie:
        """A trie in which ``entry`` is the last of its section of that name."""
        return self._replaced(event_name, section, (*self._node(event_name).sections[section], entry))

    def remove(self, event_name: str, handler: Handler) -> Trie:
        """A trie without the first registration of ``handler`` under exactly that name; itself where there is none."""
        for section, entries in zip(Section, self._node(event_name).sections, strict=True):
            for at, entry in enumerate(entries):
                if entry.handler == handler:
                    return self._replaced(event_name, section, entries[:at] + entries[at + 1 :])
        return self

    def merge(self, later: Trie) -> Trie:
        """Both together: within each section of a name the handlers of this trie stand before those of ``later``."""
        if self._root.is_empty:
            return later
        return self if later._root.is_empty else Trie(_merged(self._root, later._root))

    def names(self) -> Iterator[str]:
        """The names that hold handlers, each once."""
        waiting: list[tuple[tuple[str, ...], _Node]] = [((), self._root)]
        while waiting:
            path, node = waiting.pop()
            if any(node.sections):
                yield ".".join(path)
            waiting.extend(((*path, part), child) for part, child in reversed(node.children.items()))

    def _node(self, event_name: str) -> _Node:
        node = self._root
        for part in event_name.split("."):
            node = node.children.get(part, _EMPTY)
        return node

    def _replaced(self, event_name: str, section: Section, entries: Entries) -> Trie:
        parts = event_name.split(".")
        path = [self._root]
        for part in parts:
            path.append(path[-1].children.get(part, _EMPTY))
        sections = list(path[-1].sections)
        sections[section] = entries
        first, middle, last = sections
        node = _Node(path.pop().children, (first, middle, last))
        for part, parent in zip(reversed(parts), reversed(path), strict=True):
            children = {**parent.children, part: node}
            if node.is_empty:
                del children[part]
            node = _Node(children, parent.sections)
        return Trie(node)


def _merged(earlier: _Node, later: _Node) -> _Node:
    children = dict(earlier.children)
    for part, child in later.children.items():
        held = children.get(part)
        # As deep as the names that both tries share, and one of them is osteon's own with names of few parts.
        children[part] = child if held is None else _merged(held, child)
    (first, middle, last), (then_first, then_middle, then_last) = earlier.sections, later.sections
    return _Node(children, (first + then_first, middle + then_middle, last + then_last))
