"""What a protocol is: input bound to HTTP, and HTTP bound back. Records only; each protocol has its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from osteon.http import Body, Headers, Response
from osteon.model.service import OperationModel


@dataclass(slots=True)
class Draft:
    """An operation's input bound to HTTP, before it has a host. Made by a serializer; handlers may still change it."""

    method: str
    #: percent-encoded, begins with "/", may hold a fixed query after "?"
    path: str
    #: not yet encoded; a list value stands for a repeated name
    query: dict[str, str | list[str]] = field(default_factory=dict[str, str | list[str]])
    headers: Headers = field(default_factory=Headers)
    body: Body = b""
    #: what stands before the endpoint's host name ("data-"), from the hostPrefix trait; None where there is none
    host_prefix: str | None = None


#: Valid parameters to a Draft. Compiled once for an operation.
Serializer: TypeAlias = Callable[[Mapping[str, Any]], Draft]

#: An answer to the caller's dict: output members and ``ResponseMetadata`` (RequestId, HostId, HTTPStatusCode,
#: HTTPHeaders), and for an error parser ``Error`` (Code, Message, and what the protocol adds) with modeled members
#: beside it. Raises ResponseParserError for a success that cannot be read; an unreadable error is still an error.
Parser: TypeAlias = Callable[[Response], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SerializerOptions:
    """What a ``creating-serializer`` handler may choose."""

    #: ``"second"`` or ``"millisecond"``: how exact date-time strings are written
    timestamp_precision: str = "second"


@dataclass(frozen=True, slots=True)
class Protocol:
    """A wire protocol as a record of three compilers, each called once for an operation."""

    name: str
    serializer: Callable[[OperationModel, SerializerOptions], Serializer]
    parser: Callable[[OperationModel], Parser]
    error_parser: Callable[[OperationModel], Parser]
