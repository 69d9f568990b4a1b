"""the duty record: kinds, evidence, corrections, confirmations, drafts, the published heads of the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_UNSETTLED = sa.text("settled_at IS NULL")


def upgrade() -> None:
    _widen_entries()
    op.create_table(
        "duty_stamps",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("entry_id", _ROW_ID, nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["duty_entries.id"], name=op.f("fk_duty_stamps_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_stamps")),
        sa.UniqueConstraint("entry_id", "event", "at", name=op.f("uq_duty_stamps_entry_id")),
    )
    op.create_table(
        "duty_drafts",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("userid", sa.String(length=64), nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.String(length=128), nullable=False),
        sa.Column("key_id", _ROW_ID, nullable=False),
        sa.Column("draft_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("corrects_id", _ROW_ID, nullable=True),
        sa.Column("asked", sa.String(length=16), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("touched_at", _INSTANT, nullable=False),
        sa.Column("settled_at", _INSTANT, nullable=True),
        sa.Column("entry_id", _ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["corrects_id"], ["duty_entries.id"], name=op.f("fk_duty_drafts_corrects_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["duty_entries.id"], name=op.f("fk_duty_drafts_entry_id")),
        sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f("fk_duty_drafts_key_id")),
        sa.ForeignKeyConstraint(
            ["representative_code"], ["representatives.code"], name=op.f("fk_duty_drafts_representative_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_drafts")),
        sa.UniqueConstraint("source_key", name=op.f("uq_duty_drafts_source_key")),
    )
    op.create_index(
        "ix_duty_drafts_open",
        "duty_drafts",
        ["userid", "id"],
        sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )
    op.create_table(
        "ledger_days",
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("chain", "on_date", name=op.f("pk_ledger_days")),
    )
    op.add_column("messages", sa.Column("round", sa.Integer(), nullable=True))
    op.add_column("attachments", sa.Column("duty_draft_id", _ROW_ID, nullable=True))
    op.create_index(op.f("ix_attachments_duty_draft_id"), "attachments", ["duty_draft_id"])


def _widen_entries() -> None:
    """Added in place: SQLite would otherwise copy a table that others refer to."""
    for column in (
        sa.Column("form", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("own", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("lane", sa.String(length=16), nullable=False, server_default=sa.text("''")),
        sa.Column("occurred_on", sa.Date(), nullable=False, server_default="1970-01-01"),
        sa.Column("recorded_at", _INSTANT, nullable=True),
        sa.Column("recorded_by", sa.String(length=64), nullable=False, server_default=sa.text("''")),
        sa.Column("subject", sa.String(length=96), nullable=True),
        sa.Column("root_id", _ROW_ID, nullable=True),
        sa.Column("corrects_id", _ROW_ID, nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("people", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("opinions", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("proposals", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("details_digest", sa.String(length=64), nullable=False, server_default=sa.text("''")),
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.Column("disputed_at", _INSTANT, nullable=True),
        sa.Column("passed_at", _INSTANT, nullable=True),
        sa.Column("returned_at", _INSTANT, nullable=True),
        sa.Column("released_at", _INSTANT, nullable=True),
        sa.Column("corrected_at", _INSTANT, nullable=True),
    ):
        op.add_column("duty_entries", column)
    # The local day of what is there, in the zone of the law; `verify` knows these by their form.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE duty_entries SET occurred_on = (occurred_at AT TIME ZONE 'Asia/Shanghai')::date")
    else:
        op.execute("UPDATE duty_entries SET occurred_on = date(occurred_at, '+8 hours')")
    op.create_index("ix_duty_entries_subject", "duty_entries", ["subject", "representative_code"], unique=True)
    op.create_index("ix_duty_entries_corrects_id", "duty_entries", ["corrects_id"], unique=True)
    op.create_index("ix_duty_entries_root_id", "duty_entries", ["root_id"])
    op.create_index("ix_duty_entries_of", "duty_entries", ["representative_code", "occurred_on"])
    op.create_index("ix_duty_entries_at", "duty_entries", ["station_code", "occurred_on"])
    op.create_index("ix_duty_entries_recorded_at", "duty_entries", ["recorded_at"])
