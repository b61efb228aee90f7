"""Plans that take back what a cycle wrote.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A plan may name the cycle it undoes; there is no way back but a backup."""
    op.add_column("plan", sa.Column("undoes", sa.Integer(), nullable=True))
