"""The config and credentials files: what botocore reads from them, and errors that name place but not content."""

from __future__ import annotations

from pathlib import Path

import botocore.configloader
import botocore.session
import pytest

from osteon.aws.profile import ProfileFiles, read_profiles
from osteon.exceptions import ConfigParseError, ProfileNotFound

FILES = {
    "usual": "[default]\nregion = eu-west-1\n[profile a]\nREGION=x\n",
    "nested": "[profile a]\ns3 =\n  addressing_style = path\n\n  max_concurrent_requests=3\nregion = x\ndynamodb=\n",
    "quoted": '[profile "two words"]\nregion=x\n[profile   spaced]\nregion=y\n',
    "nonsense titles": "[profile]\na=1\n[profile a b]\na=1\n[profile 'open]\na=1\n[profiles x]\na=1\n[preview]\nb=2\n",
    "comments": "# one\n; two\n[default]\n# three\nregion = x # not a comment\nkey ; y = z\n",
    "colon and equals": "[default]\nurl = http://h:80/?a=b\nother: 3\nbare = \n",
    "default twice": "[default]\nregion=a\n[profile default]\nregion=b\n",
    "default twice, other order": "[profile default]\nregion=b\n[default]\nregion=a\n",
    "sections": "[sso-session my]\nsso_region=x\n[services dev]\ns3 =\n  endpoint_url = http://h\nendpoint_url=g\n[plugins]\na=b\n",
    "defaults for all": "[DEFAULT]\nregion=all\n[profile a]\noutput=json\n",
    "continued": "[profile a]\nvalue = one\n  two\n  three\n",
    "unicode": "[profile ü]\nname = ä\n",
    "empty": "",
}
BROKEN = {
    "no header": "aws_secret_access_key = sesame\n",
    "no equals sign": "[default]\nsesame\n",
    "twice": "[a]\nx=sesame\n[a]\nx=1\n",
    "option twice": "[a]\nx=sesame\nx=sesame\n",
    "nested without equals sign": "[a]\ns3 =\n  sesame\n",
}


def read(tmp_path: Path, config: str | bytes = "", credentials: str = "") -> ProfileFiles:
    paths = {"AWS_CONFIG_FILE": tmp_path / "config", "AWS_SHARED_CREDENTIALS_FILE": tmp_path / "credentials"}
    for path, text in zip(paths.values(), (config, credentials), strict=True):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_profiles({name: str(path) for name, path in paths.items()})


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_config_file_as_botocore_reads_it(tmp_path: Path, text: str) -> None:
    ours = read(tmp_path, text)
    theirs = botocore.configloader.load_config(str(tmp_path / "config"))
    assert dict(ours.profiles) == theirs.pop("profiles")
    assert dict(ours.sso_sessions) == theirs.pop("sso_sessions")
    assert dict(ours.services) == theirs.pop("services")
    assert dict(ours.other) == theirs


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_credentials_file_as_botocore_reads_it(tmp_path: Path, text: str) -> None:
    ours = read(tmp_path, credentials=text)
    assert dict(ours.credentials) == botocore.configloader.raw_config_parse(str(tmp_path / "credentials"))


@pytest.mark.parametrize("name", [None, "default", "a", "b", "only-shared"])
def test_profiles_are_merged_as_botocore_merges_them(tmp_path: Path, name: str | None) -> None:
    config = "[default]\nregion=d\n[profile a]\nregion=x\naws_access_key_id=conf\n[profile b]\nregion=y\n"
    shared = "[a]\naws_access_key_id=shared\nregion=z\n[only-shared]\naws_access_key_id=k\n"
    ours = read(tmp_path, config, shared)
    session = botocore.session.Session(profile=name)
    session.set_config_variable("config_file", ours.config_path)
    session.set_config_variable("credentials_file", ours.credentials_path)
    assert ours.profile(name) == session.get_scoped_config()
    assert list(ours.names) == session.available_profiles


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_broken_files_are_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    (tmp_path / "theirs").write_text(text)
    with pytest.raises(botocore.exceptions.ConfigParseError):
        botocore.configloader.load_config(str(tmp_path / "theirs"))
    with pytest.raises(ConfigParseError, match=r"Unable to parse config file: .*config \(.+\)$") as caught:
        read(tmp_path, text)
    assert "sesame" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigParseError, match="not UTF-8"):
        read(tmp_path, b"[default]\nx=\xff\xfe\n")


def test_an_unknown_profile_names_close_ones(tmp_path: Path) -> None:
    files = read(tmp_path, "[profile production]\n")
    with pytest.raises(ProfileNotFound, match=r"profile \(prodution\) could not be found. Did you mean: 'produc"):
        files.profile("prodution")
    with pytest.raises(ProfileNotFound, match=r"\(default\) could not be found$"):
        files.profile("default")
    assert files.profile(None) == {}


def test_missing_files_are_empty(tmp_path: Path) -> None:
    files = read_profiles({"HOME": str(tmp_path)})
    assert (files.names, files.config_path) == ((), f"{tmp_path}/.aws/config")


def test_secrets_stand_in_no_repr(tmp_path: Path) -> None:
    assert "sesame" not in repr(read(tmp_path, credentials="[default]\naws_secret_access_key=sesame\n"))
