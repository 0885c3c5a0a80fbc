"""``boto3.dynamodb.table`` by its own name. Re-exports only."""

from osteon.aws.customizations.dynamodb_resources import AsyncBatchWriter, BatchWriter

__all__ = ["AsyncBatchWriter", "BatchWriter"]
