"""A portal's memory put aside and taken back: cheap, as records never change and only their lists are copied."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace

from crmsync.emulator.hubspot.books import Occurrence, State
from crmsync.emulator.hubspot.index import Index
from crmsync.emulator.hubspot.links import Links
from crmsync.emulator.hubspot.store import Table


@dataclass(frozen=True, slots=True)
class Shelf:
    """The parts that are many: their containers are copied, what is in them never changes."""

    tables: dict[str, Table]
    links: Links
    index: Index
    happenings: list[Occurrence]

    def copied(self) -> Shelf:
        """The same things in containers of their own."""
        return Shelf(
            {name: _table(table) for name, table in self.tables.items()},
            replace(
                self.links,
                ends={end: dict(others) for end, others in self.links.ends.items()},
                labels={pair: dict(labels) for pair, labels in self.links.labels.items()},
            ),
            replace(
                self.index,
                shown={kind: dict(rows) for kind, rows in self.index.shown.items()},
                waiting=list(self.index.waiting),
                log=None,
            ),
            list(self.happenings),
        )


class Saved(bytes):
    """Everything small as bytes, and the shelf beside it; good in this process only."""

    shelf: Shelf


def save(state: State) -> Saved:
    """Put everything aside."""
    small = replace(state, tables={}, links=Links(), index=Index(), happenings=[])
    saved = Saved(pickle.dumps(small, protocol=pickle.HIGHEST_PROTOCOL))
    saved.shelf = Shelf(state.tables, state.links, state.index, state.happenings).copied()
    return saved


def taken_back(saved: Saved) -> State:
    """Everything as it was; the same checkpoint can be taken back again and again."""
    state = pickle.loads(saved)  # noqa: S301 - our own bytes, made by `save`
    shelf = saved.shelf.copied()
    if not isinstance(state, State):
        message = "these bytes are no checkpoint of a portal"
        raise TypeError(message)
    return replace(state, tables=shelf.tables, links=shelf.links, index=shelf.index, happenings=shelf.happenings)


def _table(table: Table) -> Table:
    return replace(
        table,
        records=dict(table.records),
        order=list(table.order),
        aliases=dict(table.aliases),
        unique={name: dict(holders) for name, holders in table.unique.items()},
    )
