"""What must check clean: DynamoDB, whose clients speak in attribute values and whose resources in Python's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, assert_type

from typed.aws import AsyncSession, Session
from typed.aws.dynamodb import (
    AsyncDynamoDBResource,
    AsyncTable,
    AttributeValue,
    BatchGetItemResponse,
    ConditionalCheckFailedException,
    DynamoDBClient,
    DynamoDBResource,
    PutItemParams,
    PutItemRequest,
    QueryRequest,
    QueryResponse,
    ResourceQueryRequestOptions,
    ResourceQueryResponse,
    ScanResponse,
    Table,
    TransactWriteItemIn,
    WriteRequest,
)
from typing_extensions import Unpack

from osteon.dynamodb.conditions import Attr, ConditionBase, Key
from osteon.dynamodb.table import AsyncBatchWriter, BatchWriter
from osteon.dynamodb.types import Binary, TypeDeserializer, TypeSerializer, Value, ValueIn
from osteon.events import OperationModel

session = Session(region_name="eu-west-1")
dynamodb: DynamoDBClient = session.client("dynamodb")

# --- the client

request: QueryRequest = {"TableName": "t", "KeyConditionExpression": "id = :id"}
request["ExpressionAttributeValues"] = {":id": {"S": "1"}}
while True:
    found = dynamodb.query(**request)
    assert_type(found, QueryResponse)
    if "LastEvaluatedKey" not in found:
        break
    request["ExclusiveStartKey"] = found["LastEvaluatedKey"]
items: list[dict[str, AttributeValue]] = dynamodb.scan(TableName="t", Limit=3).get("Items", [])
dynamodb.batch_write_item(RequestItems={"t": [{"PutRequest": {"Item": item}} for item in items]})
left: dict[str, list[WriteRequest]] = dynamodb.batch_write_item(RequestItems={"t": []}).get("UnprocessedItems", {})
dynamodb.batch_write_item(RequestItems=left)
answer = dynamodb.batch_get_item(RequestItems={"t": {"Keys": [{"id": {"S": "1"}}], "ConsistentRead": True}})
assert_type(answer, BatchGetItemResponse)
dynamodb.batch_get_item(RequestItems=answer.get("UnprocessedKeys", {}))
puts: list[TransactWriteItemIn] = [{"Put": {"TableName": "t", "Item": {"id": {"N": "1"}}}}]
puts.append({"ConditionCheck": {"TableName": "t", "Key": {"id": {"N": "2"}}, "ConditionExpression": "x"}})
dynamodb.transact_write_items(TransactItems=puts)
dynamodb.create_table(
    TableName="t",
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    BillingMode="PAY_PER_REQUEST",
)
for page in dynamodb.get_paginator("scan").paginate(TableName="t", PaginationConfig={"MaxItems": 3}):
    assert_type(page, ScanResponse)
dynamodb.get_waiter("table_exists").wait(TableName="t", WaiterConfig={"Delay": 1})
assert_type(dynamodb.generate_presigned_url("get_item", Params={"TableName": "t"}, ExpiresIn=60), str)
try:
    dynamodb.put_item(TableName="t", Item={"b": {"B": b"x"}, "l": {"L": [{"BOOL": True}, {"NULL": True}]}})
except (ConditionalCheckFailedException, dynamodb.exceptions.ResourceNotFoundException) as error:
    print(error.response["Error"], error.code)


def put(**kwargs: Unpack[PutItemRequest]) -> None:
    dynamodb.put_item(**kwargs)


put(TableName="t", Item={})

# --- resources

resource = session.resource("dynamodb")
assert_type(resource, DynamoDBResource)
table = resource.Table("t")
table.put_item(
    Item={
        "id": "1", "n": 1, "d": Decimal("1.5"), "b": b"x", "mutable": bytearray(b"x"), "binary": Binary(b"x"),
        "none": None, "yes": True, "texts": {"a", "b"}, "numbers": {1, Decimal(2)}, "frozen": frozenset({b"x"}),
        "list": [1, "two", None, [Decimal(3)]], "tuple": ("a", 1), "map": {"deep": {"deeper": [{"deepest": b""}]}},
    },
    ConditionExpression=Attr("id").not_exists() | Attr("n").between(1, Decimal(9)) & ~Attr("x").contains("y"),
)  # fmt: skip
item: dict[str, ValueIn] = {"id": "1"}
item["more"] = [1, 2, 3]
table.put_item(Item=item, ReturnValues="ALL_OLD")
names: Mapping[str, list[str]] = {"names": ["a"]}
table.put_item(Item=names)
got = table.get_item(Key={"id": "1"}, ConsistentRead=True).get("Item", {})
assert_type(got, dict[str, Value])
table.put_item(Item=got)
count = got["n"]
if isinstance(count, Decimal):
    assert_type(count + 1, Decimal)
kept = got["binary"]
if isinstance(kept, Binary):
    assert_type(bytes(kept), bytes)
condition: ConditionBase = Key("id").eq("1") & Key("range").begins_with("x")
rows = table.query(KeyConditionExpression=condition, FilterExpression=Attr("size").size().gt(3), IndexName="i")
assert_type(rows, ResourceQueryResponse)
table.query(KeyConditionExpression="id = :id", ExpressionAttributeValues={":id": "1", ":set": {1}})
options: ResourceQueryRequestOptions = {"KeyConditionExpression": condition, "Limit": 3}
options["ExclusiveStartKey"] = rows.get("LastEvaluatedKey", {})
table.query(**options)
if "LastEvaluatedKey" in rows:
    table.scan(ExclusiveStartKey=rows["LastEvaluatedKey"], FilterExpression=Attr("a").is_in(["x", 1]))
changed = table.update_item(
    Key={"id": "1"}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 2}, ReturnValues="UPDATED_NEW"
)
assert_type(changed.get("Attributes"), dict[str, Value] | None)
table.delete_item(Key={"id": "1"}, ConditionExpression=Attr("n").attribute_type("N") & Attr("m").eq(Attr("n")))
with table.batch_writer() as batch:
    assert_type(batch, BatchWriter)
    batch.put_item(Item={"id": "1", "tags": {"a"}})
    batch.delete_item(Key={"id": 2})
with table.batch_writer(overwrite_by_pkeys=["id"]) as unique:
    unique.put_item({"id": "1"})
resource.batch_get_item(RequestItems={"t": {"Keys": [{"id": "1"}], "ProjectionExpression": "id"}})
batched = resource.batch_get_item(RequestItems={"t": {"Keys": [{"id": 1}]}})
assert_type(batched.get("Responses", {})["t"][0]["id"], Value)
resource.batch_get_item(RequestItems=batched.get("UnprocessedKeys", {}))
resource.batch_write_item(RequestItems={"t": [{"PutRequest": {"Item": {"id": 1}}}]})
resource.batch_write_item(RequestItems={"t": [{"DeleteRequest": {"Key": {"id": 2}}}]})
created = resource.create_table(
    TableName="t", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[]
)
assert_type(created, Table)
created.wait_until_exists(WaiterConfig={"MaxAttempts": 3})
created.load()
assert_type(created.item_count, int | None)
if created.table_status == "ACTIVE":
    created.reload()
for each in resource.tables.filter(ExclusiveStartTableName="a").limit(3):
    assert_type(each, Table)
serialized = {name: TypeSerializer().serialize(value) for name, value in item.items()}
dynamodb.put_item(TableName="t", Item=serialized)
one: AttributeValue = TypeSerializer().serialize(Decimal(1))
loose: dict[str, dict[str, Any]] = {"id": TypeSerializer().serialize("1")}
plain = {name: TypeDeserializer().deserialize(value) for name, value in items[0].items()}
resource.meta.client.put_item(TableName="t", Item={"id": 1})


# --- async


async def asynchronous() -> None:
    async with AsyncSession().client("dynamodb") as client:
        async for page in client.get_paginator("query").paginate(TableName="t"):
            assert_type(page, QueryResponse)
        await client.get_waiter("table_not_exists").wait(TableName="t")
    top = AsyncSession().resource("dynamodb")
    assert_type(top, AsyncDynamoDBResource)
    own = top.Table("t")
    assert_type(own, AsyncTable)
    assert_type((await own.get_item(Key={"id": "1"})).get("Item", {})["id"], Value)
    assert_type(await own.query(KeyConditionExpression=Key("id").eq("1")), ResourceQueryResponse)
    async with own.batch_writer(overwrite_by_pkeys=("id",)) as batch:
        assert_type(batch, AsyncBatchWriter)
        await batch.put_item(Item={"id": 1})
        await batch.delete_item(Key={"id": 1})
    async for each in top.tables.all():
        assert_type(each, AsyncTable)
    await own.wait_until_not_exists()
    assert_type(await top.create_table(TableName="t", AttributeDefinitions=[], KeySchema=[]), AsyncTable)


# --- handlers


def audit(params: PutItemParams, model: OperationModel, **kwargs: Any) -> PutItemRequest | None:
    if "TableName" not in params:
        return {"TableName": model.name, "Item": params.get("Item", {})}
    params["ReturnConsumedCapacity"] = "TOTAL"
    del params["TableName"]
    return None


hook = dynamodb.meta.events.provide_client_params.put_item
hook.register(audit)
hook.register_first(audit, "once")
hook.register_last(audit, unique_id="last")
hook.unregister(audit)
hook.unregister(unique_id="last")


@dynamodb.meta.events.hooks["provide-client-params.dynamodb.PutItem"]
def decorated(params: PutItemParams, **kwargs: object) -> None:
    params.setdefault("TableName", "t")


class Orders(Table):
    def open(self) -> list[dict[str, Value]]:
        return self.query(KeyConditionExpression=Key("state").eq("open")).get("Items", [])


class Shop(DynamoDBResource):
    def orders(self) -> Orders:
        return self.make(Orders, "orders")


assert_type(session.resource(Shop).orders().open(), list[dict[str, Value]])
