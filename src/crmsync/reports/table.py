"""Plain lines with columns that line up; the width is that of the text, never that of a screen."""

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

GAP = "   "
WIDTH = 116
_LABEL = re.compile(r"^.{0,24}?\S {2,}(?=\S)|^ {8,}(?=\S)")


def columns(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """Rows as lines; every column but the last is as wide as its widest text, those in `right` are right-aligned."""
    if not rows:
        return []
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [indent + GAP.join(_cell(row, at, widths, right) for at in range(len(row))).rstrip() for row in rows]


def _cell(row: Sequence[str], at: int, widths: Sequence[int], right: Sequence[int]) -> str:
    if at in right:
        return row[at].rjust(widths[at])
    return row[at] if at == len(row) - 1 else row[at].ljust(widths[at])


def document(*chapters: Iterable[str]) -> str:
    """Chapters of lines with an empty line between them; empty chapters fall away."""
    told = [list(chapter) for chapter in chapters]
    return "\n\n".join("\n".join(lines) for lines in told if lines) + "\n"


def folded(lines: Iterable[str], most: int = WIDTH) -> Iterator[str]:
    """Lines of at most so many characters; what goes on stands under the text behind the label."""
    for line in lines:
        label = _LABEL.match(line)
        indent = " " * (label.end() if label else len(line) - len(line.lstrip()) + 2)
        yield from wrap(line, most, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def following(*steps: tuple[str, str]) -> list[str]:
    """The line every command ends with: what to do next, and why."""
    width = max(len(command) for command, _ in steps)
    heads = ["next:", *[""] * len(steps)]
    rows = zip(heads, steps, strict=False)
    return [f"{head:<8}{command:<{width}}   {why}".rstrip() for head, (command, why) in rows]


def cut_off(lines: list[str], most: int, rest: str) -> list[str]:
    """At most so many lines; the last one tells how many more there are (`rest` with {n})."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], rest.format(n=len(lines) - most + 1)]
