"""The second reading: each row as a record that the emulated CRMs can load, and the people its owner columns name."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crmsync.exports.dates import Moment, parsed
from crmsync.exports.labels import ID_FIELD, PREFIX, Cell, Kind
from crmsync.exports.layout import Column, Layout
from crmsync.exports.survey import Export, taken_rows
from crmsync.model.records import Scalar

ToUtc = Callable[[datetime], datetime]
TYPES: Mapping[Kind, str] = {
    Kind.LEADS: "Lead",
    Kind.CONTACTS: "Contact",
    Kind.TASKS: "Task",
    Kind.OPPORTUNITIES: "Opportunity",
    Kind.HUBSPOT: "contacts",
}
SYSTEMS: Mapping[Kind, str] = {kind: "hubspot" if kind is Kind.HUBSPOT else "salesforce" for kind in Kind}
TRUE = frozenset({"1", "true", "yes", "y", "x", "wahr", "ja", "checked"})
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HUBSPOT_WORDS: Mapping[str, Mapping[str, str]] = {
    "lifecyclestage": {
        "marketing qualified lead": "marketingqualifiedlead",
        "sales qualified lead": "salesqualifiedlead",
    },
}


@dataclass(frozen=True, slots=True)
class Loadable:
    """One record as `load` takes it, with the line it came from."""

    line: int
    type: str
    id: str
    fields: Mapping[str, Scalar]

    def row(self) -> dict[str, object]:
        """The JSON row of `load`."""
        return {"type": self.type, "id": self.id, "fields": dict(self.fields)}


@dataclass(slots=True)
class Staff:
    """The people and queues that owner columns name, by (system, id); a name without an id gets one of its own."""

    named: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    roles: dict[tuple[str, str], str] = field(default_factory=dict)

    def owner(self, system: str, given: str, name: str, email: str) -> str:
        """The id of an owner, from what the row tells: the id, else one made from the name."""
        id_ = given or (_made_id(system, name) if name else "")
        if id_ and (name or (system, id_) not in self.named):
            self.named[system, id_] = (name, email)
        return id_

    def rows(self) -> Iterator[tuple[str, dict[str, object]]]:
        """(system, row) of every person and queue, as `load` takes them."""
        for (system, id_), (name, email) in sorted(self.named.items()):
            mail = _mail(id_, name, email)
            if system == "hubspot":
                yield system, {"type": "owners", "id": id_, "fields": {"name": name or f"Owner {id_}", "email": mail}}
            elif id_.startswith("00G"):
                yield (
                    system,
                    {"type": "Group", "id": id_, "fields": {"Name": name or f"Queue {id_[-6:]}", "Type": "Queue"}},
                )
            else:
                first, _, last = name.rpartition(" ") if name else ("", "", f"User {id_[9:15]}")
                fields = {
                    "FirstName": first or None,
                    "LastName": last,
                    "Email": mail,
                    "Username": mail,
                    "IsActive": True,
                }
                yield system, {"type": "User", "id": id_, "fields": fields | {"UserType": "Standard"}}

    def teams(self) -> dict[str, str]:
        """The role or team of every person who has one, by the e-mail they are known by."""
        return {_mail(place[1], *self.named[place]).casefold(): role for place, role in self.roles.items()}


def loadable(export: Export, spelled: Mapping[str, str], staff: Staff, to_utc: ToUtc) -> Iterator[Loadable]:
    """Every row that can be taken, ready to load; a cell that cannot be read is left out.

    `spelled` are HubSpot's internal words by folded label; `to_utc` turns the office's wall clock into UTC.
    """
    layout, kind = export.layout, export.layout.kind
    for line, row in taken_rows(export):
        fields = {one.field: _cell(one, row[one.at], export, to_utc) for one in layout.columns if row[one.at]}
        own = fields.pop(ID_FIELD[kind], None) or _numbered(kind, line)
        _settle_owner(fields, SYSTEMS[kind], staff)
        _settle_names(fields, kind)
        if kind is Kind.HUBSPOT:
            _settle_words(fields, spelled)
        if kind is Kind.TASKS:
            _settle_task(fields, layout)
        kept = {name: value for name, value in fields.items() if value is not None and "." not in name}
        yield Loadable(line, TYPES[kind], str(own), kept)


def _cell(column: Column, text: str, export: Export, to_utc: ToUtc) -> Scalar:
    if column.cell is Cell.FLAG:
        return text.casefold() in TRUE
    if column.cell is Cell.NUMBER:
        return _number(text)
    if column.cell in {Cell.INSTANT, Cell.DAY}:
        moment = parsed(text, export.orders.get(column.field))
        return None if moment is None else _spelled(moment, column.cell, to_utc)
    if column.cell is Cell.ID:
        return text if text.isalnum() else None
    return text


def _spelled(moment: Moment, cell: Cell, to_utc: ToUtc) -> str:
    if cell is Cell.DAY:
        return moment.at.date().isoformat()
    at = moment.at if moment.zoned else to_utc(moment.at)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _number(text: str) -> float | None:
    bare = text.replace(" ", "").replace("\u00a0", "")
    decimal = "," if bare.rfind(",") > bare.rfind(".") and len(bare) - bare.rfind(",") != len(",000") else "."
    kept = "".join(one for one in bare if one.isdigit() or one in {decimal, "-"})
    try:
        return float(kept.replace(decimal, "."))
    except ValueError:
        return None


def _settle_owner(fields: dict[str, Scalar], system: str, staff: Staff) -> None:
    name, mail = (str(fields.get(one) or "") for one in ("Owner.Name", "Owner.Email"))
    target = "hubspot_owner_id" if system == "hubspot" else "OwnerId"
    given = str(fields.get(target) or "")
    if system == "hubspot" and given and not given.isdecimal():
        given, name = "", name or given
    owner = staff.owner(system, given[:15], name, mail)
    fields[target] = owner or None
    role = str(fields.get("Owner.UserRole.Name") or "")
    if owner and role:
        staff.roles[system, owner] = role
    maker, made_by = str(fields.get("CreatedById") or ""), str(fields.get("CreatedBy.Name") or "")
    if maker or made_by:
        fields["CreatedById"] = staff.owner(system, maker[:15], made_by, "") or None


def _settle_names(fields: dict[str, Scalar], kind: Kind) -> None:
    if kind not in {Kind.LEADS, Kind.CONTACTS}:
        return
    whole = str(fields.pop("Name", None) or "")
    if not fields.get("LastName"):
        first, _, last = whole.rpartition(" ")
        fields["LastName"] = last or "(no name)"
        fields.setdefault("FirstName", first or None)


def _settle_words(fields: dict[str, Scalar], spelled: Mapping[str, str]) -> None:
    """A contact export shows labels; the API knows internal words."""
    stage = str(fields.get("lifecyclestage") or "").casefold()
    if stage:
        fields["lifecyclestage"] = HUBSPOT_WORDS["lifecyclestage"].get(stage, stage)
    status = str(fields.get("hs_lead_status") or "")
    if status:
        fields["hs_lead_status"] = spelled.get(status.casefold(), status)


def _settle_task(fields: dict[str, Scalar], layout: Layout) -> None:
    """Older reports lack the subtype: a logged call or e-mail is then known by its call type or its subject."""
    status = str(fields.get("Status") or "").casefold()
    if "IsClosed" not in fields and status:
        fields["IsClosed"] = status in {"completed", "closed", "done"}
    if not layout.has("TaskSubtype"):
        subject = str(fields.get("Subject") or "").casefold()
        if fields.get("CallType") or subject == "call" or subject.startswith(("call:", "call ")):
            fields["TaskSubtype"] = "Call"
        elif subject.startswith(("email:", "e-mail:")):
            fields["TaskSubtype"] = "Email"


def _numbered(kind: Kind, line: int) -> str:
    return str(900_000_000 + line) if kind is Kind.HUBSPOT else f"{PREFIX[kind]}xxLn{line:08d}"


def _made_id(system: str, name: str) -> str:
    number = int.from_bytes(hashlib.blake2b(name.casefold().encode(), digest_size=8).digest(), "big")
    if system == "hubspot":
        return str(100_000_000 + number % 800_000_000)
    digits: list[str] = []
    for _ in range(9):
        number, rest = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[rest])
    return f"{'00G' if is_queue(name) else '005'}xNm{''.join(digits)}"


def is_queue(name: str) -> bool:
    """Whether an owner's name is that of a queue: exports show queues by name only."""
    return "queue" in name.casefold()


def _mail(id_: str, name: str, email: str) -> str:
    return email or f"{_slug(name or id_)}@name-only.invalid"


def _slug(name: str) -> str:
    return ".".join("".join(one if one.isalnum() and one.isascii() else " " for one in name.casefold()).split()) or "x"


def spelled_words(values: Sequence[str]) -> dict[str, str]:
    """HubSpot's internal words by the label that an export shows: `In progress` and `IN_PROGRESS` are IN_PROGRESS."""
    stock = (
        "NEW",
        "OPEN",
        "IN_PROGRESS",
        "OPEN_DEAL",
        "UNQUALIFIED",
        "ATTEMPTED_TO_CONTACT",
        "CONNECTED",
        "BAD_TIMING",
    )
    return {
        spelling: word
        for word in (*stock, *values)
        for spelling in (word.casefold(), word.casefold().replace("_", " "))
    }
