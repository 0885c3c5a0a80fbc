"""Config: its options are botocore's, its checks too; secrets stay out of sight."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import botocore
import botocore.config
import pytest

from osteon.config import OPTIONS, UNSIGNED, Config
from osteon.exceptions import (
    InvalidConfigError,
    InvalidMaxRetryAttemptsError,
    InvalidRetryConfigurationError,
    InvalidRetryModeError,
    InvalidS3AddressingStyleError,
    InvalidTimeoutError,
)

OWN = {"api_key", "bearer_token"}


def test_options_are_botocores_in_its_order() -> None:
    theirs = tuple(botocore.config.Config.OPTION_DEFAULTS)
    missing = [name for name in theirs if name not in OPTIONS]
    assert missing == []
    assert tuple(name for name in OPTIONS if name not in OWN) == theirs


@pytest.mark.parametrize(
    "given", [{}, {"defaults_mode": "legacy"}, {"defaults_mode": "standard"}, {"connect_timeout": 3}]
)
def test_defaults_are_botocores(given: dict) -> None:
    ours, theirs = Config(**given), botocore.config.Config(**given)
    assert {name: getattr(ours, name) for name in OPTIONS if name not in OWN} == {
        name: getattr(theirs, name) for name in botocore.config.Config.OPTION_DEFAULTS
    }


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"s3": {"addressing_style": "vritual"}}, InvalidS3AddressingStyleError),
        ({"s3": "path"}, InvalidConfigError),
        ({"proxies": "http://proxy:3128"}, InvalidConfigError),
        ({"proxies_config": ["proxy_ca_bundle"]}, InvalidConfigError),
        ({"client_context_params": "use_arn_region"}, InvalidConfigError),
        ({"retries": {"attempts": 3}}, InvalidRetryConfigurationError),
        ({"retries": {"max_attempts": -1}}, InvalidMaxRetryAttemptsError),
        ({"retries": {"max_attempts": "3"}}, InvalidMaxRetryAttemptsError),
        ({"retries": {"total_max_attempts": 0}}, InvalidMaxRetryAttemptsError),
        ({"retries": {"mode": "eager"}}, InvalidRetryModeError),
        ({"connect_timeout": 0}, InvalidTimeoutError),
        ({"connect_timeout": -1}, InvalidTimeoutError),
        ({"connect_timeout": "5"}, InvalidTimeoutError),
        ({"connect_timeout": True}, InvalidTimeoutError),
        ({"connect_timeout": Decimal(5)}, InvalidTimeoutError),
        ({"read_timeout": (3, 10)}, InvalidTimeoutError),
        ({"read_timeout": float("nan")}, InvalidTimeoutError),
        ({"read_timeout": -0.5}, ValueError),
        ({"max_pool_connections": "5"}, InvalidConfigError),
        ({"max_pool_connections": 2.5}, InvalidConfigError),
        ({"max_pool_connections": None}, InvalidConfigError),
        ({"s3": {"use_dualstack_endpoint": "yes"}}, InvalidConfigError),
        ({"s3": {"use_accelerate_endpoint": ""}}, InvalidConfigError),
        ({"proxies_config": {"proxy_use_forwarding_for_https": []}}, InvalidConfigError),
        ({"use_fips_endpoint": "on"}, InvalidConfigError),
        ({"tcp_keepalive": 2}, InvalidConfigError),
    ],
)
def test_bad_values_are_refused(given: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        Config(**given)


@pytest.mark.parametrize(
    ("given", "meant"),
    [("true", True), ("True", True), ("false", False), ("FALSE", False), (1, True), (0, False), (None, None)],
)
def test_texts_of_options_that_are_true_or_false_mean_what_they_say(given: Any, meant: bool | None) -> None:
    blocks = {"s3": {"use_arn_region": given, "addressing_style": "path"}}
    config = Config(use_fips_endpoint=given, proxies_config={"proxy_use_forwarding_for_https": given}, **blocks)
    assert (config.use_fips_endpoint, config.s3) == (meant, {"use_arn_region": meant, "addressing_style": "path"})
    assert config.proxies_config == {"proxy_use_forwarding_for_https": meant}
    assert blocks["s3"]["use_arn_region"] is given, "the caller's dict is the caller's"


def test_what_is_refused_is_named() -> None:
    with pytest.raises(InvalidConfigError, match=r"s3\.use_arn_region must be True or False, not 'perhaps'"):
        Config(s3={"use_arn_region": "perhaps"})


@pytest.mark.parametrize("limit", [None, 1, 0.1])
def test_time_limits_are_any_number_or_none(limit: float | None) -> None:
    assert Config(connect_timeout=limit, read_timeout=limit).read_timeout == limit


def test_unknown_option_names_the_close_one() -> None:
    with pytest.raises(TypeError, match=r"Got unexpected keyword argument 'regoin_name'. Did you mean: 'region_name'"):
        Config(regoin_name="eu-west-1")  # type: ignore[call-arg]  # the point of the test


def test_an_option_given_twice_is_told_in_botocores_words() -> None:
    for kind in (Config, botocore.config.Config):
        with pytest.raises(TypeError, match=r"^Got multiple values for keyword argument 'region_name'$"):
            kind("eu-west-1", region_name="eu-west-2")


def test_positional_options_as_botocore_takes_them() -> None:
    config = Config("eu-west-1", "s3v4")
    assert (config.region_name, config.signature_version) == ("eu-west-1", "s3v4")
    assert config.provided == {"region_name": "eu-west-1", "signature_version": "s3v4"}


def test_merge_takes_what_was_given_not_defaults() -> None:
    base = Config(region_name="eu-west-1", read_timeout=5)
    merged = base.merge(Config(read_timeout=60, retries={"mode": "standard"}))
    assert merged.provided == {"region_name": "eu-west-1", "read_timeout": 60, "retries": {"mode": "standard"}}
    assert base.read_timeout == 5


def test_a_botocore_config_is_taken_by_its_attributes() -> None:
    foreign = botocore.config.Config(
        region_name="eu-west-1",
        signature_version=botocore.UNSIGNED,
        defaults_mode="standard",
        s3={"addressing_style": "path"},
    )
    config = Config.of(foreign)
    assert config.signature_version is UNSIGNED
    assert set(config.provided) == {"region_name", "signature_version", "defaults_mode", "s3"}


def test_of_refuses_what_is_no_config() -> None:
    with pytest.raises(TypeError, match="must be a Config, not int"):
        Config.of(3)
    assert Config.of(None).provided == {}


def test_secrets_stand_in_no_repr() -> None:
    config = Config(api_key="sesame", bearer_token="opensesame", proxies={"http": "http://u:sesame@h"}, region_name="x")
    assert "sesame" not in repr(config)
    assert "region_name='x'" in repr(config)


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda config: pickle.loads(pickle.dumps(config))])
def test_copies_know_what_was_given(twin) -> None:
    config = twin(Config(signature_version=UNSIGNED, read_timeout=3))
    assert config.provided == {"signature_version": UNSIGNED, "read_timeout": 3}
    assert config.signature_version is UNSIGNED
