"""What a stage of a pipeline means for the record that stands in it (facts/hubspot.md sections 7, 8, 15)."""

from __future__ import annotations

from collections.abc import Mapping

from crmsync.emulator.hubspot.pipelines import STAGED, Pipelines, Stage, stage_of, stamp_names
from crmsync.emulator.hubspot.refusals import BadValue
from crmsync.emulator.hubspot.values import number, text_of

_LEAD_FLAGS = {
    "NEW": "hs_lead_is_new",
    "IN_PROGRESS": "hs_lead_is_in_progress",
    "QUALIFIED": "hs_lead_is_qualified",
    "UNQUALIFIED": "hs_lead_is_disqualified",
}


def stage_property(kind: str) -> str | None:
    """The property that holds where records of this type stand; contacts and companies stand in their lifecycle."""
    return "lifecyclestage" if kind in {"contacts", "companies"} else STAGED[kind][1] if kind in STAGED else None


def stage_problems(
    pipelines: Pipelines, kind: str, before: Mapping[str, str], values: Mapping[str, str]
) -> list[BadValue]:
    """What is wrong with a pipeline or stage that a client wants to write: neither is made up, both go together."""
    if kind not in STAGED:
        return []
    line, step = STAGED[kind]
    known = pipelines[kind]
    wanted = values.get(line)
    if wanted and wanted not in known:
        return [_no_option(line, wanted, list(known))]
    stage = values.get(step) or (before.get(step) if wanted else "")
    pipeline = known.get(wanted or before.get(line, "")) or next(iter(known.values()), None)
    if stage and (pipeline is None or stage not in pipeline.stages):
        return [_no_option(step, stage, list(pipeline.stages) if pipeline else [])]
    return []


def placed(pipelines: Pipelines, kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """Where a new record stands that did not say so in full: the first pipeline; leads begin in its first stage."""
    if kind not in STAGED or not pipelines[kind]:
        return {}
    line, step = STAGED[kind]
    pipeline = pipelines[kind].get(values.get(line, "")) or next(iter(pipelines[kind].values()))
    if kind == "leads":
        return {line: pipeline.id, step: values.get(step) or pipeline.in_order()[0].id}
    return {line: pipeline.id} if values.get(step) else {}


def moved(
    pipelines: Pipelines, kind: str, before: Mapping[str, str], after: Mapping[str, str], at: str
) -> dict[str, str]:
    """What follows when a record that held `before` holds `after`: dates of stages, and what the new stage means."""
    name = stage_property(kind)
    if name is None:
        return {}
    meaning = _MEANINGS.get(kind)
    told = meaning(stage_of(pipelines, kind, after), after, at) if meaning else {}
    if before.get(name, "") == after.get(name, ""):
        return told
    if after.get(name):
        told[stamp_names(kind, after[name])[0]] = at
    if before.get(name):
        told[stamp_names(kind, before[name])[1]] = at
    if kind == "leads":
        told["hs_pipeline_stage_category_last_updated_at"] = at
    return told


def _no_option(name: str, value: str, known: list[str]) -> BadValue:
    words = f"{value} is not a valid option of {name}. Valid options are: [{', '.join(known)}]"
    return BadValue(name, "INVALID_OPTION", words)


def _deal(stage: Stage | None, after: Mapping[str, str], at: str) -> dict[str, str]:
    closed, won = stage is not None and stage.closed, stage is not None and stage.won
    amount = number(after.get("amount", "")) or 0.0
    chance = number(stage.metadata.get("probability", "0")) or 0.0 if stage else 0.0
    told = {
        "hs_is_closed_won": _bool(won),
        "hs_is_closed_lost": _bool(closed and not won),
        "hs_closed_won_count": "1" if won else "0",
        "hs_closed_amount": text_of(amount if won else 0.0),
        "hs_projected_amount": text_of(amount * chance),
        "hs_deal_stage_probability_shadow": text_of(chance),
        "days_to_close": "0",
    }
    if after.get("amount"):
        told |= {"amount_in_home_currency": text_of(amount), "hs_forecast_amount": text_of(amount)}
    if stage is not None:
        told |= {"hs_is_closed": _bool(closed), "hs_deal_stage_probability": text_of(chance)}
    if closed and not after.get("closedate"):
        told["closedate"] = at
    return told


def _lead(stage: Stage | None, _after: Mapping[str, str], _at: str) -> dict[str, str]:
    state = stage.metadata.get("leadState", "IN_PROGRESS") if stage else ""
    told = {name: "1" if state == one else "0" for one, name in _LEAD_FLAGS.items()}
    told["hs_lead_is_open"] = "1" if state in {"NEW", "IN_PROGRESS"} else "0"
    return told | {"hs_pipeline_stage_category": state}


def _ticket(stage: Stage | None, after: Mapping[str, str], at: str) -> dict[str, str]:
    closed = stage is not None and stage.closed
    return {"hs_is_closed": _bool(closed), "closed_date": (after.get("closed_date") or at) if closed else ""}


def _bool(value: bool) -> str:  # noqa: FBT001 - the value to spell
    return "true" if value else "false"


_MEANINGS = {"deals": _deal, "leads": _lead, "tickets": _ticket}
