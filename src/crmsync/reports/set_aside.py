"""What is set aside: what happened to whom, why, and what somebody can do about it."""

from collections.abc import Mapping

from crmsync.model.memory import SetAside
from crmsync.reports.reasons import named
from crmsync.reports.sentences import Told
from crmsync.reports.words import counted, plain, record_name, shown, spaced

ASIDE: Mapping[str, Told] = {
    "status.unknown_value": Told(
        '"{value}" in the status field is not in the agreement: left untouched',
        "say what it means in mappings/agreement (statuses, outcomes or leave_alone), or change it in the CRM",
    ),
    "status.left_alone": Told('"{value}" in the status field is left alone, as agreed'),
    "status.overruled": Told('{record} said "{value}"; the agreement gives "{kept}"'),
    "status.overruled.ask": Told(
        '{record} says "{value}", the other CRM something else, and neither speaks for the owning side: "{kept}" stays',
        "set the right status in the CRM of the side that owns this person",
    ),
    "status.not_in_agreement": Told(
        'somebody in {system} moved the status to "{value}"; the agreement has no such move. It stands',
        "talk about it, or add the move to statuses.yaml",
    ),
    "status.other_lead": Told('another open lead of the same person says "{value}"; left as it is'),
    "status.no_exit_reason": Told('"{value}" without an exit reason', "the owner can add one in the CRM"),
    "sync.echo": Told('{record} says "{value}" because {by} copied it over from the other CRM: nobody\'s edit'),
    "sync.oscillates": Told(
        "{by} and something else set {field} of {record} to and fro within a day ({values}): left alone until it rests",
        "look at how the sync maps {field} in {system}: let one side win, or map it to the value the agreement spells",
    ),
    "import.already_worked": Told(
        'a bought name that never answered stands at "{value}"{of_list}; somebody worked it, so it stays'
    ),
    "owner.no_rule_fits": Told("needs an owner, and no line of routing.yaml fits", "add a line, or set an owner"),
    "owner.nobody_available": Told("needs an owner, and nobody in team {team} is available", "set an owner in the CRM"),
    "task.above_daily_number": Told("overdue, but {owner} has enough tasks for today: only counted and listed"),
    "field.value_missing": Told(
        '{system} {object} has no value "{value}" in its list for {field}: {records} left as they are',
        "add the value to the field in the CRM, or spell it there as the agreement does",
    ),
    "undo.left_alone": Told("taken back by {by} (cycle {cycle}): {field} stays {shown} until somebody changes it"),
    "ambiguous": Told(
        "possible duplicate: {detail}; never written to",
        "merge them in the CRM, or give different people different e-mail addresses",
    ),
    "unreadable": Told("{record} could not be read: {detail}", "correct it in the CRM"),
    "write.overwrote_edit": Told(
        'somebody set {record} to "{value}" in the moment in which we wrote "{ours}"; ours went over it',
        "set the value again in the CRM if it should stand",
    ),
    "refused": Told("{record} refuses the change: {detail}", "correct the record, or ask your admin about the rule"),
}
TITLES: Mapping[str, str] = {
    "status.unknown_value": "unknown value in the status field: left untouched until you decide",
    "status.left_alone": "value left alone, as agreed",
    "status.overruled": "the CRMs disagreed: the agreement says which one counts",
    "status.overruled.ask": "the CRMs disagree and the agreement does not say which one counts",
    "status.not_in_agreement": "moves that are not in the agreement: they stand, you are told",
    "status.other_lead": "another open lead of the same person",
    "status.no_exit_reason": "left the path without an exit reason",
    "sync.echo": "copied over by a sync: nobody's edit",
    "sync.oscillates": "a sync sets a field to and fro: left alone until it rests",
    "import.already_worked": "bought name that somebody worked already",
    "owner.no_rule_fits": "needs an owner: no line of the agreement fits",
    "owner.nobody_available": "needs an owner: nobody available",
    "task.above_daily_number": "overdue, above the daily number of tasks",
    "field.value_missing": "a value the CRM's list does not have",
    "undo.left_alone": "taken back by one of you: left alone until somebody changes it",
    "ambiguous": "possible duplicates: left alone",
    "unreadable": "record that could not be read",
    "write.overwrote_edit": "somebody's edit that our write went over",
    "refused": "refused by the CRM",
}


def aside_code(one: SetAside) -> str:
    """The code under which its words are found."""
    head = one.cause.partition(":")[0].partition(" ")[0]
    return f"{head}.ask" if one.needs_person and f"{head}.ask" in ASIDE else head


def aside_title(code: str) -> str:
    """The heading for what is set aside for this cause."""
    return TITLES.get(code, spaced(code))


def aside(one: SetAside) -> Told:
    """What was set aside, and what to do about it."""
    told = ASIDE.get(aside_code(one), Told(f"{spaced(one.cause)} {{value}}"))
    facts = {name: plain(value) for name, value in one.facts.items()}
    more = {
        "value": plain(one.value),
        "shown": shown(one.value),
        "detail": plain(one.detail),
        "field": spaced(one.field),
        "record": record_name(one.ref) if one.ref else "The person",
        "of_list": f" (list {facts['list']})" if facts.get("list") else "",
        **named(facts),
    }
    if facts.get("records", "").isdigit():
        more["records"] = counted(int(facts["records"]), "record")
    return told.filled(facts | more)
