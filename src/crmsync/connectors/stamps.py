"""The vendors' change stamps."""

from datetime import UTC, datetime


def instant(stamp: object) -> datetime:
    """A stamp as an instant (UTC); ValueError where it is none or has no zone."""
    if not isinstance(stamp, str) or not stamp:
        raise ValueError("the row does not say when it was changed")
    at = datetime.fromisoformat(stamp)
    if at.tzinfo is None:
        raise ValueError(f"the stamp {stamp} has no zone")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"the stamp {stamp} lies outside of the calendar") from None
