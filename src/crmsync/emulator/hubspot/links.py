"""Which records belong together: associations, kept in both directions, each with its types (facts section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from crmsync.emulator.hubspot.linktypes import DEFINED, defined_types, link_type, way_back
from crmsync.emulator.wire import Json

End = tuple[str, str]
Pair = tuple[str, str]
OWN = "USER_DEFINED"
FIRST_OWN = 101
_NOTHING: Mapping[str, tuple[LinkType, ...]] = {}
# from these to those, one association at most is the primary one
_ONE_PRIMARY = {("contacts", "companies"), ("deals", "companies"), ("tickets", "companies"), ("leads", "contacts")}


@dataclass(frozen=True, slots=True)
class LinkType:
    """One kind of association; the plain one is HUBSPOT_DEFINED without a label."""

    category: str
    number: int
    label: str | None = None

    def as_json(self) -> dict[str, Json]:
        """The type as the associations API shows it."""
        return {"category": self.category, "typeId": self.number, "label": self.label}


@dataclass(frozen=True, slots=True)
class Label:
    """A label somebody of the portal made: its number in this direction and in the other."""

    number: int
    back: int
    name: str
    text: str


@dataclass(slots=True)
class Links:
    """All associations: (type, id) and the other type to the other ids; `labels` are the portal's own, by pair."""

    ends: dict[tuple[End, str], dict[str, tuple[LinkType, ...]]] = field(default_factory=dict)
    labels: dict[Pair, dict[int, Label]] = field(default_factory=dict)
    last: int = FIRST_OWN - 1

    def join(self, source: End, target: End, linked: LinkType | None = None) -> bool:
        """Associate two records (type, id), with a label on top of the plain type; tells whether that is new."""
        pair = (source[0], target[0])
        there = linked or self.plain(pair)
        fresh = target[1] not in self.of(source, target[0])
        self._add(source, target, there)
        self._add(target, source, self.reverse(pair, there))
        return fresh

    def part(self, source: End, target: End) -> bool:
        """Undo an association with all its labels; tells whether there was one."""
        self.ends.get((target, source[0]), {}).pop(source[1], None)
        return self.ends.get((source, target[0]), {}).pop(target[1], None) is not None

    def unlabel(self, source: End, target: End, linked: LinkType) -> None:
        """Take one label off; a pair that has no other type left is no pair any more."""
        back = self.reverse((source[0], target[0]), linked)
        for one, other, type_ in ((source, target, linked), (target, source, back)):
            types = self.ends.get((one, other[0]), {})
            left = tuple(known for known in types.get(other[1], ()) if known.number != type_.number)
            if left:
                types[other[1]] = left
            else:
                types.pop(other[1], None)

    def of(self, source: End, kind: str) -> Mapping[str, tuple[LinkType, ...]]:
        """The ids of that type a record belongs to, each with the kinds of association, in the order they came."""
        return self.ends.get((source, kind), _NOTHING)

    def of_any(self, source: End, kinds: tuple[str, ...]) -> list[End]:
        """Everything of those types the record belongs to."""
        return [(kind, id_) for kind in kinds for id_ in self.of(source, kind)]

    def move(self, old: End, new: End, kinds: tuple[str, ...]) -> None:
        """Hand everything of those types that the old record belongs to over to the new one."""
        for target in self.of_any(old, kinds):
            types = self.of(old, target[0])[target[1]]
            self.part(old, target)
            for linked in types:
                self.join(new, target, linked)

    def plain(self, pair: Pair) -> LinkType:
        """The type without a label; pairs that HubSpot does not associate (only a loaded row has them) are number 0."""
        return LinkType(DEFINED, link_type(*pair) or 0)

    def known(self, pair: Pair) -> list[LinkType]:
        """Every type two records of these object types can be associated by."""
        defined = [LinkType(DEFINED, number, label) for number, label in defined_types(*pair)]
        return defined + [LinkType(OWN, one.number, one.text) for one in self.labels.get(pair, {}).values()]

    def named(self, pair: Pair, plain: str, linked: LinkType) -> str:
        """How v3 calls a type: the primary one has the plain name, `contact_to_company`, the other is `_unlabeled`."""
        label = self.labels.get(pair, {}).get(linked.number)
        if linked.category == OWN and label is not None:
            return label.name
        if linked.label is None:
            primary = any(text == "Primary" for _, text in defined_types(*pair))
            return f"{plain}_unlabeled" if primary else plain
        return plain if linked.label == "Primary" else f"{plain}_{linked.label.lower().replace(' ', '_')}"

    def define(self, pair: Pair, name: str, text: str, inverse: str) -> list[LinkType]:
        """A label of the portal's own and, for the way back, its inverse (the same text unless another is given)."""
        there, back = self.last + 1, self.last + 2
        self.last = back
        self.labels.setdefault(pair, {})[there] = Label(there, back, name, text)
        self.labels.setdefault((pair[1], pair[0]), {})[back] = Label(back, there, name, inverse or text)
        return [LinkType(OWN, there, text), LinkType(OWN, back, inverse or text)]

    def rename(self, pair: Pair, number: int, text: str, inverse: str) -> bool:
        """Other words for a label; tells whether there is such a label."""
        label = self.labels.get(pair, {}).get(number)
        if label is None:
            return False
        self.labels[pair][number] = replace(label, text=text)
        if inverse:
            other = self.labels[pair[1], pair[0]]
            other[label.back] = replace(other[label.back], text=inverse)
        return True

    def forget(self, pair: Pair, number: int) -> bool:
        """No such label any more, on no record either; tells whether there was one."""
        label = self.labels.get(pair, {}).pop(number, None)
        if label is None:
            return False
        self.labels[pair[1], pair[0]].pop(label.back, None)
        for ((kind, _), to), others in self.ends.items():
            if (kind, to) in (pair, (pair[1], pair[0])):
                for id_, types in others.items():
                    others[id_] = tuple(one for one in types if one.number not in (number, label.back))
        return True

    def _add(self, source: End, target: End, linked: LinkType) -> None:
        others = self.ends.setdefault((source, target[0]), {})
        plain = self.plain((source[0], target[0]))
        if linked.label == "Primary" and (source[0], target[0]) in _ONE_PRIMARY:
            self._no_other_primary(source, target[0])
        types = others.get(target[1], (plain,))
        others[target[1]] = types if linked in types else (*types, linked)

    def _no_other_primary(self, source: End, kind: str) -> None:
        for id_, types in list(self.of(source, kind).items()):
            for one in types:
                if one.label == "Primary":
                    self.unlabel(source, (kind, id_), one)

    def reverse(self, pair: Pair, linked: LinkType) -> LinkType:
        """The same association as the other end sees it."""
        label = self.labels.get(pair, {}).get(linked.number)
        if linked.category == OWN and label is not None:
            return LinkType(OWN, label.back, self.labels[pair[1], pair[0]][label.back].text)
        number = way_back(*pair, linked.number) or 0
        return LinkType(DEFINED, number, dict(defined_types(pair[1], pair[0])).get(number))
