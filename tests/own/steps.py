"""Calls of every operation of the own services with their results, in the order in which they make sense. Data only."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from unittest.mock import ANY

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ONE = datetime(2026, 5, 1, 13, tzinfo=UTC)
OLD = datetime(1999, 12, 31, 23, 59, 58, tzinfo=UTC)
DIGITS = b"0123456789"

#: operation, parameters, result without ResponseMetadata
Step = tuple[str, dict[str, Any], Any]

ANNA = {
    "Name": "Anna ⚓",
    "Flag": "PORTUGAL",
    "LengthMeters": 81.5,
    "Tonnage": 5_000_000_000,
    "BuiltOn": OLD,
    "Owner": {"Name": "M. & Sons", "TaxNumber": "12"},
    "Tags": {"route": "north", "ice": "yes"},
    "Engines": [{"Kind": "DIESEL", "Kilowatts": 900}, {"Kind": "WIND", "Kilowatts": 40}],
}
KNOWN_ANNA = {**ANNA, "ShipId": "ship-1", "Status": "EXPECTED", "RegisteredAt": NOON.replace(microsecond=250000)}
ANNA_AT_BERTH = {**KNOWN_ANNA, "Status": "BERTHED", "Berth": "A12"}
BELLA = {"Name": "Bella", "Flag": "PANAMA"}
HOLD = {
    "Root": {
        "Label": "hold",
        "Containers": [
            {"Label": "1", "Cargo": {"Bulk": {"Goods": "grain", "Tons": 0.1}}},
            {"Label": "2", "Cargo": {"Reefer": {"Goods": "fish", "Celsius": -18.5}}, "Containers": [{"Label": "3"}]},
            {"Label": "4", "Cargo": {"Crates": 12}},
            {"Label": "5", "Cargo": {"Empty": {}}},
        ],
    },
    "Declared": {"form": ["B", 7, 1.5, None, True, {"deep": []}]},
    "Stamp": b"\x00\xff stamp",
}
SEALED = {"Customs": {"by": "Ó", "pages": [1, 2]}, "Notes": {"smell": "of fish", "mood": "good"}, "SealedAt": OLD}
HARBOR: list[Step] = [
    ("register_ship", {**ANNA, "ClientToken": "once"}, KNOWN_ANNA),
    ("register_ship", {**ANNA, "ClientToken": "once"}, KNOWN_ANNA),
    ("register_ship", BELLA, {**BELLA, "ShipId": "ship-2", "Status": "EXPECTED", "RegisteredAt": ANY}),
    ("get_ship", {"ShipId": "ship-1"}, {"Ship": KNOWN_ANNA, "ETag": ANY, "LastModified": NOON}),
    (
        "list_ships",
        {"Flag": "PORTUGAL", "Statuses": ["EXPECTED", "BERTHED"], "BuiltBefore": NOON, "Filters": {"route": "north"}},
        {"Ships": [KNOWN_ANNA], "Total": 1},
    ),
    ("list_ships", {"Statuses": ["DEPARTED"]}, {"Ships": [], "Total": 0}),
    ("list_ships", {"MaxResults": 1}, {"Ships": [KNOWN_ANNA], "Total": 2, "NextToken": "1"}),
    ("list_ships", {"NextToken": "1"}, {"Ships": [ANY], "Total": 2}),
    (
        "assign_berth",
        {"Quay": "north", "Berth": "A12", "ShipId": "ship-1", "From": NOON, "Until": ONE, "Pilot": True},
        {"Quay": "north", "Berth": "A12", "ShipId": "ship-1", "From": NOON, "Until": ONE, "Pilot": True},
    ),
    ("get_ship", {"ShipId": "ship-1"}, {"Ship": ANNA_AT_BERTH, "ETag": ANY, "LastModified": NOON}),
    (
        "put_manifest",
        {"ShipId": "ship-1", "Path": "2026/may/a b+c%.json", "Manifest": HOLD, **SEALED},
        {"ETag": ANY, "Created": True},
    ),
    (
        "get_manifest",
        {"ShipId": "ship-1", "Path": "2026/may/a b+c%.json"},
        {"Manifest": HOLD, "StatusCode": 200, **SEALED},
    ),
    ("watch_berths", {"Quay": "north"}, {"Events": ANY}),
    ("delete_ship", {"ShipId": "ship-2"}, {}),
    ("list_ships", {}, {"Ships": [ANNA_AT_BERTH], "Total": 1}),
    ("delete_ships", {"ShipIds": ["ship-2", "ship-1"]}, {"Deleted": ["ship-1"], "Unknown": ["ship-2"]}),
]

CASH = {
    "Name": "cash",
    "Currency": "EUR",
    "Holder": {"Name": "A", "Iban": "PT50", "Born": OLD, "Partner": {"Name": "B", "Partner": {"Name": "C"}}},
    "Limit": {"Decimal": "10.50"},
    "Annotations": {"colour": "red", "sizes": [1, 2.5, None]},
}
OPEN_CASH = {"AccountId": "acc-1", "Status": "OPEN", "Balance": 0, "OpenedAt": datetime(2026, 4, 1, 12, tzinfo=UTC)}
FOOD = {"Name": "food", "Budget": {"2026-05": {"Cents": 9000}, "2026-06": {"Percent": 12.5}}}
TREE = {"Name": "all", "Children": [{**FOOD, "Children": [{"Name": "bread", "Children": []}]}]}
LEDGER: list[Step] = [
    ("open_account", {**CASH, "ClientToken": "once"}, {"Account": {**CASH, **OPEN_CASH}}),
    ("open_account", {**CASH, "ClientToken": "once"}, {"Account": {**CASH, **OPEN_CASH}}),
    ("open_account", {"Name": "shop", "Currency": "DKK"}, {"Account": ANY}),
    ("get_account", {"AccountId": "acc-1"}, {"Account": {**CASH, **OPEN_CASH}}),
    ("list_accounts", {"MaxItems": 1}, {"Accounts": [{**CASH, **OPEN_CASH}], "NextToken": "1"}),
    ("list_accounts", {"Currencies": ["DKK"]}, {"Accounts": [ANY]}),
    (
        "post_transaction",
        {
            "Text": "bread",
            "Entries": [
                {"AccountId": "acc-1", "Amount": {"Cents": -250}, "Tags": {"by": "hand"}},
                {"AccountId": "acc-2", "Amount": {"Decimal": "2.50"}},
            ],
            "BookedAt": OLD,
        },
        {"TransactionId": "txn-1", "Balances": {"acc-1": -250, "acc-2": 250}},
    ),
    (
        "list_postings",
        {"AccountId": "acc-1", "Since": OLD},
        {
            "Page": {
                "Postings": [
                    {"TransactionId": "txn-1", "Cents": -250, "Text": "bread", "BookedAt": OLD, "Tags": {"by": "hand"}}
                ],
                "More": False,
            }
        },
    ),
    ("describe_categories", {}, {}),
    ("put_categories", {"Root": TREE}, {}),
    ("describe_categories", {"Depth": 3}, {"Root": TREE}),
    ("describe_categories", {"Depth": 1}, {"Root": {"Name": "all", "Children": []}}),
    (
        "attach_receipt",
        {"TransactionId": "txn-1", "Name": "a.pdf", "Content": b"%PDF\xff"},
        {"Digest": hashlib.sha256(b"%PDF\xff").digest(), "Size": 5},
    ),
    ("get_receipt", {"TransactionId": "txn-1", "Name": "a.pdf"}, {"Content": b"%PDF\xff"}),
    ("get_rates", {}, {"Rates": {"DKK": 7.46, "USD": 1.125}, "ValidUntil": datetime(2026, 5, 2, tzinfo=UTC)}),
    ("open_account", {"Name": "empty", "Currency": "JPY"}, {"Account": ANY}),
    ("close_account", {"AccountId": "acc-3"}, {}),
]

ALPS = {
    "Title": "Alps & <more>",
    "Scale": 50_000,
    "Projection": "LAMBERT",
    "Layers": [
        {"Name": "roads", "Opacity": 0.5, "Visible": True, "Style": {"Line": {"Color": "#ff0000", "Width": 1.5}}},
        {"Name": "huts", "Visible": False, "Style": {"Icon": b"\x89PNG"}},
        {"Name": "lakes", "Style": {"Fill": "#0000ff"}},
    ],
    "Legend": {"+": "church", "△": "peak"},
    "Bounds": {"North": 47.5, "South": 45.25, "East": 10.0, "West": -6.5},
    "Inset": {"Title": "A corner", "Inset": {"Title": "A corner of it"}},
    "DrawnAt": NOON,
    "SurveyedAt": OLD,
    "Thumbnail": b"\x00\xff",
    "Draft": False,
}
AROUND = {"Notes": {"paper": "thin", "ink": "blue"}, "PublishAt": OLD, "Languages": ["de", "fr"]}
SUMMARY = {"MapId": "alps", "Title": "Alps & <more>", "Revision": 1, "Changed": NOON}
TILE = {"MapId": "alps", "Zoom": 3, "TilePath": "12/7.png"}
MD5 = "781e5e245d69b566979b86e28d23f2c7"
ATLAS: list[Step] = [
    ("put_map", {"MapId": "alps", "Map": ALPS, **AROUND}, {"Revision": 1, "ETag": ANY}),
    ("get_map", {"MapId": "alps"}, {"Map": ALPS, "Revision": 1, "Published": False, **AROUND}),
    ("put_map", {"MapId": "ural", "Map": {"Title": "Ural"}}, {"Revision": 1, "ETag": ANY}),
    ("get_map", {"MapId": "ural"}, {"Map": {"Title": "Ural"}, "Revision": 1, "Published": True, "Notes": {}}),
    ("list_maps", {"MaxMaps": 1, "ChangedSince": OLD}, {"Maps": [SUMMARY], "IsTruncated": True}),
    ("list_maps", {"Prefix": "u", "Marker": "alps"}, {"Maps": [ANY], "IsTruncated": False}),
    ("put_tile", {**TILE, "Body": DIGITS, "Layers": {"roads": "1"}}, {"ETag": MD5, "StoredAt": NOON}),
    ("put_tile", {**TILE, "Body": bytearray(DIGITS), "ContentType": "image/webp"}, {"ETag": MD5, "StoredAt": NOON}),
    (
        "get_tile",
        TILE,
        {
            "Body": ANY,
            "ContentType": "image/webp",
            "ContentLength": 10,
            "ETag": MD5,
            "LastModified": NOON,
            "StatusCode": 200,
        },
    ),
    ("head_tile", TILE, {"ContentLength": 10, "ETag": MD5}),
    (
        "search_places",
        {
            "MapId": "alps",
            "Text": "Horn",
            "Kinds": ["PEAK", "LAKE"],
            "Within": {"North": 47.0, "South": 46.0, "East": 8.0, "West": 7.0},
        },
        {
            "Places": [
                {
                    "Name": "Horn",
                    "Kind": "PEAK",
                    "At": {"Lat": 46.5, "Lon": -7.25},
                    "Names": {"de": "Hornberg", "la": "Mons Horn"},
                }
            ],
            "Took": 0.5,
        },
    ),
    ("delete_map", {"MapId": "ural"}, {}),
]

PLACED = {
    "Position": {"Latitude": 54.5, "Longitude": -7.25, "DepthMeters": 12.5},
    "Kind": "LAMP",
    "Group": ["north", "east"],
    "Labels": {"colour": "röd"},
}
BEACON_1 = {**PLACED, "BeaconId": "b1", "Status": "AWAKE", "Battery": 100, "PlacedAt": NOON.replace(microsecond=500000)}
WIND = {"Wind": {"MetersPerSecond": 11.25, "From": 270.0}}
BEACON: list[Step] = [
    ("place_beacon", {**PLACED, "Secret": b"\x00", "Token": "once"}, {"Beacon": BEACON_1}),
    ("place_beacon", {**PLACED, "Secret": b"\x00", "Token": "once"}, {"Beacon": BEACON_1}),
    ("place_beacon", {"Position": PLACED["Position"], "Kind": "FIRE"}, {"Beacon": ANY}),
    ("get_beacon", {"BeaconId": "b1"}, {"Beacon": BEACON_1}),
    ("list_beacons", {"Limit": 1, "PlacedAfter": OLD}, {"Beacons": [BEACON_1], "NextToken": "1"}),
    ("list_beacons", {"Kinds": ["FIRE"]}, {"Beacons": [ANY]}),
    ("report_signal", {"BeaconId": "b1", "Reading": WIND, "At": OLD}, {"Number": 1, "Battery": 99}),
    ("report_signal", {"BeaconId": "b1", "Reading": {"Picture": b"\xff"}}, {"Number": 2, "Battery": 98}),
    ("report_signal", {"BeaconId": "b1", "Reading": {"Waves": [0.5, 1.0]}}, {"Number": 3, "Battery": 97}),
    (
        "list_signals",
        {"BeaconId": "b1", "Limit": 2, "Token": "1"},
        {
            "Signals": [
                {"Number": 2, "Reading": {"Picture": b"\xff"}, "At": ONE},
                {"Number": 1, "Reading": WIND, "At": OLD},
            ]
        },
    ),
    (
        "describe_fleet",
        {},
        {
            "Fleet": {
                "Name": "all",
                "Beacons": ["b2"],
                "Groups": {
                    "north": {
                        "Name": "north",
                        "Beacons": [],
                        "Groups": {"east": {"Name": "east", "Beacons": ["b1"], "Groups": {}}},
                    }
                },
            }
        },
    ),
    ("retire_beacon", {"BeaconId": "b2"}, {}),
]

STEPS = {"harbor": HARBOR, "ledger": LEDGER, "atlas": ATLAS, "beacon": BEACON}
