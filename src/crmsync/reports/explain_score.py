"""The SALES-READY and INTEREST chapters: every criterion with its answer, every point with its arithmetic."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from crmsync.model.decisions import ScoreLine
from crmsync.model.records import Value
from crmsync.reports.instants import ago
from crmsync.reports.story import Known, Story
from crmsync.reports.table import columns
from crmsync.reports.words import plain, shown, spaced, system_name
from crmsync.rules.sales_ready import DEMO_DAYS, Criterion

MOST_FACTORS = 4
VISIBLE = 0.0005
ANSWERS = {True: "yes", False: "no", None: "unknown"}


def ready_lines(story: Story, known: Known) -> Iterator[str]:
    """Whether this person is a lead for sales, criterion by criterion."""
    readiness, score = known.readiness, known.score
    yield f"SALES-READY   {'not known' if readiness.ready is None else ANSWERS[readiness.ready]}"
    for name in readiness.excluded:
        yield f"  no       excluded: {_excluded(name)}"
    for one in readiness.criteria:
        yield f"  {ANSWERS[one.answer]:<8} {_criterion(one)}"
    share = f"known share {score.fit_known:.0%}"
    most = story.agreement.scoring.fit_max
    yield f"  fit {score.grade}: {score.fit_points:.0f} of {most:.0f} points over what is known; {share}"
    yield (
        '  Unknown is not "no". The lead source was not looked at.'
        if not _reads_source(story)
        else (f"  The agreement looks at the lead source: {plain(story.agreement.qualification.source_exception)}")
    )


def _reads_source(story: Story) -> bool:
    return bool(story.agreement.qualification.source_exception)


def _excluded(name: str) -> str:
    known = {"raw": "a bought name that never answered", "do_not_contact": "must not be contacted"}
    return known.get(name, spaced(name))


def _criterion(one: Criterion) -> str:
    provided = f", provided by {' or '.join(spaced(by) for by in one.provided_by)}" if one.provided_by else ""
    if one.field == DEMO_DAYS:
        asked = f"{one.found:.1f} days ago" if isinstance(one.found, float) else "never"
        return f"asked for a demo: {asked}   (agreed: {one.wanted} days{provided})"
    found = _number(one.found) if one.found is not None else "nobody knows" if one.answer is None else "nothing"
    return f"{spaced(one.field)}: {found}   (agreed: {one.wanted}{provided})"


def _number(value: Value) -> str:
    return f"{value:.1f}" if isinstance(value, float) else shown(value)


# Interest ------------------------------------------------------------------------------------------------------------


def interest_lines(story: Story, known: Known) -> Iterator[str]:
    """The ledger: lines in tenths that add up to the number above them exactly."""
    score, most = known.score, story.agreement.scoring.interest_max
    yield f"INTEREST   {score.interest:.1f} of {most:.0f}   = points x age x repeat"
    groups = _groups(score.ledger)
    amounts = [sum(line.amount for line in lines) for lines in groups.values()]
    limited = abs(score.capped) >= TENTH / 2
    shares = _tenths([*amounts, score.capped] if limited else amounts, round(score.interest / TENTH))
    rows = [
        (f"{tenths * TENTH:.1f}", _what(name, lines, story), _arithmetic(lines))
        for (name, lines), tenths in zip(groups.items(), shares, strict=False)
    ]
    if limited:
        rows.append((f"{shares[-1] * TENTH:.1f}", "limits of the agreement (per group, and 0 to the most)", ""))
    yield from columns(rows, right=(0,)) or ["  nothing they did lately is on record"]
    yield from _outlook(story, known)


TENTH = 0.1


def _groups(ledger: Sequence[ScoreLine]) -> dict[str, list[ScoreLine]]:
    found: dict[str, list[ScoreLine]] = defaultdict(list)
    for line in ledger:
        found[line.label].append(line)
    return dict(sorted(found.items(), key=lambda one: -abs(sum(line.amount for line in one[1]))))


def _tenths(amounts: Sequence[float], total: int) -> list[int]:
    """Amounts in whole tenths that add up to the total: what rounding leaves goes where it is least wrong."""
    down = [math.floor(one / TENTH) for one in amounts]
    missing = total - sum(down)
    order = sorted(range(len(amounts)), key=lambda at: (down[at] - amounts[at] / TENTH, at))
    for at in order[: max(missing, 0)]:
        down[at] += 1
    return down


def _what(label: str, lines: Sequence[ScoreLine], story: Story) -> str:
    newest = ago(max(line.at for line in lines), story.as_of)
    return f"{plain(label)}, {newest}" if len(lines) == 1 else f"{plain(label)}, {len(lines)} times, last {newest}"


def _arithmetic(lines: Sequence[ScoreLine]) -> str:
    points = f"{lines[0].points:g}"
    factors = [line.age * line.repeat for line in lines]
    faded = sum(one < VISIBLE for one in factors)
    factors = [one for one in factors if one >= VISIBLE] or factors[:1]
    if faded:
        first = " + ".join(f"{one:.3f}" for one in factors[:MOST_FACTORS])
        return f"{points} x ({first}{_more(factors)}; {faded} faded away)"
    if len(factors) == 1:
        return f"{points} x {factors[0]:.3f}"
    if len(factors) <= MOST_FACTORS:
        return f"{points} x ({' + '.join(f'{one:.3f}' for one in factors)})"
    return f"{points} x ({' + '.join(f'{one:.3f}' for one in factors[:MOST_FACTORS])}{_more(factors)})"


def _more(factors: Sequence[float]) -> str:
    """The sum of those that are not written out."""
    rest = factors[MOST_FACTORS:]
    return f" + {sum(rest):.3f} for {len(rest)} older" if rest else ""


def _outlook(story: Story, known: Known) -> Iterator[str]:
    score = known.score
    at = score.next_step_at
    if at is not None:
        yield f"  If nothing more happens it reaches the next step or agreed number on {story.time(at)}."
    for one in known.records:
        if "score" in one.values and not one.converted:
            inside = one.text("score")
            same = "" if inside == score.shown else f"; it should say {shown(score.shown)}"
            yield f"  In {system_name(one.ref.system)}: {shown(inside)}{same}."


def score_json(known: Known) -> dict[str, object]:
    """Keys: sales_ready (ready, excluded, criteria) and score (grade, fit_points, fit_known, interest, ledger ...)."""
    score = known.score
    ledger = [
        {
            "label": line.label,
            "group": line.group,
            "points": line.points,
            "age": line.age,
            "repeat": line.repeat,
            "amount": line.amount,
            "at": line.at.isoformat(),
        }
        for line in score.ledger
    ]
    criteria = [
        {"field": one.field, "answer": one.answer, "found": one.found, "wanted": one.wanted}
        for one in known.readiness.criteria
    ]
    return {
        "sales_ready": {
            "ready": known.readiness.ready,
            "excluded": list(known.readiness.excluded),
            "criteria": criteria,
        },
        "score": {
            "grade": score.grade,
            "fit_points": score.fit_points,
            "fit_known": score.fit_known,
            "interest": score.interest,
            "shown": score.shown,
            "capped": score.capped,
            "ledger": ledger,
            "next_step_at": score.next_step_at.isoformat() if score.next_step_at else None,
        },
    }
