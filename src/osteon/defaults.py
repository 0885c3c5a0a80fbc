"""The default session and its functions, as boto3 has them on its package. No behaviour of their own."""

from __future__ import annotations

import logging
import sys
from typing import Any

from osteon.composition import Session
from osteon.sharing import Lock

_LOCK = Lock()  # guards _session
_session: Session | None = None


def setup_default_session(**kwargs: Any) -> None:
    """Make the default session anew, with :class:`~osteon.Session`'s arguments."""
    global _session
    with _LOCK:
        _session = Session(**kwargs)


def default_session() -> Session:
    """The session behind :func:`client`; made at first use."""
    global _session
    with _LOCK:
        if _session is None:
            _session = Session()
        return _session


def client(*args: Any, **kwargs: Any) -> Any:
    """A client on the default session; see :meth:`osteon.Session.client`."""
    return default_session().client(*args, **kwargs)


def resource(*args: Any, **kwargs: Any) -> Any:
    """A service's resources on the default session; see :meth:`osteon.Session.resource`."""
    return default_session().resource(*args, **kwargs)


def set_stream_logger(name: str = "osteon", level: int = logging.DEBUG, format_string: str | None = None) -> None:
    """Log to standard error. Names are module names: ``osteon.pipeline`` shows attempts, ``osteon.events`` handlers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter(format_string or "%(asctime)s %(name)s [%(levelname)s] %(message)s"))
    logger = logging.getLogger(name)
    logger.setLevel(level)
    logger.addHandler(handler)
