"""sentences of notices in the service centre's own words"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
PHASE = "pre"


def upgrade() -> None:
    op.create_table(
        "notice_texts",
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("notice", "version", name=op.f("pk_notice_texts")),
    )
