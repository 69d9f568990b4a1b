"""codes that were issued anew, revoked or given a last day"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "entry_codes",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("target_code", sa.String(length=64), nullable=False),
        sa.Column("station_code", sa.String(length=64), nullable=True),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_entry_codes")),
    )
    op.create_index(op.f("ix_entry_codes_target_code"), "entry_codes", ["target_code"])
