"""Every line that ends in # E must be an error, and no other."""

from __future__ import annotations

from typing import Any

from typed.aws import AsyncSession, Session
from typed.aws.harbor import (
    AsyncHarborClient,
    AsyncHarborResource,
    AsyncShip,
    GetShipParams,
    HarborClient,
    HarborResource,
    RegisterShipRequest,
    Ship,
)
from typed.aws.ledger import EntryIn

session, asynchronous = Session(), AsyncSession()
harbor, ledger, resource = session.client("harbor"), session.client("ledger"), session.resource("harbor")

harbor.register_ship(Name="Anna")  # E
harbor.register_ship(Name="Anna", Flag="PANAMA", Owner={"Nam": "x"})  # E
harbor.register_ship(Name="Anna", Flag="PANAMA", Engines=[{"Kind": "STEAM"}])  # E
harbor.get_ship("1")  # E
harbor.get_ship(ShipId=1)  # E
harbor.get_ship(ShipId="1")["Ship"]["Nam"]  # E
harbor.put_manifest(ShipId="1", Path="a", Manifest={"Root": {}})  # E
harbor.put_manifest(ShipId="1", Path="a", Manifest={"Root": {"Label": "a", "Containers": [{"Label": 1}]}})  # E
harbor.watch_berths(Quay="q")["Event"]  # E
harbor.get_paginator("list_ship")  # E
harbor.get_waiter("ship_berth")  # E
harbor.get_waiter("ship_berthed").wait(ShipId="1", on_attempt=3)  # E
harbor.exceptions.ShipNotFounds  # E
harbor.generate_presigned_url("sail")  # E
ledger.open_account(Currency="DM")  # E
ledger.put_categories(Root={"Name": 1})  # E
entry: EntryIn = {}  # E
request: RegisterShipRequest = {"Name": "Anna", "Flag": "ATLANTIS"}  # E
resource.Ship()  # E
resource.Ship("1", "2")  # E
resource.Ship("1").Manifest()  # E
resource.ships.filter(Flags="x")  # E
resource.ships.all().sink()  # E
resource.Ship("1").wait_until_sunk()  # E
resource.register_ship()  # E
session.resource("ledgers").anything
session.client("harbor", endpoint="x")  # E


class NoToken:
    SERVICE = "harbor"


class Port(HarborClient):
    def names(self) -> list[str]:
        return self.list_ships()["Names"]  # E

    def get_ship(self, id: str) -> str:  # E
        return id


class Vessel(Ship):
    def load(self) -> int:  # E
        return 1

    def crew(self, more: int) -> int:
        return more + self.name  # E


class AsyncPort(AsyncHarborClient):
    def get_ship(self, **kwargs: Any) -> int:  # E
        return 1


class Office(HarborResource):
    def Ship(self, id: str, more: int) -> Vessel:  # E
        return self.make(Vessel, id)


session.client(NoToken)  # E
session.client(Port).name()  # E
session.client(AsyncPort)  # E
asynchronous.client(Port)  # E
session.resource(Port)  # E
session.client(Office)  # E
session.resource(AsyncHarborResource)  # E
asynchronous.resource(Office)  # E
session.client(Port, "r").names().upper()  # E
resource.make(Vessel)  # E
resource.make(Vessel, "1").crew()  # E
resource.make(Vessel, "1", name="x")  # E
resource.ships.of(Vessel).crew()  # E


def wrong(params: GetShipParams, **kwargs: Any) -> list[str]: return []
async def awaited(params: GetShipParams, **kwargs: Any) -> None: ...


harbor.meta.events.provide_client_params.get_ship.register(wrong)  # E
harbor.meta.events.provide_client_params.get_ship.register(awaited)  # E
session.events.provide_client_params.harbor.get_ships  # E
session.events.creating_resource_class.harbor.Boat  # E


async def all_of_it() -> None:
    client = asynchronous.client("harbor")
    client.get_ship(ShipId="1")["Ship"]  # E
    await client.get_ship()  # E
    async for each in (await client.watch_berths(Quay="q"))["Events"]:
        each["Arrive"]  # E
    ship = asynchronous.resource("harbor").Ship("1")
    ship.load().x  # E
    for _ in asynchronous.resource("harbor").ships.all():  # E
        pass
    asynchronous.resource("harbor").make(AsyncShip)  # E
    with client:  # E
        pass
