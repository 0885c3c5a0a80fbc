"""Type checkers over generated stubs of s3 and ec2, beside types-boto3's: CPU time and memory, nothing cached.

Both sides are one short program that makes both clients and calls each. osteon's stubs lie in the program's own
folder, as they do in projects; types-boto3 is an installed package, as it is made to be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Result, of_pairs

ROUNDS = 5
SERVICES = ("s3", "ec2")
_CALLS = """
print(s3.list_objects_v2(Bucket="b").get("Contents", []), ec2.describe_instances(InstanceIds=["i"]).get("Reservations"))
"""
_OURS = f"""
from myapp.aws import Session
session = Session()
s3, ec2 = session.client("s3"), session.client("ec2")
{_CALLS}"""
_THEIRS = f"""
import boto3
s3, ec2 = boto3.client("s3"), boto3.client("ec2")
{_CALLS}"""
_CHECKERS = {
    "mypy": ("mypy", "--strict", "--cache-dir", os.devnull, "program.py"),
    "pyright": ("pyright", "--pythonpath", sys.executable),
}


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = _project(Path(folder, "ours"), _OURS), _project(Path(folder, "theirs"), _THEIRS)
        seconds = [_generated(ours / "myapp" / "aws", ("ec2",)) for _ in range(ROUNDS)]
        yield Result("osteon stubs ec2, the whole command", sorted(seconds)[ROUNDS // 2] * 1e3, None, "ms")
        _generated(ours / "myapp" / "aws", SERVICES)
        for name, command in _CHECKERS.items():
            rounds = [(_cost(command, ours), _cost(command, theirs)) for _ in range(ROUNDS)]
            cpu = [(mine[0], other[0]) for mine, other in rounds]
            memory = [(mine[1], other[1]) for mine, other in rounds]
            yield of_pairs(f"{name}, s3 and ec2", cpu, 1, unit="ms", scale=1e3)
            yield of_pairs(f"{name}, s3 and ec2: memory", memory, 1, unit="MiB", scale=1 / 1024)


def _project(folder: Path, program: str) -> Path:
    folder.mkdir()
    (folder / "program.py").write_text(program)
    (folder / "pyrightconfig.json").write_text(json.dumps({"include": ["program.py"]}))
    return folder


def _generated(output: Path, services: tuple[str, ...]) -> float:
    command = ("osteon", "stubs", *services, "--output", str(output))
    return _cost(command, output.parents[1])[0]


def _cost(command: tuple[str, ...], folder: Path) -> tuple[float, float]:
    """CPU seconds of a command and of what it starts, and the KiB of the largest of them. Raises where it fails."""
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=folder, stdout=subprocess.PIPE, text=True)
    with process:
        told = process.stdout.read() if process.stdout is not None else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {told}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss
