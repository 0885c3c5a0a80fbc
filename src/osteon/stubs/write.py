"""Generated packages on disk: written all or not at all, never over other people's files, and compared for --check."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from osteon.exceptions import StubsError
from osteon.stubs.drift import drift
from osteon.stubs.package import MARK
from osteon.stubs.service import part_names

_IGNORED = frozenset({"__pycache__"})


def write(output: Path, files: Mapping[str, str]) -> None:
    """Make ``output`` hold these files and nothing else.

    Raises StubsError, with nothing changed, where it holds what no generator wrote or the disk refuses.
    """
    output = output.resolve() if output.is_symlink() else output
    foreign = _foreign(output)
    if foreign:
        shown = ", ".join(foreign[:5]) + (f" and {len(foreign) - 5} more" if len(foreign) > 5 else "")
        reason = f"{output} holds files that are not generated ({shown}); give the stubs a folder of their own"
        raise StubsError(reason=reason)
    try:
        _replace(output, files)
    except OSError as error:
        raise StubsError(reason=f"{output} cannot be written: {error.strerror or error}") from None


def check(output: Path, files: Mapping[str, str]) -> list[str]:
    """How what ``output`` holds differs from ``files``, a line each; documentation does not count."""
    held = _read(output)
    lines: list[str] = []
    for name, text in sorted(files.items()):
        if name not in held:
            lines.append(f"{name}: not generated yet")
        elif name.endswith(".py") and _below_header(held[name]) != _below_header(text):
            lines.append(f"{name}: says something else of where models and classes are")
    for module, names in _services(files).items():
        old, new = ({name: texts[name] for name in names if name in texts} for texts in (held, files))
        if old and old != new:
            lines += drift(module, old, new)
    lines += [f"{name}: generated, but no longer asked for" for name in sorted(held.keys() - files.keys())]
    return lines


def _services(files: Mapping[str, str]) -> dict[str, list[str]]:
    """The stubs of each module that has a name of its own, with those of its parts before it."""
    modules = [name.removesuffix(".pyi") for name in files if name.endswith(".pyi")]
    parts = {module: [part for part in part_names(module) if part in modules] for module in modules}
    own = set(modules).difference(*parts.values())
    return {module: [f"{name}.pyi" for name in (*parts[module], module)] for module in sorted(own)}


def _below_header(text: str) -> str:
    """Without the first line, which changes with the documentation, too."""
    return text.partition("\n")[2]


def _replace(output: Path, files: Mapping[str, str]) -> None:
    """Write beside the folder, then change places, so that a failure at any point leaves the old one whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}.", dir=output.parent) as scratch:
        fresh, old = Path(scratch, "new"), Path(scratch, "old")
        fresh.mkdir()
        for name, text in files.items():
            fresh.joinpath(name).write_text(text, "utf-8")
        if not output.exists():
            fresh.rename(output)
            return
        shutil.copymode(output, fresh)
        output.rename(old)
        try:
            fresh.rename(output)
        except OSError:
            old.rename(output)
            raise


def _foreign(output: Path) -> list[str]:
    """What is in the way: names in the folder, or the folder's own where it is none."""
    if not output.exists():
        return []
    if not output.is_dir():
        return [output.name]
    held = _read(output)
    return sorted(name for name in os.listdir(output) if name not in held and name not in _IGNORED)


def _read(output: Path) -> dict[str, str]:
    """The generated files in the folder."""
    found: dict[str, str] = {}
    for path in output.iterdir() if output.is_dir() else ():
        if path.suffix in (".py", ".pyi") and path.is_file():
            text = path.read_text("utf-8", "replace")
            if text.startswith(MARK):
                found[path.name] = text
    return found
