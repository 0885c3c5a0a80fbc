"""What the generated module of one service holds: every class with its name. Text is made of it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from osteon.exceptions import DataNotFoundError
from osteon.model.companions import Paginator, Waiter, read_paginators, read_waiters
from osteon.model.loader import Loader
from osteon.model.resource_members import SERVICE_RESOURCE, ResourceModel, resource_model
from osteon.model.resources import ResourcesModel, read_resources
from osteon.model.service import ServiceModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.naming import identifier, snake_case
from osteon.sharing import cached_property
from osteon.stubs.additions import NOTHING, Additions, Book, no_additions
from osteon.stubs.annotations import Annotations, Form, Reach
from osteon.stubs.names import SUPPORT, Imports, Names, is_name
from osteon.stubs.operations import OperationStub, Side


@dataclass(frozen=True, slots=True)
class Source:
    """A service as the generator is given it."""

    model: ServiceModel
    paginators: Mapping[str, Paginator]
    waiters: Mapping[str, Waiter]
    resources: ResourcesModel | None
    additions: Additions = NOTHING

    @classmethod
    def load(cls, loader: Loader, service: str, api_version: str | None = None, *, book: Book = no_additions) -> Source:
        """Raises UnknownServiceError and ModelError."""
        model = loader.service_model(service, api_version)
        try:
            resources = read_resources(loader, service)
        except DataNotFoundError:
            resources = None
        version = model.folder_version
        paginators, waiters = read_paginators(loader, service, version), read_waiters(loader, service, version)
        return cls(model, paginators.pagination, waiters.waiters, resources, book(model))


@dataclass(frozen=True, slots=True)
class PaginatorStub:
    operation: OperationStub
    name: str
    async_name: str
    item: str


@dataclass(frozen=True, slots=True)
class WaiterStub:
    #: what ``get_waiter`` takes
    waiter: str
    operation: OperationStub
    name: str
    async_name: str


@dataclass(frozen=True, slots=True)
class ResourceStub:
    model: ResourceModel
    name: str
    async_name: str

    @property
    def data(self) -> str:
        """What its two classes share."""
        return f"_{self.name}Data"


class ServiceStub:
    """Everything that is generated for a service, named."""

    def __init__(self, source: Source) -> None:
        model = self.model = source.model
        self.source, self.additions = source, source.additions
        self.module = module_name(model.service_name)
        #: of what it takes and gives, of the types of its events, and of its resources, where it has some
        self.shape_module, self.door_module, self.resource_module = part_names(self.module)
        self.prefix = model.class_name if is_name(model.class_name) else f"Service{model.class_name}"
        names = self.names = Names()
        prefix = self.prefix
        self.fixed = {part: names.claim(part.format(prefix)) for part in _FIXED}
        models = map(model.operation_model, model.operation_names)
        # Operations that send events need what HTTP/1.1 does not have; clients refuse them or do not have them.
        self.operations = [OperationStub.of(each, names) for each in models if each.event_stream_input is None]
        self.by_name = {stub.model.name: stub for stub in self.operations}
        self.errors = [(shape, names.claim(shape.name, f"{shape.name}Error")) for shape in model.error_shapes]
        self.resources = list(self._resources(source.resources))
        pages = [(name, rules) for name, rules in source.paginators.items() if name in self.by_name]
        self._page_names = [(name, rules, self._pair(name, "Paginator")) for name, rules in pages]
        waits = [(name, rules) for name, rules in source.waiters.items() if rules.operation in self.by_name]
        self._wait_names = [(name, rules, self._pair(identifier(name), "Waiter")) for name, rules in waits]
        self.records = [(names.claim(name), record) for name, record in self.additions.records.items()]
        self.client_side = self._seen_by_clients()
        self.resource_side = self._seen_by_resources()
        # Each module has imports of its own, under the same names but for the types, whose keys may hide others.
        modules, hidden = {**SUPPORT, **self.additions.imports}, names.taken | self._members
        self.imports, self.door_imports, self.resource_imports = (Imports(modules, hidden) for _ in range(3))
        self.shape_imports = Imports(modules, names.taken.union(modules.keys() & self._keys))
        for side in self.sides:
            side.annotations.use(self.shape_imports)

    @property
    def annotations(self) -> Annotations:
        """Of what clients take and give."""
        return self.client_side.annotations

    def _seen_by_clients(self) -> Side:
        exchanges = self.additions.shapes
        reach = Reach((stub.model for stub in self.operations), exchanges)
        return Side(self.operations, Annotations(reach, self.names, exchanges), self.additions)

    @property
    def sides(self) -> tuple[Side, ...]:
        """What clients see, and what resources see otherwise."""
        same = self.resource_side is self.client_side
        return (self.client_side,) if same else (self.client_side, self.resource_side)

    def _seen_by_resources(self) -> Side:
        """The operations of resources, where shapes are given and got there otherwise than on clients."""
        if not self.additions.resource_shapes:
            return self.client_side
        exchanges = {**self.additions.shapes, **self.additions.resource_shapes}
        called = [stub for stub in self.operations if stub.model.name in self._called_by_resources]
        reach = Reach((stub.model for stub in called), exchanges)
        annotations = Annotations(reach, self.names, exchanges, self.annotations)
        altered = [stub.of_resources(annotations, self.names) for stub in called]
        return Side(altered, annotations, self.additions)

    @cached_property
    def _called_by_resources(self) -> set[str]:
        parts = (chain(each.actions, each.collections, each.batch_actions) for each in self._resource_models)
        requests = (member.request for member in chain.from_iterable(parts))
        return {request.operation for request in requests if request is not None}

    @property
    def spellings(self) -> tuple[str, ...]:
        """The service as event names have it: its hyphenized id, and the name that clients are asked for by."""
        return tuple(dict.fromkeys((self.model.service_id.hyphenize(), self.model.service_name)))

    def _pair(self, name: str, suffix: str) -> tuple[str, str]:
        claim = self.names.claim
        return (claim(f"{name}{suffix}"), claim(f"Async{name}{suffix}"))

    def _resources(self, definitions: ResourcesModel | None) -> Iterator[ResourceStub]:
        if definitions is None:
            return
        for name in definitions.resources:
            local = self.names.claim(name, f"{name}Resource")
            yield ResourceStub(resource_model(name, definitions, self.model), local, self.names.claim(f"Async{local}"))

    @cached_property
    def service_resource(self) -> ResourceModel | None:
        definitions = self.source.resources
        return None if definitions is None else resource_model(SERVICE_RESOURCE, definitions, self.model)

    @property
    def _members(self) -> set[str]:
        """Names that methods and attributes of the generated classes have, where they may hide an import."""
        methods = {stub.method for stub in self.operations}
        return methods.union(*(resource_names(model) for model in self._resource_models))

    @property
    def _keys(self) -> set[str]:
        """The keys of all TypedDicts."""
        models = [stub.model for stub in self.operations]
        tops = [shape for model in models for shape in (model.input_shape, model.output_shape) if shape is not None]
        nested = [shape for side in self.sides for _, shape, _ in side.annotations.structures]
        return {"ResponseMetadata"}.union(*(shape.members for shape in (*tops, *nested)))

    @cached_property
    def _resource_models(self) -> list[ResourceModel]:
        models = [stub.model for stub in self.resources]
        return models if self.service_resource is None else [*models, self.service_resource]

    @cached_property
    def paginators(self) -> list[PaginatorStub]:
        rows = ((self.by_name[name], rules, names) for name, rules, names in self._page_names)
        return [PaginatorStub(operation, *names, self._item(operation, rules)) for operation, rules, names in rows]

    @cached_property
    def waiters(self) -> list[WaiterStub]:
        rows = ((snake_case(name), self.by_name[rules.operation], names) for name, rules, names in self._wait_names)
        return [WaiterStub(name, operation, *names) for name, operation, names in rows]

    def _item(self, stub: OperationStub, rules: Paginator) -> str:
        """The annotation of what is paged through: an item of the first result."""
        shape = follow(stub.model.output_shape, rules.result_keys[0]) if rules.result_keys else None
        if isinstance(shape, ListShape):
            return self.annotations.of(shape.member, Form.OUT)
        if isinstance(shape, MapShape):
            key, value = (self.annotations.of(part, Form.OUT) for part in (shape.key, shape.value))
            return f"tuple[{key}, {value}]"
        return self.shape_imports["Any"] if shape is None else self.annotations.of(shape, Form.OUT)

    #: what ``paginate`` and ``wait`` take besides the operation's own parameters
    PAGING = ("PaginationConfig",)
    WAITING = ("WaiterConfig", "on_attempt")

    def options(self, keys: tuple[str, ...]) -> list[tuple[str, str]]:
        """Pairs (key, annotation) of such options."""
        kinds = {"on_attempt": "OnAttempt"}
        optional = {"on_attempt": " | None"}
        return [(key, f"{self.imports[kinds.get(key, key)]}{optional.get(key, '')}") for key in keys]


_FIXED = (
    "{}Client", "Async{}Client", "{}Resource", "Async{}Resource", "{}Exceptions",
    "{}Events", "Async{}Events", "{}ProvideClientParams", "Async{}ProvideClientParams", "{}Operations",
    "{}Hooks", "Async{}Hooks", "{}OperationHooks", "Async{}OperationHooks", "{}SessionHooks", "Async{}SessionHooks",
)  # fmt: skip


def module_name(service: str) -> str:
    """The module of a service: ``bedrock_runtime``; ``lambda_``, since Python has that word for itself."""
    name = identifier(service, "_")
    return name if is_name(name) else f"{name}_" if name.isidentifier() else f"_{name}"


def part_names(module: str) -> list[str]:
    """The modules beside a service's own that are parts of it."""
    return [f"_{module}_{part}" for part in ("shapes", "events", "resources")]


def resource_names(model: ResourceModel) -> set[str]:
    """The members of a resource's class."""
    members = chain(model.actions, model.subresources, model.references, model.collections)
    named = {each.name for each in members} | {each.name for each in model.identifiers}
    named |= {each.name for each in model.waiters}
    return named | model.attributes.keys() | ({"load", "reload"} if model.load else set())


def follow(shape: Shape | None, path: str) -> Shape | None:
    """What a plain path (``A.B[].C``) leads to, lists for what it collects; None for any other expression."""
    for part in path.replace("[]", ".[]").split(".") if shape is not None else ():
        if part == "[]" or part == "@":
            continue
        if isinstance(shape, ListShape):
            shape = shape.member
        if not isinstance(shape, StructureShape):
            return None
        shape = shape.members.get(part)
    return shape
