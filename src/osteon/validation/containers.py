"""Checks of structures, lists and maps, compiled for a shape when a value first meets it. No single values."""

from __future__ import annotations

from typing import Any

from osteon.model.shapes import ListShape, MapShape, Shape, StructureShape
from osteon.validation.faults import (
    Fault,
    Faults,
    gather,
    invalid_type,
    key_shown,
    missing,
    no_key,
    too_deep,
    too_many_keys,
    unknown,
)
from osteon.validation.scalars import Check, Place, Rule, document_rule, length_limits, scalar_rule

# Typed so that what is inside stays Any: its types are what is being checked.
_DICT: type[Any] = dict
#: by strictness
_LISTS: dict[bool, tuple[type[Any], ...]] = {True: (list,), False: (list, tuple)}


class Compiler:
    """Makes the checks of one operation's input, each once for a shape and its place inside or outside a secret.

    Children are compiled when a value first needs them: a recursive shape finds itself, a huge one costs what is used.
    Two threads may compile the same child; either result serves.
    """

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._rules: dict[tuple[Shape, bool], Rule] = {}

    def rule(self, shape: Shape, secret: bool = False) -> Rule:
        secret = secret or shape.sensitive
        held = self._rules.get((shape, secret))
        return held if held is not None else self._rules.setdefault((shape, secret), self._make(shape, secret))

    def _make(self, shape: Shape, secret: bool) -> Rule:
        place = Place(shape, secret, self._strict)
        if isinstance(shape, StructureShape):
            return document_rule(place) if shape.document else Rule(self._structure(place, shape))
        if isinstance(shape, ListShape):
            return Rule(self._list(place, shape))
        if isinstance(shape, MapShape):
            return Rule(self._map(place, shape))
        return scalar_rule(place)

    def _structure(self, place: Place, shape: StructureShape) -> Check:
        required, union = shape.required, shape.union
        exact: dict[Any, type] = {}
        checks: dict[Any, Check] = {}

        def learn(name: Any) -> Check | None:
            if name not in shape.member_refs:
                return None
            rule = self.rule(shape.members[name], place.secret)
            if rule.exact is not None:
                exact[name] = rule.exact
            return checks.setdefault(name, rule.check)

        def check(value: Any, room: int) -> Faults:
            if not isinstance(value, _DICT):
                return [invalid_type(value, place.shown(value), (str(dict),))]
            if room <= 0:
                return [too_deep()]
            found: list[Fault] | None = None
            if union and len(value) != 1:
                found = [(too_many_keys if value else no_key)(shape.member_refs)]
            for name in required:
                if name not in value:
                    found = [*(found or ()), missing(name)]
            inner: list[Fault] = []
            for name, item in value.items():
                if type(item) is exact.get(name):
                    continue
                test = checks.get(name) or learn(name)
                if test is None:
                    found = [*(found or ()), unknown(name, shape.member_refs)]
                    continue
                faults = test(item, room - 1)
                if faults is not None and gather(inner, faults, f".{name}"):
                    break
            return [*(found or ()), *inner] if found or inner else None

        return check

    def _list(self, place: Place, shape: ListShape) -> Check:
        accepted = _LISTS[place.strict]
        names = [str(kind) for kind in accepted]
        bounds = length_limits(place)
        learned: list[Rule] = []

        def check(value: Any, room: int) -> Faults:
            if not isinstance(value, accepted):
                return [invalid_type(value, place.shown(value), names)]
            if room <= 0:
                return [too_deep()]
            if not learned:
                learned.append(self.rule(shape.member, place.secret))
            test, exact = learned[0].check, learned[0].exact
            found = [fault for bound in bounds if (fault := bound(value)) is not None]
            for index, item in enumerate(value):
                if type(item) is exact:
                    continue
                faults = test(item, room - 1)
                if faults is not None and gather(found, faults, f"[{index}]"):
                    break
            return found or None

        return check

    def _map(self, place: Place, shape: MapShape) -> Check:
        bounds = length_limits(place) if place.strict else ()
        learned: list[tuple[Rule, Rule]] = []

        def check(value: Any, room: int) -> Faults:
            if not isinstance(value, _DICT):
                return [invalid_type(value, place.shown(value), (str(dict),))]
            if room <= 0:
                return [too_deep()]
            if not learned:
                learned.append((self.rule(shape.key, place.secret), self.rule(shape.value, place.secret)))
            keys, values = learned[0]
            found = [fault for bound in bounds if (fault := bound(value)) is not None]
            for key, item in value.items():
                if type(key) is not keys.exact and (faults := keys.check(key, room - 1)) is not None:
                    gather(found, faults, f" (key: {key_shown(key, shape.key, place.secret)})")
                if type(item) is values.exact or (faults := values.check(item, room - 1)) is None:
                    continue
                if gather(found, faults, f".{key_shown(key, shape.key, place.secret)}"):
                    break
            return found or None

        return check
