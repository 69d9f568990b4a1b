"""departments, and what was handed over to them"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
PHASE = "pre"

_INSTANT = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDING = sa.text("state IN ('open', 'replied')")
_HANDED = sa.text("handed_until IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_departments_region_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_departments")),
    )
    op.create_index(op.f("ix_departments_region_code"), "departments", ["region_code"])
    op.create_table(
        "work_orders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("department_code", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "replied",
                "told",
                "returned",
                "withdrawn",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("handed_at", _INSTANT, nullable=False),
        sa.Column("handed_by", sa.String(length=64), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("replied_at", _INSTANT, nullable=True),
        sa.Column("reply_ids", sa.JSON(), nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_work_orders_case_id")),
        sa.ForeignKeyConstraint(
            ["department_code"], ["departments.code"], name=op.f("fk_work_orders_department_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
    )
    op.create_index("ix_work_orders_case", "work_orders", ["case_id", "id"])
    op.create_index(
        "ix_work_orders_standing",
        "work_orders",
        ["due_at"],
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    op.add_column("cases", sa.Column("handed_until", _INSTANT, nullable=True))
    op.create_index("ix_cases_handed", "cases", ["handed_until"], sqlite_where=_HANDED, postgresql_where=_HANDED)
