"""Values that only the agreement writes: office days, a cut-off before closing, and a no that cannot be a yes."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator

from crmsync.settings.units import refuse, shown

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _never(written: object) -> object:
    if written in ("no", False):
        return False
    raise refuse(f"{shown(written)} is not possible here.", "Write no: sales owes bought names nothing.")


Never = Annotated[Literal[False], BeforeValidator(_never, json_schema_input_type=Literal["no"])]


def _weekdays(written: object) -> tuple[int, ...]:
    if isinstance(written, tuple):
        return written
    parts = written if isinstance(written, list) else str(written).split("-")
    too_many = isinstance(written, str) and len(parts) > 2  # noqa: PLR2004 - from and to
    if not parts or too_many or any(part not in _DAYS for part in parts):
        raise refuse(f"{shown(written)} are no weekdays.", f"Write Mon-Fri, or a list of {' '.join(_DAYS)}.")
    numbers = [_DAYS.index(part) for part in parts]
    days = tuple(range(numbers[0], numbers[-1] + 1)) if isinstance(written, str) else tuple(sorted(set(numbers)))
    if not days:
        raise refuse(f"{shown(written)} runs backwards.", "Write the days as a list: [Sun, Mon].")
    return days


def _before_closing(written: object) -> timedelta:
    if isinstance(written, timedelta):
        return written
    match = re.fullmatch(r"(\d+) +(minute|hour)s? before closing", str(written).strip())
    if match is None:
        raise refuse(f"{shown(written)} is no cut-off.", 'Write it as "60 minutes before closing".')
    return timedelta(minutes=int(match[1]) * (60 if match[2] == "hour" else 1))


BeforeClosing = Annotated[timedelta, BeforeValidator(_before_closing, json_schema_input_type=str)]

Weekdays = Annotated[tuple[int, ...], BeforeValidator(_weekdays, json_schema_input_type=str | list[str])]
"""Mon-Fri, or a list; 0 is Monday."""
