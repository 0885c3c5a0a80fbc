"""Handlers of CloudWatch Logs clients."""

from __future__ import annotations

from osteon.aws.customizations.parameter_aliases import alias
from osteon.events.admission import Registration
from osteon.events.trie import Section

HANDLERS = (
    # "from" is no keyword argument that Python could take.
    Registration("before-parameter-build.cloudwatch-logs.CreateExportTask", alias("from", "fromTime"), Section.FIRST),
)
