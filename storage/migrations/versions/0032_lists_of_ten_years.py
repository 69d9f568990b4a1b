"""lists stay quick after ten years: indexes of what waits, what is disputed, calls and changes of rules"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
PHASE = "pre"

_ASKED = sa.text("waiting_since IS NOT NULL")
_DISPUTED = sa.text("disputed_at IS NOT NULL")
_OF_RULES = sa.text("act = 'rule changed'")


def upgrade() -> None:
    op.create_index("ix_cases_asked", "cases", ["waiting_since"], sqlite_where=_ASKED, postgresql_where=_ASKED)
    op.drop_index("ix_cases_waiting_since", "cases")  # of nearly all: SQLite took it for what is not asked
    op.create_index("ix_cases_newest", "cases", ["state", "id"])
    op.create_index("ix_contact_tasks_open", "contact_tasks", ["done_at", "id"])
    op.create_index(
        "ix_duty_entries_unreviewed", "duty_entries", ["passed_at", "returned_at", "id", "station_code"]
    )
    op.create_index(
        "ix_duty_entries_disputed", "duty_entries", ["id"], sqlite_where=_DISPUTED, postgresql_where=_DISPUTED
    )
    op.create_index(
        "ix_audit_lines_rules", "audit_lines", ["at", "id"], sqlite_where=_OF_RULES, postgresql_where=_OF_RULES
    )


def downgrade() -> None:
    op.drop_index("ix_audit_lines_rules", "audit_lines")
    op.drop_index("ix_duty_entries_disputed", "duty_entries")
    op.drop_index("ix_duty_entries_unreviewed", "duty_entries")
    op.drop_index("ix_contact_tasks_open", "contact_tasks")
    op.drop_index("ix_cases_newest", "cases")
    op.create_index("ix_cases_waiting_since", "cases", ["waiting_since"])
    op.drop_index("ix_cases_asked", "cases")
