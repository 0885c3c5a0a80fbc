"""``python -m benchmarks [--only NAME]``: runs the benchmarks and prints a line for each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks.measure import Result
from benchmarks.surroundings import isolated

#: group -> what it shows; each is a module with ``results()``
GROUPS = {
    "canned": "CPU time of a call that a canned answer ends",
    "loopback": "CPU time over HTTP on the loopback interface (the server is another process)",
    "resources": "CPU time of resources over canned answers",
    "transfers": "files to and from S3 over HTTP on the loopback interface",
    "start": "CPU time from a fresh process on",
    "memory": "memory",
    "checkers": "type checkers over stubs of s3 and ec2, beside types-boto3",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="NAME", choices=GROUPS, help=f"one group: {', '.join(GROUPS)}")
    chosen = parser.parse_args().only
    print("Each ratio is the median of ratios of interleaved rounds: how many times osteon is better.")
    with isolated():
        for group, title in GROUPS.items():
            if chosen in (None, group):
                print(f"\n{group}: {title}")
                _print_all(import_module(f"benchmarks.{group}").results)


def _print_all(results: Callable[[], Iterator[Result]]) -> None:
    for result in results():
        print(f"  {result.name:39} {_figures(result)}{_verdict(result)}  {result.note}".rstrip(), flush=True)


def _figures(result: Result) -> str:
    ours = f"osteon {result.ours:9.1f} {result.unit:3}"
    if result.theirs is None:
        return ours
    return f"{ours}  peer {result.theirs:9.1f} {result.unit:3}  {result.ratio:6.2f}x"


def _verdict(result: Result) -> str:
    if result.mark is None:
        return ""
    return f"  mark {result.mark:g}x" + ("" if result.ratio >= result.mark else " MISSED")


if __name__ == "__main__":
    main()
