"""Models that no service of AWS has, but somebody's own may: what Python cannot name, and shapes without an end."""

from __future__ import annotations

import copy
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

#: no names of parameters, and one that is taken
UNNAMEABLE = ("class", "None", "self", "with space", "1st", "", "a-b")
MODEL = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2020-01-01",
        "endpointPrefix": "odd",
        "protocol": "json",
        "protocols": ["json"],
        "jsonVersion": "1.1",
        "targetPrefix": "Odd",
        "serviceId": "Odd",
        "serviceFullName": "Odd",
        "uid": "odd-2020-01-01",
        "auth": ["smithy.api#noAuth"],
    },
    "operations": {
        "Do": {
            "name": "Do",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "Asked"},
            "output": {"shape": "Endless"},
        }
    },
    "shapes": {
        "Asked": {
            "type": "structure",
            "required": ["class", "Plain"],
            "members": {name: {"shape": "Text"} for name in (*UNNAMEABLE, "Plain", "Größe")},
        },
        "Endless": {"type": "structure", "members": {"Lists": {"shape": "Lists"}, "Maps": {"shape": "Maps"}}},
        "Lists": {"type": "list", "member": {"shape": "Lists"}},
        "Maps": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Lists"}},
        "Text": {"type": "string"},
    },
}


@pytest.fixture
def client(mode: Any, tmp_path: Path) -> Any:
    folder = tmp_path / "odd" / "2020-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(MODEL))
    return mode.client("odd", session=mode.session(data_path=str(tmp_path)), endpoint_url="http://127.0.0.1:9")


def test_a_signature_leaves_out_what_it_cannot_name(client: Any) -> None:
    assert list(inspect.signature(client.do).parameters) == ["Plain", "Größe"]


def test_shapes_without_an_end_are_described(client: Any) -> None:
    assert "Lists (list of the same again)" in client.do.__doc__
    assert "Maps (dict of str to list of the same again)" in client.do.__doc__


def test_a_clients_exceptions_can_be_copied(client: Any) -> None:
    assert copy.copy(client.exceptions).ClientError is client.exceptions.ClientError
