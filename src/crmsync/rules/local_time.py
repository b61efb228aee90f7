"""Instants and lengths of time as people in the office read them; no locale is consulted."""

from datetime import date, datetime, timedelta

from crmsync.model.calendars import Calendar

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE = timedelta(minutes=1)


def moment(at: datetime, calendar: Calendar) -> str:
    """An instant in the calendar's zone: `Tue 17 Nov 09:48`."""
    local = calendar.local(at)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


def weekday_time(at: datetime, calendar: Calendar) -> str:
    """A near instant in the calendar's zone: `Tue 17:30`."""
    local = calendar.local(at)
    return f"{_DAYS[local.weekday()]} {local:%H:%M}"


def day(on: date) -> str:
    """A day: `20 Oct 2026`."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def length(of: timedelta) -> str:
    """A length of time to the minute: `11 h 18 min`, `45 min`."""
    minutes = max(0, of // _MINUTE)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour


def place(calendar: Calendar) -> str:
    """The zone as people name it: `London`."""
    return calendar.zone.rpartition("/")[2].replace("_", " ")
