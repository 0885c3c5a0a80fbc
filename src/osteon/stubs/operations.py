"""What operations take and give, as clients see it and as resources do. Names and annotations; no text of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from osteon.model.service import OperationModel
from osteon.model.shapes import StructureShape
from osteon.naming import identifier, method_name
from osteon.stubs.additions import Additions, Record
from osteon.stubs.annotations import OF_RESOURCES, Annotations, Form, Item
from osteon.stubs.names import Names


@dataclass(frozen=True, slots=True)
class OperationStub:
    """One operation: its method, and the names of what it takes and gives."""

    model: OperationModel
    method: str
    #: the optional members of what it takes, where there are others
    options: str
    request: str
    params: str
    response: str
    #: the same as ``response`` where nothing is streamed
    async_response: str

    @classmethod
    def of(cls, model: OperationModel, names: Names) -> OperationStub:
        name = identifier(model.name)
        return cls(
            model,
            method_name(model.name),
            names.claim(f"{name}RequestOptions", f"{name}OperationOptions"),
            names.claim(f"{name}Request", f"{name}OperationRequest"),
            names.claim(f"{name}Params", f"{name}OperationParams"),
            *_answers(model, f"{name}Response", f"{name}OperationResponse", names),
        )

    def of_resources(self, annotations: Annotations, names: Names) -> OperationStub:
        """The same with names of its own for what resources take or give otherwise than clients."""
        name, made = f"{OF_RESOURCES}{identifier(self.model.name)}", self
        if annotations.alters(self.model.input_shape):
            request = names.claim(f"{name}Request", f"{name}OperationRequest")
            options = names.claim(f"{name}RequestOptions", f"{name}OperationOptions")
            made = replace(made, request=request, options=options, params="")
        if annotations.alters(self.model.output_shape):
            answers = _answers(self.model, f"{name}Response", f"{name}OperationResponse", names)
            made = replace(made, response=answers[0], async_response=answers[1])
        return made

    @property
    def handled(self) -> str:
        """What says to a hook what its handlers meet and return."""
        return f"_{self.params}"

    @property
    def streams(self) -> bool:
        return self.response != self.async_response


def _answers(model: OperationModel, name: str, otherwise: str, names: Names) -> tuple[str, str]:
    """The names for what blocking and awaitable calls give."""
    streams = model.event_stream_output is not None or model.has_streaming_output
    response = names.claim(name, otherwise)
    return response, names.claim(f"Async{response}") if streams else response


class Side:
    """Operations as clients see them, or as resources do."""

    def __init__(self, operations: Iterable[OperationStub], annotations: Annotations, additions: Additions) -> None:
        self.operations = tuple(operations)
        self.by_name = {stub.model.name: stub for stub in self.operations}
        self.annotations = annotations
        self._additions = additions

    def request_items(self, stub: OperationStub) -> list[Item]:
        """What a call takes."""
        aliases = self._additions.aliases.get(stub.model.name, {})
        optional = self._additions.supplied.union(aliases)
        items = self.annotations.items(stub.model.input_shape, Form.IN)
        if not optional:
            return items
        also = [Item(aliases[item.key], item.annotation, False) for item in items if item.key in aliases]
        return [*(replace(item, required=item.required and item.key not in optional) for item in items), *also]

    def response_items(self, stub: OperationStub, *, asynchronous: bool) -> list[Item]:
        """What the operation gives; a streamed member is always there."""
        shape = stub.model.output_shape
        # A member of that name could not be seen: the answer's own metadata stands there.
        items = [item for item in self.annotations.items(shape, Form.OUT) if item.key != "ResponseMetadata"]
        if stub.streams and shape is not None:
            way = "Async" if asynchronous else ""
            items = [self._streamed(shape, item, way) for item in items]
        return [*items, Item("ResponseMetadata", self.annotations.imports["ResponseMetadata"], True)]

    def _streamed(self, shape: StructureShape, item: Item, way: str) -> Item:
        member, imports = shape.members[item.key], self.annotations.imports
        if isinstance(member, StructureShape) and member.eventstream:
            return Item(item.key, f"{imports[f'{way}EventStream']}[{item.annotation}]", True)
        if item.key == shape.payload and member.type == "blob":
            return Item(item.key, imports[f"{way}StreamingBody"], True)
        return item

    def record_items(self, record: Record) -> list[Item]:
        """The keys of a TypedDict that is no shape of the model."""
        spell = self.annotations.imports.spell
        items = [Item(key, spell(kind), True) for key, kind in record.required.items()]
        items += [Item(key, spell(kind), False) for key, kind in record.optional.items()]
        return [*items, *self._members(record)]

    def _members(self, record: Record) -> Iterator[Item]:
        inputs = [self.by_name[name].model.input_shape for name in record.operations if name in self.by_name]
        known = [shape.members for shape in inputs if shape is not None]
        for key in record.members:
            found = next((members[key] for members in known if key in members), None)
            if found is not None:  # an older model may not have it
                yield Item(key, self.annotations.of(found, Form.IN), False)
