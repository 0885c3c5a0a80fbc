"""HTTP messages as plain records. No sockets, no protocol knowledge, no signing."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple, TypeAlias

#: What may travel as a request body: bytes, a file (``.read``), or an iterable of bytes; on async clients an async one.
Body: TypeAlias = bytes | bytearray | IO[bytes] | Iterable[bytes] | AsyncIterable[bytes] | None


class Headers(MutableMapping[str, str]):
    """Header fields by case-insensitive name, each with one value; spelling and order are kept.

    ``add_header`` joins a further value with a comma (RFC 9110, 5.3). ``raw``: lower-case name to (name, value).
    """

    __slots__ = ("raw",)

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self.raw: dict[str, tuple[str, str]] = (
            {name.lower(): (name, value) for name, value in dict(fields).items()} if fields else {}
        )

    def __getitem__(self, name: str) -> str:
        return self.raw[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        self.raw[name.lower()] = (name, value)

    def __delitem__(self, name: str) -> None:
        # Deleting an absent header is no error, as in email.message, which ported handlers rely on.
        self.raw.pop(name.lower(), None)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.raw

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.raw.values())

    def __len__(self) -> int:
        return len(self.raw)

    def get(self, name: str, default: Any = None) -> Any:
        # Mapping's own raises and catches a KeyError for every header that is absent, as most that are asked for are.
        held = self.raw.get(name.lower())
        return default if held is None else held[1]

    def __repr__(self) -> str:
        # Values may be secrets (Authorization, session tokens): names only.
        return f"Headers({', '.join(self)})"

    def add_header(self, name: str, value: str) -> None:
        """Add a value, keeping those already there."""
        held = self.raw.get(name.lower())
        self[name] = value if held is None else f"{held[1]},{value}"

    def get_all(self, name: str, default: list[str] | None = None) -> list[str] | None:
        """All values of a header as a list, as ``email.message.Message.get_all`` gives them."""
        held = self.raw.get(name.lower())
        return default if held is None else [held[1]]

    def copy(self) -> Headers:
        twin: Headers = object.__new__(Headers)
        twin.raw = self.raw.copy()
        return twin


def shown_url(url: str, secret_path: bool = False) -> str:
    """A URL for texts: without query and user, which may hold API keys, signatures and passwords."""
    scheme, _, rest = url.partition("?")[0].partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{'<redacted>' if secret_path else path}"


def _no_params() -> dict[str, str]:
    return {}  # a sixth of what calling dict[str, str] costs


@dataclass(slots=True, repr=False)
class Request:
    """A request that may still change: what ``request-created``, ``choose-signer`` and ``before-sign`` handlers get."""

    method: str
    url: str
    headers: Headers
    body: Body = None
    context: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    stream_output: bool = False
    #: further query parameters, merged into the url when the request is prepared
    params: dict[str, str] = field(default_factory=_no_params)
    #: a member that the model marks sensitive stands in the path
    secret_path: bool = False

    def __repr__(self) -> str:
        return f"Request({self.method} {shown_url(self.url, self.secret_path)})"

    @property
    def data(self) -> Body:
        """boto3's name for the body."""
        return self.body

    @data.setter
    def data(self, body: Body) -> None:
        self.body = body


class PreparedRequest(NamedTuple):
    """A signed request, ready to send: what ``before-send`` handlers get. ``body`` None means none."""

    method: str
    url: str
    headers: Headers
    body: Body = None
    #: the caller wants the body of a successful answer as a stream
    stream_output: bool = False
    #: seconds to wait for a connection and for each read, where the transport's own are too long
    timeout: float | None = None
    #: sent over no proxy: it is for this machine, or for what stands beside it
    direct: bool = False
    #: a member that the model marks sensitive stands in the path
    secret_path: bool = False
    #: seconds to wait for each read of this answer; where it says nothing, ``timeout`` counts
    read_timeout: float | None = None

    @property
    def read_limit(self) -> float | None:
        """Seconds to wait for each read, in the transport's place; None: the transport's own."""
        return self.timeout if self.read_timeout is None else self.read_timeout

    def __repr__(self) -> str:
        return f"PreparedRequest({self.method} {self.shown_url})"

    @property
    def shown_url(self) -> str:
        """The URL as errors and logs may show it."""
        return shown_url(self.url, self.secret_path)


@dataclass(slots=True, repr=False)
class Response:
    """An HTTP answer. ``body`` is bytes, or a streaming body where one was asked for and the status is below 300.

    A ``before-send`` handler may return one of its own, which is used instead of the network.
    """

    status_code: int
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: Any = field(default=b"", repr=False)
    url: str = ""

    def __repr__(self) -> str:
        # Of the URL nothing: its path may hold what the request kept to itself.
        return f"Response({self.status_code})"

    def __post_init__(self) -> None:
        if type(self.headers) is not Headers:
            self.headers = Headers(self.headers)
        if isinstance(self.body, str):
            self.body = self.body.encode()

    @property
    def content(self) -> bytes:
        """The body as bytes; empty where it is a stream."""
        return self.body if isinstance(self.body, bytes) else b""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")
