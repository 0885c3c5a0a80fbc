"""One file of AWS profiles as sections of text. Loaded where there is such a file; what sections mean: ``profile``."""

from __future__ import annotations

import configparser

from osteon.exceptions import ConfigParseError


def read_sections(path: str) -> dict[str, dict[str, str | dict[str, str]]]:
    """The sections of one file by title. Raises ConfigParseError, which never quotes the file: it may hold a secret."""
    parser = configparser.RawConfigParser()
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file, source=path)
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise ConfigParseError(path=path, error=_fault(error)) from None
    return {title: {key: _value(value, path, key) for key, value in parser.items(title)} for title in parser.sections()}


def _value(value: str, path: str, key: str) -> str | dict[str, str]:
    if not value.startswith("\n"):
        return value
    lines = [line.partition("=") for line in map(str.strip, value.splitlines()) if line]
    if not all(equals for _, equals, _ in lines):
        raise ConfigParseError(path=path, error=f"a line under {key!r} has no equals sign")
    return {name.strip(): text.strip() for name, _, text in lines}


def _fault(error: Exception) -> str:
    """Why and where, without the text of the file, which configparser's own messages quote."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno}: a setting stands before any [section]"
    if isinstance(error, configparser.DuplicateSectionError):
        return f"line {error.lineno}: section [{error.section}] is there twice"
    if isinstance(error, configparser.DuplicateOptionError):
        return f"line {error.lineno}: {error.option!r} is there twice in [{error.section}]"
    if isinstance(error, configparser.ParsingError):
        return f"line {', '.join(str(line) for line, _ in error.errors)}: not a setting"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return getattr(error, "strerror", None) or type(error).__name__
