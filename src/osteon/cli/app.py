"""The command ``osteon``: how it starts, and errors as one line with an exit code. Its commands stand in commands.py.

Exit codes: 0 done; 1 checked, and something is wrong (faults in a model, stubs that no longer fit); 2 the command line
asks for something impossible (unknown service or operation, parameters that are not valid); 3 the service answered with
an error; 4 no answer (no connection, no credentials, settings that cannot be used).
"""

from __future__ import annotations

import sys
from typing import NoReturn

from osteon.exceptions import (
    ClientError,
    DataNotFoundError,
    ModelError,
    OsteonError,
    ParamValidationError,
    StubsError,
    UnknownServiceError,
)

FAULTS_FOUND, IMPOSSIBLE, SERVICE_ERROR, NO_ANSWER = 1, 2, 3, 4


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    try:
        # Lazy, since typer is an optional dependency.
        from osteon.cli.commands import application
    except ImportError as error:
        print(f'The command line needs the "cli" extra: pip install "osteon[cli]" ({error})', file=sys.stderr)
        sys.exit(NO_ANSWER)
    try:
        application()
    except (OsteonError, ClientError, ValueError) as error:
        print(f"osteon: {told(error)}", file=sys.stderr)
        sys.exit(exit_code(error))
    sys.exit(0)


def exit_code(error: Exception) -> int:
    """The code that an error ends the process with."""
    if isinstance(error, ClientError):
        return SERVICE_ERROR
    impossible = isinstance(error, DataNotFoundError | ModelError | ParamValidationError | StubsError | ValueError)
    return IMPOSSIBLE if impossible else NO_ANSWER


def told(error: Exception) -> str:
    """An error as the command line tells it: a list of 400 known services is no help there."""
    if isinstance(error, UnknownServiceError):
        name, hint = error.kwargs["service_name"], error.kwargs.get("hint", "")
        return f"Unknown service: '{name}'.{hint} All services: osteon models list"
    return str(error)
