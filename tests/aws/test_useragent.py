"""The user agent: botocore's string but for the product, and nothing a user gives can break its format."""

from __future__ import annotations

import botocore.config
import botocore.useragent
import pytest

from osteon.aws.useragent import FEATURES, user_agent
from osteon.config import Config

CONFIGS = [
    {},
    {"retries": {"mode": "standard"}},
    {"retries": {"mode": "adaptive"}, "endpoint_discovery_enabled": True},
    {"user_agent_appid": "my app/ü#1", "user_agent_extra": "lib/1.0 more"},
    {"user_agent": "own/1"},
    {"user_agent": "own/1", "user_agent_extra": "lib/1.0"},
]


@pytest.mark.parametrize("environ", [{}, {"AWS_EXECUTION_ENV": "AWS_Lambda python"}])
@pytest.mark.parametrize("options", CONFIGS)
def test_as_botocore(options: dict, environ: dict) -> None:
    parts = botocore.useragent.UserAgentString.from_environment()
    theirs = botocore.useragent.UserAgentString(
        parts._platform_name,
        parts._platform_version,
        parts._platform_machine,
        parts._python_version,
        parts._python_implementation,
        environ.get("AWS_EXECUTION_ENV"),
        None,
    ).with_client_config(botocore.config.Config(**options))
    expected = theirs.to_string().replace(f"Botocore/{botocore.useragent.botocore_version}", "osteon/1.2.3")
    assert user_agent("1.2.3", Config(**options), environ) == expected


#: of the features that AWS lists for Python, those that osteon has no such thing as
_NOT_OURS = {"CREDENTIALS_BOTO2_CONFIG_FILE", "CLI_V1_TO_V2_MIGRATION_DEBUG_MODE"}
#: the same feature by another name
_NAMES = {
    "AWS::Auth::AccountId": "RESOLVED_ACCOUNT_ID",
    "FLEXIBLE_CHECKSUMS_REQ_CRC64NVME": "FLEXIBLE_CHECKSUMS_REQ_CRC64",
}


def test_ids_of_features_are_botocores() -> None:
    theirs = botocore.useragent._USERAGENT_FEATURE_MAPPINGS
    ours = {_NAMES.get(name, name): number for name, number in FEATURES.items()}
    assert ours == {name: number for name, number in theirs.items() if name not in _NOT_OURS}


def test_all_features_together_are_short_enough_and_others_are_not_told() -> None:
    text = user_agent("1", Config(), {}, [*FEATURES, "OF_THE_USERS_OWN"])
    [told] = [part for part in text.split() if part.startswith("m/")]
    assert len(told) <= 1024
    assert told.removeprefix("m/").split(",") == sorted(FEATURES.values())


def test_nothing_given_opens_a_new_line() -> None:
    text = user_agent("1\r\n", Config(user_agent_appid="a\r\nX: y", retries={}), {"AWS_EXECUTION_ENV": "b\nc"}, ["A\n"])
    assert "\r" not in text
    assert "\n" not in text
