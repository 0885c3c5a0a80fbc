"""What models say of a service and its operations beside shapes: small records, each a typed field. No logic."""

# No `from __future__ import annotations`: pydantic evaluates texts, anew for each subclass, 3 ms of every start.

from typing import Any

from pydantic import Field

from osteon.model.shapes import Identified, ReadOnly, Trait, XmlNamespace, nothing
from osteon.naming import hyphenized


class Http(Trait, frozen=True):
    method: str = "POST"
    request_uri: str = "/"
    response_code: int | None = None


class EndpointTrait(Trait, frozen=True):
    host_prefix: str | None = None


class EndpointDiscovery(Trait, frozen=True):
    required: bool = False


class HttpChecksum(Trait, frozen=True):
    request_algorithm_member: str | None = None
    request_checksum_required: bool = False
    request_validation_mode_member: str | None = None
    response_algorithms: tuple[str, ...] = ()


class RequestCompression(Trait, frozen=True):
    encodings: tuple[str, ...] = ()


class StaticContextParam(Trait, frozen=True):
    value: str | bool | tuple[str, ...]


class OperationContextParam(Trait, frozen=True):
    path: str


class ClientContextParam(Trait, frozen=True):
    type: str = "string"
    documentation: str = Field(default="", repr=False)


class ApiKeyAuth(Trait, frozen=True):
    """Where an API key goes (Smithy's ``httpApiKeyAuth`` trait); an osteon addition to the format."""

    name: str
    in_: str = Field(default="header", alias="in")
    scheme: str | None = None


class Metadata(Identified, Trait, frozen=True):
    """A service's metadata section."""

    api_version: str = ""
    endpoint_prefix: str = ""
    global_endpoint: str | None = None
    json_version: str | None = None
    protocol: str = ""
    protocols: tuple[str, ...] = ()
    protocol_settings: ReadOnly[Any] = Field(default_factory=nothing)
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
    aws_query_compatible: ReadOnly[Any] | None = None
    rip_service_name: str | None = None
    http_api_key_auth: ApiKeyAuth | None = None


class ServiceId(str):
    """A service's id, ``Cost Explorer``; :meth:`hyphenize` gives the form event names use."""

    def hyphenize(self) -> str:
        return hyphenized(self)
