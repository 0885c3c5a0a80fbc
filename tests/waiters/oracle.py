"""Waiters of all services on both sides, over the same random answers: how they end, and what they say."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import botocore.exceptions
import botocore.loaders
import botocore.model
import botocore.waiter
from jmespath.exceptions import JMESPathError
from tests.support.params import Style, random_value

from osteon.clients.waiters import Waiter
from osteon.exceptions import ClientError, WaiterError
from osteon.flow import Flow
from osteon.model.companions import read_waiters
from osteon.model.loader import Loader
from osteon.transport.canned import CannedTransport
from osteon.transport.runner import Runner

BOTOCORE = botocore.loaders.Loader()
LOADER = Loader()
STYLE = Style(fill=0.8, special=0, items=2)
RUN = Runner(CannedTransport()).run
NO_DELAY = {"Delay": 0, "MaxAttempts": 4}

Answers = list[dict[str, Any]]


def services() -> list[str]:
    return BOTOCORE.list_available_services("waiters-2")


def differences(service: str, rng: random.Random, count: int) -> Iterator[str]:
    """What differs for ``count`` courses of each waiter of a service."""
    raw = BOTOCORE.load_service_model(service, "waiters-2")
    theirs = botocore.model.ServiceModel(BOTOCORE.load_service_model(service, "service-2"), service)
    ours, model = read_waiters(LOADER, service), botocore.waiter.WaiterModel(raw)
    if [ours.waiter_names, sorted(ours.waiters)] != [model.waiter_names] * 2:
        yield f"{service}: {ours.waiter_names} {model.waiter_names}"
    for name in model.waiter_names:
        config = model.get_waiter(name)
        shape = theirs.operation_model(config.operation).output_shape
        for _ in range(count):
            answers = [random_answer(raw["waiters"][name]["acceptors"], shape, rng) for _ in range(4)]
            mine = seen(name, lambda call: Waiter(name, ours.get_waiter(name), _as_flow(call), RUN), answers)
            oracle = seen(name, lambda call: botocore.waiter.Waiter(name, config, _normalized(call)), answers)
            if mine != oracle:
                yield f"{service}.{name} {answers}\n  osteon:   {mine}\n  botocore: {oracle}"


def seen(name: str, make: Callable[[Callable[..., Any]], Any], answers: Answers) -> tuple[Any, ...]:
    """How many calls one waiter makes, and its end."""
    calls: list[dict[str, Any]] = []

    def call(**params: Any) -> dict[str, Any]:
        calls.append(params)
        answer = copy.deepcopy(answers[len(calls) - 1])
        if "Error" in answer:
            raise ClientError(answer, "Operation")
        return answer

    try:
        make(call).wait(Name="value", WaiterConfig=NO_DELAY)
    except (WaiterError, botocore.exceptions.WaiterError) as error:
        return calls, str(error), error.last_response
    except JMESPathError as error:
        text = f"Waiter {name} failed: An acceptor cannot be applied to the answer: {error}"
        return calls, text, answers[len(calls) - 1]
    return (calls,)


def _as_flow(call: Callable[..., Any]) -> Callable[[dict[str, Any]], Flow[Any]]:
    def flow(params: dict[str, Any]) -> Flow[Any]:
        return call(**params)
        yield  # a generator, as every flow is

    return flow


def _normalized(call: Callable[..., Any]) -> Callable[..., Any]:
    """botocore's waiters are handed answers for errors."""

    def normalized(**params: Any) -> Any:
        try:
            return call(**params)
        except ClientError as error:
            return error.response

    return normalized


def random_answer(acceptors: list[Mapping[str, Any]], shape: Any, rng: random.Random) -> dict[str, Any]:
    """An answer that likely means something to one of the acceptors."""
    acceptor = rng.choice(acceptors)
    expected = acceptor["expected"]
    status = expected if acceptor["matcher"] == "status" and rng.random() < 0.7 else rng.choice([200, 404])
    metadata = {"ResponseMetadata": {"HTTPStatusCode": status}}
    if acceptor["matcher"] == "error" and expected is not False and rng.random() < 0.7:
        return {"Error": {"Code": "Any" if expected is True else expected, "Message": "m"}, **metadata}
    if rng.random() < 0.15:
        return {"Error": {"Code": rng.choice(["404", "Other"]), "Message": "what"}, **metadata}
    answer = {} if shape is None else random_value(shape, rng, 5, STYLE)
    if rng.random() < 0.7:
        answer = _with_strings(answer, expected, rng)
    return {**answer, **metadata}


def _with_strings(value: Any, expected: Any, rng: random.Random) -> Any:
    """The value with some of its texts and truths replaced by what is expected."""
    if isinstance(value, dict):
        return {key: _with_strings(item, expected, rng) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_strings(item, expected, rng) for item in value]
    return expected if type(value) is type(expected) and rng.random() < 0.8 else value
