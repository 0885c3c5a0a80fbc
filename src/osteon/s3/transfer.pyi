# What type checkers see of S3's transfers; aws/customizations does them. No import here leads into the house.
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from os import PathLike
from typing import Any, Self

class TransferConfig:
    """How files are transferred: boto3's options; sizes are bytes. Raises ValueError for what is not above zero."""

    multipart_threshold: int
    max_concurrency: int
    multipart_chunksize: int
    num_download_attempts: int
    max_io_queue: int
    io_chunksize: int
    use_threads: bool
    max_bandwidth: int | None
    preferred_transfer_client: str
    # s3transfer's names for two of them
    max_request_concurrency: int
    max_io_queue_size: int

    def __init__(
        self,
        multipart_threshold: int = 8388608,
        max_concurrency: int = 10,
        multipart_chunksize: int = 8388608,
        num_download_attempts: int = 5,
        max_io_queue: int = 100,
        io_chunksize: int = 262144,
        use_threads: bool = True,
        max_bandwidth: int | None = None,
        preferred_transfer_client: str = "auto",
    ) -> None: ...

class S3Transfer:
    """boto3's older face of file transfers: a client and a configuration, and arguments in another order."""

    ALLOWED_UPLOAD_ARGS: list[str]
    ALLOWED_DOWNLOAD_ARGS: list[str]
    ALLOWED_COPY_ARGS: list[str]

    def __init__(self, client: Any = None, config: TransferConfig | None = None) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def upload_file(
        self,
        filename: str | PathLike[str],
        bucket: str,
        key: str,
        callback: Callable[[int], object] | None = None,
        extra_args: Mapping[str, Any] | None = None,
    ) -> Any:
        """As the client's upload_file."""
    def download_file(
        self,
        bucket: str,
        key: str,
        filename: str | PathLike[str],
        extra_args: Mapping[str, Any] | None = None,
        callback: Callable[[int], object] | None = None,
    ) -> Any:
        """As the client's download_file."""

@contextmanager
def progress_bar(description: str, total: int | None = None) -> Generator[Callable[[int], None]]:
    """A bar for one transfer: gives what to hand over as its ``Callback``. ``total``: bytes, where they are known.

    Raises MissingDependencyException without rich (the ``cli`` extra).
    """
