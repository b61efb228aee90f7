"""The shipped agreement for tests: read once at import, before any test forbids opening files."""

import json
import random
import re
from functools import cache
from pathlib import Path

from crmsync.agreement.model import Agreement
from crmsync.agreement.read import read_agreement
from crmsync.model.errors import Problem, SettingsProblem
from crmsync.settings.document import Plain, read_document

FOLDER = Path(__file__).parents[2] / "mappings" / "agreement"
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
_MARK = re.compile(r"«(\w+)»")


def agreement(**files: str) -> Agreement:
    """The shipped agreement, some files replaced (definitions="...")."""
    return _read(tuple(sorted(files.items())))


@cache
def _read(files: tuple[tuple[str, str], ...]) -> Agreement:
    return read_agreement({**FILES, **{f"{name}.yaml": text for name, text in files}})


def problems(files: dict[str, str]) -> tuple[Problem, ...]:
    """What is wrong with these files (the shipped ones where not given)."""
    try:
        read_agreement({**FILES, **files})
    except SettingsProblem as refused:
        return refused.problems
    return ()


def edited(name: str, *edits: tuple[str, str]) -> str:
    """One shipped file with texts replaced; each must stand there exactly once."""
    text = FILES[name]
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        text = text.replace(old, new)
    return text


def marked(text: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """The text without its marks «1», and the place (line, column) each mark stood at."""
    places: dict[str, tuple[int, int]] = {}
    while mark := _MARK.search(text):
        before = text[: mark.start()]
        places[mark[1]] = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        text = before + text[mark.end() :]
    return text, places


def plain(name: str) -> Plain:
    """One shipped file as plain data."""
    return read_document(name, FILES[name]).data


def shuffled(data: Plain, rng: random.Random) -> Plain:
    """The same data with the keys of every group in another order; lists stay."""
    if isinstance(data, dict):
        keys = rng.sample(list(data), len(data))
        return {key: shuffled(data[key], rng) for key in keys}
    return [shuffled(item, rng) for item in data] if isinstance(data, list) else data


def as_yaml(data: Plain) -> str:
    """Any data as YAML: JSON is YAML."""
    return json.dumps(data, ensure_ascii=False)
