"""Model files' patterns to trees: the dialect that ``patterns`` describes. Writes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from osteon.model.patterns import charsets
from osteon.model.patterns.charsets import Charset
from osteon.model.patterns.tree import Chars, Choice, Group, Node, Reference, Repeat, Text, UntranslatableError


@dataclass(frozen=True, slots=True)
class _Flags:
    ignore_case: bool = False
    dot_all: bool = False


_SETS = {"d": charsets.DIGIT, "w": charsets.WORD, "s": charsets.SPACE, "h": charsets.HORIZONTAL}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_END = "(?![\\s\\S])"
_W = "[0-9A-Z_a-z]"
_ASSERTIONS = {
    "A": "^", "z": _END, "Z": f"(?=(?:\\r\\n|[\\n\\r\\u0085\\u2028\\u2029])?{_END})",
    "b": f"(?:(?<!{_W})(?={_W})|(?<={_W})(?!{_W}))", "B": f"(?:(?<!{_W})(?!{_W})|(?<={_W})(?={_W}))",
}  # fmt: skip
_OPENING = re.compile(r"\?(?::|=|!|<=|<!|>|P?<([A-Za-z]\w*)>|([a-z]*)(?:-([a-z]+))?([:)]))")
_LOOKAROUNDS = ("?=", "?!", "?<=", "?<!")
_BRACES = re.compile(r"\{(\d+)(,(\d*))?\}")
_PROPERTY = re.compile(r"\{(\^?)(\w+)\}|(\w)")
_HEX = re.compile(r"x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})")
_OCTAL = re.compile(r"0[0-3]?[0-7]{0,2}")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)


@dataclass(slots=True)
class Reader:
    """Reads one pattern, once."""

    pattern: str
    at: int = 0
    groups: int = 0
    names: dict[str, int] = field(default_factory=dict[str, int])
    references: list[int] = field(default_factory=list[int])

    def read(self) -> Choice:
        """The tree. Raises UntranslatableError."""
        self.pattern = _QUOTED.sub(lambda quoted: re.escape(quoted[1]), self.pattern)
        tree = self._choice(_Flags())
        if self.at < len(self.pattern) or any(number > self.groups for number in self.references):
            raise UntranslatableError
        return tree

    def _choice(self, flags: _Flags) -> Choice:
        branches: list[tuple[Node, ...]] = []
        items: list[Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            if self._takes("|"):
                branches.append(tuple(items))
                items = []
                continue
            atom = self._atom(flags)
            if isinstance(atom, _Flags):
                flags = atom
            else:
                items.append(self._quantified(atom))
        return Choice((*branches, tuple(items)))

    def _takes(self, char: str) -> bool:
        found = self.pattern.startswith(char, self.at)
        self.at += len(char) if found else 0
        return found

    def _match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        found = form.match(self.pattern, self.at)
        self.at = found.end() if found else self.at
        return found

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise UntranslatableError
        self.at += 1
        return self.pattern[self.at - 1]

    def _atom(self, flags: _Flags) -> Node | _Flags:
        char = self._next()
        match char:
            case "(":
                return self._group(flags)
            case "[":
                return self._class(flags)
            case "\\":
                return self._escape(flags)
            case ".":
                return Chars(charsets.ANY if flags.dot_all else charsets.complement(charsets.LINE_ENDS))
            case "^":
                return Text("^")
            case "$":
                return Text(_END)
            case "*" | "+" | "?":
                raise UntranslatableError
            case _:
                return _one(char, flags)

    def _quantified(self, atom: Node) -> Node:
        counts = self._counts()
        if counts is None:
            return atom
        lazy, possessive = self._takes("?"), self._takes("+")
        if self.pattern.startswith(("*", "+", "?"), self.at) or _BRACES.match(self.pattern, self.at):
            raise UntranslatableError
        least, most = counts
        if isinstance(atom, Text) or (isinstance(atom, Group) and atom.opening in _LOOKAROUNDS):
            # what takes up no character is the same however often; ECMA-262 has no such quantifier
            return atom if least else Text("")
        repeat = Repeat(atom, least, most, lazy)
        return Group("?>", Choice(((repeat,),))) if possessive else repeat

    def _counts(self) -> tuple[int, int | None] | None:
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._takes(sign):
                return counts
        found = self._match(_BRACES)
        if found is None:
            return None
        least = int(found[1])
        return (least, least) if found[2] is None else (least, int(found[3]) if found[3] else None)

    def _group(self, flags: _Flags) -> Node | _Flags:
        opening = ""
        if self.pattern.startswith("?", self.at):
            found = self._match(_OPENING)
            if found is None:
                raise UntranslatableError
            if found[4]:
                flags = _changed(flags, found[2] or "", found[3] or "")
                if found[4] == ")":
                    return flags
                opening = "?:"
            elif not found[1]:
                opening = found[0]
            else:
                self.names[found[1]] = self.groups + 1
        self.groups += opening == ""
        body = self._choice(flags)
        if not self._takes(")"):
            raise UntranslatableError
        return Group(opening, body)

    def _escape(self, flags: _Flags) -> Node:
        char = self.pattern[self.at : self.at + 1]
        if char in _ASSERTIONS:
            self.at += 1
            return Text(_ASSERTIONS[char])
        if char == "R":
            self.at += 1
            ends = Chars(charsets.union(charsets.LINE_ENDS, charsets.of("\v\f\x85")))
            return Group("?:", Choice(((_one("\r", flags), _one("\n", flags)), (ends,))))
        if char == "k" or char in "123456789":
            return self._reference()
        return _cased(self._escaped_set(), flags)

    def _reference(self) -> Reference:
        found = self._match(re.compile(r"([1-9]\d?)|k<(\w+)>"))
        number = int(found[1]) if found and found[1] else self.names.get(found[2], 0) if found else 0
        if not number:
            raise UntranslatableError
        self.references.append(number)
        return Reference(number)

    def _escaped_set(self) -> Chars:
        """What follows a backslash, in a class or outside."""
        char = self.pattern[self.at : self.at + 1]
        if char.lower() in _SETS:
            self.at += 1
            chars = _SETS[char.lower()]
            return Chars(charsets.complement(chars) if char.isupper() else chars)
        if char in ("p", "P"):
            self.at += 1
            return self._property(negative=char == "P")
        return Chars(charsets.of(self._escaped_char()))

    def _property(self, *, negative: bool) -> Chars:
        found = self._match(_PROPERTY)
        name = (found[2] or found[3]) if found else ""
        chars = charsets.named(name)
        if found is None or chars is None:
            raise UntranslatableError
        negative ^= bool(found[1])
        short = charsets.category_name(name) if name not in ("all", "ASCII") else None
        source = f"\\{'P' if negative else 'p'}{{{short}}}" if short else None
        return Chars(charsets.complement(chars) if negative else chars, source)

    def _escaped_char(self) -> str:
        found = self._match(_HEX)
        if found is not None:
            return self._paired(int(next(filter(None, found.groups())), 16))
        octal = self._match(_OCTAL)
        if octal is not None:
            return chr(int(octal[0], 8))
        char = self._next()
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.isascii() and char.isalnum():
            raise UntranslatableError
        return char

    def _paired(self, point: int) -> str:
        low = re.compile(r"\\u(D[C-F][0-9A-F]{2})", re.IGNORECASE)
        found = self._match(low) if 0xD800 <= point <= 0xDBFF else None
        if found is not None:
            point = 0x10000 + ((point - 0xD800) << 10) + int(found[1], 16) - 0xDC00
        if point > charsets.LAST:
            raise UntranslatableError
        return chr(point)

    def _class(self, flags: _Flags) -> Chars:
        negative = self._takes("^")
        parts: list[Chars] = []
        limits: list[Charset] = []
        while not self._takes("]"):
            if self._takes("&&["):
                limits.append(self._class(flags).chars)
            else:
                parts.append(self._class_part())
        chars = charsets.union(*(part.chars for part in parts))
        for limit in limits:
            chars = charsets.intersection(chars, limit)
        source = _class_source(parts, negative) if not limits and not flags.ignore_case else None
        chars = _cased(Chars(chars), flags).chars
        return Chars(charsets.complement(chars) if negative else charsets.without_surrogates(chars), source)

    def _class_part(self) -> Chars:
        low = self._class_item()
        ahead = self.pattern[self.at : self.at + 2]
        if len(ahead) < 2 or ahead[0] != "-" or ahead[1] == "]" or not low.single:
            return low
        back = self.at
        self.at += 1
        high = self._class_item()
        if not high.single:  # a hyphen beside a class such as \\w stands for itself
            self.at = back
            return low
        first, last = low.chars[0][0], high.chars[0][0]
        if first > last:
            raise UntranslatableError
        return Chars(((first, last),))

    def _class_item(self) -> Chars:
        char = self._next()
        if char != "\\":
            return Chars(charsets.of(char))
        if self._takes("b"):
            return Chars(charsets.of("\b"))
        return self._escaped_set()


def _changed(flags: _Flags, on: str, off: str) -> _Flags:
    if set(on + off) - {"i", "s", "u"}:
        raise UntranslatableError
    for letters, state in ((on, True), (off, False)):
        flags = replace(flags, ignore_case=state) if "i" in letters else flags
        flags = replace(flags, dot_all=state) if "s" in letters else flags
    return flags


def _one(char: str, flags: _Flags) -> Chars:
    return _cased(Chars(charsets.of(char)), flags)


def _cased(node: Chars, flags: _Flags) -> Chars:
    return Chars(charsets.either_case(node.chars)) if flags.ignore_case else node


def _class_source(parts: list[Chars], negative: bool) -> str | None:
    if not any(part.source for part in parts):
        return None
    plain = charsets.without_surrogates(charsets.union(*(part.chars for part in parts if part.source is None)))
    return "^" * negative + "".join(part.source for part in parts if part.source) + charsets.ranges(plain)
