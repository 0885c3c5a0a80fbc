"""ServiceModel and OperationModel: what a service can do, as handlers and the rest of osteon see it. No file access."""

# No `from __future__ import annotations`: pydantic evaluates texts, anew for each subclass, 3 ms of every start.

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, cast

from pydantic import Field, PrivateAttr

from osteon.exceptions import (
    MissingServiceIdError,
    ModelError,
    NoShapeFoundError,
    OperationNotFoundError,
    UndefinedModelAttributeError,
    UnsupportedServiceProtocolsError,
)
from osteon.model.class_names import NAMED_FOR_PEOPLE
from osteon.model.definitions import Definitions, PackedDefinitions, Provenance, definitions_from_dict, pack
from osteon.model.files import read_object
from osteon.model.reading import parse
from osteon.model.shapes import (
    SHAPE_CLASSES,
    Identified,
    ReadOnly,
    Resolver,
    Shape,
    ShapeRef,
    StructureShape,
    nothing,
    private,
)
from osteon.model.traits import (
    ClientContextParam,
    EndpointDiscovery,
    EndpointTrait,
    Http,
    HttpChecksum,
    Metadata,
    OperationContextParam,
    RequestCompression,
    ServiceId,
    StaticContextParam,
)
from osteon.naming import did_you_mean, identifier
from osteon.regex import later
from osteon.sharing import cached_property

#: Wire protocols osteon speaks, in the order in which one is chosen where a model names several (botocore's order).
PROTOCOLS = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")

#: What ``signatureVersion`` and ``auth`` say where requests are signed with AWS credentials.
AWS_SIGNATURES = frozenset(
    {"aws.auth#sigv4", "aws.auth#sigv4a", "v2", "v3", "v3https", "v4", "v4a", "s3", "s3v4", "v4-unsigned-body"}
)

_VENDOR = later(r"Amazon|AWS")


class OperationModel(Identified, frozen=True):
    """One operation. Compares and hashes by identity; its input and output shapes are found when first asked for."""

    #: the name on the wire: the definition's own, which need not be its key
    wire_name: str = Field(alias="name")
    http: Http = Field(default_factory=Http.model_construct)
    input: ShapeRef | None = Field(default=None, repr=False)
    output: ShapeRef | None = Field(default=None, repr=False)
    errors: tuple[ShapeRef, ...] = Field(default=(), repr=False)
    documentation_text: str | None = Field(default=None, alias="documentation", repr=False)
    documentation_url: str | None = Field(default=None, repr=False)
    auth: tuple[str, ...] | None = None
    authtype: str | None = None
    unsigned_payload: bool = False
    endpoint: EndpointTrait | None = None
    endpointdiscovery: EndpointDiscovery | None = None
    endpointoperation: bool = False
    http_checksum: HttpChecksum | None = None
    http_checksum_required: bool = False
    requestcompression: RequestCompression | None = None
    static_context_params: ReadOnly[StaticContextParam] = Field(default_factory=nothing)
    operation_context_params: ReadOnly[OperationContextParam] = Field(default_factory=nothing)
    idempotent: bool = False
    readonly: bool = False
    deprecated: bool = False
    deprecated_message: str | None = None
    deprecated_since: str | None = None

    _service_model: "ServiceModel" = PrivateAttr()
    _key: str = PrivateAttr()

    def __repr__(self) -> str:
        return f"OperationModel(name={self.name})"

    __str__ = __repr__

    @property
    def service_model(self) -> "ServiceModel":
        return cast("ServiceModel", private(self)["_service_model"])

    @property
    def name(self) -> str:
        """The key of the definition: what clients, events and errors call the operation."""
        return self._name

    @cached_property
    def _name(self) -> str:
        # Calls ask for it often, and pydantic's private attributes take over a microsecond to read.
        return self._key

    @property
    def documentation(self) -> str:
        """HTML; read from the full model when the text is not at hand."""
        if self.documentation_text is not None:
            return self.documentation_text
        return self.service_model.definitions.documentation("operations", self._key)

    @cached_property
    def input_shape(self) -> StructureShape | None:
        return self.service_model.structure(self.input) if self.input is not None else None

    @cached_property
    def output_shape(self) -> StructureShape | None:
        return self.service_model.structure(self.output) if self.output is not None else None

    # Properties over cached ones, for type checkers: a cached_property could be set, and so satisfies no Protocol.

    @property
    def error_shapes(self) -> tuple[StructureShape, ...]:
        return self._error_shapes

    @cached_property
    def _error_shapes(self) -> tuple[StructureShape, ...]:
        return tuple(self.service_model.structure(ref) for ref in self.errors)

    @cached_property
    def idempotent_members(self) -> tuple[str, ...]:
        """Input members that are filled with a fresh token where the caller gives none."""
        return tuple(name for name, member in self._input_members if member.idempotency_token)

    @property
    def static_context_parameters(self) -> Mapping[str, StaticContextParam]:
        return self.static_context_params

    @property
    def operation_context_parameters(self) -> Mapping[str, OperationContextParam]:
        return self.operation_context_params

    @property
    def context_parameters(self) -> tuple[tuple[str, str], ...]:
        """Pairs (endpoint parameter, input member)."""
        return self._context_parameters

    @cached_property
    def _context_parameters(self) -> tuple[tuple[str, str], ...]:
        return tuple((m.context_param.name, name) for name, m in self._input_members if m.context_param is not None)

    @property
    def metadata(self) -> Metadata:
        """The service's metadata, which ported handlers read here, too."""
        return self.service_model.metadata

    @property
    def auth_type(self) -> str | None:
        return self.authtype

    @property
    def endpoint_discovery(self) -> EndpointDiscovery | None:
        return self.endpointdiscovery

    @property
    def is_endpoint_discovery_operation(self) -> bool:
        return self.endpointoperation

    @property
    def request_compression(self) -> RequestCompression | None:
        return self.requestcompression

    @cached_property
    def event_stream_input(self) -> StructureShape | None:
        return _event_stream(self.input_shape)

    @cached_property
    def event_stream_output(self) -> StructureShape | None:
        return _event_stream(self.output_shape)

    @property
    def has_event_stream_input(self) -> bool:
        return self.event_stream_input is not None

    @property
    def has_event_stream_output(self) -> bool:
        return self.event_stream_output is not None

    def get_event_stream_input(self) -> StructureShape | None:
        return self.event_stream_input

    def get_event_stream_output(self) -> StructureShape | None:
        return self.event_stream_output

    @cached_property
    def streaming_input(self) -> Shape | None:
        """The input member that is a streamed body."""
        return _streaming_body(self.input_shape)

    @cached_property
    def streaming_output(self) -> Shape | None:
        return _streaming_body(self.output_shape)

    @property
    def has_streaming_input(self) -> bool:
        return self.streaming_input is not None

    @property
    def has_streaming_output(self) -> bool:
        return self.streaming_output is not None

    def get_streaming_input(self) -> Shape | None:
        return self.streaming_input

    def get_streaming_output(self) -> Shape | None:
        return self.streaming_output

    @property
    def _input_members(self) -> Iterable[tuple[str, Shape]]:
        return self.input_shape.members.items() if self.input_shape is not None else ()


def _event_stream(shape: StructureShape | None) -> StructureShape | None:
    if shape is None or shape.event_stream_name is None:
        return None
    stream = shape.members[shape.event_stream_name]
    return stream if isinstance(stream, StructureShape) else None


def _streaming_body(shape: StructureShape | None) -> Shape | None:
    if shape is None or shape.payload is None:
        return None
    payload = shape.members.get(shape.payload)
    return payload if payload is not None and payload.type == "blob" else None


class ServiceModel(Identified, frozen=True):
    """One service: its metadata, and its operations and shapes made when asked for and kept. Identity is equality."""

    metadata: Metadata
    client_context_params: ReadOnly[ClientContextParam] = Field(default_factory=nothing)
    version: str | None = None

    _definitions: Definitions = PrivateAttr()
    _resolver: Resolver = PrivateAttr()
    _shapes: dict[str, Shape] = PrivateAttr()
    _operations: dict[str, OperationModel] = PrivateAttr()
    _kept: dict[Any, Any] = PrivateAttr()

    def __repr__(self) -> str:
        return f"ServiceModel({self.service_name})"

    __str__ = __repr__

    @classmethod
    def from_definitions(cls, definitions: Definitions) -> "ServiceModel":
        """A model over raw JSON parts. Raises ModelError where the metadata is not usable."""
        model = parse(cls, definitions.top(), definitions.origin, "")
        resolver = Resolver(model.shape_for, definitions.documentation)
        model.bind(_definitions=definitions, _resolver=resolver, _shapes={}, _operations={}, _kept={})
        return model

    @classmethod
    def from_dict(cls, model: Mapping[str, Any], *, service_name: str = "") -> "ServiceModel":
        """A model from what a service-2 file holds. Later changes to the dict do not reach it. Raises ModelError."""
        return cls.from_definitions(definitions_from_dict(model, service_name))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, service_name: str = "") -> "ServiceModel":
        """A model from a service-2 file (``.json`` or ``.json.gz``) that may lie anywhere.

        Raises DataNotFoundError where there is no such file, and ModelError where it is no service model.
        """
        origin = os.fspath(path)
        packed = pack(read_object(origin), origin)
        return cls.from_definitions(
            PackedDefinitions(packed, Provenance(origin, service_name), lambda: read_object(origin))
        )

    @property
    def definitions(self) -> Definitions:
        """The raw JSON this model reads from."""
        return cast("Definitions", private(self)["_definitions"])

    @property
    def origin(self) -> str:
        return self.definitions.origin

    @property
    def kept(self) -> dict[Any, Any]:
        """What other rooms make of this model once, by keys of their own. It goes when the model goes."""
        # No cached property: threads that ask for the first time at once must see one dict.
        return self._kept

    # --- operations and shapes

    @property
    def operation_names(self) -> tuple[str, ...]:
        return self.definitions.operation_names()

    @property
    def shape_names(self) -> tuple[str, ...]:
        return self.definitions.shape_names()

    def operation_model(self, operation_name: str) -> OperationModel:
        """Raises OperationNotFoundError, with close names."""
        held: OperationModel | None = private(self)["_operations"].get(operation_name)
        return held if held is not None else self._make_operation(operation_name)

    def _make_operation(self, name: str) -> OperationModel:
        raw = self.definitions.operation(name)
        if raw is None:
            reason = f"no operation named {name!r}.{did_you_mean(name, self.operation_names)}"
            raise OperationNotFoundError(origin=self.origin, pointer="/operations", reason=reason)
        if "name" not in raw:
            raw = {**raw, "name": name}
        model = parse(OperationModel, raw, self.origin, f"/operations/{name}")
        model.bind(_service_model=self, _key=name)
        return self._operations.setdefault(name, model)

    def shape_for(self, shape_name: str, member_traits: Mapping[str, Any] | None = None) -> Shape:
        """The shape of that name, seen with ``member_traits`` (wire keys) where given. Raises NoShapeFoundError."""
        held: Shape | None = private(self)["_shapes"].get(shape_name)
        shape = held if held is not None else self._make_shape(shape_name)
        if not member_traits:
            return shape
        return shape.with_traits(ShapeRef.model_validate({**member_traits, "shape": shape_name}))

    def _make_shape(self, name: str) -> Shape:
        raw = self.definitions.shape(name)
        if raw is None:
            reason = f"no shape named {name!r}.{did_you_mean(name, self.shape_names)}"
            raise NoShapeFoundError(origin=self.origin, pointer="/shapes", reason=reason)
        given = raw.get("type")
        if given == "character":
            # text of one character, in AWS's oldest files
            given, raw = "string", {**raw, "type": "string"}
        kind = SHAPE_CLASSES.get(given) if isinstance(given, str) else None
        if kind is None:
            hint = did_you_mean(given, SHAPE_CLASSES) if isinstance(given, str) else ""
            reason = f"its type must be one of {', '.join(SHAPE_CLASSES)}.{hint}"
            raise ModelError(origin=self.origin, pointer=f"/shapes/{name}/type", reason=reason)
        shape = parse(kind, raw, self.origin, f"/shapes/{name}")
        shape.bind(_name=name, _resolver=self._resolver)
        return self._shapes.setdefault(name, shape)

    def resolve_shape_ref(self, ref: ShapeRef) -> Shape:
        return cast("Resolver", private(self)["_resolver"]).resolve(ref)

    def structure(self, ref: ShapeRef) -> StructureShape:
        """The structure that an input, output or error refers to. Raises ModelError where it is another type."""
        shape = self.resolve_shape_ref(ref)
        if not isinstance(shape, StructureShape):
            reason = f"an input, output or error must be a structure, but {ref.shape} is a {shape.type}"
            raise ModelError(origin=self.origin, pointer=f"/shapes/{ref.shape}", reason=reason)
        return shape

    @cached_property
    def error_shapes(self) -> tuple[StructureShape, ...]:
        """Every shape that is an exception."""
        raw = ((name, self.definitions.shape(name) or {}) for name in self.shape_names)
        found = (self.shape_for(name) for name, shape in raw if shape.get("exception"))
        return tuple(shape for shape in found if isinstance(shape, StructureShape))

    def shape_for_error_code(self, error_code: str) -> StructureShape | None:
        return self._error_codes.get(error_code)

    @cached_property
    def _error_codes(self) -> Mapping[str, StructureShape]:
        return MappingProxyType({shape.error_code: shape for shape in self.error_shapes})

    # --- metadata by botocore's names

    @property
    def documentation(self) -> str:
        return self.definitions.documentation()

    @property
    def service_name(self) -> str:
        """The name a client is asked for by; for a model from nowhere, its endpoint prefix."""
        return self.definitions.service_name or self.metadata.endpoint_prefix or self.service_id.hyphenize()

    @cached_property
    def class_name(self) -> str:
        """The name boto3 gives the client's class: the service id without its spaces (``S3``, ``DynamoDB``).

        Some services keep an older one: the short or full name, without its vendor.
        """
        name = self.metadata.service_id
        if name is None or name in NAMED_FOR_PEOPLE:
            full = self.metadata.service_abbreviation or self.metadata.service_full_name or self.service_name
            name = _VENDOR.sub("", full)
        return identifier(name) or "Service"

    @property
    def service_id(self) -> ServiceId:
        if self.metadata.service_id is None:
            raise MissingServiceIdError(attribute="serviceId", origin=self.origin)
        return ServiceId(self.metadata.service_id)

    @property
    def api_version(self) -> str:
        return self._required("api_version")

    @property
    def protocol(self) -> str:
        return self._required("protocol")

    @property
    def protocols(self) -> tuple[str, ...]:
        return self.metadata.protocols

    @cached_property
    def resolved_protocol(self) -> str:
        """The protocol to speak: the best known of ``protocols``, else ``protocol``."""
        offered = self.protocols or (self.protocol,)
        for name in PROTOCOLS:
            if name in offered:
                return name
        reason = f"its protocols are {', '.join(offered)}; osteon speaks {', '.join(PROTOCOLS)}"
        raise UnsupportedServiceProtocolsError(origin=self.origin, pointer="/metadata/protocol", reason=reason)

    @property
    def endpoint_prefix(self) -> str:
        return self._required("endpoint_prefix")

    @property
    def signing_name(self) -> str:
        return self.metadata.signing_name or self.metadata.endpoint_prefix

    @property
    def signature_version(self) -> str | None:
        return self.metadata.signature_version

    @property
    def folder_version(self) -> str:
        """The version under which the service's other files stand: its folder's, which need not be the model's own."""
        return self.definitions.version or self.api_version

    @property
    def is_aws(self) -> bool:
        """AWS's own: from botocore's data, or signed with AWS credentials. Only then do AWS's settings concern it."""
        return self.definitions.from_botocore or not AWS_SIGNATURES.isdisjoint(
            (*self.metadata.auth, self.metadata.signature_version)
        )

    @property
    def is_query_compatible(self) -> bool:
        return self.metadata.aws_query_compatible is not None

    @property
    def client_context_parameters(self) -> Mapping[str, ClientContextParam]:
        return self.client_context_params

    @cached_property
    def endpoint_discovery_operation(self) -> OperationModel | None:
        return next((o for o in self._all_operations() if o.is_endpoint_discovery_operation), None)

    @cached_property
    def endpoint_discovery_required(self) -> bool:
        # Of the raw definitions: a client asks it when it is made, and objects of all operations would cost more.
        return any(self._discovery_required(name) for name in self.operation_names)

    def _discovery_required(self, operation_name: str) -> bool:
        operation = self.definitions.operation(operation_name)
        discovery: Any = None if operation is None else operation.get("endpointdiscovery")
        return isinstance(discovery, dict) and bool(cast("dict[str, Any]", discovery).get("required"))

    def _all_operations(self) -> Iterable[OperationModel]:
        return (self.operation_model(name) for name in self.operation_names)

    def _required(self, field: str) -> str:
        value: str = getattr(self.metadata, field)
        if not value:
            raise UndefinedModelAttributeError(attribute=field, origin=self.origin)
        return value
