"""What goes over the wire and what comes back, on both transports, against small real servers."""

from __future__ import annotations

import io
import os
import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.support.servers import Authority, Connection, Received, Server, connect_proxy, echo, requests_of
from tests.support.ways import Way, request, sending

from osteon.exceptions import (
    ConnectionClosedError,
    ConnectionError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    InvalidConfigError,
    InvalidProxiesConfigError,
    OsteonError,
    ProxyConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)
from osteon.transport.aio import AioTransport
from osteon.transport.blocking import BlockingTransport
from osteon.transport.options import TransportOptions
from osteon.transport.runner import Runner

Make = Callable[..., Way]

PATHS = [
    "/", "/a/../b", "//double//slash/", "/a%2Fb%2f", "/%E2%82%AC", "/x?", "/x?a=1&a=2&b", "/x?y=%2F..", "/a/./b/.",
    "/~!$&'()*+,;=:@", "/%", "/a%20b?q=a+b", "/?x=/y?z",
]  # fmt: skip


def number(pieces: list[bytes]) -> Iterator[bytes]:
    yield from pieces


@pytest.mark.parametrize("path", PATHS)
def test_the_target_goes_out_byte_for_byte(way: Make, path: str) -> None:
    with Server(echo) as server:
        answer = way().run(sending(request(server.url + path, method="GET")))
    # yarl knows no empty query: an "?" that nothing follows is dropped on asyncio.
    assert answer.body.split(b"\n")[0].decode() in (f"GET {path} HTTP/1.1", f"GET {path.removesuffix('?')} HTTP/1.1")


@pytest.mark.parametrize(("tail", "target"), [("", "/"), ("?a=1", "/?a=1"), ("/a#b", "/a"), ("#b", "/")])
def test_a_url_without_path_or_with_fragment(way: Make, tail: str, target: str) -> None:
    with Server(echo) as server:
        assert (
            way().run(sending(request(server.url + tail, method="GET"))).body.startswith(f"GET {target} HTTP".encode())
        )


BODIES: list[tuple[Any, bytes, str]] = [
    (lambda: None, b"", "content-length: 0"),
    (lambda: b"abc", b"abc", "content-length: 3"),
    (lambda: bytearray(b"abc"), b"abc", "content-length: 3"),
    (lambda: b"x" * 300_000, b"x" * 300_000, "content-length: 300000"),
    (lambda: io.BytesIO(b"file"), b"file", "content-length: 4"),
    (lambda: number([b"a", b"", b"bc"]), b"abc", "transfer-encoding: chunked"),
    (lambda: [b"a", b"bc"], b"abc", "transfer-encoding: chunked"),
]


@pytest.mark.parametrize(("body", "sent", "framing"), BODIES)
def test_bodies_arrive_whole_with_the_right_framing(way: Make, body: Any, sent: bytes, framing: str) -> None:
    with Server(echo) as server:
        head, _, got = way().run(sending(request(server.url, body()))).body.partition(b"\n\n")
    assert got == sent
    framings = [line for line in head.decode().splitlines() if line.startswith(("content-length", "transfer-encoding"))]
    assert framings == [framing]


def test_a_file_is_sent_from_where_it_stands(way: Make) -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    with Server(echo) as server:
        assert way().run(sending(request(server.url, file))).body.endswith(b"\n\n456789")


def test_only_the_requests_own_fields_and_the_needful_are_sent(way: Make) -> None:
    with Server(echo) as server:
        sent = request(server.url, b"q", headers={"X-A": "1", "User-Agent": "me"})
        fields = way().run(sending(sent)).body.partition(b"\n\n")[0].decode().splitlines()[1:]
    host = f"host: 127.0.0.1:{server.port}"
    assert sorted(fields) == ["accept-encoding: identity", "content-length: 1", host, "user-agent: me", "x-a: 1"]


REFUSED = [
    ({"X-A": "1\r\nX-Evil: 1"}, "/", "Invalid value of header 'X-A'"),
    ({"X-A": "1\nX"}, "/", "Invalid value of header 'X-A'"),
    ({"X-A": "a\0b"}, "/", "Invalid value of header 'X-A'"),
    ({"X: A": "1"}, "/", "Invalid header name 'X: A'"),
    ({"X-A\r\n": "1"}, "/", "Invalid header name"),
    ({"": "1"}, "/", "Invalid header name ''"),
    ({}, "/a b", "Invalid URL path"),
    ({}, "/a\r\nX-Evil: 1", "Invalid URL path"),
    ({}, "/ü", "Invalid URL path"),
    ({"Content-Length": "7"}, "/", "Content-Length"),
]


@pytest.mark.parametrize(("headers", "path", "message"), REFUSED)
def test_what_could_smuggle_is_refused_before_anything_is_sent(
    way: Make, headers: dict[str, str], path: str, message: str
) -> None:
    with Server(echo) as server:
        with pytest.raises(HTTPClientError, match=message):
            way().run(sending(request(server.url + path, b"x", headers=headers)))
        assert server.accepted == 0


@pytest.mark.parametrize("url", ["ftp://h/", "http:///x", "nonsense", "http://h:x/", "http://a b/", ""])
def test_what_is_no_url_is_refused(way: Make, url: str) -> None:
    with pytest.raises(HTTPClientError, match="no URL to send to"):
        way().run(sending(request(url)))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda: io.StringIO("text"), "gives str, not bytes"),
        (lambda: ["text"], "gives str, not bytes"),
        (lambda: number([b"abc"]), "more bytes than its Content-Length, 2"),
        (lambda: number([b"a"]), "1 bytes fewer than its Content-Length, 2"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(way: Make, body: Any, message: str) -> None:
    with Server(echo) as server, pytest.raises(HTTPClientError, match=message):
        way(read_timeout=1).run(sending(request(server.url, body(), headers={"Content-Length": "2"})))


# --- answers


def raw(answer: bytes, then: Callable[[Connection], None] = lambda connection: None) -> Callable[[Connection], None]:
    def script(connection: Connection) -> None:
        for _ in requests_of(connection):
            connection.send(answer)
            then(connection)
            if b"Connection: close" in answer or b"Content-Length" not in answer:
                return

    return script


def silence(connection: Connection, before: bytes = b"") -> None:
    connection.send(before)
    time.sleep(1)


def hang_up(connection: Connection) -> None:
    connection.read()


def reset(connection: Connection) -> None:
    connection.read()
    connection.reset()


HEAD = b"HTTP/1.1 200 OK\r\n"
ANSWERS: list[tuple[bytes, bytes, dict[str, str]]] = [
    (HEAD + b"Content-Length: 2\r\nX-A:  1 \r\n\r\nok", b"ok", {"x-a": "1"}),
    (HEAD + b"Content-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\nok", b"ok", {"x-a": "1, 2"}),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", b"ok", {}),
    (HEAD + b"\r\nuntil the end", b"until the end", {}),
    (b"HTTP/1.0 200 OK\r\n\r\nold", b"old", {}),
    (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", b"", {}),
    (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nzip", b"zip", {"content-encoding": "gzip"}),
    (HEAD + "X-A: \u00e9\r\nContent-Length: 0\r\n\r\n".encode("latin-1"), b"", {"x-a": "\u00e9"}),
    (b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"Content-Length: 1\r\n\r\nx", b"x", {}),
    (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HEAD + b"Content-Length: 1\r\n\r\nx", b"x", {}),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("answer", "body", "fields"), ANSWERS)
def test_answers_of_every_framing(way: Make, answer: bytes, body: bytes, fields: dict[str, str], stream: bool) -> None:
    with Server(raw(answer)) as server:
        one = way()
        response = one.run(sending(request(server.url, stream=stream)))
        assert (one.wait(response.body.read()) if stream else response.body) == body
    assert response.status_code == 200
    assert {name: response.headers[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Not Modified")]
)
def test_answers_without_a_body(way: Make, method: str, status: str) -> None:
    with Server(raw(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())) as server:
        assert way().run(sending(request(server.url, method=method))).body == b""


@pytest.mark.parametrize("status", [301, 307, 400, 503])
def test_redirects_and_errors_are_answers_with_bytes(way: Make, status: int) -> None:
    with Server(raw(f"HTTP/1.1 {status} Is\r\nLocation: /else\r\nContent-Length: 2\r\n\r\nno".encode())) as server:
        response = way().run(sending(request(server.url, method="GET", stream=True)))
        assert (response.status_code, response.body, server.accepted) == (status, b"no", 1)


FAULTS: list[tuple[str, Callable[[Connection], None], type[OsteonError]]] = [
    ("closed", lambda connection: None, ConnectionClosedError),
    ("closed after the request", hang_up, ConnectionClosedError),
    ("reset", reset, ConnectionClosedError),
    ("silent", lambda connection: silence(connection), ReadTimeoutError),
    ("no http", raw(b"SSH-2.0-OpenSSH\r\n\r\n"), ConnectionClosedError),
    ("cut in the head", raw(b"HTTP/1.1 200 OK\r\nX-A"), OsteonError),
    ("odd length", raw(HEAD + b"Content-Length: two\r\nConnection: close\r\n\r\nok"), ConnectionClosedError),
    ("cut body", raw(HEAD + b"Content-Length: 9\r\nConnection: close\r\n\r\nok"), ConnectionClosedError),
    ("cut chunk", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nok"), ConnectionClosedError),
    ("no last chunk", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"), ConnectionClosedError),
    ("bad chunk", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n"), ConnectionClosedError),
    ("silent in body", raw(HEAD + b"Content-Length: 9\r\n\r\nok", silence), ReadTimeoutError),
    ("endless line", raw(HEAD + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n"), ConnectionClosedError),
]


@pytest.mark.parametrize(("script", "error"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_is_one_clear_error(
    way: Make, script: Callable[[Connection], None], error: type[OsteonError]
) -> None:
    with Server(script) as server, pytest.raises(error) as raised:
        way(read_timeout=0.3).run(sending(request(server.url + "/p?secret=1", b"x")))
    assert "secret" not in str(raised.value)


STREAM_FAULTS = [
    (
        "cut body",
        raw(HEAD + b"Content-Length: 9\r\nConnection: close\r\n\r\nok"),
        (ResponseStreamingError, IncompleteReadError),
    ),
    ("cut chunk", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nok"), ResponseStreamingError),
    ("silent", raw(HEAD + b"Content-Length: 9\r\n\r\nok", silence), ReadTimeoutError),
]


@pytest.mark.parametrize("amt", [None, 2, 5])
@pytest.mark.parametrize(("script", "error"), [fault[1:] for fault in STREAM_FAULTS], ids=[f[0] for f in STREAM_FAULTS])
def test_a_stream_that_breaks_never_looks_complete(way: Make, script: Any, error: Any, amt: int | None) -> None:
    one = way(read_timeout=0.3)
    with Server(script) as server:
        body = one.run(sending(request(server.url, stream=True))).body

        def read_on() -> None:
            for _ in range(9):
                one.wait(body.read(amt))

        with pytest.raises(error):
            read_on()


def test_nobody_listens(way: Make) -> None:
    with Server(echo) as server:
        url = server.url
    with pytest.raises(EndpointConnectionError, match="Could not connect"):
        way().run(sending(request(url)))


def test_nobody_of_that_name(way: Make) -> None:
    with pytest.raises(EndpointConnectionError):
        way().run(sending(request("http://nobody.invalid/")))


def test_a_handshake_that_never_comes(way: Make) -> None:
    with Server(silence) as server, pytest.raises(ConnectTimeoutError):
        way(connect_timeout=0.3).run(sending(request(server.url.replace("http:", "https:"))))


# --- connections


def test_connections_are_kept_and_used_again(way: Make) -> None:
    one = way()
    with Server(echo) as server:
        for _ in range(5):
            one.run(sending(request(server.url, b"x")))
            body = one.run(sending(request(server.url, b"x", stream=True))).body
            one.wait(body.read())
        assert server.accepted == 1
        body = one.run(sending(request(server.url, b"x" * 3_000_000, stream=True))).body
        one.wait(body.read(10))
        body.close()
        one.run(sending(request(server.url, b"x")))
        assert server.accepted == 2, "a body not read to its end keeps its connection"


def test_a_connection_that_the_server_closed_meanwhile_is_not_used(way: Make) -> None:
    def one_answer(connection: Connection) -> None:
        connection.read()
        connection.answer(b"ok")

    one = way()
    with Server(one_answer) as server:
        for _ in range(3):
            assert one.run(sending(request(server.url))).body == b"ok"
            time.sleep(0.15)
        assert server.accepted == 3


def test_closing_and_sending_again(way: Make) -> None:
    one = way()
    with Server(echo) as server:
        one.run(sending(request(server.url)))
        one.wait(one.runner.close())
        one.run(sending(request(server.url)))
        assert server.accepted == 2


def test_sixteen_threads_share_a_transport() -> None:
    transport = BlockingTransport(TransportOptions(proxies={}, max_pool_connections=4))
    runner, wrong = Runner(transport), []

    def work(number: int) -> None:
        for turn in range(50):
            body = f"{number}-{turn}".encode()
            if not runner.run(sending(request(server.url, body))).body.endswith(b"\n\n" + body):
                wrong.append(body)

    with Server(echo) as server:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        transport.close()
    assert wrong == []


def test_a_forked_child_makes_its_own_connections() -> None:
    runner = Runner(BlockingTransport(TransportOptions(proxies={}, read_timeout=5)))
    reading, writing = os.pipe()
    with Server(echo) as server:
        runner.run(sending(request(server.url, b"parent")))
        child = os.fork()
        if child == 0:
            os.write(writing, runner.run(sending(request(server.url, b"child"))).body[-5:])
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reading, 5) == b"child"
        assert runner.run(sending(request(server.url, b"parent"))).body.endswith(b"parent")
        assert server.accepted == 2
    runner.close()
    os.close(reading)
    os.close(writing)


def test_a_forked_child_waits_for_no_thread_of_its_parents() -> None:
    transport = BlockingTransport(TransportOptions(proxies={}, read_timeout=5))
    with Server(echo) as server:
        transport.send(request(server.url))
        (exchange,) = transport._exchanges.values()
        with exchange._lock:  # type: ignore[attr-defined]  # as if a thread of the parent's held it that moment
            child = os.fork()
            if child == 0:
                signal.alarm(5)  # ends a child that waits for ever
                transport.send(request(server.url))
                os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        transport.close()


# --- Expect


def continuing(status: bytes, seen: list[Received]) -> Callable[[Connection], None]:
    def script(connection: Connection) -> None:
        head = connection.read_head()
        assert head is not None
        if status:
            connection.send(
                b"HTTP/1.1 ", status, b"\r\nContent-Length: 0\r\n\r\n" if status[:1] != b"1" else b"\r\n\r\n"
            )
        if status[:1] in (b"", b"1"):
            seen.append(connection.read_body(head))
            connection.answer(b"done")
        else:
            seen.append(head)
            head.body = connection.reader.read()

    return script


@pytest.mark.parametrize("body", [lambda: b"abc", lambda: io.BytesIO(b"abc")])
@pytest.mark.parametrize(
    ("status", "code", "arrived"), [(b"100 Continue", 200, b"abc"), (b"", 200, b"abc"), (b"403 Forbidden", 403, b"")]
)
def test_expect_continue(way: Make, status: bytes, code: int, arrived: bytes, body: Any) -> None:
    seen: list[Received] = []
    with Server(continuing(status, seen)) as server:
        sent = request(server.url, body(), "PUT", headers={"Expect": "100-continue"})
        assert way(read_timeout=5).run(sending(sent)).status_code == code
    assert [received.body for received in seen] == [arrived]


# --- TLS


def test_tls_with_an_own_authority(way: Make, authority: Authority) -> None:
    with Server(echo, authority.server_context()) as server:
        one = way(verify=str(authority.ca))
        for _ in range(2):
            assert one.run(sending(request(server.url, b"safe"))).body.endswith(b"safe")
        assert server.accepted == 1


def test_verification_is_on_and_can_be_switched_off_without_leaking(
    way: Make, stranger: Authority, authority: Authority
) -> None:
    with Server(echo, stranger.server_context()) as server:
        for verify in True, str(authority.ca):
            with pytest.raises(SSLError, match="certificate verify failed"):
                way(verify=verify).run(sending(request(server.url)))
        assert way(verify=False).run(sending(request(server.url))).status_code == 200
        with pytest.raises(SSLError):
            way(verify=True).run(sending(request(server.url)))


#: whose certificate, which of them, the host in the url, what OpenSSL calls it, the way out
_REFUSED = [
    ("stranger", "server", "127.0.0.1", "unable to get local issuer certificate", "give verify= its authority's"),
    ("stranger", "lone", "127.0.0.1", "self-signed certificate", "give verify= its authority's"),
    ("authority", "server", "localhost", "certificate is not valid for 'localhost'", "by a name that"),
    ("authority", "expired", "127.0.0.1", "certificate has expired", "needs a new certificate, or is this machine's"),
    ("authority", "future", "127.0.0.1", "certificate is not yet valid", "is this machine's clock right"),
]


@pytest.mark.parametrize(("issuer", "kind", "host", "reason", "way_out"), _REFUSED)
def test_a_certificate_that_is_refused(
    way: Make, authority: Authority, stranger: Authority, issuer: str, kind: str, host: str, reason: str, way_out: str
) -> None:
    """The same error on threads and on asyncio: with OpenSSL's reason, and what can be done; nothing is sent."""
    seen: list[Received | None] = []
    context = {"authority": authority, "stranger": stranger}[issuer].server_context(certificate=kind)
    with Server(lambda connection: seen.append(connection.read()), context) as server:
        url = f"https://{host}:{server.port}/"
        with pytest.raises(SSLError) as caught:
            way(verify=str(authority.ca)).run(sending(request(url)))
    told = str(caught.value)
    assert told.startswith(f"SSL validation failed for {url[:-1]}")
    assert reason in told
    assert way_out in told
    assert isinstance(caught.value.kwargs["error"], ssl.SSLCertVerificationError)
    assert isinstance(caught.value, ConnectionError)
    assert seen == []


def test_client_certificates(way: Make, authority: Authority) -> None:
    with Server(echo, authority.server_context(ask_client=True)) as server:
        one = way(verify=str(authority.ca), client_cert=str(authority.client))
        assert one.run(sending(request(server.url))).status_code == 200
        with pytest.raises((SSLError, ConnectionClosedError)):
            way(verify=str(authority.ca)).run(sending(request(server.url)))


@pytest.mark.parametrize(
    "options", [{"verify": "/nowhere/ca.pem"}, {"verify": __file__}, {"client_cert": "/nowhere.pem"}]
)
def test_certificates_that_cannot_be_read(way: Make, authority: Authority, options: dict[str, str]) -> None:
    with (
        Server(echo, authority.server_context()) as server,
        pytest.raises(InvalidConfigError, match=next(iter(options.values()))),
    ):
        way(**options).run(sending(request(server.url)))


def test_no_tls_where_tls_is_expected(way: Make) -> None:
    def plain(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with Server(plain) as server, pytest.raises((SSLError, EndpointConnectionError, ConnectionClosedError)):
        way().run(sending(request(server.url.replace("http:", "https:"))))


# --- proxies


def test_a_proxy_forwards_http_and_gets_its_credentials(way: Make) -> None:
    seen: list[Received] = []
    with Server(connect_proxy(seen)) as proxy:
        one = way(proxies={"http": f"http://user:p%40ss@127.0.0.1:{proxy.port}"})
        assert one.run(sending(request("http://far.invalid/a/../b?c"))).body == b"by proxy: http://far.invalid/a/../b?c"
    assert seen[0].fields["proxy-authorization"] == "Basic dXNlcjpwQHNz"
    assert seen[0].fields["host"] == "far.invalid"


@pytest.mark.parametrize("secure_proxy", [False, True])
def test_a_proxy_tunnels_tls_and_the_target_sees_no_credentials(
    way: Make, authority: Authority, stranger: Authority, secure_proxy: bool
) -> None:
    seen: list[Received] = []
    tls = stranger.server_context() if secure_proxy else None
    with Server(echo, authority.server_context()) as server, Server(connect_proxy(seen), tls) as proxy:
        config = {"proxy_ca_bundle": str(stranger.ca)} if secure_proxy else {}
        address = proxy.url.replace("//", "//user:pass@")
        one = way(verify=str(authority.ca), proxies={"https": address}, proxies_config=config)
        body = one.run(sending(request(server.url, b"through"))).body
        one.wait(one.runner.close())
    assert body.endswith(b"through")
    assert b"proxy-authorization" not in body
    assert seen[0].line.startswith(f"CONNECT 127.0.0.1:{server.port} ")
    assert seen[0].fields["proxy-authorization"] == "Basic dXNlcjpwYXNz"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(way: Make, scheme: str) -> None:
    with Server(echo) as server:
        port = server.port
    with pytest.raises(ProxyConnectionError, match=r"\*\*\*:\*\*\*@127.0.0.1") as raised:
        way(proxies={scheme: f"http://user:secret@127.0.0.1:{port}"}).run(sending(request(f"{scheme}://127.0.0.1:9/")))
    assert "secret" not in str(raised.value)


def test_a_proxy_that_refuses_the_tunnel(way: Make) -> None:
    with Server(connect_proxy([], "407 Proxy Authentication Required")) as proxy, pytest.raises(ProxyConnectionError):
        way(proxies={"https": proxy.url}).run(sending(request("https://127.0.0.1:9/")))


#: what a proxy does that was asked for a tunnel -> the error
PROXY_FAULTS: dict[str, tuple[Callable[[Connection], None], type[OsteonError]]] = {
    "says nothing": (lambda connection: silence(connection), ConnectTimeoutError),
    "says half": (lambda connection: silence(connection, b"HTTP/1.1 200 OK\r\nX-A"), ConnectTimeoutError),
    "hangs up": (lambda connection: None, ProxyConnectionError),
    "resets": (Connection.reset, ProxyConnectionError),
    "is no proxy": (lambda connection: connection.send(b"SSH-2.0-OpenSSH\r\n\r\n"), ProxyConnectionError),
}


@pytest.mark.parametrize("name", PROXY_FAULTS)
def test_a_proxy_that_makes_no_tunnel(way: Make, name: str) -> None:
    act, error = PROXY_FAULTS[name]

    def script(connection: Connection) -> None:
        connection.read()
        act(connection)

    with Server(script) as proxy:
        one = way(proxies={"https": proxy.url}, connect_timeout=0.3, read_timeout=0.3)
        with pytest.raises(error):
            one.run(sending(request("https://127.0.0.1:9/")))


def test_proxies_of_the_environment(way: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Received] = []
    with Server(connect_proxy(seen)) as proxy, Server(echo) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        one = way(proxies=None)
        assert one.run(sending(request("http://far.invalid/"))).body.startswith(b"by proxy")
        assert one.run(sending(request(server.url))).body.startswith(b"POST / ")
    assert len(seen) == 1


BAD_PROXY_SETTINGS: list[dict[str, Any]] = [{"proxy_ca": "x"}, {"proxy_ca_bundle": 1}, {"proxy_client_cert": ("a",)}]


@pytest.mark.parametrize("config", BAD_PROXY_SETTINGS)
def test_proxy_settings_are_checked(config: dict[str, Any]) -> None:
    with pytest.raises(InvalidProxiesConfigError):
        TransportOptions(proxies_config=config)


def test_asyncio_says_what_it_cannot_do() -> None:
    with pytest.raises(InvalidConfigError, match="proxy_use_forwarding_for_https"):
        AioTransport(TransportOptions(proxies_config={"proxy_use_forwarding_for_https": True}))


def test_options_do_not_show_passwords() -> None:
    assert "secret" not in repr(TransportOptions(proxies={"http": "http://user:secret@h"}))
