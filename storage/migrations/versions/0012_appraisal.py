"""rule sets of points, their publication and appeals, duty reports; entries are found by their day"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_duty_entries_on", "duty_entries", ["occurred_on"])
    _add_scores()
    _add_appeals()
    _add_reports()


def _add_scores() -> None:
    op.create_table(
        "score_rule_sets",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_score_rule_sets")),
    )
    op.create_table(
        "score_publications",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("rules", sa.String(length=48), nullable=False),
        sa.Column("published_at", _INSTANT, nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_publications")),
    )
    op.create_index("ix_score_publications_period", "score_publications", ["first_on", "last_on"])


def _add_appeals() -> None:
    table = "score_appeals"
    op.create_table(
        table,
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("publication_id", _ROW_ID, nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.String(length=128), nullable=False),
        sa.Column("key_id", _ROW_ID, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["score_publications.id"], name=op.f("fk_score_appeals_publication_id")
        ),
        *_common(table),
        sa.UniqueConstraint("source_key", name=op.f("uq_score_appeals_source_key")),
    )
    for column in ("publication_id", "representative_code"):
        op.create_index(op.f(f"ix_score_appeals_{column}"), table, [column])


def _common(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["representative_code"], ["representatives.code"], name=op.f(f"fk_{table}_representative_code")
        ),
        sa.ForeignKeyConstraint(["key_id"], ["content_keys.id"], name=op.f(f"fk_{table}_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _add_reports() -> None:
    table = "duty_reports"
    kind = sa.Enum(
        *("drafted", "planned", "held"),
        name="dutyreportstate",
        native_enum=False,
        create_constraint=True,
        length=16,
    )
    op.create_table(
        table,
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("state", kind, nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("planned_at", _INSTANT, nullable=True),
        sa.Column("planned_by", sa.String(length=64), nullable=True),
        sa.Column("key_id", _ROW_ID, nullable=False),
        *(sa.Column(f"{name}_sealed", sa.LargeBinary(), nullable=True) for name in ("place", "draft", "own")),
        *(sa.Column(f"{name}_at", _INSTANT, nullable=True) for name in ("drafted", "own")),
        sa.Column("held_on", sa.Date(), nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("attendees", "satisfied", "basically", "dissatisfied")
        ),
        sa.Column("noted_by", sa.String(length=64), nullable=True),
        sa.Column("entry_id", _ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["duty_entries.id"], name=op.f("fk_duty_reports_entry_id")),
        *_common(table),
        sa.UniqueConstraint(
            "representative_code", "first_on", "last_on", name=op.f("uq_duty_reports_representative_code")
        ),
    )
