"""How the files that say what is done are written: imports, qualification, scoring, SLA, routing."""

from typing import Annotated, Literal

from pydantic import Field

from crmsync.agreement.conditions import ConditionShape
from crmsync.agreement.meaning import Mover, Shape
from crmsync.agreement.written import BeforeClosing, Never, Weekdays
from crmsync.settings.units import Day, Duration, Hours, OneOrMore, Share, Text

Points = Annotated[float, Field(ge=-1000, le=1000)]
Positive = Annotated[int, Field(ge=1)]


class WhileRawShape(Shape):
    """What a bought name gets until it does something."""

    status: Text
    sales_owner: Never = False
    sales_clock: Never = False


class LeavesShape(Shape):
    """What lets a bought name out."""

    any_of: Annotated[list[Literal["form", "reply", "inbound_call", "meeting", "human_click"]], Field(min_length=1)]


class CostShape(Shape):
    """What a list cost."""

    amount: Annotated[float, Field(ge=0)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class BasisShape(Shape):
    """Why we may use a list (GDPR Art. 6) and in which countries."""

    article_6: Literal["a", "b", "c", "d", "e", "f"]
    assessment: Text | None = None
    countries: list[Text] = Field(default_factory=list)


class ListShape(Shape):
    """One bought list."""

    vendor: Text
    obtained: Day | None = None
    size: Positive | None = None
    cost: CostShape | None = None
    legal_basis: BasisShape | None = None
    people_informed_by: Day | None = None
    may_be_used_until: Day | None = None


class BurstShape(Shape):
    """How many records one user or program makes, and in what time, for nobody to have typed them."""

    at_least: Annotated[int, Field(ge=10)]
    within: Duration


class ImportsFile(Shape):
    """imports.yaml: names that were bought."""

    recognise_as_bought: ConditionShape
    or_made_in_a_burst: BurstShape | None = None
    while_raw: WhileRawShape
    leaves_raw_when: LeavesShape
    lists: dict[str, ListShape] = Field(default_factory=dict)


class BandShape(Shape):
    """From one share to another."""

    from_: Annotated[Share, Field(alias="from")]
    to: Share


class SourceExceptionShape(Shape):
    """The one way to let a rule look at where a lead came from: named, reasoned, with an end."""

    agreed_by: Text
    why: Text
    until: Day


class SalesReadyShape(Shape):
    """The condition (`all` or `any`) and what is never a lead, whatever the condition says."""

    all_: Annotated[list[ConditionShape] | None, Field(alias="all", min_length=1)] = None
    any_: Annotated[list[ConditionShape] | None, Field(alias="any", min_length=1)] = None
    never: list[Text] = Field(default_factory=list)


class QualificationFile(Shape):
    """qualification.yaml: what makes an inquiry a lead."""

    sales_ready: SalesReadyShape
    unknown_means: Literal["ask_ldr"] = "ask_ldr"
    expected_share_of_inquiries: BandShape | None = None
    may_read_lead_source: SourceExceptionShape | None = None


class FitShape(Shape):
    """Points for one attribute."""

    when: ConditionShape
    points: Annotated[float, Field(gt=0, le=1000)]


class SignalShape(Shape):
    """One kind of behaviour; `label_has` picks activities by any part of their label."""

    points: Points
    halves_every: Duration
    group: Text
    from_: Annotated[
        Literal["form", "page_view", "inbound_email", "inbound_call", "meeting", "email_open", "email_click"],
        Field(alias="from"),
    ]
    label_has: Annotated[list[Text], OneOrMore] = Field(default_factory=list)
    repeat_counts: Share = 1.0


class HandedOverShape(Shape):
    """At what interest somebody becomes, and stops being, a candidate for sales."""

    becomes_at: Points
    falls_back_below: Points


class WriteShape(Shape):
    """When the score is written to a CRM again."""

    when_step_changes: Annotated[int, Field(ge=1, le=100)]


class ScoringFile(Shape):
    """scoring.yaml: fit as a grade, interest as a number that fades."""

    fit: dict[str, FitShape]
    grades: dict[str, Annotated[float, Field(ge=0, le=100)]]
    known_share_needed: Share = 0.6
    interest: dict[str, SignalShape]
    group_limits: dict[str, Annotated[float, Field(gt=0, le=100)]] = Field(default_factory=dict)
    repeats_within_days: Positive = 90
    handed_over: HandedOverShape
    write_to_crm: WriteShape


class OfficeShape(Shape):
    """Office days and hours, their zone, holidays, and single days that are open or closed all the same."""

    days: Weekdays
    hours: Hours
    zone: Text
    holidays: list[Text] = Field(default_factory=list)
    also_open: list[Day] = Field(default_factory=list)
    also_closed: list[Day] = Field(default_factory=list)


class MissedShape(Shape):
    """What follows a missed deadline."""

    at: Literal["due"]
    tell: Literal["owner"]
    by: Literal["task"]


class ClockShape(Shape):
    """One promise."""

    owed_by: Mover
    starts: Literal["a sales owner is set"]
    stops: Literal["first touch by the owner or their team"]
    touches: Annotated[list[Literal["call", "personal_email", "meeting"]], Field(min_length=1)]
    due: Literal["same working day"]
    cut_off: BeforeClosing
    when_missed: list[MissedShape]


class QuietShape(Shape):
    """Caps against too many tasks."""

    tasks_per_owner_per_day: Positive


class SlaFile(Shape):
    """sla.yaml: how fast each side must act."""

    office: OfficeShape
    clocks: Annotated[dict[str, ClockShape], Field(min_length=1)]
    quiet: QuietShape
    tasks_in: Text
    questions_to: Text
    people_in_reports: Literal["off", "team", "named"] = "team"


class RouteShape(Shape):
    """One line of the order: a condition and who gets it, or who gets the rest."""

    when: ConditionShape | None = None
    give_to: Text | None = None
    otherwise: Text | None = None


class RouteTeamShape(Shape):
    """Who takes turns, with weights."""

    members: Annotated[dict[str, Annotated[int, Field(ge=1, le=100)]], Field(min_length=1)]
    at_most_open: Positive | None = None


class NobodyShape(Shape):
    """Where leads wait when nobody can take them."""

    give_to: Text


class RoutingFile(Shape):
    """routing.yaml: who gets a lead."""

    change_owner_only_if: list[Literal["no owner", "owner is a queue", "owner is inactive"]]
    order: Annotated[list[RouteShape], Field(min_length=1)]
    teams: dict[str, RouteTeamShape]
    nobody_available: NobodyShape | None = None
    not_sales: list[Text] = Field(default_factory=list)
