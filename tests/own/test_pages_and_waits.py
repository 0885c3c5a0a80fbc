"""Paginators and waiters of the own services against the server: each kind of token, result path and matcher."""

from __future__ import annotations

import pytest

from osteon.exceptions import WaiterError

QUICK = {"Delay": 0, "MaxAttempts": 2}


def test_a_plain_token(mode, client):
    harbor = client("harbor")
    for name in "abcdefg":
        mode.do(harbor.register_ship(Name=name, Flag="PANAMA"))
    pages = mode.all(harbor.get_paginator("list_ships").paginate(PaginationConfig={"PageSize": 3}))
    assert [[ship["Name"] for ship in page["Ships"]] for page in pages] == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    assert [page["Total"] for page in pages] == [7, 7, 7]


def test_a_token_that_is_an_expression(mode, client):
    atlas = client("atlas")
    for name in "abcde":
        mode.do(atlas.put_map(MapId=name, Map={"Title": name}))
    pages = mode.all(atlas.get_paginator("list_maps").paginate(PaginationConfig={"PageSize": 2}))
    assert [[found["MapId"] for found in page["Maps"]] for page in pages] == [["a", "b"], ["c", "d"], ["e"]]


def test_results_and_tokens_inside_a_structure(mode, client):
    ledger = client("ledger")
    for name in "ab":
        mode.do(ledger.open_account(Name=name, Currency="EUR", Limit={"Cents": 100}))
    for cents in (1, 2, 3):
        amounts = {"acc-1": cents, "acc-2": -cents}
        entries = [{"AccountId": account, "Amount": {"Cents": amount}} for account, amount in amounts.items()]
        mode.do(ledger.post_transaction(Entries=entries))
    pages = ledger.get_paginator("list_postings").paginate(AccountId="acc-1", PaginationConfig={"PageSize": 2})
    assert [posting["Cents"] for posting in mode.do(pages.build_full_result())["Page"]["Postings"]] == [1, 2, 3]


def test_a_limit_over_all_pages(mode, client):
    beacon = client("beacon")
    for _ in range(4):
        mode.do(beacon.place_beacon(Position={"Latitude": 1.0, "Longitude": 1.0}, Kind="LAMP"))
    pages = beacon.get_paginator("list_beacons").paginate(PaginationConfig={"PageSize": 2, "MaxItems": 3})
    assert [one["BeaconId"] for one in mode.do(pages.build_full_result())["Beacons"]] == ["b1", "b2", "b3"]


def test_waiting_for_a_value(mode, client):
    harbor = client("harbor")
    mode.do(harbor.register_ship(Name="Anna", Flag="PANAMA"))
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        mode.do(harbor.get_waiter("ship_berthed").wait(ShipId="ship-1", WaiterConfig=QUICK))
    mode.do(harbor.assign_berth(Quay="north", Berth="A1", ShipId="ship-1"))
    mode.do(harbor.get_waiter("ship_berthed").wait(ShipId="ship-1"))


def test_waiting_for_an_error(mode, client):
    harbor = client("harbor")
    mode.do(harbor.get_waiter("ship_forgotten").wait(ShipId="ship-9"))
    with pytest.raises(WaiterError, match="ShipNotFound"):
        mode.do(harbor.get_waiter("ship_berthed").wait(ShipId="ship-9"))


def test_waiting_for_a_status(mode, client):
    atlas = client("atlas")
    tile = {"MapId": "alps", "Zoom": 1, "TilePath": "1/2.png"}
    with pytest.raises(WaiterError, match="404"):
        mode.do(atlas.get_waiter("tile_stored").wait(**tile, WaiterConfig=QUICK))
    mode.do(atlas.put_map(MapId="alps", Map={"Title": "Alps"}))
    mode.do(atlas.put_tile(**tile, Body=b"png"))
    mode.do(atlas.get_waiter("tile_stored").wait(**tile))


def test_waiting_for_all(mode, client):
    ledger = client("ledger")
    mode.do(ledger.open_account(Name="a", Currency="EUR"))
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        mode.do(ledger.get_waiter("all_closed").wait(WaiterConfig=QUICK))
    mode.do(ledger.close_account(AccountId="acc-1"))
    mode.do(ledger.get_waiter("all_closed").wait())
