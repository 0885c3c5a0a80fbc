"""Fixtures of the transport tests: runners of both kinds, certificates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.support.servers import Authority, make_authority
from tests.support.ways import WAYS, Way

from osteon.transport.canned import Script


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Iterator[Callable[..., Way]]:
    """Makes runners with a real transport; options by keyword. All are closed with the test."""
    made: list[Way] = []

    def make(**options: Any) -> Way:
        made.append(WAYS[request.param][0](**options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(params=WAYS)
def canned(request: pytest.FixtureRequest) -> Iterator[Callable[..., Way]]:
    """Makes runners over a canned transport."""
    made: list[Way] = []

    def make(script: Script = ()) -> Way:
        kind, transport = WAYS[request.param]
        made.append(kind(transport(script)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts."""
    return make_authority(tmp_path_factory.mktemp("stranger"), "stranger")
