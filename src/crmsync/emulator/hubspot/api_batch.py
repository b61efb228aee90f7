"""A hundred records at a time: batch read, create, update, upsert, archive (facts/hubspot.md sections 5.2 to 5.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crmsync.emulator.hubspot.api_objects import located, properties_of, ties_of
from crmsync.emulator.hubspot.books import CLIENT, PORTAL_ID, Author, Books, client
from crmsync.emulator.hubspot.kinds import Kind
from crmsync.emulator.hubspot.people import slip_in
from crmsync.emulator.hubspot.reading import Object, a_word, body_of, inputs_of, show, show_all, show_made, words
from crmsync.emulator.hubspot.refusals import Refusal, duplicate_ids, some_not_found, value_taken
from crmsync.emulator.hubspot.store import Record
from crmsync.emulator.hubspot.writing import archive, create, may_create, may_update, update
from crmsync.emulator.wire import Answer, Asked, Json

MOST, MOST_WITH_HISTORY = 100, 50


@dataclass(frozen=True, slots=True)
class Wish:
    """One input of a batch write: the record it `found`, or the `body` of the record it wants made, or neither."""

    given: dict[str, Json]
    trace: str
    id: str = ""
    found: Record | None = None
    body: Object | None = None
    upsert: bool = False


def batch_read(books: Books, asked: Asked) -> Answer:
    """Records by id or by a unique property, in no order anybody may rely on; 207 when some are missing."""
    kind, body = books.kind(asked.params["type"]), body_of(asked)
    history = words(body.get("propertiesWithHistory"), "propertiesWithHistory")
    inputs = inputs_of(body, MOST_WITH_HISTORY, " for property histories") if history else inputs_of(body, MOST)
    by = a_word(body.get("idProperty") or "", "idProperty")
    wanted = words(body.get("properties"), "properties")
    ids = list(dict.fromkeys(a_word(one.get("id"), "id") for one in inputs))
    found = {id_: located(books, kind, id_, by) for id_ in ids}
    records = {one.id: one for one in found.values() if one is not None}
    results = [show(books, kind, one, wanted, history) for one in records.values()]
    missing = [id_ for id_, one in found.items() if one is None]
    errors = [some_not_found(kind.singular.upper(), missing).item({})] if missing else []
    return _answered(books, results, errors)


def batch_create(books: Books, asked: Asked) -> Answer:
    """New records; with trace ids one by one, without them all or none."""
    kind = books.kind(asked.params["type"])

    def wish(one: Object) -> Wish:
        return Wish(dict(properties_of(one)), _trace(one), body=one)

    return _write(books, kind, asked, wish, 201)


def batch_update(books: Books, asked: Asked) -> Answer:
    """Changes to records that exist; an id twice refuses the whole batch."""
    kind = books.kind(asked.params["type"])

    def wish(one: Object) -> Wish:
        id_, by = a_word(one.get("id"), "id"), a_word(one.get("idProperty") or "hs_object_id", "idProperty")
        return Wish(dict(properties_of(one)), _trace(one), id_, located(books, kind, id_, by))

    return _write(books, kind, asked, wish, 200)


def batch_upsert(books: Books, asked: Asked) -> Answer:
    """Changes to records that hold a unique value, or new records that will hold it; results say which by `new`."""
    kind = books.kind(asked.params["type"])

    def wish(one: Object) -> Wish:
        id_, by = a_word(one.get("id"), "id"), a_word(one.get("idProperty") or "hs_object_id", "idProperty")
        found, given = located(books, kind, id_, by), dict(properties_of(one))
        makes = found is None and by != "hs_object_id"
        given = {by: id_} | given if makes else given
        return Wish(given, _trace(one), id_, found, one if makes else None, upsert=True)

    return _write(books, kind, asked, wish, 200)


def batch_archive(books: Books, asked: Asked) -> Answer:
    """Into the bin; ids that do not exist are passed over."""
    kind = books.kind(asked.params["type"])
    ids = [a_word(one.get("id"), "id") for one in inputs_of(body_of(asked), MOST)]
    slip_in(books, [(kind.name, id_) for id_ in ids])
    for id_ in ids:
        record = books.table(kind).find(id_)
        if record is not None:
            archive(books, kind, record, CLIENT)
    return Answer(204)


def _write(books: Books, kind: Kind, asked: Asked, read: Callable[[Object], Wish], good: int) -> Answer:
    inputs = inputs_of(body_of(asked), MOST)
    wishes = [read(one) for one in inputs]
    _no_twins(wishes)
    silent = books.desk.faults.take("silent_batch", asked.route)
    if silent is not None:
        return _silence(books, silent, good)
    slip_in(books, [(kind.name, one.found.id if one.found else "") for one in wishes])
    wishes = [read(one) for one in inputs]
    if wishes and all(one.trace for one in wishes):
        return _one_by_one(books, kind, wishes, good, client(asked))
    wishes, missing = _parted(books, wishes)
    _all_may(books, kind, wishes, client(asked))
    errors = [some_not_found(kind.singular.upper(), missing).item({})] if missing else []
    return _answered(books, [_do(books, kind, one, client(asked)) for one in wishes], errors, good)


def _parted(books: Books, wishes: list[Wish]) -> tuple[list[Wish], list[str]]:
    """Ids that do not exist spoil the batch, or (switch `missing_is_partial`, section 5.4) only their own inputs."""
    if not books.desk.faults.switched("missing_is_partial"):
        return wishes, []
    missing = [one.id for one in wishes if one.found is None and one.body is None]
    return [one for one in wishes if one.id not in missing], missing


def _silence(books: Books, planted: Mapping[str, Json], good: int) -> Answer:
    """Nothing was written and nothing is complained of, in any of the shapes that were captured (section 5.4)."""
    at, code = books.stamp(), planted.get("code")
    body: dict[str, Json] = {"status": planted.get("status", "COMPLETE"), "results": []}
    nothing: dict[str, Json] = {"numErrors": 0, "errors": []} if planted.get("errors") is True else {}
    return Answer(code if isinstance(code, int) else good, {**body, **nothing, "startedAt": at, "completedAt": at})


def _one_by_one(books: Books, kind: Kind, wishes: Sequence[Wish], good: int, author: Author) -> Answer:
    """Each input for itself: what fails is listed under its trace id."""
    results: list[dict[str, Json]] = []
    errors: list[dict[str, Json]] = []
    for one in wishes:
        try:
            results.append(_do(books, kind, one, author))
        except Refusal as refusal:
            errors.append(refusal.item({"objectWriteTraceId": [one.trace]}))
    return _answered(books, results, errors, good)


def _all_may(books: Books, kind: Kind, wishes: Sequence[Wish], author: Author) -> None:
    """Nothing is written when one input could not be."""
    claimed: dict[tuple[str, str], str] = {}
    for one in wishes:
        found, given = one.found, one.given
        values = may_update(books, kind, found, given, author) if found else _may_make(books, kind, one, author)
        for name in values.keys() & books.table(kind).unique.keys():
            key = (name, values[name].lower())
            if values[name] and key in claimed:
                pair = (one.id or "0", claimed[key])
                raise value_taken(PORTAL_ID, kind.singular.upper(), name, values[name], pair)
            claimed[key] = one.id or "0"


def _may_make(books: Books, kind: Kind, one: Wish, author: Author) -> dict[str, str]:
    if one.body is None:
        refusal = some_not_found(kind.singular.upper(), [one.id])
        raise Refusal(400, refusal.words, refusal.category, **refusal.more)
    ties_of(books, kind, one.body)
    return may_create(books, kind, one.given, author)


def _do(books: Books, kind: Kind, one: Wish, author: Author) -> dict[str, Json]:
    traced: dict[str, Json] = {"objectWriteTraceId": one.trace} if one.trace else {}
    found = books.table(kind).find(one.found.id) if one.found else None
    if found is not None:
        kept = update(books, kind, found, one.given, author)
    elif one.body is not None:
        kept = create(books, kind, one.given, author, ties_of(books, kind, one.body))
    else:
        raise some_not_found(kind.singular.upper(), [one.id])
    told: dict[str, Json] = {"new": found is None} if one.upsert else {}
    shown = show_all(kind, kept) if found else show_made(kind, kept)
    return {**shown, **told, **traced}


def _trace(one: Object) -> str:
    value = one.get("objectWriteTraceId")
    return "" if value is None else a_word(value, "objectWriteTraceId")


def _no_twins(wishes: Sequence[Wish]) -> None:
    ids = Counter(one.id for one in wishes if one.id)
    twice = [id_ for id_, times in ids.items() if times > 1]
    if twice:
        raise duplicate_ids(twice)
    traces = Counter(one.trace for one in wishes if one.trace)
    again = [trace for trace, times in traces.items() if times > 1]
    if again:
        raise Refusal(400, f"Duplicate objectWriteTraceId values found in batch input: [{', '.join(again)}]")


def _answered(
    books: Books, results: Sequence[dict[str, Json]], errors: Sequence[dict[str, Json]], good: int = 200
) -> Answer:
    """The envelope of every batch: results last come first, so that nobody relies on their order (section 5.2).

    `plain_multi_status` answers 200 where it would be 207, as the 2026-09 specification reads (sections 1 and 17).
    """
    at = books.stamp()
    body: dict[str, Json] = {
        "status": "COMPLETE",
        "results": list(reversed(results)),
        "startedAt": at,
        "completedAt": at,
        **({"numErrors": len(errors), "errors": list(errors)} if errors else {}),
    }
    plain = books.desk.faults.setting("plain_multi_status") is not None
    return Answer(207 if errors and not plain else good, body)
