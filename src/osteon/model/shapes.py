"""Shapes: the types of a service model, with every trait as a typed field. No file access, no wire formats."""

# No `from __future__ import annotations`: pydantic evaluates texts, anew for each subclass, 3 ms of every start.

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, cast

from pydantic import BaseModel, Field, PrivateAttr
from pydantic_core.core_schema import (
    CoreSchema,
    no_info_after_validator_function,
    wrap_serializer_function_ser_schema,
)

from osteon.sharing import cached_property

ShapeType: TypeAlias = Literal[
    "structure", "list", "map", "string", "blob", "boolean", "integer", "long", "float", "double", "timestamp"
]
Location: TypeAlias = Literal["header", "headers", "querystring", "uri", "statusCode"]
TimestampFormat: TypeAlias = Literal["iso8601", "rfc822", "unixTimestamp"]

V = TypeVar("V")


def _read_only(mapping: Mapping[str, V]) -> Mapping[str, V]:
    return MappingProxyType(dict(mapping))


def _as_dict(mapping: Mapping[str, Any], serialize: Callable[[Any], Any]) -> Any:
    return serialize(dict(mapping))


class _Frozen:
    """The mark of mappings that nobody can change. pydantic has marks for it, whose import takes 1 % of a start."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: Callable[[Any], CoreSchema]) -> CoreSchema:
        serialization = wrap_serializer_function_ser_schema(_as_dict)
        return no_info_after_validator_function(_read_only, handler(source), serialization=serialization)


def nothing() -> Mapping[str, Any]:
    """A read-only mapping of nothing: the default of mapping fields."""
    return MappingProxyType({})


def wire_key(name: str) -> str:
    """A field's key in model files: ``location_name`` is ``locationName``."""
    # Not pydantic's to_camel: its regular expressions take 3 ms of a start, for some 400 names.
    first, *rest = name.split("_")
    return first + "".join([part.capitalize() for part in rest])


#: A mapping nobody can change: frozen all the way down.
ReadOnly: TypeAlias = Annotated[Mapping[str, V], _Frozen]


class Description(
    BaseModel,
    frozen=True,
    extra="ignore",
    alias_generator=wire_key,
    defer_build=True,
    arbitrary_types_allowed=True,
    ignored_types=(cached_property,),
    protected_namespaces=(),
):
    """Base of everything read from a model file: frozen, unknown keys ignored, wire names in camelCase."""

    def bind(self, **private: Any) -> None:
        """Set private attributes: what ties a description to its service, known only once it is made."""
        for name, value in private.items():
            setattr(self, name, value)


class Identified(Description, frozen=True):
    """A description that compares and hashes by identity.

    Not by value: two services may both have a "String", mappings have no hash, and comparing recursive shapes would
    never end.
    """

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


class Trait(Description, frozen=True):
    """A small record inside a model. Reads by attribute, and by the file's own key as botocore's dicts do."""

    def __getitem__(self, key: str) -> Any:
        for name in self.model_fields_set:
            if wire_key(name) == key:
                return getattr(self, name)
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key: object) -> bool:
        return any(wire_key(name) == key for name in self.model_fields_set)

    def keys(self) -> list[str]:
        """The keys that the file gives."""
        return [wire_key(name) for name in type(self).model_fields if name in self.model_fields_set]

    def as_dict(self) -> dict[str, Any]:
        """What the file gives, by its own keys; a fresh dict."""
        return {wire_key(name): getattr(self, name) for name in self.model_fields_set}


class XmlNamespace(Trait, frozen=True):
    uri: str
    prefix: str | None = None


class ErrorTrait(Trait, frozen=True):
    """How an error shape looks on the wire."""

    code: str | None = None
    http_status_code: int | None = None
    sender_fault: bool = False
    fault: bool = False


class RetryableTrait(Trait, frozen=True):
    throttling: bool = False


class ContextParam(Trait, frozen=True):
    """Binds a member's value to a parameter of the endpoint rules."""

    name: str


class Traits(Description, frozen=True):
    """The traits that may stand on a shape and on a reference to it, where they override the shape's own."""

    documentation_text: str | None = Field(default=None, alias="documentation", repr=False)
    location: Location | None = None
    location_name: str | None = None
    query_name: str | None = None
    flattened: bool = False
    #: older files write the bare uri
    xml_namespace: XmlNamespace | str | None = None
    xml_attribute: bool = False
    streaming: bool = False
    requires_length: bool = False
    idempotency_token: bool = False
    jsonvalue: bool = False
    host_label: bool = False
    context_param: ContextParam | None = None
    timestamp_format: TimestampFormat | None = None
    box: bool = False
    sensitive: bool = False
    deprecated: bool = False
    deprecated_message: str | None = None
    deprecated_since: str | None = None
    eventpayload: bool = False
    eventheader: bool = False
    result_wrapper: str | None = None
    wrapper: bool = False
    endpointdiscoveryid: bool = False
    enum: tuple[str, ...] = ()


class ShapeRef(Traits, frozen=True):
    """A reference to a shape by name, with the traits it has in that place."""

    shape: str
    #: the member that is the body, where an older file says it in an operation's reference to its input or output
    payload: str | None = None


def private(description: Description) -> Mapping[str, Any]:
    """Where pydantic keeps private attributes. By its ``__getattr__``, each would take ten times as long to read."""
    return cast("Mapping[str, Any]", description.__pydantic_private__)


class Shape(Identified, Traits, frozen=True):
    """One type of a service, as seen from one place of use: its own traits, overridden by those of the reference.

    Compares and hashes by identity. ``members``, ``member``, ``key`` and ``value`` are found when first asked for.
    """

    type: ShapeType
    min: int | float | None = None
    max: int | float | None = None
    pattern: str | None = None
    document: bool = False

    _name: str = PrivateAttr()
    _resolver: "Resolver" = PrivateAttr()

    @property
    def name(self) -> str:
        """The shape's name in the model file."""
        return cast("str", private(self)["_name"])

    @property
    def _tie(self) -> "Resolver":
        return cast("Resolver", private(self)["_resolver"])

    @property
    def type_name(self) -> str:
        """botocore's name for ``type``."""
        return self.type

    @property
    def documentation(self) -> str:
        """HTML documentation of this use of the shape; read from the full model when the text is not at hand."""
        if self.documentation_text is not None:
            return self.documentation_text
        return self._tie.documentation("shapes", self.name)

    @property
    def is_document_type(self) -> bool:
        return self.document

    @property
    def is_tagged_union(self) -> bool:
        return False

    @property
    def serialization(self) -> dict[str, Any]:
        """The traits that matter on the wire, by botocore's keys; a fresh dict."""
        return self._by_wire_key(_SERIALIZATION)

    @property
    def metadata(self) -> dict[str, Any]:
        """The traits that do not change the wire format, by botocore's keys; a fresh dict."""
        return self._by_wire_key(_METADATA)

    def _by_wire_key(self, keys: Mapping[str, str]) -> dict[str, Any]:
        found = {keys[name]: getattr(self, name) for name in self.model_fields_set & keys.keys()}
        return {key: value.as_dict() if isinstance(value, Trait) else value for key, value in found.items()}

    def with_traits(self, ref: ShapeRef) -> "Shape":
        """This shape as seen through a reference."""
        overrides = {name: getattr(ref, name) for name in ref.model_fields_set if name != "shape"}
        if not overrides.keys() - {"documentation_text"}:
            return self
        # The children's tables go by the shape's name alone, so both see the same ones and recursion closes on itself.
        return self.model_copy(update=overrides)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({self.name})>"

    __str__ = __repr__


class StringShape(Shape, frozen=True):
    type: Literal["string"]


class ListShape(Shape, frozen=True):
    type: Literal["list"]
    member_ref: ShapeRef = Field(alias="member", repr=False)
    sparse: bool = False

    @property
    def member(self) -> Shape:
        return self._tie.children(self.name, self)["member"]


class MapShape(Shape, frozen=True):
    type: Literal["map"]
    key_ref: ShapeRef = Field(alias="key", repr=False)
    value_ref: ShapeRef = Field(alias="value", repr=False)
    sparse: bool = False

    @property
    def key(self) -> Shape:
        return self._tie.children(self.name, self)["key"]

    @property
    def value(self) -> Shape:
        return self._tie.children(self.name, self)["value"]


class StructureShape(Shape, frozen=True):
    type: Literal["structure"]
    member_refs: ReadOnly[ShapeRef] = Field(default_factory=nothing, alias="members", repr=False)
    required: tuple[str, ...] = ()
    payload: str | None = None
    xml_order: tuple[str, ...] = ()
    union: bool = False
    eventstream: bool = False
    event: bool = False
    exception: bool = False
    fault: bool = False
    synthetic: bool = False
    error: ErrorTrait | None = None
    retryable: RetryableTrait | None = None

    @property
    def members(self) -> Mapping[str, Shape]:
        """Member name to shape, in the file's order; read-only and the same object for every use of the shape."""
        return self._tie.children(self.name, self)

    def member_documentation(self, name: str) -> str:
        """HTML documentation of a member in this structure: its own, else that of its shape."""
        own = self._tie.documentation("shapes", self.name, "members", name)
        return own or self.members[name].documentation

    @property
    def required_members(self) -> tuple[str, ...]:
        return self.required

    @property
    def is_tagged_union(self) -> bool:
        return self.union

    @property
    def event_stream_name(self) -> str | None:
        """The member that is an event stream, if one is."""
        for name, member in self.members.items():
            if isinstance(member, StructureShape) and member.eventstream:
                return name
        return None

    @property
    def error_code(self) -> str:
        """The code of an error shape on the wire: the modeled one, else the shape's name."""
        return self.error.code if self.error is not None and self.error.code else self.name


class ScalarShape(Shape, frozen=True):
    type: Literal["blob", "boolean", "integer", "long", "float", "double", "timestamp"]


class Resolver:
    """What a shape needs from its service. One for each ServiceModel; keeps each table once per shape name."""

    __slots__ = ("_children", "_documentation", "_shape_for")

    def __init__(self, shape_for: Callable[[str], Shape], documentation: Callable[..., str]) -> None:
        self._shape_for = shape_for
        self._documentation = documentation
        self._children: dict[str, Mapping[str, Shape]] = {}

    def documentation(self, *path: str) -> str:
        return self._documentation(*path)

    def resolve(self, ref: ShapeRef) -> Shape:
        return self._shape_for(ref.shape).with_traits(ref)

    def children(self, name: str, shape: Shape) -> Mapping[str, Shape]:
        """The shapes inside a shape, by member name (``member``, ``key`` and ``value`` for lists and maps)."""
        held = self._children.get(name)
        if held is None:
            # setdefault: two threads may both resolve, but all see the same table afterwards
            held = self._children.setdefault(
                name, MappingProxyType({key: self.resolve(ref) for key, ref in _references(shape)})
            )
        return held


def _references(shape: Shape) -> Iterator[tuple[str, ShapeRef]]:
    if isinstance(shape, StructureShape):
        yield from shape.member_refs.items()
    elif isinstance(shape, ListShape):
        yield "member", shape.member_ref
    elif isinstance(shape, MapShape):
        yield "key", shape.key_ref
        yield "value", shape.value_ref


SHAPE_CLASSES: Mapping[str, type[Shape]] = MappingProxyType(
    {
        "structure": StructureShape, "list": ListShape, "map": MapShape, "string": StringShape,
        **dict.fromkeys(("blob", "boolean", "integer", "long", "float", "double", "timestamp"), ScalarShape),
    }
)  # fmt: skip

_SERIALIZATION: Mapping[str, str] = {
    "location": "location", "location_name": "name", "query_name": "queryName", "flattened": "flattened",
    "xml_namespace": "xmlNamespace", "xml_attribute": "xmlAttribute", "streaming": "streaming", "payload": "payload",
    "result_wrapper": "resultWrapper", "timestamp_format": "timestampFormat", "jsonvalue": "jsonvalue",
    "eventpayload": "eventpayload", "eventheader": "eventheader", "event": "event", "eventstream": "eventstream",
    "host_label": "hostLabel",
}  # fmt: skip
_METADATA: Mapping[str, str] = {
    "required": "required", "min": "min", "max": "max", "pattern": "pattern", "sensitive": "sensitive",
    "enum": "enum", "idempotency_token": "idempotencyToken", "error": "error", "exception": "exception",
    "endpointdiscoveryid": "endpointdiscoveryid", "retryable": "retryable", "document": "document", "union": "union",
    "context_param": "contextParam", "requires_length": "requiresLength",
}  # fmt: skip
