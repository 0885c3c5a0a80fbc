"""What a service's classes have, take and give beyond its model, as records. Who fills them in knows the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from osteon.model.service import ServiceModel

#: name -> annotation. Annotations are texts over the names that stubs import (names.SUPPORT), those of
#: ``Additions.imports``, and the module's own; a client or resource is the one of the class that it stands in.
Annotated: TypeAlias = Mapping[str, str]
_NONE: Annotated = {}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A shape that is not given and got as the model has it; None: as the model has it."""

    given: str | None = None
    got: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A TypedDict more: keys with their annotations, and keys that are typed as members of operations' inputs."""

    required: Annotated = field(default_factory=lambda: _NONE)
    optional: Annotated = field(default_factory=lambda: _NONE)
    #: optional too; each is looked for in the operations, the first that has it
    members: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """A method more. What it gives is awaitable on async classes, unless it is ``immediate``."""

    name: str
    doc: str
    required: Annotated = field(default_factory=lambda: _NONE)
    optional: Annotated = field(default_factory=lambda: _NONE)
    gives: str = "None"
    immediate: bool = False
    #: takes the members of this operation's input, too, but for those that it fills in itself
    operation: str | None = None
    filled: tuple[str, ...] = ()

    def without(self, *names: str) -> Method:
        """The same where something else stands for some of its parameters."""
        return replace(self, required={name: kind for name, kind in self.required.items() if name not in names})


@dataclass(frozen=True, slots=True)
class Additions:
    """All that is said of one service."""

    #: name -> module, of what the annotations need beyond names.SUPPORT
    imports: Mapping[str, str] = field(default_factory=dict[str, str])
    #: shape name -> how it is given and got
    shapes: Mapping[str, Exchange] = field(default_factory=dict[str, Exchange])
    #: the same, in what resources take and give alone
    resource_shapes: Mapping[str, Exchange] = field(default_factory=dict[str, Exchange])
    #: operation -> member -> the name by which it may be given as well
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    #: members that need not be given, whatever the model says
    supplied: frozenset[str] = frozenset()
    records: Mapping[str, Record] = field(default_factory=dict[str, Record])
    client: tuple[Method, ...] = ()
    #: resource -> its methods; ``ServiceResource`` is the service's
    resources: Mapping[str, tuple[Method, ...]] = field(default_factory=dict[str, tuple[Method, ...]])


NOTHING = Additions()
#: Where a service's additions are asked for.
Book: TypeAlias = Callable[[ServiceModel], Additions]


def no_additions(model: ServiceModel) -> Additions:
    """The book of who knows no service."""
    return NOTHING
