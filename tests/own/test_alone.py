"""Services of one's own need nothing of AWS: no module, no variable, no file; and the model files are without fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from own_services.harbor import HARBOR_KEY

from osteon.model.companions import PaginatorModel, WaiterModel
from osteon.model.loader import Loader
from osteon.model.resources import ResourcesModel
from osteon.schemas.checks import check

MODELS = Path(__file__).resolve().parents[2] / "models"
SERVICES = ("atlas", "beacon", "harbor", "ledger")
KINDS = {
    "service": "service-2",
    "paginators": "paginators-1",
    "waiters": "waiters-2",
    "resources": "resources-1",
}

# --- in a process of their own ----------------------------------------------------------------------------------------

#: every one of these would stop an AWS client, or lead it elsewhere
NONSENSE = {
    "AWS_PROFILE": "no-such-profile",
    "AWS_DEFAULT_PROFILE": "no-such-profile",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_ACCESS_KEY_ID": "half a pair",
    "AWS_REGION": "not a region !",
    "AWS_DEFAULT_REGION": "not a region !",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1/",
    "AWS_ENDPOINT_URL_HARBOR": "http://127.0.0.1:1/",
    "AWS_MAX_ATTEMPTS": "many",
    "AWS_RETRY_MODE": "sometimes",
    "AWS_CA_BUNDLE": "/nowhere/ca.pem",
    "AWS_USE_FIPS_ENDPOINT": "perhaps",
    "AWS_BEARER_TOKEN_LEDGER": "not for you",
    "AWS_SDK_UA_APP_ID": "\r\n",
}

SYNC = """
    session = osteon.Session()
    with session.client("harbor", endpoint_url=url, config=osteon.Config(api_key=key)) as harbor:
        assert repr(session) == "Session(region_name=None)"
        print(harbor.register_ship(Name="Anna", Flag="PANAMA")["ShipId"])
        try:
            harbor.get_ship(ShipId="ship-9")
        except harbor.exceptions.ShipNotFound as error:
            print(error.response["Error"]["Code"])
"""
ASYNC = """
    import asyncio
    async def main():
        config = osteon.Config(api_key=key)
        async with osteon.AsyncSession().client("harbor", endpoint_url=url, config=config) as harbor:
            print((await harbor.register_ship(Name="Anna", Flag="PANAMA"))["ShipId"])
            try:
                await harbor.get_ship(ShipId="ship-9")
            except harbor.exceptions.ShipNotFound as error:
                print(error.response["Error"]["Code"])
    asyncio.run(main())
"""


@pytest.mark.parametrize("calls", [SYNC, ASYNC], ids=["sync", "async"])
def test_nothing_of_aws_is_loaded_or_read(server, tmp_path, calls):
    end = 'print(sorted(m for m in sys.modules if m.startswith(("osteon.aws", "botocore", "boto3"))))'
    code = f"import sys, osteon\nurl, key = sys.argv[1:]\n{textwrap.dedent(calls)}\n{end}\n"
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **NONSENSE}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, server.url, HARBOR_KEY],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["ship-1", "ShipNotFound", "[]"], done.stderr
    assert not any("amz" in name for request in server.seen for name in request.headers)


# --- the model files --------------------------------------------------------------------------------------------------


def files(service: str) -> dict[str, str]:
    (folder,) = (MODELS / service).iterdir()
    return {kind: (folder / f"{stem}.json").read_text() for kind, stem in KINDS.items()}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", KINDS)
def test_model_files_have_no_fault(service, kind):
    texts = files(service)
    assert check(texts[kind], kind, json.loads(texts["service"])) == ()


@pytest.mark.parametrize("service", SERVICES)
def test_every_part_is_documented_and_used(service):
    model = json.loads(files(service)["service"])
    text = json.dumps([model["operations"], model["shapes"]])
    assert [name for name in model["shapes"] if f'"shape": "{name}"' not in text] == []
    assert [name for name, operation in model["operations"].items() if not operation["documentation"]] == []
    members = ((name, shape.get("members", {})) for name, shape in model["shapes"].items())
    assert [(name, m) for name, refs in members for m, ref in refs.items() if not ref.get("documentation")] == []


def test_they_are_found_without_being_told_where():
    loader = Loader(environ={"OSTEON_CACHE": "0"})
    assert set(SERVICES) <= set(loader.available_services())
    protocols = {loader.service_model(name).resolved_protocol for name in SERVICES}
    assert protocols == {"rest-json", "rest-xml", "json", "smithy-rpc-v2-cbor"}
    assert not any(loader.service_model(name).is_aws for name in SERVICES)


def test_companions_have_what_examples_need():
    loader = Loader(environ={"OSTEON_CACHE": "0"})
    pages = PaginatorModel.model_validate(loader.load_raw("atlas", "paginators-1", None)).get_paginator("ListMaps")
    assert pages.output_tokens == ("NextMarker || Maps[-1].MapId",)
    postings = PaginatorModel.model_validate(loader.load_raw("ledger", "paginators-1", None))
    assert postings.get_paginator("ListPostings").more_results == "Page.More"
    waiters = WaiterModel.model_validate(loader.load_raw("harbor", "waiters-2", None))
    assert waiters.waiter_names == ["ShipBerthed", "ShipForgotten"]
    resources = ResourcesModel.model_validate(loader.load_raw("harbor", "resources-1", None))
    assert {"Ship", "Manifest"} == set(resources.resources)
    matchers = {
        acceptor.matcher
        for service in SERVICES
        for waiter in WaiterModel.model_validate(loader.load_raw(service, "waiters-2", None)).waiters.values()
        for acceptor in waiter.acceptors
    }
    assert matchers == {"path", "pathAll", "pathAny", "status", "error"}
