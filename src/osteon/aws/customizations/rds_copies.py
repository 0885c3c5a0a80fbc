"""Copies between regions in RDS and the services that speak its API (Neptune, DocumentDB)."""

from __future__ import annotations

from typing import Any, cast

from osteon.aws.customizations.presigned_copies import source_url
from osteon.events.admission import Registration
from osteon.flow import Flow
from osteon.model.service import OperationModel
from osteon.protocols.base import Draft

_OPERATIONS = {
    "docdb": ("CopyDBClusterSnapshot", "CreateDBCluster"),
    "neptune": ("CopyDBClusterSnapshot", "CreateDBCluster"),
    "rds": (
        "CopyDBClusterSnapshot",
        "CopyDBSnapshot",
        "CreateDBCluster",
        "CreateDBInstanceReadReplica",
        "StartDBInstanceAutomatedBackupsReplication",
    ),
}


def presign_copy(params: Draft, request_signer: Any, model: OperationModel, **kwargs: Any) -> Flow[None]:
    """Turn ``SourceRegion``, which the service does not know, into a presigned URL, unless the caller brought one."""
    fields = cast("dict[str, Any]", params.body)
    if "SourceRegion" not in fields:
        return
    if "PreSignedUrl" not in fields:
        asked = {name: value for name, value in fields.items() if name != "SourceRegion"}
        source = fields["SourceRegion"]
        fields["PreSignedUrl"] = yield from source_url(params, asked, source, request_signer, model.name)
    del fields["SourceRegion"]


HANDLERS = tuple(
    Registration(f"before-call.{service}.{operation}", presign_copy)
    for service, operations in _OPERATIONS.items()
    for operation in operations
)
