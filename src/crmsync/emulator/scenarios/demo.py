"""Scenario `demo`: Halden Freight, a mid-size forwarder whose two CRMs drifted apart for a year."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import lru_cache

from crmsync.emulator.scenarios import (
    after_conversion,
    bought,
    doubtful,
    handed_over,
    schema,
    script,
    steady,
    words_in_status,
)
from crmsync.emulator.scenarios.company import Company, Row
from crmsync.emulator.scenarios.instants import START
from crmsync.emulator.scenarios.truth import planted

__all__ = ["ARCHETYPES", "START", "rows", "steps", "truth"]

Archetype = Callable[[Company], None]
ARCHETYPES: tuple[tuple[Archetype, int, int], ...] = (
    *steady.ARCHETYPES,
    *words_in_status.ARCHETYPES,
    *bought.ARCHETYPES,
    *after_conversion.ARCHETYPES,
    *doubtful.ARCHETYPES,
    *handed_over.ARCHETYPES,
)
"""Every kind of person with the least and the most of them that a seed plants."""


def rows(seed: int) -> Iterator[Row]:
    """The load rows `{"system", "type", "id", "fields"}`: schema first, then staff, then people and what they did."""
    yield from copy.deepcopy(schema.rows())
    yield from copy.deepcopy(_story(seed)[0].rows)


def truth(seed: int) -> Row:
    """What was planted at the start (see `truth.planted`)."""
    return copy.deepcopy(planted(_story(seed)[0]))


def steps(seed: int) -> list[Row]:
    """What people do between cycles and what must come of it (see `script.day`)."""
    return copy.deepcopy(_story(seed)[1])


@lru_cache(maxsize=8)
def _story(seed: int) -> tuple[Company, list[Row]]:
    company = Company(seed)
    plan = [archetype for archetype, least, most in ARCHETYPES for _ in range(company.rng.randint(least, most))]
    company.rng.shuffle(plan)
    for archetype in plan:
        archetype(company)
    return company, script.day(company)
