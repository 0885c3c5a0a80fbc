"""What must check clean: handlers of every kind and family, extensions by class, resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

from typed.aws import AsyncSession, Session
from typed.aws.dynamodb import DynamoDBResource, PutItemParams, PutItemRequest, Table
from typed.aws.ec2 import EC2Resource
from typed.aws.harbor import GetShipResponse, HarborClient, HarborResource
from typed.aws.s3 import Bucket, ListObjectsParams, ListObjectsRequest
from typing_extensions import override

from osteon.events import OperationModel
from osteon.flow import Flow
from osteon.http import PreparedRequest, Request, Response

session = Session()
dynamodb, harbor = session.client("dynamodb"), session.client("harbor")


def prefix(params: PutItemParams, model: OperationModel, **kwargs: Any) -> PutItemRequest | None:
    return {"TableName": f"dev-{params.get('TableName', model.name)}", "Item": {}}


def flow(params: ListObjectsParams, **kwargs: Any) -> Flow[ListObjectsRequest | None]:
    yield from ()
    return {"Bucket": "b"}


def anything(params: dict[str, Any], **kwargs: Any) -> None: ...
def wide(params: Mapping[str, object], **kwargs: object) -> None: ...
def every(**kwargs: Any) -> None: ...
async def awaited(params: ListObjectsParams, **kwargs: Any) -> ListObjectsRequest | None: ...


dynamodb.meta.events.provide_client_params.put_item.register(prefix)
dynamodb.meta.events.provide_client_params.put_item.register_first(wide, unique_id="w")
dynamodb.meta.events.provide_client_params.put_item.register_last(every)
dynamodb.meta.events.provide_client_params.put_item.unregister(wide)
dynamodb.meta.events.provide_client_params.any_operation.register(anything)
dynamodb.meta.events.hooks["provide-client-params.dynamodb.PutItem"].register(prefix)
dynamodb.meta.events.hooks["provide-client-params.dynamodb.*"].register(anything)
session.client("s3").meta.events.provide_client_params.list_objects.register(flow)
AsyncSession().client("s3").meta.events.provide_client_params.list_objects.register(awaited)
session.events.provide_client_params.s3.list_objects.register(flow)
session.events.hooks["provide-client-params.harbor.GetShip"].register(every)
session.events.hooks["provide-client-params.*.*"].register(anything)


def sent(request: PreparedRequest, **kwargs: Any) -> Response | None:
    return Response(200) if request.method == "GET" else None


def created(request: Request, operation_name: str, **kwargs: Any) -> None:
    request.headers["x-operation"] = operation_name


def retry(attempts: int, **kwargs: Any) -> float | None:
    return 0.5 if attempts < 3 else None


def attribute(client: Any, **kwargs: Any) -> object:
    return client


harbor.meta.events.before_send.get_ship.register(sent)
harbor.meta.events.before_send.any_operation(sent)
harbor.meta.events.request_created.get_ship(created)
harbor.meta.events.needs_retry.get_ship(retry)
harbor.meta.events.hooks["before-send.harbor.GetShip"].register(sent)
session.events.before_send.dynamodb.put_item.register(sent)


@session.events.hooks["creating-client-class.s3"]
def attributes(class_attributes: dict[str, Any], base_classes: list[type[Any]], **kwargs: Any) -> None:
    class_attributes["helper"] = 1


class Counting(HarborClient):
    count = 0

    @override
    def get_ship(self, **kwargs: Any) -> GetShipResponse:
        self.count += 1
        return super().get_ship(**kwargs)


assert_type(session.client(Counting).count, int)
assert_type(session.client(Counting).get_ship(ShipId="1"), GetShipResponse)


class Orders(Table):
    def total(self) -> int:
        return len(self.scan().get("Items", []))


class MyDynamo(DynamoDBResource):
    @override
    def Table(self, name: str) -> Orders:
        return self.make(Orders, name)


assert_type(session.resource(MyDynamo).Table("orders").total(), int)
assert_type(session.resource("dynamodb"), DynamoDBResource)
assert_type(session.resource("dynamodb").Table("t"), Table)
for table in session.resource("dynamodb").tables.all():
    assert_type(table, Table)
    assert_type(table.name, str)
for bucket in session.resource("s3").buckets.limit(3):
    assert_type(bucket, Bucket)
    for kept in bucket.objects.filter(Prefix="a"):
        assert_type(kept.key, str)
bucket_ = session.resource("s3").Bucket("b")
bucket_.put_object(Key="k", Body=b"x")
bucket_.objects.filter(Prefix="a").delete()
bucket_.wait_until_exists()
assert_type(session.resource("ec2"), EC2Resource)
assert_type(session.resource("harbor"), HarborResource)
