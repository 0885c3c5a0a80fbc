"""Whole calls over HTTP: a server on 127.0.0.1, in its own process, so that its time is not counted.

The async case has a floor, the same request made by aiohttp alone: no client over aiohttp can be cheaper than that.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from aiohttp import ClientSession
from botocore.config import Config

import osteon
from benchmarks.answers import BY_NAME
from benchmarks.measure import ROUNDS, Result, compare, of_pairs
from benchmarks.server import SIZE

IN_FLIGHT = 64
#: rounds of 64 MiB
TRANSFERS = 16

_PUT_ITEM = dict(BY_NAME["PutItem"].params)


def results() -> Iterator[Result]:
    with _server() as endpoint:
        yield _put_item(endpoint)
        yield from _transfers(endpoint)
        yield from asyncio.run(_in_flight(endpoint))


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


def _put_item(endpoint: str) -> Result:
    ours = osteon.Session().client("dynamodb", endpoint_url=endpoint)
    theirs = boto3.Session().client("dynamodb", endpoint_url=endpoint)
    return compare("PutItem", lambda: ours.put_item(**_PUT_ITEM), lambda: theirs.put_item(**_PUT_ITEM), mark=2.5)


def _transfers(endpoint: str) -> Iterator[Result]:
    data = b"x" * SIZE
    ours = osteon.Session().client("s3", endpoint_url=endpoint)
    theirs = boto3.Session().client("s3", endpoint_url=endpoint)

    def up(client: Any) -> None:
        client.put_object(Bucket="bucket", Key="key", Body=data)

    def down(client: Any) -> None:
        body = client.get_object(Bucket="bucket", Key="key")["Body"].read()
        assert len(body) == SIZE

    for name, action in (("64 MiB up", up), ("64 MiB down", down)):
        for clock, unit in ((time.process_time, "CPU"), (time.perf_counter, "wall")):
            action(ours), action(theirs)
            pairs = [_pair(action, (ours, theirs), clock, turned=bool(number % 2)) for number in range(TRANSFERS)]
            yield of_pairs(f"{name}, {unit} time", pairs, 1, unit="ms", scale=1e3)


def _pair(
    action: Callable[[Any], None], sides: tuple[Any, Any], clock: Callable[[], float], *, turned: bool
) -> tuple[float, float]:
    """Both sides' times. They take turns in going first: who comes second finds the other's memory just given back."""
    ours, theirs = sides
    if turned:
        cost = _timed(action, theirs, clock)
        return _timed(action, ours, clock), cost
    return _timed(action, ours, clock), _timed(action, theirs, clock)


def _timed(action: Callable[[Any], None], client: Any, clock: Callable[[], float]) -> float:
    start = clock()
    action(client)
    return clock() - start


async def _in_flight(endpoint: str) -> list[Result]:
    """64 calls at once; a round of both sides and of aiohttp alone."""
    async with (
        osteon.AsyncSession().client(
            "dynamodb", endpoint_url=endpoint, config=Config(max_pool_connections=IN_FLIGHT)
        ) as ours,
        get_session().create_client(
            "dynamodb", endpoint_url=endpoint, config=AioConfig(max_pool_connections=IN_FLIGHT)
        ) as theirs,
        ClientSession() as bare,
    ):
        body = b'{"TableName":"table"}'.ljust(400)
        headers = {"X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0"}

        async def floor() -> None:
            async with bare.post(endpoint, data=body, headers=headers) as response:
                await response.read()

        sides = (lambda: ours.put_item(**_PUT_ITEM), lambda: theirs.put_item(**_PUT_ITEM), floor)
        rounds = [[await _burst(side) for side in sides] for _ in range(ROUNDS + 1)][1:]
    name = f"PutItem, {IN_FLIGHT} in flight, async"
    scale = 1e6 / IN_FLIGHT
    pairs = [(ours_cost, theirs_cost) for ours_cost, theirs_cost, _ in rounds]
    floors = [(ours_cost, bare_cost) for ours_cost, _, bare_cost in rounds]
    return [
        of_pairs(name, pairs, 2, unit="us", scale=scale, note="peer: aiobotocore"),
        of_pairs(f"{name}: floor", floors, None, unit="us", scale=scale, note="peer: aiohttp alone"),
    ]


async def _burst(call: Callable[[], Coroutine[Any, Any, Any]]) -> float:
    """CPU seconds of IN_FLIGHT calls at once."""
    start = time.process_time()
    await asyncio.gather(*(call() for _ in range(IN_FLIGHT)))
    return time.process_time() - start
