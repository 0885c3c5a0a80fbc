"""Presigned URLs and forms on both sides, at one moment, byte for byte."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import botocore.config
import botocore.exceptions
import botocore.loaders
import botocore.session
import botocore.signers
from tests.differential.sides import KEYS, NOW, FrozenSession, _fix_ids
from tests.support.params import Style, random_params

import osteon
from osteon.exceptions import OsteonError
from osteon.transport.canned import CannedTransport

_PYTHON_SIGNERS = {
    "v4-query": botocore.auth.SigV4QueryAuth,
    "s3v4-query": botocore.auth.S3SigV4QueryAuth,
    "v4-s3express-query": botocore.auth.S3ExpressQueryAuth,
}
#: of every text parameter; no file and no bytes, which botocore's signer takes for a form
STYLE = Style(fill=0.3, special=0.3)


#: Their endpoints name a region to sign for. botocore signs for the client's, which they refuse.
FIXED_REGIONS = frozenset(
    {"bcm-data-exports", "bcm-pricing-calculator", "bcm-recommended-actions", "freetier", "invoicing", "support"}
    | {"pricing-plan-manager", "route53-recovery-control-config"}
)


def services() -> list[str]:
    return botocore.loaders.Loader().list_available_services("service-2")


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """botocore's clocks stand still; where awscrt is installed, it signs with its own signers, which have a clock."""
    moment = NOW.replace(tzinfo=None)
    with (
        mock.patch.object(botocore.auth, "get_current_datetime", return_value=moment),
        mock.patch.object(botocore.signers, "get_current_datetime", return_value=moment),
        mock.patch.object(botocore.auth, "time", mock.Mock(wraps=time, time=lambda: NOW.timestamp())),
        mock.patch.dict(botocore.auth.AUTH_TYPE_MAPS, _PYTHON_SIGNERS),
    ):
        yield


class Both:
    """One service's client on both sides."""

    def __init__(self, service: str, keys: Mapping[str, str] = KEYS, config: Any = None, **place: Any) -> None:
        place = {"region_name": "us-east-1", **place}
        settings = {"retries": {"total_max_attempts": 1}, **(config or {})}
        session = FrozenSession(**keys, transport=lambda options: CannedTransport())
        self.ours = session.client(service, config=osteon.Config(**settings), **place)
        theirs = botocore.session.Session()
        self.theirs = theirs.create_client(service, config=botocore.config.Config(**settings), **place, **keys)
        for client in (self.ours, self.theirs):
            _fix_ids(client.meta.events)

    def urls(self, *arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        return self._both("generate_presigned_url", arguments, keywords)

    def posts(self, *arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        return self._both("generate_presigned_post", arguments, keywords)

    def _both(self, method: str, arguments: Any, keywords: Any) -> tuple[Any, Any]:
        with frozen():
            return tuple(_outcome(getattr(side, method), arguments, keywords) for side in (self.ours, self.theirs))


def _outcome(method: Any, arguments: Any, keywords: Any) -> Any:
    try:
        return method(*arguments, **keywords)
    except (OsteonError, botocore.exceptions.BotoCoreError) as error:
        return type(error).__name__
    except ValueError:
        # botocore's signer takes every body that begins with a brace for JSON.
        return None


def differences(service: str, rng: random.Random, count: int) -> Iterator[str]:
    """What differs for ``count`` operations of a service."""
    both = Both(service, region_name=rng.choice(["us-east-1", "eu-central-1"]))
    model = both.theirs.meta.service_model
    for _ in range(count):
        name, operation = rng.choice(sorted(both.theirs.meta.method_to_api_mapping.items()))
        shape = model.operation_model(operation)
        if shape.auth_type == "none" or service in FIXED_REGIONS:
            continue  # operations that nobody signs: botocore signs their URLs all the same
        if shape.has_event_stream_input:
            continue  # neither client has a method that sends events; botocore gives a URL of one all the same
        params = _without_bytes(random_params(shape, rng, STYLE))
        keywords = {"ExpiresIn": rng.choice([1, 60, 604800])}
        if rng.random() < 0.3:
            keywords["HttpMethod"] = rng.choice(["GET", "PUT"])
        mine, oracle = both.urls(name, params, **keywords)
        if oracle is not None and mine != oracle and not _repeats(mine):
            yield f"{service}.{name} {params} {keywords}\n  osteon:   {mine}\n  botocore: {oracle}"


def _repeats(url: str) -> bool:
    """A parameter is there twice: botocore keeps the first alone."""
    names = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    return len(names) > len(set(names))


def _without_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_bytes(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_bytes(item) for item in value]
    return "bytes" if isinstance(value, bytes) or hasattr(value, "read") else value
