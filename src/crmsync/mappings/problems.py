"""What a well-formed mapping file may still have wrong: names that lead nowhere, types that do not fit."""

from collections.abc import Iterator

from crmsync.mappings.schema import ActivityRow, ConditionRow, FieldRow, MappingFile, OwnerRow, StreamRow
from crmsync.model.errors import Problem
from crmsync.settings.document import Document, Path
from crmsync.settings.suggest import did_you_mean

PERSON_FIELDS = ("created_at", "email")
HISTORY_FIELDS = ("record", "field", "after", "at")
BLOCKS = {
    "list": ("people_list", "{kind: campaign}"),
    "member": ("member", "{of: ..., who: [...]}"),
    "deal": ("deal", "{closed_when: {field: ..., values: [...]}}"),
    "history": ("history", "{of: system/object}"),
}
"""What a stream of this kind has to say, by the key under which it says it."""


def structural_problems(document: Document, file: MappingFile) -> tuple[Problem, ...]:
    """Every problem that only shows when the parts of the file are held against each other."""
    return tuple(problem for name, stream in file.streams.items() for problem in _stream(document, name, stream))


def _stream(document: Document, name: str, stream: StreamRow) -> Iterator[Problem]:
    path: Path = ("streams", name)
    yield from _spelled_twice(document, (*path, "fields"), stream.fields)
    yield from _alias_without_record(document, (*path, "fields"), stream.fields)
    yield from _without_block(document, path, name, stream)
    if stream.kind in ("lead", "contact"):
        yield from _person_fields(document, path, stream)
    if stream.activity:
        yield from _unknown_names(document, (*path, "activity"), stream, tuple(_activity_names(stream.activity)))
        yield from _wrong_types(document, (*path, "activity"), stream, stream.activity)
    if stream.owner:
        yield from _unknown_names(document, (*path, "owner"), stream, tuple(_owner_names(stream.owner)))
    if stream.kind in BLOCKS:
        used = tuple(_names_of_block(stream))
        yield from _unknown_names(document, (*path, BLOCKS[stream.kind][0]), stream, used)
        yield from _names_no_record(document, path, stream)


def _without_block(document: Document, path: Path, name: str, stream: StreamRow) -> Iterator[Problem]:
    if stream.kind == "activity" and stream.activity is None:
        message = f"{name} holds activities but does not say of which kind."
        yield document.at_key(path, message, "Add activity: {kind: ...}.")
    block, example = BLOCKS.get(stream.kind, ("", ""))
    if block and getattr(stream, block) is None:
        message = f"{name} is a stream of the kind {stream.kind}, but does not say how a row is read."
        yield document.at_key(path, message, f"Add {block}: {example}.")


def _names_of_block(stream: StreamRow) -> Iterator[tuple[Path, str]]:
    """Every name of ours that the block of a list, member, deal or history stream uses."""
    if stream.people_list and stream.people_list.filled:
        yield ("filled",), stream.people_list.filled
    if stream.member:
        yield ("of",), stream.member.of
        yield from ((("who", place), name) for place, name in enumerate(stream.member.who))
    if stream.deal:
        yield from _conditions((("closed_when", stream.deal.closed_when), ("won_when", stream.deal.won_when)))
    if stream.history:
        yield from _conditions((("automation", stream.history.automation), ("integration", stream.history.integration)))


def _names_no_record(document: Document, path: Path, stream: StreamRow) -> Iterator[Problem]:
    """Where a row ties things together, each id must say whose it is."""
    tied = (stream.member.of, *stream.member.who) if stream.member else ()
    filled = (stream.people_list.filled,) if stream.people_list and stream.people_list.filled else ()
    for name in (*tied, *filled):
        field = stream.fields.get(name)
        if field and not field.names:
            message = f"{name} holds an id, but of which kind of record?"
            yield document.at_value((*path, "fields", name, "field"), message, "Add names: system/object.")
    if stream.history:
        for name in HISTORY_FIELDS:
            if name not in stream.fields:
                message = f"{name} is not mapped, and a change cannot be told without it."
                yield document.at_key((*path, "fields"), message, f"Add {name}: {{field: ...}}.")


def _spelled_twice(document: Document, path: Path, fields: dict[str, FieldRow]) -> Iterator[Problem]:
    """A vendor refuses a query that names a field twice."""
    first: dict[str, str] = {}
    for name, field in fields.items():
        other = first.setdefault(field.field.casefold(), name)
        if other != name:
            message = f'"{field.field}" is already read as {other}.'
            yield document.at_value((*path, name, "field"), message, "Keep one of the two.")


def _alias_without_record(document: Document, path: Path, fields: dict[str, FieldRow]) -> Iterator[Problem]:
    for name, field in fields.items():
        if field.alias and not field.names:
            message = f"{name} is an alias of a record, but of which kind?"
            yield document.at_value((*path, name, "alias"), message, "Add names: system/object.")


def _person_fields(document: Document, path: Path, stream: StreamRow) -> Iterator[Problem]:
    for name in PERSON_FIELDS:
        if name not in stream.fields:
            message = f"{name} is not mapped, and people cannot be told apart without it."
            yield document.at_key((*path, "fields"), message, f"Add {name}: {{field: ...}}.")


def _unknown_names(
    document: Document, path: Path, stream: StreamRow, used: tuple[tuple[Path, str], ...]
) -> Iterator[Problem]:
    for place, name in used:
        if name not in stream.fields:
            message = f'"{name}" is none of the fields of this stream.'
            yield document.at_value((*path, *place), message, did_you_mean(name, stream.fields))
        elif not stream.fields[name].pulled:
            message = f'"{name}" is never read (pulled: no).'
            yield document.at_value((*path, *place), message, "Remove pulled: no.")


def _wrong_types(document: Document, path: Path, stream: StreamRow, row: ActivityRow) -> Iterator[Problem]:
    wanted = [(("at", place), name, "instant") for place, name in enumerate(row.at)]
    days = [(("day",), row.day, "day")] if row.day else []
    sent = [(("bot", "sent_at"), row.bot.sent_at, "instant")] if row.bot and row.bot.sent_at else []
    for place, name, wire in (*wanted, *days, *sent):
        field = stream.fields.get(name)
        if field and field.type != wire:
            message = f"{name} is read as {field.type}, but here it tells the {wire}."
            yield document.at_value((*path, *place), message, f"Write {name}: {{field: {field.field}, type: {wire}}}.")


def _activity_names(row: ActivityRow) -> Iterator[tuple[Path, str]]:
    """Every name of ours that the block uses, with its place in the block."""
    if row.kind.field:
        yield ("kind", "field"), row.kind.field
    if row.kind_from:
        yield ("kind_from", "field"), row.kind_from.field
    yield from ((("at", place), name) for place, name in enumerate(row.at))
    if row.day:
        yield ("day",), row.day
    if row.direction.field:
        yield ("direction", "field"), row.direction.field
    if row.label:
        yield ("label",), row.label
    conditions = (("automation", row.automation), ("integration", row.integration), ("open", row.open))
    yield from _conditions((*conditions, ("skip", row.skip)))
    if row.by_email:
        yield ("by_email",), row.by_email
    if row.bot:
        told = (("filtered", row.bot.filtered), ("agent", row.bot.agent), ("sent_at", row.bot.sent_at))
        yield from ((("bot", key), name) for key, name in told if name)
    yield from ((("parties", name), name) for name in row.parties)


def _owner_names(row: OwnerRow) -> Iterator[tuple[Path, str]]:
    yield from _conditions((("queue_when", row.queue_when), ("integration_when", row.integration_when)))


def _conditions(rows: tuple[tuple[str, ConditionRow | None], ...]) -> Iterator[tuple[Path, str]]:
    yield from (((key, "field"), row.field) for key, row in rows if row)
