"""The metadata services of machines and containers through real clients: silent, behind proxies, refreshing."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.servers import Connection, Server, requests_of

from osteon import Config
from osteon.exceptions import NoCredentialsError

#: How long a call that must end may take before the test calls it hung.
PATIENCE = 30


def finished(call: Callable[[], Any]) -> Any:
    """What ``call`` comes to, an error included; fails where it does not end."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(call())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert outcome, "the call hangs"
    return outcome[0]


def silent(connection: Connection) -> None:
    # Reads until the client gives up.
    while connection.sock.recv(4096):
        pass


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment whose only credentials are the machine's."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name)
    return monkeypatch


def test_a_silent_metadata_service_does_not_hold_up_a_call(mode: Any, machine: pytest.MonkeyPatch) -> None:
    with Server(silent) as server:
        machine.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url)
        client = mode.client("sqs", config=Config(read_timeout=None, connect_timeout=None))
        outcome = finished(lambda: mode.do(client.list_queues()))
    assert isinstance(outcome, NoCredentialsError)
    assert server.accepted > 0


def keys(number: int, life: int) -> bytes:
    expiration = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=life)
    found = {"AccessKeyId": f"AKID{number}", "SecretAccessKey": "s", "Token": "t", "Expiration": expiration.isoformat()}
    return json.dumps(found).encode()


def machine_service(connection: Connection) -> None:
    for request in requests_of(connection):
        if request.target == "/latest/api/token":
            connection.answer(b"token")
        else:
            connection.answer(b"role" if request.target.endswith("/") else keys(1, 21600))


def test_proxies_are_not_for_metadata_services(mode: Any, machine: pytest.MonkeyPatch) -> None:
    def refuse(connection: Connection) -> None:
        for _ in requests_of(connection):
            connection.answer(b"not by this way", "403 Forbidden")

    with Server(machine_service) as server, Server(refuse) as proxy:
        machine.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url)
        machine.setenv("HTTP_PROXY", proxy.url)
        machine.setenv("http_proxy", proxy.url)
        seen: list[str] = []
        client = mode.client("sqs", endpoint_url="http://sqs.example", config=Config(proxies={"http": proxy.url}))
        client.meta.events.register("before-send", lambda request, **kw: seen.append(request.headers["Authorization"]))
        with pytest.raises(client.exceptions.ClientError):
            mode.do(client.list_queues())
    assert "Credential=AKID1/" in seen[0]
    assert proxy.accepted > 0


def test_plain_attributes_of_credentials_refresh(machine: pytest.MonkeyPatch) -> None:
    import osteon

    given: list[int] = []

    def script(connection: Connection) -> None:
        for _ in requests_of(connection):
            given.append(len(given) + 1)
            connection.answer(keys(given[-1], 60 if len(given) == 1 else 21600))

    with Server(script) as server:
        machine.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/keys")
        credentials = osteon.Session().get_credentials()
        assert [credentials.access_key, credentials.access_key, credentials.secret_key] == ["AKID2", "AKID2", "s"]
    assert given == [1, 2]
