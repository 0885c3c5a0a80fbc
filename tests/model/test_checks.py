"""Checking model files: every fault with its pointer, line and hint; the published schema."""

import json
import random
import re

import pytest
from jsonschema import Draft202012Validator

from osteon.schemas.checks import check
from osteon.schemas.formats import FILES, file_schema
from osteon.schemas.positions import lines_of, path_of, pointer_to, repeated_keys

SERVICE = """{
  "metadata": {"apiVersion": "2024-01-01", "endpointPrefix": "bones", "serviceId": "Bones", "protocol": "rest-json"},
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
RESOURCES = """{"service": {"has": {"Bone": {"resource": {"type": "Bone", "identifiers": [
{"target": "Id", "source": "input"}]}}}},
"resources": {"Bone": {"shape": "Bone", "identifiers": [{"name": "Id"}],
"actions": {"Get": {"request": {"operation": "GetBone", "params": [
{"target": "Id", "source": "identifier", "name": "Id"}]}}}}}}"""
EXAMPLES = """{"version": "1.0", "examples": {"GetBone": [{
  "input": {"Id": "a"}, "output": {"Items": [{"Name": "b", "Kin": {"c": {"Name": "d"}}}]}, "title": "One"
}]}}"""
TEXTS = {
    "service": SERVICE, "paginators": PAGINATORS, "waiters": WAITERS, "resources": RESOURCES, "examples": EXAMPLES,
}  # fmt: skip


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
        ('"rest-json"}', '"rest-jsn"}', "/metadata/protocol", 2, "speaks no protocol 'rest-jsn'", "'rest-json'"),
        ('"protocol": "rest-json"', '"protocols": ["soap"]', "/metadata/protocols/0", 2, "speaks no protocol", ""),
        ('"protocol": "rest-json"', '"x": 1', "/metadata", 2, "speaks no protocol", ""),
        ('"rest-json"}', '"json"}', "/metadata", 2, "lacks targetPrefix", ""),
        ('"serviceId": "Bones", ', "", "/metadata", 2, "lacks serviceId", ""),
        ('"rest-json"}', '"rest-json", "auth": ["smithy.api#httpApiKeyAuth"]}',
         "/metadata", 2, "lacks httpApiKeyAuth", ""),
        ('"rest-json"}', '"rest-json", "auth": ["aws.auth#sigv"]}',
         "/metadata/auth/0", 2, "no scheme", "'aws.auth#sigv4'"),
        ('"errors": [', '"auth": ["noAuth"], "errors": [',
         "/operations/GetBone/auth/0", 8, "no scheme", "'smithy.api#noAuth'"),
        ('"GET"', '"GTE"', "/operations/GetBone/http/method", 5, "no method of HTTP: GTE", "'GET'"),
        ('"type": "integer"', '"type": "integer", "min": 5, "max": 1',
         "/shapes/Int/min", 23, "is more than max, 1", ""),
        ('"Id": {"type": "string", ', '"Id": {"type": "string", "enum": ["a", "b", "a"], ',
         "/shapes/Id/enum/2", 22, "is there twice: a", ""),
        ('["Id"]', '["Id", "Id"]', "/shapes/GetBoneIn/required/1", 12, "is there twice: Id", ""),
        ('"Bone": {"type": "structure", "members": {', '"Bone": {"type": "structure", "required": ["Up"], "members": {'
         '"Up": {"shape": "Bone"}, ', "/shapes/Bone", 19, "no finite value", ""),
        ('"integer"}', '"integer", "type": "long"}', "/shapes/Int/type", 23, "is there twice in one object", ""),
        ('"errors": [', '"docmentation": "x", "errors": [', "/operations/GetBone/docmentation", 8, "is ignored",
         "'documentation'"),
        ('"operations": {', '"operation": {}, "operations": {', "/operation", 3, "is ignored", "'operations'"),
        ('"apiVersion"', '"apiVersin"', "/metadata/apiVersin", 2, "is ignored", "'apiVersion'"),
        ('"required"', '"requried"', "/shapes/GetBoneIn/requried", 12, "is ignored", "'required'"),
        ('"locationName": "Id"}', '"locationName": "Id", "sensitve": true}',
         "/shapes/GetBoneIn/members/Id/sensitve", 13, "is ignored", "'sensitive'"),
        ('{"shape": "Int"}', '"Int"', "/shapes/GetBoneIn/members/Limit", 15, "must be of type object, not string", ""),
        ('{"type": "integer"}', '[]', "/shapes/Int", 23, "must be of type object, not array", ""),
        ('"string", ', '"string", "max": 1.5, ', "/shapes/Id/max", 22, "is no length: 1.5", ""),
        ('"list", ', '"list", "min": -1, ', "/shapes/BoneList/min", 18, "is no length: -1", ""),
        ('"exception": true', '"exception": true, "error": {"httpStatusCode": 4040}',
         "/shapes/NoBone/error/httpStatusCode", 21, "no status of HTTP: 4040", ""),
        ('"method"', '"responseCode": 20, "method"',
         "/operations/GetBone/http/responseCode", 5, "no status of HTTP: 20", ""),
        ('"/bones/{Id}"', '"bones/{Id}"', "/operations/GetBone/http/requestUri", 5, "does not begin with /", ""),
        ('"errors": [', '"endpoint": {"hostPrefix": "a/b."}, "errors": [',
         "/operations/GetBone/endpoint/hostPrefix", 8, "cannot stand in the name of a host", ""),
        ('"errors": [', '"httpChecksum": {"requestAlgorithmMember": "Limitt"}, "errors": [',
         "/operations/GetBone/httpChecksum/requestAlgorithmMember", 8, "no input member named Limitt", "'Limit'"),
        ('"key": {"shape": "Id"', '"key": {"shape": "Int"', "/shapes/Kin/key/shape", 20, "but Int is none", ""),
        ('"Limit": {"shape": "Int"}', '"Limit": {"shape": "Int", "location": "headers"}',
         "/shapes/GetBoneIn/members/Limit/location", 15, "an integer cannot stand there: headers", ""),
        ('"Items": {"shape": "BoneList"}', '"Items": {"shape": "BoneList", "location": "statusCode"}',
         "/shapes/Bones/members/Items/location", 17, "a list cannot stand there: statusCode", ""),
        ('{"shape": "Int"}', '{"shape": "Int", "idempotencyToken": true}',
         "/shapes/GetBoneIn/members/Limit/idempotencyToken", 15, "means nothing for an integer", ""),
        ('"Next": {"shape": "Id"}', '"Next": {"shape": "Id", "timestampFormat": "iso8601"}',
         "/shapes/GetBoneIn/members/Next/timestampFormat", 14, "means nothing for a string", ""),
        ('{"type": "structure", "required": ["Id"],', '{"type": "structure", "payload": "Limit", "required": ["Id"],',
         "/shapes/GetBoneIn/payload", 12, "an integer cannot be a body", ""),
        ('"Limit": {"shape": "Int"}', '"Limit": {"shape": "Int", "locationName": "Next"}',
         "/shapes/GetBoneIn/members/Limit", 15, "has the name of Next on the wire: Next", ""),
        ('"protocol": "rest-json"', '"jsonVersion": "1.2", "protocol": "rest-json"',
         "/metadata/jsonVersion", 2, "must be one of 1.0, 1.1", ""),
        ('"protocol": "rest-json"', '"httpApiKeyAuth": {"name": "k", "in": "heder"}, "protocol": "rest-json"',
         "/metadata/httpApiKeyAuth/in", 2, "must be one of header, query", "'header'"),
        ('"operations": {', '"clientContextParams": {"A": {"type": "bool"}}, "operations": {',
         "/clientContextParams/A/type", 3, "must be one of string, boolean, stringArray", "'boolean'"),
    ],
    "paginators": [
        ('"GetBone"', '"GetBones"', "/pagination/GetBones", 1, "no operation", "'GetBone'"),
        ('"input_token"', '"inputToken"', "/pagination/GetBone", 1, "lacks input_token", ""),
        ('"input_token": "Next"', '"input_token": "Nxt"', "/pagination/GetBone/input_token", 2, "Nxt", "'Next'"),
        ('"Limit"', '"Limits"', "/pagination/GetBone/limit_key", 2, "no input member", "'Limit'"),
        ("[-1].Name", "[-1].Nme", "/pagination/GetBone/output_token", 2, "Bone has no member named Nme", "'Name'"),
        ("any.Name", "any.Nme", "/pagination/GetBone/result_key/1", 3, "Bone has no member named Nme", "'Name'"),
        ("[-1].Name", "[-1", "/pagination/GetBone/output_token", 2, "no JMESPath expression", ""),
        ('"Next", "output', '["Next", "Id"], "output', "/pagination/GetBone/output_token", 2, "not as many tokens", ""),
        ('"limit_key"', '"limit_kye"', "/pagination/GetBone/limit_kye", 2, "is ignored", "'limit_key'"),
        ('"input_token": "Next", "output_token": "Next || Items[-1].Name"', '"input_token": "Next", "output_token": []',
         "/pagination/GetBone/output_token", 2, "names no token", ""),
    ],
    "waiters": [
        ('"GetBone"', '"GetBon"', "/waiters/BoneThere/operation", 2, "no operation", "'GetBone'"),
        ('"success"', '"sucess"', "/waiters/BoneThere/acceptors/0/state", 3, "must be one of", "'success'"),
        ('"argument": "Items[0].Name", ', "", "/waiters/BoneThere/acceptors/0", 3, "needs an argument", ""),
        ("Items[0].Name", "Items[", "/waiters/BoneThere/acceptors/0/argument", 3, "no JMESPath expression", ""),
        ('"version": 2', '"version": 3', "/version", 1, "must be 2", ""),
        ("Items[0].Name", "Items[0].Nme", "/waiters/BoneThere/acceptors/0/argument", 3, "Bone has no member", "'Name'"),
        ('"path", "argument": "Items[0].Name"', '"status"',
         "/waiters/BoneThere/acceptors/0/expected", 3, "status code", ""),
        ('"path", "argument": "Items[0].Name", "expected": "x"', '"error", "expected": 404',
         "/waiters/BoneThere/acceptors/0/expected", 3, "an error's code", ""),
        ('"path", "argument": "Items[0].Name", "expected": "x"', '"status", "expected": true',
         "/waiters/BoneThere/acceptors/0/expected", 3, "status code", ""),
        ('"path", "argument": "Items[0].Name", "expected": "x"', '"status", "expected": 4040',
         "/waiters/BoneThere/acceptors/0/expected", 3, "status code", ""),
        ('"delay": 5', '"delay": -5', "/waiters/BoneThere/delay", 2, "less than nothing", ""),
        ('"maxAttempts": 3', '"maxAttempts": 0', "/waiters/BoneThere/maxAttempts", 2, "must be 1 at least", ""),
        ('"success"', '"retry"', "/waiters/BoneThere/acceptors", 3, "none of them says success", ""),
        ('"delay"', '"dely": 1, "delay"', "/waiters/BoneThere/dely", 2, "is ignored", "'delay'"),
    ],
    "resources": [
        ('{"type": "Bone",', '{"type": "Bones",', "/service/has/Bone/resource/type", 1, "no resource", "'Bone'"),
        ('"GetBone"', '"Get"', "/resources/Bone/actions/Get/request/operation", 4, "no operation", ""),
        ('"shape": "Bone"', '"shape": "Boone"', "/resources/Bone/shape", 3, "no shape named", "'Bone'"),
        ('"target": "Id", "source": "identifier"', '"target": "Ids", "source": "identifier"',
         "/resources/Bone/actions/Get/request/params/0/target", 5, "no input member named Ids", "'Id'"),
        ('"source": "identifier", "name": "Id"', '"source": "identifier", "name": "Ido"',
         "/resources/Bone/actions/Get/request/params/0/name", 5, "no identifier named Ido", "'Id'"),
        ('"target": "Id", "source": "input"', '"target": "Idd", "source": "string", "value": "x"',
         "/service/has/Bone/resource/identifiers/0/target", 2, "no identifier of Bone named Idd", "'Id'"),
        ('{"Get": {"request"', '{"Get": {"path": "Items[", "request"',
         "/resources/Bone/actions/Get/path", 4, "'Items[' is no JMESPath expression", ""),
        ('{"Get": {"request"', '{"Get": {"path": "$", "resource": {"type": "Bone", "path": "|"}, "request"',
         "/resources/Bone/actions/Get/resource/path", 4, "'|' is no JMESPath expression", ""),
        ('"source": "identifier", "name": "Id"', '"source": "data", "path": "a b"',
         "/resources/Bone/actions/Get/request/params/0/path", 5, "'a b' is no JMESPath expression", ""),
        ('"actions"', '"waiters": {"There": {"waiterName": "BoneThere", "params": [{"target": "Id", "source": "data", '
         '"path": "&&"}]}}, "actions"', "/resources/Bone/waiters/There/params/0/path", 4, "is no JMESPath", ""),
        ('"source": "identifier", "name": "Id"', '"source": "identifier"',
         "/resources/Bone/actions/Get/request/params/0", 5, "lacks name, which says what of the identifier", ""),
        ('"source": "identifier", "name": "Id"', '"source": "string"',
         "/resources/Bone/actions/Get/request/params/0", 5, "lacks value", ""),
        ('"actions": {"Get": {', '"actions": {"Put": {}, "Get": {',
         "/resources/Bone/actions/Put", 4, "lacks a request", ""),
        ('"actions"', '"load": {"path": "@"}, "actions"', "/resources/Bone/load", 4, "lacks a request", ""),
        ('{"Get": {"request"', '{"Get": {"path": "Items[0].Nme", "request"',
         "/resources/Bone/actions/Get/path", 4, "Bone has no member named Nme", "'Name'"),
        ('{"Get": {"request"', '{"Get": {"resource": {"type": "Bone", "identifiers": [{"target": "Id", '
         '"source": "requestParameter", "path": "Idd"}]}, "request"',
         "/resources/Bone/actions/Get/resource/identifiers/0/path", 4, "GetBoneIn has no member named Idd", "'Id'"),
        ('"source": "identifier", "name": "Id"', '"source": "data", "path": "Nam"',
         "/resources/Bone/actions/Get/request/params/0/path", 5, "Bone has no member named Nam", "'Name'"),
        ('{"name": "Id"}', '{"name": "Id", "memberName": "Nam"}',
         "/resources/Bone/identifiers/0/memberName", 3, "no member of Bone named Nam", "'Name'"),
        (', "identifiers": [\n{"target": "Id", "source": "input"}]', "",
         "/service/has/Bone/resource", 1, "says nothing of Id, by which a Bone is told apart", ""),
        ('"actions"', '"waiters": {"There": {"waiterName": "BoneTher"}}, "actions"',
         "/resources/Bone/waiters/There/waiterName", 4, "no waiter named BoneTher", "'BoneThere'"),
        ('"actions"', '"acitons": {}, "actions"', "/resources/Bone/acitons", 4, "is ignored", "'actions'"),
    ],
    "examples": [
        ('"GetBone"', '"GetBones"', "/examples/GetBones", 1, "no operation named GetBones", "'GetBone'"),
        ('"Kin"', '"Kim"', "/examples/GetBone/0/output/Items/0/Kim", 2, "Bone has no member named Kim", "'Kin'"),
        ('"Name": "d"', '"Nam": "d"',
         "/examples/GetBone/0/output/Items/0/Kin/c/Nam", 2, "Bone has no member", "'Name'"),
        ('"title"', '"titel"', "/examples/GetBone/0/titel", 2, "is ignored", "'title'"),
        ("[{", "{", "", 3, "not JSON", ""),
    ],
}  # fmt: skip


CASES = [(kind, *case) for kind, cases in FAULTS.items() for case in cases]


#: what run time passes over
WARNING = re.compile(r"is ignored|not enforced|no scheme|is there twice: ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2][:40])
def test_faults(case):
    kind, old, new, pointer, line, message, hint = case
    assert old in TEXTS[kind]
    text = TEXTS[kind].replace(old, new, 1)
    beside = (None, None) if kind == "service" else (json.loads(SERVICE), json.loads(WAITERS))
    faults = check(text, kind, *beside)
    fault = next((fault for fault in faults if fault.pointer == pointer), None)
    assert fault is not None, faults
    is_warning = WARNING.search(fault.message) is not None or pointer.startswith("/examples/GetBone/")
    is_warning = is_warning or '"source": "data", "path": "Nam"' in new
    severity = "warning" if is_warning else "error"
    assert (fault.line, fault.severity) == (line, severity)
    assert message in fault.message
    assert hint in fault.hint
    others = [other for other in faults if other is not fault and other.severity == "error"]
    assert not others or (kind == "service" and pointer == "/shapes")


@pytest.mark.parametrize("kind", TEXTS)
def test_a_file_may_say_to_editors_what_checks_it(kind):
    assert check(TEXTS[kind].replace("{", '{"$schema": "service.schema.json",', 1), kind) == ()
    inner = SERVICE.replace('"GetBone": {', '"GetBone": {"$schema": "x",')
    assert [fault.pointer for fault in check(inner, "service")] == ["/operations/GetBone/$schema"]


def test_a_fault_of_what_is_not_there_has_the_line_of_where_it_should_be():
    text = SERVICE.replace('"http": {"method": "GET", "requestUri": "/bones/{Id}"},', '"http": {"method": "GET"},')
    (fault,) = check(text, "service")
    assert (fault.pointer, fault.line) == ("/operations/GetBone/http/requestUri", 5)


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


@pytest.mark.parametrize(
    ("mark", "name"), [(b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16")]
)
def test_a_byte_order_mark_is_told(mark, name):
    (fault,) = check(mark + SERVICE.encode(), "service")
    assert (fault.line, fault.hint) == (1, "Save it as UTF-8 without one.")
    assert f"byte order mark of {name}" in fault.message


@pytest.mark.parametrize(
    ("shapes", "endless"),
    [
        ({"A": {"A": True}}, {"A"}),
        ({"A": {"B": True}, "B": {"C": True}, "C": {"A": True}}, {"A", "B", "C"}),
        ({"A": {"B": True}, "B": {"A": False}}, set()),
        ({"A": {"L": True}}, set()),
        ({"A": {"Nowhere": True}}, set()),
        ({"A": {"B": True}, "B": {"B": True}, "C": {}}, {"A", "B"}),
    ],
)
def test_structures_that_need_themselves_have_no_value(shapes, endless):
    """Each shape is {the structure that a member refers to: whether it is required}; L is a list of As."""
    described = {
        name: {
            "type": "structure",
            "required": [f"M{ref}" for ref, required in refs.items() if required],
            "members": {f"M{ref}": {"shape": ref} for ref in refs},
        }
        for name, refs in shapes.items()
    }
    raw = {"metadata": {}, "shapes": {**described, "L": {"type": "list", "member": {"shape": "A"}}}}
    found = {
        fault.pointer.rpartition("/")[2] for fault in check(json.dumps(raw), "service") if "finite" in fault.message
    }
    assert found == endless


def test_a_union_needs_one_member_that_ends():
    union = {"type": "structure", "union": True, "members": {"Deeper": {"shape": "U"}, "Leaf": {"shape": "T"}}}
    shapes = {"U": union, "T": {"type": "string"}}
    assert not [f for f in check(json.dumps({"metadata": {}, "shapes": shapes}), "service") if "finite" in f.message]
    del union["members"]["Leaf"]
    assert [f for f in check(json.dumps({"metadata": {}, "shapes": shapes}), "service") if "finite" in f.message]


def test_repeated_keys_are_found_with_the_line_of_the_last():
    text = '{"a": 1,\n"b": {"a": 1,\n"c": [{"d": 1,\n"d": 2}],\n"\\u0061": 2}, "x": [1, 1],\n"a": 3}'
    assert repeated_keys(text) == {"/a": 6, "/b/a": 5, "/b/c/0/d": 4}
    assert repeated_keys('{"a": {"b": 1}, "c": {"b": 1}}') == {}


def places(value, path=()):
    """The paths to all that is inside a JSON value."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield (*path, key)
        yield from places(item, (*path, key))


ANYTHING = [None, 5, -1.5, "x", "", True, [], [5], [None], {}, {"a": 5}, {"shape": 5}, {"shape": "x"}]


def spoilt(text, rng):
    """A model with something else at one place."""
    raw = json.loads(text)
    *path, last = rng.choice(list(places(raw)))
    holder = raw
    for key in path:
        holder = holder[key]
    holder[last] = rng.choice(ANYTHING)
    return raw


@pytest.mark.parametrize("kind", TEXTS)
def test_whatever_stands_in_a_file_the_check_ends_and_knows_the_lines(kind):
    rng = random.Random(kind)
    for _ in range(80):
        service = json.loads(SERVICE) if rng.random() < 0.5 else spoilt(SERVICE, rng)
        raw = spoilt(TEXTS[kind], rng) if rng.random() < 0.8 else json.loads(TEXTS[kind])
        faults = check(json.dumps(raw, indent=1), kind, None if kind == "service" else service)
        assert all(fault.line for fault in faults)
