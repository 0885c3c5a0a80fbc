"""Every line that ends in # E must be an error, and no other."""

from __future__ import annotations

from typing import Any

from typed.aws import AsyncSession, Session
from typed.aws.s3 import ListObjectsV2Params, ListObjectsV2Request, PutObjectParams

from osteon.events import OperationModel
from osteon.flow import Flow
from osteon.http import PreparedRequest, Request, Response

session, asynchronous = Session(), AsyncSession()
s3, async_s3 = session.client("s3"), asynchronous.client("s3")
events, client_events = session.events, s3.meta.events
listed = client_events.provide_client_params.list_objects_v2


def fine(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Request | None: ...
def texts(params: ListObjectsV2Params, **kwargs: str) -> None: ...
def positional(params: ListObjectsV2Params, /, **kwargs: Any) -> None: ...
def wants_more(params: ListObjectsV2Params, extra: int, **kwargs: Any) -> None: ...
def number(params: ListObjectsV2Params, **kwargs: Any) -> int: return 1
def listing(params: list[str], **kwargs: Any) -> None: ...
def wrong_model(params: ListObjectsV2Params, model: str, **kwargs: Any) -> None: ...
def not_whole(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Params: return params
def needs_request(params: ListObjectsV2Request, **kwargs: Any) -> None: ...
def no_flow(params: ListObjectsV2Params, **kwargs: Any) -> Flow[PutObjectParams]: raise NotImplementedError
async def awaited(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Request | None: ...
async def awaits_less(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Params: return params
async def awaits_sent(request: PreparedRequest, **kwargs: Any) -> Response | None: ...
async def awaits_text(request: PreparedRequest, **kwargs: Any) -> str: return ""
def created(request: Request, **kwargs: Any) -> None: ...
def prepared(request: PreparedRequest, **kwargs: Any) -> None: ...
def sent(request: PreparedRequest, **kwargs: Any) -> Response | None: ...
def text(**kwargs: Any) -> str: return ""
def called(model: OperationModel, **kwargs: Any) -> dict[str, Any]: return {}
def bare() -> None: ...
def attributes(class_attributes: dict[str, Any], **kwargs: Any) -> None: ...
def listed_attributes(class_attributes: list[Any], **kwargs: Any) -> None: ...
def no_more(class_attributes: dict[str, Any], base_classes: list[type[Any]]) -> None: ...
def retried(attempts: str, **kwargs: Any) -> float: return 1


listed.register(texts)  # E
listed.register(positional)  # E
listed.register(wants_more)  # E
listed.register(number)  # E
listed.register(listing)  # E
listed.register(wrong_model)  # E
listed.register(not_whole)  # E
listed.register(needs_request)  # E
listed.register(no_flow)  # E
listed.register(awaited)  # E
listed.register(fine, unique_id=3)  # E
listed.register()  # E
listed.register_first(bare)  # E
listed.register_last(None)  # E
listed(bare)  # E
client_events.hooks["provide-client-params.s3.ListObjectsV2"].register(number)  # E
client_events.hooks["provide-client-params.s3.list_objects_v2"]  # E
client_events.hooks["provide-client-params.ec2.RunInstances"]  # E
client_events.hooks["provide-client-parms.s3.ListObjectsV2"]  # E
client_events.provide_client_params.ListObjectsV2  # E
client_events.provide_client_params.any_operation.register(number)  # E
events.provide_client_params.s4  # E
events.provide_client_params.s3.list_object  # E
events.provide_client_params.s3.list_objects_v2.register(number)  # E
events.hooks["provide-client-params.s3.ListObjectsV2"].register(needs_request)  # E
asynchronous.events.provide_client_params.s3.list_objects_v2.register(awaits_less)  # E
async_s3.meta.events.provide_client_params.list_objects_v2.register(awaits_less)  # E
async_s3.meta.events.provide_client_params.list_objects_v2.register(number)  # E

client_events.request_created.put_object.register(prepared)  # E
client_events.before_send.put_object.register(text)  # E
client_events.before_send.put_object.register(awaits_sent)  # E
async_s3.meta.events.before_send.put_object.register(awaits_text)  # E
events.before_send.s3.put_object.register(created)  # E
events.before_send.s3.put_objects  # E
events.before_sends  # E
client_events.before_call.put_object.register(called)  # E
client_events.needs_retry.put_object(retried)  # E
client_events.needs_retry.put_object(text)  # E
client_events.choose_signer.put_object(number)  # E
client_events.before_endpoint_resolution.register(bare)  # E
client_events.hooks["before-send.s3.PutObject"].register(text)  # E
client_events.hooks["before-send.s3.PutObjet"]  # E
events.hooks["before-sent"]  # E
events.hooks["before-send"].register(text)  # E

events.creating_client_class.s3.register(bare)  # E
events.creating_client_class.s3.register(no_more)  # E
events.creating_client_class.s3.register(listed_attributes)  # E
events.creating_client_class.s33  # E
events.creating_resource_class.s3.Buckets  # E
events.creating_resource_class.s3.Bucket.register(bare)  # E
events.creating_resource_class.sqs.Bucket  # E
events.creating_resource_class.bedrock_runtime  # E
events.hooks["creating-client-class.s3"].register(listed_attributes)  # E
events.hooks["creating-resource-class.s3.Buckets"]  # E
events.hooks["creating-client-class.s33"]  # E
events.choose_service_name.register(number)  # E
events.getattr.s3.x.register(bare)  # E
events.register("x")  # E
events.register("x", 3)  # E
events.unregister(attributes)  # E


@events.creating_client_class.s3  # E
def decorated(class_attributes: int, **kwargs: Any) -> None: ...


@client_events.before_send.get_object  # E
async def on_sync(request: PreparedRequest, **kwargs: Any) -> Response | None: ...
