"""Where clients of a service are made for, and what the clients then say of themselves, on both sides."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.differential.compare import Difference
from tests.differential.sides import Ours, Place, Theirs

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


def differences(service: str) -> Iterator[Difference]:
    """Where region, endpoint, partition or signing of the clients differ, or one cannot be made."""
    for place in PLACES:
        ours, theirs = _seen(Ours, service, place), _seen(Theirs, service, place)
        for what in ours.keys() | theirs.keys():
            if ours.get(what) != theirs.get(what):
                yield Difference(service, "", "places", what, ours.get(what), theirs.get(what), place)


def _seen(side: type[Ours] | type[Theirs], service: str, place: Place) -> dict[str, Any]:
    try:
        client = side(service, place).client
    except Exception as error:
        return {"error": (type(error).__name__, str(error))}
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
