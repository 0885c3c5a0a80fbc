"""Parameters against a shape: every fault at once, each with its path. No events, wire formats or default values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from osteon.exceptions import ParamValidationError
from osteon.model.shapes import Shape
from osteon.validation.containers import Compiler
from osteon.validation.faults import MAX_DEPTH, Fault, too_deep
from osteon.validation.scalars import MAX_EXPLOSIVE_TEXT, MAX_PATTERN_TEXT

__all__ = ["MAX_DEPTH", "MAX_EXPLOSIVE_TEXT", "MAX_PATTERN_TEXT", "Mode", "Validator", "validator"]

Mode: TypeAlias = Literal["standard", "strict"]
#: Parameters in, nothing out. Raises ParamValidationError, whose ``report`` has one line for each fault.
Validator: TypeAlias = Callable[[Any], None]


def validator(shape: Shape, mode: Mode = "standard") -> Validator:
    """The validator of an operation's input; make it once, call it for each call. Safe to share between threads.

    ``standard`` gives botocore's verdict in botocore's words: types, required and unknown members, minimum lengths and
    values, unions, documents, header values in JSON, host labels that must not be empty. ``strict`` accepts what
    ``standard`` does and the model allows besides, in terms that JSON Schema 2020-12 has (its keywords in brackets):

    * structure: a dict [``properties``, ``required``, ``additionalProperties: false``]; of a union exactly one member
      [``minProperties``, ``maxProperties``: 1]
    * list: a list, not a tuple [``array``], with min and max items [``minItems``, ``maxItems``]
    * map: a dict [``object``], min and max entries [``minProperties``, ``maxProperties``], keys that are valid for the
      key's shape [``propertyNames``], values for the value's [``additionalProperties``]
    * string: min and max length in code points [``minLength``, ``maxLength``], one of the enum's values [``enum``],
      the pattern found anywhere in it [``pattern``]. Not enforced: a pattern that cannot be translated, any pattern
      for a text of more than MAX_PATTERN_TEXT characters, and for one of more than MAX_EXPLOSIVE_TEXT a pattern that
      may take exponential time.
    * integer, long: an int, not a bool [``integer``; a float without fraction is refused here, though the keyword
      takes it], with min and max [``minimum``, ``maximum``]
    * float, double: int, float or Decimal, finite and not a bool [``number``], with min and max likewise
    * boolean: a bool [``boolean``]
    * blob: bytes or bytearray, a file too where it is a streamed body, not text; min and max in bytes [``string``
      with ``contentEncoding: base64``; the length in bytes has no exact keyword]
    * timestamp: an aware datetime, or RFC 3339 text such as ``2020-01-31T12:00:00Z`` [``string`` with
      ``format: date-time``]; no numbers, dates alone or naive datetimes
    * documents and JSON header values: None, bool, finite numbers, text, lists and dicts with text as keys [``true``]

    Both refuse what nests deeper than MAX_DEPTH, so that a value that contains itself is a fault like any other
    (botocore ends in RecursionError). Sensitive values read ``<redacted>`` in the report, as does whatever holds one.
    """
    check = Compiler(strict=mode == "strict").rule(shape).check

    def validate(params: Any) -> None:
        try:
            faults = check(params, MAX_DEPTH)
        except RecursionError:  # the caller's own stack left less room than MAX_DEPTH
            faults = [too_deep()]
        if faults is not None:
            raise ParamValidationError(report=report(faults))

    return validate


def report(faults: list[Fault]) -> str:
    """The faults as text, one a line."""
    return "\n".join(map(str, faults))
