"""`make demands`: every demand beside its state and the sentences of the tests that prove it.

Reads docs/demands.md and the sources of the tests; runs nothing. Ends with 1 where a claim and its tests do not agree.
"""

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).resolve().parent.parent
STATES = ("proved", "partly", "open")
LEFT, RIGHT = 52, 62


@dataclass(frozen=True)
class Demand:
    """One row of docs/demands.md."""

    row: str
    words: str
    state: str
    missing: str


@dataclass(frozen=True)
class Proof:
    """One test that claims a row: where it stands and what it says."""

    test: str
    sentence: str


def demands(text: str) -> list[Demand]:
    """The rows of the page, in its order."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    return [Demand(*row) for row in cells if row[0][:1].isdigit()]


def proofs(folder: Path) -> dict[str, list[Proof]]:
    """Every test below the folder that says `@proves(...)`, by row."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for row in _claimed(node):
                    sentence = " ".join((ast.get_docstring(node) or "").split())
                    found[row].append(Proof(f"{path.relative_to(folder.parent)}::{node.name}", sentence))
    return found


def _claimed(node: ast.FunctionDef) -> Iterator[str]:
    for one in node.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "proves":
            yield from (str(value.value) for value in one.args if isinstance(value, ast.Constant))


def disagreements(rows: Sequence[Demand], found: Mapping[str, Sequence[Proof]]) -> list[str]:
    """What the page claims and the tests do not show, and the other way round."""
    known = {one.row for one in rows}
    told = [f"{row} is no demand, but {one.test} proves it" for row in found if row not in known for one in found[row]]
    told += [f"{row} stands twice on the page" for row, times in Counter(one.row for one in rows).items() if times > 1]
    for one in rows:
        if one.state not in STATES:
            told.append(f"{one.row}: {one.state!r} is none of {', '.join(STATES)}")
        if one.state != "open" and not found.get(one.row):
            told.append(f"{one.row} is {one.state}, and no test proves it")
        if one.state == "open" and found.get(one.row):
            told.append(f"{one.row} is open, but {found[one.row][0].test} proves something of it")
        if (one.state == "partly") != bool(one.missing):
            told.append(f"{one.row} is {one.state}: what is missing belongs to partly, and only there")
    silent = (one.test for each in found.values() for one in each if not one.sentence)
    return told + [f"{test} has no docstring" for test in sorted(set(silent))]


def page(rows: Sequence[Demand], found: Mapping[str, Sequence[Proof]]) -> Iterator[str]:
    """Demand, state and sentences side by side."""
    for one in rows:
        head = one.state + (f": missing {one.missing}" if one.missing else "")
        right = wrap(head, RIGHT)
        for proof in found.get(one.row, ()):
            right += wrap(proof.sentence, RIGHT, initial_indent="- ", subsequent_indent="  ")
        left = wrap(one.words, LEFT)
        for at in range(max(len(left), len(right))):
            number = one.row if at == 0 else ""
            yield f"{number:<6}{_at(left, at):<{LEFT}}  {_at(right, at)}".rstrip()
    counts = Counter(one.state for one in rows)
    yield ""
    yield ", ".join(f"{counts[state]} {state}" for state in STATES)


def _at(lines: Sequence[str], at: int) -> str:
    return lines[at] if at < len(lines) else ""


def main() -> int:
    """Print the page; 1 where something does not agree."""
    rows, found = demands((ROOT / "docs" / "demands.md").read_text("utf-8")), proofs(ROOT / "tests")
    print("\n".join(page(rows, found)))
    wrong = disagreements(rows, found)
    print("\n".join(["", "DOES NOT AGREE", *(f"  {one}" for one in wrong)]) if wrong else "Every claim has its proof.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
