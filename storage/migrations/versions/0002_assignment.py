"""why a case went where it did: questions, corrections, referrals, emergencies, leave, clusters"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "clusters",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("station_code", sa.String(length=64), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("first_at", _INSTANT, nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.Column("alerted_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["station_code"], ["stations.code"], name=op.f("fk_clusters_station_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clusters")),
    )
    op.create_table(
        "leaves",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("noted_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["representative_code"], ["representatives.code"], name=op.f("fk_leaves_representative_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index("ix_leaves_last_on", "leaves", ["last_on"])
    op.create_table(
        "case_signatures",
        sa.Column("case_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_signatures_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_signatures")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_corrections_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_at"), "corrections", ["at"])
    op.create_index(op.f("ix_corrections_case_id"), "corrections", ["case_id"])
    op.create_table(
        "referrals",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("registered_at", _INSTANT, nullable=False),
        sa.Column("notice_due_at", _INSTANT, nullable=False),
        sa.Column("notified_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_referrals_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("case_id", name=op.f("uq_referrals_case_id")),
    )
    # Added in place: SQLite would otherwise copy a table that others refer to.
    for column in (
        sa.Column("also_station_code", sa.String(length=64), nullable=True),
        sa.Column("grid_code", sa.String(length=64), nullable=True),
        sa.Column("cluster_id", _ROW_ID, nullable=True),
        sa.Column("referral", sa.String(length=16), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("accused", sa.JSON(), nullable=True),
        sa.Column("refused_representatives", sa.JSON(), nullable=True),
        sa.Column("refused_stations", sa.JSON(), nullable=True),
        sa.Column("asked", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("transfers", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ruled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("alert_due_at", _INSTANT, nullable=True),
        sa.Column("alerts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=True),
    ):
        op.add_column("cases", column)
    op.create_index("ix_cases_alert_due_at", "cases", ["alert_due_at"])
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"])
    op.create_index(op.f("ix_cases_cluster_id"), "cases", ["cluster_id"])
    op.add_column("constituents", sa.Column("last_grid_code", sa.String(length=64), nullable=True))
    op.add_column("conversations", sa.Column("held_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("conversations", sa.Column("held_at", _INSTANT, nullable=True))
