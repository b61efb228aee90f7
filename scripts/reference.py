"""Writes docs/commands.md, reasons.md and emulator.md from what the program itself says, so they are never behind it.

`python scripts/reference.py` rewrites them; tests/docs/test_reference.py compares them with a fresh run.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from typer.main import get_command

from crmsync.cli.app import app
from crmsync.emulator import handbook
from crmsync.reports import reasons, set_aside

DOCS = Path(__file__).resolve().parent.parent / "docs"
HIDDEN = {"--help"}


def pages() -> dict[str, str]:
    """The pages by file name."""
    commands, reasons_ = "\n".join(_commands()) + "\n", "\n".join(_reasons()) + "\n"
    return {"commands.md": commands, "reasons.md": reasons_, "emulator.md": handbook.page()}


def _commands() -> Iterator[str]:
    root: Any = get_command(app)
    yield "# Commands"
    yield ""
    yield "Written by `python scripts/reference.py` from the program's own help; a test compares."
    yield ""
    yield f"{root.epilog}"
    yield ""
    yield "`-w DIR` chooses the workspace (default: the current folder), before or after the command. Every reading"
    yield "command takes `--json`: one document, or one line per row for `log`. Each ends with what to do next."
    yield from _group(root, "crmsync")


def _group(group: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - whatever click makes of a command
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _group(command, f"{path} {name}")
        else:
            yield from _command(command, f"{path} {name}")


def _command(command: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - the same
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not HIDDEN & set(one.opts)]
    usage = " ".join([path, *(f"[{one.metavar}]" if not one.required else str(one.metavar) for one in arguments)])
    yield ""
    yield f"## {usage}"
    yield ""
    yield re.sub(r"\n +", "\n", command.help or "").strip()
    if arguments or options:
        yield ""
        yield "| | |"
        yield "|---|---|"
    for one in arguments:
        yield f"| `{one.metavar}` | {_cell(one.help)} |"
    for one in options:
        yield f"| {', '.join(f'`{name}`' for name in one.opts)} | {_cell(one.help)}{_default(one)} |"


def _default(option: Any) -> str:  # noqa: ANN401 - the same
    default = option.default
    return f" (default {default})" if isinstance(default, int | float) and not isinstance(default, bool) else ""


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")


def _reasons() -> Iterator[str]:
    yield "# Reason codes"
    yield ""
    yield "Every change, every hold and whatever is set aside carries one of these codes in `--json`; people read"
    yield "the sentence beside it. Words in {braces} are filled in."
    yield ""
    yield "Written by `python scripts/reference.py`; a test compares."
    yield from _table("Why something is written", "because", _pairs(reasons.GROUPS, reasons.BECAUSE))
    held = {code: (told.what, told.now) for code, told in reasons.HELD.items()}
    yield from _table("Why something waits", "held_by", held, ("says", "opens with"))
    aside = {code: (told.what, told.now or "nothing to do") for code, told in set_aside.ASIDE.items()}
    yield from _table("What is set aside", "cause", aside, ("says", "what to do"))
    skipped = {code: ("the write stays", words) for code, words in reasons.NOT_TAKEN_BACK.items()}
    yield from _table("Why an undo leaves something", "because in `skipped`", skipped)
    vacant = {code: ("asks for an owner", words) for code, words in reasons.VACANCIES.items()}
    yield from _table("Why somebody needs an owner", "vacancy", vacant)
    lines = {code: ("the line of the agreement's tables", words) for code, words in reasons.WHY_STATUS.items()}
    yield from _table("Which line gave the status", "line", lines)


def _pairs(heads: Mapping[str, str], words: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {code: (heads.get(code, ""), text) for code, text in words.items()}


def _table(
    title: str, key: str, rows: Mapping[str, tuple[str, str]], heads: tuple[str, str] = ("in short", "says")
) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield f"| {key} | {heads[0]} | {heads[1]} |"
    yield "|---|---|---|"
    yield from (f"| `{code}` | {_cell(first)} | {_cell(second)} |" for code, (first, second) in sorted(rows.items()))


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")
        print(f"wrote docs/{name}")
