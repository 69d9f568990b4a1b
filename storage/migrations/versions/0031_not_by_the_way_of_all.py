"""cases that wait, cases of a day and of a key, and what members say are found without a look at all the others"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
PHASE = "pre"

_WAITS = sa.text("state IN ('accepted', 'assigned', 'reopened')")
_OF_MEMBERS = sa.text("state = 'waiting' AND source = 'app'")


def upgrade() -> None:
    op.create_index(
        "ix_cases_load", "cases", ["state", "representative_code"], sqlite_where=_WAITS, postgresql_where=_WAITS
    )
    op.create_index(op.f("ix_cases_key_id"), "cases", ["key_id"])
    op.drop_index("ix_cases_opened_at", "cases")
    op.create_index("ix_cases_opened_at", "cases", ["opened_at", "representative_code"])
    op.create_index(
        "ix_inbox_members", "inbox", ["source", "id"], sqlite_where=_OF_MEMBERS, postgresql_where=_OF_MEMBERS
    )
