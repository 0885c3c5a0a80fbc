"""Directory buckets of S3 (Express One Zone): requests to them are signed with credentials of a session per bucket.

Source: "CreateSession" of the S3 API reference.
"""

from __future__ import annotations

from typing import Any

from osteon.aws.credentials.base import Fetched, FrozenCredentials, RefreshableCredentials, fetched_keys
from osteon.events.admission import Registration
from osteon.flow import Flow
from osteon.http import Request
from osteon.pipeline.calls import Calls

#: Where a client keeps its sessions by bucket.
_SESSIONS = "s3-sessions"
_MOST_SESSIONS = 100
_METHOD = "s3express"
_SIGNED_BY_SESSION = "v4-s3express"


class _SessionCredentials(RefreshableCredentials):
    """Sessions last five minutes: they are renewed in their last 45 seconds."""

    advisory_refresh = 45
    mandatory_refresh = 10


def sign_by_session(request: Request, signature_version: str, **kwargs: Any) -> Flow[None] | None:
    """Sign with the bucket's session, which is opened where there is none yet."""
    return _use_session(request.context) if signature_version.startswith(_SIGNED_BY_SESSION) else None


def _has_no_session(subject: tuple[Request, str]) -> bool:
    return not subject[1].startswith(_SIGNED_BY_SESSION)


def _use_session(context: dict[str, Any]) -> Flow[None]:
    credentials = _session(context["client"], context["input_params"]["Bucket"])
    context["signing"]["request_credentials"] = yield from credentials.frozen()


def _session(client: Calls, bucket: str) -> _SessionCredentials:
    sessions: dict[str, _SessionCredentials] = client.notes.setdefault(_SESSIONS, {})
    held = sessions.get(bucket)
    if held is None:
        if len(sessions) >= _MOST_SESSIONS:
            sessions.clear()
        held = _SessionCredentials(Fetched(FrozenCredentials("", ""), 0.0), lambda: _opened(client, bucket), _METHOD)
        held = sessions.setdefault(bucket, held)
    return held


def _opened(client: Calls, bucket: str) -> Flow[Fetched]:
    answer: dict[str, Any] = yield from client.call("CreateSession", {"Bucket": bucket})
    return fetched_keys(answer["Credentials"], _METHOD, token_key="SessionToken")


HANDLERS = (Registration("before-sign.s3", sign_by_session, idle=_has_no_session),)
