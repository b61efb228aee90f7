"""How good is the fit, how strong is the interest? Fit is a grade that stays, interest a number that fades.

Interest = min(most, sum over groups of min(limit, sum over acts of points x repeat^(rank-1) x 0.5^(age/half-life)))
minus what speaks against, never under 0 (domain.md 2.8). Every number is explained by a ledger that adds up exactly.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from crmsync.agreement.model import Scoring, Signal
from crmsync.model.activities import Activity, ActivityKind, Actor
from crmsync.model.decisions import Score, ScoreLine
from crmsync.model.records import Value
from crmsync.rules.conditions import holds
from crmsync.rules.fading import DAY, Curve, next_crossing

ASKED_FOR_DEMO = "demo_request"
"""The signal that opens the fast lane: somebody raised a hand."""

_TWO_WAYS = frozenset({ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.MEETING})
_MACHINES = frozenset({Actor.AUTOMATION, Actor.BOT})
_HALF = 0.5
_GRAIN = 2.0**32  # amounts are whole multiples of 1/_GRAIN, so that sums of floats are exact in any order


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """What the score looks at: the person's attributes by our field names, and what was done, in any order."""

    attributes: Mapping[str, Value]
    activities: tuple[Activity, ...]


def score(facts: ScoreFacts, section: Scoring, now: datetime, also: Iterable[float] = ()) -> Score:
    """Grade the fit and measure the interest at one instant.

    `also` are further interest thresholds (of the sales-ready condition) at which `next_step_at` should ring.
    """
    grade, points, known = _fit(facts.attributes, section, now)
    ledger = _ledger(facts.activities, section, now)
    curve = _curve(ledger, section)
    interest = _grain(curve.at(0.0))
    lines = (*_steps(section), section.enter, section.leave, *also)
    changes = (next_crossing(curve, interest, lines, now), _next_act(facts.activities, section, now))
    return Score(
        grade=grade,
        fit_points=points,
        fit_known=known,
        interest=interest,
        shown=f"{grade}, {_step_of(interest, section.step)}",
        ledger=ledger,
        capped=interest - sum(line.amount for line in ledger),
        next_step_at=min((at for at in changes if at is not None), default=None),
    )


def last_signal(activities: Iterable[Activity], section: Scoring, name: str, now: datetime) -> datetime | None:
    """When the person last gave one named signal, e.g. asked for a demo."""
    given = (one.at for one in activities if one.at <= now and _name_of(one, section) == name)
    return max(given, default=None)


def newest_evidence(result: Score) -> datetime | None:
    """The newest thing the person did that speaks for them; a machine may only overrule a human by something newer."""
    return max((line.at for line in result.ledger if line.amount > 0), default=None)


def signal_of(activity: Activity, section: Scoring) -> Signal | None:
    """The first signal of the agreement that an activity gives; our own work and machines' acts give none."""
    if activity.deleted or activity.twin_of is not None or activity.actor in _MACHINES:
        return None
    kinds, label = _kinds(activity), activity.label
    fitting = (one for one in section.signals if one.kind in kinds)
    return next((one for one in fitting if not one.label_matches or _has(label, one.label_matches)), None)


# Fit ------------------------------------------------------------------------------------------------------------------


def _fit(attributes: Mapping[str, Value], section: Scoring, now: datetime) -> tuple[str, float, float]:
    """Grade, points over what is known (scaled to `fit_max`), share that is known."""
    answers = [(term.points, holds(term.when, attributes, now)) for term in section.fit]
    possible = sum(max(points, 0.0) for points, _ in answers)
    known = sum(max(points, 0.0) for points, answer in answers if answer is not None)
    earned = sum(points for points, answer in answers if answer)
    scaled = section.fit_max * earned / known if known else 0.0
    points = min(section.fit_max, max(0.0, scaled))
    share = known / possible if possible else 0.0
    return _grade(points, share, section), points, share


def _grade(points: float, share: float, section: Scoring) -> str:
    if share < section.known_share_needed:
        return "D?"
    return next((name for name, needed in section.grades if points >= needed), section.grades[-1][0])


# Interest -------------------------------------------------------------------------------------------------------------


def _ledger(activities: Iterable[Activity], section: Scoring, now: datetime) -> tuple[ScoreLine, ...]:
    by_signal: dict[str, list[Activity]] = defaultdict(list)
    for one in activities:
        signal = signal_of(one, section) if one.at <= now else None
        if signal is not None:
            by_signal[signal.name].append(one)
    lines = (
        line
        for signal in section.signals
        for line in _lines(signal, by_signal.get(signal.name, ()), section.window_days, now)
    )
    return tuple(line for line in lines if line.amount)


def _lines(signal: Signal, acts: Sequence[Activity], window_days: int, now: datetime) -> Iterable[ScoreLine]:
    """One line per act, newest first; an act's rank counts the newer ones of its kind within the window after it."""
    window = timedelta(days=window_days)
    times = sorted((one.at for one in acts), reverse=True)
    first = 0
    for index, at in enumerate(times):
        while times[first] - at > window:
            first += 1
        repeat = signal.repeat ** (index - first)
        age = math.exp2(-(now - at).total_seconds() / (signal.half_life_days * DAY))
        amount = _grain(signal.points * age * repeat)
        yield ScoreLine(signal.name.replace("_", " "), signal.group, signal.points, age, repeat, at, amount)


def _curve(ledger: Sequence[ScoreLine], section: Scoring) -> Curve:
    """The ledger folded to one sum per group and half-life: all that time still changes."""
    half_lives = {one.name.replace("_", " "): one.half_life_days * DAY for one in section.signals}
    gained: dict[str, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    against: dict[float, float] = defaultdict(float)
    for line in ledger:
        if line.amount < 0:
            against[half_lives[line.label]] -= line.amount
        else:
            gained[line.group][half_lives[line.label]] += line.amount
    groups = tuple((section.group_limits.get(name, math.inf), dict(sums)) for name, sums in gained.items())
    return Curve(groups, dict(against), section.interest_max)


def _next_act(activities: Iterable[Activity], section: Scoring, now: datetime) -> datetime | None:
    """An act that is dated ahead (a booked meeting) counts from its day on."""
    return min((one.at for one in activities if one.at > now and signal_of(one, section)), default=None)


def _name_of(activity: Activity, section: Scoring) -> str | None:
    signal = signal_of(activity, section)
    return signal.name if signal else None


def _kinds(activity: Activity) -> tuple[str, ...]:
    """The words a signal may use for it: `form`, `page_view`, `inbound_email` ..."""
    if activity.kind in _TWO_WAYS:
        return (f"{activity.direction}_{activity.kind}", activity.kind)
    return (activity.kind,)


@lru_cache(maxsize=8192)
def _has(label: str, words: tuple[str, ...]) -> bool:
    text = label.casefold()
    return any(word.casefold() in text for word in words)


# What is shown --------------------------------------------------------------------------------------------------------


def _steps(section: Scoring) -> Iterable[float]:
    return (line - _HALF for line in range(section.step, int(section.interest_max) + 1, section.step))


def _step_of(interest: float, step: int) -> int:
    """The step of the interest as people read it, in whole points: a fresh 50 does not fall to 40 within a minute."""
    return int((interest + _HALF) // step) * step


def _grain(amount: float) -> float:
    return round(amount * _GRAIN) / _GRAIN
