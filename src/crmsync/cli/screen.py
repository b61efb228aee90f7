"""Where output goes: text for people, with colour only on a terminal, or one JSON document for programs."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


def tell(text: str) -> None:
    """Show text; a terminal gets headings and next steps marked, everything else gets the same bytes on any width."""
    if not sys.stdout.isatty():
        sys.stdout.write(text)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    for line in text.splitlines():
        console.print(Text(line, style=_style(line)))


def tell_json(value: Mapping[str, object]) -> None:
    """Show one JSON document on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


@contextmanager
def busy(words: str) -> Iterator[None]:
    """Show that something takes a while; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def complain(text: str) -> None:
    """Say what went wrong, to stderr."""
    sys.stderr.write(text + "\n")


def _style(line: str) -> str:
    word = line.split("   ", maxsplit=1)[0].strip()
    if line.startswith("next:"):
        return "bold cyan"
    if line.lstrip().startswith("PROBLEM"):
        return "red"
    return "bold" if word.isupper() and not line.startswith(" ") else ""
