"""addresses of the pages that say how far a matter is"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "status_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_status_links_case_id_cases")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_status_links")),
    )
    op.create_index(op.f("ix_status_links_case_id"), "status_links", ["case_id"])
