"""The agreement as plain values. Read from `mappings/agreement/*.yaml` by `agreement.read`; decides everything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum


class Stage(StrEnum):
    """The funnel stages. The first eight are the success path in order; the rest are detours."""

    RAW = "RAW"
    INQUIRY = "INQUIRY"
    MAQL = "MAQL"
    LAL = "LAL"
    MQL = "MQL"
    SAL = "SAL"
    SQL = "SQL"
    WON = "WON"
    RECYCLED = "RECYCLED"
    DISQUALIFIED = "DISQUALIFIED"
    LOST = "LOST"

    @property
    def order(self) -> int | None:
        """The place on the success path; detours have none."""
        return SUCCESS_PATH.index(self) if self in SUCCESS_PATH else None


SUCCESS_PATH = (Stage.RAW, Stage.INQUIRY, Stage.MAQL, Stage.LAL, Stage.MQL, Stage.SAL, Stage.SQL, Stage.WON)


class Team(StrEnum):
    """Who may own a status or move a lead. `daemon` is crmsync itself, `conversion` a conversion in the CRM."""

    MARKETING = "marketing"
    LDR = "ldr"
    HANDOFF = "handoff"
    SALES = "sales"
    NOBODY = "nobody"
    DAEMON = "daemon"
    CONVERSION = "conversion"


@dataclass(frozen=True, slots=True)
class Move:
    """One legal next status and who may make the move."""

    to: str
    by: frozenset[Team]


@dataclass(frozen=True, slots=True)
class Status:
    """One agreed status: stage, owning side, how each system spells it, what may follow, what an entry needs.

    Where several statuses share a stage, one of them `stands_for_stage`. A system without a word for it is not in
    `spelled`.
    """

    name: str
    stage: Stage
    owned_by: Team
    spelled: Mapping[str, str]
    next: tuple[Move, ...]
    only_by_conversion: bool = False
    needs: frozenset[str] = frozenset()
    stands_for_stage: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A signed answer to one illegal move, e.g. accepted-by-LDR back to inquiry becomes recycled."""

    from_status: str
    to_status: str
    becomes: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AgreedException:
    """A value that looks like a call outcome but that both sides want to keep as a status, until a day."""

    value: str
    system: str
    means: str
    agreed_by: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What replaces the status: keep it (all None), one status, or one of two by the lead's fit grade."""

    status: str | None = None
    fit_at_least: str | None = None
    then: str | None = None
    otherwise: str | None = None

    @property
    def keeps(self) -> bool:
        """Whether the last proper status stays."""
        return self.status is None and self.then is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A call outcome (disposition) or a reason found in a status field: how it is spelled, what it does.

    `is_reason` tells a reason from a call outcome. `spoke` is None where the word does not tell.
    `line` is the place in the file, quoted in explanations.
    """

    name: str
    found_as: tuple[str, ...]
    effect: Effect
    reason: str | None = None
    spoke: bool | None = None
    is_reason: bool = False
    counts_as_attempt: bool = False
    hubspot_outcome: str | None = None
    set_opt_out_fields: bool = False
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SystemValue:
    """A value some machine writes: no claim; replaced only where declared so."""

    value: str
    replace: bool = False


class Op(StrEnum):
    """The closed set of comparisons a condition may use."""

    IS = "is"
    IN = "in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    CONTAINS_ANY = "contains_any"
    STARTS_WITH = "starts_with"
    MATCHES = "matches"
    WITHIN = "within"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Compare:
    """One field compared with a value; `provided_by` names who must supply the answer."""

    field: str
    op: Op
    value: object
    provided_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: "Condition"


Condition = Compare | All | AnyOf | Not


@dataclass(frozen=True, slots=True)
class ImportList:
    """One bought list: from whom, on what basis, until when it may be used."""

    name: str
    vendor: str
    obtained: date | None = None
    size: int | None = None
    cost: str = ""
    legal_basis: str = ""
    people_informed_by: date | None = None
    may_be_used_until: date | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """So many records made by one user or program within so short a time were not made by hand."""

    at_least: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Imports:
    """How bought names are recognised and what lets them out. `leaves_raw_when`: form reply inbound_call ...

    Being in one of the `lists` makes a name bought by itself. `burst` is None where it was not agreed on.
    """

    recognise: Condition
    raw_status: str
    leaves_raw_when: frozenset[str]
    lists: tuple[ImportList, ...] = ()
    burst: Burst | None = None

    @property
    def burst_within(self) -> timedelta | None:
        """The time within which records made together are counted, where that was agreed on."""
        return self.burst.within if self.burst else None


@dataclass(frozen=True, slots=True)
class Qualification:
    """What makes an inquiry a lead: a condition over facts, the exclusions, the expected share of inquiries."""

    ready: Condition
    never: frozenset[str] = frozenset()
    expected_share: tuple[float, float] = (0.05, 0.15)
    unknown_means: str = "ask_ldr"
    source_exception: str = ""


@dataclass(frozen=True, slots=True)
class FitTerm:
    """Points for one attribute; `field` is our field name, `when` the condition that earns them."""

    name: str
    when: Condition
    points: float
    field: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One kind of behaviour: points, half-life in days, repeat factor, group, and what activity counts as it."""

    name: str
    points: float
    half_life_days: float
    group: str
    repeat: float = 1.0
    kind: str = ""
    label_matches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scoring:
    """Fit as a grade and interest as a number that fades.

    `grades` are (grade, at least so many of 100 fit points), best first. `enter` and `leave` are the interest at
    which a person becomes and stops being a candidate for sales: two numbers, so that score and status settle.
    `known_share_needed` below it the grade is "D?". `window_days` bounds what counts as a repeat.
    """

    fit: tuple[FitTerm, ...]
    fit_max: float
    grades: tuple[tuple[str, float], ...]
    signals: tuple[Signal, ...]
    group_limits: Mapping[str, float]
    interest_max: float
    enter: float
    leave: float
    window_days: int
    known_share_needed: float
    step: int


@dataclass(frozen=True, slots=True)
class Office:
    """Office hours: weekdays (0 = Monday), opening and closing time, zone, holiday calendars, extra days."""

    weekdays: tuple[int, ...]
    opens: time
    closes: time
    zone: str
    holidays: tuple[str, ...] = ()
    add: tuple[date, ...] = ()
    remove: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One promise: who owes it, its cut-off before closing, whom a miss tells. `due` is `same working day`."""

    code: str
    owed_by: Team
    due: str
    cut_off: timedelta
    touches: frozenset[str]
    starts: str = "a sales owner is set"
    stops: str = "first touch by the owner or their team"
    when_missed: tuple[str, ...] = ("due: owner by task",)


@dataclass(frozen=True, slots=True)
class Sla:
    """The promises with the calendar they run on and the caps against alarm fatigue."""

    office: Office
    clocks: tuple[ClockRule, ...]
    tasks_per_owner_per_day: int
    task_system: str
    contact: str
    people_in_reports: str = "team"

    def clock(self, code: str) -> ClockRule | None:
        """The promise with that code."""
        return next((one for one in self.clocks if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a routing team: owner key (e-mail) and weight."""

    owner: str
    weight: int


@dataclass(frozen=True, slots=True)
class RoutingTeam:
    """Who takes turns."""

    name: str
    members: tuple[Member, ...]
    at_most_open: int | None = None


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """The first rule whose condition holds names the team; `relationship` names a field with an owner key instead."""

    when: Condition | None
    team: str | None = None
    relationship: str | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """Who gets a lead, and when an owner may be changed at all. `not_sales`: owner keys that are no sales owners."""

    change_owner_only_if: frozenset[str]
    order: tuple[RoutingRule, ...]
    teams: Mapping[str, RoutingTeam]
    fallback_queue: str = ""
    not_sales: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signoff:
    """One signature over one content hash."""

    role: str
    name: str
    job: str
    on: date
    content: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The whole agreement. `content` is the hash over its parsed meaning (comments, order and sign-offs excluded)."""

    company: str
    go_live: date
    words: Mapping[str, str]
    must_sign: tuple[str, ...]
    home: Mapping[Team, str]
    statuses: Mapping[str, Status]
    corrections: tuple[Correction, ...]
    exceptions: tuple[AgreedException, ...]
    on_illegal: str
    outcomes: Mapping[str, Outcome]
    system_values: tuple[SystemValue, ...]
    leave_alone: frozenset[str]
    reasons: frozenset[str]
    resurface_days: Mapping[str, int]
    not_in_funnel: Condition | None
    imports: Imports
    qualification: Qualification
    scoring: Scoring
    sla: Sla
    routing: Routing
    quiet_minutes: int
    next_review: date | None
    content: str = ""
    version: int = 0
    signoffs: tuple[Signoff, ...] = field(default=())

    def status_for(self, stage: Stage) -> Status | None:
        """The status that stands for a stage, whatever the order of the file."""
        sharing = [one for one in self.statuses.values() if one.stage is stage]
        return next((one for one in sharing if one.stands_for_stage), sharing[0] if sharing else None)

    @property
    def signed(self) -> bool:
        """Whether sales and marketing signed exactly this content, all required jobs included, nobody twice."""
        valid = [one for one in self.signoffs if one.content == self.content]
        if len({one.name.casefold() for one in valid}) < len(valid):
            return False
        roles = {one.role for one in valid}
        jobs = {one.job.casefold() for one in valid}
        return {"sales", "marketing"} <= roles and all(job.casefold() in jobs for job in self.must_sign)
