"""The own services for one test: a fresh server, and clients that know its keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from local_server import LocalServer
from own_services.atlas import ATLAS_KEY
from own_services.harbor import HARBOR_KEY
from own_services.ledger import LEDGER_TOKEN

from osteon import Config

#: of each service; the host prefix of Harbor's quays is left out, since the server has but one name
CONFIGS = {
    "harbor": {"api_key": HARBOR_KEY, "inject_host_prefix": False},
    "ledger": {"bearer_token": LEDGER_TOKEN},
    "atlas": {"api_key": ATLAS_KEY},
    "beacon": {},
}


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture
def client(mode: Any, server: LocalServer) -> Any:
    """Makes clients of own services, by name; keywords go to Config."""

    def make(service: str, **config: Any) -> Any:
        # Atlas lives at a name of its own: the server is then its proxy, as operations there have host names of theirs.
        if service == "atlas":
            config = {"proxies": {"http": server.url}, **config}
        url = "http://atlas.example" if service == "atlas" else server.url
        return mode.client(service, endpoint_url=url, config=Config(**{**CONFIGS[service], **config}))

    return make
