"""Makes a made-up company's export files with planted counts, for tests and measurements: no real person is in them.

python bench/make_exports.py DIR [--leads 1000] [--seed 1] [--width 40]
"""

import argparse
import csv
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

TODAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # a Friday
REPS = 24
STATUSES = {
    "Inquiry": 14, "Open - Not Contacted": 22, "Working": 20, "Return to Marketing": 6, "Closed - Not Converted": 5,
    "Closed - Converted": 4, "Attempting Contact": 9, "Left Vmail": 6, "Call Back Later": 2, "NI": 1, "Bad Timing": 4,
    "Duplicate": 2, "Working - Contacted": 2, "tbd?": 1, "Hot lead (Jan)": 1,
}  # fmt: skip
OUTCOMES = ("Attempting Contact", "Left Vmail", "Call Back Later", "NI")
REASONS = ("Bad Timing", "Duplicate")
UNKNOWN = ("Working - Contacted", "tbd?", "Hot lead (Jan)")
GIVEN = {
    "Open - Not Contacted",
    "Working",
    "Return to Marketing",
    "Closed - Converted",
    "Bad Timing",
    *OUTCOMES,
    *UNKNOWN,
}
SOURCES = ("Web", "Trade show", "Partner", "Webinar", "Phone")
FIRST = "Maria Jo Ingrid Tomás Aisha Wei Noor Pavel Lucía Sven Amara Kofi Elif Dara Hugo Mina".split()
LAST = "Jiménez Ek Nyström Okafor Şahin Novák Brandt O'Neill Fischer Duarte Haddad Larsen Rossi Kaya Bauer Lind".split()
TRADES = "Dental Freight Foods Optics Timber Software Clinics Paper Marine Energy".split()


@dataclass(slots=True)
class Planted:
    """The truth of the files: what a preview must find."""

    leads: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    given: int = 0
    untouched: int = 0
    bought: int = 0
    hubspot: int = 0
    tasks: int = 0
    hubspot_mql: int = 0
    both_mql: int = 0
    never_arrived: int = 0
    salesforce_mql: int = 0


def make(folder: Path, leads: int, seed: int = 1, width: int = 40) -> Planted:
    """Write leads.csv, tasks.csv and contacts.csv; returns what was planted."""
    folder.mkdir(parents=True, exist_ok=True)
    dice, planted = random.Random(seed), Planted()
    rows = list(_leads(dice, leads, planted))
    _write(folder / "leads.csv", [_wide(row, width) for row in rows])
    tasks = list(_tasks(dice, rows, planted))
    _write(folder / "tasks.csv", tasks)
    _write(folder / "contacts.csv", list(_hubspot(dice, rows, planted)))
    return planted


def _leads(dice: random.Random, count: int, planted: Planted) -> Iterator[dict[str, str]]:
    bag = [status for status, weight in STATUSES.items() for _ in range(weight)]
    bought_from = count - count // 8
    for number in range(count):
        bought = number >= bought_from
        status = "Inquiry" if bought else dice.choice(bag)
        days = 253 if bought else dice.randrange(0, 200)
        created = TODAY - timedelta(days=days, minutes=dice.randrange(0, 7) if bought else dice.randrange(60, 5000))
        planted.leads += 1
        planted.bought += bought
        planted.salesforce_mql += status == "Open - Not Contacted"
        planted.statuses[status] = planted.statuses.get(status, 0) + 1
        yield {
            "Lead ID": f"00Q5g00000{number:05d}",
            "First Name": FIRST[dice.randrange(len(FIRST))],
            "Last Name": LAST[dice.randrange(len(LAST))],
            "Company / Account": f"{LAST[number % len(LAST)]} {TRADES[number // 7 % len(TRADES)]}",
            "Email": f"person{number}@company{number}.example",
            "Lead Status": status,
            "Lead Owner": "Marketing Queue" if bought or status == "Inquiry" else _rep(number),
            "Owner Role": "" if bought else f"Team {number % REPS // 6 + 1}",
            "Lead Source": "Purchased List" if bought else SOURCES[dice.randrange(len(SOURCES))],
            "Create Date": _local(created),
            "Last Modified Date": _local(
                TODAY if number == 0 else min(created + timedelta(days=1), TODAY - timedelta(days=1))
            ),
            "Converted": "1" if status == "Closed - Converted" else "0",
            "Title": "Head of Operations",
            "Country": dice.choice(["Germany", "United Kingdom", "Spain"]),
        }


def _rep(number: int) -> str:
    return f"{FIRST[number % REPS % len(FIRST)]} {LAST[(number % REPS) // 2 % len(LAST)]}-{number % REPS}"


def _tasks(dice: random.Random, leads: list[dict[str, str]], planted: Planted) -> Iterator[dict[str, str]]:
    """Calls by the owner for a part of the leads; each other one of a stranger does not count."""
    for number, lead in enumerate(leads):
        created = datetime.strptime(lead["Create Date"], "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
        in_window = (TODAY.date() - created.date()).days <= 90
        given = in_window and lead["Lead Owner"] != "Marketing Queue" and lead["Lead Status"] in GIVEN
        called = lead["Lead Owner"] != "Marketing Queue" and dice.random() < 0.45
        planted.given += given
        planted.untouched += given and not called
        if called:
            planted.tasks += 1
            at = min(created + timedelta(hours=dice.randrange(1, 60)), TODAY)
            yield {
                "Activity ID": f"00T5g00000{number:05d}", "Lead ID": lead["Lead ID"], "Assigned": lead["Lead Owner"],
                "Subject": "Call", "Task Subtype": "Call", "Call Type": "Outbound", "Closed": "1",
                "Created Date": _local(at), "Completed Date/Time": _local(at),
            }  # fmt: skip


def _hubspot(dice: random.Random, leads: list[dict[str, str]], planted: Planted) -> Iterator[dict[str, str]]:
    for number, lead in enumerate(leads):
        if lead["Lead Source"] == "Purchased List" or dice.random() < 0.2:
            continue
        mql = lead["Lead Status"] == "Open - Not Contacted" and dice.random() < 0.8
        planted.hubspot += 1
        planted.hubspot_mql += mql
        planted.both_mql += mql
        yield _contact(number, lead["First Name"], lead["Last Name"], lead["Email"], lead["Lead ID"], mql=mql)
    for number in range(len(leads) // 40):
        planted.hubspot += 1
        planted.hubspot_mql += 1
        planted.never_arrived += 1
        yield _contact(
            500_000 + number, FIRST[number % 16], LAST[number % 16], f"web{number}@only.example", "", mql=True
        )


def _contact(number: int, first: str, last: str, email: str, lead: str, *, mql: bool) -> dict[str, str]:
    return {
        "Record ID": str(40_000_000 + number), "First Name": first, "Last Name": last, "Email": email,
        "Lead Status": "Open" if mql else "New", "Lifecycle Stage": "Marketing Qualified Lead" if mql else "Lead",
        "Contact owner": "", "Create Date": "2026-10-05 09:12", "Last Modified Date": "2026-11-02 10:00",
        "Salesforce Lead ID": lead,
    }  # fmt: skip


def _wide(row: Mapping[str, str], width: int) -> dict[str, str]:
    return {**row, **{f"Extra column {number}": f"text {number}" for number in range(len(row), width)}}


def _local(at: datetime) -> str:
    return at.strftime("%d/%m/%Y %H:%M")


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Make the files and print what was planted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--leads", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--width", type=int, default=40)
    given = parser.parse_args()
    planted = make(given.folder, given.leads, given.seed, given.width)
    print(json.dumps({name: getattr(planted, name) for name in Planted.__slots__}, ensure_ascii=False))


if __name__ == "__main__":
    main()
