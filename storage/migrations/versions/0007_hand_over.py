"""the send budget counted exactly, sessions that a person holds, people whom staff are to telephone"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_LOOKED_AT = sa.text("look_at IS NOT NULL")
_OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("read_up_to", _ROW_ID, server_default="0", nullable=False))
    for name in ("renewed_at", "human_since", "human_heard_at", "look_at"):
        op.add_column("conversations", sa.Column(name, _INSTANT, nullable=True))
    op.create_index(
        "ix_conversations_look_at",
        "conversations",
        ["look_at"],
        sqlite_where=_LOOKED_AT,
        postgresql_where=_LOOKED_AT,
    )
    op.add_column("outbox", sa.Column("told_at", _INSTANT, nullable=True))
    op.create_table(
        "contact_tasks",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_contact_tasks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_tasks")),
    )
    op.create_index(
        "uq_contact_tasks_open",
        "contact_tasks",
        ["case_id", "why"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_contact_tasks_case", "contact_tasks", ["case_id", "id"])
