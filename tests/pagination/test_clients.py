"""Paginators of real clients, sync and async: over canned answers, and what a client says of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

import osteon
from osteon.exceptions import EndpointConnectionError, ModelError
from osteon.http import PreparedRequest, Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

#: Ledger's pages of postings: three of two each.
PAGES = [
    {"Page": {"Postings": [{"TransactionId": f"p{n}"}, {"TransactionId": f"q{n}"}], "More": n < 2, "Cursor": f"c{n}"}}
    for n in range(3)
]
ALL = [f"{letter}{n}" for n in range(3) for letter in "pq"]


class Ledger:
    """A client of Ledger that is answered with pages, and what it asked for."""

    def __init__(self, mode: Any, pages: Sequence[Any] = PAGES) -> None:
        self.mode = mode
        self.asked: list[dict[str, Any]] = []
        self._pages = list(pages)
        kind = AsyncCannedTransport if mode.session_class is osteon.AsyncSession else CannedTransport
        session = mode.session(transport=lambda options: kind(self._answer))
        config = osteon.Config(bearer_token="t", retries={"total_max_attempts": 1})
        self.client = mode.client("ledger", endpoint_url="http://ledger.example", session=session, config=config)

    def _answer(self, request: PreparedRequest) -> Response:
        self.asked.append(json.loads(request.body))  # type: ignore[arg-type]
        page = self._pages.pop(0)
        if isinstance(page, Exception):
            raise page
        return Response(200, {}, json.dumps(page).encode())

    def paginate(self, **config: Any) -> Any:
        paginator = self.client.get_paginator("list_postings")
        return paginator.paginate(AccountId="acc-00000001", PaginationConfig=config)


def test_pages_items_and_search(mode: Any) -> None:
    assert [page["Page"]["Cursor"] for page in mode.all(Ledger(mode).paginate())] == ["c0", "c1", "c2"]
    assert [item["TransactionId"] for item in mode.all(Ledger(mode).paginate().items())] == ALL
    assert mode.all(Ledger(mode).paginate().search("Page.Postings[].TransactionId")) == ALL
    assert mode.all(Ledger(mode).paginate().search("Page.More")) == [True, True, False]


def test_what_is_asked_for(mode: Any) -> None:
    ledger = Ledger(mode)
    mode.all(ledger.paginate(PageSize=2))
    first = {"AccountId": "acc-00000001", "MaxItems": 2}
    assert ledger.asked == [first, {**first, "Cursor": "c0"}, {**first, "Cursor": "c1"}]


@pytest.mark.parametrize("most", range(8))
def test_stopping_and_going_on_give_each_item_once(mode: Any, most: int) -> None:
    ledger = Ledger(mode)
    pages = ledger.paginate(MaxItems=most)
    before = [item["TransactionId"] for item in mode.all(pages.items())]
    assert before == ALL[:most]
    if most >= len(ALL):
        assert pages.resume_token is None
        return
    seen = len(ledger.asked)
    rest = Ledger(mode, PAGES[seen if most and most % 2 == 0 else seen - 1 :])
    after = mode.do(rest.paginate(StartingToken=pages.resume_token).build_full_result())
    assert [item["TransactionId"] for item in after["Page"]["Postings"]] == ALL[most:]


def test_the_full_result_says_where_it_stopped(mode: Any) -> None:
    pages = Ledger(mode).paginate(MaxItems=3)
    result = mode.do(pages.build_full_result())
    assert [item["TransactionId"] for item in result["Page"]["Postings"]] == ALL[:3]
    assert result["NextToken"] == pages.resume_token


def test_each_iteration_begins_anew(mode: Any) -> None:
    ledger = Ledger(mode, PAGES * 2)
    pages = ledger.paginate()
    assert len(mode.all(pages)) == len(mode.all(pages)) == 3
    assert "Cursor" not in ledger.asked[3]


def test_a_token_given_twice_ends_it_after_its_page(mode: Any) -> None:
    ledger = Ledger(mode, [PAGES[0]] * 3)
    seen = []

    def note(page: Any) -> Any:
        seen.append(page)
        return page

    with pytest.raises(osteon.exceptions.PaginationError, match=r"The same next token was received twice: .*c0"):
        mode.all(map_pages(mode, ledger.paginate(), note))
    assert len(seen) == 2


def map_pages(mode: Any, pages: Any, note: Any) -> Any:
    if mode.session_class is osteon.Session:
        return (note(page) for page in pages)

    async def mapped() -> Any:
        async for page in pages:
            yield note(page)

    return mapped()


def test_an_operation_in_a_methods_place_is_what_is_called(mode: Any) -> None:
    """As with boto3: a paginator calls the client's method, whoever wrote it."""
    ledger = Ledger(mode)
    original, asked = ledger.client.list_postings, []

    def counting(**kwargs: Any) -> Any:
        asked.append(kwargs)
        return original(**kwargs)

    ledger.client.list_postings = counting
    mode.all(ledger.paginate())
    assert len(asked) == 3


def test_what_cannot_be_paged(mode: Any) -> None:
    client = Ledger(mode).client
    assert client.can_paginate("list_postings")
    assert not client.can_paginate("get_account")
    assert not client.can_paginate("ListPostings")
    with pytest.raises(osteon.exceptions.OperationNotPageableError, match=r"list_posting.*'list_postings'"):
        client.get_paginator("list_posting")


#: name of the case: (PaginationConfig, error, text)
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "no dict": (7, osteon.exceptions.ParamValidationError, "PaginationConfig must be a dict, not int"),
    "MaxItems is no number": ({"MaxItems": "many"}, ValueError, "many"),
    "bad token": ({"StartingToken": "a___b___c"}, ValueError, "Bad starting token: a___b___c"),
}


@pytest.mark.parametrize(("config", "error", "text"), REFUSED.values(), ids=REFUSED)
def test_refused_at_once(mode: Any, config: Any, error: type[Exception], text: str) -> None:
    paginator = Ledger(mode).client.get_paginator("list_postings")
    with pytest.raises(error, match=text):
        paginator.paginate(AccountId="acc-00000001", PaginationConfig=config)


# --- each result by itself


def listing(number: int) -> Response:
    more = b"<IsTruncated>true</IsTruncated><NextMarker>m%d</NextMarker>" % number if number < 2 else b""
    keys = b"".join(b"<Contents><Key>k%d%d</Key></Contents>" % (number, place) for place in range(number))
    prefixes = b"<CommonPrefixes><Prefix>p%d/</Prefix></CommonPrefixes>" % number
    return Response(200, {}, b"<ListBucketResult>" + more + keys + prefixes + b"</ListBucketResult>")


def side_by_side(mode: Any, iterators: list[Any]) -> list[list[Any]]:
    """All of each iterator, the async ones read at once."""
    if mode.session_class is osteon.Session:
        longest = list(zip_longest(*iterators))
        return [[item for item in column if item is not None] for column in zip(*longest, strict=True)]

    async def read(iterator: Any) -> list[Any]:
        return [item async for item in iterator]

    async def scene() -> list[list[Any]]:
        return await asyncio.gather(*map(read, iterators))

    return mode.do(scene())


def test_results_are_iterated_side_by_side_over_the_same_pages(mode: Any) -> None:
    asked: list[str] = []

    def answer(request: PreparedRequest) -> Response:
        asked.append(request.url)
        return listing(len(asked) - 1)

    kind = AsyncCannedTransport if mode.session_class is osteon.AsyncSession else CannedTransport
    client = mode.client("s3", session=mode.session(transport=lambda options: kind(answer)))
    iterators = client.get_paginator("list_objects").paginate(Bucket="shelf", Delimiter="/").result_key_iters()
    assert [iterator.result_key.expression for iterator in iterators] == ["Contents", "CommonPrefixes"]
    keys, prefixes = side_by_side(mode, iterators)
    assert [item["Key"] for item in keys] == ["k10", "k20", "k21"]
    assert [item["Prefix"] for item in prefixes] == ["p0/", "p1/", "p2/"]
    assert len(asked) == 3


# --- a page that fails

#: how pages are gone through, each beside all it gives
WAYS: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
    "pages": (lambda pages: pages, [page["Page"]["Cursor"] for page in PAGES]),
    "items": (lambda pages: pages.items(), ALL),
    "search": (lambda pages: pages.search("Page.Postings[]"), ALL),
    "a result key": (lambda pages: pages.result_key_iters()[0], ALL),
}


def name_of(item: Any) -> str:
    return item["Page"]["Cursor"] if "Page" in item else item["TransactionId"]


@pytest.mark.parametrize(("each", "expected"), WAYS.values(), ids=WAYS)
def test_an_error_takes_no_page_away(each: Callable[[Any], Any], expected: list[str], mode: Any) -> None:
    """Who asks again gets what comes next. A generator would be at its end, as if that were all."""
    broken = EndpointConnectionError(endpoint_url="http://ledger.example")
    pages = each(Ledger(mode, [broken, PAGES[0], broken, broken, *PAGES[1:]]).paginate())
    blocking = mode.session_class is osteon.Session
    iterator = iter(pages) if blocking else aiter(pages)
    got: list[str] = []
    errors = 0
    while True:
        try:
            item = mode.do(next(iterator, None) if blocking else anext(iterator, None))
        except EndpointConnectionError:
            errors += 1
            continue
        if item is None:
            break
        got.append(name_of(item))
    assert (got, errors) == (expected, 3)


class Hanging(AsyncCannedTransport):
    """Answers every request when it comes for the second time."""

    async def send(self, request: PreparedRequest, /) -> Response:
        if request.body not in [before.body for before in self.requests]:
            self.requests.append(request)
            await asyncio.Event().wait()
        return await super().send(request)


@pytest.mark.parametrize(("each", "expected"), WAYS.values(), ids=WAYS)
def test_a_wait_for_a_page_that_is_cancelled_loses_nothing(each: Callable[[Any], Any], expected: list[str]) -> None:
    answers = [Response(200, {}, json.dumps(page).encode()) for page in PAGES]
    session = osteon.AsyncSession(transport=lambda options: Hanging(answers))
    config = osteon.Config(bearer_token="t", retries={"total_max_attempts": 1})

    async def scene() -> tuple[list[str], int]:
        got, timeouts = list[str](), 0
        async with session.client("ledger", endpoint_url="http://ledger.example", config=config) as client:
            iterator = aiter(each(client.get_paginator("list_postings").paginate(AccountId="acc-00000001")))
            while True:
                try:
                    item = await asyncio.wait_for(anext(iterator, None), 0.05)
                except TimeoutError:
                    timeouts += 1
                    continue
                if item is None:
                    return got, timeouts
                got.append(name_of(item))

    got, timeouts = asyncio.run(scene())
    assert got == expected
    assert timeouts >= len(PAGES)


#: what is wrong with a paginator, and what is told: the place after the operation, and why
BAD_RULES: dict[str, tuple[dict[str, Any], str]] = {
    "output_token": ({"output_token": "Next["}, r"/output_token: 'Next\[' is no JMESPath expression: Incomplete"),
    "one of two": (
        {"input_token": ["Next", "Key"], "output_token": ["Next", "a b"]},
        "/output_token: 'a b' is no JMESPath expression: .*Parse error at column 2",
    ),
    "result_key": ({"result_key": ["Items", "|"]}, r"/result_key: '\|' is no JMESPath expression"),
    "more_results": ({"more_results": ""}, "/more_results: '' is no JMESPath expression"),
    "non_aggregate_keys": ({"non_aggregate_keys": ["&&"]}, "/non_aggregate_keys: '&&' is no JMESPath expression"),
}


@pytest.mark.parametrize("case", BAD_RULES)
def test_a_bad_paginator_names_file_operation_and_key(mode: Any, case: str, tmp_path: Path) -> None:
    rules, told = BAD_RULES[case]
    paging = {"input_token": "Next", "output_token": "Next", "result_key": "Items", **rules}
    text = {"shape": "Text"}
    shapes: dict[str, Any] = {"Text": {"type": "string"}}
    shapes["In"] = {"type": "structure", "members": {"Next": text, "Key": text}}
    metadata = {"apiVersion": "2020-01-01", "protocol": "json", "serviceId": "Box", "endpointPrefix": "box"}
    operation = {"name": "Look", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"}}
    folder = tmp_path / "box" / "2020-01-01"
    folder.mkdir(parents=True)
    model = {"metadata": metadata, "operations": {"Look": operation}, "shapes": shapes}
    (folder / "service-2.json").write_text(json.dumps(model))
    (folder / "paginators-1.json").write_text(json.dumps({"pagination": {"Look": paging}}))
    client = mode.client("box", session=mode.session(data_path=[tmp_path]), endpoint_url="http://box.example")
    assert client.can_paginate("look")
    with pytest.raises(ModelError, match=f"paginators-1.json at /pagination/Look{told}"):
        client.get_paginator("look")


def test_a_paginators_class_has_the_name_that_botocores_has(mode: Any) -> None:
    paginator = Ledger(mode).client.get_paginator("list_postings")
    assert type(paginator).__name__ == "Ledger.Paginator.ListPostings"
    assert type(Ledger(mode).client.get_paginator("list_postings")) is type(paginator)


@pytest.mark.parametrize("first", [{"findings": [{"name": "a"}], "enhancedFindings": []}, {"enhancedFindings": []}, {}])
def test_results_within_what_belongs_to_no_page_are_those_of_all_pages(first: dict[str, Any], mode: Any) -> None:
    """ECR's paginator names the findings, and what holds them as well: the first page's must not stand for all."""
    rest = [{"findings": [{"name": name}], "enhancedFindings": [{"title": name}]} for name in "bc"]
    answers = [{"imageScanFindings": found, "nextToken": f"t{at}"} for at, found in enumerate([first, *rest])]
    del answers[-1]["nextToken"]
    responses = [Response(200, {}, json.dumps(answer).encode()) for answer in answers]
    client = mode.client("ecr", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    client.meta.events.register("before-send", lambda **kwargs: responses.pop(0))
    pages = client.get_paginator("describe_image_scan_findings").paginate(repositoryName="repo", imageId={})
    full = mode.do(pages.build_full_result())["imageScanFindings"]
    assert full["findings"] == [*first.get("findings", []), {"name": "b"}, {"name": "c"}]
    assert full["enhancedFindings"] == [{"title": "b"}, {"title": "c"}]
    # What the first page said is what it said.
    assert pages.non_aggregate_part.get("imageScanFindings") == first
