"""DynamoDB resources: Python values and conditions in calls and answers, batch_writer. Clients stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, TypeAlias, cast

from osteon.aws.customizations.dynamodb_conditions import ConditionBase, ConditionExpressionBuilder
from osteon.aws.customizations.dynamodb_values import TypeDeserializer, TypeSerializer
from osteon.events.admission import Registration
from osteon.flow import Flow, Sleep
from osteon.model.service import OperationModel
from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.pipeline.client_flows import call, run
from osteon.sharing import Lock
from osteon.transport.blocking import BlockingTransport
from osteon.transport.runner import Runner

#: A value with all that is to be changed in it changed; the one given stays as it is.
_Change: TypeAlias = Callable[[Any], Any]


# --- the change of a value, by its shape


def _change(
    shape: Shape | None, own: Callable[[Shape], _Change | None], within: tuple[str, ...] = ()
) -> _Change | None:
    """What changes all values in ``shape`` whose own shapes have a change; None where there are none."""
    if shape is None or shape.name in within:
        return None
    change = own(shape)
    if change is not None:
        return change
    within = (*within, shape.name)
    if isinstance(shape, StructureShape):
        found = {name: _change(member, own, within) for name, member in shape.members.items()}
        return _of_members({name: inner for name, inner in found.items() if inner is not None})
    if isinstance(shape, ListShape | MapShape):
        inner = _change(shape.member if isinstance(shape, ListShape) else shape.value, own, within)
        return None if inner is None else _of_items(inner)
    return None


# What is of another type than the shape's is left as it is: validation tells of it, by its path.


def _of_members(changes: Mapping[str, _Change]) -> _Change | None:
    def change(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        changed = dict(cast("Mapping[str, Any]", value))
        for name, inner in changes.items():
            if name in changed:
                changed[name] = inner(changed[name])
        return changed

    return change if changes else None


def _of_items(inner: _Change) -> _Change:
    def change(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: inner(item) for name, item in cast("Mapping[str, Any]", value).items()}
        return [inner(item) for item in cast("list[Any]", value)] if isinstance(value, list | tuple) else value

    return change


_serializer, _deserializer = TypeSerializer(), TypeDeserializer()
#: conditions' shapes, and whether only keys may stand in them
_CONDITIONS = {"ConditionExpression": False, "KeyExpression": True}


def _apply(make: Callable[[OperationModel], _Change | None], model: OperationModel, values: dict[str, Any]) -> None:
    """Change ``values`` in place. What changes them is made once for a model, and goes when that goes."""
    kept: dict[str, _Change | None] = model.service_model.kept.setdefault(make, {})
    if model.name not in kept:
        kept[model.name] = make(model)
    change = kept[model.name]
    if change is not None:
        values.update(change(values))


def _conditions(operation: OperationModel) -> _Change | None:
    return _change(operation.input_shape, _of_conditions)


def _values_in(operation: OperationModel) -> _Change | None:
    return _change(operation.input_shape, lambda shape: _serializer.serialize if _is_value(shape) else None)


def _values_out(operation: OperationModel) -> _Change | None:
    return _change(operation.output_shape, lambda shape: _deserializer.deserialize if _is_value(shape) else None)


def _is_value(shape: Shape) -> bool:
    return shape.name == "AttributeValue"


def _of_conditions(shape: Shape) -> _Change | None:
    """For a structure with conditions: writes them; what their placeholders stand for joins its names and values."""
    if not isinstance(shape, StructureShape):
        return None
    places = {name: _CONDITIONS[member.name] for name, member in shape.members.items() if member.name in _CONDITIONS}

    def change(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        builder, changed = ConditionExpressionBuilder(), dict(cast("Mapping[str, Any]", value))
        for name in [name for name in changed if name in places]:
            if isinstance(changed[name], ConditionBase):
                built = builder.build_expression(changed[name], is_key_condition=places[name])
                changed[name] = built.condition_expression
                _join(changed, "ExpressionAttributeNames", built.attribute_name_placeholders)
                _join(changed, "ExpressionAttributeValues", built.attribute_value_placeholders)
        return changed

    return change if places else None


def _join(params: dict[str, Any], name: str, found: Mapping[str, Any]) -> None:
    if found:
        params[name] = {**params.get(name, {}), **found}


# --- handlers of calls, on the clients of resources


def write_conditions(params: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
    """Conditions become expressions."""
    _apply(_conditions, model, params)


def write_values(params: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
    """Python values become attribute values."""
    _apply(_values_in, model, params)


def read_values(parsed: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
    """Attribute values become Python values."""
    _apply(_values_out, model, parsed)


class HighLevelInterface:
    """Joins the bases of every DynamoDB resource: its client then speaks in Python values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        resource: Any = self
        register = resource.meta.client.meta.events.register
        # By unique ids, since every resource of the client comes here.
        register("before-parameter-build.dynamodb", write_conditions, unique_id="dynamodb-condition-expression")
        register("before-parameter-build.dynamodb", write_values, unique_id="dynamodb-attr-value-input")
        register("after-call.dynamodb", read_values, unique_id="dynamodb-attr-value-output")


# --- batch_writer

#: seconds before what DynamoDB did not take is sent again; doubled while nothing is taken
_PAUSE, _LONGEST_PAUSE = 0.05, 5.0


class _Writer:
    """Puts and deletes of one table, sent ``flush_amount`` at a time. Its client is a DynamoDB resource's.

    Threads may share it: what each adds is sent once, in no order among them.
    """

    def __init__(
        self,
        table_name: str,
        client: Any,
        flush_amount: int = 25,
        overwrite_by_pkeys: Iterable[str] | None = None,
    ) -> None:
        """``overwrite_by_pkeys``: the names of the key's attributes, by which a later request replaces an earlier."""
        self._table_name = table_name
        self._client = client
        self._flush_amount = flush_amount
        self._keys = tuple(overwrite_by_pkeys or ())
        # Both guarded by _lock.
        self._items_buffer: list[dict[str, Any]] = []
        self._pause = 0.0
        self._lock = Lock()

    def _run(self, flow: Flow[None]) -> Any:
        raise NotImplementedError

    def put_item(self, Item: Mapping[str, Any]) -> Any:
        """Put an item, now or with those that follow (awaitable on an async table)."""
        return self._run(self._added({"PutRequest": {"Item": Item}}, Item))

    def delete_item(self, Key: Mapping[str, Any]) -> Any:
        """Delete an item, now or with those that follow (awaitable on an async table)."""
        return self._run(self._added({"DeleteRequest": {"Key": Key}}, Key))

    def _flush(self) -> Any:
        """Send what comes first. Not public, but programs written for boto3 use it."""
        with self._lock:
            batch = self._taken()
        return self._run(self._sent(batch))

    def _added(self, request: dict[str, Any], attributes: Mapping[str, Any]) -> Flow[None]:
        key = [attributes[name] for name in self._keys]
        with self._lock:
            if key:
                self._items_buffer = [held for held in self._items_buffer if self._key(held) != key]
            self._items_buffer.append(request)
            batch = self._taken() if len(self._items_buffer) >= self._flush_amount else []
        if batch:
            yield from self._sent(batch)

    def _taken(self) -> list[dict[str, Any]]:
        """What comes first, no longer held here."""
        held, size = self._items_buffer, self._flush_amount
        batch, self._items_buffer = held[:size], held[size:]
        return batch

    def _key(self, request: dict[str, Any]) -> list[Any]:
        attributes = request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"]
        return [attributes[name] for name in self._keys]

    def _sent(self, batch: list[dict[str, Any]]) -> Flow[None]:
        """Send a batch; what DynamoDB does not take comes last."""
        if self._pause:
            yield Sleep(self._pause)
        answer = yield from call(self._client, "batch_write_item", (), {"RequestItems": {self._table_name: batch}})
        unprocessed: dict[str, Any] = answer.get("UnprocessedItems") or {}
        left = unprocessed.get(self._table_name, [])
        with self._lock:
            self._pause = min(self._pause * 2 or _PAUSE, _LONGEST_PAUSE) if left else 0.0
            self._items_buffer.extend(left)

    def _drained(self) -> Flow[None]:
        while self._items_buffer:
            with self._lock:
                batch = self._taken()
            yield from self._sent(batch)


#: For any client that has batch_write_item, one of another library among them.
_RUNNER = Runner(BlockingTransport())


class BatchWriter(_Writer):
    """For ``with``: what is still to be sent is sent at its end, after an error too, as boto3 does."""

    def _run(self, flow: Flow[None]) -> None:
        _RUNNER.run(flow)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._run(self._drained())


class AsyncBatchWriter(_Writer):
    """:class:`BatchWriter` for ``async with``; its methods are awaitable."""

    def _run(self, flow: Flow[None]) -> Any:
        return run(self._client, flow)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._run(self._drained())


def batch_writer(self: Any, overwrite_by_pkeys: Iterable[str] | None = None) -> BatchWriter | AsyncBatchWriter:
    """A writer of many items, for ``with`` (``async with`` on an async table).

    ``overwrite_by_pkeys``: the names of the key's attributes, by which a later request replaces an earlier one.
    """
    kind = AsyncBatchWriter if hasattr(self.meta.client, "__aenter__") else BatchWriter
    return kind(self.name, self.meta.client, overwrite_by_pkeys=overwrite_by_pkeys)


# --- handlers of classes


def add_high_level_interface(base_classes: list[type[Any]], **kwargs: Any) -> None:
    base_classes.insert(0, HighLevelInterface)


def add_batch_writer(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes["batch_writer"] = batch_writer


HANDLERS = (
    Registration("creating-resource-class.dynamodb", add_high_level_interface),
    Registration("creating-resource-class.dynamodb.Table", add_batch_writer),
)
