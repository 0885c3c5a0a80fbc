"""Partitions: which part of AWS a region belongs to. Computes over the data of ``partitions.json``; reads no file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from osteon.exceptions import ModelError


class Partition(NamedTuple):
    """One partition: its regions by name, and what rules ask of it (``dnsSuffix``, ``supportsFIPS``, ``name``, ...)."""

    name: str
    regions: frozenset[str]
    #: what the names of its further regions are like; compiled where a name is met that no partition lists
    pattern: str
    outputs: Mapping[str, Any]


class Partitions:
    """All partitions, in the order of the data; the first is the default.

    ``raw`` is the parsed ``partitions.json``. Raises ModelError where that is not what it should be.
    """

    __slots__ = ("_find", "all")

    def __init__(self, raw: Mapping[str, Any], origin: str = "partitions.json") -> None:
        try:
            self.all: Sequence[Partition] = tuple(_partition(item) for item in raw["partitions"])
            default = self.all[0]
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise _refused(origin, error) from None

        def find(region: str) -> Partition:
            listed = next((partition for partition in self.all if region in partition.regions), None)
            if listed is not None:
                return listed
            try:
                return next((partition for partition in self.all if re.match(partition.pattern, region)), default)
            except re.error as error:
                raise _refused(origin, error) from None

        # bounded: region names may come from parameters (ARNs)
        self._find = lru_cache(maxsize=256)(find)

    def for_region(self, region: str) -> Partition:
        """The partition of a region, known or only of its pattern; the default partition for any other name."""
        return self._find(region)

    def outputs(self, region: str | None) -> Mapping[str, Any]:
        """What the rules' function ``aws.partition`` answers."""
        return self.all[0].outputs if region is None else self._find(region).outputs


def _partition(raw: Mapping[str, Any]) -> Partition:
    pattern: Any = raw["regionRegex"]
    if not isinstance(pattern, str):
        raise TypeError(f"regionRegex is {pattern!r}")
    return Partition(
        raw["id"], frozenset(raw["regions"]), pattern, MappingProxyType({**raw["outputs"], "name": raw["id"]})
    )


def _refused(origin: str, error: Exception) -> ModelError:
    reason = f"not partition data ({type(error).__name__}: {error})"
    return ModelError(origin=origin, pointer="/partitions", reason=reason)
