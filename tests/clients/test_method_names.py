"""Operations whose names every client has for something else: their methods' names, at run time and in stubs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import osteon
from osteon.clients.base import AsyncClient, SyncClient
from osteon.http import PreparedRequest, Response
from osteon.model.loader import Loader
from osteon.naming import CLIENT_MEMBERS, method_name, snake_case
from osteon.schemas import check
from osteon.stubs.package import Options, package_files
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

TRANSPORTS = {osteon.Session: CannedTransport, osteon.AsyncSession: AsyncCannedTransport}
METADATA = {
    "apiVersion": "1", "protocol": "json", "jsonVersion": "1.1", "targetPrefix": "Box", "serviceId": "Box",
    "endpointPrefix": "box",
}  # fmt: skip
CLASHING = [*sorted("".join(map(str.capitalize, name.split("_"))) for name in CLIENT_MEMBERS), "close", "_Run"]


def model_of(*operations: str) -> dict[str, Any]:
    thing = {"shape": "Thing"}
    shapes = {
        "Thing": {"type": "structure", "members": {"Next": {"shape": "Text"}, "Names": {"shape": "Texts"}}},
        "Texts": {"type": "list", "member": {"shape": "Text"}},
        "Text": {"type": "string"},
    }
    made = {name: {"name": name, "input": thing, "output": thing} for name in operations}
    return {"metadata": METADATA, "operations": made, "shapes": shapes}


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A folder of a service with an operation Close, which is paged, waited for, and an action of a resource."""
    folder = tmp_path / "box" / "1"
    folder.mkdir(parents=True)
    acceptor = {"state": "success", "matcher": "path", "argument": "Names[0]", "expected": "lid"}
    lid = {"type": "Lid", "identifiers": [{"target": "Name", "source": "response", "path": "Names[]"}]}
    files: dict[str, Any] = {
        "service-2": model_of("Close", "Meta"),
        "paginators-1": {
            "pagination": {"Close": {"input_token": "Next", "output_token": "Next", "result_key": "Names"}}
        },
        "waiters-2": {
            "version": 2,
            "waiters": {"Shut": {"operation": "Close", "delay": 0, "maxAttempts": 1, "acceptors": [acceptor]}},
        },
        "resources-1": {
            "service": {
                "actions": {"Shut": {"request": {"operation": "Close"}, "path": "Names"}},
                "hasMany": {"Lids": {"request": {"operation": "Close"}, "resource": lid}},
            },
            "resources": {"Lid": {"identifiers": [{"name": "Name"}]}},
        },
    }
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def test_what_clients_have_is_known() -> None:
    for kind in (SyncClient, AsyncClient):
        assert {name for name in dir(kind) if not name.startswith("_")} == CLIENT_MEMBERS


@pytest.mark.parametrize("operation", CLASHING)
def test_a_client_keeps_what_is_its_own_and_the_operation_can_be_called(operation: str, mode: Any) -> None:
    asked: list[str] = []

    def answer(request: PreparedRequest) -> Response:
        asked.append(request.headers["X-Amz-Target"])
        return Response(200, {}, b'{"Names": ["lid"]}')

    session = mode.session(transport=lambda options: TRANSPORTS[mode.session_class](answer))
    model = osteon.ServiceModel.from_dict(model_of(operation, "Look"))
    client = mode.client(model, session=session, endpoint_url="http://box.example")
    method = method_name(operation)
    assert method.endswith("_operation")
    assert client.meta.method_to_api_mapping == {method: operation, "look": "Look"}
    assert mode.do(getattr(client, method)())["Names"] == ["lid"]
    assert mode.do(client.look())["Names"] == ["lid"]
    assert asked == [f"Box.{operation}", "Box.Look"]
    heard: list[str] = []
    hook = getattr(client.meta.events.provide_client_params, method)
    hook.register(lambda **kwargs: heard.append(kwargs["event_name"]))
    mode.do(getattr(client, method)())
    assert heard == [f"provide-client-params.box.{operation}"]
    assert (client.waiter_names, client.can_paginate(method)) == ([], False)
    mode.do(client.close())


def test_pages_waiters_and_resources_find_it(mode: Any, box: Path) -> None:
    answer = Response(200, {}, b'{"Names": ["lid"]}')
    session = mode.session(
        data_path=[box], transport=lambda options: TRANSPORTS[mode.session_class](lambda request: answer)
    )
    client = mode.client("box", session=session, endpoint_url="http://box.example")
    assert client.can_paginate("close_operation")
    pages = client.get_paginator("close_operation").paginate()
    assert mode.all(pages.search("Names")) == ["lid"]
    assert mode.do(client.get_waiter("shut").wait()) is None
    resource = session.resource("box", endpoint_url="http://box.example")
    assert mode.do(resource.shut()) == ["lid"]
    assert [lid.name for lid in mode.all(resource.lids.all())] == ["lid"]
    mode.do(resource.meta.client.close())


def test_a_check_of_the_model_tells_the_name() -> None:
    faults = check(json.dumps(model_of("Close", "Meta", "Look")).encode(), "service")
    assert [(fault.pointer, fault.severity) for fault in faults] == [
        ("/operations/Close", "warning"),
        ("/operations/Meta", "warning"),
    ]
    assert faults[0].message == "is the method close_operation: every client has something else as close"
    (fault,) = [each for each in check(json.dumps(model_of("Close", "CloseOperation")).encode(), "service")
                if each.severity == "error"]  # fmt: skip
    assert fault.message == "has the Python name of Close: close_operation"


def test_stubs_have_the_same_name(box: Path) -> None:
    files = package_files(Loader([box]), Options(("box",)))
    text = files["box.pyi"]
    assert text.count("def close_operation(self") == text.count("def meta_operation(self") == 2
    assert "def close(" not in text


def test_no_service_of_aws_has_such_an_operation() -> None:
    """So that all methods have boto3's names."""
    loader = Loader()
    for service in ("s3", "ec2", "dynamodb", "lambda", "iam", "sqs"):
        assert not [name for name in loader.operation_names(service) if method_name(name) != snake_case(name)]
