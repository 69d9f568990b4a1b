"""cases that were merged or split, and from which case a message came"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
PHASE = "pre"

_INSTANT = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MERGED = sa.text("merged_into_id IS NOT NULL")
_STATES = ("assigned", "accepted", "answered", "reopened", "closed")


def upgrade() -> None:
    op.add_column("cases", sa.Column("merged_into_id", _ID, nullable=True))
    op.add_column("cases", sa.Column("split_from_id", _ID, nullable=True))
    op.add_column("messages", sa.Column("came_from_id", _ID, nullable=True))
    op.create_index("ix_cases_merged", "cases", ["merged_into_id"], sqlite_where=_MERGED, postgresql_where=_MERGED)
    op.create_table(
        "case_merges",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("into_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column(
            "state_before",
            sa.Enum(*_STATES, name="casestate_before", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("undone_at", _INSTANT, nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_merges_case_id")),
        sa.ForeignKeyConstraint(["into_id"], ["cases.id"], name=op.f("fk_case_merges_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_merges")),
    )
    op.create_index(op.f("ix_case_merges_case_id"), "case_merges", ["case_id"])
    op.create_index(op.f("ix_case_merges_into_id"), "case_merges", ["into_id"])
