"""The calls of one client: their plans, and what handlers may ask of the client. No step of a call is taken here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from osteon.endpoints.ruleset import Endpoint
from osteon.flow import Flow
from osteon.pipeline.execute import execute
from osteon.pipeline.phases import Components, Plan
from osteon.pipeline.plan import compile_plan
from osteon.pipeline.prepare import located
from osteon.pipeline.presign import RequestSigner, Run, no_runner


class Calls:
    """What makes a client's calls. Flow handlers find it in their call's context, as ``context["client"]``."""

    __slots__ = ("_plans", "notes", "shared", "signer")

    def __init__(self, shared: Components, run: Run = no_runner) -> None:
        self.shared = shared
        #: what events call ``request_signer``
        self.signer = RequestSigner(shared, self.plan, run)
        #: what handlers remember for as long as the client lives, each under a key of its own
        self.notes: dict[str, Any] = {}
        self._plans: dict[str, Plan] = {}

    def plan(self, operation_name: str) -> Plan:
        """What is worked out once for an operation. Raises OperationNotFoundError."""
        plan = self._plans.get(operation_name)
        if plan is None:
            # Two threads may both compile; the first plan stored serves.
            plan = self._plans.setdefault(operation_name, compile_plan(self.shared, operation_name, self._handed))
        return plan

    @property
    def _handed(self) -> Mapping[str, Any]:
        return {"client": self, "request_signer": self.signer}

    def call(self, operation_name: str, params: Mapping[str, Any]) -> Flow[dict[str, Any]]:
        """A flow that makes a call of the client: another operation's, while one is under way."""
        return execute(self.plan(operation_name), params)

    def endpoint(self, operation_name: str, params: Mapping[str, Any], context: dict[str, Any]) -> Flow[Endpoint]:
        """Where a call goes, found once more with what handlers have learnt since. Raises endpoint errors."""
        return located(self.plan(operation_name), params, context)

    def credentials(self) -> Flow[Any]:
        """What the client signs with by SigV4 at this moment; None where there is nothing."""
        provide = self.shared.schemes["v4"].identity
        return (yield from provide()) if provide is not None else None

    def __deepcopy__(self, memo: object) -> Self:
        # Ported handlers copy whole requests, and their contexts lead here.
        return self

    def __repr__(self) -> str:
        return f"<calls of {self.shared.service_model.service_name}>"
