"""What a protocol is: input bound to HTTP, and HTTP bound back. Records only; each protocol has its own file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from osteon.http import Body, Headers, Response
from osteon.model.service import OperationModel


def _no_context() -> dict[str, Any]:
    return {}  # a sixth of what calling dict[str, Any] costs


@dataclass(slots=True, eq=False)
class Draft(MutableMapping[str, Any]):
    """An operation's input bound to HTTP, unsigned. Made by a serializer; ``before-call`` handlers may change it.

    Reads and writes by attribute, and by the keys of botocore's request dict, under which ported handlers know it.
    """

    method: str
    #: percent-encoded, begins with "/", may hold a fixed query after "?"
    path: str
    #: not yet encoded; a list value stands for a repeated name
    query: dict[str, str | list[str]] = field(default_factory=dict[str, str | list[str]])
    headers: Headers = field(default_factory=Headers)
    #: a dict stands for form fields that are not yet encoded (query and ec2)
    body: Body | dict[str, Any] = b""
    #: what stands before the endpoint's host name ("data-"), from the hostPrefix trait; None where there is none
    host_prefix: str | None = None
    #: the whole url, once the endpoint is known; what is sent goes there
    url: str = ""
    context: dict[str, Any] = field(default_factory=_no_context)

    def __getitem__(self, key: str) -> Any:
        if key not in _DRAFT_KEYS:
            raise KeyError(key)
        return getattr(self, _DRAFT_KEYS[key])

    def __setitem__(self, key: str, value: Any) -> None:
        if key not in _DRAFT_KEYS:
            raise KeyError(f"{key} (a request has {', '.join(_DRAFT_KEYS)})")
        setattr(self, _DRAFT_KEYS[key], value)

    def __delitem__(self, key: str) -> None:
        raise TypeError(f"{key} is part of every request: set it, it cannot be taken out")

    def __iter__(self) -> Iterator[str]:
        return iter(_DRAFT_KEYS)

    def __len__(self) -> int:
        return len(_DRAFT_KEYS)


_DRAFT_KEYS: Mapping[str, str] = {
    "url_path": "path",
    "query_string": "query",
    "method": "method",
    "headers": "headers",
    "body": "body",
    "url": "url",
    "context": "context",
    "host_prefix": "host_prefix",
}

#: Valid parameters to a Draft. Compiled once for an operation.
Serializer: TypeAlias = Callable[[Mapping[str, Any]], Draft]

#: An answer to the caller's dict: output members and ``ResponseMetadata`` (RequestId, HostId, HTTPStatusCode,
#: HTTPHeaders), and for an error parser ``Error`` (Code, Message, and what the protocol adds) with modeled members
#: beside it. Raises ResponseParserError for a success that cannot be read; an unreadable error is still an error.
Parser: TypeAlias = Callable[[Response], dict[str, Any]]


class SerializerOptions(NamedTuple):
    """What a ``creating-serializer`` handler may choose."""

    #: how exact timestamps are written, one of :data:`osteon.codecs.scalars.TIMESTAMP_PRECISIONS`: ``"default"`` (in
    #: full), ``"millisecond"``, ``"legacy"`` (Unix times in whole seconds)
    timestamp_precision: str = "default"
    #: uri labels that the endpoint's own path carries, so that the request's does not repeat them (S3's Bucket)
    labels_in_endpoint: tuple[str, ...] = ()
    #: host labels that the endpoint rules place themselves (S3 Control's AccountId)
    host_prefix_in_endpoint: bool = False


class Protocol(NamedTuple):
    """A wire protocol as a record of three compilers, each called once for an operation."""

    name: str
    serializer: Callable[[OperationModel, SerializerOptions], Serializer]
    parser: Callable[[OperationModel], Parser]
    error_parser: Callable[[OperationModel], Parser]
