"""HubSpot's instants: ISO text with a zone in its newer interfaces, milliseconds since 1970 in its older ones."""

from datetime import UTC, datetime, timedelta

from crmsync.connectors.stamps import instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(stamp: object) -> datetime:
    """A stamp in either spelling as an instant (UTC); ValueError where it is none."""
    if type(stamp) is str and stamp.endswith("Z"):  # nearly all of them
        return datetime.fromisoformat(stamp)
    if isinstance(stamp, bool):
        raise ValueError("the row does not say when it was changed")  # noqa: TRY004 - a bad row, not a bug
    if isinstance(stamp, int | float) or (isinstance(stamp, str) and stamp.isascii() and stamp.isdigit()):
        try:
            return _EPOCH + timedelta(milliseconds=float(stamp))
        except (OverflowError, ValueError):
            raise ValueError("the stamp is no instant") from None
    return instant(stamp)


def milliseconds(at: datetime) -> int:
    """An instant as HubSpot's filters and older interfaces take it."""
    return (at - _EPOCH) // timedelta(milliseconds=1)
