"""How records change: create, update, archive, merge - for API clients and people alike, each leaving its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crmsync.emulator.hubspot.books import PORTAL_ID, Author, Books
from crmsync.emulator.hubspot.consequences import born, follow
from crmsync.emulator.hubspot.kinds import KINDS, Kind
from crmsync.emulator.hubspot.links import End, LinkType
from crmsync.emulator.hubspot.refusals import (
    VALIDATION,
    BadValue,
    Refusal,
    already_exists,
    invalid_values,
    value_taken,
)
from crmsync.emulator.hubspot.rollups import COMPUTED, after_linking, after_logging, at_birth
from crmsync.emulator.hubspot.rules import broken
from crmsync.emulator.hubspot.stages import stage_problems
from crmsync.emulator.hubspot.store import Past, Record, Table, changed, past
from crmsync.emulator.hubspot.values import Invalid, accepted, instant
from crmsync.emulator.wire import Json

Given = Mapping[str, Json]
Ties = Sequence[tuple[End, LinkType | None]]
MOST_IDENTITIES = 250


def create(books: Books, kind: Kind, given: Given, author: Author, ties: Ties = (), named: str = "") -> Record:
    """A new record with its computed properties and associations; Refusal when the portal does not take it.

    `named` is the id a script wants it to have; clients never choose one.
    """
    values = may_create(books, kind, given, author)
    now, id_ = books.now(), named or books.table(kind).next_id()
    whole = born(books, kind, id_, values, author) | values
    properties = {name: value for name, value in whole.items() if value}
    for target, linked in ties:
        books.state.links.join((kind.name, id_), target, linked)
    created = instant(values.get(kind.created, "")) or now  # that of deals and tickets may be given
    record = books.keep(kind, Record(id_, properties | at_birth(books, kind, id_), created, now))
    books.write_down(author, "create", kind.name, id_, {name: (None, value or None) for name, value in values.items()})
    for target, _ in ties:
        after_linking(books, ((kind.name, id_), target), fresh=False)
    after_logging(books, kind, record)
    return record


def may_create(books: Books, kind: Kind, given: Given, author: Author) -> dict[str, str]:
    """The values a new record would get; Refusal when the portal would not take it."""
    values = checked(books, kind, given, author)
    missing = [name for name in kind.needed if not values.get(name)]
    if missing:
        words = f"Error creating {kind.singular.upper()}. Some required properties were not set."
        raise Refusal(400, words, VALIDATION, context={"properties": missing})
    _taken_on_create(books.table(kind), kind, values)
    _ruled(books, kind, {}, values, author)
    return values


def may_update(books: Books, kind: Kind, record: Record, given: Given, author: Author) -> dict[str, str]:
    """The values a record would get; Refusal when the portal would not take them."""
    values = checked(books, kind, given, author)
    for name, value in values.items():
        holder = books.table(kind).holder(name, value) if value else None
        if holder is not None and holder.id != record.id:
            raise value_taken(PORTAL_ID, kind.singular.upper(), name, value, (record.id, holder.id))
    _ruled(books, kind, record, values, author)
    return values


def update(books: Books, kind: Kind, record: Record, given: Given, author: Author) -> Record:
    """The record with new values; one that changes nothing keeps its stamp (facts/hubspot.md section 5.3)."""
    values = may_update(books, kind, record, given, author)
    effective = {name: value for name, value in values.items() if (record.get(name) or "") != value}
    if kind.name == "contacts":
        effective = _no_way_back(books, record, effective)
    fresh = rewrite(books, kind, record, effective, author)
    changes: dict[str, tuple[Json, Json]] = {name: (record.get(name), fresh.get(name)) for name in values}
    books.write_down(author, "update", kind.name, record.id, changes)
    return fresh


def rewrite(books: Books, kind: Kind, record: Record, values: Mapping[str, str], author: Author) -> Record:
    """Store changed values with all that follows from them, without asking and without a row."""
    if not values:
        return record
    now = books.now()
    follows = follow(books, kind, record, values, now)
    fresh = changed(changed(record, values, now, author.mark), follows, now, COMPUTED)
    created = instant(values.get(kind.created, "")) or record.created
    return books.keep(kind, replace(fresh, created=created, modified=now))


def archive(books: Books, kind: Kind, record: Record, author: Author) -> None:
    """Into the bin, restorable; its unique values are free again."""
    books.keep(kind, replace(record, archived=books.now()))
    books.write_down(author, "delete", kind.name, record.id, {"archived": (False, True)})


def restore(books: Books, kind: Kind, record: Record, author: Author) -> Record:
    """Out of the bin."""
    back = books.keep(kind, replace(record, archived=None, modified=books.now()))
    books.write_down(author, "restore", kind.name, record.id, {"archived": (True, False)})
    return back


def forget(books: Books, kind: Kind, record: Record, author: Author) -> None:
    """Nothing of the record is left, no association either, and its addresses can never come back."""
    books.state.blocked.update(_addresses(record))
    for end in books.state.links.of_any((kind.name, record.id), tuple(KINDS)):
        books.state.links.part((kind.name, record.id), end)
        after_linking(books, ((kind.name, record.id), end), fresh=False)
    resolve, whose = books.table(kind).resolve, (kind.name, record.id)
    books.state.happenings = [one for one in books.state.happenings if (one.kind, resolve(one.object_id)) != whose]
    books.drop(kind, books.table(kind).records[record.id])
    books.write_down(author, "delete", kind.name, record.id, {"archived": (False, True)})


def merge(books: Books, kind: Kind, primary: Record, other: Record, author: Author) -> Record:
    """A third record, to which both old ids lead from now on; the primary's values win (section 5.7)."""
    table, now = books.table(kind), books.now()
    id_ = table.next_id()
    ids = [*_merged_before(primary), primary.id, *_merged_before(other), other.id]
    if len(ids) > MOST_IDENTITIES:
        raise Refusal(400, f"The records cannot be merged: they would have more than {MOST_IDENTITIES} identities")
    properties = {**other.properties, **primary.properties, "hs_object_id": id_, "hs_merged_object_ids": ";".join(ids)}
    if kind.name == "contacts":
        addresses = [*_addresses(primary), *_addresses(other)]
        properties["hs_additional_emails"] = ";".join(dict.fromkeys(addresses[1:]))
        properties["hs_all_contact_vids"] = ";".join([id_, *ids])
        vids = [part for part in (properties.get("hs_calculated_merged_vids") or "").split(";") if part]
        properties["hs_calculated_merged_vids"] = ";".join([*vids, f"{primary.id}:{now}", f"{other.id}:{now}"])
    held = {name: value for name, value in properties.items() if value}
    record = Record(id_, held, primary.created, now, history=_both_pasts(primary, other, held, now))
    for old in (primary, other):
        books.drop(kind, old)
        table.aliases[old.id] = id_
        books.state.links.move((kind.name, old.id), (kind.name, id_), tuple(KINDS))
    books.keep(kind, record)
    for end in books.state.links.of_any((kind.name, id_), tuple(KINDS)):
        after_linking(books, ((kind.name, id_), end), fresh=False)
    books.write_down(author, "merge", kind.name, id_, {"hs_merged_object_ids": (None, ";".join(ids))})
    return table.records[id_]


def _both_pasts(one: Record, other: Record, held: Mapping[str, str], now: int) -> dict[str, tuple[Past, ...]]:
    """The history of a merged record: what either had, in order of time, and what the merge made of it."""
    found: dict[str, tuple[Past, ...]] = {}
    for name in {*one.history, *other.history} - {"hs_object_id", "hs_merged_object_ids"}:
        entries = sorted([*past(one, name), *past(other, name)], key=lambda entry: entry.at)
        if entries and entries[-1].value != held.get(name, ""):
            entries.append(Past(held.get(name, ""), now, "MERGE_OBJECTS", ""))
        found[name] = tuple(entries)
    return found


def checked(books: Books, kind: Kind, given: Given, author: Author) -> dict[str, str]:
    """The values as they will be kept, or the 400 that lists every property the portal does not take."""
    good: dict[str, str] = {}
    bad: list[BadValue] = []
    for name, value in given.items():
        try:
            good[name] = _checked(books, kind, name, value, author)
        except Invalid as problem:
            bad.append(BadValue(name, problem.code, problem.words))
    if bad:
        raise invalid_values(bad, PORTAL_ID)
    return good


def _checked(books: Books, kind: Kind, name: str, value: Json, author: Author) -> str:
    known = books.schema(kind).get(name)
    if known is None:
        raise Invalid("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
    if known.read_only and author.api:
        raise Invalid("READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')
    text = accepted(known, value)
    if name == "email" and text in books.state.blocked:
        raise Invalid(
            "GDPR_BLACKLISTED_EMAIL", f"{text} was deleted for good at its owner's request and cannot come back"
        )
    if text and name == "hubspot_owner_id" and text not in books.state.owners:
        raise Invalid("INVALID_OWNER_ID", f"{text} is not the id of an owner of this portal")
    ruled = books.desk.faults.refused(kind.name, {name: text}) if author.api else None
    if ruled is not None:
        raise Invalid("VALIDATION_RULE", ruled[1])
    return text


def _ruled(books: Books, kind: Kind, record: Record | dict[str, str], values: dict[str, str], author: Author) -> None:
    """400 for a stage that does not exist and, on the strict paths, for what the portal's own rules do not allow."""
    before = record.properties if isinstance(record, Record) else record
    wrong = stage_problems(books.state.pipelines, kind.name, before, values)
    if wrong:
        raise invalid_values(wrong, PORTAL_ID)
    rules = books.state.rules.get(kind.name, []) if author.strict else []
    against = broken(rules, before, values, created=not isinstance(record, Record))
    if against:
        raise invalid_values(against, PORTAL_ID, listed=False)


def _taken_on_create(table: Table, kind: Kind, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        holder = table.holder(name, value) if value else None
        if holder is None:
            continue
        if name == "email":
            raise already_exists(holder.id)
        raise value_taken(PORTAL_ID, kind.singular.upper(), name, value, (table.next_id(), holder.id))


def _no_way_back(books: Books, record: Record, values: dict[str, str]) -> dict[str, str]:
    """A lifecycle stage set backwards is accepted and ignored (section 7), unless `lifecycle_backward` allows it."""
    asked = values.get("lifecyclestage")
    allowed = books.desk.faults.setting("lifecycle_backward")
    if not asked or (allowed is not None and allowed.get("allowed") is not False):
        return values
    order = [option.value for option in books.schema(KINDS["contacts"])["lifecyclestage"].options]
    now = record.get("lifecyclestage")
    if now in order and order.index(asked) < order.index(now):
        return {name: value for name, value in values.items() if name != "lifecyclestage"}
    return values


def _merged_before(record: Record) -> list[str]:
    return [id_ for id_ in (record.get("hs_merged_object_ids") or "").split(";") if id_]


def _addresses(record: Record) -> list[str]:
    own = [record.get("email") or "", *(record.get("hs_additional_emails") or "").split(";")]
    return [address for address in own if address]
