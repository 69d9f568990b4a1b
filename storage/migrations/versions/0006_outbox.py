"""the outbox: what the limits count by, rows that leave with another, gates of APIs, the media shelf"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_WAITING = sa.text("state = 'waiting'")
_WITH_ANOTHER = sa.text("leaves_with IS NOT NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("paced_at", _INSTANT, nullable=True))
    op.add_column("outbox", sa.Column("leaves_with", _ROW_ID, nullable=True))
    op.execute("UPDATE outbox SET paced_at = coalesce(sent_at, lease_until) WHERE channel = 'app'")
    op.create_index("ix_outbox_paced", "outbox", ["paced_at"])
    op.create_index(
        "ix_outbox_next",
        "outbox",
        ["priority", "due_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_outbox_leaves_with",
        "outbox",
        ["leaves_with"],
        sqlite_where=_WITH_ANOTHER,
        postgresql_where=_WITH_ANOTHER,
    )
    op.create_table(
        "api_gates",
        sa.Column("api", sa.String(length=64), nullable=False),
        sa.Column("blocked_until", _INSTANT, nullable=True),
        sa.Column("blocks", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("narrowed_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("api", name=op.f("pk_api_gates")),
    )
    op.create_table(
        "shelved_media",
        sa.Column("attachment_id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("media_id", sa.String(length=256), nullable=True),
        sa.Column("until", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_shelved_media_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_shelved_media")),
    )
