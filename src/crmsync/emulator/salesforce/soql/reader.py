"""Walks over the tokens of a query; the small steps every rule of the grammar takes."""

from __future__ import annotations

from crmsync.emulator.salesforce.problems import Problem
from crmsync.emulator.salesforce.soql.tokens import Kind, Token, malformed, tokens
from crmsync.emulator.salesforce.soql.tree import Call, Path

RESERVED = frozenset(
    """AND ASC DESC EXCLUDES FROM GROUP HAVING IN INCLUDES LIKE LIMIT NOT NULL NULLS OR SELECT WHERE WITH TRUE
    FALSE""".split()
)
AGGREGATES = ("AVG", "COUNT", "COUNT_DISTINCT", "MAX", "MIN", "SUM")
FUNCTIONS = frozenset(
    """AVG CALENDAR_MONTH CALENDAR_QUARTER CALENDAR_YEAR CONVERTCURRENCY CONVERTTIMEZONE COUNT COUNT_DISTINCT
    DAY_IN_MONTH DAY_IN_WEEK DAY_IN_YEAR DAY_ONLY DISTANCE FIELDS FISCAL_MONTH FISCAL_QUARTER FISCAL_YEAR FORMAT
    GROUPING HOUR_IN_DAY
    MAX MIN SUM TOLABEL WEEK_IN_MONTH WEEK_IN_YEAR""".split()
)


class Reader:
    """The tokens, a place in them, and what turned out to be beyond the emulator."""

    def __init__(self, soql: str) -> None:
        """Cut the query; raises Problem where that fails."""
        self.soql = soql
        self._tokens = tokens(soql)
        self._place = 0
        self.beyond: list[str] = []

    @property
    def here(self) -> Token:
        """The token to be read next."""
        return self._tokens[self._place]

    @property
    def next(self) -> Token:
        """The token after it."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Read one token."""
        token = self.here
        if token.kind is not Kind.END:
            self._place += 1
        return token

    def word(self, *words: str) -> bool:
        """Read these keywords if they come next, in this order."""
        ahead = self._tokens[self._place : self._place + len(words)]
        if len(ahead) < len(words) or not all(token.is_word(word) for token, word in zip(ahead, words, strict=True)):
            return False
        self._place += len(words)
        return True

    def mark(self, mark: str) -> bool:
        """Read this sign if it comes next."""
        if not self.here.is_mark(mark):
            return False
        self._place += 1
        return True

    def need_word(self, *words: str) -> None:
        """Read these keywords or fail."""
        if not self.word(*words):
            raise self.unexpected(f"expecting '{' '.join(words)}'")

    def need_mark(self, mark: str) -> None:
        """Read this sign or fail."""
        if not self.mark(mark):
            raise self.unexpected(f"expecting '{mark}'")

    def name(self) -> Token:
        """Read a name that is no reserved word, or fail."""
        if self.here.kind is not Kind.WORD or (self.here.is_word(*RESERVED) and not self._group):
            raise self.unexpected()
        return self.take()

    @property
    def _group(self) -> bool:
        """Whether GROUP is a name here: the object, or a parent (`Group.Name` of a GroupMember)."""
        after_from = self._place > 0 and self._tokens[self._place - 1].is_word("FROM")
        return self.here.is_word("GROUP") and (after_from or self.next.is_mark("."))

    def whole_number(self) -> int:
        """Read a number without sign and fraction, or fail."""
        if self.here.kind is not Kind.NUMBER or not self.here.text.isdigit():
            raise self.unexpected("expecting a number")
        return int(self.take().text)

    def unexpected(self, words: str = "") -> Problem:
        """The vendor's complaint about the token here."""
        tail = f" {words}" if words else ""
        return malformed(self.soql, self.here.at, f"unexpected token: '{self.here.text}'{tail}")

    def path(self) -> Path:
        """Read `A` or `A.B`."""
        first = self.name()
        parts = [first.text]
        while self.mark("."):
            parts.append(self.name().text)
        return Path(tuple(parts), first.at)

    def operand(self) -> Path | Call:
        """Read a field or a function over fields."""
        if self.here.kind is Kind.WORD and self.next.is_mark("("):
            return self.call()
        return self.path()

    def call(self) -> Call:
        """Read a known function with its arguments, or fail."""
        if self.here.text.upper() not in FUNCTIONS:
            raise malformed(self.soql, self.here.at, f"Unknown function: {self.here.text}")
        name = self.take()
        upper = name.text.upper()
        self.need_mark("(")
        if upper == "DISTANCE":
            self.beyond.append(f"{upper}()")
            self._distance()
            given: list[Path | Call] = []
        else:
            given = [] if upper == "COUNT" and self.here.is_mark(")") else self.operands()
        self.need_mark(")")
        return Call(upper, name.at, self._covered(upper, given))

    def operands(self) -> list[Path | Call]:
        """Read fields or functions, separated by commas."""
        found = [self.operand()]
        while self.mark(","):
            found.append(self.operand())
        return found

    def _covered(self, name: str, given: list[Path | Call]) -> Path | None:
        """The one field a function that can be run is put over; all else is noted as beyond the emulator."""
        only = given[0] if len(given) == 1 else None
        if name not in (*AGGREGATES, "FIELDS") or isinstance(only, Call) or len(given) > 1:
            self.beyond.append(f"{name}()" if len(given) < 2 else f"{name}() of several fields")
        return only if isinstance(only, Path) else None

    def _distance(self) -> None:
        self.path()
        self.need_mark(",")
        if self.word("GEOLOCATION"):
            self.need_mark("(")
            self._coordinate()
            self.need_mark(",")
            self._coordinate()
            self.need_mark(")")
        else:
            self.path()
        self.need_mark(",")
        if self.here.kind is not Kind.TEXT or self.here.value not in ("mi", "km"):
            raise self.unexpected("expecting 'mi' or 'km'")
        self.take()

    def _coordinate(self) -> None:
        if self.here.kind is not Kind.NUMBER:
            raise self.unexpected("expecting a number")
        self.take()
