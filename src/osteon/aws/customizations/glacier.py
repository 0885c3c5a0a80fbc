"""Handlers of Glacier clients: the account, the version, and the checksums of archives.

Source: "Computing checksums" of the Glacier developer guide (SHA-256 tree hashes over parts of 1 MiB).
"""

from __future__ import annotations

import hashlib
import io
from functools import partial
from typing import Any

from osteon.events.admission import Registration
from osteon.flow import Blocking, Flow
from osteon.model.service import OperationModel
from osteon.protocols.base import Draft
from osteon.sharing import go_on, read_on

_PART = 1024 * 1024


def name_account(params: dict[str, Any], **kwargs: Any) -> None:
    """The caller's own account, where no other one is named."""
    if params.get("accountId") is None:
        params["accountId"] = "-"


def name_version(model: OperationModel, params: Draft, **kwargs: Any) -> None:
    """The version of the API that the request is written in."""
    params.headers["x-amz-glacier-version"] = model.service_model.api_version


def add_checksums(params: Draft, **kwargs: Any) -> Flow[None]:
    """The body's SHA-256, whole and as a tree, where the caller did not bring them."""
    whole, tree = yield Blocking(partial(_hashes, params.body))
    raw = params.headers.raw
    raw.setdefault("x-amz-content-sha256", ("x-amz-content-sha256", whole))
    raw.setdefault("x-amz-sha256-tree-hash", ("x-amz-sha256-tree-hash", tree))


def _hashes(body: Any) -> tuple[str, str]:
    """Both hashes of a body, which is read once from where it stands and put back there."""
    if isinstance(body, bytes | bytearray):
        body = io.BytesIO(body)
    start = body.tell()
    whole, parts = hashlib.sha256(), list[bytes]()
    while part := read_on(body, _PART):
        whole.update(part)
        parts.append(hashlib.sha256(part).digest())
    go_on()
    body.seek(start)
    return whole.hexdigest(), tree_hash(parts).hex()


def tree_hash(digests: list[bytes]) -> bytes:
    """The root over the digests of parts: neighbours are hashed together, level by level."""
    digests = digests or [hashlib.sha256().digest()]
    while len(digests) > 1:
        pairs = [digests[i : i + 2] for i in range(0, len(digests), 2)]
        digests = [hashlib.sha256(b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return digests[0]


HANDLERS = (
    Registration("before-parameter-build.glacier", name_account),
    Registration("before-call.glacier", name_version),
    Registration("before-call.glacier.UploadArchive", add_checksums),
    Registration("before-call.glacier.UploadMultipartPart", add_checksums),
)
