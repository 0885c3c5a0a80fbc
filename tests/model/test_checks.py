"""Checking model files: every fault with its pointer, line and hint; the published schema."""

import json

import pytest
from jsonschema import Draft202012Validator

from osteon.model.checks import check
from osteon.model.positions import lines_of, path_of, pointer_to
from osteon.model.schema import FILES, file_schema

SERVICE = """{
  "metadata": {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "protocol": "rest-json"},
  "operations": {
    "GetBone": {
      "http": {"method": "GET", "requestUri": "/bones/{Id}"},
      "input": {"shape": "GetBoneIn"},
      "output": {"shape": "Bones"},
      "errors": [{"shape": "NoBone"}]
    }
  },
  "shapes": {
    "GetBoneIn": {"type": "structure", "required": ["Id"], "members": {
      "Id": {"shape": "Id", "location": "uri", "locationName": "Id"},
      "Next": {"shape": "Id"},
      "Limit": {"shape": "Int"}
    }},
    "Bones": {"type": "structure", "members": {"Items": {"shape": "BoneList"}, "Next": {"shape": "Id"}}},
    "BoneList": {"type": "list", "member": {"shape": "Bone"}},
    "Bone": {"type": "structure", "members": {"Name": {"shape": "Id"}, "Kin": {"shape": "Kin"}}},
    "Kin": {"type": "map", "key": {"shape": "Id"}, "value": {"shape": "Bone"}},
    "NoBone": {"type": "structure", "members": {}, "exception": true},
    "Id": {"type": "string", "pattern": "^[a-z]+$"},
    "Int": {"type": "integer"}
  }
}
"""
PAGINATORS = """{"pagination": {"GetBone": {
  "input_token": "Next", "output_token": "Next || Items[-1].Name", "limit_key": "Limit",
  "result_key": ["Items", "Items[].Kin.any.Name"]
}}}"""
WAITERS = """{"version": 2, "waiters": {"BoneThere": {
  "operation": "GetBone", "delay": 5, "maxAttempts": 3,
  "acceptors": [{"state": "success", "matcher": "path", "argument": "Items[0].Name", "expected": "x"}]
}}}"""
RESOURCES = """{"service": {"has": {"Bone": {"resource": {"type": "Bone"}}}},
"resources": {"Bone": {"shape": "Bone", "actions": {"Get": {"request": {"operation": "GetBone"}}}}}}"""
TEXTS = {"service": SERVICE, "paginators": PAGINATORS, "waiters": WAITERS, "resources": RESOURCES}


@pytest.mark.parametrize("kind", TEXTS)
def test_nothing_is_wrong(kind):
    assert check(TEXTS[kind], kind, None if kind == "service" else json.loads(SERVICE)) == ()
    assert check(TEXTS[kind].encode(), kind) == ()


# what is replaced, by what, then of the one fault: pointer, line, part of the message, part of the hint
FAULTS = {
    "service": [
        ('"rest-json"}', "5}", "/metadata/protocol", 2, "must be of type string, not number", ""),
        ('"shapes": {', '"shapes": [], "x": {', "/shapes", 11, "must be of type object, not array", ""),
        ('"integer"', '"integr"', "/shapes/Int/type", 23, "must be one of", "'integer'"),
        ('"type": "integer"', '"typ": "integer"', "/shapes/Int", 23, "lacks type", ""),
        ('"location": "uri"', '"location": "url"', "/shapes/GetBoneIn/members/Id/location", 13, "one of", "'uri'"),
        ('"BoneList"}', '"BonesList"}', "/shapes/Bones/members/Items/shape", 17, "no shape", "'BoneList'"),
        ('{"shape": "Bone"}}', '{"shape": "Nobody"}}', "/shapes/BoneList/member/shape", 18, "no shape named", ""),
        ('"key": {"shape": "Id"', '"key": {"shape": "id"', "/shapes/Kin/key/shape", 20, "no shape", "'Id'"),
        ('[{"shape": "NoBone"', '[{"shape": "NoBon"', "/operations/GetBone/errors/0/shape", 8, "no shape", "'NoBone'"),
        ('"GetBoneIn"},', '"Id"},', "/operations/GetBone/input", 6, "must be a structure, but Id is a string", ""),
        ('["Id"]', '["Id", "Nxt"]', "/shapes/GetBoneIn/required/1", 12, "no member named Nxt", "'Next'"),
        ('"members": {}', '"members": {}, "payload": "B"', "/shapes/NoBone/payload", 21, "no member named B", ""),
        ('"/bones/{Id}"', '"/bones/{Id}/{X+}"', "/operations/GetBone/http/requestUri", 5, "no uri member named X", ""),
        ('"/bones/{Id}"', '"/bones"', "/operations/GetBone/http/requestUri", 5, "no label for the uri member Id", ""),
        ('"errors": [', '"endpoint": {"hostPrefix": "{Y}."}, "errors": [',
         "/operations/GetBone/endpoint/hostPrefix", 8, "no hostLabel member named Y", ""),
        ('"GetBone": {', '"getBone": {}, "GetBone": {', "/operations/GetBone", 4, "Python name of getBone", ""),
        ("^[a-z]+$", "(?<n>[a-z]", "/shapes/Id/pattern", 22, "not enforced", ""),
        ('"method"', '"methd"', "/operations/GetBone/http/methd", 5, "is ignored", "'method'"),
        ('"exception": true', '"exeption": true', "/shapes/NoBone/exeption", 21, "is ignored", "'exception'"),
        ('"pattern"', '"x~/y": 1, "pattern"', "/shapes/Id/x~0~1y", 22, "is ignored", ""),
        ('"integer"}\n', '"integer"},\n', "", 23, "not JSON", ""),
    ],
    "paginators": [
        ('"GetBone"', '"GetBones"', "/pagination/GetBones", 1, "no operation", "'GetBone'"),
        ('"input_token"', '"inputToken"', "/pagination/GetBone", 1, "lacks input_token", ""),
        ('"input_token": "Next"', '"input_token": "Nxt"', "/pagination/GetBone/input_token", 2, "Nxt", "'Next'"),
        ('"Limit"', '"Limits"', "/pagination/GetBone/limit_key", 2, "no input member", "'Limit'"),
        ("[-1].Name", "[-1].Nme", "/pagination/GetBone/output_token", 2, "Bone has no member named Nme", "'Name'"),
        ("any.Name", "any.Nme", "/pagination/GetBone/result_key", 3, "Bone has no member named Nme", "'Name'"),
        ("[-1].Name", "[-1", "/pagination/GetBone/output_token", 2, "no JMESPath expression", ""),
    ],
    "waiters": [
        ('"GetBone"', '"GetBon"', "/waiters/BoneThere/operation", 2, "no operation", "'GetBone'"),
        ('"success"', '"sucess"', "/waiters/BoneThere/acceptors/0/state", 3, "must be one of", "'success'"),
        ('"argument": "Items[0].Name", ', "", "/waiters/BoneThere/acceptors/0", 3, "needs an argument", ""),
        ("Items[0].Name", "Items[", "/waiters/BoneThere/acceptors/0/argument", 3, "no JMESPath expression", ""),
        ('"version": 2', '"version": 3', "/version", 1, "must be 2", ""),
    ],
    "resources": [
        ('{"type": "Bone"}', '{"type": "Bones"}', "/service/has/Bone/resource/type", 1, "no resource", "'Bone'"),
        ('"GetBone"', '"Get"', "/resources/Bone/actions/Get/request/operation", 2, "no operation", ""),
        ('"shape": "Bone"', '"shape": "Boone"', "/resources/Bone/shape", 2, "no shape named", "'Bone'"),
    ],
}  # fmt: skip


CASES = [(kind, *case) for kind, cases in FAULTS.items() for case in cases]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2][:40])
def test_faults(case):
    kind, old, new, pointer, line, message, hint = case
    assert old in TEXTS[kind]
    text = TEXTS[kind].replace(old, new, 1)
    faults = check(text, kind, None if kind == "service" else json.loads(SERVICE))
    fault = next((fault for fault in faults if fault.pointer == pointer), None)
    assert fault is not None, faults
    severity = "warning" if "ignored" in message or "enforced" in message else "error"
    assert (fault.line, fault.severity) == (line, severity)
    assert message in fault.message
    assert hint in fault.hint
    others = [other for other in faults if other is not fault and other.severity == "error"]
    assert not others or (kind == "service" and pointer == "/shapes")


def test_all_faults_at_once():
    text = SERVICE.replace('"integer"', '"integr"').replace('["Id"]', '["Idd"]').replace('"BoneList"}', '"X"}')
    assert [fault.line for fault in check(text, "service")] == [12, 17, 23]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "5", '{"metadata": ' + "[" * 3000, '{"metadata": {"uid": 1e999}}', b"\xff", '{"shapes": 5}'],
)
def test_what_is_no_model(text):
    assert check(text, "service")


@pytest.mark.parametrize("place", ["metadata", "operations", "shapes", "documentation", "examples", "else"])
def test_deep_nesting_is_no_trouble(place):
    deep = f'{{"a": {"[" * 900}{"]" * 900}}}'
    assert all(fault.pointer for fault in check(f'{{"metadata": {{}}, "{place}": {deep}}}', "service"))


def test_a_broken_service_does_not_break_the_check_of_its_companions():
    broken = {"operations": {"GetBone": 5}, "shapes": []}
    for kind in ("paginators", "waiters", "resources"):
        assert isinstance(check(TEXTS[kind], kind, broken), tuple)


@pytest.mark.parametrize("kind", FILES)
def test_the_published_schema(kind):
    schema = file_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    validator = Draft202012Validator(schema)
    assert validator.is_valid(json.loads(TEXTS[kind]))
    assert validator.is_valid({**json.loads(TEXTS[kind]), "unknownKey": 1})
    assert not validator.is_valid([])
    schema.clear()
    assert file_schema(kind)


def test_pointers():
    path = ("a/b", "m~n", "~1", "", 0)
    assert pointer_to(path) == "/a~1b/m~0n/~01//0"
    assert path_of(pointer_to(path)) == ["a/b", "m~n", "~1", "", "0"]


def test_lines():
    text = '{\n"a": [1,\n {"b\\"": "}\\n{",\n\n"c": []}, [\n]],\n"": 5,\r\n"\\u0061b": null}'
    places = {"": 1, "/a": 2, "/a/0": 2, "/a/1": 3, '/a/1/b"': 3, "/a/1/c": 5, "/a/2": 5, "/": 7, "/ab": 8}
    assert lines_of(text, places) == places
    assert lines_of(text, ["/nothing", "/a/9"]) == {}
