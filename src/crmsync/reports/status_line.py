"""What a running crmsync says about itself in one line."""

from collections.abc import Iterable, Mapping

from crmsync.reports.words import counted, system_name


def status_line(cycle: int, counts: Mapping[str, int], paused: Iterable[tuple[str, str, str]], note: str = "") -> str:
    """The last cycle, what waits for a person, and who is left alone: (system, until when, why)."""
    parts = [f"Cycle {cycle}: {counts.get('changed', 0):,} changed, {counts.get('applied', 0):,} written"]
    held = counts.get("held", 0)
    parts += [f"{counted(held, 'change')} waiting for you (crmsync plan)"] if held else []
    sentences = [", ".join(parts) + "."]
    sentences += [f"{system_name(system)} is left alone until {until}: {why}" for system, until, why in paused]
    return " ".join([*([note] if note else []), *sentences])
