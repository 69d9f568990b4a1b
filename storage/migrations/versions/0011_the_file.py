"""one person, one file: terms, papers, two-way contact, the yearly check, private addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_STATES = (
    "opened",
    "gaps_listed",
    "complete",
    "rep_confirmed",
    "group_reviewed",
    "published",
    "sealed",
    "bound",
)


def upgrade() -> None:
    _add_terms()
    _add_documents()
    _add_links()
    _add_checks()
    _add_bindings()
    _widen()


def _whose(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["representative_code"], ["representatives.code"], name=op.f(f"fk_{table}_representative_code")
    )


def _key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f(f"fk_{table}_key_id"))


def _add_terms() -> None:
    op.create_table(
        "duty_terms",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("region_code", sa.String(length=64), nullable=True),
        sa.Column("representative_code", sa.String(length=64), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_duty_terms_region_code")),
        _whose("duty_terms"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_terms")),
    )
    op.create_index(op.f("ix_duty_terms_representative_code"), "duty_terms", ["representative_code"])


def _add_documents() -> None:
    op.create_table(
        "file_documents",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("key_id", _ROW_ID, nullable=False),
        sa.Column("title_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("source_key", sa.String(length=128), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("removed_at", _INSTANT, nullable=True),
        sa.Column("removed_by", sa.String(length=64), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        _whose("file_documents"),
        _key("file_documents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_documents")),
        sa.UniqueConstraint("source_key", name=op.f("uq_file_documents_source_key")),
    )
    op.create_index("ix_file_documents_of", "file_documents", ["representative_code", "on_date"])


def _add_links() -> None:
    op.create_table(
        "liaison_links",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("to_code", sa.String(length=64), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("key_id", _ROW_ID, nullable=True),
        sa.Column("voter_sealed", sa.LargeBinary(), nullable=True),
        _whose("liaison_links"),
        sa.ForeignKeyConstraint(["to_code"], ["representatives.code"], name=op.f("fk_liaison_links_to_code")),
        _key("liaison_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_links")),
        sa.UniqueConstraint(
            "representative_code", "kind", "year", "mark", name=op.f("uq_liaison_links_representative_code")
        ),
    )
    op.create_table(
        "duty_marks",
        sa.Column("entry_id", _ROW_ID, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["duty_entries.id"], name=op.f("fk_duty_marks_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "mark", name=op.f("pk_duty_marks")),
    )


def _add_checks() -> None:
    op.create_table(
        "file_checks",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="filecheckstate", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("key_id", _ROW_ID, nullable=True),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("completed_at", _INSTANT, nullable=True),
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.Column("reviewed_at", _INSTANT, nullable=True),
        sa.Column("reviewed_by", sa.String(length=64), nullable=True),
        sa.Column("published_at", _INSTANT, nullable=True),
        sa.Column("sealed_at", _INSTANT, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bound_at", _INSTANT, nullable=True),
        _whose("file_checks"),
        _key("file_checks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_checks")),
        sa.UniqueConstraint("representative_code", "year", name=op.f("uq_file_checks_representative_code")),
    )
    op.create_index("ix_file_checks_state", "file_checks", ["state", "year"])
    op.create_table(
        "file_gaps",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("check_id", _ROW_ID, nullable=False),
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("filled_at", _INSTANT, nullable=True),
        sa.Column("waived_at", _INSTANT, nullable=True),
        sa.Column("waived_by", sa.String(length=64), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["check_id"], ["file_checks.id"], name=op.f("fk_file_gaps_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_gaps")),
        sa.UniqueConstraint("check_id", "subject", name=op.f("uq_file_gaps_check_id")),
    )


def _add_bindings() -> None:
    op.create_table(
        "file_bindings",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("bound_at", _INSTANT, nullable=False),
        sa.Column("bound_by", sa.String(length=64), nullable=False),
        _whose("file_bindings"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_bindings")),
        sa.UniqueConstraint(
            "representative_code",
            "first_on",
            "closed",
            "digest",
            name=op.f("uq_file_bindings_representative_code"),
        ),
    )
    op.create_table(
        "file_addresses",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("userid", sa.String(length=64), nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        _whose("file_addresses"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_file_addresses")),
    )
    op.create_index("ix_file_addresses_of", "file_addresses", ["userid", "representative_code"])


def _widen() -> None:
    op.add_column("attachments", sa.Column("file_document_id", _ROW_ID, nullable=True))
    op.create_index(op.f("ix_attachments_file_document_id"), "attachments", ["file_document_id"])
    op.add_column("attachments", sa.Column("digest", sa.String(length=64), nullable=True))
    op.add_column("member_desks", sa.Column("shown", sa.JSON(), nullable=True))
    op.add_column("member_desks", sa.Column("shown_at", _INSTANT, nullable=True))
    op.add_column("member_desks", sa.Column("filing_for", sa.String(length=64), nullable=True))
    op.add_column("member_desks", sa.Column("filing_section", sa.String(length=32), nullable=True))
    op.add_column("member_desks", sa.Column("filing_title_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("member_desks", sa.Column("filing_since", _INSTANT, nullable=True))
