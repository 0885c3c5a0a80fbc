"""What must check clean: the project's own services, blocking and async, with their resources and extensions."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar, assert_type

from typed.aws import AsyncSession, Session
from typed.aws.atlas import AtlasClient, MapShape, PutMapRequest
from typed.aws.beacon import AsyncBeaconWatchClient, BeaconShape, ListBeaconsParams
from typed.aws.harbor import (
    AsyncHarborClient,
    AsyncHarborResource,
    AsyncManifest,
    AsyncShip,
    AsyncWatchBerthsResponse,
    BerthEvents,
    CargoIn,
    ContainerIn,
    Flag,
    GetShipParams,
    GetShipRequest,
    GetShipResponse,
    HarborClient,
    HarborResource,
    Manifest,
    ManifestShape,
    ManifestShapeIn,
    PartyIn,
    RegisterShipRequest,
    Ship,
    ShipNotFound,
    ShipShape,
)
from typed.aws.ledger import AccountNotFound, AsyncLedgerClient, CategoryIn, EntryIn, LedgerClient
from typing_extensions import Unpack, override

import osteon
from osteon.clients import AsyncEventStream, EventStream, StreamingBody
from osteon.events import OperationModel
from osteon.http import Response

session = Session(data_path=["models"])
harbor = session.client("harbor", endpoint_url="http://127.0.0.1:9", config=osteon.Config(api_key="k"))

# --- calls
owner: PartyIn = {"Name": "Anna"}
ship: RegisterShipRequest = {"Name": "Anna", "Flag": "DENMARK", "Owner": owner}
harbor.register_ship(**ship)
flags: Sequence[Flag] = ("DENMARK", "PANAMA")
for flag in flags:
    harbor.register_ship(Name="x", Flag=flag)
got: GetShipResponse = harbor.get_ship(ShipId="1")
shown: ShipShape | None = got.get("Ship")
cargo: CargoIn = {"Bulk": {"Goods": "coal", "Tons": 1.5}}
boxes: list[ContainerIn] = [{"Label": "a", "Cargo": cargo, "Containers": [{"Label": "b", "Containers": ()}]}]
manifest: ManifestShapeIn = {"Root": {"Label": "root", "Containers": boxes}, "Declared": {"any": ["json", None]}}
kept: ManifestShape | None = harbor.get_manifest(ShipId="1", Path="a").get("Manifest")
if kept is not None:
    harbor.put_manifest(ShipId="1", Path="a", Manifest=kept)
until = datetime.datetime.now(datetime.UTC)
harbor.assign_berth(ShipId="1", Quay="q", Berth="b", Until=until, Pilot=True)
watched = harbor.watch_berths(Quay="q")["Events"]
assert_type(watched, EventStream[BerthEvents])
for event in watched:
    print(event.get("Arrived", {}), event.keys())
for each in harbor.get_paginator("list_ships").paginate(PaginationConfig={"MaxItems": 3}).items():
    print(each)
harbor.get_waiter("ship_berthed").wait(ShipId="1", WaiterConfig={"MaxAttempts": 3}, on_attempt=None)
try:
    harbor.get_ship(ShipId="1")
except ShipNotFound as error:
    print(error.code, error.response["ResponseMetadata"])
atlas: AtlasClient = session.client("atlas", endpoint_url="http://127.0.0.1:9")
put: PutMapRequest = {"MapId": "m", "Map": {"Title": "t"}}
atlas.put_map(**put)
drawn: MapShape | None = atlas.get_map(MapId="m").get("Map")
tile = atlas.get_tile(MapId="m", Zoom=1, TilePath="1/1")["Body"]
assert_type(tile, StreamingBody)
ledger: LedgerClient = session.client("ledger", endpoint_url="http://127.0.0.1:9")
tree: CategoryIn = {"Name": "a", "Children": [{"Name": "b", "Children": []}]}
ledger.put_categories(Root=tree)
root = ledger.describe_categories(Depth=3).get("Root")
if root is not None:
    ledger.put_categories(Root=root)
entries: list[EntryIn] = []
with contextlib.suppress(AccountNotFound, ledger.exceptions.InsufficientFunds):
    ledger.get_account(AccountId="1")
beacons: list[BeaconShape] = session.client("beacon").list_beacons()["Beacons"]


# --- handlers
def dress(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes["flagged"] = True


def tenant(params: GetShipParams, model: OperationModel, **kwargs: Any) -> GetShipRequest | None:
    return {"ShipId": model.name} if "ShipId" not in params else None


def offline(**kwargs: Any) -> Response:
    return Response(status_code=200, headers={}, body=b"{}")


async def near(params: ListBeaconsParams, **kwargs: Any) -> None:
    await asyncio.sleep(0)
    params["Kinds"] = ["LAMP"]


harbor.meta.events.provide_client_params.get_ship.register(tenant)
harbor.meta.events.before_send.any_operation.register(offline)
harbor.meta.events.hooks["provide-client-params.harbor.GetShip"].register(tenant)
session.events.provide_client_params.harbor.get_ship.register(tenant)
session.events.creating_resource_class.harbor.Ship.register(dress)
AsyncSession().events.provide_client_params.beacon_watch.list_beacons.register(near)


# --- extensions
class Named:
    LABEL: ClassVar[str] = "named"

    def label(self, prefix: str = "") -> str:
        return prefix + self.LABEL


class Port(Named, HarborClient):
    def names(self) -> list[str]:
        return [each.get("Name", "") for each in self.get_paginator("list_ships").paginate().items()]

    @override
    def get_ship(self, **kwargs: Unpack[GetShipRequest]) -> GetShipResponse:
        kwargs["ShipId"] = kwargs["ShipId"].upper()
        return super().get_ship(**kwargs)

    @property
    def berths(self) -> int:
        return len(self.names())


port = session.client(Port, endpoint_url="http://127.0.0.1:9")
assert_type(port, Port)
assert_type(port.names(), list[str])
assert_type(port.label(), str)
assert_type(port.berths, int)
assert_type(port.get_ship(ShipId="a"), GetShipResponse)
with session.client(Port) as closing:
    assert_type(closing, Port)
assert_type(osteon.Session().client(Port), Port)
assert_type(osteon.client(Port), Port)


class Vessel(Named, Ship):
    def crew(self) -> int:
        return len(self.name or "")

    @override
    def load(self) -> None:
        super().load()


class Office(HarborResource):
    @override
    def Ship(self, id: str) -> Vessel:
        return self.make(Vessel, id)

    def vessels(self) -> list[Vessel]:
        return list(self.ships.filter(Flag="PANAMA").of(Vessel))


office = session.resource(Office, endpoint_url="http://127.0.0.1:9")
assert_type(office.Ship("1"), Vessel)
assert_type(office.Ship("1").crew(), int)
assert_type(office.vessels(), list[Vessel])
assert_type(office.Ship("1").Manifest("a"), Manifest)
plain = session.resource("harbor")
assert_type(plain.register_ship(Name="x", Flag="PANAMA"), Ship)
plain.ships.all().delete()
plain.Ship("1").wait_until_berthed()
plain.Ship("1").delete()


# --- async
class AsyncPort(Named, AsyncHarborClient):
    async def names(self) -> list[str]:
        return [each.get("Name", "") async for each in self.get_paginator("list_ships").paginate().items()]

    @override
    async def get_ship(self, **kwargs: Unpack[GetShipRequest]) -> GetShipResponse:
        return await super().get_ship(**kwargs)


class AsyncVessel(AsyncShip):
    async def crew(self) -> int:
        await self.load()
        return len(self.name or "")


class AsyncOffice(AsyncHarborResource):
    @override
    def Ship(self, id: str) -> AsyncVessel:
        return self.make(AsyncVessel, id)


async def arrivals(client: AsyncHarborClient) -> AsyncIterator[BerthEvents]:
    answer: AsyncWatchBerthsResponse = await client.watch_berths(Quay="q")
    assert_type(answer["Events"], AsyncEventStream[BerthEvents])
    async for event in answer["Events"]:
        yield event


async def asynchronous(ledger: AsyncLedgerClient, beacon: AsyncBeaconWatchClient) -> None:
    own = AsyncSession(region_name="r")
    async with own.client(AsyncPort) as port:
        assert_type(port, AsyncPort)
        assert_type(await port.names(), list[str])
        assert_type(await port.get_ship(ShipId="1"), GetShipResponse)
    async for event in arrivals(own.client("harbor")):
        print(event)
    office = own.resource(AsyncOffice)
    assert_type(await office.Ship("1").crew(), int)
    assert_type(office.Ship("1").Manifest("a"), AsyncManifest)
    assert_type(await office.register_ship(Name="x", Flag="PANAMA"), AsyncShip)
    async for each in office.ships.of(AsyncVessel):
        assert_type(each, AsyncVessel)
    async for several in office.ships.pages():
        assert_type(several, list[AsyncShip])
    first, second = await asyncio.gather(ledger.get_rates(), beacon.describe_fleet())
    print(first["ResponseMetadata"]["RequestId"], second)
    await ledger.get_waiter("account_open").wait(AccountId="1")
    beacon.meta.events.provide_client_params.list_beacons.register(near)
    await own.get_credentials()
