"""Waiters of real clients, sync and async: acceptor by acceptor over canned answers, and what a client says of them."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import osteon
from osteon.exceptions import ModelError, WaiterConfigError, WaiterError
from osteon.http import PreparedRequest, Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

NOT_FOUND = Response(400, {}, json.dumps({"__type": "AccountNotFound", "message": "who?"}).encode())
REFUSED = Response(403, {}, json.dumps({"__type": "AccessDenied", "message": "no"}).encode())


def account(status: str) -> Response:
    return Response(200, {}, json.dumps({"Account": {"Status": status}}).encode())


def accounts(*statuses: str) -> Response:
    return Response(200, {}, json.dumps({"Accounts": [{"Status": status} for status in statuses]}).encode())


class Ledger:
    """A client of Ledger with canned answers."""

    def __init__(self, mode: Any, *answers: Response) -> None:
        self.mode, self.requests = mode, []
        self._answers = list(answers)
        kind = AsyncCannedTransport if mode.session_class is osteon.AsyncSession else CannedTransport
        session = mode.session(transport=lambda options: kind(self._answer))
        config = osteon.Config(bearer_token="t", retries={"total_max_attempts": 1})
        self.client = mode.client("ledger", endpoint_url="http://ledger.example", session=session, config=config)

    def _answer(self, request: PreparedRequest) -> Response:
        self.requests.append(request)
        return self._answers.pop(0)

    def wait(self, name: str, most: int = 3, **keywords: Any) -> None:
        config = {"Delay": 0, "MaxAttempts": most}
        if name == "account_open":
            keywords["AccountId"] = "acc-00000001"
        self.mode.do(self.client.get_waiter(name).wait(WaiterConfig=config, **keywords))


#: case: (waiter, answers, how it ends: None for success, else the reason)
COURSES: dict[str, tuple[str, list[Response], str | None]] = {
    "at once": ("account_open", [account("OPEN")], None),
    "an error to try again": ("account_open", [NOT_FOUND, account("OPEN")], None),
    "nothing matches, then success": ("account_open", [account("NEW"), account("OPEN")], None),
    "failure": (
        "account_open",
        [account("NEW"), account("CLOSED")],
        "Waiter encountered a terminal failure state: "
        'For expression "Account.Status" we matched expected path: "CLOSED"',
    ),
    "an error nobody expects": ("account_open", [REFUSED], "An error occurred (AccessDenied): no"),
    "too long": ("account_open", [account("NEW")] * 3, "Max attempts exceeded"),
    "too long, retried": (
        "account_open",
        [NOT_FOUND] * 3,
        "Max attempts exceeded. Previously accepted state: Matched expected service error code: AccountNotFound",
    ),
    "all": ("all_closed", [accounts("OPEN", "CLOSED"), accounts("CLOSED", "CLOSED")], None),
    "all of none is not all": ("all_closed", [accounts(), accounts(), accounts()], "Max attempts exceeded"),
    "any": (
        "all_closed",
        [accounts("CLOSED", "FROZEN")],
        "Waiter encountered a terminal failure state: "
        'For expression "Accounts[].Status" we matched expected path: "FROZEN" at least once',
    ),
}


@pytest.mark.parametrize(("waiter", "answers", "reason"), COURSES.values(), ids=COURSES)
def test_course(mode: Any, waiter: str, answers: list[Response], reason: str | None) -> None:
    ledger = Ledger(mode, *answers)
    if reason is None:
        ledger.wait(waiter)
    else:
        with pytest.raises(WaiterError) as raised:
            ledger.wait(waiter)
        name = {"account_open": "AccountOpen", "all_closed": "AllClosed"}[waiter]
        assert str(raised.value) == f"Waiter {name} failed: {reason}"
        status = raised.value.last_response["ResponseMetadata"]["HTTPStatusCode"]
        assert status == answers[-1].status_code
        assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
    assert len(ledger.requests) == len(answers)


def test_on_attempt_sees_every_answer(mode: Any) -> None:
    seen: list[tuple[int, Any]] = []
    ledger = Ledger(mode, NOT_FOUND, account("NEW"), account("OPEN"))
    ledger.wait("account_open", on_attempt=lambda number, answer: seen.append((number, answer)))
    assert [number for number, _ in seen] == [1, 2, 3]
    assert seen[0][1]["Error"]["Code"] == "AccountNotFound"
    assert seen[2][1]["Account"]["Status"] == "OPEN"


def test_on_attempt_may_be_async_on_async_clients(mode: Any) -> None:
    seen: list[int] = []

    async def told(number: int, answer: Any) -> None:
        seen.append(number)

    ledger = Ledger(mode, account("OPEN"))
    if mode.session_class is osteon.Session:
        with pytest.raises(TypeError, match="async def"):
            ledger.wait("account_open", on_attempt=told)
    else:
        ledger.wait("account_open", on_attempt=told)
        assert seen == [1]


def test_on_attempt_may_stop_it(mode: Any) -> None:
    def enough(number: int, answer: Any) -> None:
        raise KeyError(number)

    with pytest.raises(KeyError):
        Ledger(mode, account("NEW")).wait("account_open", on_attempt=enough)


def test_names(mode: Any) -> None:
    client = Ledger(mode).client
    assert client.waiter_names == ["account_open", "all_closed"]
    with pytest.raises(ValueError, match=r"Waiter does not exist: account_opens\. Did you mean: 'account_open'"):
        client.get_waiter("account_opens")
    waiter = client.get_waiter("account_open")
    assert (waiter.name, waiter.config.operation, waiter.config.delay) == ("AccountOpen", "GetAccount", 1)


def boxes(mode: Any, folder: Path, waiters: dict[str, Any]) -> Any:
    """A client of a service whose waiters-2 file is this."""
    metadata = {"apiVersion": "2020-01-01", "protocol": "json", "serviceId": "Box", "endpointPrefix": "box"}
    operation = {"name": "Look", "http": {"method": "POST", "requestUri": "/"}}
    folder = folder / "box" / "2020-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps({"metadata": metadata, "operations": {"Look": operation}}))
    (folder / "waiters-2.json").write_text(json.dumps(waiters))
    return mode.client("box", session=mode.session(data_path=[folder.parents[1]]), endpoint_url="http://box.example")


UP = {"operation": "Look", "delay": 1, "maxAttempts": 2}
ACCEPTOR = {"state": "success", "matcher": "path", "argument": "Status", "expected": "OPEN"}


@pytest.mark.parametrize("matcher", ["path", "pathAll", "pathAny"])
@pytest.mark.parametrize(
    ("argument", "place", "reason"),
    [
        ("Account[", "/acceptors/1/argument", "'Account[' is no JMESPath expression: Incomplete expression"),
        ("a b", "/acceptors/1/argument", "'a b' is no JMESPath expression: .*Parse error"),
        ("|", "/acceptors/1/argument", "'|' is no JMESPath expression"),
        (None, "/acceptors/1", "a path\\w* matcher needs an argument"),
    ],
)
def test_an_argument_that_is_no_expression_is_told(
    mode: Any, matcher: str, argument: str | None, place: str, reason: str, tmp_path: Path
) -> None:
    bad = {**ACCEPTOR, "matcher": matcher, "argument": argument}
    client = boxes(mode, tmp_path, {"version": 2, "waiters": {"Up": {**UP, "acceptors": [ACCEPTOR, bad]}}})
    for kind in (WaiterConfigError, ModelError):
        with pytest.raises(kind, match=f"waiters-2.json at /waiters/Up{place}: {reason}".replace("[", r"\[")):
            client.get_waiter("up")


#: what is wrong with a waiters-2 file, and the place that is told
BAD_FILES: dict[str, tuple[dict[str, Any], str]] = {
    "no version": ({"waiters": {}}, "/version"),
    "another version": ({"version": 1, "waiters": {}}, "/version"),
    "a version in quotes": ({"version": "2", "waiters": {}}, "/version"),
    "an unknown matcher": (
        {"version": 2, "waiters": {"Up": {**UP, "acceptors": [{**ACCEPTOR, "matcher": "most"}]}}},
        "/waiters/Up/acceptors/0/matcher",
    ),
    "no operation": ({"version": 2, "waiters": {"Up": {"delay": 1, "maxAttempts": 1, "acceptors": []}}}, "/waiters/Up"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_a_waiters_and_a_models_fault(mode: Any, case: str, tmp_path: Path) -> None:
    waiters, place = BAD_FILES[case]
    client = boxes(mode, tmp_path, waiters)
    for ask in (lambda: client.waiter_names, lambda: client.get_waiter("up")):
        for kind in (WaiterConfigError, ModelError):
            with pytest.raises(kind, match=f"waiters-2.json at {place}") as caught:
                ask()
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_waiters_class_has_the_name_that_botocores_has(mode: Any) -> None:
    waiter = Ledger(mode).client.get_waiter("account_open")
    assert type(waiter).__name__ == "Ledger.Waiter.AccountOpen"
    assert type(Ledger(mode).client.get_waiter("account_open")) is type(waiter)


@pytest.mark.parametrize("config", [7, {"Delay": "long"}, {"Delay": -1}, {"MaxAttempts": None}])
def test_a_bad_config_is_refused(mode: Any, config: Any) -> None:
    waiter = Ledger(mode).client.get_waiter("account_open")
    with pytest.raises(WaiterConfigError):
        mode.do(waiter.wait(AccountId="acc-00000001", WaiterConfig=config))


def test_bad_parameters_are_the_calls(mode: Any) -> None:
    waiter = Ledger(mode).client.get_waiter("account_open")
    with pytest.raises(osteon.exceptions.ParamValidationError, match="AccountId"):
        mode.do(waiter.wait())
