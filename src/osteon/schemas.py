"""Operations, services and model files as schemas: JSON Schema, tools for language models, OpenAPI. Re-exports only."""

from osteon.model.checks import check
from osteon.model.openapi import openapi_document
from osteon.model.schema import Fault, file_schema
from osteon.model.shape_schema import operation_schema
from osteon.model.tool_schema import tool_definition

__all__ = ["Fault", "check", "file_schema", "openapi_document", "operation_schema", "tool_definition"]
