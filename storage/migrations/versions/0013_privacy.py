"""people's rights over their own words: notice and consent, requests, erasures, the address of one's own data"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_STANDING = sa.text("ended_at IS NULL")
_OPEN = sa.text("state IN ('asked', 'waiting')")
_UNFINISHED = sa.text("traces_at IS NULL")
_RIGHTS = ("asked", "waiting", "done", "refused", "withdrawn")


def upgrade() -> None:
    op.add_column("constituents", sa.Column("notice_version", sa.String(length=16), nullable=True))
    op.add_column("cases", sa.Column("erased_at", _INSTANT, nullable=True))
    op.add_column("duty_entries", sa.Column("erased_at", _INSTANT, nullable=True))
    _consents()
    _requests()
    _erasures()
    op.create_table(
        "own_data_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("constituent_id", _ROW_ID, nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["constituent_id"], ["constituents.id"], name=op.f("fk_own_data_links_constituent_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_own_data_links")),
    )
    op.create_index(op.f("ix_own_data_links_constituent_id"), "own_data_links", ["constituent_id"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("constituent_id", _ROW_ID, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("given_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["constituent_id"], ["constituents.id"], name=op.f("fk_consents_constituent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(
        "ix_consents_standing",
        "consents",
        ["constituent_id", "purpose"],
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def _requests() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_RIGHTS, name="rightsstate", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.String(length=128), nullable=False),
        sa.Column("constituent_id", _ROW_ID, nullable=True),
        sa.Column("conversation_id", _ROW_ID, nullable=True),
        sa.Column("case_id", _ROW_ID, nullable=True),
        sa.Column("key_id", _ROW_ID, nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_rights_requests_{column}"))
            for column, target in (
                ("constituent_id", "constituents.id"),
                ("conversation_id", "conversations.id"),
                ("case_id", "cases.id"),
                ("key_id", "content_keys.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
        sa.UniqueConstraint("source_key", name=op.f("uq_rights_requests_source_key")),
    )
    op.create_index(
        "ix_rights_requests_open",
        "rights_requests",
        ["due_at", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_rights_requests_constituent", "rights_requests", ["constituent_id", "id"])


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("person_mark", sa.String(length=64), nullable=True),
        sa.Column("written_before", _INSTANT, nullable=True),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", _ROW_ID, nullable=True),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outbox_id", _ROW_ID, nullable=True),
        sa.Column("finished_at", _INSTANT, nullable=True),
        sa.Column("traces_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_erasures_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("digest", name=op.f("uq_erasures_digest")),
    )
    op.create_index("ix_erasures_open", "erasures", ["id"], sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
    op.create_index("ix_erasures_person", "erasures", ["person_mark"])
