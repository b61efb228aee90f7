"""The memory as issue 2 needs it: every table of the first version.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from crmsync.state.tables.base import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table; there is no way back but a backup."""
    _people()
    _crm()
    _work()


def _people() -> None:
    """Persons, passes, clocks and what was seen."""
    op.create_table(
        "assignment",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("pass_number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "pass_number", name=op.f("pk_assignment")),
    )
    op.create_table(
        "clock",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("pass_number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("due_day", sa.String(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "pass_number", "code", "ordinal", name=op.f("pk_clock")),
    )
    op.create_index(op.f("ix_clock_due_at"), "clock", ["due_at"], unique=False)
    op.create_table(
        "link_decision",
        sa.Column("record_a", sa.String(), nullable=False),
        sa.Column("record_b", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record_a", "record_b", name=op.f("pk_link_decision")),
    )
    op.create_table(
        "observation",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("trust", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "field", "at", "value", name=op.f("pk_observation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("survivor", sa.String(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_survivor"), "person", ["survivor"], unique=False)
    op.create_table(
        "pool",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("pointer", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("team", "owner", name=op.f("pk_pool")),
    )
    op.create_table(
        "seen",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("ref", "field", name=op.f("pk_seen")),
    )
    op.create_table(
        "stage_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("pass_number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=True),
        sa.Column("implied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_event")),
        sa.UniqueConstraint(
            "person",
            "pass_number",
            "stage",
            "status",
            "at",
            name=op.f("uq_stage_event_person_pass_number_stage_status_at"),
        ),
    )
    op.create_table(
        "pass",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("status_since", UTCDateTime(), nullable=True),
        sa.Column("human_moved_at", UTCDateTime(), nullable=True),
        sa.Column("with_sales_since", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("resurface_at", UTCDateTime(), nullable=True),
        sa.Column("assignees", sa.String(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_pass_person_person")),
        sa.PrimaryKeyConstraint("person", "number", name=op.f("pk_pass")),
    )
    op.create_index(
        "uq_pass_open",
        "pass",
        ["person"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "person_state",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("dirty", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("mark", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cause", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.Column("dirty_since", UTCDateTime(), nullable=True),
        sa.Column("recheck_at", UTCDateTime(), nullable=True),
        sa.Column("grade", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.Column("interest", sa.Float(), server_default="0", nullable=False),
        sa.Column("shown", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.Column("score_at", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_person_state_person_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_person_state")),
    )
    op.create_index(
        "ix_person_state_dirty",
        "person_state",
        ["dirty_since", "person"],
        unique=False,
        sqlite_where=sa.text("dirty = 1"),
        postgresql_where=sa.text("dirty"),
    )
    op.create_index(op.f("ix_person_state_recheck_at"), "person_state", ["recheck_at"], unique=False)


def _crm() -> None:
    """What the CRMs told us."""
    op.create_table(
        "activity",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("disposition_raw", sa.String(), nullable=True),
        sa.Column("modified_at", UTCDateTime(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("task_key", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("twin_of", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_task_key"), "activity", ["task_key"], unique=False)
    op.create_table(
        "activity_party",
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("activity", "ref", name=op.f("pk_activity_party")),
    )
    op.create_index(op.f("ix_activity_party_ref"), "activity_party", ["ref"], unique=False)
    op.create_table(
        "cursor",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("spec_digest", sa.String(), nullable=False),
        sa.Column("upper", UTCDateTime(), nullable=True),
        sa.Column("position", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("system", "stream", name=op.f("pk_cursor")),
    )
    op.create_table(
        "described",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("system", "object", name=op.f("pk_described")),
    )
    op.create_table(
        "identity_key",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "ref", name=op.f("pk_identity_key")),
    )
    op.create_index(op.f("ix_identity_key_ref"), "identity_key", ["ref"], unique=False)
    op.create_table(
        "owner",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("manager", sa.String(), nullable=True),
        sa.Column("integration", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("system", "id", name=op.f("pk_owner")),
    )
    op.create_index(op.f("ix_owner_key"), "owner", ["key"], unique=False)
    op.create_table(
        "record_alias",
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("old", name=op.f("pk_record_alias")),
    )
    op.create_index(op.f("ix_record_alias_new"), "record_alias", ["new"], unique=False)
    op.create_table(
        "shape",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("names", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_shape")),
    )
    op.create_table(
        "record",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("modified_at", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("converted", sa.Boolean(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=True),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("link_cause", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.Column("ambiguous", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("match_due", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_record_person_person")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_id"), "record", ["id"], unique=False)
    op.create_index(
        "ix_record_match_due",
        "record",
        ["ref"],
        unique=False,
        sqlite_where=sa.text("match_due = 1"),
        postgresql_where=sa.text("match_due"),
    )
    op.create_index(op.f("ix_record_name_key"), "record", ["name_key"], unique=False)
    op.create_index(op.f("ix_record_owner"), "record", ["owner"], unique=False)
    op.create_index(op.f("ix_record_person"), "record", ["person"], unique=False)


def _work() -> None:
    """Cycles, decisions, plans and writes."""
    op.create_table(
        "agreement_version",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("first_active", UTCDateTime(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_agreement_version")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
    )
    op.create_table(
        "intent",
        sa.Column("op_id", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("task_key", sa.String(), nullable=False),
        sa.Column("task_owner", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("vendor_values", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=True),
        sa.Column("result_ref", sa.String(), nullable=True),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("op_id", name=op.f("pk_intent")),
    )
    op.create_index(op.f("ix_intent_at"), "intent", ["at"], unique=False)
    op.create_index(op.f("ix_intent_person"), "intent", ["person"], unique=False)
    op.create_index("ix_intent_plan_seq", "intent", ["plan", "seq"], unique=False)
    op.create_index(op.f("ix_intent_state"), "intent", ["state"], unique=False)
    op.create_index(
        "uq_intent_task_key_open",
        "intent",
        ["task_key"],
        unique=True,
        sqlite_where=sa.text("task_key <> '' AND state IN ('intent', 'sent', 'in_doubt', 'retryable')"),
        postgresql_where=sa.text("task_key <> '' AND state IN ('intent', 'sent', 'in_doubt', 'retryable')"),
    )
    op.create_table(
        "lease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
    )
    op.create_table(
        "plan",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_plan")),
    )
    op.create_index(op.f("ix_plan_state"), "plan", ["state"], unique=False)
    op.create_table(
        "quota",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("system", "day", name=op.f("pk_quota")),
    )
    op.create_table(
        "set_aside",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_seen", UTCDateTime(), nullable=False),
        sa.Column("last_seen", UTCDateTime(), nullable=False),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", "field", "cause", name=op.f("pk_set_aside")),
    )
    op.create_index(op.f("ix_set_aside_person"), "set_aside", ["person"], unique=False)
    op.create_table(
        "change",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("task_key", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdict_code", sa.String(), nullable=False),
        sa.Column("verdict_facts", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("op_id", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["plan"], ["plan.digest"], name=op.f("fk_change_plan_plan")),
        sa.PrimaryKeyConstraint("plan", "seq", name=op.f("pk_change")),
        sa.UniqueConstraint("plan", "ref", "field", "task_key", name=op.f("uq_change_plan_ref_field_task_key")),
    )
    op.create_index(op.f("ix_change_person"), "change", ["person"], unique=False)
    op.create_table(
        "decision",
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["cycle"], ["cycle.id"], name=op.f("fk_decision_cycle_cycle")),
        sa.PrimaryKeyConstraint("cycle", "person", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_person"), "decision", ["person"], unique=False)
