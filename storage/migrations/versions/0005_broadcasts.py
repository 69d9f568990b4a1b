"""notices that two people stand for, with what became of each recipient"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_STATES = (
    "draft",
    "submitted",
    "approved",
    "scheduled",
    "sending",
    "sent",
    "receipt_watch",
    "closed",
    "recalled",
    "refused",
)
_RECIPIENT_STATES = ("waiting", "sent", "failed", "confirmed", "skipped")
_NOT_HANDED_OVER = sa.text("state = 'waiting' AND outbox_id IS NULL")


def _states(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    with op.batch_alter_table("attachments") as batch_op:  # a picture or file of a notice belongs to no message
        batch_op.alter_column("message_id", existing_type=_ROW_ID, nullable=True)
    op.create_table(
        "broadcasts",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("state", _states("broadcaststate", _STATES), nullable=False),
        sa.Column("author_userid", sa.String(length=64), nullable=False),
        sa.Column("reviewer_userid", sa.String(length=64), nullable=True),
        sa.Column("key_id", _ROW_ID, nullable=False),
        sa.Column("wording_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("attachment_id", _ROW_ID, nullable=True),
        sa.Column("audience", sa.String(length=512), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("needs_receipt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("again", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("batches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("submitted_at", _INSTANT, nullable=True),
        sa.Column("approved_at", _INSTANT, nullable=True),
        sa.Column("wanted_at", _INSTANT, nullable=True),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.Column("nudge_due_at", _INSTANT, nullable=True),
        sa.Column("nudged_at", _INSTANT, nullable=True),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("recalled_at", _INSTANT, nullable=True),
        sa.Column("recalled_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_broadcasts_attachment_id")),
        sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f("fk_broadcasts_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index("ix_broadcasts_state", "broadcasts", ["state", "due_at"])
    op.create_table(
        "broadcast_recipients",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("broadcast_id", _ROW_ID, nullable=False),
        sa.Column("recipient", sa.String(length=160), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("state", _states("recipientstate", _RECIPIENT_STATES), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("outbox_id", _ROW_ID, nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("recalled_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_broadcast_recipients_broadcast_id")
        ),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_broadcast_recipients_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_recipients")),
        sa.UniqueConstraint("broadcast_id", "recipient", name=op.f("uq_broadcast_recipients_broadcast_id")),
    )
    op.create_index("ix_broadcast_recipients_state", "broadcast_recipients", ["broadcast_id", "state"])
    op.create_index("ix_broadcast_recipients_outbox", "broadcast_recipients", ["outbox_id"])
    op.create_index(
        "ix_broadcast_recipients_unsent",
        "broadcast_recipients",
        ["broadcast_id", "id"],
        sqlite_where=_NOT_HANDED_OVER,
        postgresql_where=_NOT_HANDED_OVER,
    )
