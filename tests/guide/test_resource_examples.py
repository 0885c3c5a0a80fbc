"""The resource examples of boto3's extensibility guide, and an own service's resources, against servers on loopback."""

from __future__ import annotations

import pytest
from local_server import LocalServer
from own_services.harbor import HARBOR_KEY

import osteon


@pytest.fixture
def session():
    return osteon.Session()


def test_a_method_is_added_to_a_resource_class(session, moto_url):
    def custom_method(self):
        return f"This is my custom method on {type(self).__name__}"

    def add_custom_method(class_attributes, **kwargs):
        class_attributes["my_method"] = custom_method

    session.events.register("creating-resource-class.s3.ServiceResource", add_custom_method)
    resource = session.resource("s3", endpoint_url=moto_url)
    assert resource.my_method() == "This is my custom method on s3.ServiceResource"
    assert not hasattr(osteon.Session().resource("s3", endpoint_url=moto_url), "my_method")


def test_a_base_class_is_added_to_a_resource_class(session, moto_url):
    made = []

    class MyClass:
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            made.append("Resource instantiated!")

    def add_custom_class(base_classes, **kwargs):
        base_classes.insert(0, MyClass)

    session.events.register("creating-resource-class.s3.ServiceResource", add_custom_class)
    resource = session.resource("s3", endpoint_url=moto_url)
    assert (made, isinstance(resource, MyClass)) == (["Resource instantiated!"], True)
    assert resource.Bucket("mine").name == "mine"


def test_an_own_services_resources(session):
    def shout(self):
        return self.name.upper()

    def add_shout(class_attributes, **kwargs):
        class_attributes["shout"] = shout

    session.events.register("creating-resource-class.harbor.Ship", add_shout)
    with LocalServer() as server:
        config = osteon.Config(api_key=HARBOR_KEY)
        harbor = session.resource("harbor", endpoint_url=server.url, config=config)
        anna = harbor.register_ship(Name="Anna", Flag="PANAMA")
        harbor.register_ship(Name="Bella", Flag="PANAMA")
        assert (anna.id, anna.name, anna.shout()) == ("ship-1", "Anna", "ANNA")
        assert [ship.name for ship in harbor.ships.all()] == ["Anna", "Bella"]
        anna.Manifest("a/b").put(Manifest={"Root": {"Label": "hold"}})
        assert anna.Manifest("a/b").manifest == {"Root": {"Label": "hold"}}
        assert [answer["Deleted"] for answer in harbor.ships.all().delete()] == [["ship-1", "ship-2"]]
        assert list(harbor.ships.all()) == []
        harbor.meta.client.close()
