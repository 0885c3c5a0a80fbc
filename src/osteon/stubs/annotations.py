"""Shapes as Python annotations: what calls take, what they give, what users build. Text; classes stand elsewhere."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.stubs.additions import Exchange
from osteon.stubs.names import Imports, Names


class Form(Enum):
    """How a shape is seen: read-only by calls (``ShapeIn``), as results have it, or as users build it for calls."""

    IN = "in"
    OUT = "out"
    BUILD = "build"


@dataclass(frozen=True, slots=True)
class Item:
    """A key of a TypedDict."""

    key: str
    annotation: str
    required: bool


#: form -> scalar type -> name of the support file's type; what is not here is the same in every form
_GIVEN = {"blob": "Blob", "timestamp": "Timestamp", "float": "float", "double": "float"}
_GOT = {"blob": "bytes", "timestamp": "datetime", "float": "float", "double": "float"}
_SAME = {"string": "str", "boolean": "bool", "integer": "int", "long": "int"}
_SCALARS: Mapping[Form, Mapping[str, str]] = {
    Form.IN: {**_SAME, **_GIVEN},
    Form.BUILD: {**_SAME, **_GIVEN},
    Form.OUT: {**_SAME, **_GOT},
}
_LIST = {Form.IN: "Sequence", Form.OUT: "list", Form.BUILD: "list"}
_MAP = {Form.IN: "Mapping", Form.OUT: "dict", Form.BUILD: "dict"}


class Reach:
    """The structures and enums that calls take or give, by shape name, each after those inside it."""

    def __init__(self, operations: Iterable[OperationModel], exchanged: Container[str] = ()) -> None:
        """``exchanged``: shapes that are given and got otherwise, so that what is in them is of no interest."""
        self._exchanged = exchanged
        self.inputs: dict[str, StructureShape] = {}
        self.outputs: dict[str, StructureShape] = {}
        self.enums: dict[str, Shape] = {}
        taken, given = set[str](), set[str]()
        for operation in operations:
            self._follow(operation.input_shape, self.inputs, taken)
            self._follow(operation.output_shape, self.outputs, given)

    def _follow(self, top: StructureShape | None, met: dict[str, StructureShape], seen: set[str]) -> None:
        """Depth first, what is inside before what it is in: type checkers then need one pass where they'd need many."""
        ways = [iter(children(top))] if top is not None else []
        inside: list[StructureShape | None] = [None]
        while ways:
            shape = next(ways[-1], None)
            if shape is None:
                ways.pop()
                done = inside.pop()
                if done is not None:
                    met[done.name] = done
                continue
            if shape.name in self._exchanged:
                continue
            if shape.enum:
                self.enums.setdefault(shape.name, shape)
            if shape.type not in _NESTED or shape.name in seen or shape.document:
                continue
            seen.add(shape.name)
            ways.append(iter(children(shape)))
            inside.append(shape if isinstance(shape, StructureShape) else None)


_NESTED = frozenset({"structure", "list", "map"})


def children(shape: Shape) -> Iterator[Shape]:
    """The shapes in a shape; of an event stream, not the errors that end it, since those are raised."""
    if isinstance(shape, StructureShape):
        for member in shape.members.values():
            if not (shape.eventstream and isinstance(member, StructureShape) and member.exception):
                yield member
    elif isinstance(shape, ListShape):
        yield shape.member
    elif isinstance(shape, MapShape):
        yield from (shape.key, shape.value)


class Annotations:
    """The annotation of every shape of a service, in each form."""

    def __init__(
        self, reach: Reach, names: Names, exchanges: Mapping[str, Exchange], plain: Annotations | None = None
    ) -> None:
        """Claims the names of shapes and enums; ``names`` has those of all that goes before them.

        ``exchanges``: how shapes are given and got that are not as the model has them. Beside ``plain`` ones, only
        what holds such a shape has a name of its own.
        """
        self._reach, self._exchanges = reach, exchanges
        self._enums: dict[str, str]
        self._shapes: dict[str, str]
        self._inputs: dict[str, str]
        self._enums = {name: _claim(names, name) for name in reach.enums} if plain is None else plain._enums
        met = {**reach.outputs, **reach.inputs}
        if plain is not None:
            met = {name: shape for name, shape in met.items() if self.alters(shape)}
        prefix = "" if plain is None else OF_RESOURCES
        self._own = {name: _claim(names, f"{prefix}{name}") for name in met}
        inputs = {
            name: names.claim(f"{self._own[name]}In", f"{prefix}{name}ShapeIn") for name in met if name in reach.inputs
        }
        self._shapes = self._own if plain is None else {**plain._shapes, **self._own}
        self._inputs = inputs if plain is None else {**plain._inputs, **inputs}
        self._held: dict[tuple[Form, str], str] = {}
        self._open: set[str] = set()
        self.imports: Imports

    def use(self, imports: Imports) -> None:
        """Set what the annotations import from; known once all names are."""
        self.imports = imports

    @property
    def enums(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Pairs (name, values)."""
        for name, shape in self._reach.enums.items():
            yield self._enums[name], shape.enum

    @property
    def structures(self) -> Iterator[tuple[str, StructureShape, Form]]:
        """Triples (class name, structure, form) of every nested TypedDict."""
        for name, local in self._own.items():
            given = name not in self._reach.outputs
            shape = self._reach.inputs[name] if given else self._reach.outputs[name]
            yield local, shape, Form.BUILD if given else Form.OUT
            if name in self._inputs:
                yield self._inputs[name], shape, Form.IN

    def items(self, shape: StructureShape | None, form: Form) -> list[Item]:
        """The keys of a structure's TypedDict."""
        if shape is None:
            return []
        required = set(shape.required)
        return [
            Item(name, self.of(member, form), name in required and not member.idempotency_token)
            for name, member in shape.members.items()
            if not (shape.eventstream and isinstance(member, StructureShape) and member.exception)
        ]

    def alters(self, shape: Shape | None, within: tuple[str, ...] = ()) -> bool:
        """Whether a shape is, or holds, one that is given or got otherwise than the model has it."""
        if shape is None or shape.name in within:
            return False
        inside = (*within, shape.name)
        return shape.name in self._exchanges or any(self.alters(each, inside) for each in children(shape))

    def of(self, shape: Shape, form: Form) -> str:
        """The annotation of a shape."""
        exchange = self._exchanges.get(shape.name)
        spelt = None if exchange is None else exchange.got if form is Form.OUT else exchange.given
        return self._as_modeled(shape, form) if spelt is None else self.imports.spell(spelt)

    def _as_modeled(self, shape: Shape, form: Form) -> str:
        if shape.enum and shape.type == "string":
            return self._enums[shape.name]
        if shape.type == "structure" or shape.type == "list" or shape.type == "map":
            return self._nested(shape, form)
        if shape.jsonvalue:
            return self.imports["Any"]
        if form is Form.OUT and shape.type == "timestamp":
            return f"{self.imports['datetime']}"
        return self.imports[_SCALARS[form][shape.type]]

    def _nested(self, shape: Shape, form: Form) -> str:
        key = (form, shape.name)
        held = self._held.get(key)
        if held is None:
            if shape.name in self._open:  # a list of itself, with no structure between: no name to end it with
                return self.imports["Any"]
            self._open.add(shape.name)
            held = self._held[key] = self._spelt(shape, form)
            self._open.discard(shape.name)
        return held

    def _spelt(self, shape: Shape, form: Form) -> str:
        if isinstance(shape, ListShape):
            return f"{self.imports[_LIST[form]]}[{self.of(shape.member, form)}]"
        if isinstance(shape, MapShape):
            return f"{self.imports[_MAP[form]]}[{self.of(shape.key, form)}, {self.of(shape.value, form)}]"
        if isinstance(shape, StructureShape) and shape.document:
            return self.imports["Any" if form is Form.OUT else "Document"]
        return (self._inputs if form is Form.IN else self._shapes)[shape.name]

    def name_of(self, shape: StructureShape) -> str:
        """The class of a structure as results have it."""
        return self._shapes[shape.name]


#: what stands before the names of what only resources take and give
OF_RESOURCES = "Resource"


def _claim(names: Names, name: str) -> str:
    return names.claim(name, f"{name}Shape")
