"""Sessions, clients and resources that threads share, from their first use on; and children forked meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.clients import forking

import osteon
from osteon.exceptions import ResourceLoadException
from osteon.http import Headers, PreparedRequest, Response
from osteon.s3.transfer import TransferConfig
from osteon.sharing import cached_property
from osteon.transport.canned import CannedTransport

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
THREADS = 10

# --- what answers

_TABLES = {
    "GetItem": {"Item": {"id": {"N": "1"}}},
    "DescribeTable": {"Table": {"TableName": "t", "ItemCount": 3}},
    "BatchWriteItem": {"UnprocessedItems": {}},
}
_KEYS = [f"k{number}" for number in range(5)]
_CONTENTS = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in _KEYS)
_LISTING = f"<R><IsTruncated>false</IsTruncated>{_CONTENTS}</R>"


def answer(request: PreparedRequest) -> Response:
    target = request.headers.get("x-amz-target", "")
    if target:
        content = orjson.dumps(_TABLES.get(target.rpartition(".")[2], {}))
        return Response(200, Headers({"content-type": "application/x-amz-json-1.0"}), content)
    if request.method == "HEAD":
        return Response(200, Headers({"content-length": "5", "etag": '"e"'}))
    return Response(200, Headers({"etag": '"e"'}), _LISTING.encode() if request.method == "GET" else b"")


@pytest.fixture(autouse=True)
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def session() -> osteon.Session:
    return osteon.Session(**KEYS, transport=lambda options: CannedTransport(answer))


def together(work: Callable[[int], Any]) -> list[Any]:
    """What all threads got, who begin at the same moment; the first error is raised."""
    ready, got, errors = threading.Barrier(THREADS), [None] * THREADS, list[BaseException]()

    def run(number: int) -> None:
        ready.wait()
        try:
            got[number] = work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return got


# --- first uses


def test_clients_and_resources_of_one_session(session: osteon.Session) -> None:
    services = ("s3", "dynamodb", "ec2")
    clients = together(lambda number: session.client(services[number % 3]))
    assert [made.meta.service_model.service_name for made in clients[:3]] == list(services)
    assert len({type(made) for made in clients}) == 3
    resources = together(lambda number: session.resource(services[number % 3]))
    assert [made.meta.service_name for made in resources[:3]] == list(services)


def test_the_first_calls_of_one_client(session: osteon.Session) -> None:
    client = session.client("s3")

    def use(number: int) -> list[str]:
        assert client.exceptions.NoSuchKey is client.exceptions.NoSuchKey
        assert "Signature" in client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="b")
        return [each["Key"] for page in pages for each in page["Contents"]]

    assert together(use) == [_KEYS] * THREADS


def test_one_collection(session: osteon.Session) -> None:
    objects = session.resource("s3").Bucket("b").objects
    narrowed = objects.filter(Prefix="k")
    seen = together(lambda number: [each.key for each in (objects.all() if number % 2 else narrowed)])
    assert seen == [_KEYS] * THREADS
    assert len({type(each) for found in together(lambda number: list(objects.all())) for each in found}) == 1


def test_handlers_that_join_while_calls_are_made(session: osteon.Session) -> None:
    client, heard = session.client("s3"), list[int]()

    def use(number: int) -> None:
        if number % 2:
            name = "before-call.s3.ListObjectsV2" if number % 3 else "before-call.*.*"
            client.meta.events.register(name, lambda **kwargs: heard.append(number))
        for _ in range(5):
            client.list_objects_v2(Bucket="b")

    together(use)
    del heard[:]
    client.list_objects_v2(Bucket="b")
    assert sorted(heard) == [number for number in range(THREADS) if number % 2]


# --- state


def test_data_that_others_forget_is_loaded_again(session: osteon.Session) -> None:
    """Each action on a resource forgets its data, which another thread may just have loaded."""
    table = session.resource("dynamodb").Table("t")

    def use(number: int) -> None:
        for _ in range(10):
            if number % 4:
                assert table.item_count == 3
            else:
                table.put_item(Item={"id": number})

    together(use)


def test_a_load_that_leaves_no_data_says_so(session: osteon.Session) -> None:
    def lose(class_attributes: dict[str, Any], **kwargs: Any) -> None:
        class_attributes["load"] = lambda self: None

    session.events.register("creating-resource-class.s3.Object", lose)
    with pytest.raises(ResourceLoadException, match=r"load\(\) left no data"):
        _ = session.resource("s3").Object("b", "k").content_length


def test_one_batch_writer(session: osteon.Session) -> None:
    sent: list[list[dict[str, Any]]] = []
    table = session.resource("dynamodb").Table("t")
    made = table.meta.client
    made.meta.events.register(
        "provide-client-params.dynamodb.BatchWriteItem",
        lambda params, **kwargs: sent.append(params["RequestItems"]["t"]),
    )
    with table.batch_writer(overwrite_by_pkeys=["id"]) as batch:
        together(lambda number: [batch.put_item(Item={"id": 100 * number + each}) for each in range(60)])
    ids = [request["PutRequest"]["Item"]["id"] for requests in sent for request in requests]
    assert sorted(ids) == [100 * number + each for number in range(THREADS) for each in range(60)]
    assert {len(requests) for requests in sent[:-1]} == {25}


def test_transfers_of_one_client(session: osteon.Session, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x" * 100_000)
    client, told = session.client("s3"), [0] * THREADS

    def use(number: int) -> None:
        def tell(size: int) -> None:
            told[number] += size

        config = TransferConfig(use_threads=number % 2 == 0)
        client.upload_file(str(tmp_path / "in"), "b", f"k{number}", Callback=tell, Config=config)

    together(use)
    assert told == [100_000] * THREADS


_ROLE = """
[profile role]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = keys
[profile keys]
aws_access_key_id = a
aws_secret_access_key = b
"""


def test_credentials_are_fetched_once_for_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assumed: list[PreparedRequest] = []
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()

    def answer_or_assume(request: PreparedRequest) -> Response:
        if "sts" not in request.url:
            return answer(request)
        assumed.append(request)
        keys = "<AccessKeyId>A</AccessKeyId><SecretAccessKey>B</SecretAccessKey><SessionToken>C</SessionToken>"
        named = f"<Credentials>{keys}<Expiration>{until}</Expiration></Credentials>"
        return Response(200, body=f"<R><AssumeRoleResult>{named}</AssumeRoleResult></R>".encode())

    (tmp_path / "config").write_text(_ROLE)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    canned = CannedTransport(answer_or_assume)
    session = osteon.Session(region_name="us-east-1", profile_name="role", transport=lambda options: canned)
    clients = [session.client("s3"), session.resource("s3").meta.client]
    together(lambda number: clients[number % 2].list_objects_v2(Bucket="b"))
    assert len(assumed) == 1
    tokens = {request.headers.get("x-amz-security-token") for request in canned.requests if request not in assumed}
    assert tokens == {"C"}


# --- children


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
@pytest.mark.parametrize("scene", forking.SCENES)
def test_children_of_busy_processes(scene: str) -> None:
    """In a process of its own: locks of whatever traces this one are not ours to renew."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-m", forking.__name__, scene]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_threads_that_make_an_attribute_at_once_get_the_same() -> None:
    class Held:
        @cached_property
        def value(self) -> object:
            """What it is."""
            return object()

    for _ in range(20):
        held = Held()
        assert len(set(together(lambda number, held=held: held.value))) == 1  # type: ignore[misc]  # one each round
    assert Held.value.__doc__ == "What it is."
