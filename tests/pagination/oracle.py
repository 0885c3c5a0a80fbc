"""Paginators of all services on both sides, over the same random pages: what was asked for, handed out and kept."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import botocore.exceptions
import botocore.loaders
import botocore.model
import botocore.paginate
import jmespath
from tests.support.params import Style, random_value

from osteon.clients.pagination import Paginator, Paging
from osteon.exceptions import OsteonError
from osteon.flow import Flow
from osteon.model.companions import read_paginators
from osteon.model.loader import Loader
from osteon.transport.canned import CannedTransport
from osteon.transport.runner import Runner

BOTOCORE = botocore.loaders.Loader()
LOADER = Loader()
STYLE = Style(fill=0.7, special=0, items=4)
RUN = Runner(CannedTransport()).run

#: Pages are handed out in a circle, and some expressions find a token in each.
MOST_CALLS = 8

Pages = list[dict[str, Any]]


def services() -> list[str]:
    return BOTOCORE.list_available_services("paginators-1")


def differences(service: str, rng: random.Random, count: int) -> Iterator[str]:
    """What differs for ``count`` requests of each paginator of a service."""
    raw = BOTOCORE.load_service_model(service, "paginators-1")["pagination"]
    theirs = botocore.model.ServiceModel(BOTOCORE.load_service_model(service, "service-2"), service)
    ours, model = read_paginators(LOADER, service), LOADER.service_model(service)
    for name, config in raw.items():
        operation = theirs.operation_model(name)
        paging = Paging.of(ours.get_paginator(name), model.operation_model(name).input_shape)
        for _ in range(count):
            pages = random_pages(operation.output_shape, config, rng)
            request = random_request(config, operation.input_shape, pages, rng)
            mine = seen(lambda call: Paginator(paging, _as_flow(call), RUN), pages, request)
            oracle = seen(lambda call: botocore.paginate.Paginator(call, config, operation), pages, request)
            if mine != oracle:
                yield f"{service}.{name} {request}\n  osteon:   {mine}\n  botocore: {oracle}"


def seen(make: Callable[[Callable[..., Any]], Any], pages: Pages, request: Mapping[str, Any]) -> dict[str, Any]:
    """What one paginator makes of the pages: first one by one, then all at once, then from where it stopped."""
    calls: list[dict[str, Any]] = []

    def call(**params: Any) -> dict[str, Any]:
        calls.append(copy.deepcopy(params))
        if len(calls) > MOST_CALLS:
            raise ValueError("a service that never ends")
        return copy.deepcopy(pages[(len(calls) - 1) % len(pages)])

    def attempt(work: Callable[[], Any]) -> Any:
        calls.clear()
        try:
            return work()
        except (OsteonError, botocore.exceptions.BotoCoreError, ValueError) as error:
            return type(error).__name__, str(error)

    found: dict[str, Any] = {}
    iterator = attempt(lambda: make(call).paginate(**copy.deepcopy(dict(request))))
    if isinstance(iterator, tuple):
        return {"refused": iterator}
    handed_out: Pages = []
    found["error"] = attempt(lambda: handed_out.extend(iterator))
    if found["error"] is not None and not calls:
        # osteon says at once what botocore says when the pages are asked for.
        return {"refused": found["error"]}
    found |= {"pages": handed_out, "calls": calls.copy(), "token": iterator.resume_token}
    found["kept"] = iterator.non_aggregate_part
    again = make(call).paginate(**copy.deepcopy(dict(request)))
    found["full"] = attempt(again.build_full_result)
    return found


def _as_flow(call: Callable[..., Any]) -> Callable[[dict[str, Any]], Flow[Any]]:
    def flow(params: dict[str, Any]) -> Flow[Any]:
        return call(**params)
        yield  # a generator, as every flow is

    return flow


def random_pages(shape: Any, config: Mapping[str, Any], rng: random.Random) -> Pages:
    """One to four answers; all but the last mostly lead to another one, sometimes to the same one again."""
    pages: Pages = []
    for number in range(rng.randint(1, 4)):
        page = random_value(shape, rng, 4, STYLE)
        for output in _several(config["output_token"]):
            _put(page, output, rng.choice([f"token{number}", f"token{number}", "again", {"key": {"B": b"\x00\xff"}}]))
        _put(page, config.get("more_results") or "", True)
        pages.append(page)
    for output in _several(config["output_token"]):
        _put(pages[-1], output, rng.choice(["", None]))
    _put(pages[-1], config.get("more_results") or "", rng.choice([True, False]))
    return pages


def random_request(config: Mapping[str, Any], shape: Any, pages: Pages, rng: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {}
    primary = _several(config["result_key"])[0]
    items = [jmespath.search(primary, page) for page in pages]
    total = sum(len(found) for found in items if isinstance(found, list | str))
    countable = not any(isinstance(found, dict | int | float) for found in items)
    if countable and rng.random() < 0.7:
        options["MaxItems"] = rng.choice([0, 1, total, total - 1, total + 1, rng.randint(0, total + 1), str(total)])
    if rng.random() < 0.4:
        options["PageSize"] = rng.choice([1, 7, "3"])
    if rng.random() < 0.4:
        options["StartingToken"] = random_token(_several(config["input_token"]), rng)
    request = {"Name": "value", "PaginationConfig": options}
    return request if options or rng.random() < 0.5 else {"Name": "value"}


def random_token(names: list[str], rng: random.Random) -> str:
    values: list[Any] = [rng.choice(["abc", None, {"key": {"B": b"\x01"}}, ["x", 1]]) for _ in names]
    tokens = dict(zip(names, values, strict=True))
    if rng.random() < 0.5:
        tokens["boto_truncate_amount"] = rng.randint(0, 3)
    if rng.random() < 0.1:
        tokens["stranger"] = "x"
    plain = ["abc", "a___b", "a___2", "None___1", "a___b___c___d___e", "None", "e30=", "!!", "é"]
    return rng.choice([botocore.paginate.TokenEncoder().encode(tokens)] * 5 + plain)


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _put(page: dict[str, Any], expression: str, value: Any) -> None:
    """Set what a path of names leads to; for ``a || b[-1].c`` the first; other expressions find what they find."""
    path = expression.split("||")[0].strip().split(".")
    if not all(name.isidentifier() for name in path):
        return
    for name in path[:-1]:
        inner = page.get(name)
        page = page.setdefault(name, {}) if isinstance(inner, dict | None) else {}
        if not isinstance(page, dict):
            return
    page[path[-1]] = value
