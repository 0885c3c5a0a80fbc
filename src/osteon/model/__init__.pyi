# What type checkers see of service models; service.py and shapes.py make them, of pydantic, which checkers that follow
# it take a second for. No import here leads into the house.
import os
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from typing_extensions import dataclass_transform

ShapeType: TypeAlias = Literal[
    "structure", "list", "map", "string", "blob", "boolean", "integer", "long", "float", "double", "timestamp"
]
Location: TypeAlias = Literal["header", "headers", "querystring", "uri", "statusCode"]
TimestampFormat: TypeAlias = Literal["iso8601", "rfc822", "unixTimestamp"]

@dataclass_transform(kw_only_default=True, frozen_default=True)
class Description:
    """Base of everything read from a model file: a frozen pydantic model."""

    @property
    def model_fields_set(self) -> set[str]: ...
    def model_dump(self, **options: Any) -> dict[str, Any]: ...

class Trait(Description):
    """A small record inside a model. Reads by attribute, and by the file's own key as botocore's dicts do."""

    def __getitem__(self, key: str) -> Any: ...
    def get(self, key: str, default: Any = None) -> Any: ...
    def __contains__(self, key: object) -> bool: ...
    def keys(self) -> list[str]: ...
    def as_dict(self) -> dict[str, Any]: ...

class XmlNamespace(Trait):
    uri: str
    prefix: str | None = None

class ErrorTrait(Trait):
    """How an error shape looks on the wire."""

    code: str | None = None
    http_status_code: int | None = None
    sender_fault: bool = False
    fault: bool = False

class RetryableTrait(Trait):
    throttling: bool = False

class ContextParam(Trait):
    """Binds a member's value to a parameter of the endpoint rules."""

    name: str

# --- shapes

class Shape(Description):
    """One type of a service, as seen from one place of use: its own traits, overridden by those of the reference."""

    type: ShapeType
    min: int | float | None = None
    max: int | float | None = None
    pattern: str | None = None
    document: bool = False
    location: Location | None = None
    location_name: str | None = None
    query_name: str | None = None
    flattened: bool = False
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

    @property
    def name(self) -> str:
        """The shape's name in the model file."""
    @property
    def type_name(self) -> str:
        """botocore's name for ``type``."""
    @property
    def documentation(self) -> str:
        """HTML documentation of this use of the shape."""
    @property
    def is_document_type(self) -> bool: ...
    @property
    def is_tagged_union(self) -> bool: ...
    @property
    def serialization(self) -> dict[str, Any]:
        """The traits that matter on the wire, by botocore's keys; a fresh dict."""
    @property
    def metadata(self) -> dict[str, Any]:
        """The traits that do not change the wire format, by botocore's keys; a fresh dict."""

class StringShape(Shape): ...
class ScalarShape(Shape): ...

class ListShape(Shape):
    sparse: bool = False
    @property
    def member(self) -> Shape: ...

class MapShape(Shape):
    sparse: bool = False
    @property
    def key(self) -> Shape: ...
    @property
    def value(self) -> Shape: ...

class StructureShape(Shape):
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
    def member_documentation(self, name: str) -> str:
        """HTML documentation of a member in this structure: its own, else that of its shape."""
    @property
    def required_members(self) -> tuple[str, ...]: ...
    @property
    def event_stream_name(self) -> str | None:
        """The member that is an event stream, if one is."""
    @property
    def error_code(self) -> str:
        """The code of an error shape on the wire: the modeled one, else the shape's name."""

# --- operations and services

class Http(Trait):
    method: str = "POST"
    request_uri: str = "/"
    response_code: int | None = None

class EndpointTrait(Trait):
    host_prefix: str | None = None

class EndpointDiscovery(Trait):
    required: bool = False

class HttpChecksum(Trait):
    request_algorithm_member: str | None = None
    request_checksum_required: bool = False
    request_validation_mode_member: str | None = None
    response_algorithms: tuple[str, ...] = ()

class RequestCompression(Trait):
    encodings: tuple[str, ...] = ()

class StaticContextParam(Trait):
    value: str | bool | tuple[str, ...]

class OperationContextParam(Trait):
    path: str

class ClientContextParam(Trait):
    type: str = "string"
    documentation: str = ""

class OperationModel(Description):
    """One operation. Compares and hashes by identity; its input and output shapes are found when first asked for."""

    wire_name: str
    http: Http
    documentation_url: str | None = None
    auth: tuple[str, ...] | None = None
    unsigned_payload: bool = False
    endpoint: EndpointTrait | None = None
    http_checksum: HttpChecksum | None = None
    http_checksum_required: bool = False
    idempotent: bool = False
    readonly: bool = False
    deprecated: bool = False
    deprecated_message: str | None = None
    deprecated_since: str | None = None

    @property
    def name(self) -> str:
        """The key of the definition: what clients, events and errors call the operation."""
    @property
    def service_model(self) -> ServiceModel: ...
    @property
    def documentation(self) -> str:
        """HTML; read from the full model when the text is not at hand."""
    @property
    def input_shape(self) -> StructureShape | None: ...
    @property
    def output_shape(self) -> StructureShape | None: ...
    @property
    def error_shapes(self) -> tuple[StructureShape, ...]: ...
    @property
    def idempotent_members(self) -> tuple[str, ...]:
        """Input members that are filled with a fresh token where the caller gives none."""
    @property
    def static_context_parameters(self) -> Mapping[str, StaticContextParam]: ...
    @property
    def operation_context_parameters(self) -> Mapping[str, OperationContextParam]: ...
    @property
    def context_parameters(self) -> tuple[tuple[str, str], ...]:
        """Pairs (endpoint parameter, input member)."""
    @property
    def metadata(self) -> Metadata:
        """The service's."""
    @property
    def auth_type(self) -> str | None: ...
    @property
    def endpoint_discovery(self) -> EndpointDiscovery | None: ...
    @property
    def is_endpoint_discovery_operation(self) -> bool: ...
    @property
    def request_compression(self) -> RequestCompression | None: ...
    @property
    def event_stream_input(self) -> StructureShape | None: ...
    @property
    def event_stream_output(self) -> StructureShape | None: ...
    @property
    def has_event_stream_input(self) -> bool: ...
    @property
    def has_event_stream_output(self) -> bool: ...
    def get_event_stream_input(self) -> StructureShape | None: ...
    def get_event_stream_output(self) -> StructureShape | None: ...
    @property
    def streaming_input(self) -> Shape | None:
        """The input member that is a streamed body."""
    @property
    def streaming_output(self) -> Shape | None: ...
    @property
    def has_streaming_input(self) -> bool: ...
    @property
    def has_streaming_output(self) -> bool: ...
    def get_streaming_input(self) -> Shape | None: ...
    def get_streaming_output(self) -> Shape | None: ...

class ServiceId(str):
    """A service's id, ``Cost Explorer``."""

    def hyphenize(self) -> str:
        """The form that event names use: ``cost-explorer``."""

class ApiKeyAuth(Trait):
    """Where the key goes under ``smithy.api#httpApiKeyAuth``."""

    name: str
    in_: str = "header"
    scheme: str | None = None

class Metadata(Trait):
    """What a model file says of its service as a whole."""

    api_version: str = ""
    endpoint_prefix: str = ""
    global_endpoint: str | None = None
    json_version: str | None = None
    protocol: str = ""
    protocols: tuple[str, ...] = ()
    service_abbreviation: str | None = None
    service_full_name: str = ""
    service_id: str | None = None
    signature_version: str | None = None
    signing_name: str | None = None
    target_prefix: str | None = None
    auth: tuple[str, ...] = ()
    uid: str | None = None
    xml_namespace: str | XmlNamespace | None = None
    timestamp_format: str | None = None
    checksum_format: str | None = None
    rip_service_name: str | None = None
    http_api_key_auth: ApiKeyAuth | None = None

class ServiceModel(Description):
    """One service: its metadata, and its operations and shapes made when asked for and kept. Identity is equality."""

    metadata: Metadata

    @classmethod
    def from_dict(cls, model: Mapping[str, Any], *, service_name: str = "") -> ServiceModel:
        """A model from what a service-2 file holds. Later changes to the dict do not reach it. Raises ModelError."""
    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, service_name: str = "") -> ServiceModel:
        """A model from a service-2 file (``.json`` or ``.json.gz``) that may lie anywhere.

        Raises DataNotFoundError where there is no such file, and ModelError where it is no service model.
        """
    @property
    def origin(self) -> str:
        """Where it was read."""
    @property
    def operation_names(self) -> tuple[str, ...]: ...
    @property
    def shape_names(self) -> tuple[str, ...]: ...
    def operation_model(self, operation_name: str) -> OperationModel:
        """Raises OperationNotFoundError, with close names."""
    def shape_for(self, shape_name: str, member_traits: Mapping[str, Any] | None = None) -> Shape:
        """The shape of that name, seen with ``member_traits`` (wire keys) where given. Raises NoShapeFoundError."""
    @property
    def error_shapes(self) -> tuple[StructureShape, ...]:
        """Every shape that is an exception."""
    def shape_for_error_code(self, error_code: str) -> StructureShape | None: ...
    @property
    def documentation(self) -> str: ...
    @property
    def service_name(self) -> str:
        """The name a client is asked for by; for a model from nowhere, its endpoint prefix."""
    @property
    def class_name(self) -> str:
        """The name boto3 gives the client's class: the service id without its spaces (``S3``, ``DynamoDB``)."""
    @property
    def service_id(self) -> ServiceId: ...
    @property
    def api_version(self) -> str: ...
    @property
    def protocol(self) -> str: ...
    @property
    def protocols(self) -> tuple[str, ...]: ...
    @property
    def resolved_protocol(self) -> str:
        """The protocol to speak: the best known of ``protocols``, else ``protocol``."""
    @property
    def endpoint_prefix(self) -> str: ...
    @property
    def signing_name(self) -> str: ...
    @property
    def signature_version(self) -> str | None: ...
    @property
    def folder_version(self) -> str:
        """The version under which the service's other files stand: its folder's, which need not be the model's own."""
    @property
    def is_aws(self) -> bool:
        """AWS's own: from botocore's data, or signed with AWS credentials. Only then do AWS's settings concern it."""
    @property
    def is_query_compatible(self) -> bool: ...
    @property
    def client_context_parameters(self) -> Mapping[str, ClientContextParam]: ...
    @property
    def endpoint_discovery_operation(self) -> OperationModel | None: ...
    @property
    def endpoint_discovery_required(self) -> bool: ...
