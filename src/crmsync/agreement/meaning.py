"""How the files that say what words mean are written: definitions, statuses, dispositions, sign-offs."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from crmsync.agreement.conditions import ConditionShape
from crmsync.agreement.model import Stage, Team
from crmsync.settings.units import STRICT, Day, OneOrMore, Text, Truth, refuse, shown

Mover = Annotated[Team, Field(strict=False)]


class Shape(BaseModel):
    """A strict group of keys."""

    model_config = STRICT


class DefinitionsFile(Shape):
    """definitions.yaml: the words, who stands behind them, and from when it counts."""

    company: Text
    go_live: Day
    must_sign: Annotated[list[Text], Field(min_length=1)]
    next_review: Day | None = None
    words: dict[str, Text] = Field(default_factory=dict)


class MoveShape(Shape):
    """One legal next status; who may move, where it is not the owning side."""

    to: Text
    by: Annotated[list[Mover], OneOrMore] | None = None


def _as_move(written: object) -> object:
    return {"to": written} if isinstance(written, str) else written


Next = Annotated[MoveShape, BeforeValidator(_as_move, json_schema_input_type=str | MoveShape)]


class StatusShape(Shape):
    """One status; the spelling in each CRM stands under that CRM's name (see `read.statuses_file`)."""

    stage: Annotated[Stage, Field(strict=False)]
    owned_by: Mover
    next: list[Next]
    only_by: Literal["conversion"] | None = None
    needs: list[Literal["reason", "return_date"]] = Field(default_factory=list)
    stands_for_stage: Truth = False

    def spelling(self, system: str) -> str | None:
        """How that CRM spells it; None where it is declared to have no word for it, or says nothing."""
        written = getattr(self, system, None)
        return written if isinstance(written, str) else None


class CorrectionShape(Shape):
    """A move that is put right in one agreed way."""

    from_: Annotated[Text, Field(alias="from")]
    to: Text
    becomes: Text
    reason: Text | None = None


class ExceptionShape(Shape):
    """A value that looks like a call outcome but stays a status."""

    value: Text
    in_: Annotated[Text, Field(alias="in")]
    means: Text
    agreed_by: Text
    until: Day | None = None


class SystemValueShape(Shape):
    """A value some machine writes."""

    value: Text
    replace: Truth = False


class StatusesFile(Shape):
    """statuses.yaml without the spellings; `statuses` is narrowed to the CRMs in use by `statuses_file`."""

    statuses: dict[str, StatusShape]
    home: dict[Mover, Text]
    on_illegal: Literal["adopt", "correct"] = "adopt"
    corrections: list[CorrectionShape] = Field(default_factory=list)
    agreed_exceptions: list[ExceptionShape] = Field(default_factory=list)
    system_values: list[SystemValueShape] = Field(default_factory=list)
    not_in_funnel: ConditionShape | None = None
    quiet_minutes: Annotated[int, Field(ge=0)] = 60


class EffectShape(Shape):
    """One status, or one of two by the fit grade."""

    status: Text | None = None
    when_fit_at_least: Text | None = None
    then: Text | None = None
    otherwise: Text | None = None


def _as_effect(written: object) -> object:
    if isinstance(written, str):
        return {"status": written}
    needed = {"when_fit_at_least", "then", "otherwise"}
    if not isinstance(written, dict) or set(written) != needed:
        raise refuse(
            "this does not say what becomes of the status.",
            "Write keep, a status, or {when_fit_at_least: B, then: ..., otherwise: ...}.",
        )
    return written


def _spoke(written: object) -> bool | None:
    answers = {"yes": True, "no": False, True: True, False: False, "unknown": None}
    if isinstance(written, str | bool) and written in answers:
        return answers[written]
    raise refuse(f"{shown(written)} is no answer.", "Write yes, no or unknown.")


Effect = Annotated[EffectShape, BeforeValidator(_as_effect, json_schema_input_type=str | EffectShape)]
Spoke = Annotated[
    bool | None, BeforeValidator(_spoke, json_schema_input_type=Literal["yes", "no", "unknown", True, False])
]
Words = Annotated[list[Text], Field(min_length=1)]


class OutcomeShape(Shape):
    """One call outcome: how it is spelled and what it does to a status."""

    found_as: Words
    status: Effect
    spoke_to_them: Spoke = None
    hubspot_outcome: Text | None = None
    reason: Text | None = None
    counts_as: Literal["one attempt"] | None = None
    set_opt_out_fields: Truth = False


class ReasonShape(Shape):
    """Why somebody left the path, found where a status should be."""

    found_as: Words
    status: Effect
    reason: Text


class DispositionsFile(Shape):
    """dispositions.yaml: what happened on one call, or why somebody left."""

    outcomes: dict[str, OutcomeShape]
    reasons: dict[str, ReasonShape] = Field(default_factory=dict)
    exit_reasons: Words
    come_back_after_days: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    leave_alone: list[Text] = Field(default_factory=list)
    unknown_value: Literal["ask"] = "ask"


class SignoffShape(Shape):
    """One signature; `agreement` is the number of the content that was signed."""

    role: Literal["sales", "marketing"]
    name: Text
    job: Text
    on: Day
    agreement: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    evidence: Text | None = None


def _or_none_yet(written: object) -> object:
    return [] if written is None else written


class SignoffsFile(Shape):
    """signoffs.yaml: who signed which content."""

    signoffs: Annotated[
        list[SignoffShape], BeforeValidator(_or_none_yet, json_schema_input_type=list[SignoffShape] | None)
    ] = Field(default_factory=list)
