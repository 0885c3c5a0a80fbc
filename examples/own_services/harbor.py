"""Harbor: rest-json with an API key in a header, jsonvalue and prefixed headers, and an event stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from own_services.wire import (
    Fault,
    Reply,
    Request,
    etag,
    event,
    message,
    numbered,
    page,
    routed,
    routes,
    to_json,
    well_timed,
)

HARBOR_KEY = "harbor-key-1"


class Harbor:
    """Ships and manifests by number."""

    def __init__(self) -> None:
        self.ships: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.manifests: dict[tuple[str, str], tuple[bytes, dict[str, str]]] = {}
        self.routes = routes(
            ("POST", "/ships", self.register_ship),
            ("GET", "/ships", self.list_ships),
            ("GET", "/ships/{ship}", self.get_ship),
            ("DELETE", "/ships/{ship}", self.delete_ship),
            ("POST", "/ships/forget", self.delete_ships),
            ("PUT", "/berths/{berth}", self.assign_berth),
            ("PUT", "/ships/{ship}/manifests/{path+}", self.put_manifest),
            ("GET", "/ships/{ship}/manifests/{path+}", self.get_manifest),
            ("GET", "/watch", self.watch_berths),
        )

    def answer(self, request: Request) -> Reply:
        try:
            key = request.headers.get("x-api-key", "")
            if key != HARBOR_KEY:
                raise Fault("AccessRefused", 403, "This key opens nothing.", Key=key)
            return routed(self.routes, request)
        except Fault as fault:
            body = {"message": str(fault), **fault.members}
            return Reply(fault.status, to_json(body), {"X-Amzn-ErrorType": fault.code, **fault.headers})

    def register_ship(self, request: Request) -> Reply:
        given, token = json.loads(request.body), request.headers["x-client-token"]
        if token not in self.tokens:
            holder = next((ship for ship in self.ships.values() if ship["Name"] == given["Name"]), None)
            if holder is not None:
                raise Fault("ShipExists", 409, f"{given['Name']} is taken.", ShipId=holder["ShipId"])
            well_timed("iso8601", given.get("BuiltOn"))
            ship_id = self.tokens[token] = numbered("ship-", self.tokens)
            self.ships[ship_id] = {**given, "ShipId": ship_id, "Status": "EXPECTED", "RegisteredAt": 1777636800.25}
        return Reply(201, to_json(self.ships[self.tokens[token]]))

    def get_ship(self, request: Request, ship: str) -> Reply:
        found = self._ship(ship)
        return Reply(200, to_json(found), {"ETag": etag(found), "Last-Modified": "Fri, 01 May 2026 12:00:00 GMT"})

    def list_ships(self, request: Request) -> Reply:
        known = {"flag", "status", "builtBefore", "maxResults", "nextToken"}
        tags = {name: values[0] for name, values in request.query.items() if name not in known}
        before = well_timed("iso8601", request.one("builtBefore") or None)
        flag, states = request.one("flag"), request.query.get("status", [])
        found = [
            ship
            for ship in self.ships.values()
            if (not flag or ship["Flag"] == flag)
            and (not states or ship["Status"] in states)
            and (before is None or ship.get("BuiltOn", "9") < before)
            and tags.items() <= ship.get("Tags", {}).items()
        ]
        some, token = page(found, request.one("nextToken"), int(request.one("maxResults", "0")))
        return Reply(200, to_json({"Ships": some, "NextToken": token, "Total": len(found)}))

    def delete_ship(self, request: Request, ship: str) -> Reply:
        tag = etag(self._ship(ship))
        if request.headers.get("if-match", tag) != tag:
            raise Fault("ShipChanged", 412, "She is not what she was.", {"ETag": tag})
        del self.ships[ship]
        return Reply(204)

    def delete_ships(self, request: Request) -> Reply:
        wanted = json.loads(request.body)["ShipIds"]
        deleted = [ship for ship in wanted if self.ships.pop(ship, None) is not None]
        return Reply(200, to_json({"Deleted": deleted, "Unknown": [ship for ship in wanted if ship not in deleted]}))

    def assign_berth(self, request: Request, berth: str) -> Reply:
        given = json.loads(request.body)
        well_timed("unixTimestamp", given.get("From"))
        well_timed("rfc822", given.get("Until"))
        ship = self._ship(given["ShipId"])
        other = next((s for s in self.ships.values() if s.get("Berth") == berth and s is not ship), None)
        if other is not None:
            free = "2026-05-02T08:30:00Z"
            raise Fault("BerthTaken", 409, f"{berth} is taken.", ShipId=other["ShipId"], FreeAt=free)
        ship.update(Berth=berth, Status="BERTHED")
        return Reply(200, to_json({**given, "Berth": berth}))

    def put_manifest(self, request: Request, ship: str, path: str) -> Reply:
        self._ship(ship)
        well_timed("unixTimestamp", request.headers.get("x-sealed-at"))
        created = (ship, path) not in self.manifests
        own = ("x-customs", "x-sealed-at")
        kept = {name: v for name, v in request.headers.items() if name in own or name.startswith("x-note-")}
        self.manifests[ship, path] = (request.body, kept)
        return Reply(200, to_json({"Created": created}), {"ETag": etag(request.body.decode())})

    def get_manifest(self, request: Request, ship: str, path: str) -> Reply:
        self._ship(ship)
        if (ship, path) not in self.manifests:
            raise Fault("ManifestNotFound", 404, "She has no such manifest.", Path=path)
        return Reply(200, *self.manifests[ship, path])

    def watch_berths(self, request: Request) -> Reply:
        quay = request.one("quay")
        berthed = [ship for ship in self.ships.values() if "Berth" in ship]

        def events() -> Iterator[bytes]:
            for ship in berthed:
                arrival = {"ShipId": ship["ShipId"], "Berth": ship["Berth"], "At": 1777640400}
                yield event("Arrival", to_json(arrival))
            yield event("Picture", b"\xff\xd8\xff\xe0", Camera=f"{quay}-1")
            yield event("Departure", b"", ShipId="ship-9", Delay=90)
            if quay == "closing":
                yield message({":message-type": "exception", ":exception-type": "QuayClosed"}, b'{"message": "Fog."}')

        return Reply(200, events(), {"Content-Type": "application/vnd.amazon.eventstream"})

    def _ship(self, ship_id: str) -> dict[str, Any]:
        if ship_id not in self.ships:
            raise Fault("ShipNotFound", 404, "Nobody knows that ship.", ShipId=ship_id)
        return self.ships[ship_id]
