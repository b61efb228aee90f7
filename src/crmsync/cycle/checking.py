"""Offline: who still has to sign, what runs out, whether the agreement comes to rest from every situation."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crmsync.agreement.model import Agreement
from crmsync.agreement.reminders import reminders
from crmsync.agreement.sign import standing
from crmsync.cycle import prove as proving
from crmsync.rules import disposition, status

REMEMBERED_IN = "proved.json"
MOST_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found beside broken files.

    `still_to_sign` says in words who has not signed; `restless` are situations that do not come to rest in one cycle;
    `remembered` tells that exactly this was proved before and not again now.
    """

    signed: bool
    signers: tuple[str, ...]
    still_to_sign: tuple[str, ...]
    reminders: tuple[str, ...]
    situations: int
    restless: tuple[str, ...]
    remembered: bool


def check(agreement: Agreement, memory: Path, today: date) -> Checked:
    """Check an agreement whose files are valid; the proof is kept in `memory` (the workspace's state folder)."""
    state = standing(agreement)
    proof, remembered = _proof(agreement, memory, today)
    return Checked(
        signed=state.signed,
        signers=tuple(f"{one.name} ({one.role})" for one in state.valid),
        still_to_sign=() if state.signed else state.missing,
        reminders=reminders(agreement, today),
        situations=proof.situations,
        restless=proof.failures,
        remembered=remembered,
    )


def _proof(agreement: Agreement, memory: Path, today: date) -> tuple[proving.Proof, bool]:
    path, name = memory / REMEMBERED_IN, _name_of(agreement, today)
    kept = _kept(path)
    if name in kept:
        return proving.Proof(kept[name], ()), True
    proof = proving.prove(agreement, today)
    if proof.holds:
        _keep(path, {**kept, name: proof.situations})
    return proof, False


def _name_of(agreement: Agreement, today: date) -> str:
    """What a proof depends on: the content, the exceptions in force today, and the rules as they are written."""
    in_force = sorted(one.value for one in agreement.exceptions if one.until is None or one.until >= today)
    return hashlib.sha256(f"{agreement.content}|{in_force}|{_rules_hash()}".encode()).hexdigest()


def _rules_hash() -> str:
    files: Iterable[str | None] = (status.__file__, disposition.__file__, proving.__file__)
    return hashlib.sha256(b"".join(Path(one).read_bytes() for one in files if one)).hexdigest()


def _kept(path: Path) -> dict[str, int]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    known = found.items() if isinstance(found, dict) else ()
    return {name: count for name, count in known if isinstance(count, int)}


def _keep(path: Path, proved: dict[str, int]) -> None:
    """Best effort: where it cannot be written the proof is simply made again."""
    latest = dict(list(proved.items())[-MOST_REMEMBERED:])
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(latest, indent=1) + "\n", "utf-8")
        beside.replace(path)
    except OSError:
        return
