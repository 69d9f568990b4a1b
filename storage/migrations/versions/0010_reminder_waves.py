"""steps that many are to hear, written down some at a time"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_OPEN = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "reminder_waves",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("useful_until", _INSTANT, nullable=False),
        sa.Column("after", sa.String(length=320), nullable=False),
        sa.Column("next_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_waves")),
        sa.UniqueConstraint("subject", "edition", "step", "audience", name=op.f("uq_reminder_waves_subject")),
    )
    op.create_index(
        "ix_reminder_waves_open",
        "reminder_waves",
        ["next_at", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
