"""Classes made of a user's class and of what handlers of creating events add: bases both have, bases that conflict."""

from __future__ import annotations

from typing import Any

import pytest

import osteon
from osteon.clients import Client
from osteon.exceptions import HandlerError
from osteon.resources import Resource

CREDENTIALS = {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


class S3Client(Client):
    SERVICE = "s3"


class S3Resource(Resource):
    SERVICE = "s3"
    RESOURCE = "ServiceResource"


class Bucket(Resource):
    SERVICE = "s3"
    RESOURCE = "Bucket"


class Mixin:
    def greet(self) -> str:
        return "mixin"


class Closer(Mixin):
    def greet(self) -> str:
        return f"closer to {super().greet()}"


class Meta(type): ...


class OtherMeta(type): ...


class WithMeta(metaclass=Meta): ...


class WithOtherMeta(metaclass=OtherMeta): ...


class Slotted:
    __slots__ = ("a",)


class OtherSlotted:
    __slots__ = ("b",)


class Maker:
    """Makes the class for a token, of one of both kinds, on one of both sessions."""

    def __init__(self, root: type[Any], event: str, session: type[Any]) -> None:
        self.root, self.event = root, event
        self.session = session(**CREDENTIALS)

    def add(self, *kinds: Any) -> None:
        def add_bases(base_classes: list[Any], **kwargs: Any) -> None:
            base_classes[:0] = kinds

        self.session.events.register(self.event, add_bases)

    def token(self, *mixins: type[Any]) -> type[Any]:
        def greet(self: Any) -> str:
            return f"mine over {super(token, self).greet()}"

        token: Any = type("Mine", (*mixins, self.root), {"greet": greet})
        return token

    def make(self, token: type[Any] | None) -> Any:
        if self.root is S3Client:
            return self.session.client(token or "s3")
        resource = self.session.resource(S3Resource)
        return resource.make(token, "b") if token is not None else resource.Bucket("b")


@pytest.fixture(params=[osteon.Session, osteon.AsyncSession], ids=["sync", "async"])
def session(request: pytest.FixtureRequest) -> type[Any]:
    kind: type[Any] = request.param
    return kind


@pytest.fixture(
    params=[(S3Client, "creating-client-class.s3"), (Bucket, "creating-resource-class.s3.Bucket")],
    ids=["client", "resource"],
)
def maker(request: pytest.FixtureRequest, session: type[Any]) -> Maker:
    return Maker(*request.param, session)


@pytest.mark.parametrize(
    ("mixins", "added", "told"),
    [
        ((Mixin,), (Mixin,), "mine over mixin"),
        ((Mixin,), (Closer,), "mine over closer to mixin"),
        ((Closer,), (Mixin,), "mine over closer to mixin"),
        ((Closer,), (Mixin, object), "mine over closer to mixin"),
        ((), (Mixin,), "mine over mixin"),
        ((WithMeta, Mixin), (), "mine over mixin"),
    ],
)
def test_bases_that_the_token_has_are_dropped(maker: Maker, mixins: Any, added: Any, told: str) -> None:
    maker.add(*added)
    made = maker.make(maker.token(*mixins))
    assert made.greet() == told
    assert isinstance(made, maker.root)
    assert type(made).__name__ == "Mine"


@pytest.mark.parametrize(
    ("mixins", "added", "why"),
    [
        ((WithMeta,), (WithOtherMeta,), "metaclass conflict"),
        ((Slotted,), (OtherSlotted,), "lay-out conflict"),
        ((), (Mixin, Closer), "consistent method resolution order"),
        ((), (3,), "3 is no class"),
    ],
)
def test_any_other_conflict_is_one_error_that_names_both(maker: Maker, mixins: Any, added: Any, why: str) -> None:
    maker.add(*added)
    with pytest.raises(HandlerError) as caught:
        maker.make(maker.token(*mixins))
    told = str(caught.value)
    assert f"Handler {__name__}.Maker.add.<locals>.add_bases of {maker.event} left bases" in told
    assert all(getattr(kind, "__qualname__", repr(kind)) in told for kind in added)
    assert f"under {__name__}.Mine can be made" in told
    assert why in told
    assert "osteon.aws" not in told
    assert "\n" not in told


def test_handlers_may_not_take_away_what_a_class_must_be(maker: Maker) -> None:
    maker.session.events.register(maker.event, lambda base_classes, **kwargs: base_classes.clear())
    with pytest.raises(HandlerError, match="is no longer among them"):
        maker.make(None)


class Final:
    def __init_subclass__(cls) -> None:
        if cls.__name__ == "Mine" and cls.__bases__[0].__name__ == "Mine":
            raise TypeError("nothing derives from it")


def test_a_token_that_is_to_blame_alone_is_told_by_its_name(maker: Maker) -> None:
    with pytest.raises(TypeError, match=rf"no class can be made of {__name__}.Mine over .*: nothing derives from it"):
        maker.make(maker.token(Final))
