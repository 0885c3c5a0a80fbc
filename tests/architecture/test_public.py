"""The public names of osteon. What is not here is private; adding a name here is a promise."""

from __future__ import annotations

import subprocess
import sys

import pytest

import osteon
import osteon.clients
import osteon.events
import osteon.resources
import osteon.schemas
import osteon.testing

PUBLIC = {
    "osteon": {
        "AsyncSession", "Config", "OperationModel", "ServiceModel", "Session", "UNSIGNED",
        "client", "clients", "config", "events", "exceptions", "http", "resource", "resources", "session",
        "set_stream_logger", "setup_default_session", "testing",
    },
    "osteon.schemas": {"Fault", "check", "file_schema", "openapi_document", "operation_schema", "tool_definition"},
    "osteon.testing": {"ANY", "AsyncCannedTransport", "CannedTransport", "PreparedRequest", "Response", "Stubber"},
}  # fmt: skip


def test_the_package_has_these_names() -> None:
    script = "import osteon; print(*(name for name in dir(osteon) if not name.startswith('_')))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    machinery = {"Any", "VERSION", "annotations", "import_module", "version"}
    assert set(told.stdout.split()) - machinery == PUBLIC["osteon"]


@pytest.mark.parametrize("name", sorted(PUBLIC["osteon"]))
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(osteon, name) is not None


def test_the_public_packages_have_theirs() -> None:
    assert set(osteon.testing.__all__) == PUBLIC["osteon.testing"]
    for name in PUBLIC["osteon.schemas"]:
        assert callable(getattr(osteon.schemas, name))
    for name in ("Client", "ClientMeta", "Blob", "ResponseMetadata"):
        assert hasattr(osteon.clients, name)
    for name in ("Emitter", "Hook", "OperationModel", "ProvideClientParams", "CreatingClass", "AnyParams"):
        assert hasattr(osteon.events, name)
    for name in ("Resource", "Collection"):
        assert hasattr(osteon.resources, name)


def test_importing_the_package_loads_no_pydantic_and_no_http() -> None:
    script = (
        "import sys, osteon; print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'pydantic', 'urllib3', 'aiohttp', 'orjson', 'jsonschema', 'asyncio', 'ssl'}))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_boto3s_places_are_there() -> None:
    from osteon.config import Config
    from osteon.exceptions import BotoCoreError, ClientError
    from osteon.session import Session

    assert osteon.Session is Session
    assert osteon.Config is Config
    assert issubclass(ClientError, Exception)
    assert issubclass(BotoCoreError, Exception)
