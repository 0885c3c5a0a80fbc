"""What changed between texts of generated modules, told by operation and member. Reads stubs as Python; no files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A key of a TypedDict, an attribute, or a method with its signature."""

    annotation: str
    required: bool = True
    #: of an enum
    values: tuple[str, ...] = ()


_ROLES = (("Request", "input"), ("Response", "output"))
#: how the read-only form of a type is called
_READ_ONLY = ("In", "ShapeIn")
#: what handlers of an operation meet; there is one for each
_PARAMS = re.compile(r"(?!_)(?!\w+ProvideClientParams)\w+Params")
_WORD = re.compile(r"\w+")
#: the second name of a type that a key of its own name hides
_SECOND = re.compile(r"\b_(\w+)Type\b")
_MARKS = ("NotRequired", "ReadOnly", "Required")


def drift(service: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """One line a change, sorted; none where only documentation, or what follows from a change that is told, differs.

    ``old`` and ``new`` are the texts of a service's modules by file name, its types' first. Those of ``old`` may be no
    Python at all, which is one line, too.
    """
    try:
        before = _Modules(old)
    except SyntaxError as error:
        return [f"{error.filename}: line {error.lineno} is no Python: generate the file anew"]
    after = _Modules(new)
    return [f"{service}.{line}" for line in sorted({*_operations(before, after), *_members(before, after)})]


class _Modules:
    """The generated modules of a service, read as one."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.classes: dict[str, dict[str, Member]] = {}
        self.bases: dict[str, list[str]] = {}
        #: TypedDicts, which are what operations take and give
        self.data: set[str] = set()
        for node in (node for name, text in texts.items() for node in ast.parse(text, name).body):
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = dict(_class_members(node))
                bases = self.bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                if not self.data.isdisjoint(bases) or "TypedDict" in (base.lstrip("_") for base in bases):
                    self.data.add(node.name)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                name = ast.unparse(node.targets[0])
                self.classes[name] = dict(_call_members(node.value))
                self.data.add(name)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self.classes[ast.unparse(node.target)] = {"its values": _enum(node.value)}
        self.operations = {name[: -len("Params")] for name in self.classes if _PARAMS.fullmatch(name)}

    def members(self, name: str) -> dict[str, Member]:
        """With those of its bases."""
        found: dict[str, Member] = {}
        for base in self.bases.get(name, ()):
            found |= self.members(base)
        return found | self.classes.get(name, {})

    def users(self, name: str) -> list[str]:
        """The operations that take or give a type, in any of its forms."""
        reached, grown = {name, *(f"{name}{ending}" for ending in _READ_ONLY)}, True
        while grown:
            more = {user for user in self.data - reached if self._mentions(user, reached)}
            reached, grown = reached | more, bool(more)
        return sorted(op for op in self.operations if f"{op}Request" in reached or f"{op}Response" in reached)

    def _mentions(self, user: str, names: set[str]) -> bool:
        if not names.isdisjoint(self.bases.get(user, ())):
            return True
        return any(not names.isdisjoint(_WORD.findall(each.annotation)) for each in self.classes[user].values())


def _class_members(node: ast.ClassDef) -> Iterator[tuple[str, Member]]:
    total = not any(word.arg == "total" for word in node.keywords)
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            yield item.target.id, _member(item.annotation, total)
        elif isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            result = f" -> {ast.unparse(item.returns)}" if item.returns is not None else ""
            key = f"{item.name}({_overload(item)})" if item.decorator_list else f"{item.name}()"
            yield key, Member(f"({ast.unparse(item.args)}){result}")


def _member(node: ast.expr, required: bool) -> Member:
    """Without what says of a key, and not of its value: whether it must be there, and may be changed."""
    while isinstance(node, ast.Subscript) and (word := ast.unparse(node.value).lstrip("_")) in _MARKS:
        required = {"Required": True, "NotRequired": False}.get(word, required)
        node = node.slice
    return Member(_SECOND.sub(r"\1", ast.unparse(node)), required)


def _enum(node: ast.expr) -> Member:
    values = tuple(ast.unparse(each) for each in ast.walk(node) if isinstance(each, ast.Constant))
    return Member(ast.unparse(node), values=values)


def _overload(item: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """What tells one overload from another: its first literal."""
    first = item.args.args[1].annotation if len(item.args.args) > 1 else None
    return ast.unparse(first) if first is not None else ""


def _call_members(call: ast.Call) -> Iterator[tuple[str, Member]]:
    total = not any(word.arg == "total" for word in call.keywords)
    if len(call.args) == 2 and isinstance(call.args[1], ast.Dict):
        for key, value in zip(call.args[1].keys, call.args[1].values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), _member(value, total)


def _operations(before: _Modules, after: _Modules) -> Iterator[str]:
    yield from (f"{name}: operation added" for name in after.operations - before.operations)
    yield from (f"{name}: operation removed" for name in before.operations - after.operations)


def _members(before: _Modules, after: _Modules) -> Iterator[str]:
    """Changes of what both have: operations' inputs and outputs, shapes, enums and resources."""
    both = before.operations & after.operations
    for operation in both:
        for ending, role in _ROLES:
            name = f"{operation}{ending}"
            yield from (f"{operation}: {role} {text}" for text in _compared(before.members(name), after.members(name)))
    told = {f"{op}{end}" for op in before.operations | after.operations for end in ("Request", "Response", "Params")}
    for name in before.classes.keys() | after.classes.keys():
        if not (name in told or name.startswith("_") or name.endswith(_DERIVED) or _is_twin(name, before, after)):
            yield from _type(name, before, after)


def _type(name: str, before: _Modules, after: _Modules) -> Iterator[str]:
    if name not in before.classes or name not in after.classes:
        held = after if name in after.classes else before
        yield f"{name}: {'added' if held is after else 'removed'}{_used_by(held.users(name))}"
        return
    changes = list(_compared(before.members(name), after.members(name)))
    where = _used_by(after.users(name)) if changes else ""
    yield from (f"{name}: {text}{where}" for text in changes)


#: what follows from the operations, so that it is not told once more
_DERIVED = (
    "Hooks", "Operations", "ProvideClientParams", "Client", "RequestOptions", "PaginatorRequest", "WaiterRequest",
)  # fmt: skip


def _is_twin(name: str, before: _Modules, after: _Modules) -> bool:
    """The read-only or async form of a type that is told of already."""
    plain = {name.removeprefix("Async"), *(name.removesuffix(ending) for ending in _READ_ONLY)} - {name}
    return any(each in before.classes or each in after.classes for each in plain)


def _used_by(operations: list[str]) -> str:
    return f" (in {_listed(operations)})" if operations else ""


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _compared(old: Mapping[str, Member], new: Mapping[str, Member]) -> Iterator[str]:
    for key in old.keys() | new.keys():
        if key not in old:
            yield f"{key} added{', required' if new[key].required and not key.endswith(')') else ''}"
        elif key not in new:
            yield f"{key} removed"
        else:
            yield from _changed(key, old[key], new[key])


def _changed(key: str, old: Member, new: Member) -> Iterator[str]:
    if old.required != new.required:
        yield f"{key} {'became required' if new.required else 'is no longer required'}"
    if old.values and new.values:
        for verb, has, lacks in (("added", new, old), ("removed", old, new)):
            values = [each for each in has.values if each not in lacks.values]
            yield from [f"{_listed(values)} {verb}"] if values else []
    elif old.annotation != new.annotation:
        yield f"{key} changed its type: {_short(old.annotation)} -> {_short(new.annotation)}"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
