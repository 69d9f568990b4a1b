"""alarms, addresses of the page of numbers, nightly findings, and what these are counted by"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_OPEN = sa.text("cleared_at IS NULL")
_UNSETTLED = sa.text("settled_at IS NULL")
_UNSENT = sa.text("state IN ('waiting', 'leased') AND purpose IN ('answer', 'referral', 'receipt')")
_SENT = sa.text("sent_at IS NOT NULL")
_PARKED = sa.text("state = 'parked'")


def upgrade() -> None:
    op.create_table(
        "delivery_alarms",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.Column("told_row_id", _ROW_ID, nullable=True),
        sa.Column("cleared_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_alarms")),
    )
    op.create_index(
        "uq_delivery_alarms_open",
        "delivery_alarms",
        ["kind", "errcode"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "delivery_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("userid", sa.String(length=64), nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_delivery_links")),
    )
    op.create_index(op.f("ix_delivery_links_userid"), "delivery_links", ["userid"])
    op.create_table(
        "delivery_findings",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("settled_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_findings")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_delivery_findings_kind")),
    )
    op.create_index(
        "ix_delivery_findings_open",
        "delivery_findings",
        ["kind", "id"],
        sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )
    op.create_table(
        "unreached_members",
        sa.Column("userid", sa.String(length=64), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("userid", "on_date", name=op.f("pk_unreached_members")),
    )
    op.create_index("ix_unreached_members_day", "unreached_members", ["on_date"])
    op.create_index("ix_outbox_unsent", "outbox", ["created_at"], sqlite_where=_UNSENT, postgresql_where=_UNSENT)
    op.create_index(
        "ix_outbox_sent", "outbox", ["sent_at", "purpose", "case_id"], sqlite_where=_SENT, postgresql_where=_SENT
    )
    op.create_index("ix_inbox_parked", "inbox", ["id"], sqlite_where=_PARKED, postgresql_where=_PARKED)
    op.create_index("ix_conversations_window", "conversations", ["window_until", "budget_left"])
