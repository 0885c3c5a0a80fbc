"""What must check clean: handlers of every family of events, by every door, on clients and sessions of both kinds."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping
from typing import Any, Protocol

from typed.aws import AsyncSession, Session
from typed.aws.ec2 import RunInstancesParams, RunInstancesRequest
from typed.aws.harbor import GetShipParams, GetShipRequest
from typed.aws.lambda_ import InvokeParams
from typed.aws.s3 import ListBucketsParams, ListBucketsRequest, ListObjectsV2Params, ListObjectsV2Request
from typed.aws.sqs import SendMessageParams, SendMessageRequest

from osteon.events import OperationModel
from osteon.exceptions import ClientError
from osteon.flow import Flow, Sleep
from osteon.http import PreparedRequest, Request, Response
from osteon.model import ServiceModel

session, asynchronous = Session(), AsyncSession()
s3, ec2, sqs = session.client("s3"), session.client("ec2"), session.client("sqs")
async_s3, async_harbor = asynchronous.client("s3"), asynchronous.client("harbor")
client_events, events = s3.meta.events, session.events

# --- parameters


@client_events.provide_client_params.list_objects_v2
def in_place(params: ListObjectsV2Params, **kwargs: Any) -> None:
    params["Bucket"] = "b"
    params.update({"Prefix": "p"})


@ec2.meta.events.provide_client_params.run_instances
def replaced(*, params: RunInstancesParams, model: OperationModel, **_: object) -> RunInstancesRequest:
    return {"MinCount": 1, "MaxCount": params.get("MaxCount", 1), "ImageId": model.name}


@sqs.meta.events.provide_client_params.send_message
def everything(
    params: SendMessageParams, model: OperationModel, context: dict[str, Any], event_name: str, **kwargs: Any
) -> SendMessageRequest | None:
    context["name"] = event_name
    return {"QueueUrl": params.get("QueueUrl", "q"), "MessageBody": model.name} if "MessageBody" not in params else None


@session.events.provide_client_params.lambda_.invoke
def invoked(params: InvokeParams, **kwargs: Any) -> None:
    params.setdefault("InvocationType", "Event")


@client_events.provide_client_params.list_buckets
def optional_only(params: ListBucketsParams, **kwargs: Any) -> ListBucketsRequest:
    return {**params, "MaxBuckets": 3}


@async_s3.meta.events.provide_client_params.list_objects_v2
async def awaited(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Request | None:
    await asyncio.sleep(0)
    return {"Bucket": params.get("Bucket", "b")}


@async_s3.meta.events.provide_client_params.list_objects_v2
def plain_on_async(params: ListObjectsV2Params, **kwargs: Any) -> ListObjectsV2Request | None: ...


@asynchronous.events.provide_client_params.harbor.get_ship
async def awaited_in_place(params: GetShipParams, **kwargs: Any) -> None:
    params["ShipId"] = "1"


@async_harbor.meta.events.hooks["provide-client-params.harbor.GetShip"]
def slow(params: GetShipParams, **kwargs: Any) -> Flow[GetShipRequest | None]:
    yield Sleep(1)
    return {"ShipId": params.get("ShipId", "1")}


def keep(names: list[str], params: ListObjectsV2Params, **kwargs: Any) -> None:
    names.append(params.get("Bucket", ""))


class Keeper:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def __call__(self, params: Mapping[str, object], **kwargs: object) -> None:
        self.seen.append(params)

    @classmethod
    def made(cls, params: dict[str, Any], **kwargs: Any) -> dict[str, Any] | None:
        return params or None

    @staticmethod
    def still(**kwargs: Any) -> None: ...


client_events.provide_client_params.list_objects_v2.register(functools.partial(keep, []))
for handler in (Keeper(), Keeper.still):
    client_events.provide_client_params.list_objects_v2.register_first(handler, unique_id="k")
client_events.provide_client_params.list_objects_v2.register_last(Keeper.made)
client_events.provide_client_params.any_operation.register(Keeper.made)
client_events.hooks["provide-client-params.s3"].register(Keeper.made)
client_events.hooks["provide-client-params.*.*"].register(Keeper())
events.hooks["provide-client-params"].register(Keeper())
events.provide_client_params.any_service.any_operation.register(Keeper())


# --- requests


def created(request: Request, **kwargs: Any) -> None:
    request.headers.add_header("X-Trace", "1")
    request.url += "?x"


def signed(
    request: Request, signing_name: str, region_name: str | None, signature_version: str, request_signer: Any,
    operation_name: str, **kwargs: Any,
) -> None:  # fmt: skip
    print(request.method, signing_name, region_name, signature_version, request_signer, operation_name)


def unsigned(signature_version: str, **kwargs: Any) -> str | None:
    return "none" if signature_version == "v4" else None


def cached(request: PreparedRequest, **kwargs: Any) -> Response | None:
    return Response(200, {"a": "b"}, b"", request.url) if request.method == "GET" else None


def never(request: PreparedRequest, **kwargs: Any) -> None: ...


def counted(params: Any, model: OperationModel, **kwargs: Any) -> tuple[Response, dict[str, Any]] | None:
    return (Response(200), {}) if model.name == "ListBuckets" else None


def resolved(builtins: dict[str, Any], params: dict[str, Any], **kwargs: Any) -> None:
    builtins["AWS::Region"] = params.get("Bucket")


def built(params: dict[str, Any], model: OperationModel, **kwargs: Any) -> None: ...


def serializing(serializer_kwargs: dict[str, Any], service_model: ServiceModel, **kwargs: Any) -> None:
    serializer_kwargs["x"] = service_model.service_name


client_events.request_created.put_object.register(created)
client_events.before_sign.put_object.register(signed, unique_id="s")
client_events.choose_signer.put_object.register(unsigned)
client_events.before_send.put_object(cached)
client_events.before_send.any_operation.register_last(never)
client_events.before_call.list_buckets.register(counted)
client_events.before_parameter_build.put_object.register(built)
client_events.before_endpoint_resolution.register(resolved)
client_events.creating_serializer.register(serializing)
events.request_created.s3.put_object(created)
events.before_send.any_service.any_operation.register(cached)
events.before_endpoint_resolution.s3.register(resolved)
events.creating_serializer.any_service.register(serializing)
events.hooks["request-created"].register(created)
events.hooks["before-sign.s3"].register(signed)
events.hooks["before-send.s3.PutObject"].register(cached)
events.hooks["before-send.*.*"].register(never)
client_events.hooks["before-call.s3.*"].register(counted)
client_events.hooks["before-endpoint-resolution.s3"].register(resolved)


@async_s3.meta.events.before_send.get_object
async def fetched(request: PreparedRequest, **kwargs: Any) -> Response | None:
    await asyncio.sleep(0)
    return None


@asynchronous.events.before_call.s3.get_object
async def answered(model: OperationModel, **kwargs: Any) -> tuple[Response, dict[str, Any]] | None: ...


@asynchronous.events.hooks["request-created.s3.*"]
async def traced(request: Request, **kwargs: Any) -> None: ...


# --- answers


def parsed(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **kwargs: Any) -> None: ...


def received(
    response_dict: dict[str, Any] | None, parsed_response: dict[str, Any] | None, exception: Exception | None,
    context: dict[str, Any], **kwargs: Any,
) -> None: ...  # fmt: skip


def retried(
    response: tuple[Any, dict[str, Any]] | None, attempts: int, caught_exception: Exception | None, **kwargs: Any
) -> float | None:
    return 0.5 if attempts < 3 and isinstance(caught_exception, ClientError) else None


def whole_seconds(attempts: int, **kwargs: Any) -> int:
    return attempts


def called(parsed: dict[str, Any], http_response: Response, model: OperationModel, **kwargs: Any) -> None:
    parsed["Status"] = http_response.status_code


def failed(exception: Exception, context: dict[str, Any], **kwargs: Any) -> None: ...


client_events.before_parse.get_object(parsed)
client_events.response_received.get_object(received)
client_events.needs_retry.get_object(retried)
client_events.needs_retry.get_object(whole_seconds)
client_events.after_call.get_object(called)
# pyright takes a lambda's parameters in the order of the event's, and knows nothing of its **kwargs.
client_events.after_call.get_object.register(
    lambda parsed, **kwargs: parsed.clear()  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]
)
client_events.after_call_error.get_object(failed)
events.after_call.s3.get_object.register(called)
events.needs_retry.ec2.run_instances.register(retried)
client_events.hooks["needs-retry.s3.GetObject"].register(retried)


# --- classes and attributes


def attributes(class_attributes: dict[str, Any], base_classes: list[type[Any]], **kwargs: Any) -> None:
    class_attributes["x"] = base_classes


def resources(class_attributes: dict[str, Any], service_context: Any, **kwargs: Any) -> None:
    class_attributes["context"] = service_context


def supplied(client: Any, event_name: str, **kwargs: Any) -> object:
    return client if event_name.endswith("x") else None


def renamed(service_name: str, **kwargs: Any) -> str | None:
    return "s3" if service_name == "storage" else None


events.creating_client_class.s3.register(attributes)
events.creating_client_class.any_service(attributes)
events.creating_resource_class.s3.Bucket.register(resources)
events.creating_resource_class.s3.ServiceResource.register(attributes)
events.creating_resource_class.dynamodb.any_resource.register(resources)
events.creating_resource_class.any_service.any_resource.register(resources)
events.getattr.s3.x.register(supplied)
events.choose_service_name.register(renamed)
client_events.getattr.x.register(supplied)
events.hooks["creating-client-class"].register(attributes)
events.hooks["creating-client-class.*"].register(attributes)
events.hooks["creating-resource-class.s3.*"].register(attributes)
events.hooks["choose-service-name"].register(renamed)
events.hooks["getattr.s3"].register(supplied)


@session.events.creating_client_class.s3
def methods(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    original = class_attributes["list_buckets"]

    def list_buckets(self: Any, **kwargs: Any) -> Any:
        return original(self, **kwargs)

    class_attributes["list_buckets"] = list_buckets


# --- names as text: anything goes


class Handling(Protocol):
    def __call__(self, **kwargs: Any) -> Any: ...


def register(handler: Handling, *names: str) -> None:
    for name in names:
        events.register(name, handler)
        events.register_first(name, handler, unique_id=name)
        events.unregister(name, handler)
        client_events.register_last(name, handler)


register(Keeper.still, "before-send.s3", f"provide-client-params.{s3.SERVICE}.ListBuckets")
for heard, told in client_events.emit("my.event", detail=3):
    print(heard, told)
found, response = client_events.emit_until_response("my.event")
