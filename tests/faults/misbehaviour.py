"""What a server may do to a request, by name: scripts for tests.support.servers, one act for each request."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterable

from tests.support.servers import Connection, Received, Server

Act = Callable[[Connection], None]


def answer(status: str, body: bytes = b"", *fields: str) -> Act:
    return lambda connection: connection.answer(body, status, *fields)


def raw(data: bytes) -> Act:
    """Bytes that are all of the answer, then the end of the connection."""

    def act(connection: Connection) -> None:
        connection.send(data)
        raise Bye

    return act


class Bye(OSError):
    """The server closes the connection."""


def hang_up(connection: Connection) -> None:
    raise Bye


def reset(connection: Connection) -> None:
    connection.reset()
    raise Bye


def silence(connection: Connection) -> None:
    while connection.sock.recv(4096):
        pass


def json_error(code: str, status: str = "400 Bad Request", *fields: str) -> Act:
    return answer(status, b'{"__type":"%s","message":"said so"}' % code.encode(), *fields)


def xml_error(code: str, status: str = "400 Bad Request", *fields: str) -> Act:
    return answer(status, b"<Error><Code>%s</Code><Message>said so</Message></Error>" % code.encode(), *fields)


def query_error(code: str, status: str = "400 Bad Request", *fields: str) -> Act:
    body = b"<ErrorResponse><Error><Code>%s</Code><Message>said so</Message></Error></ErrorResponse>"
    return answer(status, body % code.encode(), *fields)


def wrong_crc(body: bytes) -> Act:
    return answer("200 OK", body, f"x-amz-crc32: {zlib.crc32(body) ^ 1}")


class Scripted(Server):
    """Plays its acts in order, the last one again and again; ``requests`` holds what came."""

    def __init__(self, acts: Iterable[Act]) -> None:
        super().__init__(self._play)
        self._acts = list(acts)
        self.requests: list[Received] = []
        self._lock = threading.Lock()

    def _play(self, connection: Connection) -> None:
        while (request := connection.read()) is not None:
            with self._lock:
                self.requests.append(request)
                act = self._acts[min(len(self.requests), len(self._acts)) - 1]
            act(connection)

    def bodies(self) -> list[bytes]:
        return [request.body for request in self.requests]
