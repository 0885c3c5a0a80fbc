"""A program: does a scene, in which a busy process forks children that must not wait for its threads. No test here."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import osteon
from osteon.http import Headers, PreparedRequest, Response
from osteon.model.loader import _SHARED
from osteon.sharing import Lock, cached_property
from osteon.transport.canned import CannedTransport

THREADS, CHILDREN = 10, 25
MODEL = {"metadata": {"serviceId": "Held", "apiVersion": "1", "protocol": "json"}, "operations": {}, "shapes": {}}
#: Seconds after which a child that waits is ended.
_STUCK = 20


def in_child(work: Callable[[], Any]) -> bool:
    """Whether a forked child does it, and is not stuck in it."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1] == 0
    signal.alarm(_STUCK)
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


def while_held(hold: Callable[[threading.Event, threading.Event], Any], work: Callable[[], Any]) -> bool:
    """Whether a child that was forked while a thread of its parent held something does the work."""
    held, release = threading.Event(), threading.Event()
    thread = threading.Thread(target=hold, args=(held, release))
    thread.start()
    held.wait()
    done = in_child(work)
    release.set()
    thread.join()
    return done


def a_lock_that_somebody_held() -> None:
    lock = Lock()

    def hold(held: threading.Event, release: threading.Event) -> None:
        with lock:
            held.set()
            release.wait()

    assert while_held(hold, lock.__enter__)
    with lock:
        pass


def an_attribute_that_somebody_was_making() -> None:
    class Slow:
        def __init__(self, *events: threading.Event) -> None:
            self.events = events

        @cached_property
        def value(self) -> int:
            for event in self.events[:1]:
                event.set()
                self.events[1].wait()
            return 1

    assert while_held(lambda *events: Slow(*events).value, lambda: Slow().value)


def a_model_that_somebody_was_loading() -> None:
    def hold(held: threading.Event, release: threading.Event) -> None:
        _SHARED.get("held", lambda: (held.set(), release.wait()))

    assert while_held(hold, lambda: osteon.ServiceModel.from_dict(_SHARED.get("free", lambda: MODEL)))


def answer(request: PreparedRequest) -> Response:
    return Response(200, Headers({}), b"<R><IsTruncated>false</IsTruncated></R>")


def hear(**kwargs: Any) -> None:
    """A handler."""


def clients_and_calls() -> None:
    sys.setswitchinterval(1e-5)
    keys = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    session = osteon.Session(**keys, transport=lambda options: CannedTransport(answer))
    over, events = threading.Event(), session.events
    session.client("s3").list_objects_v2(Bucket="b")  # all that is imported is there: Python's own lock is none of ours

    def churn() -> None:
        while not over.is_set():
            events.register("before-call.s3", hear, unique_id="busy")
            session.client("s3").meta.events.unregister("before-call.s3", unique_id="busy")
            events.unregister("before-call.s3", unique_id="busy")

    threads = [threading.Thread(target=churn) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        assert all(in_child(lambda: session.client("s3").list_objects_v2(Bucket="b")) for _ in range(CHILDREN))
    finally:
        over.set()
        for thread in threads:
            thread.join()


SCENES = {scene.__name__: scene for scene in (
    a_lock_that_somebody_held, a_model_that_somebody_was_loading, an_attribute_that_somebody_was_making,
    clients_and_calls,
)}  # fmt: skip

if __name__ == "__main__":
    SCENES[sys.argv[1]]()
