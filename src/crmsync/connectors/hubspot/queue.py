"""What is read one thing after the other - forms, lists - as a token that any process can go on from."""

from collections.abc import Iterable

import msgspec

from crmsync.connectors.hubspot.client import Door, Query
from crmsync.connectors.hubspot.errors import NoRoute, NotThere
from crmsync.model.errors import RecordRefused, ShapeChanged


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One thing whose pages are read: its id, its name, and a word about it."""

    id: str
    name: str = ""
    word: str = ""


class Queue(msgspec.Struct, frozen=True):
    """The things still to be read, the first one from `after` on."""

    items: tuple[Item, ...] = ()
    after: str = ""

    @classmethod
    def of(cls, items: Iterable[tuple[str, ...]]) -> "Queue":
        """All of them, from their beginnings."""
        return cls(tuple(Item(*one) for one in items))

    @property
    def first(self) -> Item:
        """The thing that is read now."""
        return self.items[0]

    def further(self, after: str) -> "Queue":
        """The next page of the same thing."""
        return Queue(self.items, after)

    def rest(self) -> "Queue":
        """The next thing."""
        return Queue(self.items[1:])

    def token(self) -> str | None:
        """The queue as text, None where nothing is left."""
        return msgspec.json.encode(self).decode() if self.items else None


def queued(token: str) -> Queue:
    """The queue that `token` stands for."""
    try:
        found = msgspec.json.decode(token, type=Queue)
    except msgspec.DecodeError:
        raise ShapeChanged("HubSpot: the place of this stream was written by another version.") from None
    if not found.items:
        raise ShapeChanged("HubSpot: the place of this stream names nothing to read.")
    return found


def asked(door: Door, path: str, query: Query) -> bytes | None:
    """The answer about one of the things; None where somebody deleted it since they were listed."""
    try:
        return door.get(path, query)
    except NoRoute:
        raise
    except (NotThere, RecordRefused):
        return None
