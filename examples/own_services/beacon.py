"""Beacon: smithy-rpc-v2-cbor for everybody; binary unions, times, recursive groups."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from own_services.wire import Fault, Reply, Request, numbered, page


class Beacon:
    def __init__(self) -> None:
        self.beacons: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.signals: dict[str, list[dict[str, Any]]] = {}

    def answer(self, request: Request) -> Reply:
        # An optional dependency of osteon, needed by those who speak this protocol only.
        import cbor2

        status, headers = 200, {"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor"}
        operation = request.path.removeprefix("/service/Beacon/operation/")
        try:
            done = getattr(self, operation)(**cbor2.loads(request.body))
        except Fault as fault:
            status = fault.status
            done = {"__type": f"example.beacon#{fault.code}", "Message": str(fault), **fault.members}
        return Reply(status, cbor2.dumps(done or {}, datetime_as_timestamp=True), headers)

    def PlaceBeacon(self, Position: Any, Token: str, Secret: bytes = b"", **given: Any) -> Any:
        if Position["Latitude"] > 85:
            raise Fault("InvalidPosition", 400, "There is ice.", Position=Position, Proof=Secret)
        if Token not in self.tokens:
            number = self.tokens[Token] = numbered("b", self.beacons)
            own = {"BeaconId": number, "Status": "AWAKE", "Battery": 100, "PlacedAt": utc(1777636800.5)}
            self.beacons[number] = {**given, "Position": Position, **own}
            self.signals[number] = []
        return {"Beacon": self.beacons[self.tokens[Token]]}

    def GetBeacon(self, BeaconId: str) -> Any:
        if BeaconId not in self.beacons:
            raise Fault("BeaconNotFound", 404, "Nothing floats there.", BeaconId=BeaconId)
        return {"Beacon": self.beacons[BeaconId]}

    def ListBeacons(
        self, Kinds: Any = (), PlacedAfter: Any = None, Token: str | None = None, Limit: int | None = None
    ) -> Any:
        after = PlacedAfter or utc(0)
        wanted = [b for b in self.beacons.values() if (not Kinds or b["Kind"] in Kinds) and b["PlacedAt"] > after]
        some, token = page(wanted, Token, Limit)
        return {"Beacons": some, "NextToken": token}

    def ReportSignal(self, BeaconId: str, Reading: Any, At: Any = None) -> Any:
        beacon = self.GetBeacon(BeaconId)["Beacon"]
        if beacon["Status"] == "RETIRED":
            raise Fault("BeaconSilent", 503, "It has been taken in.", LastHeard=beacon["PlacedAt"])
        number = len(self.signals[BeaconId]) + 1
        self.signals[BeaconId].insert(0, {"Number": number, "Reading": Reading, "At": At or utc(1777640400)})
        beacon["Battery"] -= 1
        return {"Number": number, "Battery": beacon["Battery"]}

    def ListSignals(self, BeaconId: str, Token: str | None = None, Limit: int | None = None) -> Any:
        self.GetBeacon(BeaconId)
        some, token = page(self.signals[BeaconId], Token, Limit)
        return {"Signals": some, "NextToken": token}

    def DescribeFleet(self) -> Any:
        fleet: dict[str, Any] = {"Name": "all", "Beacons": [], "Groups": {}}
        for beacon in self.beacons.values():
            group = fleet
            for name in beacon.get("Group", ()):
                group = group["Groups"].setdefault(name, {"Name": name, "Beacons": [], "Groups": {}})
            group["Beacons"].append(beacon["BeaconId"])
        return {"Fleet": fleet}

    def RetireBeacon(self, BeaconId: str) -> None:
        self.GetBeacon(BeaconId)["Beacon"]["Status"] = "RETIRED"


def utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
