"""Errors in XML: the envelopes of query, ec2, rest-xml and S3, read into ``Error`` and request ids. Knows no success.

The envelopes: ``<ErrorResponse><Error>``, ``<Response><Errors><Error>``, and S3's bare ``<Error>``. An answer that is
none of them (a proxy's HTML, nothing at all) is told by its status.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from osteon.codecs import xml
from osteon.exceptions import ResponseParserError
from osteon.http import Response
from osteon.model.service import OperationModel
from osteon.protocols.metadata import error_shape, reason

#: Error details are free form; deeper ones are a hostile server's.
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error answer's body says.

    ``error`` has at least Code and Message. ``node`` holds them on the wire and the modeled members beside them; None
    where the status alone had to serve. ``request_ids`` are those the body gives (S3's are in the headers).
    """

    error: dict[str, Any]
    node: Element | None = None
    #: the root element is the error itself, as S3 sends it
    bare: bool = False
    request_ids: dict[str, str] = field(default_factory=dict[str, str])


def read_fault(response: Response) -> Fault:
    """The fault of an error answer; never raises."""
    try:
        root = xml.parse(response.content)
    except ResponseParserError:
        return from_status(response.status_code)
    node = _fault_node(root)
    if node is None:
        return from_status(response.status_code)
    error = _details(node, _DEEPEST)
    for name in ("Code", "Message"):
        if not isinstance(error.get(name), str):
            error[name] = ""
    if node is root:
        # S3 says in the body again what its headers say
        error.pop("RequestId", None)
        error.pop("HostId", None)
    return Fault(error, node, node is root, {} if node is root else _request_ids(root))


def from_status(status_code: int) -> Fault:
    """The fault of an answer that has nothing but its status."""
    return Fault({"Code": str(status_code), "Message": reason(status_code)})


def modeled_members(operation: OperationModel, fault: Fault) -> dict[str, Any]:
    """The members of the modeled error of that code; empty where the model or the body has none."""
    shape = error_shape(operation, fault.error["Code"]) if fault.node is not None else None
    if shape is None or fault.node is None:
        return {}
    try:
        members: dict[str, Any] = xml.decoder(shape)(fault.node)
    except ResponseParserError:
        # code and message are known: the error must not be lost over a detail of it
        return {}
    return members


def _fault_node(root: Element) -> Element | None:
    if xml.local_name(root.tag) == "Error":
        return root
    errors = xml.child(root, "Errors")
    return xml.child(root if errors is None else errors, "Error")


def _request_ids(root: Element) -> dict[str, str]:
    # ec2 and SimpleDB write RequestID
    node = xml.child(root, "RequestId")
    node = xml.child(root, "RequestID") if node is None else node
    return {} if node is None or not node.text else {"RequestId": node.text}


def _details(node: Element, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in node:
        name = xml.local_name(item.tag)
        if name not in found:
            found[name] = _details(item, depth - 1) if depth and len(item) else item.text
    return found
