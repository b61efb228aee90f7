"""Cuts a query into tokens; what cannot be cut is a MALFORMED_QUERY at its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from crmsync.emulator.salesforce.problems import Problem


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    SPAN = "span"  # LAST_N_DAYS:7
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: as written, where it starts, and for text without quotes and escapes."""

    kind: Kind
    text: str
    at: int
    value: str = ""

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords (given in upper case)."""
        return self.kind is Kind.WORD and self.text.upper() in words

    def is_mark(self, *marks: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind is Kind.MARK and self.text in marks


_RULES: tuple[tuple[Kind | None, str], ...] = (
    (None, r"\s+|/\*.*?\*/|//[^\n]*"),
    (Kind.MOMENT, r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})(?!\w)"),
    (Kind.DATE, r"\d{4}-\d{2}-\d{2}(?![\w:])"),
    (Kind.NUMBER, r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?![\w])"),
    (Kind.MONEY, r"[A-Za-z]{3}-?\d+(?:\.\d+)?(?!\w)"),
    (Kind.SPAN, r"(?:LAST|NEXT)_N_\w+:\d+(?!\w)|N_\w+_AGO:\d+(?!\w)"),
    (Kind.WORD, r"[A-Za-z]\w*"),
    (Kind.TEXT, r"'(?:[^'\\]|\\.)*'"),
    (Kind.MARK, r"<=|>=|!=|<>|[=<>(),.:]"),
)
_PATTERN = re.compile(
    "|".join(f"(?P<r{n}>{rule})" for n, (_, rule) in enumerate(_RULES)), re.DOTALL | re.IGNORECASE | re.ASCII
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def tokens(soql: str) -> list[Token]:
    """The tokens of a query, an END last; raises Problem for a character or escape that has no place in SOQL."""
    found: list[Token] = []
    at = 0
    while at < len(soql):
        match = _PATTERN.match(soql, at)
        if match is None:
            words = (
                "unterminated string literal"
                if soql[at] == "'"
                else f"line 1:{at} no viable alternative at character '{soql[at]}'"
            )
            raise malformed(soql, at, words)
        kind = _RULES[int((match.lastgroup or "r0")[1:])][0]
        if kind is not None:
            value = _unquoted(soql, match.group(), at) if kind is Kind.TEXT else match.group()
            found.append(Token(kind, match.group(), at, value))
        at = match.end()
        if kind is Kind.MARK and match.group() == ":":
            break  # a bind variable: what follows is Apex, and the parser refuses the query here
    return [*found, Token(Kind.END, "<EOF>", len(soql))]


def like_pattern(text: str) -> re.Pattern[str]:
    """The quoted text of a LIKE as a pattern: % any, _ one, a backslash before either makes it plain."""
    parts: list[str] = []
    plain = re.finditer(r"\\(u[0-9A-Fa-f]{4}|.)|(.)", text[1:-1], re.DOTALL)
    for match in plain:
        escaped, letter = match.groups()
        if escaped is not None:
            parts.append(re.escape(_escape(escaped) or escaped))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter, re.escape(letter)))
    return re.compile("".join(parts), re.DOTALL | re.IGNORECASE)


def malformed(soql: str, at: int, words: str, code: str = "MALFORMED_QUERY") -> Problem:
    """A problem in the vendor's form: the line, a caret under the place, row and column, and the words."""
    start = soql.rfind("\n", 0, at) + 1
    end = soql.find("\n", at)
    line = soql[start : end if end >= 0 else len(soql)]
    row = soql.count("\n", 0, at) + 1
    place = f"\n{line}\n{' ' * (at - start)}^\nERROR at Row:{row}:Column:{at - start + 1}\n"
    return Problem(code, place + words)


def _unquoted(soql: str, text: str, at: int) -> str:
    def plain(match: re.Match[str]) -> str:
        letter = _escape(match.group(1))
        if letter is None:
            raise malformed(soql, at, f"Illegal string escape sequence \\{match.group(1)} in string literal")
        return letter

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|.)", plain, text[1:-1], flags=re.DOTALL)


def _escape(name: str) -> str | None:
    if len(name) == 5:
        return chr(int(name[1:], 16))
    if name in ("_", "%"):
        return name
    return _ESCAPES.get(name.lower() if name.isalpha() else name)
