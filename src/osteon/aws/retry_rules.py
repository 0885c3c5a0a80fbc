"""What single services of AWS want otherwise of retries: a table, and botocore's data for the legacy mode."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from osteon.exceptions import ModelError
from osteon.retries.rules import LegacyRules, StandardRules

_DYNAMODB = StandardRules(total_attempts=4, scale=0.025)

#: hyphenized service id -> its rules in the standard and adaptive modes, as botocore 1.44 has them in its code
STANDARD_RULES: Mapping[str, StandardRules] = MappingProxyType(
    {
        "dynamodb": _DYNAMODB._replace(crc32_header="x-amz-crc32"),
        "dynamodb-streams": _DYNAMODB,
        "kinesis": StandardRules(long_polls=frozenset({"ReceiveQueueRecords", "ReceiveDeadLetterQueueRecords"})),
        "sfn": StandardRules(long_polls=frozenset({"GetActivityTask"})),
        "sqs": StandardRules(long_polls=frozenset({"ReceiveMessage"})),
        "sts": StandardRules(codes=frozenset({"IDPCommunicationError"})),
        "swf": StandardRules(long_polls=frozenset({"PollForActivityTask", "PollForDecisionTask"})),
    }
)


def legacy_rules(raw: Mapping[str, Any], endpoint_prefix: str, origin: str = "_retry.json") -> LegacyRules:
    """The rules of a service in the parsed ``_retry.json``. Raises ModelError where that says something impossible."""
    try:
        general = raw["retry"].get("__default__", {})
        special = raw["retry"].get(endpoint_prefix, {}).get("__default__", {})
        definitions = raw.get("definitions", {})
        rows = [definitions.get(row.get("$ref"), row) for row in _policies(general, special)]
        merged = {**general, **special}
        answers = [row["applies_when"]["response"] for row in rows if "response" in row["applies_when"]]
        return LegacyRules(
            total_attempts=int(merged["max_attempts"]),
            base=None if merged["delay"]["base"] == "rand" else float(merged["delay"]["base"]),
            growth_factor=merged["delay"]["growth_factor"],
            answers=frozenset(
                (answer["http_status_code"], answer.get("service_error_code"))
                for answer in answers
                if "http_status_code" in answer
            ),
            crc32_header=next((answer["crc32body"] for answer in answers if "crc32body" in answer), None),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"no retry data for {endpoint_prefix} ({type(error).__name__}: {error})"
        raise ModelError(origin=origin, pointer=f"/retry/{endpoint_prefix}", reason=reason) from None


def _policies(general: Mapping[str, Any], special: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list({**general.get("policies", {}), **special.get("policies", {})}.values())
