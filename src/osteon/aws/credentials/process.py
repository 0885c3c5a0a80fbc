"""Credentials that a program of the user's prints (``credential_process`` of a profile). No other source."""

from __future__ import annotations

import json
from typing import Any, cast

from osteon.aws.credentials.base import Credentials, Fetched, Source, Surroundings, fetched_keys, refreshable
from osteon.exceptions import CredentialRetrievalError
from osteon.flow import Blocking, Flow

METHOD = "custom-process"


def process(around: Surroundings, profile: str) -> Source:
    """Raises CredentialRetrievalError, which never quotes what the program printed: that may be a secret."""

    def load() -> Flow[Credentials | None]:
        section = around.profile(profile)
        command = section.get("credential_process")
        if not isinstance(command, str):
            return None

        def fetch() -> Flow[Fetched]:
            answer = _parsed((yield Blocking(lambda: _output(command))))
            account = answer.get("AccountId") or section.get("aws_account_id")
            return fetched_keys({**answer, "AccountId": account}, METHOD, token_key="SessionToken")

        return refreshable((yield from fetch()), fetch, METHOD)

    return Source(load)


def _output(command: str) -> bytes:
    import shlex  # start-up, both: few programs use this source
    import subprocess

    try:
        done = subprocess.run(shlex.split(command), capture_output=True, check=False)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CredentialRetrievalError(provider=METHOD, error_msg=f"the program cannot be run: {reason}") from None
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip() or f"the program ended with status {done.returncode}"
        raise CredentialRetrievalError(provider=METHOD, error_msg=reason)
    return done.stdout


def _parsed(output: bytes) -> dict[str, Any]:
    try:
        answer: object = json.loads(output)
    except (ValueError, RecursionError):
        raise CredentialRetrievalError(provider=METHOD, error_msg="the program printed no JSON") from None
    found = cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
    if found.get("Version") != 1:
        reason = f"Unsupported version {found.get('Version')!r} for credential process provider, supported versions: 1"
        raise CredentialRetrievalError(provider=METHOD, error_msg=reason)
    return found
