"""``boto3.s3.transfer`` by its own name. Re-exports only."""

from osteon.aws.customizations.s3_transfer_config import TransferConfig

__all__ = ["TransferConfig"]
