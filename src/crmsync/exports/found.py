"""The words found in people's status fields: counted, proposed a meaning, and asked about while nobody decided."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, Field

from crmsync.agreement.model import Agreement
from crmsync.exports.catalogue import Catalogue, Suggestion
from crmsync.exports.labels import Kind
from crmsync.exports.records import SYSTEMS
from crmsync.exports.survey import Export, taken_rows
from crmsync.rules.disposition import Dictionary, Meaning
from crmsync.rules.disposition import Kind as Means
from crmsync.rules.plain_text import typed
from crmsync.settings.read import read
from crmsync.settings.units import STRICT, Text

FILE = "mappings/found_values.yaml"
STATUS_COLUMNS = {Kind.LEADS: "Status", Kind.CONTACTS: "Contact_Status__c", Kind.HUBSPOT: "hs_lead_status"}
ASK = "ask"
HEAD = """\
# Written by `crmsync init --from` on {day}: the words in your status fields, how many records hold them, and what they
# usually mean. This file decides nothing. What counts stands in mappings/agreement: while a word is not there, its
# meaning is `ask`, and crmsync leaves every record that holds it alone. `crmsync check` names what is still open.
found:
"""


class _Row(BaseModel):
    """One word as the file has it."""

    model_config = STRICT
    system: Text
    value: Text
    records: int
    proposed: Text


class _File(BaseModel):
    """The whole file."""

    model_config = STRICT
    found: list[_Row] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundValue:
    """One word of one CRM's status field. `proposed` is what it usually means; `ask` where nobody can tell."""

    system: str
    value: str
    records: int
    proposed: str


def count_values(exports: Iterable[Export], words: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """How many records hold each word, by (system, word); `words` are HubSpot's internal ones by label."""
    counts: Counter[tuple[str, str]] = Counter()
    for export in exports:
        kind = export.layout.kind
        column = export.layout.column(STATUS_COLUMNS.get(kind, ""))
        for _, row in taken_rows(export) if column else ():
            value = row[column.at] if column else ""
            if value:
                counts[SYSTEMS[kind], words.get(value.casefold(), value) if kind is Kind.HUBSPOT else value] += 1
    return counts


def propose(
    counts: Mapping[tuple[str, str], int], agreement: Agreement, catalogue: Catalogue, today: date
) -> tuple[FoundValue, ...]:
    """Every word with what the draft says it means, else the catalogue's suggestion; the most frequent first."""
    dictionary = Dictionary(agreement, today)
    ranked = sorted(counts.items(), key=lambda one: (one[0][0] != "salesforce", -one[1], one[0]))
    return tuple(
        FoundValue(system, value, count, _proposed(dictionary.meaning(system, value), catalogue.suggest(value)))
        for (system, value), count in ranked
    )


def written(found: Sequence[FoundValue], today: date) -> str:
    """The file that keeps them."""
    rows = [
        f"  - {{system: {one.system}, value: {_quoted(one.value)}, records: {one.records}, "
        f"proposed: {_quoted(one.proposed)}}}"
        for one in found
    ]
    return HEAD.format(day=today.isoformat()) + "\n".join(rows or ["  []"]) + "\n"


def as_comment(found: Sequence[FoundValue], agreement: Agreement, today: date) -> str:
    """The same for the end of statuses.yaml: what both sides should see when they read the draft."""
    dictionary = Dictionary(agreement, today)
    wide = max((len(one.value) for one in found), default=0)
    lines = [
        f"#   {one.system:<11}{typed(one.value):<{wide}}  {one.records:>7,}  {_state(one, dictionary)}" for one in found
    ]
    head = (
        f"\n# Found in your status fields on {today.isoformat()} (crmsync init --from). What says `ask` is left alone:"
    )
    return "\n".join([head, *lines, ""])


def read_found(text: str) -> tuple[FoundValue, ...]:
    """Read the file back; raises SettingsProblem."""
    rows = read(FILE, text, _File).found
    return tuple(FoundValue(row.system, row.value, row.records, row.proposed) for row in rows)


def still_open(found: Iterable[FoundValue], agreement: Agreement, today: date) -> tuple[FoundValue, ...]:
    """The words whose meaning the agreement does not say yet."""
    dictionary = Dictionary(agreement, today)
    return tuple(one for one in found if dictionary.meaning(one.system, one.value).kind is Means.UNKNOWN)


def question(one: FoundValue) -> str:
    """What a person has to decide, and where they write it down."""
    asked = "what does it mean?" if one.proposed == ASK else f"{one.proposed}?"
    where = _WHERE.get(one.proposed.removeprefix("perhaps ").split(" ", maxsplit=1)[0], _ANYWHERE)
    return f'{one.system}: "{typed(one.value)}" ({one.records:,} records): {asked} {where}'


_ANYWHERE = (
    "A status: statuses.yaml; a call outcome or reason: found_as in dispositions.yaml; neither: leave_alone there."
)
_WHERE = {
    "status": "Spell the status so in statuses.yaml, or list it under agreed_exceptions.",
    "call": "Put it under found_as of that outcome in dispositions.yaml.",
    "reason": "Put it under found_as of that reason in dispositions.yaml.",
    "machine": "Put it under system_values in statuses.yaml.",
}


def _proposed(meaning: Meaning, suggestion: Suggestion | None) -> str:
    if meaning.kind is Means.STATUS:
        return f"status {meaning.statuses[0]}"
    if meaning.outcome is not None:
        return f"{meaning.kind.value} {meaning.outcome.name}"
    if meaning.kind is not Means.UNKNOWN:
        return meaning.kind.value
    if suggestion is None:
        return ASK
    doubt = "perhaps " if suggestion.doubtful else ""
    if suggestion.kind == "either":
        return f"{doubt}status {suggestion.means} or a call outcome"
    return f"{doubt}{suggestion.kind} {suggestion.means}"


def _state(one: FoundValue, dictionary: Dictionary) -> str:
    if dictionary.meaning(one.system, one.value).kind is not Means.UNKNOWN:
        return one.proposed
    return ASK if one.proposed == ASK else f"{ASK}   (usually: {one.proposed})"


def _quoted(text: str) -> str:
    """Double-quoted YAML; what cannot be printed is escaped, whatever somebody typed into a CRM."""
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in json.dumps(text, ensure_ascii=False))
