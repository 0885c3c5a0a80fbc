"""A tour of osteon, run by ``make demo``: extending clients by events, then a service of our own, sync and async.

The first part goes through the client examples of boto3's extensibility guide, against an S3 server (moto) on loopback.
The second calls Harbor, a service whose model lies in models/, on a server that stands beside this file. Each step
prints what it shows and checks it; the exit code is 1 if a check fails.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from local_server import LocalServer
from own_services.harbor import HARBOR_KEY

import osteon

Step = Callable[[str], Iterator[str]]
S3_STEPS: list[Step] = []
HARBOR_STEPS: list[Step] = []


def expect(actual: Any, expected: Any) -> None:
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, but got {actual!r}")


def new_session() -> osteon.Session:
    return osteon.Session(aws_access_key_id="demo", aws_secret_access_key="demo", region_name="us-east-1")


# --- part one: the extensibility guide --------------------------------------------------------------------------------


@S3_STEPS.append
def a_handler_adds_a_parameter(url: str) -> Iterator[str]:
    s3 = new_session().client("s3", endpoint_url=url)

    def add_my_bucket(params: dict[str, Any], **kwargs: Any) -> None:
        if "Bucket" not in params:
            params["Bucket"] = "mybucket"

    try:
        s3.list_objects()
    except osteon.exceptions.ParamValidationError as error:
        yield f"without a handler, list_objects() fails: {str(error).splitlines()[-1]}"
    s3.meta.events.register("provide-client-params.s3.ListObjects", add_my_bucket)
    response = s3.list_objects()
    expect(response["Name"], "mybucket")
    yield f"with it, list_objects() lists {response['Name']}: {[item['Key'] for item in response['Contents']]}"


@S3_STEPS.append
def a_handler_returns_new_parameters(url: str) -> Iterator[str]:
    s3 = new_session().client("s3", endpoint_url=url)

    def in_my_bucket(params: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**params, "Bucket": "myotherbucket"}

    s3.meta.events.register("provide-client-params.s3.ListObjects", in_my_bucket)
    response = s3.list_objects(Bucket="mybucket")
    expect(response["Name"], "myotherbucket")
    yield f"list_objects(Bucket='mybucket') lists {response['Name']}: what the handler returned is used instead"


@S3_STEPS.append
def the_most_specific_handler_goes_first(url: str) -> Iterator[str]:
    s3 = new_session().client("s3", endpoint_url=url)

    def add_my_general_bucket(params: dict[str, Any], **kwargs: Any) -> None:
        params.setdefault("Bucket", "mybucket")

    def add_my_specific_bucket(params: dict[str, Any], **kwargs: Any) -> None:
        params.setdefault("Bucket", "myspecificbucket")

    s3.meta.events.register("provide-client-params.s3", add_my_general_bucket)
    s3.meta.events.register("provide-client-params.s3.ListObjects", add_my_specific_bucket)
    listed = s3.list_objects()["Name"]
    expect(listed, "myspecificbucket")
    yield f"list_objects() lists {listed}: provide-client-params.s3.ListObjects goes before provide-client-params.s3"
    s3.put_object(Key="mykey", Body=b"my body")
    body = s3.get_object(Bucket="mybucket", Key="mykey")["Body"].read()
    expect(body, b"my body")
    yield "put_object(Key=...) writes to mybucket: for other operations the general handler is the only one"


@S3_STEPS.append
def a_wildcard_stands_for_one_part_of_a_name(url: str) -> Iterator[str]:
    s3 = new_session().client("s3", endpoint_url=url)

    def add_my_wildcard_bucket(params: dict[str, Any], **kwargs: Any) -> None:
        params.setdefault("Bucket", "mybucket")

    s3.meta.events.register("provide-client-params.s3.*", add_my_wildcard_bucket)
    listed, location = s3.list_objects()["Name"], s3.head_bucket()["ResponseMetadata"]["HTTPStatusCode"]
    expect((listed, location), ("mybucket", 200))
    yield "one handler on provide-client-params.s3.* serves list_objects() and head_bucket()"


@S3_STEPS.append
def every_client_has_its_own_events(url: str) -> Iterator[str]:
    session = new_session()
    client1, client2 = session.client("s3", endpoint_url=url), session.client("s3", endpoint_url=url)
    for client, bucket in ((client1, "mybucket"), (client2, "myotherbucket")):

        def add_bucket(params: dict[str, Any], bucket: str = bucket, **kwargs: Any) -> None:
            params.setdefault("Bucket", bucket)

        client.meta.events.register("provide-client-params.s3.ListObjects", add_bucket)
    names = [client.list_objects()["Name"] for client in (client1, client2)]
    expect(names, ["mybucket", "myotherbucket"])
    yield f"two clients of one session, a handler each: they list {names[0]} and {names[1]}"


@S3_STEPS.append
def a_method_is_added_to_the_client_class(url: str) -> Iterator[str]:
    def custom_method(self: Any) -> str:
        return f"This is my custom method, on a client of {self.meta.service_model.service_name}"

    def add_custom_method(class_attributes: dict[str, Any], **kwargs: Any) -> None:
        class_attributes["my_method"] = custom_method

    session = new_session()
    session.events.register("creating-client-class.s3", add_custom_method)
    said = session.client("s3", endpoint_url=url).my_method()
    expect(said, "This is my custom method, on a client of s3")
    yield f"client.my_method() says: {said}"


@S3_STEPS.append
def a_class_is_added_to_its_bases(url: str) -> Iterator[str]:
    said: list[str] = []

    class MyClass:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            said.append("Client instantiated!")

        def list_names(self: Any) -> list[str]:
            return sorted(bucket["Name"] for bucket in self.list_buckets()["Buckets"])

    def add_custom_class(base_classes: list[type], **kwargs: Any) -> None:
        base_classes.insert(0, MyClass)

    session = new_session()
    session.events.register("creating-client-class.s3", add_custom_class)
    client = session.client("s3", endpoint_url=url)
    expect((said, isinstance(client, MyClass)), (["Client instantiated!"], True))
    yield f"the class is made while the program runs: {' → '.join(kind.__name__ for kind in type(client).__mro__[:3])}"
    yield f"its __init__ says: {said[0]}  its list_names() gives: {', '.join(client.list_names())}"


# --- part two: a service of our own -----------------------------------------------------------------------------------


@HARBOR_STEPS.append
def a_client_from_a_model_file(url: str) -> Iterator[str]:
    with osteon.Session().client("harbor", endpoint_url=url, config=osteon.Config(api_key=HARBOR_KEY)) as harbor:
        ship = harbor.register_ship(Name="Anna", Flag="PORTUGAL", Engines=[{"Kind": "WIND", "Kilowatts": 40}])
        expect((ship["ShipId"], ship["Status"]), ("ship-1", "EXPECTED"))
        yield f"register_ship(Name='Anna', ...) gives {ship['ShipId']}, registered {ship['RegisteredAt']:%d %b %Y}"
        try:
            harbor.register_ship(Name="Anna", Flag="PANAMA")
        except harbor.exceptions.ShipExists as error:
            expect(error.response["ShipId"], "ship-1")
            yield f"once more is {type(error).__name__}, a class of its own: {error.response['Error']['Message']}"
        try:
            harbor.register_ship(Flag="PANAMA", Engines=[{"Kind": "COAL"}])
        except osteon.exceptions.ParamValidationError as error:
            faults = str(error).splitlines()[1:]
            expect(len(faults), 2)
            yield f"nothing wrong is sent, all faults are told at once: {'; '.join(faults)}"


@HARBOR_STEPS.append
def events_work_there_too(url: str) -> Iterator[str]:
    def under_our_flag(params: dict[str, Any], **kwargs: Any) -> None:
        params.setdefault("Flag", "NETHERLANDS")

    with osteon.Session().client("harbor", endpoint_url=url, config=osteon.Config(api_key=HARBOR_KEY)) as harbor:
        harbor.meta.events.register("provide-client-params.harbor.RegisterShip", under_our_flag)
        ship = harbor.register_ship(Name="Bella")
    expect(ship["Flag"], "NETHERLANDS")
    yield f"register_ship(Name='Bella') without a flag: she sails under {ship['Flag']}"


@HARBOR_STEPS.append
def the_same_calls_async(url: str) -> Iterator[str]:
    async def calls() -> tuple[list[str], int]:
        config = osteon.Config(api_key=HARBOR_KEY)
        async with osteon.AsyncSession().client("harbor", endpoint_url=url, config=config) as harbor:
            names = [f"Ship {number}" for number in range(10)]
            await asyncio.gather(*(harbor.register_ship(Name=name, Flag="PANAMA") for name in names))
            listed = await harbor.list_ships(Flag="PANAMA")
            watched = await harbor.watch_berths(Quay="north")
            events = [event async for event in watched["Events"]]
            return [next(iter(event)) for event in events], listed["Total"]

    kinds, total = asyncio.run(calls())
    expect((kinds, total), (["Picture", "Departure"], 10))
    yield f"ten ships registered at the same time, {total} found"
    yield f"an event stream, read with async for: {', '.join(kinds)}"


# --- running it -------------------------------------------------------------------------------------------------------


def run(title: str, steps: list[Step], url: str) -> None:
    print(f"\n{title}\n")
    for number, step in enumerate(steps, start=1):
        print(f"  {number}. {step.__name__.replace('_', ' ').capitalize()}")
        for line in step(url):
            print(f"     {line}", flush=True)


def quiet_surroundings() -> None:
    """Whatever is set for real AWS accounts on this machine does not concern the tour."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


def main() -> int:
    # A large package, wanted for part one only: quiet_surroundings() comes first.
    from moto.server import ThreadedMotoServer

    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    try:
        s3 = new_session().client("s3", endpoint_url=f"http://{host}:{port}")
        for bucket in ("mybucket", "myotherbucket", "myspecificbucket"):
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key="hello.txt", Body=b"hello")
        run("Extending S3's client: boto3's extensibility guide, with osteon", S3_STEPS, f"http://{host}:{port}")
        with LocalServer() as server:
            run("Harbor: a service of our own, from models/harbor/", HARBOR_STEPS, server.url)
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        moto.stop()
    return 0


if __name__ == "__main__":
    quiet_surroundings()
    started = time.perf_counter()
    failed = main()
    print(f"\n{'A step failed.' if failed else 'All of it holds'} ({time.perf_counter() - started:.1f} s)")
    sys.exit(failed)
