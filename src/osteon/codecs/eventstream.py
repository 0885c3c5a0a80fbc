"""Event streams (``application/vnd.amazon.eventstream``): bytes to messages to events, and the two iterators over them.

Decoder and binding are pure; the iterators only read from a body they are handed. No sockets, no threads.
Source: Smithy's event stream specification (prelude, headers, payload, two CRCs).
"""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeAlias
from zlib import crc32

from typing_extensions import TypeVar

from osteon.exceptions import ChecksumError, EventStreamError, IncompleteReadError, ResponseParserError
from osteon.model.shapes import Shape, StructureShape
from osteon.timestamps import to_datetime

EventT = TypeVar("EventT", default=dict[str, Any])

#: booleans, integers, bytes (byte arrays and UUIDs) and text; timestamps are milliseconds since the epoch
HeaderValue: TypeAlias = bool | int | bytes | str
#: For a shape, the reader of a payload as its value.
PayloadDecoder: TypeAlias = Callable[[Shape], Callable[[bytes], Any]]

MAX_HEADERS = 128 * 1024
MAX_PAYLOAD = 24 * 1024 * 1024

_PRELUDE = struct.Struct("!III")
_CRC = struct.Struct("!I")
_OVERHEAD = _PRELUDE.size + _CRC.size

_LENGTH = struct.Struct("!H")

# Header types: true 0, false 1, byte 2, short 3, integer 4, long 5, bytes 6, text 7, timestamp 8, UUID 9
_BOOLEANS: Mapping[int, bool] = {0: True, 1: False}
_NUMBERS: Mapping[int, struct.Struct] = {
    kind: struct.Struct(form) for kind, form in ((2, "!b"), (3, "!h"), (4, "!i"), (5, "!q"), (8, "!q"))
}
_BYTES, _TEXT, _UUID = 6, 7, 9


class Message(NamedTuple):
    """One message: its headers by name, and its payload."""

    headers: Mapping[str, HeaderValue]
    payload: bytes

    def text(self, name: str) -> str:
        """A header as text; empty where it is absent or something else."""
        value = self.headers.get(name)
        return value if isinstance(value, str) else ""


# --- bytes to messages ------------------------------------------------------------------------------------------------


class MessageDecoder:
    """Cuts bytes, in chunks of any size, into messages.

    Raises ChecksumError for a message that is not what was sent, ResponseParserError for one that breaks the format or
    its limits. Messages before a broken one come out first. After an error the decoder is of no more use.
    """

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take in ``data``; iterate over the messages that are complete now."""
        self.add(data)
        return iter(self.take, None)

    def add(self, data: bytes) -> None:
        """Take in ``data``."""
        self._held += data

    def take(self) -> Message | None:
        """The next message that is complete; None where bytes are missing."""
        if len(self._held) < _PRELUDE.size:
            return None
        total, header_length = _lengths(self._held)
        if len(self._held) < total:
            return None
        frame = bytes(self._held[:total])
        del self._held[:total]
        return _message(frame, header_length)

    def wanted(self) -> int:
        """How many bytes the message in hand still needs, as far as is known.

        Whoever reads so many and no more never waits for a later message before handing out this one.
        """
        return self._expected() - len(self._held)

    def finish(self) -> None:
        """Say that no more bytes come. Raises IncompleteReadError where that cuts a message."""
        if self._held:
            raise IncompleteReadError(actual_bytes=len(self._held), expected_bytes=self._expected())

    def _expected(self) -> int:
        return _lengths(self._held)[0] if len(self._held) >= _PRELUDE.size else _PRELUDE.size


def _lengths(held: bytearray) -> tuple[int, int]:
    """Lengths of the message and of its headers, from a prelude that is checked."""
    total, header_length, checksum = _PRELUDE.unpack_from(held)
    _verify(bytes(held[: _PRELUDE.size - _CRC.size]), checksum)
    payload_length = total - header_length - _OVERHEAD
    for part, length, limit in (("header", header_length, MAX_HEADERS), ("payload", payload_length, MAX_PAYLOAD)):
        if length > limit:
            raise ResponseParserError(f"Event stream {part} length of {length} exceeded the maximum of {limit}")
    if payload_length < 0:
        raise ResponseParserError(f"Event stream message of {total} bytes cannot hold {header_length} bytes of headers")
    return total, header_length


def _message(frame: bytes, header_length: int) -> Message:
    end = len(frame) - _CRC.size
    _verify(frame[:end], _CRC.unpack_from(frame, end)[0])
    payload_start = _PRELUDE.size + header_length
    return Message(_headers(frame[_PRELUDE.size : payload_start]), frame[payload_start:end])


def _verify(data: bytes, expected: int) -> None:
    actual = crc32(data)
    if actual != expected:
        raise ChecksumError(
            checksum_type="crc32", expected_checksum=f"0x{expected:08x}", actual_checksum=f"0x{actual:08x}"
        )


def _headers(data: bytes) -> Mapping[str, HeaderValue]:
    headers: dict[str, HeaderValue] = {}
    place = 0
    try:
        while place < len(data):
            name_end = place + 1 + data[place]
            name = data[place + 1 : name_end].decode()
            if name in headers:
                raise ResponseParserError(f"Duplicate event stream header: {name!r}")
            headers[name], place = _header_value(data, name_end)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise ResponseParserError("An event stream message's headers are damaged") from None
    if place != len(data):
        raise ResponseParserError("An event stream message's last header is cut off")
    return MappingProxyType(headers)


def _header_value(data: bytes, place: int) -> tuple[HeaderValue, int]:
    """The value whose type byte is at ``place``, and where the next header begins."""
    kind, start = data[place], place + 1
    if kind in _BOOLEANS:
        return _BOOLEANS[kind], start
    if kind in _NUMBERS:
        number = _NUMBERS[kind]
        return number.unpack_from(data, start)[0], start + number.size
    if kind == _UUID:
        return data[start : start + 16], start + 16
    if kind not in (_BYTES, _TEXT):
        raise ResponseParserError(f"Unknown event stream header type {kind}")
    end = start + 2 + _LENGTH.unpack_from(data, start)[0]
    value = data[start + 2 : end]
    return value.decode() if kind == _TEXT else value, end


# --- messages to events -----------------------------------------------------------------------------------------------


class Binding(NamedTuple):
    """How one operation's messages become its events."""

    operation_name: str
    #: event type to the reader of its messages
    events: Mapping[str, Callable[[Message], Any]]
    #: exception type to the reader of its payload
    exceptions: Mapping[str, Callable[[bytes], Any]]

    def event(self, message: Message) -> dict[str, Any] | None:
        """``{event type: value}``; None for a type that the model does not know, which is passed over.

        Raises EventStreamError for the service's error and exception messages, ResponseParserError for what is neither
        that nor an event.
        """
        kind, name = message.text(":message-type"), message.text(":event-type")
        if kind in ("error", "exception"):
            raise EventStreamError({"Error": self._error(message)}, self.operation_name)
        if kind != "event" or not name:
            raise ResponseParserError("An event stream message does not say that it is an event, and of which type")
        read = self.events.get(name)
        return None if read is None else {name: read(message)}

    def _error(self, message: Message) -> dict[str, str]:
        name = message.text(":exception-type")
        read = self.exceptions.get(name)
        if read is None:
            return {"Code": message.text(":error-code") or name, "Message": message.text(":error-message")}
        members: Mapping[str, Any] = (read(message.payload) if message.payload else None) or {}
        return {"Code": name, "Message": members.get("Message", members.get("message", ""))}


def bind(operation_name: str, stream: StructureShape, decode: PayloadDecoder) -> Binding:
    """The binding of an operation whose output holds ``stream``; ``decode`` reads the documents of its protocol."""
    members = [(name, member) for name, member in stream.members.items() if isinstance(member, StructureShape)]
    return Binding(
        operation_name,
        {name: _event_reader(member, decode) for name, member in members if not member.exception},
        {name: decode(member) for name, member in members if member.exception},
    )


def _event_reader(shape: StructureShape, decode: PayloadDecoder) -> Callable[[Message], dict[str, Any]]:
    in_headers = {name: member for name, member in shape.members.items() if member.eventheader}
    payload = next(((name, member) for name, member in shape.members.items() if member.eventpayload), None)
    read_payload = _payload_reader(payload[1], decode) if payload is not None else decode(shape)

    def read(message: Message) -> dict[str, Any]:
        event = {
            name: _bound_header(member, message.headers[name])
            for name, member in in_headers.items()
            if name in message.headers
        }
        if payload is not None:
            event[payload[0]] = read_payload(message.payload)
        elif message.payload:
            event.update(read_payload(message.payload) or {})
        return event

    return read


def _bound_header(member: Shape, value: HeaderValue) -> Any:
    if member.type != "timestamp" or not isinstance(value, int):
        return value
    try:
        return to_datetime(value / 1000)
    except ValueError:
        raise ResponseParserError(f"An event's header holds no valid time: {value} milliseconds") from None


def _payload_reader(shape: Shape, decode: PayloadDecoder) -> Callable[[bytes], Any]:
    if shape.type == "blob":
        return bytes
    if shape.type == "string":
        return _utf8
    read = decode(shape)
    return lambda payload: read(payload) if payload else {}


def _utf8(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise ResponseParserError("An event's payload is not UTF-8 text") from None


# --- iterators over bodies --------------------------------------------------------------------------------------------


class Body(Protocol):
    """What :class:`EventStream` reads from."""

    def read(self, amt: int, /) -> bytes: ...

    def close(self) -> None: ...


class AsyncBody(Protocol):
    """What :class:`AsyncEventStream` reads from."""

    async def read(self, amt: int, /) -> bytes: ...

    def close(self) -> None: ...


class _Events:
    """What both kinds of stream share: bytes go in by the body, events come out."""

    def __init__(self, body: Any, binding: Binding) -> None:
        self._body = body
        self._binding = binding
        self._decoder = MessageDecoder()
        self._closed = False

    def _event(self, message: Message) -> Any:
        return self._binding.event(message)

    def close(self) -> None:
        """Give up the rest of the stream and its connection."""
        self._closed = True
        self._body.close()

    def __reduce_ex__(self, protocol: Any) -> Any:
        # What would be pickled holds a connection, and the request with its signature.
        raise TypeError(f"cannot pickle {type(self).__name__!r} object: it reads from a connection")


class EventStream(_Events, Generic[EventT]):
    """The events of an answer, as they come: ``for event in stream``. Each is a dict of one key, the event's type.

    Iterating raises EventStreamError where the service ends the stream with an error, and IncompleteReadError,
    ChecksumError or ResponseParserError where the stream is damaged; any of these closes it. Can be read once.
    """

    def __init__(self, body: Body, binding: Binding) -> None:
        super().__init__(body, binding)

    def __iter__(self) -> Iterator[EventT]:
        return self

    def __next__(self) -> EventT:
        try:
            while (message := self._message()) is not None:
                event: EventT | None = self._event(message)
                if event is not None:
                    return event
        except Exception:
            self.close()
            raise
        raise StopIteration

    def initial_message(self) -> Message:
        """The first message, which RPC protocols send before all events. Raises ResponseParserError for another one."""
        return _initial(self._message())

    def _message(self) -> Message | None:
        while not self._closed:
            if (message := self._decoder.take()) is not None:
                return message
            chunk = self._body.read(self._decoder.wanted())
            if not chunk and not self._closed:
                self._decoder.finish()
                return None
            self._decoder.add(chunk)
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncEventStream(_Events, Generic[EventT]):
    """:class:`EventStream` for ``async for``. A wait for an event that is cancelled loses nothing: ask again."""

    def __init__(self, body: AsyncBody, binding: Binding) -> None:
        super().__init__(body, binding)

    def __aiter__(self) -> AsyncIterator[EventT]:
        return self

    async def __anext__(self) -> EventT:
        # Not an asynchronous generator: one that is cancelled is at its end, and the rest would be lost in silence.
        try:
            while (message := await self._message()) is not None:
                event: EventT | None = self._event(message)
                if event is not None:
                    return event
        except Exception:
            self.close()
            raise
        raise StopAsyncIteration

    async def initial_message(self) -> Message:
        """As :meth:`EventStream.initial_message`."""
        return _initial(await self._message())

    async def _message(self) -> Message | None:
        while not self._closed:
            if (message := self._decoder.take()) is not None:
                return message
            chunk = await self._body.read(self._decoder.wanted())
            if not chunk and not self._closed:
                self._decoder.finish()
                return None
            self._decoder.add(chunk)
        return None

    async def aclose(self) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


def open_stream(body: Any, binding: Binding) -> EventStream[Any] | AsyncEventStream[Any]:
    """The events of a streamed body, asynchronous where the body is; of bytes, where no network was asked."""
    if hasattr(body, "__aiter__"):
        return AsyncEventStream(body, binding)
    return EventStream(BytesIO(body) if isinstance(body, bytes) else body, binding)


def _initial(message: Message | None) -> Message:
    if message is None or message.text(":event-type") != "initial-response":
        raise ResponseParserError("First event was not of type initial-response")
    return message
