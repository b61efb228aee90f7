"""Imports, qualification, scoring, SLA and routing: their numbers fit together and their names exist."""

import re
from collections.abc import Iterator
from itertools import pairwise

from crmsync.agreement.check_statuses import names_of, unknown_status
from crmsync.agreement.draft import Draft
from crmsync.agreement.model import Stage
from crmsync.agreement.work import RouteShape, RoutingFile, ScoringFile
from crmsync.model.errors import Problem
from crmsync.settings.document import Document, Path
from crmsync.settings.suggest import did_you_mean

EXCLUSIONS = ("raw", "do_not_contact")
RELATIONS = ("account_owner",)
_HOLIDAYS = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,4})?")
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]+){1,2}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def check_work(draft: Draft) -> Iterator[Problem]:
    """Everything about what is done that the form of the files does not show."""
    yield from _definitions(draft)
    yield from _imports(draft)
    yield from _qualification(draft)
    if draft.scoring.value:
        yield from _grades(draft.scoring.document, draft.scoring.value)
        yield from _groups(draft.scoring.document, draft.scoring.value)
        yield from _thresholds(draft.scoring.document, draft.scoring.value)
    yield from _sla(draft)
    if draft.routing.value:
        yield from _order(draft, draft.routing.value)
        yield from _teams(draft.routing.document, draft.routing.value)


def _definitions(draft: Draft) -> Iterator[Problem]:
    file, document = draft.definitions.value, draft.definitions.document
    if file is None:
        return
    for index, job in enumerate(file.must_sign):
        if job.casefold() in [one.casefold() for one in file.must_sign[:index]]:
            yield document.at_value(("must_sign", index), f'"{job}" stands twice.', "Keep one of the two.")


def _imports(draft: Draft) -> Iterator[Problem]:
    file, document = draft.imports.value, draft.imports.document
    if file is None:
        return
    path: Path = ("while_raw", "status")
    yield from unknown_status(document, path, file.while_raw.status, names_of(draft))
    status = draft.statuses.value.statuses.get(file.while_raw.status) if draft.statuses.value else None
    if status and status.stage is not Stage.RAW:
        message = (
            f'"{file.while_raw.status}" is a status of the stage {status.stage}: bought names would count as more.'
        )
        yield document.at_value(path, message, "Name the status with stage: RAW.")
    for name, one in file.lists.items():
        if one.obtained and one.may_be_used_until and one.may_be_used_until < one.obtained:
            message = f"{name} may not be used any more on the day it was obtained."
            yield document.at_value(("lists", name, "may_be_used_until"), message, "Check both days.")


def _qualification(draft: Draft) -> Iterator[Problem]:
    file, document = draft.qualification.value, draft.qualification.document
    if file is None:
        return
    if not file.sales_ready.all_ and not file.sales_ready.any_ and draft.qualification.whole:
        yield document.at_key(("sales_ready",), "nothing makes an inquiry a lead.", "Add all: with conditions.")
    for index, name in enumerate(file.sales_ready.never):
        if name not in EXCLUSIONS:
            yield document.at_value(
                ("sales_ready", "never", index), f'"{name}" is not known.', did_you_mean(name, EXCLUSIONS)
            )
    band = file.expected_share_of_inquiries
    if band and band.from_ >= band.to:
        yield document.at_key(("expected_share_of_inquiries",), "this band is empty.", "Write the smaller share first.")


def _grades(document: Document, file: ScoringFile) -> Iterator[Problem]:
    """A is best: every later letter asks for less, and the last one for nothing."""
    letters = sorted(file.grades)
    if not letters:
        yield document.at_key(("grades",), "there are no grades.", "Write them as {A: 75, B: 45, C: 25, D: 0}.")
        return
    for better, worse in pairwise(letters):
        if file.grades[better] <= file.grades[worse]:
            message = f"{worse} asks for as much as the better {better}, or more."
            yield document.at_value(("grades", worse), message, f"Write less than {file.grades[better]:g}.")
    if file.grades[letters[-1]] != 0:
        message = f"below {file.grades[letters[-1]]:g} points there is no grade."
        yield document.at_value(("grades", letters[-1]), message, "The last grade asks for 0.")


def _groups(document: Document, file: ScoringFile) -> Iterator[Problem]:
    """A group without a limit, or a limit without a group, is a misspelt name: the cap would be lost in silence."""
    positive = {signal.group for signal in file.interest.values() if signal.points > 0}
    for name, signal in file.interest.items():
        if signal.points > 0 and signal.group not in file.group_limits:
            message = f'the group "{signal.group}" has no limit.'
            help_ = did_you_mean(signal.group, file.group_limits) or "Add it to group_limits."
            yield document.at_value(("interest", name, "group"), message, help_)
    for group in file.group_limits:
        if group not in positive:
            message = f'no behaviour belongs to the group "{group}".'
            yield document.at_key(("group_limits", group), message, did_you_mean(group, positive))
    caught: dict[str, str] = {}
    for name, signal in file.interest.items():
        if not signal.label_has and caught.setdefault(signal.from_, name) != name:
            message = f'"{name}" and "{caught[signal.from_]}" both take every {signal.from_}.'
            yield document.at_key(("interest", name), message, "Add label_has: to one of them.")


def _thresholds(document: Document, file: ScoringFile) -> Iterator[Problem]:
    enter, leave = file.handed_over.becomes_at, file.handed_over.falls_back_below
    if leave >= enter:
        message = f"falling back below {leave:g} and becoming a lead at {enter:g}: a lead would be pushed to and fro."
        yield document.at_value(("handed_over", "falls_back_below"), message, f"Write less than {enter:g}.")
    awareness = file.group_limits.get("awareness", 0)
    if awareness >= enter:
        message = f"awareness alone reaches {awareness:g} and makes a lead at {enter:g}."
        yield document.at_value(("group_limits", "awareness"), message, f"Write less than {enter:g}.")
    if enter > sum(file.group_limits.values()):
        message = f"nobody can reach {enter:g}: all groups together are limited below it."
        yield document.at_value(("handed_over", "becomes_at"), message, "Lower it, or raise group_limits.")


def _sla(draft: Draft) -> Iterator[Problem]:
    file, document = draft.sla.value, draft.sla.document
    if file is None:
        return
    for index, code in enumerate(file.office.holidays):
        if not _HOLIDAYS.fullmatch(code):
            message = f'"{code}" is no holiday calendar.'
            yield document.at_value(
                ("office", "holidays", index), message, "Write the country, or country and part: GB-ENG."
            )
    if not _ZONE.fullmatch(file.office.zone):
        yield document.at_value(
            ("office", "zone"), f'"{file.office.zone}" is no time zone.', "Write it as Europe/London."
        )
    if file.tasks_in not in draft.systems:
        help_ = did_you_mean(file.tasks_in, draft.systems)
        yield document.at_value(("tasks_in",), f'"{file.tasks_in}" is no CRM in use.', help_)
    if not _EMAIL.fullmatch(file.questions_to):
        message = f'"{file.questions_to}" is no e-mail address.'
        yield document.at_value(("questions_to",), message, "Name whom people can ask about their tasks.")


def _order(draft: Draft, file: RoutingFile) -> Iterator[Problem]:
    document = draft.routing.document
    for index, rule in enumerate(file.order):
        path: Path = ("order", index)
        last = index == len(file.order) - 1
        yield from _rule(document, path, rule, file)
        if rule.otherwise is not None and not last:
            message = "the lines below are never read: everybody is given away here."
            yield document.at_value(path, message, "Move otherwise: to the end.")
        if last and rule.otherwise is None and draft.routing.whole:
            message = "leads that fit no line go to nobody."
            yield document.at_value(path, message, "End with - {otherwise: team ...}.")


def _rule(document: Document, path: Path, rule: RouteShape, file: RoutingFile) -> Iterator[Problem]:
    if (rule.otherwise is None) == (rule.give_to is None) or (rule.when is None) != (rule.give_to is None):
        help_ = "Write {when: ..., give_to: team name} or {otherwise: team name}."
        yield document.at_value(path, "this line does not say who gets what.", help_)
        return
    key, target = ("give_to", rule.give_to) if rule.give_to else ("otherwise", rule.otherwise)
    team = str(target).removeprefix("team ")
    accepted = [f"team {name}" for name in file.teams] + (list(RELATIONS) if key == "give_to" else [])
    if target not in accepted:
        what = f'there is no team "{team}".' if str(target).startswith("team ") else f'"{target}" gets no leads.'
        yield document.at_value((*path, key), what, did_you_mean(str(target), accepted))


def _teams(document: Document, file: RoutingFile) -> Iterator[Problem]:
    for name, team in file.teams.items():
        for member in team.members:
            if not _EMAIL.fullmatch(member):
                message = f'"{member}" is no e-mail address.'
                yield document.at_key(
                    ("teams", name, "members", member), message, "Members are named by it in both CRMs."
                )
    for index, owner in enumerate(file.not_sales):
        if not _EMAIL.fullmatch(owner):
            message = f'"{owner}" is no e-mail address.'
            yield document.at_value(("not_sales", index), message, "Owners are named by it in both CRMs.")
        taken = [name for name, team in file.teams.items() if owner.casefold() in map(str.casefold, team.members)]
        if taken:
            message = f'"{owner}" takes turns in team {taken[0]}, and is no sales owner here.'
            yield document.at_value(("not_sales", index), message, "Keep one of the two.")
    if file.nobody_available and not file.nobody_available.give_to.startswith("queue "):
        message = f'"{file.nobody_available.give_to}" is no queue.'
        yield document.at_value(("nobody_available", "give_to"), message, 'Write it as "queue Name".')
