"""What becomes of a body between serializing and signing (compression, checksums), and how a response's is checked.

Sources: the Smithy traits ``httpChecksum``, ``httpChecksumRequired`` and ``requestCompression``.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Mapping
from functools import lru_cache
from inspect import iscoroutinefunction
from typing import Any

from osteon.config import Config
from osteon.http import Headers, Response
from osteon.model.service import OperationModel
from osteon.model.traits import HttpChecksum
from osteon.pipeline.bodies import body_length
from osteon.pipeline.checksums import (
    PRIORITY,
    AwsChunkedBody,
    AwsChunkedPieces,
    Expectation,
    algorithm,
    available,
    checksum_of,
)
from osteon.pipeline.features import note
from osteon.protocols.base import Draft
from osteon.sharing import read_on

#: Changes a draft's body and headers, in place, by the call's parameters.
Finisher = Callable[[Draft, Mapping[str, Any]], None]
#: Raises where a response's body is not what its headers announce.
Checker = Callable[[Response, Mapping[str, Any]], "str | None"]

DEFAULT_ALGORITHM = "CRC32"
MINIMUM_COMPRESSED = 10240
_PIECE = 1024 * 1024
_NO_CHECKSUM = HttpChecksum.model_construct()  # made without validators, whose making costs every start 25 ms


def payload_finisher(operation: OperationModel, config: Config) -> Finisher | None:
    """The finishing steps of an operation's body; None where it has none."""
    made = (_adopter(operation), _compressor(operation, config), _summer(operation, config))
    steps = [step for step in made if step is not None]
    if not steps:
        return None

    def finish(draft: Draft, params: Mapping[str, Any]) -> None:
        for step in steps:
            step(draft, params)

    return steps[0] if len(steps) == 1 else finish


# --- asynchronous files


def _adopter(operation: OperationModel) -> Finisher | None:
    return _adopt if operation.has_streaming_input else None


def _adopt(draft: Draft, params: Mapping[str, Any]) -> None:
    """Take an asynchronous file (``async def read``) for the pieces it gives: where it stands nobody here can ask."""
    read = getattr(draft.body, "read", None)
    if read is not None and iscoroutinefunction(read):
        draft.body = _AsyncPieces(draft.body)


class _AsyncPieces:
    def __init__(self, file: Any) -> None:
        self._file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self._file.read(_PIECE):
            yield piece

    def __repr__(self) -> str:
        return repr(self._file)


# --- compression


def _compressor(operation: OperationModel, config: Config) -> Finisher | None:
    trait = operation.requestcompression
    if trait is None or "gzip" not in trait.encodings or config.disable_request_compression is True:
        return None
    streaming = operation.streaming_input
    if streaming is not None and streaming.requires_length:
        return None
    minimum = config.request_min_compression_size_bytes
    smallest = 0 if streaming is not None else MINIMUM_COMPRESSED if minimum is None else minimum

    def compress(draft: Draft, params: Mapping[str, Any]) -> None:
        if _can_be_read(draft.body) and (body_length(draft.body) or 0) >= smallest:
            note(draft.context, "GZIP_REQUEST_COMPRESSION")
            draft.body = _gzipped(draft.body)
            _add_encoding(draft.headers, "gzip")

    return compress


def _can_be_read(body: Any) -> bool:
    return isinstance(body, (str, bytes, bytearray)) or hasattr(body, "read")


def _gzipped(body: Any) -> Any:
    # Imported here: few operations compress what they send.
    import gzip

    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes | bytearray):
        return gzip.compress(body)
    compressed = io.BytesIO()
    with gzip.GzipFile(fileobj=compressed, mode="wb") as target:
        while chunk := read_on(body, 65536):
            target.write(chunk.encode() if isinstance(chunk, str) else chunk)
    compressed.seek(0)
    return compressed


def _add_encoding(headers: Headers, encoding: str) -> None:
    held = headers.raw.get("content-encoding")
    headers.raw["content-encoding"] = ("Content-Encoding", f"{held[1]},{encoding}" if held and held[1] else encoding)


# --- checksums of requests


def _summer(operation: OperationModel, config: Config) -> Finisher | None:
    trait = operation.http_checksum or _NO_CHECKSUM
    member = trait.request_algorithm_member
    required = operation.http_checksum_required or trait.request_checksum_required
    by_default = required or (member is not None and config.request_checksum_calculation != "when_required")
    if not by_default and member is None:
        return None
    shape = operation.input_shape
    bound = shape.members.get(member) if shape is not None and member is not None else None
    header = bound.location_name if bound is not None else None
    streaming = operation.has_streaming_input

    def add_checksum(draft: Draft, params: Mapping[str, Any]) -> None:
        brought = checksums_in(draft.headers)
        if brought:
            for name in brought:
                note(draft.context, _named(name)[2])
            return
        asked = params.get(member) if member is not None else None
        if asked is None and (not by_default or draft.context.get("is_presign_request")):
            return
        name, field, feature = _named(DEFAULT_ALGORITHM if asked is None else asked)
        make = algorithm(name)
        trails = streaming and draft.url.startswith("https:") and config.signature_version != "s3"
        if trails:
            _add_trailer(draft, field, make)
        else:
            draft.headers.raw[field] = (field, checksum_of(draft.body, make))
        note(draft.context, feature)
        # Signers hash the payload or not by where its checksum is.
        place = {"algorithm": name, "in": "trailer" if trails else "header", "name": field}
        draft.context["checksum"] = {"request_algorithm": place}
        if asked is None and header is not None:
            draft.headers[header] = DEFAULT_ALGORITHM

    return add_checksum


@lru_cache(32)
def _named(algorithm: str) -> tuple[str, str, str]:
    """What an algorithm is called here, the header of its checksums, and the feature that its use is."""
    name = algorithm.lower()
    return name, f"{_SUM}{name}", f"FLEXIBLE_CHECKSUMS_REQ_{name.upper()}"


def checksums_in(headers: Headers) -> list[str]:
    """The algorithms of the checksums that the caller brought along. Content-MD5 is none: S3 takes both."""
    return [name[_SUM_LENGTH:] for name in headers.raw if name.startswith(_SUM) and name not in _NO_SUMS]


_SUM = "x-amz-checksum-"
_SUM_LENGTH = len(_SUM)
#: headers that speak of checksums but are none
_NO_SUMS = frozenset({"x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"})


def _add_trailer(draft: Draft, name: str, make: Callable[[], Any]) -> None:
    """Send the checksum behind the body, so that a stream is read once; the payload is then not signed."""
    raw, body = draft.headers.raw, draft.body
    length, announced = body_length(body), raw.pop("content-length", None)
    if length is None and announced is not None:
        length = int(announced[1])
    raw["transfer-encoding"] = ("Transfer-Encoding", "chunked")
    _add_encoding(draft.headers, "aws-chunked")
    raw["x-amz-trailer"] = ("X-Amz-Trailer", name)
    if length is not None:
        raw["x-amz-decoded-content-length"] = ("X-Amz-Decoded-Content-Length", str(length))
    if isinstance(body, str):
        body = body.encode()
    source: Any = io.BytesIO(body) if isinstance(body, (bytes, bytearray)) else body
    draft.body = (AwsChunkedPieces if hasattr(source, "__aiter__") else AwsChunkedBody)(source, name, make)


# --- checksums of responses


def validation_mode(operation: OperationModel, config: Config) -> str | None:
    """The member that asks the service for a checksum, where the client wants one on every response."""
    trait = operation.http_checksum or _NO_CHECKSUM
    return None if config.response_checksum_validation == "when_required" else trait.request_validation_mode_member


def response_checker(operation: OperationModel, config: Config) -> Checker | None:
    """How the bodies of an operation's responses are checked; None where the model knows of no checksum.

    The checker gives the name of the algorithm that the body is checked by, None where the response brings none.
    """
    trait = operation.http_checksum or _NO_CHECKSUM
    mode = trait.request_validation_mode_member
    if mode is None:
        return None
    offered = {name.lower() for name in trait.response_algorithms}

    def check(response: Response, params: Mapping[str, Any]) -> str | None:
        if mode not in params:
            return None
        for name in PRIORITY:
            expected = response.headers.get(f"x-amz-checksum-{name}") if name in offered else None
            # A "-" marks a checksum of the parts' checksums, which cannot be compared with the whole.
            if expected and "-" not in expected and available(name):
                _expect(response, Expectation(name, expected))
                return name
        return None

    return check


def _expect(response: Response, expectation: Expectation) -> None:
    if isinstance(response.body, bytes):
        expectation.observe(response.body)
        expectation.finish()
    else:
        response.body.watch(expectation)
