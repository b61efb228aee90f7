"""The words conditions may use: facts about a person with their types, and where each may be looked at."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class FieldType(StrEnum):
    """What kind of value a fact holds; decides which comparisons make sense."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"


_TEXTS = (
    "first_name", "last_name", "company", "title", "email", "phone", "country", "industry", "lead_source", "import_tag",
    "lifecycle", "owner", "account_owner", "record_source",
)  # fmt: skip
ATTRIBUTES: Mapping[str, FieldType] = MappingProxyType(
    dict.fromkeys(_TEXTS, FieldType.TEXT)
    | {"employees": FieldType.NUMBER}
    | dict.fromkeys(("do_not_call", "opt_out", "converted", "open_opportunity", "won_opportunity"), FieldType.FLAG)
    | {"created_at": FieldType.DAY}
)
"""What the CRMs say about a person, by our field name (mappings/*.yaml); opportunities come from deals and roles."""

LISTED: Mapping[str, FieldType] = MappingProxyType(
    dict.fromkeys(
        ("campaign_name", "campaign_type", "list_name", "list_type", "import_name", "import_source"), FieldType.TEXT
    )
)
"""What the campaigns, lists and imports say that a person is in; only imports.yaml may look at it."""

DERIVED: Mapping[str, FieldType] = MappingProxyType(
    {
        "fit_grade": FieldType.TEXT,
        "interest": FieldType.NUMBER,
        "asked_for_demo_within_days": FieldType.NUMBER,
        "reachable": FieldType.FLAG,
    }
)
"""What crmsync works out itself; only qualification and routing may look at it."""

SOURCE_FIELDS = frozenset({"lead_source", "import_tag", "record_source"})
"""Where a lead came from: only imports.yaml and routing.yaml may look at it."""

ACCEPTS: Mapping[FieldType, tuple[str, ...]] = MappingProxyType(
    {
        FieldType.TEXT: ("is", "in", "contains_any", "starts_with", "matches", "missing"),
        FieldType.NUMBER: ("is", "in", "at_least", "at_most", "between", "missing"),
        FieldType.FLAG: ("is", "missing"),
        FieldType.DAY: ("within", "missing"),
    }
)
"""Which comparisons a type of value takes."""
