"""Answers of S3 that its model does not tell whole: errors under status 200, a bucket's location, Expires.

Sources: the S3 API reference ("CopyObject": a 200 may hold an error; "GetBucketLocation").
"""

from __future__ import annotations

import logging
import re
from typing import Any

from osteon.codecs import xml
from osteon.events.admission import Registration
from osteon.exceptions import ResponseParserError
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.timestamps import to_datetime

logger = logging.getLogger(__name__)

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<([\w.-]+)")


def find_error(operation_model: OperationModel, response_dict: dict[str, Any], **kwargs: Any) -> None:
    """Treat as a 500, which is tried again, a 200 whose body is an error or was cut off."""
    body = response_dict["body"]
    if response_dict["status_code"] != 200 or not body or not isinstance(body, bytes):
        return
    if _is_document(operation_model) and _is_failure(body):
        response_dict["status_code"] = 500
        logger.debug("%s answered 200 with an error in its body", operation_model.name)


def _has_no_error(response: Response) -> bool:
    return not response.body or response.status_code != 200


def _is_document(operation: OperationModel) -> bool:
    shape = operation.output_shape
    if shape is None:
        return False
    return shape.payload is None or shape.members[shape.payload].type not in ("blob", "string")


def _is_failure(body: bytes) -> bool:
    root = _ROOT.match(body)
    # A whole document ends as it begins: told so, it need not be parsed twice.
    if root is not None and root[1] != b"Error" and body.rstrip().endswith((b"</%b>" % root[1], b"/>")):
        return False
    try:
        return xml.local_name(xml.parse(body).tag) == "Error"
    except ResponseParserError:
        return True


def keep_expires(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **kwargs: Any) -> None:
    """Give ``Expires`` as it was sent too: objects carry whatever their writers put there, not only times."""
    headers = response_dict["headers"]
    text = headers.get("Expires")
    if not text:
        return
    customized_response_dict["ExpiresString"] = text
    try:
        to_datetime(text)
    except (ValueError, OverflowError):
        logger.warning('The "Expires" header is no time; it is in the response as "ExpiresString"')
        del headers["Expires"]


def _never_expires(response: Response) -> bool:
    return "Expires" not in response.headers


def read_location(parsed: dict[str, Any], http_response: Response | None, **kwargs: Any) -> None:
    """The bucket's region is the text of the root element, which a model cannot say."""
    if http_response is None or http_response.body is None:
        return  # a handler's answer, which has no document
    if http_response.status_code < 300:
        parsed["LocationConstraint"] = xml.parse(http_response.content).text


HANDLERS = (
    Registration("before-parse.s3", find_error, idle=_has_no_error),
    Registration("before-parse.s3.GetObject", keep_expires, idle=_never_expires),
    Registration("before-parse.s3.HeadObject", keep_expires, idle=_never_expires),
    Registration("after-call.s3.GetBucketLocation", read_location),
)
