"""DynamoDB resources: values and conditions held against boto3's, and batches that lose nothing."""

from __future__ import annotations

import copy
import gc
import weakref
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

import boto3.dynamodb.conditions as boto3_conditions
import boto3.dynamodb.types as boto3_types
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.modes import Sync

import osteon
from osteon.aws.customizations.dynamodb_resources import write_values
from osteon.dynamodb import conditions
from osteon.dynamodb.conditions import Attr, ConditionExpressionBuilder, Key
from osteon.dynamodb.table import BatchWriter
from osteon.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from osteon.exceptions import (
    Boto3Error,
    ClientError,
    DynamoDBNeedsConditionError,
    DynamoDBNeedsKeyConditionError,
    DynamoDBOperationNotSupportedError,
)
from osteon.http import Headers, Response
from osteon.transport.canned import AsyncCannedTransport, CannedTransport

PLACE = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}

# --- values

NUMBERS = st.integers(-(10**37), 10**37) | st.decimals(-1000, 1000, places=5, allow_nan=False)
LEAVES = st.none() | st.booleans() | NUMBERS | st.text() | st.binary()
SETS = st.sets(NUMBERS) | st.sets(st.text(), min_size=1) | st.sets(st.binary(), min_size=1)
VALUES = st.recursive(LEAVES | SETS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(VALUES)
def test_values_are_serialized_as_boto3_does_and_come_back(value: Any) -> None:
    written = TypeSerializer().serialize(value)
    assert written == boto3_types.TypeSerializer().serialize(value)
    assert TypeDeserializer().deserialize(written) == value


class Text(str):
    pass


class Whole(int):
    pass


class Color(str, Enum):  # noqa: UP042  # its str() is not its value
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [Text("x"), Whole(3), (1, "a"), frozenset({1}), set(), bytearray(b"x"), {b"a"}, {"M": {1: 2}}, {True, 2},
     Decimal("1E+10"), 2**100,
     Color.RED, {Color.RED}, MappingProxyType({"a": 1}), Decimal("-0"), Decimal("1.10"), {Decimal("1.5"), 2}],
)  # fmt: skip
def test_unusual_values_are_boto3s(value: Any) -> None:
    assert TypeSerializer().serialize(value) == boto3_types.TypeSerializer().serialize(value)


def test_binary_in_and_out() -> None:
    assert TypeSerializer().serialize(Binary(b"x")) == {"B": b"x"}
    assert TypeSerializer().serialize({Binary(b"x")}) == {"BS": [b"x"]}
    assert TypeDeserializer().deserialize({"B": b"x"}) == Binary(b"x") == b"x"
    assert (bytes(Binary(b"x")), str(Binary(b"x")), repr(Binary(b"x"))) == (b"x", "b'x'", "Binary(b'x')")
    assert {Binary(b"x"), b"x"} == {b"x"}
    assert len({Attr("a").eq(1), Attr("a").eq(1)}) == 1
    with pytest.raises(TypeError, match="bytes"):
        Binary("x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), Decimal("NaN"), Decimal("Infinity"), {1.5}, {"a", 1}, object(), [1.5], {"a": {"b": 1.5}}],
    ids=["float", "nan", "NaN", "Infinity", "floats", "a mixed set", "an object", "a list", "a map"],
)
def test_values_that_boto3_refuses_are_refused(value: Any) -> None:
    for serializer in (TypeSerializer(), boto3_types.TypeSerializer()):
        with pytest.raises(TypeError):
            serializer.serialize(value)


@pytest.mark.parametrize("value", [Decimal("sNaN"), Decimal("-Infinity")], ids=str)
def test_what_is_no_number_is_refused_whatever_its_kind(value: Decimal) -> None:
    with pytest.raises(TypeError, match="Infinity and NaN not supported"):
        TypeSerializer().serialize(value)
    assert "N" in boto3_types.TypeSerializer().serialize(value)  # which DynamoDB refuses


def test_numbers_that_do_not_fit_are_not_rounded() -> None:
    import decimal

    for serializer in (TypeSerializer(), boto3_types.TypeSerializer()):
        with pytest.raises(decimal.DecimalException):
            serializer.serialize(Decimal("1." + "1" * 40))


def test_values_nested_beyond_reason() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(TypeError, match="deep"):
        TypeSerializer().serialize(deep)


@pytest.mark.parametrize("value", [{}, {"X": 1}])
def test_attribute_values_that_are_none(value: Any) -> None:
    with pytest.raises(TypeError):
        TypeDeserializer().deserialize(value)


# --- conditions: the same Python over both libraries

CONDITIONS: dict[str, Any] = {
    "eq": lambda c: c.Attr("a").eq(1),
    "ne": lambda c: c.Attr("a").ne(1),
    "lt": lambda c: c.Attr("a").lt(1),
    "lte": lambda c: c.Key("a").lte(1),
    "gt": lambda c: c.Attr("a").gt(1),
    "gte": lambda c: c.Attr("a").gte(1),
    "begins_with": lambda c: c.Key("a").begins_with("x"),
    "between": lambda c: c.Attr("a").between(1, 2),
    "is_in": lambda c: c.Attr("a").is_in([1, 2, 3]),
    "exists": lambda c: c.Attr("a").exists(),
    "not_exists": lambda c: c.Attr("a").not_exists(),
    "contains": lambda c: c.Attr("a").contains("x"),
    "size": lambda c: c.Attr("a").size().gt(3),
    "attribute_type": lambda c: c.Attr("a").attribute_type("S"),
    "and, or, not": lambda c: (c.Attr("a").eq(1) & c.Attr("b").eq(2)) | ~c.Attr("c").exists(),
    "a path": lambda c: c.Attr("a.b[0].c[1][2].d-e").eq(1),
    "an attribute as value": lambda c: c.Attr("a").eq(c.Attr("b.c")),
    "percent and braces": lambda c: c.Attr("a%s{0}").eq("{1}"),
}


@pytest.mark.parametrize("make", CONDITIONS.values(), ids=CONDITIONS)
def test_expressions_are_boto3s(make: Any) -> None:
    ours, theirs = ConditionExpressionBuilder(), boto3_conditions.ConditionExpressionBuilder()
    for _ in range(2):  # placeholders count on
        assert ours.build_expression(make(conditions)) == tuple(theirs.build_expression(make(boto3_conditions)))
    assert make(conditions) == make(conditions)
    assert make(conditions).get_expression()["operator"] == make(boto3_conditions).get_expression()["operator"]


def test_all_public_names_are_there() -> None:
    theirs = {name for name, kind in vars(boto3_conditions).items() if isinstance(kind, type) and name[0] != "_"}
    assert {name for name in theirs if not issubclass(getattr(boto3_conditions, name), Exception)} <= set(
        conditions.__all__
    )


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda: Attr("a") & Attr("b"), DynamoDBOperationNotSupportedError),
        (lambda: Attr("a").eq(1) & Attr("b"), DynamoDBOperationNotSupportedError),
        (lambda: Attr("a") | 1, DynamoDBOperationNotSupportedError),
        (lambda: ~Attr("a"), DynamoDBOperationNotSupportedError),
        (lambda: ConditionExpressionBuilder().build_expression("a = b"), DynamoDBNeedsConditionError),
        (lambda: ConditionExpressionBuilder().build_expression(Attr("a").eq(1), True), DynamoDBNeedsKeyConditionError),
    ],
)
def test_what_is_no_condition(wrong: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        wrong()
    assert isinstance(raised.value, Boto3Error)


# --- calls


class Table:
    """A table over answers that are written down; ``sent`` are the calls' parameters."""

    def __init__(self, mode: Any, *answers: dict[str, Any]) -> None:
        headers = Headers({"content-type": "application/x-amz-json-1.0"})
        script = [Response(200, headers, orjson.dumps(answer), "") for answer in answers]
        kind = AsyncCannedTransport if mode.session_class._asynchronous else CannedTransport
        self.canned = kind(script)
        session = mode.session(transport=lambda options: self.canned)
        self.resource = session.resource("dynamodb", **PLACE)
        self.table = self.resource.Table("t")

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [orjson.loads(bytes(request.body)) for request in self.canned.requests]


def test_values_and_conditions_in_a_call(mode: Any) -> None:
    answer = {"Items": [{"id": {"S": "1"}, "n": {"N": "2.5"}, "s": {"SS": ["a"]}}], "Count": 1}
    canned = Table(mode, answer)
    given = {
        "KeyConditionExpression": Key("id").eq("1"),
        "FilterExpression": Attr("n").between(1, Decimal("3.5")) & Attr("x.y").exists(),
        "ExpressionAttributeNames": {"#mine": "mine"},
        "ExpressionAttributeValues": {":mine": {1, 2}},
        "ExclusiveStartKey": {"id": "0"},
    }
    before = copy.copy(given)
    found = mode.do(canned.table.query(**given))
    assert found["Items"] == [{"id": "1", "n": Decimal("2.5"), "s": {"a"}}]
    sent = canned.sent[0]
    assert sent["KeyConditionExpression"] == "#n0 = :v0"
    assert sent["FilterExpression"] == "(#n1 BETWEEN :v1 AND :v2 AND attribute_exists(#n2.#n3))"
    assert sent["ExpressionAttributeNames"] == {"#mine": "mine", "#n0": "id", "#n1": "n", "#n2": "x", "#n3": "y"}
    assert sent["ExpressionAttributeValues"][":v0"] == {"S": "1"}
    assert sent["ExpressionAttributeValues"][":v2"] == {"N": "3.5"}
    assert sent["ExclusiveStartKey"] == {"id": {"S": "0"}}
    assert given == before
    assert given["ExpressionAttributeValues"] == {":mine": {1, 2}}


def test_conditions_in_a_transaction(mode: Any) -> None:
    canned = Table(mode, {})
    item = {"TableName": "t", "Item": {"id": "1"}, "ConditionExpression": Attr("id").not_exists()}
    mode.do(canned.resource.meta.client.transact_write_items(TransactItems=[{"Put": item}]))
    sent = canned.sent[0]
    put = sent["TransactItems"][0]["Put"]
    assert put["Item"] == {"id": {"S": "1"}}
    assert put["ConditionExpression"] == "attribute_not_exists(#n0)"


def test_a_plain_client_is_left_as_it_is(mode: Any) -> None:
    headers = Headers({"content-type": "application/x-amz-json-1.0"})
    script = [Response(200, headers, b'{"Item": {"id": {"S": "1"}}}', "")]
    kind = AsyncCannedTransport if mode.session_class._asynchronous else CannedTransport
    session = mode.session(transport=lambda options: kind(script))
    client = session.client("dynamodb", **PLACE)
    found = mode.do(client.get_item(TableName="t", Key={"id": {"S": "1"}}))
    assert found["Item"] == {"id": {"S": "1"}}


def test_a_model_in_memory_goes_when_its_user_lets_go() -> None:
    """What changes an operation's values is made once, and lives no longer than the operation."""
    metadata = {"apiVersion": "2024-01-01", "endpointPrefix": "rows", "protocol": "json", "serviceId": "Rows"}
    shapes = {
        "Row": {"type": "structure", "members": {"Cell": {"shape": "AttributeValue"}}},
        "AttributeValue": {"type": "structure", "members": {"S": {"shape": "Text"}}},
        "Text": {"type": "string"},
    }
    operations = {"PutRow": {"name": "PutRow", "input": {"shape": "Row"}}}
    model = osteon.ServiceModel.from_dict({"metadata": metadata, "operations": operations, "shapes": shapes})
    for _ in range(2):
        params = {"Cell": "a"}
        write_values(params=params, model=model.operation_model("PutRow"))
        assert params == {"Cell": {"S": "a"}}
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


# --- batches


def write(mode: Any, table: Any, puts: list[dict[str, Any]], **options: Any) -> None:
    if not mode.session_class._asynchronous:
        with table.batch_writer(**options) as batch:
            for item in puts:
                batch.put_item(Item=item)
        return

    async def written() -> None:
        async with table.batch_writer(**options) as batch:
            for item in puts:
                await batch.put_item(Item=item)

    mode.do(written())


def requests(sent: dict[str, Any]) -> list[str]:
    return [each["PutRequest"]["Item"]["id"]["S"] for each in sent["RequestItems"]["t"]]


def test_a_batch_is_sent_25_at_a_time(mode: Any) -> None:
    canned = Table(mode, {}, {"UnprocessedItems": {}}, {})
    write(mode, canned.table, [{"id": str(number)} for number in range(60)])
    assert [len(requests(sent)) for sent in canned.sent] == [25, 25, 10]


def test_what_was_not_processed_is_sent_again(mode: Any) -> None:
    unprocessed = {"UnprocessedItems": {"t": [{"PutRequest": {"Item": {"id": {"S": "1"}}}}]}}
    canned = Table(mode, unprocessed, unprocessed, {})
    write(mode, canned.table, [{"id": "0"}, {"id": "1"}])
    assert [requests(sent) for sent in canned.sent] == [["0", "1"], ["1"], ["1"]]


def test_a_flush_that_fails_ends_the_block(mode: Any) -> None:
    canned = Table(mode, {}, {})
    canned.canned.answers.appendleft(Response(400, Headers(), b'{"__type":"x#ValidationException","message":"no"}', ""))
    with pytest.raises(ClientError, match="ValidationException"):
        write(mode, canned.table, [{"id": str(number)} for number in range(30)])
    assert [len(requests(sent)) for sent in canned.sent] == [25]  # the block ended at its first flush


def test_an_error_in_the_block_passes_and_what_was_put_is_sent() -> None:
    canned = Table(Sync(), {})

    def interrupted() -> None:
        with canned.table.batch_writer() as batch:
            batch.put_item(Item={"id": "1"})
            raise LookupError

    with pytest.raises(LookupError):
        interrupted()
    assert [requests(sent) for sent in canned.sent] == [["1"]]


def test_any_client_that_writes_batches_will_do() -> None:
    asked: list[Any] = []

    class Client:
        def batch_write_item(self, **params: Any) -> dict[str, Any]:
            asked.append(params)
            return {"UnprocessedItems": {}}

    with BatchWriter("t", Client(), flush_amount=2) as batch:
        for number in range(3):
            batch.put_item(Item={"id": number})
        batch.delete_item(Key={"id": 9})
    assert [len(each["RequestItems"]["t"]) for each in asked] == [2, 2]
    assert asked[1]["RequestItems"]["t"][1] == {"DeleteRequest": {"Key": {"id": 9}}}


def test_a_later_request_for_a_key_replaces_an_earlier_one(mode: Any) -> None:
    canned = Table(mode, {})
    puts = [{"id": "0", "n": 1}, {"id": "1", "n": 2}, {"id": "0", "n": 3}]
    write(mode, canned.table, puts, overwrite_by_pkeys=["id"])
    assert requests(canned.sent[0]) == ["1", "0"]
    assert canned.sent[0]["RequestItems"]["t"][1]["PutRequest"]["Item"]["n"] == {"N": "3"}
