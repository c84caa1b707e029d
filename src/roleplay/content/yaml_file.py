"""YAML 1.2 files with the line of every key, so that a mistake is shown where it stands."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from roleplay.errors import ContentError

MAX_FILE_BYTES = 2_000_000
MAX_ALLOWED_SHOWN = 24

Location = Sequence[str | int]


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: its plain data, and where each part of it stands."""

    path: Path
    root: CommentedMap

    def line_of(self, location: Location) -> int:
        """Return the line (from 1) of the deepest part of `location` that the file has."""
        node: object = self.root
        line = 1
        for part in location:
            if not _has(node, part):
                continue  # a part that only the model knows, such as a discriminator
            assert isinstance(node, CommentedMap | CommentedSeq)
            with suppress(KeyError):  # merged in from elsewhere: it has no line here
                where = node.lc.item(part) if isinstance(node, CommentedSeq) else node.lc.key(part)
                line = where[0] + 1
            node = node[part]
        return line

    def mistake(self, location: Location, what: str) -> str:
        """Word a mistake at `location` as one line: `file:line: where: what`."""
        where = ".".join(str(part) for part in location)
        return f"{self.path}:{self.line_of(location)}: {where + ': ' if where else ''}{what}"


def read_yaml(path: Path) -> YamlFile:
    """Parse a file whose top level is a mapping.

    Raises:
        ContentError: it can't be read, isn't YAML, or isn't a mapping.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ContentError([f"{path}:1: the file is larger than {MAX_FILE_BYTES} bytes; split it"])
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContentError([f"{path}:1: not UTF-8 (byte {error.start}); save the file as UTF-8"]) from error
    except OSError as error:
        raise ContentError([f"{path}:1: can't be read: {error.strerror}"]) from error
    parser = YAML(typ="rt", pure=True)
    try:
        root = parser.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        problem = " ".join((error.problem or "can't be parsed").split())
        raise ContentError([f"{path}:{line}: not YAML: {problem}"]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ContentError([f"{path}:1: not YAML: {first}"]) from error
    if not isinstance(root, CommentedMap):
        raise ContentError([f"{path}:1: must be a mapping of keys to values, not {_kind(root)}"])
    return YamlFile(path, root)


def mistakes_of(file: YamlFile, error: ValidationError) -> list[str]:
    """Word every mistake that a model found in `file`, in the order of lines."""
    found = {
        (file.line_of(details["loc"]), file.mistake(_written(file, details["loc"]), _say(details)))
        for details in error.errors(include_url=False)
    }
    return [mistake for _, mistake in sorted(found)]


def _written(file: YamlFile, location: Location) -> list[str | int]:
    """Leave out of a model's location what the author didn't write (discriminators, `[key]`)."""
    written: list[str | int] = []
    node: object = file.root
    for index, part in enumerate(location):
        if _has(node, part):
            node = node[part]  # type: ignore[index]
        elif index != len(location) - 1 or part == "[key]":
            continue
        written.append(part)
    return written


def _has(node: object, part: str | int) -> bool:
    if isinstance(node, CommentedSeq):
        return isinstance(part, int) and part < len(node)
    return isinstance(node, Mapping) and part in node


def _say(details: ErrorDetails) -> str:
    """Word one of pydantic's errors for an author: what is wrong, what is allowed."""
    context: dict[str, Any] = details.get("ctx", {})
    match details["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not a known key"
        case "enum" | "literal_error":
            return f"{_shown(details['input'])} is not allowed; allowed: {_unquoted(str(context['expected']))}"
        case "union_tag_invalid":
            allowed = _unquoted(str(context["expected_tags"]))
            return f"kind {_shown(context['tag'])} is not allowed; allowed: {allowed}"
        case "union_tag_not_found":
            return "has no `kind`"
        case "value_error":
            return str(context["error"])
        case "string_pattern_mismatch":
            return f"{_shown(details['input'])} is not allowed; it must match {context['pattern']}"
        case "string_too_short":
            return "must not be empty"
    return f"{details['msg'][0].lower()}{details['msg'][1:]}, not {_shown(details['input'])}"


def _unquoted(choices: str) -> str:
    names = [name.strip(" '") for name in choices.replace(" or ", ", ").split(",")]
    more = "" if len(names) <= MAX_ALLOWED_SHOWN else f", … ({len(names)} in all)"
    return ", ".join(names[:MAX_ALLOWED_SHOWN]) + more


def _shown(value: object) -> str:
    if isinstance(value, Mapping | list | tuple):
        return _kind(value)
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case str():
            return "a text"
    return repr(value)
