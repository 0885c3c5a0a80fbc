"""What a transfer tells of its progress, and how fast its bytes may go by: by a clock that only sleeping moves."""

from __future__ import annotations

import asyncio
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.resources.faulty_s3 import FaultyS3
from tests.resources.transferring import BIG, IN_PARTS, PART, SMALL, Pipe, Told, client
from tests.support.modes import Async
from tests.support.servers import Authority, make_authority

import osteon
from osteon.aws.customizations.s3_transfer_pace import Pace
from osteon.flow import NOW, Flow, Now, Sleep
from osteon.http import Response
from osteon.pipeline.bodies import is_quick
from osteon.s3.transfer import TransferConfig
from osteon.transport.async_runner import AsyncRunner
from osteon.transport.runner import Runner

TWICE = osteon.Config(retries={"total_max_attempts": 2, "mode": "standard"}, s3={"addressing_style": "path"})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


def served(scheme: str, authority: Authority, **options: Any) -> FaultyS3:
    return FaultyS3(tls=authority.server_context() if scheme == "https" else None, **options)


def made_for(mode: Any, s3: FaultyS3, authority: Authority, config: osteon.Config = TWICE, **further: Any) -> Any:
    return client(mode, s3, config, verify=str(authority.ca), **further)


# --- progress

KINDS = ["file", "seekable", "pipe"]


def upload(made: Any, kind: str, content: bytes, folder: Path, **options: Any) -> Any:
    if kind == "file":
        (folder / "in").write_bytes(content)
        return made.upload_file(str(folder / "in"), "b", "k", **options)
    return made.upload_fileobj({"seekable": io.BytesIO, "pipe": Pipe}[kind](content), "b", "k", **options)


@pytest.mark.parametrize("content", [b"", SMALL, BIG], ids=["empty", "small", "big"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_each_byte_is_told_once(
    scheme: str, kind: str, content: bytes, mode: Any, authority: Authority, tmp_path: Path
) -> None:
    told = Told()
    with served(scheme, authority) as s3:
        made = made_for(mode, s3, authority)
        mode.do(upload(made, kind, content, tmp_path, Callback=told, Config=IN_PARTS))
        assert s3.objects == {"/b/k": content}
    assert told.total == len(content)
    assert min(told.sizes, default=1) > 0
    # While parts are on their way, not only when they are there.
    assert len(told.sizes) > 10 or len(content) < PART


@pytest.mark.parametrize("fault", ["reset", "fail"])
@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_sent_again_is_taken_back(
    scheme: str, kind: str, content: bytes, fault: str, mode: Any, authority: Authority, tmp_path: Path
) -> None:
    told = Told()
    faults = {"PutObject": fault, "UploadPart": fault}
    with served(scheme, authority, faults=faults, times=1) as s3:
        made = made_for(mode, s3, authority)
        mode.do(upload(made, kind, content, tmp_path, Callback=told, Config=IN_PARTS))
        assert s3.objects == {"/b/k": content}
    assert told.total == len(content)
    # The faults strike when all of the first body has come, which was told, unless the answer came before the end.
    assert -min(told.sizes) <= min(len(content), PART)
    assert min(told.sizes) < 0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_told_of_what_is_only_hashed(kind: str, mode: Any, tmp_path: Path) -> None:
    """Over plain http bodies are read for a checksum and for the signature before they are sent."""
    told, before_sent = Told(), list[int]()

    def look(request: Any, **kwargs: Any) -> None:
        before_sent.append(told.total)

    with FaultyS3() as s3:
        made = client(mode, s3)
        made.meta.events.register("before-send.s3.PutObject", look)
        mode.do(upload(made, kind, SMALL, tmp_path, Callback=told))
    assert (before_sent, told.total) == ([0], len(SMALL))


def test_what_a_handler_answers_for_is_told_as_well(mode: Any) -> None:
    told = Told()
    with FaultyS3() as s3:
        made = client(mode, s3)
        made.meta.events.register("before-send.s3.PutObject", lambda request, **kwargs: Response(200))
        mode.do(made.upload_fileobj(io.BytesIO(SMALL), "b", "k", Callback=told))
        assert s3.calls["PutObject"] == 0
    assert told.sizes == [len(SMALL)]


# --- pace


class Clock:
    """Time that goes by while somebody sleeps, for all at once."""

    def __init__(self) -> None:
        self.now = self.start = 1_700_000_000.0
        self.sleeps: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.sleeps.append(seconds)
            self.now += seconds

    async def slept(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)

    async def read(self) -> float:
        return self.now


class SyncSession(osteon.Session):
    clock: Clock

    def _runner(self, options: Any) -> Any:
        runner: Any = super()._runner(options)
        assert isinstance(runner, Runner)
        runner._perform[Now] = lambda effect: self.clock.now
        runner._perform[Sleep] = lambda effect: self.clock.sleep(effect.seconds)
        return runner


class AsyncSession(osteon.AsyncSession):
    clock: Clock

    def _runner(self, options: Any) -> Any:
        runner: Any = super()._runner(options)
        assert isinstance(runner, AsyncRunner)
        runner._perform[Now] = lambda effect: self.clock.read()
        runner._perform[Sleep] = lambda effect: self.clock.slept(effect.seconds)
        return runner


class Timed(Told):
    """Notes when it was told how much in all."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock, self.moments = clock, list[tuple[float, int]]()

    def __call__(self, size: int) -> None:
        super().__call__(size)
        self.moments.append((self.clock.now - self.clock.start, self.total))


BANDWIDTH = 2 * 2**20
SLOWLY = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False, max_bandwidth=BANDWIDTH)


@pytest.mark.parametrize("content", [b"x" * 1_000_000, BIG], ids=["at once", "in parts"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_bandwidth_is_a_steady_limit(
    direction: str, scheme: str, content: bytes, mode: Any, authority: Authority
) -> None:
    session = AsyncSession() if isinstance(mode, Async) else SyncSession()
    session.clock = clock = Clock()
    told = Timed(clock)
    with served(scheme, authority) as s3:
        made = made_for(mode, s3, authority, session=session)
        if direction == "up":
            mode.do(made.upload_fileobj(io.BytesIO(content), "b", "k", Callback=told, Config=SLOWLY))
        else:
            s3.objects["/b/k"] = content
            mode.do(made.download_fileobj("b", "k", io.BytesIO(), Callback=told, Config=SLOWLY))
    assert told.total == len(content)
    assert clock.now - clock.start == pytest.approx(len(content) / BANDWIDTH)
    # Never more than the limit allows, and never a burst: a tenth of a second's bytes at most.
    assert all(total <= BANDWIDTH * passed + 1 for passed, total in told.moments)
    assert max(told.sizes) <= BANDWIDTH / 10


def test_parts_side_by_side_share_the_limit(mode: Any) -> None:
    session = AsyncSession() if isinstance(mode, Async) else SyncSession()
    session.clock = clock = Clock()
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_bandwidth=BANDWIDTH)
    told = Told()
    with FaultyS3() as s3:
        made = client(mode, s3, session=session)
        mode.do(made.upload_fileobj(io.BytesIO(BIG), "b", "k", Callback=told, Config=config))
        assert s3.objects == {"/b/k": BIG}
    assert told.total == len(BIG)
    # Sleeps side by side overlap, which this clock does not know: no less, then.
    assert clock.now - clock.start >= len(BIG) / BANDWIDTH - 0.001


def turns(pace: Pace, *moments: tuple[float, int]) -> list[float]:
    """How long each is to wait who wants so many bytes at that moment."""
    waits: list[float] = []
    for now, size in moments:
        flow: Flow[None] = pace.take(size)
        assert next(flow) is NOW
        effect = flow.send(now)
        assert isinstance(effect, Sleep)
        waits.append(effect.seconds)
    return waits


@pytest.mark.parametrize(
    ("moments", "waits"),
    [
        ([(10, 500), (10, 500), (10, 1000)], [0.5, 1.0, 2.0]),  # who comes later waits behind the others
        ([(10, 500), (11, 500)], [0.5, 0.5]),  # time that nobody used is lost
        ([(10, 1000), (10.5, 1000)], [1.0, 1.5]),
        ([(10, 1000), (9.999, 1000)], [1.0, 2.001]),  # a thread that looked at the clock a little earlier
        ([(5000, 1000), (10, 1000)], [1.0, 2.0]),  # a clock that was set back
        ([(10, 1000), (5000, 1000)], [1.0, 1.0]),
    ],
)
def test_turns(moments: list[tuple[float, int]], waits: list[float]) -> None:
    assert turns(Pace(1000), *moments) == pytest.approx(waits)


def test_without_a_limit_nobody_waits() -> None:
    assert list(Pace(None).take(500)) == []
    assert list(Pace(5).take(0)) == []


@pytest.mark.parametrize(
    ("bandwidth", "block"), [(None, 2**18), (10**9, 2**18), (10**6, 10**5), (10_000, 1024), (0.5, 1024), (2e5, 20_000)]
)
def test_blocks(bandwidth: float | None, block: int) -> None:
    assert Pace(bandwidth).block(2**18) == block


# --- where bodies are read


class Watched(io.BytesIO):
    """Notes which threads read it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.readers: set[int] = set()

    def read(self, size: int | None = -1) -> bytes:
        self.readers.add(threading.get_ident())
        return super().read(size)


@pytest.mark.parametrize("call", ["put_object", "upload_fileobj"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_event_loop_reads_or_hashes_a_body(scheme: str, call: str, authority: Authority) -> None:
    mode, body = Async(), Watched(BIG[:PART])
    with served(scheme, authority) as s3:
        made = made_for(mode, s3, authority)
        if call == "put_object":
            mode.do(made.put_object(Bucket="b", Key="k", Body=body))
        else:
            mode.do(made.upload_fileobj(body, "b", "k", Config=IN_PARTS))
        assert s3.objects == {"/b/k": BIG[:PART]}
    mode.close()
    assert body.readers
    assert threading.get_ident() not in body.readers


@pytest.mark.parametrize(
    ("body", "quick"),
    [
        (None, True), (b"", True), ("text", True), (b"x" * 2**17, True), (bytearray(2**17 + 1), False),
        (b"x" * 2**20, False), (io.BytesIO(b"x"), True), (io.BytesIO(b"x" * 2**20), False), (Watched(b""), False),
        (Pipe(b""), False),
    ],
)  # fmt: skip
def test_which_bodies_are_read_in_no_time(body: Any, quick: bool) -> None:
    assert is_quick(body) is quick
