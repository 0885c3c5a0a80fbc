"""Async clients as programs use them: tasks that are cancelled, groups, handlers, iteration that ends early."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.faults.misbehaviour import Scripted, answer, json_error
from tests.support.servers import Connection, Server, requests_of

import osteon
from osteon.exceptions import ParamValidationError

OK = answer("200 OK", b"{}")


def run(scene: Callable[[], Awaitable[Any]]) -> Any:
    """Run ``scene``; nothing may be left for the loop to complain of."""
    said: list[Any] = []

    async def watched() -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: said.append(context))
        return await asyncio.wait_for(scene(), 20)

    result = asyncio.run(watched())
    gc.collect()
    assert said == []
    return result


def dynamodb(server: Server, **options: Any) -> Any:
    return osteon.AsyncSession().client("dynamodb", endpoint_url=server.url, config=osteon.Config(**options))


def status(result: dict[str, Any]) -> int:
    code: int = result["ResponseMetadata"]["HTTPStatusCode"]
    return code


# --- cancellation


def test_a_pause_between_attempts_ends_with_its_task() -> None:
    async def scene() -> None:
        async with dynamodb(server) as client:
            call = asyncio.ensure_future(client.list_tables())
            while not server.requests:
                await asyncio.sleep(0.01)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await call
            assert status(await client.list_tables()) == 200

    with Scripted([json_error("ThrottlingException", "503 Busy", "Retry-After: 20"), OK]) as server:
        run(scene)
        assert len(server.requests) == 2


def test_a_refresh_of_credentials_outlives_who_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    keys = {"AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t", "Expiration": "2999-01-01T00:00:00Z"}

    def script(connection: Connection) -> None:
        for received in requests_of(connection):
            if received.target == "/keys":
                asked.append(received.target)
                server.hold.wait(5)
                connection.answer(json.dumps(keys).encode())
            else:
                connection.answer(b"{}")

    async def scene() -> list[int]:
        async with dynamodb(server) as client:
            calls = [asyncio.ensure_future(client.list_tables()) for _ in range(4)]
            await asyncio.sleep(0.2)
            calls[0].cancel()
            with pytest.raises(asyncio.CancelledError):
                await calls[0]
            server.hold.set()
            return [status(await call) for call in calls[1:]]

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with Server(script) as server:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/keys")
        assert run(scene) == [200] * 3
    assert asked == ["/keys"]


def test_a_group_that_fails_cancels_its_calls_and_leaves_the_client_well() -> None:
    async def in_a_group(client: Any) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(30):
                group.create_task(client.get_item(TableName="t") if number == 20 else client.list_tables())

    async def scene() -> int:
        async with dynamodb(server, max_pool_connections=3) as client:
            with pytest.raises(ExceptionGroup) as caught:
                await in_a_group(client)
            assert [type(error) for error in caught.value.exceptions] == [ParamValidationError]
            return status(await client.list_tables())

    with Scripted([OK]) as server:
        assert run(scene) == 200


def test_five_hundred_calls_at_once() -> None:
    async def scene() -> list[int]:
        async with dynamodb(server, max_pool_connections=8) as client:
            return [status(result) for result in await asyncio.gather(*(client.list_tables() for _ in range(500)))]

    with Scripted([OK]) as server:
        assert run(scene) == [200] * 500
        assert server.accepted == 8


# --- clients


def test_a_client_is_made_anywhere_and_entered_again() -> None:
    with Scripted([OK]) as server:
        client = dynamodb(server)

        async def scene() -> int:
            for _ in range(2):
                async with client as entered:
                    assert entered is client
                    await client.list_tables()
            await client.close()
            return status((await asyncio.gather(client.list_tables(), client.close()))[0])

        # Made outside of any loop, used on one after another.
        for _ in range(2):
            with pytest.raises(osteon.exceptions.ClientClosedError):
                run(scene)


def test_pages_may_be_left_early() -> None:
    page = answer("200 OK", b'{"TableNames": ["a", "b"], "LastEvaluatedTableName": "b"}')

    async def scene() -> list[Any]:
        async with dynamodb(server) as client:
            pages = client.get_paginator("list_tables").paginate()
            seen = []
            async for one in pages:
                seen.append(one["TableNames"])
                break
            async for name in pages.search("TableNames[]"):
                seen.append(name)
                break
            left = aiter(pages)
            await anext(left)
            seen.append(status(await client.list_tables()))
            return seen

    with Scripted([page]) as server:
        assert run(scene) == [["a", "b"], "a", 200]


# --- handlers

#: a variable of the program's own, such as a logging or tracing context
VARIABLE = contextvars.ContextVar("variable", default="unset")
EVENTS = (
    "provide-client-params", "before-parameter-build", "before-endpoint-resolution", "before-call", "request-created",
    "choose-signer", "before-sign", "before-send", "before-parse", "response-received", "needs-retry", "after-call",
)  # fmt: skip


def test_context_variables_reach_handlers_of_every_kind() -> None:
    seen: list[str] = []

    def plain(**kwargs: Any) -> None:
        seen.append(VARIABLE.get())

    async def awaited(**kwargs: Any) -> None:
        await asyncio.sleep(0)
        seen.append(VARIABLE.get())

    async def call(client: Any, value: str) -> None:
        VARIABLE.set(value)
        await client.list_tables()

    async def scene() -> None:
        async with dynamodb(server) as client:
            for event in EVENTS:
                client.meta.events.register(f"{event}.dynamodb", plain)
                client.meta.events.register(f"{event}.dynamodb", awaited)
            await asyncio.gather(call(client, "mine"), call(client, "yours"))

    with Scripted([OK]) as server:
        run(scene)
    assert sorted(seen) == ["mine"] * 2 * len(EVENTS) + ["yours"] * 2 * len(EVENTS)


@pytest.mark.parametrize("error", [KeyError("mine"), asyncio.CancelledError(), StopAsyncIteration(), TimeoutError()])
def test_what_a_handler_raises_reaches_the_caller_as_it_is(error: BaseException) -> None:
    async def fails(**kwargs: Any) -> None:
        await asyncio.sleep(0)
        raise error

    async def scene() -> int:
        async with dynamodb(server) as client:
            client.meta.events.register("before-call.dynamodb", fails)
            with pytest.raises(type(error)) as caught:
                await client.list_tables()
            assert caught.value is error
            client.meta.events.unregister("before-call.dynamodb", fails)
            return status(await client.list_tables())

    with Scripted([OK]) as server:
        assert run(scene) == 200
        assert len(server.requests) == 1


def test_a_handler_may_call_the_client() -> None:
    async def first(**kwargs: Any) -> None:
        client.meta.events.unregister("before-call.dynamodb", first)
        await client.list_tables()

    async def scene() -> None:
        async with client:
            client.meta.events.register("before-call.dynamodb", first)
            await client.list_tables()

    with Scripted([OK]) as server:
        client = dynamodb(server, max_pool_connections=1)
        run(scene)
        assert len(server.requests) == 2


def test_credentials_of_a_session_leave_no_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t", "Expiration": "2999-01-01T00:00:00Z"}
    threads = threading.active_count()

    async def scene() -> str:
        key: str = (await osteon.AsyncSession().get_credentials()).access_key
        return key

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with Scripted([answer("200 OK", json.dumps(keys).encode())]) as server:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/keys")
        assert run(scene) == "A"
    assert threading.active_count() <= threads + 1
