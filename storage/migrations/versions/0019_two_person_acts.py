"""what one person asks for and another has to agree to"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_OPEN = sa.text("state = 'asked' OR told_at IS NULL")
_STATES = ("asked", "agreed", "refused", "lapsed")


def upgrade() -> None:
    state = sa.Enum(*_STATES, name="twopersonstate", native_enum=False, create_constraint=True, length=16)
    op.create_table(
        "two_person_acts",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_person_acts")),
    )
    op.create_index(
        "ix_two_person_acts_open", "two_person_acts", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
