"""What all tests share: an environment that is nobody's, and a moto server and the own services on loopback."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
_EMPTY = tempfile.TemporaryDirectory(prefix="osteon-tests-")
_FOREIGN = ("AWS_", "OSTEON_")


def _isolate() -> None:
    """No setting and no file of who runs the tests is read."""
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        del os.environ[name]
    os.environ.update(
        HOME=_EMPTY.name,
        OSTEON_CACHE_DIR=str(Path(_EMPTY.name, "cache")),
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
    )
    # Shells start what runs in the background with interrupts ignored, and all that it starts inherits that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# When this file is loaded: the conftests below it import from examples/, and some modules read the environment early.
_isolate()
sys.path.insert(0, str(EXAMPLES))


# No test asserts a time: a busy machine is as good as any other.
settings.register_profile("osteon", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("osteon")


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """A moto server for the whole run (one for each worker under xdist); tests use names of their own in it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> Iterator[object]:
    """Sessions and clients of one kind; a test that takes this runs with both."""
    from tests.support.modes import MODES

    made = MODES[request.param]()
    yield made
    made.close()
