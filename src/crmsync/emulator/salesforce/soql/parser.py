"""The grammar of a whole query, clause by clause."""

from __future__ import annotations

from crmsync.emulator.salesforce.soql.conditions import condition
from crmsync.emulator.salesforce.soql.reader import Reader
from crmsync.emulator.salesforce.soql.tokens import Kind, malformed
from crmsync.emulator.salesforce.soql.tree import Call, Item, Order, Path, Query

CLAUSES = ("WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "USING", "UPDATE", "FROM", "ALL")


def parse(soql: str) -> Query:
    """Read one query to its end; raises Problem (MALFORMED_QUERY with its place, or not supported)."""
    reader = Reader(soql)
    query = _query(reader, inner=False)
    if reader.here.kind is not Kind.END:
        raise reader.unexpected()
    query.beyond = reader.beyond
    return query


def _query(reader: Reader, *, inner: bool) -> Query:
    reader.need_word("SELECT")
    query = Query()
    aliased = _select(reader, query, inner=inner)
    reader.need_word("FROM")
    query.type = reader.path()
    query.alias = _alias(reader)
    _scope(reader)
    if reader.word("WHERE"):
        query.where = condition(reader, _subquery)
    while reader.word("WITH"):
        _with(reader)
    _group(reader, query)
    if aliased is not None and not query.aggregated:
        raise malformed(reader.soql, aliased, "only aggregate expressions use field aliasing")
    _order(reader, query)
    _window(reader, query)
    _purpose(reader)
    return query


def _subquery(reader: Reader) -> None:
    reader.beyond.append("subqueries")
    _query(reader, inner=True)


def _select(reader: Reader, query: Query, *, inner: bool) -> int | None:
    aliased: int | None = None
    while True:
        at = _item(reader, query, inner=inner)
        aliased = at if aliased is None else aliased
        if not reader.mark(","):
            return aliased


def _item(reader: Reader, query: Query, *, inner: bool) -> int | None:
    if not inner and reader.here.is_mark("("):
        reader.take()
        _subquery(reader)
        reader.need_mark(")")
        return None
    if reader.here.is_word("TYPEOF") and reader.next.kind is Kind.WORD and not reader.next.is_word("FROM"):
        _typeof(reader)
        return None
    operand = reader.operand()
    alias = None if reader.here.is_word("FROM") or reader.here.kind is not Kind.WORD else reader.name()
    if isinstance(operand, Call) and operand.name == "COUNT" and operand.path is None and not reader.beyond:
        query.count = not query.items and reader.here.is_word("FROM")
        if not query.count:
            raise malformed(reader.soql, operand.at, "COUNT() must be the only element in the SELECT list")
        return None
    query.items.append(Item(operand, alias.text if alias else ""))
    return alias.at if alias is not None and isinstance(operand, Path) else None


def _typeof(reader: Reader) -> None:
    reader.take()
    reader.beyond.append("TYPEOF")
    reader.path()
    reader.need_word("WHEN")
    while True:
        reader.name()
        reader.need_word("THEN")
        _paths(reader)
        if not reader.word("WHEN"):
            break
    if reader.word("ELSE"):
        _paths(reader)
    reader.need_word("END")


def _paths(reader: Reader) -> None:
    reader.path()
    while reader.mark(","):
        reader.path()


def _alias(reader: Reader) -> str:
    token = reader.here
    if token.kind is not Kind.WORD:
        return ""
    if token.is_word("OFFSET") and reader.next.kind is Kind.END:
        return reader.take().text
    return "" if token.is_word(*CLAUSES) else reader.name().text


def _scope(reader: Reader) -> None:
    if reader.word("USING"):
        reader.need_word("SCOPE")
        reader.beyond.append(f"USING SCOPE {reader.name().text}")


def _with(reader: Reader) -> None:
    if reader.here.is_word("SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"):
        reader.beyond.append(f"WITH {reader.take().text.upper()}")
        return
    reader.need_word("DATA", "CATEGORY")
    reader.beyond.append("WITH DATA CATEGORY")
    while True:
        reader.name()
        if not reader.here.is_word("AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"):
            raise reader.unexpected()
        reader.take()
        if reader.mark("("):
            _paths(reader)
            reader.need_mark(")")
        else:
            reader.name()
        if not reader.word("AND"):
            return


def _group(reader: Reader, query: Query) -> None:
    if not reader.word("GROUP"):
        return
    reader.need_word("BY")
    if reader.here.is_word("ROLLUP", "CUBE") and reader.next.is_mark("("):
        reader.beyond.append(f"GROUP BY {reader.take().text.upper()}")
        reader.need_mark("(")
        query.group = reader.operands()
        reader.need_mark(")")
    else:
        query.group = reader.operands()
    if reader.word("HAVING"):
        query.having = condition(reader, _subquery)


def _order(reader: Reader, query: Query) -> None:
    if not reader.word("ORDER"):
        return
    reader.need_word("BY")
    query.order.append(_key(reader))
    while reader.mark(","):
        query.order.append(_key(reader))


def _key(reader: Reader) -> Order:
    operand: Path | Call = reader.operand()
    descending = False
    if reader.here.is_word("ASC", "DESC"):
        descending = reader.take().is_word("DESC")
    last = False
    if reader.word("NULLS"):
        if not reader.here.is_word("FIRST", "LAST"):
            raise reader.unexpected("expecting FIRST or LAST")
        last = reader.take().is_word("LAST")
    return Order(operand, descending, last)


def _window(reader: Reader, query: Query) -> None:
    if reader.word("LIMIT"):
        query.limit = reader.whole_number()
    if reader.word("OFFSET"):
        query.offset = reader.whole_number()


def _purpose(reader: Reader) -> None:
    while reader.word("FOR"):
        if not reader.here.is_word("VIEW", "REFERENCE", "UPDATE"):
            raise reader.unexpected()
        reader.beyond.append(f"FOR {reader.take().text.upper()}")
    if reader.word("UPDATE"):
        if not reader.here.is_word("VIEWSTAT", "TRACKING"):
            raise reader.unexpected()
        reader.beyond.append(f"UPDATE {reader.take().text.upper()}")
