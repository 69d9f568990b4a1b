"""words that a station often answers with"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
PHASE = "pre"


def upgrade() -> None:
    op.create_table(
        "station_phrases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_code"], ["stations.code"], name=op.f("fk_station_phrases_station_code_stations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_phrases")),
    )
    op.create_index("ix_station_phrases_station_code", "station_phrases", ["station_code"])
