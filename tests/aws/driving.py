"""Drives credential flows by hand: a clock that stands, answers from a table, calls of services recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from osteon.aws.credentials.base import FrozenCredentials, Surroundings
from osteon.aws.settings import Settings
from osteon.flow import Blocking, Now, Once, Send, Sleep
from osteon.http import PreparedRequest, Response


@dataclass
class World:
    """What flows see: the time, what HTTP answers, what services answer."""

    now: float = 1_800_000_000.0
    http: Callable[[PreparedRequest], Response] | None = None
    services: dict[tuple[str, str], Any] = field(default_factory=dict)
    sent: list[PreparedRequest] = field(default_factory=list)
    calls: list[tuple[str, str, dict, FrozenCredentials | None, str | None]] = field(default_factory=list)

    def run(self, flow):
        """A flow's value; what an effect raises is raised inside the flow."""
        answer: Any = None
        error: Exception | None = None
        while True:
            try:
                effect = flow.send(answer) if error is None else flow.throw(error)
            except StopIteration as stop:
                return stop.value
            answer, error = None, None
            try:
                answer = self.perform(effect)
            except Exception as raised:
                error = raised

    def perform(self, effect):
        match effect:
            case Now():
                return self.now
            case Blocking(function):
                return function()
            case Once(_, make):
                return self.run(make())
            case Sleep(seconds):
                self.now += seconds
                return None
            case Send(request):
                self.sent.append(request)
                assert self.http is not None, f"unexpected request {request.url}"
                return self.http(request)
        raise AssertionError(effect)

    def call(self, service, operation, params, *, credentials=None, region=None, before_call=None):
        self.calls.append((service, operation, dict(params), credentials, region))
        answer = self.services[service, operation]
        if callable(answer):
            answer = answer(params)
        if isinstance(answer, Exception):
            raise answer
        return answer
        yield

    def around(self, environ: dict[str, str], **overrides: Any) -> Surroundings:
        return Surroundings(Settings(environ, overrides), self.call)
