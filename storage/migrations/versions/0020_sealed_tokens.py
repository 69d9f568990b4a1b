"""addresses of calendars and files: the digest of their token, and the token sealed where it is shown again

Addresses that were given before go on opening what they opened; only they are not shown again.
"""

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_SHOWN = sa.text("revoked_at IS NULL AND token_sealed IS NOT NULL")


def upgrade() -> None:
    _anew("calendar_addresses", [], ["representative_code", "issued_at", "revoked_at"])
    op.create_index(
        "uq_calendar_addresses_valid",
        "calendar_addresses",
        ["representative_code"],
        unique=True,
        sqlite_where=_SHOWN,
        postgresql_where=_SHOWN,
    )
    more = [
        sa.Column("userid", sa.String(length=64), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
    ]
    _anew("file_addresses", more, ["representative_code", "userid", "issued_at", "expires_at", "revoked_at"])
    op.create_index("ix_file_addresses_of", "file_addresses", ["userid", "representative_code"])


def _anew(table: str, more: list[Any], kept: list[str]) -> None:
    """The same rows under the digest of their token."""
    columns = [sa.column(name, _INSTANT if name.endswith("_at") else sa.String()) for name in ("token", *kept)]
    rows = op.get_bind().execute(sa.select(*columns).select_from(sa.table(table))).mappings().all()
    op.drop_table(table)
    made = op.create_table(
        table,
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("representative_code", sa.String(length=64), nullable=False),
        *more,
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["representative_code"], ["representatives.code"], name=op.f(f"fk_{table}_representative_code")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{table}")),
    )
    if rows:
        op.bulk_insert(made, [_digested(dict(row)) for row in rows])


def _digested(row: dict[str, Any]) -> dict[str, Any]:
    token = row.pop("token")
    return {"digest": hashlib.sha256(token.encode()).hexdigest(), "token_sealed": None, **row}
