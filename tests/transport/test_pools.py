"""Connections that blocking clients keep: how many, for how long, and what becomes of those nobody closed."""

from __future__ import annotations

import gc
import socket
import threading
import warnings
from typing import Any

import pytest
from tests.support.servers import Connection, Server, echo
from tests.support.ways import quick, request, sending

from osteon.exceptions import EndpointConnectionError
from osteon.transport.blocking import BlockingTransport


def transport(**options: Any) -> BlockingTransport:
    return BlockingTransport(quick(options))


def told(leave: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        leave()
        gc.collect()
    return [str(warning.message) for warning in caught]


def test_a_client_may_be_dropped_without_closing_it() -> None:
    """As boto3's: nothing is said of sockets left open, and none is."""
    ended = threading.Event()

    def script(connection: Connection) -> None:
        echo(connection)
        ended.set()

    def leave() -> None:
        one = transport()
        one.send(request(server.url))
        one.send(request(server.url, stream=True)).body.read(1)

    with Server(script) as server:
        assert told(leave) == []
        assert ended.wait(5)


def test_a_body_outlives_its_client() -> None:
    with Server(echo) as server:
        one = transport()
        body = one.send(request(server.url, b"q", stream=True)).body
        one.close()
        del one
        assert told(lambda: body.read()) == []


def test_a_connection_given_back_after_the_end_is_closed() -> None:
    with Server(echo) as server:
        one = transport()
        body = one.send(request(server.url, b"q", stream=True)).body
        (pool,) = one._exchanges.popitem()[1]._pools.values()  # type: ignore[attr-defined]  # Transport is what it is known as
        pool.close()
        body.read()
        assert not pool._idle


def test_origins_are_forgotten_when_they_are_many() -> None:
    open_now = 0
    lock = threading.Lock()

    def script(connection: Connection) -> None:
        nonlocal open_now
        with lock:
            open_now += 1
        echo(connection)
        with lock:
            open_now -= 1

    one = transport()
    with Server(script, host="0.0.0.0") as server:
        for number in range(60):
            one.send(request(f"http://127.0.0.{number + 1}:{server.port}/"))
        (exchange,) = one._exchanges.values()
        assert len(exchange._pools) <= 32  # type: ignore[attr-defined]
        one.send(request(f"http://127.0.0.1:{server.port}/"))
        assert server.accepted == 61
        assert open_now <= 40
        one.close()


def test_many_threads_and_many_origins() -> None:
    one = transport()
    wrong: list[Any] = []

    def work(start: int) -> None:
        try:
            for number in range(40):
                url = f"http://127.0.0.{(start * 7 + number) % 50 + 1}:{server.port}/"
                if not one.send(request(url, b"q")).body.endswith(b"\n\nq"):
                    wrong.append(url)
        except Exception as error:
            wrong.append(error)

    with Server(echo, host="0.0.0.0") as server:
        threads = [threading.Thread(target=work, args=(start,)) for start in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        one.close()
    assert wrong == []


# --- sockets


@pytest.mark.parametrize("wanted", [False, True])
def test_tcp_keepalive(way: Any, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    connect = socket.socket.connect

    def note(sock: socket.socket, address: Any) -> Any:
        seen.append(bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)))
        return connect(sock, address)

    with Server(echo) as server:
        monkeypatch.setattr(socket.socket, "connect", note)
        way(tcp_keepalive=wanted).run(sending(request(server.url)))
    assert seen == [wanted]


def test_ipv6(way: Any) -> None:
    try:
        server = Server(echo, host="::1").__enter__()
    except OSError:  # a machine without it
        with pytest.raises(EndpointConnectionError):
            way().run(sending(request("http://[::1]:9/")))
        return
    try:
        fields = way().run(sending(request(f"http://[::1]:{server.port}/"))).body
    finally:
        server.__exit__(None, None, None)
    assert f"host: [::1]:{server.port}\n".encode() in fields
