"""Handlers of CloudSearch Domain clients."""

from __future__ import annotations

from typing import Any

from osteon.aws.customizations.parameter_aliases import alias
from osteon.events.admission import Registration
from osteon.events.trie import Section
from osteon.http import Request

_FORM = "application/x-www-form-urlencoded"


def post_search(request: Request, **kwargs: Any) -> None:
    """Send the query in the body: it may be longer than a URL can be."""
    if request.method == "GET" and "?" in request.url:
        url, _, query = request.url.partition("?")
        request.method, request.url, request.body = "POST", url, query.encode()
        request.headers["Content-Type"] = _FORM


HANDLERS = (
    # "return" is no keyword argument that Python could take.
    Registration("before-parameter-build.cloudsearch-domain.Search", alias("return", "returnFields"), Section.FIRST),
    Registration("request-created.cloudsearch-domain.Search", post_search),
)
