"""lists of cases are read through an index: by state and clock, and by the station that reads along"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ALSO = sa.text("also_station_code IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_cases_state", "cases", ["state", "due_at", "id"])
    op.create_index(
        "ix_cases_also_station", "cases", ["also_station_code"], sqlite_where=_ALSO, postgresql_where=_ALSO
    )
