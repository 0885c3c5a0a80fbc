"""Memory: what a further session costs, and whether many calls leave anything behind."""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import boto3

import osteon
from benchmarks.answers import BY_NAME
from benchmarks.canned import osteon_call
from benchmarks.measure import Result

CALLS = 100_000
#: calls before counting, so that every cache is filled
WARM_UP = 5_000


def results() -> Iterator[Result]:
    ours, theirs = _further_session(osteon.Session), _further_session(boto3.Session)
    yield Result("a second session with an ec2 client", ours, theirs, "KiB", theirs / ours)
    call = osteon_call(BY_NAME["GetItem"])
    for _ in range(WARM_UP):
        call()
    before = _resident()
    for _ in range(CALLS):
        call()
    grown, held = _resident() - before, _held_after(call)
    note = f"growth of the resident memory; {held:+.0f} bytes held after a further 1000 calls"
    yield Result(f"{CALLS} calls", grown, None, "KiB", note=note)


def _further_session(kind: Callable[[], Any]) -> float:
    """KiB that a second session and its ec2 client hold, once the first has made one call."""
    held = [_used(kind)]
    tracemalloc.start()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    held.append(_used(kind))
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / 1024


def _used(kind: Callable[[], Any]) -> Any:
    client = kind().client("ec2")
    client.can_paginate("describe_instances")
    return client


def _held_after(call: Callable[[], Any]) -> float:
    tracemalloc.start()
    for _ in range(10):
        call()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(1000):
        call()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return after - before


def _resident() -> float:
    """KiB of this process that stand in memory."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024
