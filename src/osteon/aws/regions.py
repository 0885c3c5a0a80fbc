"""Which regions and partitions there are, by botocore's endpoints.json. Questions only; resolves no endpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from osteon.exceptions import ModelError, UnknownRegionError
from osteon.model.digests import Digest


class Regions:
    """The partitions of AWS and the regions of its services, from what :func:`condensed` keeps of ``endpoints.json``.

    Raises ValueError, KeyError or TypeError for anything else.
    """

    def __init__(self, kept: Mapping[str, Any], origin: str = "endpoints.json") -> None:
        self._partitions: dict[str, _Partition] = {name: _Partition(*data) for name, data in kept["partitions"].items()}
        self._services: Mapping[str, str] = kept["services"]
        self._first = next(iter(self._partitions), "")

    def partitions(self) -> tuple[str, ...]:
        return tuple(self._partitions)

    def of_service(self, endpoint_prefix: str, partition: str, non_regional: bool) -> list[str]:
        """The regions with an endpoint of the service; with ``non_regional`` also names such as ``aws-global``."""
        service = self._service(endpoint_prefix).get(partition, _ABSENT)
        return [name for name in service.endpoints if non_regional or name in self._partitions[partition].regions]

    def is_global(self, endpoint_prefix: str) -> bool:
        """Whether the service has an endpoint for its whole partition, so that a client of it needs no region."""
        return self._service(endpoint_prefix).get(self._first, _ABSENT).partition_endpoint is not None

    def signing_region(self, endpoint_prefix: str, region: str) -> str:
        """The region for which requests to the service are signed; another one where it has one endpoint for all."""
        service = self._in_partition_of(region, self._service(endpoint_prefix))
        name = region
        if region not in service.endpoints and not service.is_regional:
            name = service.partition_endpoint or region
        return service.endpoints.get(name) or name

    def _in_partition_of(self, region: str, service: Mapping[str, _Service]) -> _Service:
        """The service in the partition that has the region, the first one for a region that none knows."""
        for name, partition in self._partitions.items():
            found = service.get(name, _ABSENT)
            if region in found.endpoints or partition.holds(region):
                return found
        return service.get(self._first, _ABSENT)

    def partition_of(self, region: str) -> str:
        """Raises UnknownRegionError for a region that no partition lists and whose form is no partition's."""
        for name, partition in self._partitions.items():
            if partition.holds(region):
                return name
        raise UnknownRegionError(region_name=region, error_msg="No partition found for provided region_name.")

    def _service(self, endpoint_prefix: str) -> Mapping[str, _Service]:
        """A service by partition; none where AWS does not know it."""
        text = self._services.get(endpoint_prefix)
        return {} if text is None else {name: _Service(*row) for name, row in orjson.loads(text).items()}


class _Partition(NamedTuple):
    pattern: str
    regions: list[str]

    def holds(self, region: str) -> bool:
        return region in self.regions or re.match(self.pattern, region) is not None


class _Service(NamedTuple):
    """What a service has in one partition."""

    #: each with the region that is signed for, None where that is itself
    endpoints: Mapping[str, str | None]
    partition_endpoint: str | None
    is_regional: bool


_ABSENT = _Service({}, None, True)


def condensed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the questions here are about, a fifth of ``endpoints.json``. Raises ModelError for what is no such file.

    Every service is a text of its own: a client asks for one of 300, and parses no other.
    """
    services: dict[str, dict[str, tuple[Any, ...]]] = {}
    try:
        for partition in raw["partitions"]:
            for prefix, service in partition["services"].items():
                services.setdefault(prefix, {})[partition["partition"]] = tuple(_service(service))
        partitions = {item["partition"]: [item["regionRegex"], list(item["regions"])] for item in raw["partitions"]}
        return {
            "partitions": partitions,
            "services": {prefix: orjson.dumps(found).decode() for prefix, found in services.items()},
        }
    except (KeyError, TypeError, AttributeError) as error:
        reason = f"not the data of AWS's regions ({type(error).__name__}: {error})"
        raise ModelError(origin="endpoints.json", pointer="/partitions", reason=reason) from None


def _service(raw: Mapping[str, Any]) -> _Service:
    scopes = {name: endpoint.get("credentialScope", {}) for name, endpoint in raw.get("endpoints", {}).items()}
    endpoints = {name: scope.get("region") for name, scope in scopes.items()}
    return _Service(endpoints, raw.get("partitionEndpoint"), raw.get("isRegionalized", True))


#: For the loader. The whole file takes 6 ms to parse, and 4 MB.
REGIONS = Digest("regions-1", condensed, Regions)
