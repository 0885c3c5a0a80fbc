"""The own services called for real, sync and async: every operation, errors as classes, streams, keys, host names."""

from __future__ import annotations

import io
import json
import pickle
from typing import Any
from unittest.mock import ANY

import pytest
from own_services.wire import Reply
from tests.own.steps import DIGITS, MD5, NOON, ONE, STEPS, TILE

import osteon
from osteon.exceptions import (
    ClientError,
    EndpointResolutionError,
    NoApiKeyError,
    NoAuthTokenError,
    ParamValidationError,
)


def result(mode: Any, client: Any, operation: str, **params: Any) -> dict[str, Any]:
    """What the caller gets, without the metadata."""
    answer: dict[str, Any] = mode.do(getattr(client, operation)(**params))
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] < 300
    return answer


@pytest.mark.parametrize("service", STEPS)
def test_every_operation(mode, client, service):
    made = client(service)
    for operation, params, expected in STEPS[service]:
        answer = result(mode, made, operation, **params)
        assert answer == expected, operation
        for stream in answer.values():
            if hasattr(stream, "close"):
                stream.close()


@pytest.mark.parametrize("service", STEPS)
def test_no_operation_is_left_out(client, service):
    assert {operation for operation, _, _ in STEPS[service]} == set(client(service).meta.method_to_api_mapping)


#: service, operations that go before, the operation that fails, its parameters, the error, its status, its members
ERRORS: list[tuple[str, list[tuple[str, dict[str, Any]]], str, dict[str, Any], str, int, dict[str, Any]]] = [
    ("harbor", [], "get_ship", {"ShipId": "ship-9"}, "ShipNotFound", 404, {"ShipId": "ship-9"}),
    (
        "harbor",
        [("register_ship", {"Name": "Anna", "Flag": "PANAMA"})],
        "register_ship",
        {"Name": "Anna", "Flag": "PANAMA"},
        "ShipExists",
        409,
        {"ShipId": "ship-1"},
    ),
    (
        "harbor",
        [("register_ship", {"Name": "Anna", "Flag": "PANAMA"})],
        "delete_ship",
        {"ShipId": "ship-1", "IfMatch": "another"},
        "ShipChanged",
        412,
        {"ETag": ANY},
    ),
    (
        "harbor",
        [("register_ship", {"Name": "Anna", "Flag": "PANAMA"})],
        "get_manifest",
        {"ShipId": "ship-1", "Path": "a/b"},
        "ManifestNotFound",
        404,
        {"Path": "a/b"},
    ),
    ("ledger", [], "get_account", {"AccountId": "acc-9"}, "AccountNotFound", 400, {"AccountId": "acc-9"}),
    (
        "ledger",
        [("open_account", {"Name": "a", "Currency": "EUR"}), ("open_account", {"Name": "b", "Currency": "EUR"})],
        "post_transaction",
        {
            "Entries": [
                {"AccountId": "acc-1", "Amount": {"Cents": -300}},
                {"AccountId": "acc-2", "Amount": {"Cents": 300}},
            ]
        },
        "InsufficientFunds",
        400,
        {"AccountId": "acc-1", "Balance": 0, "Missing": {"Cents": 300}},
    ),
    ("atlas", [], "get_map", {"MapId": "nowhere"}, "MapNotFound", 404, {"MapId": "nowhere"}),
    ("atlas", [], "get_tile", TILE, "TileNotFound", 404, {}),
    (
        "atlas",
        [("put_map", {"MapId": "alps", "Map": {"Title": "A"}})],
        "put_tile",
        {**TILE, "Body": bytes(2_000_000)},
        "TileTooLarge",
        413,
        {"Limit": 1 << 20},
    ),
    (
        "atlas",
        [("put_map", {"MapId": "alps", "Map": {"Title": "Locked"}})],
        "put_map",
        {"MapId": "alps", "Map": {"Title": "B"}},
        "MapLocked",
        423,
        {"By": "Mercator", "Until": NOON},
    ),
    ("beacon", [], "get_beacon", {"BeaconId": "b9"}, "BeaconNotFound", 404, {"BeaconId": "b9"}),
    (
        "beacon",
        [],
        "place_beacon",
        {"Position": {"Latitude": 89.5, "Longitude": 0.0}, "Kind": "LAMP", "Secret": b"proof"},
        "InvalidPosition",
        400,
        {"Position": {"Latitude": 89.5, "Longitude": 0.0}, "Proof": b"proof"},
    ),
]


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case[4])
def test_errors_are_classes_with_members(mode, client, case):
    service, before, operation, params, code, status, members = case
    made = client(service)
    for step, given in before:
        result(mode, made, step, **given)
    with pytest.raises(getattr(made.exceptions, code)) as caught:
        mode.do(getattr(made, operation)(**params))
    assert isinstance(caught.value, ClientError)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert {name: caught.value.response[name] for name in members} == members


def test_sensitive_members_stay_with_the_caller(mode, client):
    """The caller's dict has them; what is printed, logged or pickled does not."""
    atlas, harbor = client("atlas", api_key="stolen"), client("harbor", api_key="stolen")
    for made, operation in ((atlas, "list_maps"), (harbor, "list_ships")):
        with pytest.raises(ClientError) as caught:
            mode.do(getattr(made, operation)())
        error = caught.value
        assert error.response["Key"] == "stolen"
        assert "stolen" not in f"{error} {error!r} {pickle.loads(pickle.dumps(error)).response}"


def test_a_streamed_body_goes_out_from_where_it_stands(mode, client, server):
    atlas = client("atlas")
    result(mode, atlas, "put_map", MapId="alps", Map={"Title": "A"})
    body = io.BytesIO(b"before" + DIGITS)
    body.seek(6)
    assert result(mode, atlas, "put_tile", **TILE, Body=body)["ETag"] == MD5
    assert server.seen[-1].headers["content-length"] == "10"


def test_a_streamed_body_comes_in_by_parts(mode, client):
    atlas = client("atlas")
    result(mode, atlas, "put_map", MapId="alps", Map={"Title": "A"})
    result(mode, atlas, "put_tile", **TILE, Body=DIGITS)
    body = result(mode, atlas, "get_tile", **TILE)["Body"]
    assert [mode.do(body.read(4)) for _ in range(4)] == [b"0123", b"4567", b"89", b""]
    part = result(mode, atlas, "get_tile", **TILE, Range="bytes=2-4")
    assert (part["StatusCode"], part["ContentLength"], mode.do(part["Body"].read())) == (206, 3, b"234")


def test_an_event_stream(mode, client):
    harbor = client("harbor")
    result(mode, harbor, "register_ship", Name="Anna", Flag="PANAMA")
    result(mode, harbor, "assign_berth", Quay="north", Berth="A12", ShipId="ship-1")
    assert mode.all(result(mode, harbor, "watch_berths", Quay="north")["Events"]) == [
        {"Arrival": {"ShipId": "ship-1", "Berth": "A12", "At": ONE}},
        {"Picture": {"Camera": "north-1", "Jpeg": b"\xff\xd8\xff\xe0"}},
        {"Departure": {"ShipId": "ship-9", "Delay": 90}},
    ]


def test_an_error_inside_an_event_stream(mode, client):
    with pytest.raises(ClientError, match=r"QuayClosed.*Fog") as caught:
        mode.all(result(mode, client("harbor"), "watch_berths", Quay="closing")["Events"])
    assert caught.value.response["Error"]["Code"] == "QuayClosed"


def test_what_is_busy_is_asked_again(mode, client, server):
    """A modeled retryable error: the third attempt is answered, with the token of the first."""
    busy = Reply(503, b'{"message": "Fog."}', {"X-Amzn-ErrorType": "HarborBusy"})
    server.instead += [busy, busy]
    answer = mode.do(client("harbor").register_ship(Name="Anna", Flag="PANAMA"))
    assert (answer["ShipId"], answer["ResponseMetadata"]["RetryAttempts"]) == ("ship-1", 2)
    assert len({request.headers["x-client-token"] for request in server.seen}) == 1
    assert len(server.seen) == 3


def test_each_call_has_a_token_of_its_own(mode, client, server):
    harbor = client("harbor")
    for name in ("Anna", "Bella"):
        result(mode, harbor, "register_ship", Name=name, Flag="PANAMA")
    assert len({request.headers["x-client-token"] for request in server.seen}) == 2


# --- signing and places -----------------------------------------------------------------------------------------------


def test_where_keys_and_tokens_go(mode, client, server):
    result(mode, client("harbor"), "list_ships")
    result(mode, client("ledger"), "list_accounts")
    result(mode, client("atlas"), "list_maps", Prefix="x")
    result(mode, client("beacon"), "list_beacons")
    result(mode, client("ledger", bearer_token=None), "get_rates")
    harbor, ledger, atlas, beacon, rates = server.seen
    assert harbor.headers["x-api-key"] == "harbor-key-1"
    assert ledger.headers["authorization"] == "Bearer ledger-token-1"
    assert atlas.query == {"prefix": ["x"], "key": ["atlas key/1"]}
    for request in (beacon, rates):
        assert not {"authorization", "x-api-key"} & request.headers.keys()


def test_keys_from_the_environment(mode, server, monkeypatch):
    monkeypatch.setenv("OSTEON_API_KEY", "general")
    monkeypatch.setenv("OSTEON_API_KEY_HARBOR", "harbor-key-1")
    monkeypatch.setenv("OSTEON_BEARER_TOKEN_LEDGER", "ledger-token-1")
    monkeypatch.setenv("OSTEON_ENDPOINT_URL", server.url)
    assert result(mode, mode.client("harbor"), "list_ships")["Ships"] == []
    assert result(mode, mode.client("ledger"), "list_accounts")["Accounts"] == []


@pytest.mark.parametrize(
    ("service", "operation", "error", "variable"),
    [
        ("harbor", "list_ships", NoApiKeyError, "OSTEON_API_KEY_HARBOR"),
        ("atlas", "list_maps", NoApiKeyError, "OSTEON_API_KEY_ATLAS"),
        ("ledger", "list_accounts", NoAuthTokenError, "OSTEON_BEARER_TOKEN_LEDGER"),
    ],
)
def test_a_missing_key_is_named(mode, client, server, service, operation, error, variable):
    made = client(service, api_key=None, bearer_token=None)
    with pytest.raises(error, match=variable):
        mode.do(getattr(made, operation)())
    assert server.seen == []


def test_host_prefixes_reach_the_server(mode, client, server):
    atlas = client("atlas")
    result(mode, atlas, "put_map", MapId="alps", Map={"Title": "A"})
    result(mode, atlas, "search_places", MapId="alps", Text="Horn")
    assert [request.headers["host"] for request in server.seen] == ["atlas.example", "search-alps.atlas.example"]
    with pytest.raises(ParamValidationError, match="MapId"):
        mode.do(atlas.search_places(MapId="evil.example/", Text="Horn"))


@pytest.mark.parametrize(
    ("service", "context", "url"),
    [
        ("harbor", {"tenant": "oslo"}, "https://oslo.harbor.example/ships"),
        ("ledger", {}, "https://ledger.example/"),
        ("ledger", {"sandbox": True}, "https://sandbox.ledger.example/"),
        ("beacon", {}, "https://beacon.example/service/Beacon/operation/ListBeacons"),
    ],
)
def test_endpoint_rules(mode, service, context, url):
    config = osteon.Config(client_context_params=context, api_key="k", bearer_token="t")
    made = mode.client(service, config=config)
    seen: list[str] = []

    def answer(request: Any, **kwargs: Any) -> osteon.http.Response:
        seen.append(request.url)
        return osteon.http.Response(200, {}, b"\xa0" if service == "beacon" else b"{}")

    made.meta.events.register("before-send", answer)
    first = {"harbor": "list_ships", "ledger": "list_accounts", "beacon": "list_beacons"}[service]
    mode.do(getattr(made, first)())
    assert seen == [url]


@pytest.mark.parametrize(("tenant", "reason"), [(None, "Harbor needs to know the port"), ("a/b", "one label")])
def test_endpoint_rules_that_refuse(mode, tenant, reason):
    context = {} if tenant is None else {"tenant": tenant}
    with pytest.raises(EndpointResolutionError, match=reason):
        mode.do(mode.client("harbor", config=osteon.Config(client_context_params=context, api_key="k")).list_ships())


def test_what_the_wire_carries(mode, client, server):
    """The formats themselves, as plain text: an own server might forgive what others do not."""
    ledger = client("ledger")
    account = {"Name": "a", "Currency": "EUR", "Holder": {"Name": "x", "Born": NOON}, "Limit": {"Percent": 0.5}}
    result(mode, ledger, "open_account", **account, Annotations={"a": [None]}, ClientToken="t")
    request = server.seen[-1]
    assert request.headers["content-type"] == "application/x-amz-json-1.1"
    assert request.headers["x-amz-target"] == "Ledger_20260401.OpenAccount"
    born = {"Name": "x", "Born": "Fri, 01 May 2026 12:00:00 GMT"}
    assert json.loads(request.body) == {**account, "Holder": born, "Annotations": {"a": [None]}, "ClientToken": "t"}


def test_nothing_secret_is_logged_or_shown(mode, client, caplog):
    caplog.set_level("DEBUG")
    harbor, ledger, atlas, beacon = map(client, ("harbor", "ledger", "atlas", "beacon"))
    result(mode, harbor, "register_ship", Name="A", Flag="PANAMA", Owner={"Name": "x", "TaxNumber": "SECRET-TAX"})
    result(mode, ledger, "open_account", Name="a", Currency="EUR", Holder={"Name": "x", "Iban": "SECRET-IBAN"})
    result(mode, atlas, "list_maps")
    result(mode, beacon, "place_beacon", Position={"Latitude": 1.0, "Longitude": 1.0}, Kind="LAMP", Secret=b"SECRET-B")
    with pytest.raises(ParamValidationError, match="TaxNumber") as caught:
        mode.do(harbor.register_ship(Name="A", Flag="PANAMA", Owner={"Name": "x", "TaxNumber": [b"SECRET-LIST"]}))
    shown = f"{caplog.text} {caught.value} {[(made, made.meta.config) for made in (harbor, ledger, atlas, beacon)]}"
    assert "osteon" in caplog.text
    for secret in ("SECRET", "harbor-key-1", "ledger-token-1", "atlas key/1", "atlas+key", "atlas%20key"):
        assert secret not in shown
