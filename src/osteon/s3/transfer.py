"""``boto3.s3.transfer`` by its own name. Re-exports only."""

from osteon.aws.customizations.s3_progress import progress_bar
from osteon.aws.customizations.s3_transfer_config import TransferConfig
from osteon.aws.customizations.s3_transfer_methods import S3Transfer

__all__ = ["S3Transfer", "TransferConfig", "progress_bar"]
