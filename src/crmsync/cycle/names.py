"""Who is meant: the names of people for screens, read from the stored records and never kept anywhere else."""

from collections.abc import Iterable, Mapping

from crmsync.cycle.streams import streams
from crmsync.cycle.wiring import Wiring
from crmsync.mappings.read import read_person
from crmsync.model.records import Ref, Snapshot


def names_of(wiring: Wiring, wanted: Mapping[str, Ref]) -> Mapping[str, str]:
    """Per person `First Last, Company`, as the record says it or any other record of theirs; unknown ones are absent.

    `wanted` names per person one record of theirs; a record that is no person's (a task) is looked past.
    """
    known = streams(wiring, offline=True).persons
    direct = {person: ref for person, ref in wanted.items() if (ref.system, ref.object) in known and ref.id}
    refs = {person: (ref,) for person, ref in direct.items()} | _others(wiring, set(wanted) - set(direct))
    raw = wiring.store.raw_records({ref for each in refs.values() for ref in each}, known)
    read = {ref: read_person(one, known[ref.system, ref.object]) for ref, one in raw.items()}
    named = {person: _name([read[ref] for ref in each if ref in read]) for person, each in refs.items()}
    return {person: name for person, name in named.items() if name}


def _others(wiring: Wiring, persons: Iterable[str]) -> dict[str, tuple[Ref, ...]]:
    """Every record of these persons."""
    found = ((person, wiring.store.history(person)) for person in sorted(persons))
    return {person: known.refs for person, known in found if known is not None}


def _name(records: Iterable[Snapshot]) -> str:
    for one in records:
        name = " ".join(part for part in (one.text("first_name"), one.text("last_name")) if part)
        shown = ", ".join(part for part in (name, one.text("company")) if part)
        if shown:
            return shown
    return ""
