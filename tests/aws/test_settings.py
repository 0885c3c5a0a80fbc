"""Settings: for every setting and every set of places, the value that botocore takes."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import botocore.configprovider
import botocore.session
import pytest

from osteon.aws.settings import PROXY_SETTINGS, S3_SETTINGS, SETTINGS, Settings
from osteon.exceptions import InvalidConfigError

PLACES = ("argument", "environment", "profile")
NUMBERS = {"metadata_service_timeout", "metadata_service_num_attempts", "csm_port", "max_attempts"}
#: The mapping botocore hands out: setting -> (keys, variables, default, converter).
THEIRS = botocore.configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES


def as_tuple(value) -> tuple:
    return () if value is None else tuple(value) if isinstance(value, list) else (value,)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("AWS_", "BOTOCORE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def test_every_setting_of_botocore_is_known() -> None:
    ours = {name: (setting.keys, setting.variables, setting.default) for name, setting in SETTINGS.items()}
    theirs = {name: (as_tuple(row[0]), as_tuple(row[1]), row[2]) for name, row in THEIRS.items()}
    for elsewhere in ("config_file", "credentials_file"):  # the file reader's own
        del theirs[elsewhere]
    del ours["connect_timeout"]  # comes from a defaults mode alone
    assert ours == theirs


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (S3_SETTINGS, botocore.configprovider.DEFAULT_S3_CONFIG_VARS),
        (PROXY_SETTINGS, botocore.configprovider.DEFAULT_PROXIES_CONFIG_VARS),
    ],
)
def test_every_setting_of_a_block_is_known(ours: dict, theirs: dict) -> None:
    assert {name: (setting.keys, setting.variables) for name, setting in ours.items()} == {
        name: (as_tuple(row[0]), as_tuple(row[1])) for name, row in theirs.items()
    }


@pytest.mark.parametrize("said", [c for n in range(4) for c in itertools.combinations(PLACES, n)], ids="+".join)
@pytest.mark.parametrize("name", [name for name in THEIRS if not name.endswith("_file") and name != "profile"])
def test_precedence(name: str, said: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, variables, _, _ = THEIRS[name]
    values = dict(zip(PLACES, ("1", "2", "3") if name in NUMBERS else ("true", "FALSE", "x"), strict=True))
    if "profile" in said:
        (home / "config").write_text(f"[default]\n{as_tuple(keys)[0]} = {values['profile']}\n")
    if "environment" in said:
        for variable in as_tuple(variables):
            monkeypatch.setenv(variable, values["environment"])
    overrides = {name: values["argument"]} if "argument" in said else {}
    session = botocore.session.Session()
    for option, value in overrides.items():
        session.set_config_variable(option, value)
    assert Settings(os.environ, overrides).get(name) == session.get_config_variable(name)


BLOCKS = [
    ("[default]\ns3 =\n  addressing_style = path\n  use_arn_region = true\n  own = 1\n", {}),
    ("[default]\ns3_use_arn_region = true\ns3 =\n  use_arn_region = false\n", {}),
    ("[default]\ns3 = path\n", {"AWS_S3_USE_ARN_REGION": "true"}),
    ("[default]\ns3 =\n  use_arn_region = false\n", {"AWS_S3_USE_ARN_REGION": "True"}),
    ("[default]\nproxy_ca_bundle = /x\nproxy_use_forwarding_for_https = True\n", {}),
    ("", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"}),
    ("", {}),
]


@pytest.mark.parametrize(("config", "environ"), BLOCKS)
def test_blocks(config: str, environ: dict, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config").write_text(config)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    session, ours = botocore.session.Session(), Settings(os.environ)
    for name in ("s3", "proxies_config"):
        assert ours.get(name) == session.get_config_variable(name)


PROFILES = [
    ({}, None),
    ({"AWS_PROFILE": "a"}, None),
    ({"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}, None),
    ({"AWS_PROFILE": "a"}, "b"),
]


@pytest.mark.parametrize(("environ", "argument"), PROFILES)
def test_profile(environ: dict, argument: str | None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config").write_text("[default]\nregion=d\n[profile a]\nregion=a\n[profile b]\nregion=b\n")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    session, ours = botocore.session.Session(profile=argument), Settings(os.environ, {"profile": argument})
    assert ours.profile_name == session.profile
    assert ours.get("region") == session.get_config_variable("region")


URLS = {
    "AWS_ENDPOINT_URL_API_GATEWAY": "http://env-service",
    "AWS_ENDPOINT_URL": "http://env-all",
    "services": "http://file-service",
    "profile": "http://file-all",
}


@pytest.mark.parametrize("said", [c for n in range(5) for c in itertools.combinations(URLS, n)], ids="+".join)
def test_endpoint_urls(said: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["[default]", "services = dev", f"endpoint_url = {URLS['profile']}" if "profile" in said else ""]
    block = f"api_gateway =\n  endpoint_url = {URLS['services']}" if "services" in said else "other =\n  a = b"
    (home / "config").write_text("\n".join([*lines, "[services dev]", block, ""]))
    for name in said:
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, URLS[name])
    session = botocore.session.Session()
    theirs = botocore.configprovider.ConfiguredEndpointProvider(
        session.full_config, session.get_scoped_config(), "apigateway", os.environ
    )
    assert Settings(os.environ).endpoint_url("API Gateway") == theirs.provide()


def test_an_unknown_services_section_is_named(home: Path) -> None:
    (home / "config").write_text("[default]\nservices = devv\n[services dev]\ns3 =\n  endpoint_url = http://h\n")
    with pytest.raises(InvalidConfigError, match=r"'devv' services configuration does not exist. Did you mean: 'dev'"):
        Settings(os.environ).endpoint_url("S3")


def test_a_number_that_is_none_is_named(home: Path) -> None:
    (home / "config").write_text("[default]\nmax_attempts = few\n")
    for environ, told in (
        ({"AWS_MAX_ATTEMPTS": "many"}, "^The environment variable AWS_MAX_ATTEMPTS must be a whole number, not 'many'"),
        ({}, "^The profile's max_attempts must be a whole number, not 'few'"),
    ):
        with pytest.raises(InvalidConfigError, match=told):
            Settings({**os.environ, **environ}).get("max_attempts")


def test_an_unknown_setting_is_a_mistake() -> None:
    with pytest.raises(KeyError, match=r"'regoin'.*'region'"):
        Settings({}).get("regoin")
