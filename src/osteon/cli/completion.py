"""What may follow on a command line, for shells. Reads models, never the network.

The shell's function hands over the line as far as the cursor; commands and options come of commands.py itself. typer's
own completion knows no values after ``=`` and no files, and takes twice as long.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from osteon.cli.outcomes import TOLD
from osteon.cli.printing import put
from osteon.cli.shells import LINE


def complete(shell: str) -> int:
    """Print what may follow on the line, one a line; the exit code."""
    words, incomplete, quoted = split(os.environ.get(LINE, ""))
    try:
        found = sorted(set(suggestions(words, incomplete)))
    except TOLD:
        found = []
    # bash takes what stands behind these for a word of its own
    known = max(incomplete.rfind("="), incomplete.rfind(":")) + 1 if shell == "bash" else 0
    for word in found:
        goes_on = quoted or shell == "fish" or word.endswith(_OPEN)
        # fish quotes what it inserts; who is inside quotes needs none
        text = word[known:] if quoted or shell == "fish" else _ACTIVE.sub(r"\\\g<0>", word[known:])
        put(text if goes_on else f"{text} ")
    return 0


#: ends of words that go on
_OPEN = ("=", "/", ".", "@")
#: what ends a word, or means something else in it, unless a backslash stands before it
_ACTIVE = re.compile(r"[\s\\\"'`$&|;<>()]")


def split(line: str) -> tuple[list[str], str, bool]:
    """The words behind the program's name, the one that is being written (or empty), and whether in quotes."""
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    quoted = False
    try:
        words.extend(lexer)
    except ValueError:  # a quotation that is still open
        words.append(lexer.token)
        quoted = True
    incomplete = words.pop() if words and (quoted or not line.endswith((" ", "\t"))) else ""
    return words[1:], incomplete, quoted


def suggestions(words: list[str], incomplete: str) -> Iterator[str]:
    """What the last word may become."""
    import typer

    from osteon.cli.commands import application

    state = _State(typer.main.get_command(application))
    for word in words:
        state.take(word)
    option, equals, begun = incomplete.partition("=")
    if state.awaits is not None:
        yield from state.values(state.awaits, incomplete)
    elif incomplete.startswith("-") and equals:
        parameter = state.option(option)
        yield from (f"{option}={value}" for value in (state.values(parameter, begun) if parameter else ()))
    elif incomplete.startswith("-"):
        yield from (name for name in state.options() if name.startswith(incomplete))
    else:
        yield from state.next_words(incomplete)


@dataclass(slots=True)
class _State:
    """How far a line has come: the command, what it was given, and the option whose value comes next."""

    command: Any
    awaits: Any = None
    given: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _place: int = 0

    def take(self, word: str) -> None:
        if self.awaits is not None:
            self._give(self.awaits, word)
            self.awaits = None
        elif word.startswith("-"):
            name, equals, value = word.partition("=")
            parameter = self.option(name)
            if parameter is not None and equals:
                self._give(parameter, value)
            elif parameter is not None and not parameter.is_flag:
                self.awaits = parameter
        elif hasattr(self.command, "commands"):
            self.command = self.command.commands.get(word, _NOTHING)
        elif (argument := self._argument()) is not None:
            self._give(argument, word)
            self._place += argument.nargs == 1

    def next_words(self, incomplete: str) -> Iterator[str]:
        argument = self._argument()
        if hasattr(self.command, "commands"):
            yield from (name for name in self.command.commands if name.startswith(incomplete))
        elif argument is not None:
            yield from self.values(argument, incomplete)

    def values(self, parameter: Any, incomplete: str) -> Iterator[str]:
        # Loaded here: commands and options are completed without models.
        from osteon.cli.candidates import OF

        kind = get_type_hints(self.command.callback).get(parameter.name)
        if parameter.name in OF:
            yield from OF[parameter.name](self.given, incomplete)
        elif get_origin(kind) is Literal:
            yield from (value for value in get_args(kind) if value.startswith(incomplete))
        elif kind is not None and (kind is Path or Path in get_args(kind) or list[Path] in get_args(kind)):
            yield from OF["files"](self.given, incomplete)

    def options(self) -> Iterator[str]:
        for parameter in self.command.params:
            if parameter.param_type_name == "option":
                yield from (*parameter.opts, *parameter.secondary_opts)
        yield "--help"

    def option(self, name: str) -> Any:
        options = (each for each in self.command.params if each.param_type_name == "option")
        return next((each for each in options if name in each.opts), None)

    def _argument(self) -> Any:
        arguments = [each for each in self.command.params if each.param_type_name == "argument"]
        return arguments[self._place] if self._place < len(arguments) else None

    def _give(self, parameter: Any, value: str) -> None:
        self.given.setdefault(parameter.name, []).append(value)


class _Nothing:
    """The command that a misspelt name stands for: nothing can follow it."""

    params: tuple[Any, ...] = ()
    callback = None


_NOTHING = _Nothing()
