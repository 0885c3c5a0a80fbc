"""What goes over the wire as schemas, by protocol: bodies, forms, envelopes of answers and errors. No paths.

JSON Schema describes JSON. What stands for the other formats: XML by OpenAPI's ``xml`` keyword, maps as arrays of
entries; a form as the flat object of its fields, with ``patternProperties`` for what lists and maps become; CBOR as
the JSON of the same structure, with base64 for byte strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from osteon.model.service import OperationModel, ServiceModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape, XmlNamespace
from osteon.schemas.shapes import SchemaWriter
from osteon.schemas.tools import shortened

#: characters of documentation for a member or parameter
MEMBER_TEXT = 300
TEXT: Mapping[str, Any] = {"type": "string"}
_CONTAINERS = (StructureShape, ListShape, MapShape)
_EVENTS = "application/vnd.amazon.eventstream"
#: how times are written outside of documents
_TIMES = {"header": "rfc822", "querystring": "iso8601", "uri": "iso8601"}


class Wire(NamedTuple):
    """How a protocol puts an operation on the wire."""

    #: media types of requests and of answers that are documents
    given: str
    answered: str
    #: how times are written in documents where the model says nothing
    times: str = "unixTimestamp"
    xml: bool = False
    #: members stand where their traits say, not all in the body
    binds: bool = False
    #: requests are forms
    form: bool = False


_WIRES: Mapping[str, Wire] = {
    "json": Wire("application/x-amz-json-{version}", "application/x-amz-json-{version}"),
    "rest-json": Wire("application/json", "application/json", binds=True),
    "rest-xml": Wire("application/xml", "application/xml", "iso8601", xml=True, binds=True),
    "query": Wire("application/x-www-form-urlencoded", "text/xml", "iso8601", xml=True, form=True),
    "ec2": Wire("application/x-www-form-urlencoded", "text/xml", "iso8601", xml=True, form=True),
    "smithy-rpc-v2-cbor": Wire("application/cbor", "application/cbor"),
}


def wire_of(model: ServiceModel) -> Wire:
    """Raises UnsupportedServiceProtocolsError."""
    wire, version = _WIRES[model.resolved_protocol], model.metadata.json_version or "1.0"
    return wire._replace(given=wire.given.format(version=version), answered=wire.answered.format(version=version))


class WireWriter(SchemaWriter):
    """Schemas of what stands in documents: members by their names there, times as the protocol writes them.

    Structures are open: a client passes over what it does not know.
    """

    def __init__(self, wire: Wire) -> None:
        super().__init__(documentation=True, home="#/components/schemas/")
        self._wire = wire

    def part(self, shape: StructureShape, *, root: bool = False) -> dict[str, Any]:
        """The part of a structure that is a document: all but members that are bound elsewhere."""
        schema = self.structure(shape, [name for name, member in shape.members.items() if not self.is_bound(member)])
        return {**schema, "xml": _element(shape)} if root and self._wire.xml else schema

    def is_bound(self, member: Shape) -> bool:
        """Whether it stands in the path, the query, a header or the status."""
        return self._wire.binds and member.location is not None

    def bound(self, member: Shape) -> dict[str, Any]:
        """A member that is bound elsewhere; nothing of it is shared."""
        location = member.location or "header"
        if isinstance(member, ListShape):
            return {"type": "array", "items": self._bound_item(member.member, location)}
        if isinstance(member, MapShape):
            return {"type": "object", "additionalProperties": self.bound(member.value)}
        if member.jsonvalue and location == "header":
            return {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"}
        return self._bound_item(member, location)

    def _bound_item(self, member: Shape, location: str) -> dict[str, Any]:
        if member.type == "timestamp":
            return time_schema(member.timestamp_format or _TIMES.get(location, "iso8601"))
        return super().scalar(member)

    # --- what SchemaWriter asks for

    def structure(self, shape: StructureShape, names: Iterable[str]) -> dict[str, Any]:
        schema = super().structure(shape, names)
        del schema["additionalProperties"]
        return schema

    def key(self, name: str, member: Shape) -> str:
        return member.location_name or name

    def description(self, html: str) -> str:
        return shortened(html, MEMBER_TEXT)

    def scalar(self, shape: Shape) -> dict[str, Any]:
        if shape.type == "timestamp":
            return time_schema(shape.timestamp_format or self._wire.times)
        return super().scalar(shape)

    def item(self, shape: ListShape) -> dict[str, Any]:
        schema = super().item(shape)
        if self._wire.xml and not shape.flattened:
            schema["xml"] = {"name": shape.member.location_name or "member"}
        return schema

    def map(self, shape: MapShape) -> dict[str, Any]:
        if not self._wire.xml:
            return super().map(shape)
        key, value = shape.key.location_name or "key", shape.value.location_name or "value"
        entry = {key: self.reference(shape.key), value: self.reference(shape.value)}
        return {
            "type": "array",
            "items": {"type": "object", "properties": entry, "required": [key, value], "xml": {"name": "entry"}},
        }

    def member(self, shape: StructureShape, name: str) -> dict[str, Any]:
        schema = super().member(shape, name)
        notes = _notes(shape.members[name]) if self._wire.xml else {}
        return {**schema, "xml": notes} if notes else schema


def time_schema(form: str) -> dict[str, Any]:
    """A time as it is written: seconds since the epoch, or text."""
    if form == "unixTimestamp":
        return {"type": "number"}
    return {"type": "string", "format": "date-time"} if form == "iso8601" else dict(TEXT)


# --- bodies


def request_content(operation: OperationModel, wire: Wire, writer: WireWriter) -> dict[str, Any]:
    """The body of a request by media type; empty where there is none."""
    shape = operation.input_shape
    if wire.form:
        return {wire.given: {"schema": _form_schema(operation)}}
    if operation.event_stream_input is not None:
        return {_EVENTS: {"schema": writer.reference(operation.event_stream_input)}}
    if shape is None:
        return (
            {wire.given: {"schema": {"type": "object"}}} if operation.service_model.resolved_protocol == "json" else {}
        )
    return _document(shape, wire, wire.given, writer)


def answer_content(operation: OperationModel, wire: Wire, writer: WireWriter) -> dict[str, Any]:
    """The body of an answer by media type; empty where there is none."""
    shape = operation.output_shape
    if operation.event_stream_output is not None:
        return {_EVENTS: {"schema": writer.reference(operation.event_stream_output)}}
    if wire.form:
        return {wire.answered: {"schema": _result(operation, writer)}}
    return _document(shape, wire, wire.answered, writer) if shape is not None else {}


def _document(shape: StructureShape, wire: Wire, media: str, writer: WireWriter) -> dict[str, Any]:
    payload = shape.members.get(shape.payload) if shape.payload is not None and wire.binds else None
    if payload is None:
        bodiless = wire.binds and all(writer.is_bound(member) for member in shape.members.values())
        return {} if bodiless else {media: {"schema": writer.part(shape, root=True)}}
    if payload.type == "blob":
        return {"application/octet-stream": {}}
    if payload.type == "string":
        return {"text/plain": {"schema": writer.reference(payload)}}
    schema = writer.reference(payload)
    return {media: {"schema": {**schema, "xml": _element(payload)} if wire.xml else schema}}


def _result(operation: OperationModel, writer: WireWriter) -> dict[str, Any]:
    """The answer of a query protocol: the result in an element of the operation's name, beside the request's id."""
    shape = operation.output_shape
    schema: dict[str, Any] = writer.part(shape) if shape is not None else {"type": "object", "properties": {}}
    wrapper = shape.result_wrapper if shape is not None else None
    properties: dict[str, Any]
    if operation.service_model.resolved_protocol == "ec2":
        properties = {**schema["properties"], "requestId": TEXT}
    else:
        metadata: dict[str, Any] = {"type": "object", "properties": {"RequestId": TEXT}}
        properties = {**({wrapper: schema} if wrapper else schema["properties"]), "ResponseMetadata": metadata}
    return {"type": "object", "properties": properties, "xml": {"name": f"{operation.wire_name}Response"}}


def error_schema(shape: StructureShape, model: ServiceModel, writer: WireWriter) -> dict[str, Any]:
    """The body of an error, in the envelope of the protocol."""
    protocol = model.resolved_protocol
    if protocol in ("json", "smithy-rpc-v2-cbor"):
        return {"allOf": [writer.reference(shape), {"type": "object", "properties": {"__type": TEXT}}]}
    schema = writer.part(shape)
    if protocol == "rest-json":
        return schema
    error = {**schema, "properties": {"Code": TEXT, "Message": TEXT, **schema["properties"]}}
    # S3's errors have no envelope
    if protocol == "rest-xml" and model.endpoint_prefix == "s3":
        return {**error, "xml": {"name": "Error"}}
    if protocol == "ec2":
        return _enveloped("Response", {"Errors": {"type": "object", "properties": {"Error": error}}, "RequestID": TEXT})
    return _enveloped("ErrorResponse", {"Error": error, "RequestId": TEXT})


def _enveloped(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "xml": {"name": name}}


# --- XML


def _element(shape: Shape) -> dict[str, Any]:
    """A document's root element."""
    return {"name": shape.location_name or shape.name, **_namespace(shape)}


def _notes(member: Shape) -> dict[str, Any]:
    notes: dict[str, Any] = {"attribute": True} if member.xml_attribute else {}
    notes |= _namespace(member)
    if isinstance(member, ListShape | MapShape) and not member.flattened:
        notes["wrapped"] = True
    return notes


def _namespace(shape: Shape) -> dict[str, Any]:
    namespace = shape.xml_namespace
    if isinstance(namespace, XmlNamespace):
        return {"namespace": namespace.uri, **({"prefix": namespace.prefix} if namespace.prefix else {})}
    return {} if namespace is None else {"namespace": namespace}


# --- forms


def _form_schema(operation: OperationModel) -> dict[str, Any]:
    """A form as the flat object of its fields."""
    fields = _FormFields(ec2=operation.service_model.resolved_protocol == "ec2")
    shape = operation.input_shape
    required = ["Action", "Version"]
    if shape is not None:
        fields.add(shape, "", ())
        scalars = (key for key in shape.required if not isinstance(shape.members[key], _CONTAINERS))
        required += [fields.name(shape, key) for key in scalars]
    fixed = {"Action": {"const": operation.wire_name}, "Version": {"const": operation.service_model.api_version}}
    schema = {"type": "object", "properties": {**fixed, **fields.exact}, "required": required}
    return {
        **schema,
        **({"patternProperties": fields.patterns} if fields.patterns else {}),
        "additionalProperties": False,
    }


class _FormFields:
    """The fields of a form: by name, and by pattern where a list or map stands on the way.

    Sources: Smithy's awsQuery and ec2Query protocols. ``codecs/form.py`` writes them.
    """

    def __init__(self, *, ec2: bool) -> None:
        self.exact: dict[str, Any] = {}
        self.patterns: dict[str, Any] = {}
        self._ec2 = ec2
        self._writer = WireWriter(_WIRES["query"])

    def name(self, shape: StructureShape, key: str) -> str:
        """The name of a member's field."""
        return self._own_name(shape.members[key], key)

    def add(self, shape: Shape, name: str, trail: tuple[str, ...]) -> None:
        """The fields of a value whose own name is ``name``, a regular expression; ``trail``: what it stands in."""
        if shape.name in trail:
            self.patterns[f"^{name}\\..+$"] = TEXT
        elif isinstance(shape, StructureShape):
            for key, member in shape.members.items():
                self.add(member, _joined(name, re.escape(self.name(shape, key))), (*trail, shape.name))
        elif isinstance(shape, ListShape):
            self._add_list(shape, name, trail)
        elif isinstance(shape, MapShape):
            entry = _joined(name, r"\d+" if shape.flattened else r"entry\.\d+")
            for place, default in ((shape.key, "key"), (shape.value, "value")):
                self.add(place, _joined(entry, re.escape(self._own_name(place, default))), (*trail, shape.name))
        else:
            self._put(name, self._writer.scalar(shape))

    def _add_list(self, shape: ListShape, name: str, trail: tuple[str, ...]) -> None:
        item = re.escape(shape.member.location_name or "")
        if not self._ec2:
            self._put(name, {"const": ""})  # an empty list
            if shape.flattened and item and not shape.location_name:
                name = _joined(name.rpartition("\\.")[0], item)
        level = r"\d+" if self._ec2 or shape.flattened else f"{item or 'member'}\\.\\d+"
        self.add(shape.member, _joined(name, level), (*trail, shape.name))

    def _put(self, name: str, schema: dict[str, Any]) -> None:
        if r"\d" in name:
            self.patterns[f"^{name}$"] = schema
        else:
            self.exact[re.sub(r"\\(.)", r"\1", name)] = schema

    def _own_name(self, shape: Shape, default: str) -> str:
        if self._ec2 and shape.query_name:
            return shape.query_name
        name = shape.location_name or default
        return name[0].upper() + name[1:] if self._ec2 else name


def _joined(name: str, part: str) -> str:
    return f"{name}\\.{part}" if name else part
