"""which data keys the database is under, and whether each was backed up"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("marking_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("backed_up_at", _INSTANT, nullable=True),
        sa.Column("backed_up_by", sa.String(length=64), nullable=False),
        sa.Column("left_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_data_keys")),
    )


def downgrade() -> None:
    op.drop_table("data_keys")
