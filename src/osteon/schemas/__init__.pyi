# What type checkers see of schemas; the files in this folder make them. No import here leads into the house.
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from osteon.model import OperationModel, ServiceModel

Kind: TypeAlias = Literal["service", "paginators", "waiters", "resources", "examples"]

class Fault(NamedTuple):
    """Something wrong at a place of a model file. A warning is what run time passes over: a key nobody reads."""

    pointer: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    #: from 1; None where it was not looked for
    line: int | None = None

def check(
    text: str | bytes, kind: Kind, service: Mapping[str, Any] | None = None, waiters: Mapping[str, Any] | None = None
) -> tuple[Fault, ...]:
    """Every fault of a model file's text, in the order of its lines; empty where it is right.

    ``service`` is the JSON of the service-2 file that a companion belongs to, ``waiters`` that of its waiters-2 file.
    """

def file_schema(kind: Kind) -> dict[str, Any]:
    """The published JSON Schema of one kind of model file; a fresh dict."""

def operation_schema(operation: OperationModel, side: str = "input", *, documentation: bool = True) -> dict[str, Any]:
    """An operation's ``input`` or ``output`` as JSON Schema 2020-12. Raises ValueError for another side."""

def tool_definition(
    operation: OperationModel, *, text: int = 400, depth: int = 5, size: int = 20_000
) -> dict[str, Any]:
    """An operation as a tool for a language model: ``name``, ``description``, ``input_schema``.

    ``text``: characters of the description; ``depth``: levels that are shown; ``size``: bytes of JSON.
    """

def openapi_document(model: ServiceModel, operations: Iterable[str] | None = None) -> dict[str, Any]:
    """An OpenAPI 3.1 document of a service, or of those of its operations.

    Raises OperationNotFoundError, and UnsupportedServiceProtocolsError where osteon speaks none of its protocols.
    """
