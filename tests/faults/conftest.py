"""Fixtures of the fault tests: clients of both kinds whose pauses are noted instead of waited for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.endpoint
import pytest
from tests.support.modes import Async, Sync

import osteon
from osteon.flow import Sleep


class _Hasty:
    """A session whose clients do not wait between attempts; ``pauses`` holds the seconds they would have waited."""

    def __init__(self, **arguments: Any) -> None:
        self.pauses: list[float] = []
        super().__init__(**arguments)


class HastySession(_Hasty, osteon.Session):
    def _runner(self, options: Any) -> Any:
        runner: Any = super()._runner(options)
        runner._perform[Sleep] = lambda effect: self.pauses.append(effect.seconds)
        return runner


class HastyAsyncSession(_Hasty, osteon.AsyncSession):
    def _runner(self, options: Any) -> Any:
        runner: Any = super()._runner(options)

        async def note(effect: Sleep) -> None:
            self.pauses.append(effect.seconds)

        runner._perform[Sleep] = note
        return runner


class HastySync(Sync):
    session_class = HastySession


class HastyAsync(Async):
    session_class = HastyAsyncSession


@pytest.fixture(params=[HastySync, HastyAsync], ids=["sync", "async"])
def hasty(request: pytest.FixtureRequest) -> Iterator[Any]:
    """As ``mode``, without the pauses between attempts."""
    made = request.param()
    yield made
    made.close()


@pytest.fixture
def hasty_botocore(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """botocore's pauses, noted instead of waited for."""
    pauses: list[float] = []
    monkeypatch.setattr(botocore.endpoint.time, "sleep", pauses.append)
    return pauses
