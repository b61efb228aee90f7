"""What a CRM refused is not sent again before the record changes or a day is over; it is listed with its words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from crmsync.model.memory import SetAside
from crmsync.model.people import Observed
from crmsync.model.plans import Change, Intent
from crmsync.model.records import Ref, Scalar

TRIED_AGAIN_AFTER = timedelta(days=1)
Same: TypeAlias = tuple[Ref, str, Scalar, Scalar, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused lately and stands as it stood then: the rows for the list, and when whom is tried again."""

    changes: frozenset[Same]
    aside: tuple[SetAside, ...]
    again_at: Mapping[str, datetime]

    def holds(self, change: Change) -> bool:
        """Whether exactly this was refused lately."""
        return _same(change) in self.changes


def refused_lately(
    changes: Iterable[Change], refusals: Iterable[Intent], inputs: Mapping[str, Observed], now: datetime
) -> Refused:
    """Which of these changes the CRM refused within a day, on a record that nobody changed since."""
    lately = {_same(one.change): one for one in refusals if one.at + TRIED_AGAIN_AFTER > now}
    found = [(one, lately[_same(one)]) for one in changes if _same(one) in lately]
    still = [(one, refusal) for one, refusal in found if not _changed_since(one, refusal, inputs)]
    return Refused(
        changes=frozenset(_same(one) for one, _ in still),
        aside=tuple(_listed(one, refusal) for one, refusal in still),
        again_at={one.person: refusal.at + TRIED_AGAIN_AFTER for one, refusal in still},
    )


def _same(change: Change) -> Same:
    return change.ref, change.field, change.before, change.after, change.task_key


def _changed_since(change: Change, refusal: Intent, inputs: Mapping[str, Observed]) -> bool:
    observed = inputs.get(change.person)
    stamps = (one.modified_at for one in observed.records if one.ref == change.ref) if observed else ()
    return any(at > refusal.at for at in stamps)


def _listed(change: Change, refusal: Intent) -> SetAside:
    facts = {"wanted": str(change.after), "words": refusal.words}
    about = change.draft.about if change.draft else change.ref
    return SetAside(about, change.field, "refused", str(change.after), refusal.words, facts, change.person)
