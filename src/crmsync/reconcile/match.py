"""Which records are one person? Linked, New or Ambiguous - never guessed.

Records that name each other (a HubSpot contact holding a lead's id, a converted lead and its contact) belong together.
A normalised e-mail joins two such groups, and only two: a value shared by more, two contacts of one CRM, or clearly
different names make all of them Ambiguous. The result does not depend on the order of the input.
"""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from crmsync.model.matching import Ambiguity, Candidate, Matched
from crmsync.model.records import RecordKind, Ref

Group = tuple[Candidate, ...]


def match(candidates: Sequence[Candidate]) -> Matched:
    """Group records into persons. `candidates` must be closed over shared keys, explicit ids and present persons."""
    clusters = _explicit_clusters(sorted(candidates, key=lambda one: one.ref))
    groups, ambiguous = _join_by_email(clusters)
    persons, merged = _name_persons(groups)
    return Matched(persons, merged, tuple(ambiguous))


def person_id(first: Ref) -> str:
    """The id of a person is the hash of their first record: equal in every store that saw the same records."""
    return hashlib.blake2b(str(first).encode(), digest_size=10).hexdigest()


def _explicit_clusters(candidates: Sequence[Candidate]) -> list[Group]:
    known = {one.ref: one for one in candidates}
    roots = {ref: ref for ref in known}
    for one in candidates:
        for named in one.explicit:
            if named in known:
                _union(roots, one.ref, named)
    return _grouped(roots, known)


def _join_by_email(clusters: Sequence[Group]) -> tuple[list[Group], list[Ambiguity]]:
    sharing = _sharing_email(clusters)
    roots = {index: index for index in range(len(clusters))}
    value_of: dict[int, str] = {}
    for value, indexes in sorted(sharing.items()):
        for index in indexes:
            _union(roots, indexes[0], index)
            value_of[index] = value
    groups: list[Group] = []
    ambiguous: list[Ambiguity] = []
    for members in _members(roots):
        joined = tuple(one for index in members for one in clusters[index])
        cause = _contradiction([clusters[index] for index in members])
        if cause is None:
            groups.append(joined)
        else:
            ambiguous.append(Ambiguity(tuple(sorted(one.ref for one in joined)), cause, value_of.get(members[0])))
    return groups, ambiguous


def _sharing_email(clusters: Sequence[Group]) -> dict[str, list[int]]:
    holders: dict[str, set[int]] = defaultdict(set)
    for index, group in enumerate(clusters):
        for one in group:
            for kind, value in one.keys if one.live else ():
                if kind == "email":
                    holders[value].add(index)
    return {value: sorted(indexes) for value, indexes in holders.items() if len(indexes) > 1}


def _contradiction(clusters: Sequence[Group]) -> str | None:
    """Why these are not one person for sure; whoever is tied to an ambiguous record is ambiguous as well."""
    if any(_two_contacts(one) for one in clusters):
        return "two contacts claim the same record"
    if len(clusters) == 1:
        return None
    if len(clusters) > 2:  # noqa: PLR2004 - exactly one candidate person: two groups, no more
        return "the same e-mail stands on more than two records"
    if _two_contacts([one for group in clusters for one in group]):
        return "two contacts of one CRM share an e-mail"
    if all(_names_differ(one, other) for one in _named(clusters[0]) for other in _named(clusters[1])) and (
        _named(clusters[0]) and _named(clusters[1])
    ):
        return "the same e-mail, but different names"
    return None


def _named(group: Group) -> list[Candidate]:
    return [one for one in group if one.live and one.first_name and one.last_name]


def _names_differ(one: Candidate, other: Candidate) -> bool:
    return _plain(one.first_name) != _plain(other.first_name) and _plain(one.last_name) != _plain(other.last_name)


def _plain(name: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", name or "").casefold()
    return "".join(letter for letter in decomposed if letter.isalnum())


def _two_contacts(group: Iterable[Candidate]) -> bool:
    contacts = [one.ref.system for one in group if one.live and one.kind is RecordKind.CONTACT]
    return len(contacts) != len(set(contacts))


def _name_persons(groups: Sequence[Group]) -> tuple[dict[str, tuple[Ref, ...]], dict[str, str]]:
    keeps = _earliest_record_of_each_person(groups)
    persons: dict[str, tuple[Ref, ...]] = {}
    merged: dict[str, str] = {}
    for group in sorted(groups, key=_first):
        refs = tuple(one.ref for one in sorted(group, key=_age))
        kept = [one.person for one in sorted(group, key=_age) if one.person and keeps[one.person] == one.ref]
        name = kept[0] if kept else person_id(refs[0])
        persons[name] = refs
        merged |= dict.fromkeys(kept[1:], name)
    return persons, merged


def _earliest_record_of_each_person(groups: Sequence[Group]) -> dict[str, Ref]:
    """A person who is split stays with their earliest record."""
    records = sorted((one for group in groups for one in group if one.person), key=_age, reverse=True)
    return {str(one.person): one.ref for one in records}


def _age(one: Candidate) -> tuple[datetime, Ref]:
    return one.created_at, one.ref


def _first(group: Group) -> tuple[datetime, Ref]:
    return min(_age(one) for one in group)


def _union(roots: dict[Any, Any], one: object, other: object) -> None:
    roots[_root(roots, other)] = _root(roots, one)


def _root(roots: dict[Any, Any], item: object) -> object:
    while roots[item] != item:
        roots[item] = roots[roots[item]]
        item = roots[item]
    return item


def _grouped(roots: dict[Ref, Ref], known: dict[Ref, Candidate]) -> list[Group]:
    groups: dict[object, list[Candidate]] = defaultdict(list)
    for ref in sorted(roots):
        groups[_root(roots, ref)].append(known[ref])
    return [tuple(group) for group in groups.values()]


def _members(roots: dict[int, int]) -> list[list[int]]:
    groups: dict[object, list[int]] = defaultdict(list)
    for index in sorted(roots):
        groups[_root(roots, index)].append(index)
    return list(groups.values())
