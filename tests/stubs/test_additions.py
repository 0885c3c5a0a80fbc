"""Generated classes against those made at run time: the same public members, and what customizations add to them."""

import ast
import inspect

import pytest

import osteon
from osteon.aws.typed_additions import typed_additions
from osteon.model.loader import Loader
from osteon.model.resource_members import SERVICE_RESOURCE
from osteon.stubs.additions import Method
from osteon.stubs.render import service_pyi
from osteon.stubs.resources import resource_pyi
from osteon.stubs.service import ServiceStub, Source
from osteon.stubs.shapes import shape_pyi

#: all services with resources, those whose customizations change classes, and the project's own
RESOURCES = ("cloudformation", "cloudwatch", "dynamodb", "ec2", "glacier", "iam", "s3", "sns", "sqs")
CLIENTS = ("bedrock-runtime", "dsql", "lexv2-runtime", "polly", "rds")
OWN = ("atlas", "beacon", "harbor", "ledger")
PLACE = {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
SESSIONS = {"": osteon.Session(**PLACE), "Async": osteon.AsyncSession(**PLACE)}
LOADER = Loader()
OWN_RESOURCES = sorted({*OWN} & {*LOADER.available_services("resources-1")})


@pytest.fixture(scope="module")
def generated():
    """Of a service, its stub and the classes in it: name to node."""
    made = {}

    def of(service):
        if service not in made:
            stub = ServiceStub(Source.load(LOADER, service, book=typed_additions))
            parts = (resource_pyi(stub, docstrings=False), shape_pyi(stub))
            text = "\n".join([service_pyi(stub, docstrings=False), *parts])
            made[service] = stub, {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
        return made[service]

    return of


def client(service, way=""):
    place = {} if service not in OWN else {"endpoint_url": "http://127.0.0.1:9"}
    return SESSIONS[way].client(service, **place)


def public(names):
    return {name for name in names if not name.startswith("_")}


def declared(name, classes):
    """The members of a generated class, and of those it has its own from; of osteon's own bases, their face's."""
    if name not in classes:
        home = next(each for each in (osteon.clients, osteon.resources) if hasattr(each, name))
        return public(dir(getattr(home, name)))
    found = {node.name for node in classes[name].body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    found |= {node.target.id for node in classes[name].body if isinstance(node, ast.AnnAssign)}
    return found.union(*(declared(base.id, classes) for base in classes[name].bases if isinstance(base, ast.Name)))


@pytest.mark.parametrize("way", ["", "Async"])
@pytest.mark.parametrize("service", [*RESOURCES, *CLIENTS, *OWN])
def test_clients_have_what_their_stubs_say(service, way, generated):
    stub, classes = generated(service)
    said = public(declared(f"{way}{stub.prefix}Client", classes))
    real = {name for name in public(dir(type(client(service, way)))) if name.isidentifier()}
    assert said - real == set()
    assert real - said - {"SERVICE"} == set()


@pytest.mark.parametrize("way", ["", "Async"])
@pytest.mark.parametrize("service", [*RESOURCES, *OWN_RESOURCES])
def test_resources_have_what_their_stubs_say(service, way, generated):
    stub, classes = generated(service)
    place = {"endpoint_url": "http://127.0.0.1:9"} if service in OWN else {}
    top = SESSIONS[way].resource(service, **place)
    names = {f"{way}{stub.prefix}Resource": SERVICE_RESOURCE}
    names |= {each.async_name if way else each.name: each.model.name for each in stub.resources}
    for local, name in names.items():
        kind = type(top) if name == SERVICE_RESOURCE else top.meta.classes.resource_class(name)
        said, real = public(declared(local, classes)), public(dir(kind))
        assert said - real == set(), local
        assert real - said - {"SERVICE", "RESOURCE", "meta"} == set(), local


def cases():
    for service in (*RESOURCES, *CLIENTS):
        additions = typed_additions(LOADER.service_model(service))
        yield from ((service, None, method) for method in additions.client)
        yield from ((service, name, method) for name, methods in additions.resources.items() for method in methods)


@pytest.mark.parametrize(("service", "resource", "method"), [*cases()], ids=lambda each: getattr(each, "name", each))
def test_added_methods_have_the_parameters_that_are_said(service, resource, method: Method):
    if resource is None:
        kind = type(client(service))
    else:
        top = SESSIONS[""].resource(service)
        kind = type(top) if resource == SERVICE_RESOURCE else top.meta.classes.resource_class(resource)
    given = dict(inspect.signature(getattr(kind, method.name)).parameters)
    given.pop("self")
    if method.operation is not None:
        assert [each.kind for each in given.values()] == [inspect.Parameter.VAR_KEYWORD]
        return
    said = [*((name, False) for name in method.required), *((name, True) for name in method.optional)]
    assert [(name, each.default is not each.empty) for name, each in given.items()] == said


@pytest.mark.parametrize("service", [*RESOURCES, "autoscaling", "cloudsearchdomain", "logs"])
def test_what_is_said_of_shapes_and_members_is_of_the_model(service):
    model = LOADER.service_model(service)
    additions = typed_additions(model)
    assert {*additions.shapes, *additions.resource_shapes} <= set(model.shape_names)
    for operation, aliases in additions.aliases.items():
        assert aliases.keys() <= model.operation_model(operation).input_shape.members.keys()
    inputs = [model.operation_model(name).input_shape for name in model.operation_names]
    members = {name for shape in inputs if shape is not None for name in shape.members}
    assert additions.supplied <= members
    for record in additions.records.values():
        known = {name for each in record.operations for name in model.operation_model(each).input_shape.members}
        assert set(record.members) <= known


def test_a_service_of_that_name_that_is_not_amazons_has_nothing_added():
    metadata = {"apiVersion": "1", "endpointPrefix": "s3", "protocol": "json", "serviceId": "S3", "auth": ["none"]}
    own = osteon.ServiceModel.from_dict({"metadata": metadata, "operations": {}, "shapes": {}})
    assert typed_additions(own).client == ()
