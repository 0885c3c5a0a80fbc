"""How the command ``osteon`` starts and ends. Its commands stand in commands.py, its exit codes in outcomes.py."""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

from osteon.cli.outcomes import IMPOSSIBLE, INTERRUPTED, NOBODY_READS, TOLD, NobodyReads, exit_code, told
from osteon.cli.shells import SHELL

#: what the extra ``cli`` brings
_EXTRA = ("typer", "rich", "click")


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # It was closed when the process began, and another file would get its number.
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # for as long as the process is there
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run()
        sys.stdout.flush()
    except (NobodyReads, BrokenPipeError):
        # What is still held back would fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = NOBODY_READS
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _run() -> int:
    try:
        if SHELL in os.environ:
            from osteon.cli.completion import complete

            return complete(os.environ[SHELL])
        from osteon.cli.commands import application

        application(prog_name="osteon")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        return _failed(f'the command line needs the extra "cli": pip install "osteon[cli]" ({error})', IMPOSSIBLE)
    except BrokenPipeError:
        raise
    except TOLD as error:
        return _failed(told(error), exit_code(error))
    return 0


def _failed(text: str, code: int) -> int:
    print(f"osteon: {text}", file=sys.stderr)
    return code
