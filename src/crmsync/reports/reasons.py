"""A sentence for every reason code: what happened, why, what now. A test fails for a code without one."""

from collections.abc import Mapping

from crmsync.model.decisions import Because
from crmsync.model.plans import Verdict
from crmsync.reports.sentences import Told, filled
from crmsync.reports.words import plain, spaced, system_name

GROUPS: Mapping[str, str] = {
    "status.call_outcome": "call outcome out of the status field, kept aside",
    "status.reason": "exit reason out of the status field, kept with the lead",
    "status.system_value": "a machine's word out of the status field",
    "status.blank": "empty status filled",
    "status.do_not_contact": "must not be contacted: wins over every other rule",
    "status.sales_ready": "an inquiry became a lead",
    "status.interest_faded": "interest has faded: returned to marketing",
    "status.engaged": "bought name that did something itself: now an inquiry",
    "status.converted": "lead was converted",
    "status.bought": "bought name set apart as Raw",
    "status.corrected": "a move the agreement puts right in one way",
    "status.put_back": "a move that is not agreed: put back",
    "status.follows": "follows the CRM that speaks for the owning side",
    "score.changed": "fit and interest",
    "owner.relationship": "goes to whom the person knows",
    "owner.assigned_before": "stays with whom it was given to",
    "owner.turn": "the next one in turn",
    "owner.fallback_queue": "nobody available: the agreed queue",
    "task.overdue": "first contact is overdue",
    "undo.value": "taken back: what it said before",
    "undo.again": "an undo taken back: what crmsync had written",
    "undo.task": "task of ours closed, not deleted",
}
"""Headings under which equal changes are shown together."""

BECAUSE: Mapping[str, str] = {
    "status.call_outcome": 'The agreement ({file} line {at}) says "{found}" is what happened on a call, not a status.',
    "status.reason": 'The agreement ({file} line {at}) says "{found}" is why somebody left, not a status.',
    "status.system_value": 'The agreement says "{found}" is written by a machine and may be replaced.',
    "status.blank": "The status was empty; {why}.",
    "status.do_not_contact": "This person must not be contacted; that wins over every other rule.",
    "status.sales_ready": "They now meet the agreed definition of a lead; where they came from was not looked at.",
    "status.interest_faded": "They were waiting for sales and their interest fell under the agreed number.",
    "status.engaged": "A bought name did something themselves: from then on they are an inquiry.",
    "status.converted": "The lead was converted in the CRM.",
    "status.bought": "The name was bought{of_list} and the person never answered: not an inquiry yet.",
    "status.corrected": "Somebody made a move for which both sides agreed on one answer.",
    "status.put_back": "Somebody made a move that is not in the agreement.",
    "status.follows": "Both CRMs should say the same: {why}.",
    "score.changed": "Grade {grade}, interest {interest} of 100.",
    "owner.relationship": "{vacancy}; an active owner of theirs is known already.",
    "owner.assigned_before": "{vacancy}; this trip through the funnel was given to them before.",
    "owner.turn": "{vacancy}; {rule}team {team}, whose next turn it was.",
    "owner.fallback_queue": "{vacancy}; nobody in team {team} is available.",
    "task.overdue": "No call, personal e-mail or meeting was logged by the agreed time.",
    "undo.value": "Somebody took back what cycle {cycle} wrote; crmsync leaves the field alone until it is changed.",
    "undo.again": "Somebody took back the undo in cycle {cycle}; the field is crmsync's again.",
    "undo.task": "Somebody took back cycle {cycle}: its task is closed, and is not made again.",
}
NOT_TAKEN_BACK: Mapping[str, str] = {
    "undo.changed_since": "somebody has changed it since",
    "undo.written_again": "crmsync wrote it again in a later cycle: take that one back first",
    "undo.gone": "the record is deleted or merged",
    "undo.converted": "the lead was converted: it is never written to",
    "undo.task_closed": "the task is closed already",
    "undo.task_stays_closed": "a task closed by an undo stays closed",
    "undo.not_writable": "the CRM does not let us write the field any more",
    "undo.unreadable": "the CRM could not be read",
}
"""Why something a cycle wrote cannot be taken back."""
WHY_STATUS: Mapping[str, str] = {
    "do_not_contact": "this person must not be contacted",
    "raw_stays": "a bought name stays Raw until the person does something",
    "unchanged": "this is what was decided before",
    "first_sight_raw": "the name was bought and the person never answered",
    "first_sight_accepted": "the sales owner has already been in touch",
    "first_sight_handed_over": "somebody in sales owns this person",
    "first_sight_inquiry": "they showed interest and nobody in sales owns them yet",
    "first_sight_claim": "this is the only status any of their records shows",
    "first_sight_claim_bought": "the name was bought and the person never answered",
    "first_sight_home_claim": "that CRM speaks for the side that owns this status",
    "first_sight_order": "of two statuses the one further along counts",
    "legal_claim": "the side whose turn it was moved it",
    "adopted": "somebody moved it; the move is not in the agreement, it stands and you are told",
    "corrected": "both sides agreed on one answer to that move",
    "put_back": "the move is not in the agreement",
    "conflict_without_home": "the CRMs disagree and neither speaks for the owning side: nothing moves",
    "raw_engaged": "they did something themselves, so they are no bought name any more",
    "sales_ready": "they meet the agreed definition of a lead",
    "interest_faded": "their interest fell under the agreed number while they waited",
    "converted": "the lead was converted in the CRM",
}
"""The line of the agreement's tables that gave the status, as the second half of a sentence."""

VACANCIES: Mapping[str, str] = {
    "owner.no_owner": "Nobody owns this person",
    "owner.owner_is_a_queue": "A queue owns this person",
    "owner.owner_is_inactive": "Their owner has left",
    "owner.missing": "Nobody owns this person",
}


def group(code: str) -> str:
    """The heading for changes with this reason."""
    return GROUPS.get(code, spaced(code))


def because(one: Because) -> str:
    """One reason as a sentence."""
    facts = {name: plain(value) for name, value in one.facts.items()}
    rule = facts.get("rule", "")
    more = {
        "why": WHY_STATUS.get(facts.get("line", ""), "the agreement gives them one"),
        "of_list": f" (list {facts['list']})" if facts.get("list") else "",
        "vacancy": VACANCIES.get(facts.get("vacancy", ""), "Nobody owns this person"),
        "rule": f"line {rule} of the agreed order names " if rule else "",
    }
    return filled(BECAUSE.get(one.code, spaced(one.code)), facts | more)


# Why something is held -----------------------------------------------------------------------------------------------

HELD: Mapping[str, Told] = {
    "brake.writes_off": Told(
        "writes are off for {system}", "set `writes: on` in connectors/{key}.yaml, then plan again"
    ),
    "brake.watch": Told("mode of {kind} is watch: only recorded", "set `{key}: ask` in crmsync.yaml, then plan again"),
    "brake.unsigned": Told("the agreement is not signed, or was edited since", "crmsync agreement sign"),
    "brake.first_plan": Told("the first plan of a workspace is always held", "crmsync apply {plan}"),
    "brake.ask": Told("mode of {kind} is ask: you approve", "crmsync apply {plan} --kind {key}"),
    "brake.undo": Told("an undo is always held, in every mode", "crmsync apply {plan}"),
    "limit.side_lost": Told(
        "{side} shows {now} records, {before} before: a reading to distrust",
        "look into that CRM and its permissions first",
    ),
    "limit.fought_over": Told(
        "the same value was written {times} times within a day: another integration writes against it",
        "find the other integration; approve only when it is off",
    ),
    "limit.count": Told(
        "{count} changes of {kind}, more than the agreed {most} at once", "crmsync apply {plan} --kind {key} --limit N"
    ),
    "limit.share": Told(
        "{count} changes of {kind} among {population} records: an unusual share", "crmsync apply {plan} --kind {key}"
    ),
    "limit.tasks_per_owner": Told(
        "{count} new tasks for {owner}: more than one person can do", "crmsync apply {plan} --kind task --limit N"
    ),
    "limit.budget": Told("no API calls are left for crmsync in {system} today", "wait until tomorrow"),
}
NEVER_LIFTED = frozenset({"brake.writes_off", "brake.watch", "brake.unsigned"})
"""What no approval lifts: the brake itself has to be opened."""


def held(verdict: Verdict, plan: str = "PLAN") -> Told:
    """Why a change waits, and what lets it through."""
    told = HELD.get(verdict.code, Told(spaced(verdict.code) or "not allowed yet"))
    facts = {name: plain(value) for name, value in verdict.facts.items()}
    key = facts.get("system") or facts.get("kind", "")
    return told.filled({**facts, "key": key, "plan": plan, "kind": spaced(facts.get("kind", "")), **named(facts)})


def named(facts: Mapping[str, str]) -> dict[str, str]:
    """The CRM among the facts, as people call it."""
    return {"system": system_name(facts["system"])} if "system" in facts else {}
