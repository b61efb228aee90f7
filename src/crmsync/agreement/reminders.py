"""What of the agreement runs out: a review, an exception, a list past its day. Nothing stops because of it."""

from collections.abc import Iterator
from datetime import date

from crmsync.agreement.model import Agreement


def reminders(agreement: Agreement, today: date) -> tuple[str, ...]:
    """One sentence for each day that has passed, with what to do about it."""
    return (*_review(agreement, today), *_exceptions(agreement, today), *_lists(agreement, today))


def _review(agreement: Agreement, today: date) -> Iterator[str]:
    due = agreement.next_review
    if due and due < today:
        yield f"The agreement was to be reviewed by {_day(due)}. Meet, change next_review, and sign again."


def _exceptions(agreement: Agreement, today: date) -> Iterator[str]:
    for one in agreement.exceptions:
        if one.until and one.until < today:
            yield (
                f'"{one.value}" counted as {one.means} in {one.system} until {_day(one.until)}. '
                "Agree on it again, or remove the exception."
            )


def _lists(agreement: Agreement, today: date) -> Iterator[str]:
    for one in agreement.imports.lists:
        if one.may_be_used_until and one.may_be_used_until < today:
            yield f"The list {one.name} may not be used since {_day(one.may_be_used_until)}. Send it to erasure review."
        elif one.people_informed_by is None:
            yield f"The list {one.name} does not say by when its people are informed. Add people_informed_by."


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
