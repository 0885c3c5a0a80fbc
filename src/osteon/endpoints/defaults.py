"""Rules for services whose model brings none, written as rule sets like any other. No computation."""

from __future__ import annotations

from typing import Any


def regional_rules(endpoint_prefix: str) -> dict[str, Any]:
    """Rules for an AWS service without a rule set: endpoint_url, else ``https://<prefix>.<region>.<DNS suffix>``.

    FIPS puts ``-fips`` after the prefix, dual stack takes the partition's dual-stack suffix.
    """
    fips, dual_stack = _is_true("UseFIPS"), _is_true("UseDualStack")
    plain, both = "{Region}.{Partition#dnsSuffix}", "{Region}.{Partition#dualStackDnsSuffix}"
    return {
        "version": "1.0",
        "parameters": {
            "Region": {"type": "string", "builtIn": "AWS::Region"},
            "UseFIPS": {"type": "boolean", "builtIn": "AWS::UseFIPS", "required": True, "default": False},
            "UseDualStack": {"type": "boolean", "builtIn": "AWS::UseDualStack", "required": True, "default": False},
            **_ENDPOINT,
        },
        "rules": [
            _GIVEN,
            {
                "type": "tree",
                "conditions": [
                    {"fn": "isSet", "argv": [{"ref": "Region"}]},
                    {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "Partition"},
                ],
                "rules": [
                    _url(f"https://{endpoint_prefix}-fips.{both}", fips, dual_stack),
                    _url(f"https://{endpoint_prefix}-fips.{plain}", fips),
                    _url(f"https://{endpoint_prefix}.{both}", dual_stack),
                    _url(f"https://{endpoint_prefix}.{plain}"),
                ],
            },
            {"type": "error", "conditions": [], "error": "Invalid Configuration: Missing Region"},
        ],
    }


def endpoint_url_rules(service_name: str) -> dict[str, Any]:
    """Rules for any other service without a rule set: it lives where endpoint_url says, and that must be given."""
    missing = f"{service_name} has no endpoint rules: pass endpoint_url (or put endpoint-rule-set-1.json by its model)"
    return {
        "version": "1.0",
        "parameters": dict(_ENDPOINT),
        "rules": [_GIVEN, {"type": "error", "conditions": [], "error": missing}],
    }


def _url(template: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"type": "endpoint", "conditions": list(conditions), "endpoint": {"url": template}}


def _is_true(name: str) -> dict[str, Any]:
    return {"fn": "booleanEquals", "argv": [{"ref": name}, True]}


_ENDPOINT = {"Endpoint": {"type": "string", "builtIn": "SDK::Endpoint"}}
_GIVEN = {
    "type": "endpoint",
    "conditions": [{"fn": "isSet", "argv": [{"ref": "Endpoint"}]}],
    "endpoint": {"url": {"ref": "Endpoint"}},
}
