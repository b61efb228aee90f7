"""Is this person a lead for sales? A condition over facts; where they came from plays no part, unknown is not no."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crmsync.agreement.model import Compare, Condition, Op, Qualification, Scoring
from crmsync.model.decisions import Score
from crmsync.model.records import Value
from crmsync.rules.conditions import blank, holds, leaves

DEMO_DAYS = "asked_for_demo_within_days"
_DIGITS_OF_A_PHONE = 6


class Region(StrEnum):
    """Where a person stands between two thresholds; only HIGH moves a status up and only LOW moves it down."""

    HIGH = "high"
    MID = "mid"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class ReadyFacts:
    """What the definition may look at: the score, the attributes by our field names, the last request for a demo.

    `raw` and `do_not_contact` are findings of the status rule; they exclude whatever else is true.
    """

    score: Score
    attributes: Mapping[str, Value]
    asked_for_demo_at: datetime | None = None
    raw: bool = False
    do_not_contact: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the explanation: what was asked, what was found (None: nobody knows), who must provide it."""

    field: str
    answer: bool | None
    found: Value
    wanted: str
    provided_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """Ready for sales or not (None: not known), line by line. `excluded` names the exclusions that apply.

    `fast_lane`: a request for a demo is recent enough. `recheck_at` is when time alone could change the answer.
    """

    ready: bool | None
    criteria: tuple[Criterion, ...]
    excluded: tuple[str, ...] = ()
    fast_lane: bool = False
    recheck_at: datetime | None = None


def sales_ready(facts: ReadyFacts, section: Qualification, now: datetime) -> Readiness:
    """Evaluate the agreed definition for one person at one instant (domain.md 2.7)."""
    known = _known(facts, now)
    excluded = tuple(sorted(name for name in section.never if known.get(name) is True))
    criteria = tuple(_criterion(leaf, known, now) for leaf in leaves(section.ready))
    return Readiness(
        ready=False if excluded else holds(section.ready, known, now),
        criteria=criteria,
        excluded=excluded,
        fast_lane=any(one.field == DEMO_DAYS and one.answer is True for one in criteria),
        recheck_at=_recheck(section.ready, facts.asked_for_demo_at, now),
    )


def region(readiness: Readiness, score: Score, scoring: Scoring) -> Region:
    """Two thresholds, so that a person on the border is not pushed to and fro between two statuses."""
    if readiness.ready is True and (score.interest >= scoring.enter or readiness.fast_lane):
        return Region.HIGH
    return Region.LOW if score.interest < scoring.leave and not readiness.fast_lane else Region.MID


def interest_thresholds(condition: Condition) -> tuple[float, ...]:
    """The interest values the condition asks for, so that the score rings when it crosses them."""
    asked = (leaf.value for leaf in leaves(condition) if leaf.field == "interest")
    return tuple(float(one) for one in asked if isinstance(one, int | float) and not isinstance(one, bool))


def reachable(attributes: Mapping[str, Value]) -> bool:
    """The data check: an e-mail address or a telephone number that could be one."""
    return _address_like(attributes.get("email")) or _phone_like(attributes.get("phone"))


def _known(facts: ReadyFacts, now: datetime) -> dict[str, Value]:
    """The vocabulary of the definition. A grade with a question mark counts as not known."""
    asked = facts.asked_for_demo_at
    grade = facts.score.grade
    return {
        **facts.attributes,
        "fit_grade": None if grade.endswith("?") else grade,
        "interest": facts.score.interest,
        "reachable": reachable(facts.attributes),
        DEMO_DAYS: math.inf if asked is None else (now - asked) / timedelta(days=1),
        "raw": facts.raw,
        "do_not_contact": facts.do_not_contact,
    }


def _criterion(leaf: Compare, known: Mapping[str, Value], now: datetime) -> Criterion:
    found = known.get(leaf.field)
    return Criterion(
        field=leaf.field,
        answer=holds(leaf, known, now),
        found=None if blank(found) or found == math.inf else found,
        wanted=f"{leaf.op.value.replace('_', ' ')} {_listed(leaf.value)}",
        provided_by=leaf.provided_by,
    )


def _recheck(condition: Condition, asked: datetime | None, now: datetime) -> datetime | None:
    """The instant just after the request for a demo grows too old."""
    if asked is None:
        return None
    limits = (leaf.value for leaf in leaves(condition) if leaf.field == DEMO_DAYS and leaf.op is Op.AT_MOST)
    days = (float(one) for one in limits if isinstance(one, int | float))
    ends = (asked + timedelta(days=one, seconds=1) for one in days)
    return min((end for end in ends if end > now), default=None)


def _listed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(one) for one in value)
    return str(value)


def _address_like(value: Value) -> bool:
    if not isinstance(value, str) or any(one.isspace() for one in value.strip()):
        return False
    local, _, host = value.strip().rpartition("@")
    return bool(local) and "." in host.strip(".")


def _phone_like(value: Value) -> bool:
    return isinstance(value, str) and sum(one.isdigit() for one in value) >= _DIGITS_OF_A_PHONE
