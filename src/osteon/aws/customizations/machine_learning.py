"""Handlers of Machine Learning clients."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson

from osteon.events.admission import Registration
from osteon.exceptions import ParamValidationError
from osteon.http import Request


def go_to_model(request: Request, **kwargs: Any) -> None:
    """Send a prediction to the endpoint of its model, which the caller names among the parameters.

    Raises ParamValidationError where that is no URL.
    """
    if not isinstance(request.body, bytes):
        return
    try:
        endpoint = urlsplit(str(orjson.loads(request.body).get("PredictEndpoint", "")))
    except ValueError:
        raise ParamValidationError(report="Invalid value for parameter PredictEndpoint: not a URL") from None
    if endpoint.netloc:
        request.url = urlsplit(request.url)._replace(scheme=endpoint.scheme, netloc=endpoint.netloc).geturl()


HANDLERS = (Registration("request-created.machine-learning.Predict", go_to_model),)
