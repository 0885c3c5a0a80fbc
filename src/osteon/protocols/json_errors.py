"""Errors in documents (JSON or CBOR): where each protocol has the code, the message, the modeled members. No successes.

An answer that is no document (a proxy's HTML, nothing at all) is told by its status.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from osteon.exceptions import ResponseParserError
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.model.shapes import StructureShape
from osteon.protocols.base import Parser
from osteon.protocols.metadata import error_shape, http_metadata, raw_headers, reason
from osteon.regex import later

_Document: TypeAlias = dict[str, Any]


class ErrorFormat(NamedTuple):
    """What the protocols differ in."""

    #: the body as a document; raises ResponseParserError
    parse: Callable[[bytes], Any]
    #: the code as the wire has it, None where it has none; the document is empty where there was none to read
    code: Callable[[_Document, Response], Any]
    #: the modeled members of an error; raises ResponseParserError
    members: Callable[[StructureShape, _Document, Response], dict[str, Any]]
    request_ids: Callable[[Response], dict[str, str]]


#: Characters of a text that was meant to be a document and is told as a message.
_LONGEST_MESSAGE = 1000
#: A proxy's page. Other elements are a service's own words in XML, as AWS's front doors have them.
_HTML = later(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)


def error_parser(form: ErrorFormat, operation: OperationModel) -> Parser:
    """The parser of an operation's errors. It never raises: an unreadable error is still an error."""

    def parse(response: Response) -> dict[str, Any]:
        document = _read(form, response)
        error = _from_status(response) if document is None else _from_document(document, response)
        code = form.code(document or {}, response)
        if code is not None:
            error["Code"] = bare_code(str(code))
        error.update(_query_error(error["Code"], response))
        parsed = {"Error": error, **_members(form, operation, error["Code"], document or {}, response)}
        parsed["ResponseMetadata"] = http_metadata(response, form.request_ids(response))
        return parsed

    return parse


def header_code(response: Response) -> str | None:
    """The code in the header that some services use for it."""
    held = raw_headers(response).get("x-amzn-errortype")
    return None if held is None else held[1]


def first_code(document: dict[str, Any], names: tuple[str, ...]) -> Any:
    """What the first of these members has that has anything."""
    return next((document[name] for name in names if document.get(name) is not None), None)


def _read(form: ErrorFormat, response: Response) -> _Document | None:
    """The error document; None where there is none to speak of."""
    if response.status_code >= 500 and not response.content.strip():
        return None
    try:
        document = form.parse(response.content)
    except ResponseParserError:
        return None
    return document if isinstance(document, dict) else None  # pyright: ignore[reportUnknownVariableType]: a document's keys are text


def _from_status(response: Response) -> dict[str, Any]:
    """Code and message of an answer that is no document: its text is the best message there is, unless that is HTML."""
    text = response.text.strip()[:_LONGEST_MESSAGE]
    told = text if text and not _HTML.match(text) else reason(response.status_code)
    return {"Message": told, "Code": str(response.status_code)}


def _from_document(document: _Document, response: Response) -> dict[str, Any]:
    message = document.get("message", document.get("Message"))
    told = str(message) if isinstance(message, str | int | float) else ""
    return {"Message": told, "Code": str(response.status_code)}


def bare_code(code: str) -> str:
    """``namespace#Code:http://...`` without what stands around the code."""
    return code.split(":", 1)[0].rsplit("#", 1)[-1]


def _query_error(code: str, response: Response) -> dict[str, str]:
    """The code that a service had in the query protocol, where it says it still means that (awsQueryCompatible)."""
    held = raw_headers(response).get("x-amzn-query-error")
    parts = held[1].split(";") if held is not None else []
    if len(parts) != 2 or not parts[0]:
        return {}
    return {"Code": parts[0], "QueryErrorCode": code, "Type": parts[1]}


def _members(
    form: ErrorFormat, operation: OperationModel, code: str, document: _Document, response: Response
) -> dict[str, Any]:
    shape = error_shape(operation, code)
    if shape is None:
        return {}
    try:
        return form.members(shape, document, response)
    except ResponseParserError:
        # Code and message are known: the error must not be lost over a detail of it.
        return {}
