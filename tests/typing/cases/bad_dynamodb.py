"""Every line that ends in # E must be an error, and no other."""

from __future__ import annotations

from typing import Any

from typed.aws import AsyncSession, Session
from typed.aws.dynamodb import DeleteItemParams, PutItemParams, PutItemRequest, QueryRequest, Table

from osteon.dynamodb.conditions import Attr, Key

session = Session()
dynamodb, resource = session.client("dynamodb"), session.resource("dynamodb")
table = resource.Table("t")

dynamodb.put_item(TableName="t", Item={"id": "1"})  # E
dynamodb.put_item(TableName="t", Item={"id": {"S": 1}})  # E
dynamodb.put_item(TableName="t", Item={"l": {"L": [{"L": [{"BOOL": "x"}]}]}})  # E
dynamodb.query(TableName="t", KeyConditionExpression=Key("id").eq(1))  # E
dynamodb.query(TableName="t", Select="SOME")  # E
dynamodb.query(KeyConditionExpression="x")  # E
dynamodb.create_table(TableName="t", AttributeDefinitions=[{"AttributeName": "id"}], KeySchema=[])  # E
dynamodb.get_paginator("put_item")  # E
dynamodb.get_waiter("table_exist")  # E
dynamodb.get_waiter("table_exists").wait()  # E
dynamodb.generate_presigned_url("get_itm")  # E
dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": "t"}}])  # E
dynamodb.batch_writer  # E
request: QueryRequest = {"IndexName": "i"}  # E
request["Limit"] = "3"  # E
dynamodb.get_item(TableName="t", Key={})["Item"]["id"]["T"]  # E

table.put_item(Item={"id": 1.5})  # E
table.put_item(Item={"deep": [{"deeper": [1.5]}]})  # E
table.put_item(Item={"id": object()})  # E
table.put_item(Item={1: "id"})  # E
table.put_item(Item={"mixed": {1, "a"}})  # E
table.put_item(TableName="t", Item={})  # E
table.put_item()  # E
table.put_item(Item={"id": "1"}, ConditionExpression=Attr("id"))  # E
table.put_item(Item={"id": "1"}, ReturnValues="OLD")  # E
table.get_item(Key={"id": "1"})["Item"]["n"] + 1  # E
table.query(KeyConditionExpression=1)  # E
table.query(FilterExpression=Attr("a").eq(1.5))  # E
table.scan(FilterExpression=Attr("a") & Attr("b"))  # E
table.scan(Limit="1")  # E
Attr("a").eq(1) and Attr("b").equals(1)  # E
Key("a").contains("b")  # E
Attr("a").between(1)  # E
with table.batch_writer(overwrite_by_pkeys=3) as batch:  # E
    batch.put_item(Item={"id": 1.5})  # E
    batch.put(Item={})  # E
    batch.delete_item(Item={})  # E
resource.Table(3)  # E
resource.Table("t").item_counts  # E
resource.batch_get_item(RequestItems={"t": {"Key": []}})  # E
resource.tables.filter(Limit=1, Names="x")  # E
resource.tables.delete()  # E
table.wait_until_exist()  # E


async def asynchronous() -> None:
    own = AsyncSession().resource("dynamodb").Table("t")
    (await own.get_item(Key={"id": 1.5})).get("Item")  # E
    own.get_item(Key={"id": 1}).get("Item")  # E
    with own.batch_writer() as batch:  # E
        pass
    async with own.batch_writer() as batch:
        await batch.put_item(Item={"id": 1.5})  # E
    for _ in AsyncSession().resource("dynamodb").tables.all():  # E
        pass


def answers(params: PutItemParams, **kwargs: Any) -> PutItemRequest:
    return {"TableName": "t", "Item": {"id": 1}}  # E


def of_another(params: DeleteItemParams, **kwargs: Any) -> None: ...
def no_keywords(params: PutItemParams, model: Any) -> None: ...


dynamodb.meta.events.provide_client_params.put_item.register(of_another)  # E
dynamodb.meta.events.provide_client_params.put_item(no_keywords)  # E
dynamodb.meta.events.provide_client_params.put_item.register_last(no_keywords)  # E
dynamodb.meta.events.provide_client_params.put_item.register_fist(no_keywords)  # E


class Orders(Table):
    def put_item(self, Item: int) -> None: ...  # E


resource.make(Orders)  # E
resource.make(Orders, 3)  # E
