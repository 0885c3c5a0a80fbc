"""How a command ends: exit codes, and errors as one line. Knows no command.

Exit codes: 0 done; 1 checked, and something is wrong (faults in a model, stubs that no longer fit); 2 the command line
asks for something impossible (unknown service or operation, parameters that are not valid, files that cannot be read
or written); 3 the service answered with an error; 4 no answer (no connection, no credentials, settings that cannot be
used); 130 interrupted; 141 nobody reads what is printed any more. The last two are what shells say of such ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from osteon.exceptions import (
    ClientError,
    DataNotFoundError,
    ModelError,
    NoCredentialsError,
    NoRegionError,
    OperationNotFoundError,
    OperationNotPageableError,
    OsteonError,
    ParamValidationError,
    StubsError,
    UnknownServiceError,
)

FAULTS_FOUND, IMPOSSIBLE, SERVICE_ERROR, NO_ANSWER, INTERRUPTED, NOBODY_READS = 1, 2, 3, 4, 130, 141

#: what ends a command with a line instead of a traceback
TOLD = (OsteonError, ClientError, ValueError, OSError)
_IMPOSSIBLE = (
    DataNotFoundError, ModelError, OperationNotPageableError, OSError, ParamValidationError, StubsError, ValueError,
)  # fmt: skip
#: what else an error's text should say to who is at a command line
_WAYS_OUT: Mapping[type[Exception], str] = {
    UnknownServiceError: "All services: osteon models list",
    OperationNotPageableError: "Leave out --all-pages.",
    NoRegionError: "Give --region, or set AWS_DEFAULT_REGION.",
    NoCredentialsError: "Give --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
}
#: what could move a terminal's cursor or change its colours: control characters but tab and line feed
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class NobodyReads(Exception):
    """The other end of standard output is closed, as after ``| head``."""


def exit_code(error: Exception) -> int:
    """The code that an error ends the process with."""
    if isinstance(error, ClientError):
        return SERVICE_ERROR
    return IMPOSSIBLE if isinstance(error, _IMPOSSIBLE) else NO_ANSWER


def told(error: Exception) -> str:
    """An error as the command line tells it."""
    return harmless(_text(error))


def harmless(text: str) -> str:
    """Text of somebody else's for a terminal: control characters are written out."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


def _text(error: Exception) -> str:
    way_out = next((text for kind, text in _WAYS_OUT.items() if isinstance(error, kind)), "")
    fault = _fault(error)
    if not way_out:
        return fault
    return f"{fault if fault.endswith(('.', '?')) else f'{fault}.'} {way_out}"


def _fault(error: Exception) -> str:
    # A list of 400 known services is no help on a command line.
    if isinstance(error, UnknownServiceError):
        name, hint = error.kwargs["service_name"], error.kwargs.get("hint", "")
        return f"Unknown service: '{name}'.{hint}"
    if isinstance(error, OperationNotFoundError):
        return f"{error.origin} has {error.reason}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
