"""what constituents wrote and waits has an index of its own, so that the first of each lane is found by lane"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
PHASE = "pre"

_OF_OTHERS = sa.text("state = 'waiting' AND source <> 'app'")
_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_index("ix_inbox_others", "inbox", ["id"], sqlite_where=_OF_OTHERS, postgresql_where=_OF_OTHERS)
    op.drop_index("ix_inbox_waiting", "inbox")


def downgrade() -> None:
    op.create_index("ix_inbox_waiting", "inbox", ["id"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.drop_index("ix_inbox_others", "inbox")
