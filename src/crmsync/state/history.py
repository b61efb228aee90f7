"""Everything remembered about one person, for explain."""

from sqlalchemy import Connection, select

from crmsync.model.memory import PersonHistory
from crmsync.state.marks import table
from crmsync.state.matching import link_causes
from crmsync.state.passes import assignments_of, clocks_of, observations_of, passes_of, stage_events_of
from crmsync.state.reports import log_rows, set_aside_rows


def history(connection: Connection, person: str) -> PersonHistory | None:
    """All of it, oldest first; None where nobody has this id."""
    kept = table("person")
    row = connection.execute(select(kept.c.id, kept.c.survivor).where(kept.c.id == person)).one_or_none()
    if row is None:
        return None
    lives: str = row.survivor or row.id
    causes = link_causes(connection, lives)
    refs = tuple(sorted(causes))
    found = observations_of(connection, [str(ref) for ref in refs])
    return PersonHistory(
        person=lives,
        refs=refs,
        passes=tuple(passes_of(connection, [lives]).get(lives, ())),
        stage_events=tuple(stage_events_of(connection, lives)),
        observations=tuple(sorted((one for each in found.values() for one in each), key=lambda one: (one.at, one.ref))),
        clocks=tuple(clocks_of(connection, [lives]).get(lives, ())),
        assignments=tuple(assignments_of(connection, [lives]).get(lives, ())),
        rows=tuple(log_rows(connection, None, lives, None)),
        set_aside=tuple(set_aside_rows(connection, lives, resolved=True)),
        link_causes=causes,
    )
