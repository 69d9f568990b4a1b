"""What several processes on one database agree on: who holds what alone, and whose installation this is."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Lease(Base):
    """What one process does alone until an instant of the database's own clock.

    `fence` rises with each change of hands: whoever still has an older one is refused at its commit.
    """

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    holder: Mapped[str] = mapped_column(String(128))
    fence: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[datetime]


class Installation(Base):
    """The one row that says which installation this database is; several may share a Redis."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(32))


class SchemaFloor(Base):
    """The one row that says which step of the schema a program must know to use this database."""

    __tablename__ = "schema_floor"

    revision: Mapped[str] = mapped_column(String(32), primary_key=True)
