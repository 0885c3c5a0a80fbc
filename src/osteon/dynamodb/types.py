"""``boto3.dynamodb.types`` by its own name. Re-exports only."""

from osteon.aws.customizations.dynamodb_values import (
    DYNAMODB_CONTEXT,
    Binary,
    TypeDeserializer,
    TypeSerializer,
    Value,
    ValueIn,
)

__all__ = ["DYNAMODB_CONTEXT", "Binary", "TypeDeserializer", "TypeSerializer", "Value", "ValueIn"]
