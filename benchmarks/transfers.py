"""Files of 256 MiB to and from S3 on the loopback interface: CPU time, wall time, and memory of a process of its own.

A download replaces no file: taking the old one's pages away would cost as much as the download.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import boto3

import osteon
from benchmarks.measure import Result, of_pairs

SIZE = 256 * 1024 * 1024
ROUNDS = 7
#: processes for each figure of memory
PROCESSES = 3

_CLOCKS = ((time.process_time, "CPU"), (time.perf_counter, "wall"))
#: The kernel's own count, which begins anew with the program; getrusage's has the parent's in it.
_PEAK = """
from {library} import Session
client = Session().client("s3", endpoint_url={endpoint!r})
client.{call}
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def results() -> Iterator[Result]:
    with _object_store() as endpoint, tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        with source.open("wb") as file:
            for _ in range(256):
                file.write(os.urandom(SIZE // 256))
        yield from _times(endpoint, source, target)
        for name, call in _calls(source, target).items():
            yield _memory(name, endpoint, call)


@contextmanager
def _object_store() -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.objects", str(SIZE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


def _times(endpoint: str, source: Path, target: Path) -> Iterator[Result]:
    sides = [kind.client("s3", endpoint_url=endpoint) for kind in (osteon.Session(), boto3.Session())]

    def up(client: Any) -> None:
        client.upload_file(str(source), "bucket", "key")

    def down(client: Any) -> None:
        client.download_file("bucket", "key", str(target))

    for name, action in (("upload_file", up), ("download_file", down)):
        rounds = [_round(action, sides, target, turn) for turn in range(ROUNDS + 1)][1:]
        for number, (_, clock) in enumerate(_CLOCKS):
            pairs = [(ours[number], theirs[number]) for ours, theirs in rounds]
            yield of_pairs(f"{name}, 256 MiB, {clock} time", pairs, 1, unit="ms", scale=1e3)


def _round(action: Callable[[Any], None], sides: list[Any], target: Path, turn: int) -> list[tuple[float, ...]]:
    """What each clock says of both sides, which take turns at being first."""
    costs: dict[int, tuple[float, ...]] = {}
    for side in (0, 1) if turn % 2 else (1, 0):
        before = [clock() for clock, _ in _CLOCKS]
        action(sides[side])
        costs[side] = tuple(clock() - start for (clock, _), start in zip(_CLOCKS, before, strict=True))
        if target.exists():
            assert target.stat().st_size == SIZE
            target.unlink()
    return [costs[0], costs[1]]


def _calls(source: Path, target: Path) -> dict[str, str]:
    return {
        "upload_file": f"upload_file({str(source)!r}, 'bucket', 'key')",
        "upload_fileobj of an open file": f"upload_fileobj(open({str(source)!r}, 'rb'), 'bucket', 'key')",
        "download_file": f"download_file('bucket', 'key', {str(target)!r})",
    }


def _memory(name: str, endpoint: str, call: str) -> Result:
    rounds = [(_peak("osteon", endpoint, call), _peak("boto3", endpoint, call)) for _ in range(PROCESSES)]
    ours, theirs = (median(side) / 1024 for side in zip(*rounds, strict=True))
    return Result(f"{name}, 256 MiB, peak memory", ours, theirs, "MiB", theirs / ours, 1)


def _peak(library: str, endpoint: str, call: str) -> int:
    """KiB that a process which imports the library and makes the call has had resident at most."""
    script = _PEAK.format(library=library, endpoint=endpoint, call=call)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return int(done.stdout)
