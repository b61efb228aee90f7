"""Lists, memberships, deals, the CRMs' own histories; who made what; who is away.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from crmsync.state.tables.base import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables, and columns that say nothing until rows are read again; there is no way back but a backup."""
    _columns()
    _lists()
    _deals_and_history()


def _columns() -> None:
    op.add_column("record", sa.Column("created_by", sa.String(), nullable=True))
    op.create_index("ix_record_created_by_created_at", "record", ["created_by", "created_at"], unique=False)
    op.add_column("activity", sa.Column("made_by", sa.String(), nullable=True))
    op.add_column("owner", sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("owner", sa.Column("away_until", UTCDateTime(), nullable=True))
    op.add_column("owner", sa.Column("teams", sa.String(), nullable=False, server_default=sa.text("'[]'")))
    op.create_index(op.f("ix_owner_integration"), "owner", ["integration"], unique=False)
    for name in ("by", "actor"):
        op.add_column("observation", sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''")))


def _lists() -> None:
    op.create_table(
        "people_list",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=True),
        sa.Column("modified_at", UTCDateTime(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("filled", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_people_list")),
    )
    op.create_index(op.f("ix_people_list_filled"), "people_list", ["filled"], unique=False)
    op.create_table(
        "membership",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("ref", "record", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_record"), "membership", ["record"], unique=False)
    op.create_index(op.f("ix_membership_group"), "membership", ["group"], unique=False)


def _deals_and_history() -> None:
    op.create_table(
        "deal",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=True),
        sa.Column("won", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("modified_at", UTCDateTime(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_deal")),
    )
    op.create_table(
        "history_entry",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_history_entry")),
    )
    op.create_index(op.f("ix_history_entry_record"), "history_entry", ["record"], unique=False)
