"""SigV4: a request signed in its headers, for AWS in general and for S3. Pure: no clock, no credentials of its own.

Source: the "Signature Version 4 signing process" of the AWS reference; where it is silent, what botocore sends.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, Protocol, TypeAlias
from urllib.parse import quote, urlsplit

from osteon.auth.schemes import Signer, SigningContext
from osteon.exceptions import NoCredentialsError, NoRegionError, UnseekableStreamError
from osteon.http import Body, Request
from osteon.sharing import go_on, read_on

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = sha256(b"").hexdigest()
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
UNSIGNED_TRAILER_PAYLOAD = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
CONTENT_HASH = "X-Amz-Content-SHA256"
SECURITY_TOKEN = "X-Amz-Security-Token"

#: Headers that may change on the way, so they are not signed; and those that count attempts, as botocore has it.
UNSIGNED_HEADERS = frozenset(
    {"amz-sdk-invocation-id", "amz-sdk-request", "baggage", "connection", "expect", "keep-alive"}
    | {"proxy-authenticate", "proxy-authorization", "te", "traceparent", "tracestate", "trailer"}
    | {"transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"}
)

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CHUNK = 256 * 1024
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Paths that normalizing and encoding would leave as they are.
_PLAIN_PATH = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?)?\Z")


_NO_PLACE: Mapping[str, Any] = {}


class Credentials(Protocol):
    """The identity these signers take: one moment's credentials, which do not change while a request is signed."""

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...

    @property
    def token(self) -> str | None: ...


#: The path as it is signed, made of the path as it is sent.
CanonicalPath: TypeAlias = Callable[[str], str]
#: What stands for the body in the signature.
PayloadRule: TypeAlias = Callable[[Request, SigningContext], str]


class SigV4Rules(NamedTuple):
    """How one kind of service wants to be signed."""

    canonical_path: CanonicalPath
    payload: PayloadRule
    #: the payload's hash is always sent along
    sends_content_hash: bool = False
    token_header: str = SECURITY_TOKEN


class Scope(NamedTuple):
    """Where and when a signature holds."""

    timestamp: str
    region: str
    service: str
    #: the credential scope: ``20260131/eu-west-1/sqs/aws4_request``
    text: str


def scope_of(context: SigningContext) -> Scope:
    """The scope of one signature. Raises NoRegionError where the properties name no region."""
    properties = context.properties
    region = properties.get("region")
    if not region:
        raise NoRegionError()
    return _scope(int(context.now), region, properties.get("signing_name") or context.service_name)


@lru_cache(maxsize=256)
def _scope(seconds: int, region: str, service: str) -> Scope:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
    return Scope(stamp, region, service, f"{stamp[:8]}/{region}/{service}/aws4_request")


# --- the signer -------------------------------------------------------------------------------------------------------


def header_signer(rules: SigV4Rules) -> Signer:
    """A signer that adds ``Authorization`` and what it covers.

    It reads ``signing_name`` and ``region`` from the context's properties, and from ``request.context`` what handlers
    know from botocore: ``checksum``, ``has_streaming_input``. Signing again replaces the former signature.
    Raises NoCredentialsError, NoRegionError, UnseekableStreamError (a body to be hashed that cannot be read twice).
    """

    def sign(request: Request, identity: Credentials | None, context: SigningContext) -> None:
        if identity is None:
            raise NoCredentialsError()
        scope = scope_of(context)
        _prepare_headers(request, identity, scope, rules)
        payload = payload_of(request, context, rules)
        host, path, query = split_url(request.url)
        names, fields = canonical_headers(request, host)
        if request.params:
            query = join_query(query, request.params)
        if query:
            query = canonical_query(query)
        if not context.properties.get("disableDoubleEncoding"):
            path = rules.canonical_path(path)
        canonical = f"{request.method.upper()}\n{path}\n{query}\n{fields}\n{names}\n{payload}"
        proof = (
            f"{ALGORITHM} Credential={identity.access_key}/{scope.text}, SignedHeaders={names}, "
            f"Signature={signature(identity, scope, canonical)}"
        )
        request.headers.raw["authorization"] = ("Authorization", proof)

    return sign


def _prepare_headers(request: Request, identity: Credentials, scope: Scope, rules: SigV4Rules) -> None:
    headers = request.headers
    raw = headers.raw
    raw.pop("authorization", None)
    if "date" in raw:
        raw.pop("x-amz-date", None)
        headers["Date"] = http_date(scope.timestamp)
    else:
        raw["x-amz-date"] = ("X-Amz-Date", scope.timestamp)
    if identity.token:
        headers[rules.token_header] = identity.token


def payload_of(request: Request, context: SigningContext, rules: SigV4Rules) -> str:
    """What stands for the body, by ``rules``; it is sent along where the rules or the operation say so."""
    headers = request.headers
    if rules.sends_content_hash:
        value = rules.payload(request, context)
    elif context.unsigned_payload:
        value = UNSIGNED_PAYLOAD
    else:
        held = headers.raw.get("x-amz-content-sha256")
        return held[1] if held is not None else rules.payload(request, context)
    headers[CONTENT_HASH] = value
    return value


# --- payload rules ----------------------------------------------------------------------------------------------------


def signed_payload(request: Request, context: SigningContext) -> str:
    """The body's hash; over TLS a constant instead, where the operation says so or a checksum follows as a trailer."""
    if _checksum_place(request).get("in") == "trailer":
        return UNSIGNED_TRAILER_PAYLOAD
    if context.unsigned_payload and request.url.startswith("https"):
        return UNSIGNED_PAYLOAD
    return body_hash(request.body)


def s3_payload(always: bool | None) -> PayloadRule:
    """S3's rule: streamed uploads over TLS that carry a checksum are not hashed again; ``always`` is the user's say."""

    def payload(request: Request, context: SigningContext) -> str:
        place = _checksum_place(request)
        if place.get("in") == "trailer":
            return UNSIGNED_TRAILER_PAYLOAD
        signed = always if always is not None else _must_sign(request, context, place)
        return body_hash(request.body) if signed else UNSIGNED_PAYLOAD

    return payload


def _must_sign(request: Request, context: SigningContext, place: Mapping[str, Any]) -> bool:
    checksum = place["name"] if place.get("in") == "header" else "Content-MD5"
    if not request.url.startswith("https") or checksum not in request.headers:
        return True
    return not (request.context.get("has_streaming_input") or context.unsigned_payload)


def _checksum_place(request: Request) -> Mapping[str, Any]:
    checksum = request.context.get("checksum")
    algorithm: dict[str, Any] | None = None if checksum is None else checksum.get("request_algorithm")
    return algorithm if isinstance(algorithm, dict) else _NO_PLACE


def body_hash(body: Body) -> str:
    """Hex SHA-256 of a body. A file is read in chunks from where it stands and put back there."""
    if not body:
        return EMPTY_SHA256
    if isinstance(body, (bytes, bytearray, memoryview)):
        return sha256(body).hexdigest()
    if isinstance(body, str):
        return sha256(body.encode()).hexdigest()
    return _file_hash(body)


def _file_hash(body: Any) -> str:
    digest = sha256()
    try:
        start = body.tell()
        while chunk := read_on(body, _CHUNK):
            digest.update(chunk)
        go_on()
        body.seek(start)
    except (AttributeError, OSError):
        raise UnseekableStreamError(stream_object=repr(body)) from None
    return digest.hexdigest()


# --- canonical parts --------------------------------------------------------------------------------------------------


def split_url(url: str) -> tuple[str, str, str]:
    """Value of the Host header, path (at least ``/``) and query of a URL."""
    front, _, query = url.partition("#")[0].partition("?")
    start = front.find("/", front.find("://") + 3)
    origin, path = (front, "/") if start < 0 else (front[:start], front[start:])
    return _host(origin), path, query


@lru_cache(maxsize=1024)
def _host(origin: str) -> str:
    parts = urlsplit(origin)
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else name
    usual = parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme)
    return host if usual else f"{host}:{parts.port}"


def canonical_headers(request: Request, host: str) -> tuple[str, str]:
    """Names of the signed headers (``host;x-amz-date``), and their lines, each with a line end."""
    raw = request.headers.raw
    names, place, template, signed = _header_plan(tuple(raw))
    values = [" ".join(raw[name][1].split()) for name in names]
    if place is not None:
        values.insert(place, host)
    return signed, template % tuple(values)


@lru_cache(maxsize=1024)
def _header_plan(present: tuple[str, ...]) -> tuple[list[str], int | None, str, str]:
    """Which of the headers present are signed, the place of the host's where it is not among them, and both texts."""
    names = sorted({*present, "host"} - UNSIGNED_HEADERS)
    template = "".join(f"{name.strip().replace('%', '%%')}:%s\n" for name in names)
    signed = ";".join(name.strip() for name in names)
    if "host" in present:
        return names, None, template, signed
    place = names.index("host")
    return names[:place] + names[place + 1 :], place, template, signed


def canonical_query(query: str) -> str:
    """An encoded query with its pairs in order, each with an equals sign."""
    if not query:
        return ""
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&"))
    return "&".join(f"{name}={value}" for name, value in pairs)


def join_query(query: str, params: Mapping[str, Any]) -> str:
    """An encoded query with further parameters, which are encoded here."""
    added = "&".join(f"{quote(name, safe='-_.~')}={quote(str(value), safe='-_.~')}" for name, value in params.items())
    return f"{query}&{added}" if query else added


def normal_path(path: str) -> str:
    """A path without empty and dot segments, percent-encoded once more, as all services but S3 sign it."""
    if _PLAIN_PATH.match(path):
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment and segment != ".":
            kept.append(segment)
    end = "/" if path.endswith("/") and kept else ""
    return quote(f"/{'/'.join(kept)}{end}", safe="/~")


def plain_path(path: str) -> str:
    """A path as it is sent, as S3 signs it."""
    return path


# --- keys and times ---------------------------------------------------------------------------------------------------

#: The two halves of an HMAC, fed with the signing key: copying them costs less than half of a new HMAC.
_Halves: TypeAlias = tuple[Any, Any]
#: (access key, hash of its secret, credential scope) -> signing key's halves. They sign for a day; no secret is kept.
_signing_keys: dict[tuple[str, int, str], _Halves] = {}
_MOST_KEYS = 1024
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def signature(identity: Credentials, scope: Scope, canonical: str) -> str:
    """Hex signature of a canonical request."""
    text = f"{ALGORITHM}\n{scope.timestamp}\n{scope.text}\n{sha256(canonical.encode()).hexdigest()}"
    return sign_text(identity, scope, text)


def sign_text(identity: Credentials, scope: Scope, text: str) -> str:
    """Hex signature of a text that is signed as it is."""
    inner, outer = _signing_key(identity, scope)
    inner, outer = inner.copy(), outer.copy()
    inner.update(text.encode())
    outer.update(inner.digest())
    return outer.hexdigest()  # type: ignore[no-any-return]  # hashlib gives its hash objects no public type


def _signing_key(identity: Credentials, scope: Scope) -> _Halves:
    cached = (identity.access_key, hash(identity.secret_key), scope.text)
    halves = _signing_keys.get(cached)
    if halves is None:
        if len(_signing_keys) >= _MOST_KEYS:
            _signing_keys.clear()
        halves = _signing_keys[cached] = _derived_key(identity.secret_key, scope)
    return halves


def _derived_key(secret: str, scope: Scope) -> _Halves:
    key = f"AWS4{secret}".encode()
    for part in (scope.timestamp[:8], scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    block = key.ljust(64, b"\0")
    return sha256(block.translate(_INNER)), sha256(block.translate(_OUTER))


def http_date(stamp: str) -> str:
    """A scope's timestamp as the Date header has it: ``Sat, 31 Jan 2026 23:59:59 -0000``."""
    at = time.strptime(stamp, "%Y%m%dT%H%M%SZ")
    day, month = _DAYS[at.tm_wday], _MONTHS[at.tm_mon - 1]
    return f"{day}, {at.tm_mday:02} {month} {at.tm_year} {at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} -0000"


# --- the kinds of services --------------------------------------------------------------------------------------------

#: The rules of all services but S3.
SIGV4_RULES = SigV4Rules(normal_path, signed_payload)
#: SigV4 by these rules.
sigv4: Signer = header_signer(SIGV4_RULES)


def s3_rules(payload_signing_enabled: bool | None = None) -> SigV4Rules:
    """S3's rules; the argument is the setting of that name in ``Config(s3=)``."""
    return SigV4Rules(plain_path, s3_payload(payload_signing_enabled), sends_content_hash=True)


def s3_sigv4(payload_signing_enabled: bool | None = None) -> Signer:
    """SigV4 as S3 takes it."""
    return header_signer(s3_rules(payload_signing_enabled))


def s3express_sigv4(payload_signing_enabled: bool | None = None) -> Signer:
    """SigV4 as directory buckets take it: the identity is that of a bucket's session."""
    payload = s3_payload(payload_signing_enabled)
    return header_signer(SigV4Rules(plain_path, payload, sends_content_hash=True, token_header="x-amz-s3session-token"))
