"""What is put comes back: random values of every shape, through each protocol's writer, a server, and its reader."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.params import Style, random_value

Call = Callable[..., dict[str, Any]]
STYLE = Style(fill=0.7, special=0.5)
VALUES = 40


def harbor(call: Call, value: dict[str, Any]) -> Any:
    if value["number"] == 0:
        call("register_ship", Name="Anna", Flag="PANAMA")
    where = {"ShipId": "ship-1", "Path": f"a/{value['number']}"}
    call("put_manifest", **where, Manifest=value["given"])
    return call("get_manifest", **where)["Manifest"]


def ledger(call: Call, value: dict[str, Any]) -> Any:
    account = call("open_account", Name="a", Currency="EUR", Holder=value["given"])["Account"]
    return call("get_account", AccountId=account["AccountId"])["Account"]["Holder"]


def ledger_categories(call: Call, value: dict[str, Any]) -> Any:
    call("put_categories", Root=value["given"])
    return call("describe_categories")["Root"]


def atlas(call: Call, value: dict[str, Any]) -> Any:
    call("put_map", MapId="alps", Map=value["given"])
    return call("get_map", MapId="alps")["Map"]


def beacon(call: Call, value: dict[str, Any]) -> Any:
    if value["number"] == 0:
        call("place_beacon", Position={"Latitude": 1.0, "Longitude": 1.0}, Kind="LAMP")
    call("report_signal", BeaconId="b1", Reading=value["given"])
    return call("list_signals", BeaconId="b1", Limit=1)["Signals"][0]["Reading"]


def as_xml_can(given: Any) -> Any:
    """A flattened list of nothing is nothing in XML."""
    if not isinstance(given, dict):
        return given
    return {name: as_xml_can(value) for name, value in given.items() if (name, value) != ("Layers", [])}


#: service, shape, how a value goes there and back
TRIPS = [
    ("harbor", "Manifest", harbor),
    ("ledger", "Holder", ledger),
    ("ledger", "Category", ledger_categories),
    ("atlas", "Map", atlas),
    ("beacon", "Reading", beacon),
]


@pytest.mark.parametrize(("service", "shape_name", "there_and_back"), TRIPS, ids=[trip[1] for trip in TRIPS])
def test_what_is_put_comes_back(mode, client, service, shape_name, there_and_back):
    made = client(service)
    shape = made.meta.service_model.shape_for(shape_name)
    rng = random.Random(shape_name)

    def call(operation: str, **params: Any) -> dict[str, Any]:
        answer: dict[str, Any] = mode.do(getattr(made, operation)(**params))
        return answer

    for number in range(VALUES):
        given = random_value(shape, rng, 5, STYLE)
        expected = as_xml_can(given) if service == "atlas" else given
        assert there_and_back(call, {"number": number, "given": given}) == expected
