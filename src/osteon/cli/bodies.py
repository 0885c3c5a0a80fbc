"""Streamed bodies to and from files, with their progress on standard error where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from osteon.cli.outcomes import NobodyReads

#: as a target: standard output
STANDARD_OUTPUT = Path("-")
_CHUNK = 64 * 1024
#: where names stand for devices and for what this process has open
_NOT_FILES = ("/dev/", "/proc/")


def sent(stack: ExitStack, file: Path) -> Any:
    """A file opened for sending until ``stack`` ends; the progress shown is how far it has been read."""
    progress = stack.enter_context(_progress())
    return stack.enter_context(progress.open(file, "rb", description=file.name))


def refuse_unusable(target: Path) -> None:
    """Raises FileNotFoundError or IsADirectoryError, before anything is called, where nothing can be saved there."""
    if target == STANDARD_OUTPUT:
        return
    if not target.parent.is_dir():
        raise FileNotFoundError(2, "No such directory", str(target.parent))
    if target.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(target))


def save(body: Any, target: Path, length: int | None) -> int:
    """Write a body to a file, which is there only once all of it is; the number of bytes."""
    if target == STANDARD_OUTPUT:
        return _copy_to_standard_output(body)
    written = 0
    with _progress() as progress, _opened(target) as file:
        task = progress.add_task(target.name, total=length)
        for chunk in body.iter_chunks(_CHUNK):
            file.write(chunk)
            written += len(chunk)
            progress.update(task, completed=written)
    return written


@contextmanager
def _opened(target: Path) -> Generator[BinaryIO]:
    """A new file that takes the name at the end; what is no plain file (a pipe, a device) is written itself."""
    if str(target).startswith(_NOT_FILES) or (target.exists() and not target.is_file()):
        with target.open("wb") as file:
            yield file
        return
    # A link stays one: what it leads to is replaced.
    place = target.resolve()
    partial = place.with_name(f".osteon-{token_hex(4)}.part")
    try:
        with partial.open("xb") as file:
            yield file
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def _copy_to_standard_output(body: Any) -> int:
    try:
        written = sum(sys.stdout.buffer.write(chunk) for chunk in body.iter_chunks(_CHUNK))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise NobodyReads from None
    return written


def _progress() -> Any:
    # Loaded here: few calls stream, and rich is slow to load.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    # a file's name is text, not markup
    name = TextColumn("{task.description}", markup=False)
    columns = (name, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
