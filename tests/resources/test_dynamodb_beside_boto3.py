"""DynamoDB's values, conditions and batches made up at random (by seeds that stay), given to osteon and to boto3."""

from __future__ import annotations

import copy
import enum
import random
from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import boto3.dynamodb.conditions as boto3_conditions
import boto3.dynamodb.types as boto3_types
import pytest
from boto3.dynamodb.table import BatchWriter as TheirWriter

from osteon.dynamodb import conditions, types
from osteon.dynamodb.table import BatchWriter
from osteon.flow import Flow, Sleep
from osteon.transport.canned import CannedTransport
from osteon.transport.runner import Runner

SEEDS = range(20)
#: numbers that boto3 passes on and DynamoDB refuses; osteon refuses them itself
_NO_NUMBERS = "Infinity and NaN not supported"


def outcome(work: Callable[[], Any]) -> tuple[str, Any]:
    """What came of it, or the error's kind and text."""
    try:
        return "gave", work()
    except Exception as error:
        return type(error).__name__, str(error)


# --- values


class Text(str):
    pass


class Whole(int):
    pass


class Level(enum.IntEnum):
    LOW = 1


class Made:
    """Values made up for one library: ``binary`` is its class of bytes."""

    def __init__(self, seed: int, binary: type[Any]) -> None:
        self.random, self.binary = random.Random(seed), binary

    def number(self) -> Any:
        rnd = self.random
        whole = rnd.randint(-(10 ** rnd.randint(0, 45)), 10 ** rnd.randint(0, 45))
        odd = ("NaN", "-NaN", "Infinity", "-0", "0E+10", "1E+125", "1E+126", "1E-130", "1E-131", "9" * 38, "9" * 39)
        scaled = Decimal(rnd.randint(-(10**10), 10**10)).scaleb(rnd.randint(-140, 130))
        return rnd.choice([whole, scaled, Decimal(rnd.choice(odd)), True, Whole(5), Level.LOW, 1.5, float("nan")])

    def leaf(self) -> Any:
        odd = (None, "", "ü€", b"x", bytearray(b"y"), self.binary(b"z"), Text("t"), memoryview(b"m"), 1j, range(3))
        return self.number() if self.random.random() < 0.5 else self.random.choice(odd)

    def group(self) -> Any:
        rnd = self.random
        pools: tuple[tuple[Any, ...], ...] = (
            (1, Decimal("2.5"), True), ("a", "b", Text("c")), (b"a", self.binary(b"b")), (1, "a"), (1.5,), ()
        )  # fmt: skip
        pool = rnd.choice(pools)
        return rnd.choice([set, frozenset])(rnd.sample(pool, rnd.randint(0, len(pool))))

    def value(self, depth: int = 0) -> Any:
        rnd, draw = self.random, self.random.random()
        if depth > 3 or draw < 0.5:
            return self.leaf()
        if draw < 0.65:
            return self.group()
        inner = [self.value(depth + 1) for _ in range(rnd.randint(0, 4))]
        if draw < 0.8:
            return rnd.choice([list, tuple])(inner)
        return rnd.choice([dict, OrderedDict])(zip("abcd", inner, strict=False))


def plain(value: Any) -> Any:
    """A value as it can be compared across libraries: sets in order, numbers by their digits, Binary by its bytes."""
    if isinstance(value, types.Binary | boto3_types.Binary):
        return "Binary", bytes(value.value)
    if isinstance(value, dict):
        named = {name: plain(item) for name, item in value.items()}
        return {name: sorted(item, key=repr) if name in ("NS", "SS", "BS") else item for name, item in named.items()}
    if isinstance(value, set):
        return sorted((plain(item) for item in value), key=repr)
    return [plain(item) for item in value] if isinstance(value, list) else (type(value).__name__, repr(value))


@pytest.mark.parametrize("seed", SEEDS)
def test_values_in_and_out(seed: int) -> None:
    ours, theirs = Made(seed, types.Binary), Made(seed, boto3_types.Binary)
    for _ in range(200):
        mine, written = (outcome(lambda: types.TypeSerializer().serialize(ours.value())),
                         outcome(lambda: boto3_types.TypeSerializer().serialize(theirs.value())))  # fmt: skip
        if mine == ("TypeError", _NO_NUMBERS) != written:
            # Or boto3 passes it on, and refuses something behind it.
            assert written[0] != "gave" or "NaN" in repr(written) or "Infinity" in repr(written)
        elif mine[0] != "gave":
            assert mine[0] == written[0]
        else:
            assert plain(mine[1]) == plain(written[1])
            read = types.TypeDeserializer().deserialize(mine[1])
            assert plain(read) == plain(boto3_types.TypeDeserializer().deserialize(written[1]))


@pytest.mark.parametrize(
    "value",
    [{}, None, [], {"N": "abc"}, {"N": "1E400"}, {"N": "NaN"}, {"N": 1}, {"X": 1}, {"NULL": False}, {"B": "text"},
     {"BS": ["a"]}, {"M": []}, {"L": {}}, {"S": None}, {"NS": ["1", "1.0"]}, {"S": "a", "N": "1"}],
    ids=repr,
)  # fmt: skip
def test_attribute_values_of_any_kind(value: Any) -> None:
    ours, theirs = types.TypeDeserializer(), boto3_types.TypeDeserializer()
    mine, other = outcome(lambda: ours.deserialize(value)), outcome(lambda: theirs.deserialize(value))
    assert mine[0] == other[0]
    assert mine[0] != "gave" or plain(mine[1]) == plain(other[1])


# --- conditions

_NAMES = ("a", "b.c", "d[0]", "e[10].f[2][3]", "g-h", "a b", "x..y", "", "[0]", "a[0", "#n", "ü", "a[b]")
_OF_KEYS = ("eq", "lt", "lte", "gt", "gte", "begins_with", "between")
_OF_ALL = (*_OF_KEYS, "ne", "contains", "attribute_type", "exists", "not_exists", "is_in", "size")
_ARGUMENTS = {"exists": 0, "not_exists": 0, "between": 2}


def condition(rnd: random.Random, library: Any, depth: int = 0) -> Any:
    """A condition made of a library's own names."""
    if depth < 4 and rnd.random() < 0.4:
        one, joint = condition(rnd, library, depth + 1), rnd.choice("&|~")
        if joint == "~":
            return ~one
        other = condition(rnd, library, depth + 1)
        return one & other if joint == "&" else one | other
    kind = rnd.choice(["Attr", "Key"])
    attribute = getattr(library, kind)(rnd.choice(_NAMES))
    method = rnd.choice(_OF_KEYS if kind == "Key" else _OF_ALL)
    if method == "is_in":
        return attribute.is_in(rnd.choice([[1, 2], (1,), [], "abc"]))
    if method == "size":
        return attribute.size().between(1, 2) if rnd.random() < 0.5 else attribute.size()
    values = (1, "x", None, [1], {"a": 1}, b"b", {1, 2}, Decimal("1.5"), library.Attr("other[1].b"))
    return getattr(attribute, method)(*(rnd.choice(values) for _ in range(_ARGUMENTS.get(method, 1))))


@pytest.mark.parametrize("seed", SEEDS)
def test_conditions_of_any_kind(seed: int) -> None:
    for number in range(100):
        built = [
            outcome(
                lambda library=library, number=number: tuple(  # type: ignore[misc]  # both are of this round
                    library.ConditionExpressionBuilder().build_expression(
                        condition(random.Random(1000 * seed + number), library), is_key_condition=number % 3 == 0
                    )
                )
            )
            for library in (conditions, boto3_conditions)
        ]
        assert built[0][0] == built[1][0]
        assert built[0][0] != "gave" or built[0][1] == built[1][1]


# --- batches


class Table:
    """Takes batches as DynamoDB does: not always all of one, and now and then none."""

    def __init__(self, seed: int) -> None:
        self.random, self.asked = random.Random(seed), list[Any]()

    def batch_write_item(self, **params: Any) -> dict[str, Any]:
        self.asked.append(copy.deepcopy(params))
        if self.random.random() < 0.03:
            raise RuntimeError("out of order")
        if self.random.random() < 0.5:
            return {"UnprocessedItems": self.random.choice([{}, {"another": [1]}])}
        left = [each for each in params["RequestItems"]["t"] if self.random.random() < 0.2]
        return {"UnprocessedItems": {"t": left} if left else {}}


class Prompt(BatchWriter):
    """A writer that does not sleep."""

    def _run(self, flow: Flow[None]) -> None:
        runner = Runner(CannedTransport())
        runner._perform[Sleep] = lambda effect: None
        runner.run(flow)


def write(rnd: random.Random, writer: type[Any], table: Table) -> None:
    """Puts and deletes; some lack an attribute of the key, and sometimes the block itself ends early."""
    keys, amount = rnd.choice([None, ["a"], ["a", "b"], []]), rnd.choice([1, 2, 5, 25])
    with writer("t", table, flush_amount=amount, overwrite_by_pkeys=keys) as batch:
        for number in range(rnd.randint(0, 60)):
            item = {"a": rnd.randint(0, 4), "b": rnd.choice("xy"), "n": number}
            if rnd.random() < 0.01:
                del item["b"]
            if rnd.random() < 0.7:
                batch.put_item(Item=item)
            else:
                batch.delete_item(Key={name: item[name] for name in "ab" if name in item})
            if rnd.random() < 0.005:
                raise LookupError("the block")


@pytest.mark.parametrize("seed", SEEDS)
def test_batches_of_any_kind(seed: int) -> None:
    for number in range(20):
        came = []
        for writer in (Prompt, TheirWriter):
            table = Table(seed + 100 * number)
            rnd = random.Random(seed + 100 * number)
            ended = outcome(lambda rnd=rnd, writer=writer, table=table: write(rnd, writer, table))  # type: ignore[misc]
            came.append((ended, table.asked))
        assert came[0] == came[1]
