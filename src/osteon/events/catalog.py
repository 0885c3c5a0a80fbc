"""The one catalogue of events: what each family's names, keywords and answers are. Data and its table; no emitting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class Field(NamedTuple):
    """A keyword argument of a handler."""

    name: str
    #: as an annotation is written
    type: str
    meaning: str


class Event(NamedTuple):
    """A family of events: every name that begins with ``family``."""

    family: str
    #: what the further parts of a name stand for, in order
    parts: tuple[str, ...]
    #: every handler also gets ``event_name``, the full name
    fields: tuple[Field, ...]
    #: when it is emitted
    when: str
    #: what a handler's return value means; empty where it means nothing
    returns: str = ""
    #: only plain functions may hear it: it is emitted where no runner is at hand
    plain_only: bool = False

    @property
    def has_service(self) -> bool:
        return "service" in self.parts

    @property
    def template(self) -> str:
        """The name with its parts in angle brackets: ``before-call.<service>.<operation>``."""
        return ".".join((self.family, *(f"<{part}>" for part in self.parts)))


_OPERATION = ("service", "operation")
_MODEL = Field("model", "OperationModel", "the operation")
_CONTEXT = Field("context", "dict[str, Any]", "notes shared by the handlers of one call")
_REQUEST = Field("request", "Request", "the unsigned request; may be changed in place")
_SIGNING_NAME = Field("signing_name", "str", "the service's name in signatures")
_REGION = Field("region_name", "str | None", "the region signed for")
_SIGNATURE = Field("signature_version", "str", "the signature chosen so far")
_ATTRIBUTES = Field("class_attributes", "dict[str, Any]", "what the class will hold; may be changed in place")
_BASES = Field("base_classes", "list[type[Any]]", "what the class will derive from; may be changed in place")
_FIRST_RETURN = "the first that is not None"

_EVENTS = (
    Event(
        "creating-client-class",
        ("service",),
        (_ATTRIBUTES, _BASES),
        "before a client's class is made, at every `client()` call",
        plain_only=True,
    ),
    Event(
        "creating-resource-class",
        ("service", "resource"),
        (_ATTRIBUTES, _BASES, Field("service_context", "Any", "the client, the models and the service's name")),
        "before a resource's class is made",
        plain_only=True,
    ),
    Event(
        "choose-service-name",
        (),
        (Field("service_name", "str", "the name given to `client()`"),),
        "before a client's model is looked up",
        returns=f"the service name to use; {_FIRST_RETURN}",
        plain_only=True,
    ),
    Event(
        "creating-serializer",
        ("service",),
        (
            Field("protocol_name", "str", "the protocol chosen"),
            Field("service_model", "ServiceModel", "the service"),
            Field("serializer_kwargs", "dict[str, Any]", "`timestamp_precision`; may be changed in place"),
        ),
        "before a client's serializer is chosen",
        plain_only=True,
    ),
    Event(
        "getattr",
        ("service", "attribute"),
        (Field("client", "Any", "the client"),),
        "when a client has no attribute of that name",
        returns=f"the attribute; {_FIRST_RETURN}",
        plain_only=True,
    ),
    Event(
        "provide-client-params",
        _OPERATION,
        (Field("params", "dict[str, Any]", "the caller's parameters, not yet validated"), _MODEL, _CONTEXT),
        "first of all in a call",
        returns=f"parameters to use in place of `params`; {_FIRST_RETURN}",
    ),
    Event(
        "before-parameter-build",
        _OPERATION,
        (Field("params", "dict[str, Any]", "the parameters; may be changed in place"), _MODEL, _CONTEXT),
        "after provide-client-params, before validation",
    ),
    Event(
        "before-endpoint-resolution",
        ("service",),
        (
            Field("builtins", "dict[str, Any]", "the rules' built-in values; may be changed in place"),
            _MODEL,
            Field("params", "dict[str, Any]", "the parameters; may be changed in place"),
            _CONTEXT,
        ),
        "before the endpoint of a call is found",
    ),
    Event(
        "before-call",
        _OPERATION,
        (
            _MODEL,
            Field("params", "dict[str, Any]", "the serialized request as a dict; may be changed in place"),
            Field("request_signer", "Any", "the client's signer"),
            _CONTEXT,
        ),
        "when the request is serialized, before the first attempt",
        returns=f"(HTTP response, parsed response) to answer without sending; {_FIRST_RETURN}",
    ),
    Event(
        "request-created",
        _OPERATION,
        (_REQUEST, Field("operation_name", "str", "the operation's name")),
        "in every attempt, before signing",
    ),
    Event(
        "choose-signer",
        _OPERATION,
        (_SIGNING_NAME, _REGION, _SIGNATURE, _CONTEXT),
        "in every attempt, before signing",
        returns=f"the signature version to use; {_FIRST_RETURN}",
    ),
    Event(
        "before-sign",
        _OPERATION,
        (
            _REQUEST,
            _SIGNING_NAME,
            _REGION,
            _SIGNATURE,
            Field("request_signer", "Any", "the client's signer"),
            Field("operation_name", "str", "the operation's name"),
        ),
        "in every attempt, last before the signature is made",
    ),
    Event(
        "before-send",
        _OPERATION,
        (Field("request", "PreparedRequest", "the signed request"),),
        "in every attempt, before the network",
        returns=f"a Response to use instead of the network; {_FIRST_RETURN}",
    ),
    Event(
        "before-parse",
        _OPERATION,
        (
            Field("operation_model", "OperationModel", "the operation"),
            Field("response_dict", "dict[str, Any]", "status_code, headers, body; may be changed in place"),
            Field("customized_response_dict", "dict[str, Any]", "added to the parsed response"),
        ),
        "in every attempt, before the answer is parsed",
    ),
    Event(
        "response-received",
        _OPERATION,
        (
            Field("response_dict", "dict[str, Any] | None", "status_code, headers, body; None where none came"),
            Field("parsed_response", "dict[str, Any] | None", "the parsed answer; None where none came"),
            _CONTEXT,
            Field("exception", "Exception | None", "why no answer came"),
        ),
        "in every attempt, when it has ended",
    ),
    Event(
        "needs-retry",
        _OPERATION,
        (
            Field("response", "tuple[Any, dict[str, Any]] | None", "(HTTP response, parsed response)"),
            Field("endpoint", "Any", "where it was sent"),
            Field("operation", "OperationModel", "the operation"),
            Field("attempts", "int", "attempts so far"),
            Field("caught_exception", "Exception | None", "why no answer came"),
            Field("request_dict", "dict[str, Any]", "the request as a dict; may be changed in place"),
        ),
        "after every attempt",
        returns=f"seconds to wait before one more attempt, or False for none; {_FIRST_RETURN}",
    ),
    Event(
        "after-call",
        _OPERATION,
        (
            Field("http_response", "Response", "the HTTP answer"),
            Field("parsed", "dict[str, Any]", "the parsed answer; may be changed in place"),
            _MODEL,
            _CONTEXT,
        ),
        "when an answer came, before an error in it is raised",
    ),
    Event(
        "after-call-error",
        _OPERATION,
        (Field("exception", "Exception", "why no answer came"), _CONTEXT),
        "when no answer came",
    ),
)

#: Every event that osteon emits, by family, in the order in which a program meets them.
CATALOG: Mapping[str, Event] = MappingProxyType({event.family: event for event in _EVENTS})


def markdown(events: Iterable[Event] = _EVENTS) -> str:
    """The catalogue as a Markdown table, one row an event."""
    heading = ("Event", "Emitted", "Keyword arguments", "Return value", "Handlers")
    rows = (heading, ("---",) * len(heading), *map(_row, events))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(event: Event) -> tuple[str, ...]:
    fields = "<br>".join(f"`{field.name}: {field.type}` {field.meaning}".replace("|", "\\|") for field in event.fields)
    handlers = "plain" if event.plain_only else "plain, flow, async"
    return (f"`{event.template}`", event.when, fields, event.returns or "not used", handlers)
