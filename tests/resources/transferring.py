"""What the tests of transfers share: contents of which one goes in parts, clients, callbacks and pipes."""

from __future__ import annotations

import io
import random
from typing import Any

from tests.resources.faulty_s3 import FaultyS3

import osteon
from osteon.aws.customizations.s3_transfer_config import MIN_PART
from osteon.s3.transfer import TransferConfig

PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
PART = MIN_PART
BIG = random.Random(1).randbytes(3 * PART + 1234)
SMALL = b"some bytes"
IN_PARTS = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=3)
#: no attempt more than needed, so that a fault that stays is soon an error
ONCE = osteon.Config(retries={"total_max_attempts": 1, "mode": "standard"}, s3={"addressing_style": "path"})


def client(mode: Any, s3: FaultyS3, config: osteon.Config = ONCE, **further: Any) -> Any:
    return mode.client("s3", endpoint_url=s3.url, config=config, **PLACE, **further)


class Told:
    """A callback that adds up."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, size: int) -> None:
        self.sizes.append(size)

    @property
    def total(self) -> int:
        return sum(self.sizes)


class Pipe:
    """A file object that can only be read, or written, on and on."""

    def __init__(self, content: bytes = b"") -> None:
        self.file = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self.file.read(min(size, 1_000_000) if size >= 0 else size)

    def write(self, data: bytes) -> int:
        return self.file.write(data)
