"""restricted cases: whom of the staff they name, who are never shown them"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("named_staff", sa.JSON(), nullable=True))
