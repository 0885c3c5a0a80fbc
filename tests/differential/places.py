"""Where clients of a service are made for, and what the clients then say of themselves, on both sides."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from tests.differential.compare import Difference, Pair
from tests.differential.compare import differences as of_operation
from tests.differential.sides import Ours, Place, Theirs

S = TypeVar("S", Ours, Theirs)

PLACES = (
    Place("us-east-1"),
    Place("eu-central-1"),
    Place("us-gov-west-1"),
    Place("cn-north-1"),
    Place("us-iso-east-1"),
    Place("eu-west-1", config={"use_fips_endpoint": True}),
    Place("us-west-2", config={"use_dualstack_endpoint": True}),
    Place("us-gov-east-1", config={"use_fips_endpoint": True, "use_dualstack_endpoint": True}),
    Place("eu-west-1", "http://localhost:4566/base"),
    Place(None),
    Place("aws-global"),
    Place("moon-1"),
)
#: Where whole calls are compared, too: places in which every service can be called.
_CALLED = (PLACES[0],) * 4 + (PLACES[1], PLACES[3], PLACES[8])


def of_seed(rng: random.Random) -> Place:
    return rng.choice(_CALLED)


def differences(service: str, rng: random.Random) -> Iterator[Difference]:
    """Where region, endpoint or partition of the clients differ, or one cannot be made, or a call goes elsewhere."""
    for place in PLACES:
        (ours, told), (theirs, expected) = _made(Ours, service, place), _made(Theirs, service, place)
        for what in told.keys() | expected.keys():
            if told.get(what) != expected.get(what):
                yield Difference(service, "", "places", what, told.get(what), expected.get(what), place)
        if ours is not None and theirs is not None:
            pair = Pair(service, ours, theirs)
            for found in of_operation(pair, rng.choice(pair.operations), rng, ("requests",)):
                yield replace(found, kind="places", given=(place, found.given))


def _made(side: type[S], service: str, place: Place) -> tuple[S | None, dict[str, Any]]:
    """A client of one side, and what it says of itself."""
    try:
        made = side(service, place)
    except Exception as error:
        return None, {"error": (type(error).__name__, str(error))}
    return made, _seen(made.client)


def _seen(client: Any) -> dict[str, Any]:
    meta = client.meta
    return {
        "region": meta.region_name,
        "endpoint_url": meta.endpoint_url,
        "partition": meta.partition,
        "class": type(client).__name__,
        "methods": dict(meta.method_to_api_mapping),
        "paginators": sorted(name for name in meta.method_to_api_mapping if client.can_paginate(name)),
        "waiters": list(client.waiter_names),
    }
