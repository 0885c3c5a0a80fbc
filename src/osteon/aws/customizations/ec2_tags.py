"""Tags on EC2 resources: create_tags on the service, delete_tags on an instance."""

from __future__ import annotations

from typing import Any

from osteon.events.admission import Registration
from osteon.flow import Flow
from osteon.pipeline.client_flows import call, run


def create_tags(self: Any, **kwargs: Any) -> Any:
    """Give tags to resources, with the parameters of the client's create_tags; gives the Tag resources."""

    def made() -> Flow[list[Any]]:
        yield from call(self.meta.client, "create_tags", (), kwargs)
        return [
            self.Tag(resource, tag["Key"], tag.get("Value", ""))
            for resource in kwargs.get("Resources", ())
            for tag in kwargs.get("Tags", ())
        ]

    return run(self.meta.client, made())


def delete_tags(self: Any, **kwargs: Any) -> Any:
    """Take tags from the instance, with the parameters of the client's delete_tags."""
    return self.meta.client.delete_tags(**{**kwargs, "Resources": [self.id]})


def add_create_tags(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes["create_tags"] = create_tags


def add_delete_tags(class_attributes: dict[str, Any], **kwargs: Any) -> None:
    class_attributes["delete_tags"] = delete_tags


HANDLERS = (
    Registration("creating-resource-class.ec2.ServiceResource", add_create_tags),
    Registration("creating-resource-class.ec2.Instance", add_delete_tags),
)
