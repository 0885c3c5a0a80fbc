"""What a client is made of, and its ``meta``: records only. How a class is made, what a call does: elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, Protocol

from typing_extensions import TypeVar

from osteon.config import Config
from osteon.events.emitter import Emitter
from osteon.flow import Flow
from osteon.model.loader import Loader
from osteon.model.service import ServiceModel
from osteon.pipeline.phases import Components

#: the emitter as generated types narrow it
EventsT = TypeVar("EventsT", covariant=True, default=Emitter)


class FlowRunner(Protocol):
    """What drives a client's flows: to a value on a sync client, to an awaitable on an async one."""

    def run(self, flow: Flow[Any], /) -> Any: ...

    def close(self) -> Any: ...


class ClientMeta(NamedTuple, Generic[EventsT]):
    """``client.meta``: what the client was made of."""

    events: EventsT
    service_model: ServiceModel
    #: Python method name to operation name
    method_to_api_mapping: Mapping[str, str]
    region_name: str | None
    endpoint_url: str | None
    config: Config
    partition: str | None


class ClientParts(NamedTuple):
    """What a client class is instantiated with."""

    meta: ClientMeta
    components: Components
    runner: FlowRunner
    #: finds the paginators and waiters; None for a model that was handed over in memory
    loader: Loader | None
