"""`crmsync demo`: the whole story on two emulated CRMs, told through the real commands, in under a minute."""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmsync.cli import codes
from crmsync.cli.demo_stage import Row, Stage, act, changes_of, say, secrets

if TYPE_CHECKING:
    from crmsync.reports.demo import Figure

Seed = Annotated[int, typer.Option("--seed", help="The same seed makes the same people.")]
SIGNERS = (
    ("sales", "Dana Ruiz", "head of sales"),
    ("sales", "Gwen Ellis", "sales manager"),
    ("marketing", "Petra Lange", "head of marketing"),
)

BOOKS = 8


def demo(context: typer.Context, seed: Seed = 1) -> int:
    """Watch crmsync do its whole job on two emulated CRMs: no credential, nothing leaves this machine."""
    from crmsync.emulator import serve
    from crmsync.emulator.scenarios import demo as scenario

    with tempfile.TemporaryDirectory(prefix="crmsync-demo-") as folder, serve("demo", seed=seed) as running:
        urls = {"salesforce": running.salesforce_url, "hubspot": running.hubspot_url}
        stage = Stage(Path(folder) / "halden", urls, context.find_root().command)
        with secrets(running.token):
            return tell(stage, scenario.truth(seed), scenario.steps(seed))


def tell(stage: Stage, truth: Mapping[str, object], steps: Sequence[Row]) -> int:
    """Play every act in order; returns 0 where all figures and books agree at the end."""
    _opening(truth)
    _agree(stage)
    number = _first_plan(stage)
    figures = _approve(stage, number, truth)
    again = _second_look(stage)
    _people_work(stage, steps)
    _deadline(stage)
    _explanation(stage, truth)
    return _books(stage, figures, again)


def _opening(truth: Mapping[str, object]) -> None:
    counts = truth["counts"]
    many = counts if isinstance(counts, Mapping) else {}
    say(
        f"Halden Freight: {many['people']} people in {many['salesforce_leads']} Salesforce leads, "
        f"{many['salesforce_contacts']} Salesforce contacts and {many['hubspot_contacts']} HubSpot contacts.\n"
        "Two emulated CRMs answer over real HTTP on this machine. It is Wednesday 2 December 2026, 09:00 in London."
    )


def _agree(stage: Stage) -> None:
    act("1. Sales and marketing agree", "The agreement is a folder of files both sides can read. Three people sign it.")
    stage.type("init", str(stage.folder), shown=False)
    stage.connect()
    stage.type("agreement", "show", lines=26)
    for role, name, job in SIGNERS:
        stage.type("agreement", "sign", "--role", role, "--name", name, "--job", job, lines=2)
    act("2. Is everything in place?", "The doctor reads, writes nothing, and says what to fix.")
    stage.type("doctor", lines=30)


def _first_plan(stage: Stage) -> str:
    act("3. The first plan is held", "What would change, and why. Nothing is written before somebody says yes.")
    stage.type("plan", lines=48)
    return str(json.loads(stage.type("plan", "--json", shown=False))["plan"])


def _approve(stage: Stage, number: str, truth: Mapping[str, object]) -> "tuple[Figure, ...]":
    act("4. Approve five, look, approve the rest", "A careful admin starts with five rows and looks.")
    stage.type("apply", number, "--kind", "status", "--limit", "5", "--by", "Dana Ruiz", lines=8)
    _show_books(stage.audit())
    stage.type("apply", number, "--by", "Dana Ruiz", lines=10)
    return _figures(stage, number, truth)


def _show_books(rows: Sequence[Row]) -> None:
    """What the CRMs themselves noted of our writes."""
    for row in rows[:BOOKS]:
        fields = ", ".join(f"{name}: {pair[0]} -> {pair[1]}" for name, pair in changes_of(row).items())
        say(f"  the CRM's own book:  {row['op']} {row['type']} {row['id']}  {fields}"[:118].replace("\n", " "))
    if len(rows) > BOOKS:
        say(f"  ... and {len(rows) - BOOKS} more")
    say("")


def _second_look(stage: Stage) -> int:
    act("5. A second cycle with nothing new", "It must write nothing. The CRMs' own books are the judge.")
    before = len(stage.audit())
    stage.type("run", "--once", lines=8)
    again = len(stage.audit()) - before
    say(f"second cycle wrote {again}")
    act(
        "6. Trusted, it may act", "With every kind of change in mode `act`, plans within the safety limits are written."
    )
    stage.act_alone()
    return again


def _people_work(stage: Stage, steps: Sequence[Row]) -> None:
    act("7. People work", "They call, change statuses, tick off one task and delete another; a cycle after each.")
    for step in steps:
        stage.play(step)
        say(f"{str(step['to'])[11:16]}  {step['title']}.")
        before = len(stage.audit())
        stage.type("run", "--once", lines=8)
        _show_books(stage.audit()[before:])


def _deadline(stage: Stage) -> None:
    act("8. A deadline was missed", "This is what the sales team finds in Salesforce.")
    tasks = [changes_of(row) for row in stage.audit() if row["op"] == "create"]
    for name in ("Subject", "Description"):
        say(f"{tasks[-1][name][1]}\n" if tasks else "no task was made")


def _explanation(stage: Stage, truth: Mapping[str, object]) -> None:
    act("9. Why?", "Any record can be explained: what was there, why it moves, every number with its arithmetic.")
    outcomes = truth["call_outcomes"]
    rows = outcomes if isinstance(outcomes, list) else []
    lead = next(str(row["record"]) for row in rows if row["system"] == "salesforce")
    stage.type("explain", lead, lines=34)
    say("And the lead whose deadline was missed:\n")
    stage.type("explain", _missed(stage), lines=44)


def _missed(stage: Stage) -> str:
    """The lead the last overdue task stands on."""
    tasks = [changes_of(row) for row in stage.audit() if row["op"] == "create"]
    return str(tasks[-1]["WhoId"][1])


def _books(stage: Stage, figures: "tuple[Figure, ...]", again: int) -> int:
    from crmsync.bootstrap import open_workspace
    from crmsync.reports.demo import joined, table

    act("10. The books", "The first plan counted three times: as planted, by crmsync, and from the CRMs' own books.")
    say(table(figures, stage.calls()))
    wiring = open_workspace(stage.folder)
    try:
        books = joined(stage.audit(), wiring.store.applied_writes())
    finally:
        wiring.close()
    say(f"\nsecond cycle wrote {again}")
    say(
        f"the CRMs' books held against our log on (record, field, value after): {books.matched:,} matched, "
        f"unmatched left {books.only_in_crm}, right {books.only_in_log}"
    )
    say("Nothing left this machine.")
    say("next: crmsync init DIR   your own workspace; crmsync check says what is still open in it")
    agreed = all(one.agrees for one in figures) and not (again or books.only_in_crm or books.only_in_log)
    played = set(stage.codes) <= {codes.DONE, codes.HELD}
    return codes.DONE if agreed and played else codes.NEEDS_YOU


def _figures(stage: Stage, number: str, truth: Mapping[str, object]) -> "tuple[Figure, ...]":
    """The table's figures, taken when the first plan is through and before anybody works."""
    from crmsync.bootstrap import open_workspace
    from crmsync.reports.demo import first_plan_figures

    wiring = open_workspace(stage.folder)
    try:
        header = wiring.store.plan(number)
        rows = wiring.store.plan_rows(header.digest) if header else []
        aside = Counter(one.cause for one in wiring.store.set_aside_open())
    finally:
        wiring.close()
    return first_plan_figures(truth, rows, aside, stage.audit())
