"""Tiny servers on loopback for tests: each connection runs a script that answers as badly as it likes."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass
class Received:
    """A request as it came over the wire."""

    line: str
    fields: dict[str, str]
    body: bytes

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


class Connection:
    """One accepted connection, as scripts see it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.reader = sock.makefile("rb")

    def read_head(self) -> Received | None:
        """The next request without its body; None where the client is done."""
        line = self.reader.readline().decode("latin-1").rstrip("\r\n")
        if not line:
            return None
        fields: dict[str, str] = {}
        while (text := self.reader.readline().decode("latin-1").rstrip("\r\n")) != "":
            name, _, value = text.partition(":")
            fields[name.lower()] = value.strip()
        return Received(line, fields, b"")

    def read_body(self, request: Received) -> Received:
        if request.fields.get("transfer-encoding") == "chunked":
            while size := int(self.reader.readline(), 16):
                request.body += self.reader.read(size)
                self.reader.readline()
            self.reader.readline()
        else:
            request.body = self.reader.read(int(request.fields.get("content-length", "0")))
        return request

    def read(self) -> Received | None:
        request = self.read_head()
        return None if request is None else self.read_body(request)

    def send(self, *parts: bytes) -> None:
        self.sock.sendall(b"".join(parts))

    def answer(self, body: bytes = b"", status: str = "200 OK", *fields: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields, "", ""]
        self.send("\r\n".join(lines).encode("latin-1"), body)

    def reset(self) -> None:
        """End with a TCP reset instead of a goodbye."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.reader.close()
        self.sock.close()


Script = Callable[[Connection], None]


@dataclass
class Server:
    """Runs ``script`` for every connection to 127.0.0.1:``port``, each in a thread; all end with the ``with`` block."""

    script: Script
    tls: ssl.SSLContext | None = None
    #: another address to listen on
    host: str = "127.0.0.1"
    #: connections accepted so far
    accepted: int = 0
    #: for scripts to wait for; set with the end of the ``with`` block at the latest
    hold: threading.Event = field(default_factory=threading.Event)
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family, backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hold.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for sock in self._open:
            sock.close()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.accepted += 1
                self._open.append(sock)
                thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket) -> None:
        # A client that goes away is part of many tests.
        with contextlib.suppress(OSError, ValueError):
            # A reset discards what waits for an acknowledgement.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                sock = self.tls.wrap_socket(sock, server_side=True)
                self._open.append(sock)
            connection = Connection(sock)
            try:
                self.script(connection)
            finally:
                connection.reader.close()
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()


def requests_of(connection: Connection) -> Iterator[Received]:
    """The requests of one kept-alive connection."""
    while (request := connection.read()) is not None:
        yield request


def echo(connection: Connection) -> None:
    """Answers with the request line, the fields and the body."""
    for request in requests_of(connection):
        fields = "\n".join(f"{name}: {value}" for name, value in request.fields.items())
        connection.answer(f"{request.line}\n{fields}\n\n".encode("latin-1") + request.body)


def connect_proxy(seen: list[Received], status: str = "200 Connection established") -> Script:
    """A proxy that knows CONNECT and absolute targets; it notes what it is asked for."""

    def script(connection: Connection) -> None:
        request = connection.read()
        assert request is not None
        seen.append(request)
        if not request.line.startswith("CONNECT"):
            connection.answer(f"by proxy: {request.target}".encode())
            return
        connection.send(f"HTTP/1.1 {status}\r\n\r\n".encode())
        if not status.startswith("200"):
            return
        host, _, port = request.target.rpartition(":")
        with socket.create_connection((host, int(port))) as target:
            back = threading.Thread(target=_pump, args=(target, connection.sock), daemon=True)
            back.start()
            _pump(connection.sock, target)
            back.join(5)

    return script


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@dataclass(frozen=True)
class Authority:
    """A certificate authority made for one test run, with certificates for 127.0.0.1 and a client."""

    ca: Path
    server: Path
    client: Path
    #: for 127.0.0.1 as well, but of yesterday, of tomorrow, and signed by itself
    expired: Path
    future: Path
    lone: Path

    def server_context(self, ask_client: bool = False, certificate: str = "server") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(getattr(self, certificate))
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context


def make_authority(folder: Path, name: str = "test") -> Authority:
    """Write a CA and its certificates with their keys into ``folder``, valid for an hour but for two of them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.UTC)

    def write(
        subject: str, issuer: str, signer: ec.EllipticCurvePrivateKey | None, *, is_ca: bool = False, days: int = 0
    ) -> ec.EllipticCurvePrivateKey:
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(True, False, False, False, False, is_ca, is_ca, False, False)
        signing_key = (signer or key).public_key()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days, minutes=-5))
            .not_valid_after(now + datetime.timedelta(days, hours=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key), critical=False)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
            )
            .sign(signer or key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        held = b"" if is_ca else private
        (folder / f"{subject}.pem").write_bytes(certificate.public_bytes(pem) + held)
        return key

    root = f"{name}-ca"
    signer = write(root, root, None, is_ca=True)
    for kind, days in ("server", 0), ("client", 0), ("expired", -1), ("future", 1):
        write(f"{name}-{kind}", root, signer, days=days)
    write(f"{name}-lone", f"{name}-lone", None)
    kinds = ("ca", "server", "client", "expired", "future", "lone")
    return Authority(*(folder / f"{name}-{kind}.pem" for kind in kinds))
