"""Every line that ends in # E must be an error, and no other."""

from __future__ import annotations

from typing import Any

from typed.aws import Session
from typed.aws.dynamodb import DynamoDBResource, GetItemParams, PutItemParams, PutItemRequest, Table
from typed.aws.ec2 import RunInstancesParams
from typed.aws.sqs import SQSClient

from osteon.http import Response

session = Session()
dynamodb, ec2, sqs = session.client("dynamodb"), session.client("ec2"), session.client("sqs")
hook = dynamodb.meta.events.provide_client_params.put_item


def of_another(params: GetItemParams, **kwargs: Any) -> None: ...
def partial(params: PutItemParams, **kwargs: Any) -> PutItemParams | None: ...
def strict(params: PutItemParams) -> None: ...
def misspelt(param: PutItemParams, **kwargs: Any) -> None: ...
async def awaited(params: PutItemParams, **kwargs: Any) -> None: ...
def answers(request: str, **kwargs: Any) -> Response | None: ...
def wrong_answer(**kwargs: Any) -> str: return ""
def instances(params: RunInstancesParams, **kwargs: Any) -> int: return 1


def incomplete(params: PutItemParams, **kwargs: Any) -> PutItemRequest:
    params["Tablename"] = "x"  # E
    return {"TableName": "t"}  # E


hook.register(of_another)  # E
hook.register(partial)  # E
hook.register(strict)  # E
hook.register(misspelt)  # E
hook.register(awaited)  # E
hook.register("put_item")  # E
dynamodb.meta.events.provide_client_params.put_itm  # E
dynamodb.meta.events.hooks["provide-client-params.dynamodb.PutItems"]  # E
dynamodb.meta.events.before_send.put_item.register(answers)  # E
dynamodb.meta.events.before_send.put_item.register(wrong_answer)  # E
dynamodb.meta.events.before_sent  # E
ec2.meta.events.provide_client_params.run_instances.register(instances)  # E
session.events.provide_client_params.dynamo  # E
session.events.hooks["creating-client-class.dynamo"]  # E
session.events.hooks["creating-client-class.dynamodb"].register(strict)  # E


class Queue(SQSClient):
    def send_message(self, text: str) -> None: ...  # E


session.client(Table)  # E
session.resource("dynamodb").Table()  # E
session.resource("dynamodb").Tables  # E
session.resource("dynamodb").Table("t").nme  # E
session.resource("dynamodb").Table("t").put_item(Itm={})  # E


class MyDynamo(DynamoDBResource):
    def Table(self, name: str) -> Table:
        return self.make(Table, nam=name)  # E
