"""A progress bar for transfers, drawn by rich where that is installed. No transfer's own steps."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from osteon.exceptions import MissingDependencyException


@contextmanager
def progress_bar(description: str, total: int | None = None) -> Generator[Callable[[int], None], None, None]:
    """A bar for one transfer: gives what to hand over as its ``Callback``. ``total``: bytes, where they are known.

    Raises MissingDependencyException without rich (the ``cli`` extra).
    """
    try:
        # Optional dependency.
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
    except ImportError:
        raise MissingDependencyException(msg='progress bars need rich: pip install "osteon[cli]"') from None
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns) as progress:
        task = progress.add_task(description, total=total)
        yield lambda size: progress.advance(task, size)
