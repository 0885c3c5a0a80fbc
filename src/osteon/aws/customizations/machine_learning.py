"""Handlers of Machine Learning clients."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson

from osteon.events.admission import Registration
from osteon.http import Request


def go_to_model(request: Request, **kwargs: Any) -> None:
    """Send a prediction to the endpoint of its model, which the caller names among the parameters."""
    if not isinstance(request.body, bytes):
        return
    endpoint = urlsplit(orjson.loads(request.body).get("PredictEndpoint") or "")
    if endpoint.netloc:
        request.url = urlsplit(request.url)._replace(scheme=endpoint.scheme, netloc=endpoint.netloc).geturl()


HANDLERS = (Registration("request-created.machine-learning.Predict", go_to_model),)
