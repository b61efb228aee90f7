"""Who works at Halden Freight: a dozen reps in two teams, managers, marketing, a queue, and somebody who left."""

from __future__ import annotations

from dataclasses import dataclass

from crmsync.emulator.scenarios.ids import Ids
from crmsync.emulator.wire import Json

Row = dict[str, Json]
DOMAIN = "halden.example"

DACH, UK = "dach", "uk"
# (first, last, team, takes turns in routing.yaml)
_REPS = (
    ("Katrin", "Maier", DACH, True),
    ("Stefan", "Koch", DACH, True),
    ("Lena", "Brandt", DACH, False),
    ("Urs", "Zgraggen", DACH, False),
    ("Mirjam", "Vogel", DACH, False),
    ("Tom", "Baker", UK, True),
    ("Rashid", "Shah", UK, True),
    ("Dele", "Okafor", UK, True),
    ("Fiona", "Quinn", UK, False),
    ("Owen", "Pritchard", UK, False),
    ("Clémence", "Roux", UK, False),
    ("Nuala", "Byrne", UK, False),
)


@dataclass(frozen=True, slots=True)
class Worker:
    """One employee: the Salesforce user, the HubSpot owner of the same e-mail, and their team ("" outside sales)."""

    user: str
    owner: str
    first: str
    last: str
    team: str = ""
    takes_turns: bool = False
    active: bool = True
    manager: str | None = None
    kind: str = "Standard"

    @property
    def email(self) -> str:
        """The address both CRMs know them by, as in k.maier@halden.example."""
        return f"{self.first[0]}.{self.last}@{DOMAIN}".lower()


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, and the queue that nobody is."""

    heads: tuple[Worker, ...]
    reps: tuple[Worker, ...]
    gone: Worker
    marketing: tuple[Worker, ...]
    integration: Worker
    queue: str

    def turns(self, team: str) -> tuple[Worker, ...]:
        """The members of a team who take turns, the one with the double weight first."""
        return tuple(one for one in self.reps if one.team == team and one.takes_turns)

    def everybody(self) -> tuple[Worker, ...]:
        """Every user of the org."""
        return (*self.heads, *self.reps, self.gone, *self.marketing, self.integration)

    def rows(self) -> list[Row]:
        """The load rows: users and the queue in Salesforce, owners in HubSpot."""
        queue: Row = {"Name": "Inbound", "DeveloperName": "Inbound", "Type": "Queue"}
        rows: list[Row] = [{"system": "salesforce", "type": "Group", "id": self.queue, "fields": queue}]
        for one in self.everybody():
            rows.append({"system": "salesforce", "type": "User", "id": one.user, "fields": _user(one)})
            if one is not self.integration:
                rows.append({"system": "hubspot", "type": "owners", "id": one.owner, "fields": _owner(one)})
        return rows


def hire(ids: Ids) -> Staff:
    """The staff, the same for every seed."""

    def worker(first: str, last: str, team: str = "", manager: str | None = None, *, turns: bool = False) -> Worker:
        user, owner = ids.salesforce("User"), ids.hubspot("owners")
        return Worker(user, owner, first, last, team, takes_turns=turns, manager=manager)

    heads = {DACH: worker("Dana", "Ruiz"), UK: worker("Gwen", "Ellis")}
    reps = tuple(worker(first, last, team, heads[team].user, turns=turns) for first, last, team, turns in _REPS)
    gone = Worker(
        ids.salesforce("User"), ids.hubspot("owners"), "Viktor", "Hale", UK, active=False, manager=heads[UK].user
    )
    marketing = (worker("Petra", "Lange"), worker("Ida", "Nilsen"))
    machine = Worker(
        ids.salesforce("User"), ids.hubspot("owners"), "HubSpot", "Integration", kind="CloudIntegrationUser"
    )
    return Staff(tuple(heads.values()), reps, gone, marketing, machine, ids.salesforce("Group"))


def _user(one: Worker) -> Row:
    return {
        "FirstName": one.first,
        "LastName": one.last,
        "Name": f"{one.first} {one.last}",
        "Email": one.email,
        "Username": one.email,
        "IsActive": one.active,
        "ManagerId": one.manager,
        "UserType": one.kind,
    }


def _owner(one: Worker) -> Row:
    return {
        "email": one.email,
        "firstName": one.first,
        "lastName": one.last,
        "type": "PERSON",
        "archived": not one.active,
    }
