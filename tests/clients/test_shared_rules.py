"""Endpoint rules and partitions: compiled once per process for the same files, never shared between others."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import botocore
import pytest

import osteon

MODEL = {
    "metadata": {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "protocol": "json", "serviceId": "Bones"},
    "operations": {"GetBone": {"name": "GetBone"}},
    "shapes": {},
}
OF_AWS = {**MODEL, "metadata": {**MODEL["metadata"], "signatureVersion": "v4"}}


def session(**given: Any) -> osteon.Session:
    return osteon.Session("AKID", "secret", region_name="us-east-1", **given)


def rules_of(client: Any) -> Any:
    return client._parts.components.endpoints.ruleset


def write(folder: Path, name: str, content: object) -> Path:
    place = folder / "bones" / "2024-01-01" / f"{name}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(content))
    return folder


def leading_to(url: str) -> dict[str, Any]:
    rule = {"type": "endpoint", "conditions": [], "endpoint": {"url": url}}
    return {"version": "1.0", "parameters": {}, "rules": [rule]}


@pytest.mark.parametrize("service", ["s3", "sqs", "importexport"])
def test_sessions_share_the_rules_of_aws(service: str) -> None:
    sessions = (session(), session(), osteon.AsyncSession(region_name="eu-west-1"))
    held = [rules_of(made.client(service)) for made in sessions]
    assert held[0] is held[1] is held[2]


@pytest.mark.parametrize("model", [MODEL, OF_AWS], ids=["own", "signed for AWS"])
def test_sessions_share_the_rules_of_own_models_and_of_no_other(tmp_path: Path, model: dict[str, Any]) -> None:
    folders = [write(tmp_path / name, "service-2", model) for name in ("a", "b")]
    for folder in folders:
        write(folder, "endpoint-rule-set-1", leading_to(f"https://{folder.name}.example"))
    clients = [session(data_path=folder).client("bones") for folder in (*folders, *folders)]
    urls = [client.meta.endpoint_url for client in clients]
    assert urls == ["https://a.example", "https://b.example"] * 2
    assert rules_of(clients[0]) is rules_of(clients[2]) is not rules_of(clients[1])


def test_rules_that_changed_are_read_again(tmp_path: Path) -> None:
    write(tmp_path, "service-2", MODEL)
    for url in ("https://one.example", "https://three.example"):
        write(tmp_path, "endpoint-rule-set-1", leading_to(url))
        assert session(data_path=tmp_path).client("bones").meta.endpoint_url == url


@pytest.mark.parametrize("model", [MODEL, OF_AWS], ids=["own", "signed for AWS"])
def test_models_in_memory_have_the_rules_of_no_file(tmp_path: Path, model: dict[str, Any]) -> None:
    write(tmp_path, "service-2", MODEL)
    write(tmp_path, "endpoint-rule-set-1", leading_to("https://file.example"))
    given = osteon.ServiceModel.from_dict(model, service_name="bones")
    client = session(data_path=tmp_path).client(given, endpoint_url="https://given.example")
    assert client.meta.endpoint_url == "https://given.example"


def test_errors_name_the_file_of_the_rules(tmp_path: Path) -> None:
    write(tmp_path, "service-2", MODEL)
    write(tmp_path, "endpoint-rule-set-1", {**leading_to("https://a"), "parameters": {"A": {"type": "strin"}}})
    with pytest.raises(osteon.exceptions.ModelError, match=r"endpoint-rule-set-1\.json at /parameters/A/type"):
        session(data_path=tmp_path).client("bones")


def test_partitions_of_another_folder_make_rules_of_their_own(tmp_path: Path) -> None:
    usual = session().client("sqs")
    raw = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())
    raw["partitions"][0]["outputs"]["dnsSuffix"] = "bones.example"
    (tmp_path / "partitions.json.gz").write_bytes(gzip.compress(json.dumps(raw).encode()))
    other = session(data_path=tmp_path).client("sqs")
    assert other.meta.endpoint_url == "https://sqs.us-east-1.bones.example"
    assert usual.meta.endpoint_url == session().client("sqs").meta.endpoint_url == "https://sqs.us-east-1.amazonaws.com"
    assert rules_of(other) is not rules_of(usual)
