"""Endpoint discovery beside botocore: which requests are made, and where they go."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.support.differential import Answer, Client, both, made_by_osteon

import osteon
from osteon.exceptions import ConnectTimeoutError, EndpointDiscoveryRequired
from osteon.http import Response
from osteon.transport.canned import CannedTransport


def document(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/x-amz-json-1.0", **headers})


def endpoints(*addresses: str, minutes: int = 5) -> Answer:
    return document({"Endpoints": [{"Address": each, "CachePeriodInMinutes": minutes} for each in addresses]})


def by_host(discovered: Answer, then: Answer) -> Any:
    return lambda method, url, body: then if "cell" in url else discovered


WRONG = document({"__type": "InvalidEndpointException", "message": "m"}, 421)
DATABASES, TABLES = document({"Databases": []}), document({"TableNames": ["t"]})
ON: dict[str, Any] = {"config": {"endpoint_discovery_enabled": True}}
OFF: dict[str, Any] = {"config": {"endpoint_discovery_enabled": False}}

CASES: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "required": ("timestream-write", "ListDatabases", {}, by_host(endpoints("cell1.x.com"), DATABASES)),
    "with a scheme": ("timestream-write", "ListDatabases", {}, by_host(endpoints("http://cell1.x.com"), DATABASES)),
    "none to be had": ("timestream-write", "ListDatabases", {}, by_host(endpoints(), DATABASES)),
    "refused": ("timestream-write", "ListDatabases", {}, by_host(WRONG, DATABASES)),
    "no longer right": (
        "timestream-write",
        "ListDatabases",
        {},
        [endpoints("cell1.x.com"), WRONG, endpoints("cell2.x.com"), DATABASES],
    ),
    "switched off": ("timestream-write", "ListDatabases", OFF, DATABASES),
    "own endpoint": ("timestream-write", "ListDatabases", {"endpoint_url": "https://own.x.com"}, DATABASES),
    "optional": ("dynamodb", "ListTables", {}, TABLES),
    "optional, on": ("dynamodb", "ListTables", ON, by_host(endpoints("cell1.x.com"), TABLES)),
    "optional, off": ("dynamodb", "ListTables", OFF, TABLES),
    "optional, none to be had": ("dynamodb", "ListTables", ON, by_host(endpoints(), TABLES)),
    "not discovered at all": ("dynamodb", "ListBackups", ON, by_host(endpoints("cell1.x.com"), TABLES)),
}


@pytest.mark.parametrize("asynchronous", [False, True], ids=["threads", "asyncio"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_discovery_is_botocores(case: tuple[str, str, dict[str, Any], Any], asynchronous: bool) -> None:
    service, operation, client, answer = case
    ours, theirs = both(Client(service, **client, fresh=True), operation, {}, answer=answer, asynchronous=asynchronous)
    assert ours == theirs


CELL = {"Address": "cell1.x.com", "CachePeriodInMinutes": 5}


@pytest.mark.parametrize(
    ("told", "hosts"),
    [
        ({}, None),
        ({"Endpoints": [{}]}, None),
        ({"Endpoints": [{"Address": "cell1.x.com"}, {"Address": "[", "CachePeriodInMinutes": 5}]}, None),
        ({"Endpoints": [{"Address": "cell2.x.com", "CachePeriodInMinutes": 10**400}, CELL]}, ["cell1.x.com"]),
        ({"Endpoints": [{"Address": "cell2.x.com", "CachePeriodInMinutes": "soon"}, CELL]}, ["cell1.x.com"]),
    ],
)
def test_endpoints_that_are_none_are_passed_over(told: Any, hosts: list[str] | None) -> None:
    client = Client("timestream-write", fresh=True)
    made = made_by_osteon(client, "ListDatabases", {}, by_host(document(told), DATABASES))
    if hosts is None:
        assert made.error is not None
        assert made.error[0] == "EndpointDiscoveryRefreshFailed"
    else:
        assert [request.host for request in made.requests[1:]] == hosts


def test_endpoints_are_asked_for_once() -> None:
    client = Client("timestream-write", config={"user_agent_appid": "once"})
    answers = by_host(endpoints("cell1.x.com"), DATABASES)
    calls = [len(made_by_osteon(client, "ListDatabases", {}, answers).requests) for _ in range(3)]
    assert calls == [2, 1, 1]


def test_endpoints_that_have_ended_are_asked_for_again() -> None:
    client = Client("timestream-write", config={"user_agent_appid": "ended"})
    answers = by_host(endpoints("cell1.x.com", minutes=0), DATABASES)
    made = [made_by_osteon(client, "ListDatabases", {}, answers) for _ in range(2)]
    # What has just been told is used though it is over at once.
    assert [len(each.requests) for each in made] == [2, 2]
    assert [each.requests[-1].host for each in made] == ["cell1.x.com"] * 2


def test_without_connection_a_required_endpoint_is_an_error() -> None:
    def refuse(method: str, url: str, body: Any) -> Answer:
        raise ConnectTimeoutError(endpoint_url=url)

    client = Client("timestream-write", fresh=True)
    made = made_by_osteon(client, "ListDatabases", {}, refuse)
    assert made.error == ("EndpointDiscoveryRefreshFailed", None)


def test_without_connection_an_optional_endpoint_is_done_without() -> None:
    def refuse(method: str, url: str, body: Any) -> Answer:
        if b"Limit" not in body:
            raise ConnectTimeoutError(endpoint_url=url)
        return TABLES

    client = Client("dynamodb", config={"endpoint_discovery_enabled": True, "user_agent_appid": "done-without"})
    made = [made_by_osteon(client, "ListTables", {"Limit": 1}, refuse) for _ in range(2)]
    assert [each.result["TableNames"] for each in made] == [["t"], ["t"]]
    # A question that failed is not asked again at once.
    assert [len(each.requests) for each in made] == [2, 1]


MODEL: dict[str, Any] = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2020-01-01", "endpointPrefix": "kiln", "protocol": "json", "jsonVersion": "1.1",
        "serviceId": "Kiln", "signatureVersion": "v4", "targetPrefix": "Kiln",
    },
    "operations": {
        "DescribeEndpoints": {
            "name": "DescribeEndpoints", "endpointoperation": True, "output": {"shape": "Known"},
            "http": {"method": "POST", "requestUri": "/"},
        },
        "Fire": {
            "name": "Fire", "endpointdiscovery": {"required": True}, "http": {"method": "POST", "requestUri": "/"},
        },
        "Glaze": {"name": "Glaze", "endpointdiscovery": {}, "http": {"method": "POST", "requestUri": "/"}},
        "Sweep": {"name": "Sweep", "http": {"method": "POST", "requestUri": "/"}},
    },
    "shapes": {
        "Known": {"type": "structure", "members": {"Endpoints": {"shape": "Places"}}},
        "Places": {"type": "list", "member": {"shape": "Place"}},
        "Place": {
            "type": "structure",
            "members": {"Address": {"shape": "Text"}, "CachePeriodInMinutes": {"shape": "Minutes"}},
        },
        "Text": {"type": "string"},
        "Minutes": {"type": "long"},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("enabled", "hosts"),
    [
        (None, {"fire": ["kiln", "cell1"], "glaze": ["kiln"], "sweep": ["kiln"]}),
        ("auto", {"fire": ["kiln", "cell1"], "glaze": ["kiln"], "sweep": ["kiln"]}),
        (True, {"fire": ["kiln", "cell1"], "glaze": ["kiln", "cell1"], "sweep": ["kiln"]}),
        (False, {"fire": "refused", "glaze": ["kiln"], "sweep": ["kiln"]}),
    ],
)
def test_any_service_may_have_several_endpoints(enabled: Any, hosts: dict[str, Any]) -> None:
    for method, expected in hosts.items():
        answer = Response(200, body=endpoints("cell1.x.com").body)
        transport = CannedTransport(lambda request: answer)
        session = osteon.Session("AKID", "secret", region_name="eu-west-1", transport=lambda options: transport)
        config = osteon.Config(endpoint_discovery_enabled=enabled)
        kiln = session.client(osteon.ServiceModel.from_dict(MODEL), config=config)
        if expected == "refused":
            with pytest.raises(EndpointDiscoveryRequired):
                kiln.fire()
            continue
        getattr(kiln, method)()
        assert [urlsplit(each.url).hostname.split(".")[0] for each in transport.requests] == expected
