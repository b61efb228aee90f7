"""CSV as the Bulk API writes and reads it: every cell quoted, quotes doubled, newlines kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from crmsync.emulator.salesforce.problems import Problem

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


def line(cells: Iterable[str], delimiter: str = ",", ending: str = "\n") -> str:
    """One row of a result."""
    return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells) + ending


def table(data: bytes, delimiter: str) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of an upload; raises Problem for what is no table."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("INVALIDBATCH", "Failed to parse CSV: the data is not UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows: Sequence[list[str]] = [row for row in reader if row]
    except csv.Error as problem:
        raise Problem("INVALIDBATCH", f"Failed to parse CSV: {problem}") from None
    if not rows:
        raise Problem("INVALIDBATCH", "Failed to parse CSV: there is no header line")
    return rows[0], list(rows[1:])
