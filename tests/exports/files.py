"""Files as text in a test: nothing is opened."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from crmsync.exports.labels import Cell, Kind
from crmsync.exports.records import Loadable, Staff, loadable, spelled_words
from crmsync.exports.survey import Export, survey

LEADS = "Lead ID,Last Name,Company / Account,Lead Status,Lead Owner,Create Date,Email\n"
MAPPED: Mapping[Kind, Mapping[str, Cell]] = {Kind.LEADS: {"Region__c": Cell.TEXT, "Score__c": Cell.NUMBER}}


def lead(number: int = 1, status: str = "Working", created: str = "2026-11-02 10:15", **more: str) -> str:
    """One line of a lead report."""
    given = {"id": f"00Q5g000000000{number}", "name": "Ek", "owner": "Jo Lind", **more}
    return f"{given['id']},{given['name']},Balder AB,{status},{given['owner']},{created},p{number}@balder.example\n"


def read(text: str, name: str = "leads.csv", columns: Mapping[str, str] | None = None) -> Export:
    """Read a file for the first time."""

    def lines() -> Iterator[str]:
        yield from text.splitlines(keepends=True)

    return survey(name, lines, columns or {}, MAPPED)


def rows(text: str, staff: Staff | None = None, columns: Mapping[str, str] | None = None) -> list[Loadable]:
    """Read a file twice: its records."""
    return list(loadable(read(text, columns=columns), spelled_words(["RECYCLED"]), staff or Staff(), _as_it_is))


def _as_it_is(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
