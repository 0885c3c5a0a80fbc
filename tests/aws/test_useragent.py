"""The user agent: botocore's string but for the product, and nothing a user gives can break its format."""

from __future__ import annotations

import botocore.config
import botocore.useragent
import pytest

from osteon.aws.useragent import user_agent
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


def test_features_are_cut_between_two() -> None:
    text = user_agent("1", Config(), {}, [f"f{number:03}" for number in range(500)])
    kept = next(part for part in text.split() if part.startswith("m/")).removeprefix("m/")
    assert len(kept) <= 1024
    assert kept.split(",") == [f"f{number:03}" for number in range(len(kept.split(",")))]


def test_nothing_given_opens_a_new_line() -> None:
    text = user_agent("1\r\n", Config(user_agent_appid="a\r\nX: y", retries={}), {"AWS_EXECUTION_ENV": "b\nc"}, ["A"])
    assert "\r" not in text
    assert "\n" not in text
