"""Conditions on DynamoDB's attributes, and the expressions they become. Knows no call and no client."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from osteon.exceptions import (
    DynamoDBNeedsConditionError,
    DynamoDBNeedsKeyConditionError,
    DynamoDBOperationNotSupportedError,
)

#: The parts of a document path that are names: all but dots and indices.
_NAME = re.compile(r"[^.\[\]]+(?![^\[]*\])")


class ConditionBase:
    """A condition; ``&``, ``|`` and ``~`` make new ones. ``{0}`` in the format is the first value."""

    expression_format: ClassVar[str] = ""
    expression_operator: ClassVar[str] = ""
    #: the last value is a list, each item of which is a value of its own
    has_grouped_values: ClassVar[bool] = False

    def __init__(self, *values: Any) -> None:
        self._values = values

    def __and__(self, other: ConditionBase) -> And:
        return And(self, _condition("AND", other))

    def __or__(self, other: ConditionBase) -> Or:
        return Or(self, _condition("OR", other))

    def __invert__(self) -> Not:
        return Not(self)

    def get_expression(self) -> dict[str, Any]:
        return {"format": self.expression_format, "operator": self.expression_operator, "values": self._values}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._values == other._values

    def __hash__(self) -> int:
        return hash((type(self), self.expression_operator))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._values))})"


def _condition(operator: str, value: object) -> ConditionBase:
    if not isinstance(value, ConditionBase):
        raise DynamoDBOperationNotSupportedError(operator, value)
    return value


class AttributeBase:
    """An attribute, by its name or document path; its methods make conditions."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __and__(self, value: Any) -> Any:
        raise DynamoDBOperationNotSupportedError("AND", self)

    def __or__(self, value: Any) -> Any:
        raise DynamoDBOperationNotSupportedError("OR", self)

    def __invert__(self) -> Any:
        raise DynamoDBOperationNotSupportedError("NOT", self)

    def eq(self, value: Any) -> Equals:
        """The attribute equals the value."""
        return Equals(self, value)

    def lt(self, value: Any) -> LessThan:
        """It is less than the value."""
        return LessThan(self, value)

    def lte(self, value: Any) -> LessThanEquals:
        """It is the value or less."""
        return LessThanEquals(self, value)

    def gt(self, value: Any) -> GreaterThan:
        """It is greater than the value."""
        return GreaterThan(self, value)

    def gte(self, value: Any) -> GreaterThanEquals:
        """It is the value or greater."""
        return GreaterThanEquals(self, value)

    def begins_with(self, value: Any) -> BeginsWith:
        """It begins with the value."""
        return BeginsWith(self, value)

    def between(self, low_value: Any, high_value: Any) -> Between:
        """It is from ``low_value`` to ``high_value``, both included."""
        return Between(self, low_value, high_value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.name == other.name

    def __hash__(self) -> int:
        return hash((type(self), self.name))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class ComparisonCondition(ConditionBase):
    expression_format = "{0} {operator} {1}"


class Equals(ComparisonCondition):
    expression_operator = "="


class NotEquals(ComparisonCondition):
    expression_operator = "<>"


class LessThan(ComparisonCondition):
    expression_operator = "<"


class LessThanEquals(ComparisonCondition):
    expression_operator = "<="


class GreaterThan(ComparisonCondition):
    expression_operator = ">"


class GreaterThanEquals(ComparisonCondition):
    expression_operator = ">="


class In(ComparisonCondition):
    expression_operator = "IN"
    has_grouped_values = True


class Between(ConditionBase):
    expression_operator = "BETWEEN"
    expression_format = "{0} {operator} {1} AND {2}"


class _FunctionOfTwo(ConditionBase):
    expression_format = "{operator}({0}, {1})"


class BeginsWith(_FunctionOfTwo):
    expression_operator = "begins_with"


class Contains(_FunctionOfTwo):
    expression_operator = "contains"


class AttributeType(_FunctionOfTwo):
    expression_operator = "attribute_type"


class _FunctionOfOne(ConditionBase):
    expression_format = "{operator}({0})"


class AttributeExists(_FunctionOfOne):
    expression_operator = "attribute_exists"


class AttributeNotExists(_FunctionOfOne):
    expression_operator = "attribute_not_exists"


class ConditionAttributeBase(ConditionBase, AttributeBase):
    """What is made of an attribute and is compared as one: only with a further method is it a whole condition."""

    def __init__(self, *values: Any) -> None:
        ConditionBase.__init__(self, *values)
        AttributeBase.__init__(self, values[0].name)

    def __eq__(self, other: object) -> bool:
        return ConditionBase.__eq__(self, other)

    __hash__ = ConditionBase.__hash__


class Size(ConditionAttributeBase, _FunctionOfOne):
    expression_operator = "size"


class _Joined(ConditionBase):
    expression_format = "({0} {operator} {1})"


class And(_Joined):
    expression_operator = "AND"


class Or(_Joined):
    expression_operator = "OR"


class Not(ConditionBase):
    expression_operator = "NOT"
    expression_format = "({operator} {0})"


class Key(AttributeBase):
    """An attribute of the key."""


class Attr(AttributeBase):
    """Any attribute."""

    def ne(self, value: Any) -> NotEquals:
        """The attribute does not equal the value."""
        return NotEquals(self, value)

    def is_in(self, value: Iterable[Any]) -> In:
        """It is one of the values."""
        return In(self, value)

    def exists(self) -> AttributeExists:
        """The item has it."""
        return AttributeExists(self)

    def not_exists(self) -> AttributeNotExists:
        """The item does not have it."""
        return AttributeNotExists(self)

    def contains(self, value: Any) -> Contains:
        """It contains the value: as a part of its text, or as a member of its set or list."""
        return Contains(self, value)

    def size(self) -> Size:
        """Its size, to be compared by a further method."""
        return Size(self)

    def attribute_type(self, value: str) -> AttributeType:
        """It is of the type, such as ``S``."""
        return AttributeType(self, value)


class BuiltConditionExpression(NamedTuple):
    condition_expression: str
    attribute_name_placeholders: dict[str, str]
    attribute_value_placeholders: dict[str, Any]


class ConditionExpressionBuilder:
    """Writes conditions as expressions; its placeholders count on until it is reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def build_expression(self, condition: ConditionBase, is_key_condition: bool = False) -> BuiltConditionExpression:
        """``#n0 = :v0`` and what its placeholders stand for.

        Raises DynamoDBNeedsConditionError, and DynamoDBNeedsKeyConditionError for an Attr in a key condition.
        """
        if not isinstance(condition, ConditionBase):  # pyright: ignore[reportUnnecessaryIsInstance]  # a caller's
            raise DynamoDBNeedsConditionError(condition)
        names, values = len(self._names), len(self._values)
        text = self._text(condition, is_key_condition)
        return BuiltConditionExpression(
            text, dict(list(self._names.items())[names:]), dict(list(self._values.items())[values:])
        )

    def _text(self, condition: ConditionBase, key_only: bool) -> str:
        expression = condition.get_expression()
        parts = [self._part(value, condition, key_only) for value in expression["values"]]
        text: str = expression["format"].format(*parts, operator=expression["operator"])
        return text

    def _part(self, value: Any, condition: ConditionBase, key_only: bool) -> str:
        if isinstance(value, ConditionBase):
            return self._text(value, key_only)
        if isinstance(value, AttributeBase):
            if key_only and not isinstance(value, Key):
                raise DynamoDBNeedsKeyConditionError(
                    message=f"Attribute object {value.name} is of type {type(value)}. "
                    "KeyConditionExpression only supports Attribute objects of type Key"
                )
            return _NAME.sub(lambda name: self._placeholder("#n", self._names, name.group()), value.name)
        if condition.has_grouped_values:
            return f"({', '.join(self._placeholder(':v', self._values, item) for item in value)})"
        return self._placeholder(":v", self._values, value)

    @staticmethod
    def _placeholder(prefix: str, held: dict[str, Any], value: Any) -> str:
        name = f"{prefix}{len(held)}"
        held[name] = value
        return name
