"""Resource classes of a generated module: identifiers, attributes, actions, collections, waiters. Text only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from osteon.model.resource_members import ActionMember, ResourceModel
from osteon.model.resources import Parameter
from osteon.model.shapes import Shape, StructureShape
from osteon.naming import snake_case
from osteon.stubs.annotations import Form, Item
from osteon.stubs.layout import docstring, function, klass, prop
from osteon.stubs.methods import Methods, keywords
from osteon.stubs.names import WORD, is_name
from osteon.stubs.operations import OperationStub
from osteon.stubs.service import ResourceStub, ServiceStub, follow, resource_names


def resource_pyi(stub: ServiceStub, *, docstrings: bool) -> str:
    """The module of a service's resources, without its header; apart, so that it is read only where they are used."""
    lines = list(_lines(stub, docstrings))
    return "\n".join([*stub.resource_imports.lines(), f"from . import {stub.module} as _service", *lines, ""])


def resource_class_names(stub: ServiceStub) -> list[str]:
    """What the service's own module has of it."""
    names = [name for each in stub.resources for name in (each.name, each.async_name)]
    if stub.service_resource is not None:
        names += [f"{stub.prefix}Resource", f"Async{stub.prefix}Resource"]
    return sorted([*names, *(name for name, _ in collection_names(stub))])


def _lines(stub: ServiceStub, docstrings: bool) -> Iterator[str]:
    """Every resource of the service, for clients that block and for those that do not."""
    if stub.service_resource is None:
        return
    data = _Writer(stub, "", docstrings)
    for resource in stub.resources:
        yield from data.data(resource)
    yield from data.aliases()
    for way in ("", "Async"):
        writer = _Writer(stub, way, docstrings)
        for resource in stub.resources:
            name = resource.async_name if way else resource.name
            yield from writer.resource(name, resource.model)
        yield from writer.resource(f"{way}{stub.prefix}Resource", stub.service_resource)
        yield from writer.aliases()


def collection_names(stub: ServiceStub) -> Iterator[tuple[str, str]]:
    """Pairs (class name, way) of all collections and their managers."""
    if stub.service_resource is None:
        return
    for way in ("", "Async"):
        owners = [(each.async_name if way else each.name, each.model) for each in stub.resources]
        for owner, model in [*owners, (f"{way}{stub.prefix}Resource", stub.service_resource)]:
            names = [collection_name(owner, member) for member in model.collections]
            yield from ((f"{name}{ending}", way) for name in names for ending in ("", "Manager"))


def collection_name(owner: str, member: ActionMember) -> str:
    return f"{owner}{member.name.title().replace('_', '')}Collection"


class _Writer:
    """Writes the resources of one way: ``""`` for those that block, ``"Async"`` for the awaitable ones."""

    def __init__(self, stub: ServiceStub, way: str, docstrings: bool) -> None:
        self._stub, self._way, self._docstrings = stub, way, docstrings
        self._imports, self._side = stub.resource_imports, stub.resource_side
        self._here = frozenset(resource_class_names(stub))
        self._methods = Methods(stub, way, docstrings)
        self._classes: dict[str, ResourceStub] = {each.model.name: each for each in stub.resources}
        self._define = "async def" if way else "def"
        #: module-level names that a class's member of that name hides, and that stand in for them
        self._aliased: set[str] = set()
        self._hidden: frozenset[str] = frozenset()

    def aliases(self) -> Iterator[str]:
        yield from (f"_{name} = {name}" for name in sorted(self._aliased))

    def data(self, resource: ResourceStub) -> Iterator[str]:
        """What is known of a resource, which is the same for both ways: its identifiers and attributes."""
        model = resource.model
        shape = self._stub.model.shape_for(model.shape) if model.shape is not None else None
        named = self._identifiers(model)
        members = model.get_attributes(shape) if isinstance(shape, StructureShape) else {}
        self._hidden = frozenset({*named, *members})
        named |= {name: f"{self._seen(member)} | None" for name, (_, member) in members.items()}
        body = [line for name, kind in named.items() for line in prop(name, kind, self._imports)]
        yield from klass(resource.data, "", body)

    def resource(self, name: str, model: ResourceModel) -> Iterator[str]:
        self._hidden = frozenset(resource_names(model))
        collections = list(self._collections(name, model))
        added = self._stub.additions.resources.get(model.name, ())
        replaced = {method.name for method in added}
        body = [
            *self._constructor(model),
            *(line for each in model.subresources for line in self._subresource(model, each)),
            *(line for each in model.references for line in self._reference(each)),
            *(line for each in model.actions if each.name not in replaced for line in self._action(each)),
            *self._loads(model),
            *self._methods.lines(added, self._word),
            *(line for each in model.waiters for line in self._waiter(each.name, each.waiter_name, each.params)),
            *(line for member, _, manager in collections for line in prop(member, manager, self._imports)),
        ]
        for _, lines, _ in collections:
            yield from lines
        known, base = self._classes.get(model.name), self._imports[f"{self._way}ServiceResource"]
        yield from klass(name, base if known is None else f"{known.data}, {base}", body)

    def _constructor(self, model: ResourceModel) -> list[str]:
        given = "".join(f", {name}: {kind}" for name, kind in self._identifiers(model).items())
        client = self._name(f"{self._way}{self._stub.prefix}Client")
        lines = [f"def __init__(self{given}, *, client: {client} = ...) -> None: ..."]
        if self._side is self._stub.client_side:  # else the resources' client speaks as they do, and not as its class
            lines.append(f"meta: {self._imports['ResourceMeta']}[{client}]")
        return [*lines, f"def get_available_subresources(self) -> {self._list(self._imports['str'])}: ..."]

    def _subresource(self, parent: ResourceModel, member: ActionMember) -> list[str]:
        """A method that takes what identifies the resource beyond what its parent knows."""
        kind = self._class(member)
        assert member.resource is not None
        kinds, text = self._kinds(member.resource.type), self._imports["str"]
        asked = [each.target for each in member.resource.identifiers if each.source == "input"]
        # IAM calls one by another name than the resource it leads to.
        given = "".join(f", {snake_case(target)}: {kinds.get(target, text)}" for target in asked)
        return [f"def {member.name}(self{given}) -> {kind}: ..."]

    def _reference(self, member: ActionMember) -> list[str]:
        kind = self._class(member)
        return prop(member.name, f"{self._list(kind)} | None" if _several(member) else f"{kind} | None", self._imports)

    def _action(self, member: ActionMember) -> list[str]:
        operation = self._operation(member)
        if operation is None or not is_name(member.name):
            return []
        doc = docstring(operation.model.documentation) if self._docstrings else []
        params = member.request.params if member.request is not None else ()
        signature = f"{self._define} {member.name}(self{self._keywords(operation, params)}) -> "
        return function(signature + self._answer(member, operation), doc)

    def _loads(self, model: ResourceModel) -> list[str]:
        if model.load is None:
            return []
        return [f"{self._define} {name}(self) -> None: ..." for name in ("load", "reload")]

    def _waiter(self, name: str, waiter: str, params: Sequence[Parameter]) -> list[str]:
        rules = self._stub.source.waiters.get(waiter)
        operation = self._side.by_name.get(rules.operation) if rules is not None else None
        config = f"WaiterConfig: {self._imports['WaiterConfig']} = ..."
        keywords = self._keywords(operation, params, config) if operation is not None else f", *, {config}"
        return [f"{self._define} {name}(self{keywords}) -> None: ..."]

    # --- collections

    def _collections(self, owner: str, model: ResourceModel) -> Iterator[tuple[str, list[str], str]]:
        """Triples (member, lines of its classes, name of its manager's class)."""
        for member in model.collections:
            assert member.resource is not None
            base = collection_name(owner, member)
            yield member.name, list(self._collection(base, member)), f"{base}Manager"

    def _collection(self, name: str, member: ActionMember) -> Iterator[str]:
        imports, held = self._imports, self._hidden
        assert member.resource is not None
        resource = self._classes[member.resource.type]
        self._hidden = frozenset(each.name for each in resource.model.batch_actions) | _COLLECTION_MEMBERS
        kind = self._class(member)
        operation = self._operation(member)
        params = member.request.params if member.request is not None else ()
        keywords = self._keywords(operation, params) if operation is not None else ""
        batch = [line for each in resource.model.batch_actions for line in self._batch(each)]
        filtering = f"def filter(self{keywords}) -> "
        collection = f"{imports[f'{self._way}Collection']}"
        filter_ = f"{filtering}{imports['Self']}: ..."
        yield from klass(name, f"{collection}[{kind}]", [filter_, *batch])
        manager = f"{imports[f'{self._way}CollectionManager']}[{name}, {kind}]"
        yield from klass(f"{name}Manager", manager, [f"{filtering}{name}: ...", *batch])
        self._hidden = held

    def _batch(self, member: ActionMember) -> list[str]:
        operation = self._operation(member)
        if operation is None:
            return []
        params = member.request.params if member.request is not None else ()
        keywords = self._keywords(operation, params)
        answer = operation.async_response if self._way else operation.response
        return [f"{self._define} {member.name}(self{keywords}) -> {self._list(self._name(answer))}: ..."]

    # --- types

    def _identifiers(self, model: ResourceModel) -> dict[str, str]:
        """What tells a resource apart, with its annotations, in the definition's order."""
        kinds = self._kinds(model.name).values()
        return dict(zip((each.name for each in model.identifiers), kinds, strict=True))

    def _kinds(self, resource: str) -> dict[str, str]:
        """The annotations of a resource's identifiers, by their names in its definition."""
        definitions = self._stub.source.resources
        known = None if definitions is None else definitions.resources.get(resource)
        identifiers = () if known is None else known.identifiers
        return {each.name: self._imports[_IDENTIFIERS.get(each.type or "", "str")] for each in identifiers}

    def _operation(self, member: ActionMember) -> OperationStub | None:
        return self._side.by_name.get(member.request.operation) if member.request is not None else None

    def _keywords(self, operation: OperationStub, params: Sequence[Parameter], *first: str) -> str:
        """What the caller gives after ``first``: the operation's members without those the resource fills."""
        filled = {each.target for each in params}
        begun = {target.partition(".")[0].partition("[")[0] for target in filled}
        items = self._side.request_items(operation)
        asked = [item for item in items if item.key not in filled]
        whole = _whole(operation, items, asked, begun)
        if whole is not None:
            texts = [*first, f"**kwargs: {self._imports['Unpack']}[{self._name(whole)}]"]
            return "".join(f", {text}" for text in (*("*" for _ in first), *texts))
        asked = [Item(i.key, i.annotation, i.required and i.key not in begun) for i in asked if is_name(i.key)]
        texts = [*first, *keywords(asked, self._spelt)]
        return "".join(f", {text}" for text in ("*", *texts)) if texts else ""

    def _answer(self, member: ActionMember, operation: OperationStub) -> str:
        if member.resource is not None:
            kind = self._class(member)
            return self._list(kind) if _several(member) else kind
        if member.path is None or member.path == "@":
            return self._name(operation.async_response if self._way else operation.response)
        shape = follow(operation.model.output_shape, member.path)
        return self._imports["Any"] if shape is None else f"{self._seen(shape)} | None"

    def _seen(self, shape: Shape) -> str:
        return self._spelt(self._side.annotations.of(shape, Form.OUT))

    def _class(self, member: ActionMember) -> str:
        assert member.resource is not None
        resource = self._classes[member.resource.type]
        return self._name(resource.async_name if self._way else resource.name)

    def _list(self, kind: str) -> str:
        return f"{self._imports['list']}[{kind}]"

    def _name(self, name: str) -> str:
        """A generated class: the other module's, or this one's by its alias where a member at hand has its name."""
        if name not in self._here:
            return f"_service.{name}"
        if name not in self._hidden:
            return name
        self._aliased.add(name)
        return f"_{name}"

    def _word(self, word: str) -> str:
        """A word of an annotation as the other module has it."""
        home = self._stub.shape_imports.home(word)
        if home is not None:
            return self._imports[home[1]]
        return self._name(word) if word in self._here or word in self._stub.names.taken else word

    def _spelt(self, annotation: str) -> str:
        return WORD.sub(lambda match: self._word(match.group()), annotation)


def _whole(operation: OperationStub, items: list[Item], asked: list[Item], begun: set[str]) -> str | None:
    """The TypedDict that has just the asked ones of an operation's members; None where there is none."""
    required = {item.key for item in items if item.required}
    if len(asked) == len(items) and required.isdisjoint(begun):
        return operation.request
    left = {item.key for item in asked}
    is_optional_part = required and left == {item.key for item in items if not item.required}
    return operation.options if left and is_optional_part else None


#: what the definition of an identifier may say of it -> what it is; all others are texts
_IDENTIFIERS = {"integer": "int", "long": "int"}
_COLLECTION_MEMBERS = frozenset({"all", "filter", "limit", "page_size", "pages", "of"})


def _several(member: ActionMember) -> bool:
    """Whether what comes is a list: where an identifier is one."""
    return member.resource is not None and any("[" in (each.path or "") for each in member.resource.identifiers)
