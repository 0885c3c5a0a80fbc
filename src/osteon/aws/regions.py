"""Which regions and partitions there are, by botocore's endpoints.json. Questions only; resolves no endpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from osteon.exceptions import UnknownRegionError


class Regions:
    """The partitions of AWS and the regions of its services, from the parsed ``endpoints.json``."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._partitions: dict[str, Mapping[str, Any]] = {item["partition"]: item for item in raw["partitions"]}

    def partitions(self) -> tuple[str, ...]:
        return tuple(self._partitions)

    def of_service(self, endpoint_prefix: str, partition: str, non_regional: bool) -> list[str]:
        """The regions with an endpoint of the service; with ``non_regional`` also names such as ``aws-global``."""
        data = self._partitions.get(partition, {})
        endpoints = data.get("services", {}).get(endpoint_prefix, {}).get("endpoints", {})
        return [name for name in endpoints if non_regional or name in data["regions"]]

    def is_global(self, endpoint_prefix: str) -> bool:
        """Whether the service has an endpoint for its whole partition, so that a client of it needs no region."""
        firsts = [data["services"].get(endpoint_prefix, {}) for data in list(self._partitions.values())[:1]]
        return any("partitionEndpoint" in service for service in firsts)

    def signing_region(self, endpoint_prefix: str, region: str) -> str:
        """The region for which requests to the service are signed; another one where it has one endpoint for all."""
        service: Mapping[str, Any] = self._partition(endpoint_prefix, region)["services"].get(endpoint_prefix, {})
        endpoints = service.get("endpoints", {})
        if region not in endpoints and not service.get("isRegionalized", True):
            region = service.get("partitionEndpoint", region)
        scope: Mapping[str, str] = endpoints.get(region, {}).get("credentialScope", {})
        return scope.get("region", region)

    def _partition(self, endpoint_prefix: str, region: str) -> Mapping[str, Any]:
        """The partition that has the region, the first one for a region that none knows."""
        for data in self._partitions.values():
            endpoints = data["services"].get(endpoint_prefix, {}).get("endpoints", {})
            if region in endpoints or region in data["regions"] or re.match(data["regionRegex"], region):
                return data
        return next(iter(self._partitions.values()))

    def partition_of(self, region: str) -> str:
        """Raises UnknownRegionError for a region that no partition lists and whose form is no partition's."""
        for name, data in self._partitions.items():
            if region in data["regions"] or re.match(data["regionRegex"], region):
                return name
        raise UnknownRegionError(region_name=region, error_msg="No partition found for provided region_name.")
