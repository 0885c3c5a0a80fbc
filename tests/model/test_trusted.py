"""What comes back from the cache without validation is what validation gives; what it could alter is not kept there."""

import json

import orjson
import pytest
from pydantic import BaseModel

from osteon.model.definitions import PackedDefinitions, Provenance, pack
from osteon.model.files import read_object
from osteon.model.loader import Loader
from osteon.model.service import OperationModel, ServiceModel, is_valid
from osteon.model.shapes import SHAPE_CLASSES
from osteon.model.trusted import trusted

#: between them: every trait that AWS's models have
SERVICES = ("s3", "dynamodb", "ec2", "apigateway", "lexv2-runtime", "beacon", "ledger", "harbor", "atlas")


def plain(value):
    """A description as plain values, types of containers and what the file gives among them."""
    if isinstance(value, BaseModel):
        return type(value), value.model_fields_set, {name: plain(item) for name, item in vars(value).items()}
    if isinstance(value, tuple):
        return tuple, [plain(item) for item in value]
    if hasattr(value, "items"):
        return type(value), [(key, plain(item)) for key, item in value.items()]
    return value


@pytest.mark.parametrize("service", SERVICES)
def test_trusted_is_validated(service):
    found = Loader()._find(service, "service-2", None)
    definitions = PackedDefinitions(pack(read_object(found.source.path), ""), Provenance(""), dict)
    assert is_valid(definitions)
    assert plain(trusted(ServiceModel, definitions.top())) == plain(ServiceModel.model_validate(definitions.top()))
    for section, text in definitions.parts():
        raw = orjson.loads(text)
        kind = OperationModel if section == "operations" else SHAPE_CLASSES[raw["type"]]
        assert plain(trusted(kind, raw)) == plain(kind.model_validate(raw)), raw


METADATA = {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "protocol": "json", "serviceId": "Bones"}
ALTERED = {
    "a number as text": {"Id": {"type": "string", "min": "1"}},
    "text for a boolean": {"In": {"type": "structure", "union": "true"}},
    "a number for a boolean": {"In": {"type": "structure", "union": 1}},
    "a type there is not": {"In": {"type": "tree"}},
    "no type": {"In": {}},
    "a list without member": {"List": {"type": "list"}},
}


@pytest.mark.parametrize("shapes", ALTERED.values(), ids=ALTERED)
def test_what_validation_alters_or_refuses_is_not_kept(shapes, tmp_path):
    folder = tmp_path / "models" / "bones" / "2024-01-01"
    folder.mkdir(parents=True)
    model = {"metadata": METADATA, "operations": {}, "shapes": shapes}
    (folder / "service-2.json").write_text(json.dumps(model))
    environ = {"HOME": str(tmp_path), "OSTEON_CACHE_DIR": str(tmp_path / "cache")}
    assert Loader(tmp_path / "models", environ).service_model("bones").service_name == "bones"
    assert list((tmp_path / "cache").iterdir()) == []
