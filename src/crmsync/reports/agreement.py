"""The agreement for people and programs, and what a signature led to."""

from collections.abc import Iterator

from crmsync.agreement.model import Agreement
from crmsync.agreement.show import show
from crmsync.agreement.sign import standing
from crmsync.reports.table import document, following
from crmsync.reports.words import plain

SIGN = "crmsync agreement sign --role sales|marketing --name NAME --job JOB"


def agreement_text(agreement: Agreement) -> str:
    """The whole document and what to do with it."""
    return document(show(agreement).rstrip("\n").split("\n"), following(*_next(agreement)))


def agreement_json(agreement: Agreement) -> dict[str, object]:
    """Keys: company, content, version, signed, signoffs, still_to_sign, go_live, statuses, outcomes, text."""
    state = standing(agreement)
    return {
        "company": agreement.company,
        "content": agreement.content,
        "version": agreement.version,
        "signed": state.signed,
        "signoffs": [
            {"role": one.role, "name": one.name, "job": one.job, "on": one.on.isoformat(), "evidence": one.evidence}
            for one in state.valid
        ],
        "still_to_sign": list(state.missing),
        "go_live": agreement.go_live.isoformat(),
        "statuses": {
            one.name: {"stage": one.stage.value, "owned_by": one.owned_by.value, "spelled": dict(one.spelled)}
            for one in agreement.statuses.values()
        },
        "outcomes": {one.name: {"found_as": list(one.found_as)} for one in agreement.outcomes.values()},
        "text": show(agreement),
    }


def signed_text(agreement: Agreement, name: str) -> str:
    """What a new signature led to: who still has to sign, or that it is in force."""
    state = standing(agreement)
    told = [f"{plain(name)} signed exactly this content ({agreement.content[:12]})."]
    told += [f"  still to sign: {who}" for who in state.missing if not state.signed]
    if state.signed:
        told.append(f"The agreement is in force (version {agreement.version}). Whoever edits it unsigns it.")
    return document(told, following(*_next(agreement)))


def _next(agreement: Agreement) -> Iterator[tuple[str, str]]:
    if agreement.signed:
        yield "crmsync plan", "see what would be written; nothing is sent"
        return
    yield SIGN, "one signature; the other side signs as well"
