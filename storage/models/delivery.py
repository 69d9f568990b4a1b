"""What staff know of delivery: alarms, the addresses of the page of numbers, what was found at night."""

from datetime import date, datetime

from sqlalchemy import Date, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import RowId

_OPEN = text("cleared_at IS NULL")
_UNSETTLED = text("settled_at IS NULL")


class DeliveryAlarm(Base):
    """Something stops what is to be said, from when it was noticed until it is over; one of a kind at a time."""

    __tablename__ = "delivery_alarms"
    __table_args__ = (
        Index(
            "uq_delivery_alarms_open", "kind", "errcode", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # late, refused
    errcode: Mapped[int] = mapped_column(default=0)  # of WeCom; 0 for answers that are late
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # when it was last noticed
    times: Mapped[int] = mapped_column(default=1)  # how often it was noticed, at least half a minute apart
    waiting: Mapped[int] = mapped_column(default=0)  # rows that wait because of it, as last counted
    reason: Mapped[str] = mapped_column(String(64), default="")  # of the oldest row that is late
    told_at: Mapped[datetime | None]
    told_row_id: Mapped[int | None] = mapped_column(RowId)  # of the outbox: said again only when it has left
    cleared_at: Mapped[datetime | None]


class DeliveryLink(Base):
    """One member's address of the page of numbers; only the digest of its token is kept."""

    __tablename__ = "delivery_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    userid: Mapped[str] = mapped_column(String(64), index=True)  # in small letters
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DeliveryFinding(Base):
    """Found at night about what was, or was not, delivered; struck off when it is no longer found."""

    __tablename__ = "delivery_findings"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index("ix_delivery_findings_open", "kind", "id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # parked, belief, failed, unreached, unopened, expired
    subject: Mapped[str] = mapped_column(String(160))  # what it is about: a case's id, a userid, a code, a number
    count: Mapped[int] = mapped_column(default=1)
    found_on: Mapped[date] = mapped_column(Date())  # the local date of the night that found it last
    told: Mapped[bool] = mapped_column(default=False, server_default=false())
    settled_at: Mapped[datetime | None]


class UnreachedMember(Base):
    """On this local day WeCom named a member as one whom messages do not reach."""

    __tablename__ = "unreached_members"
    __table_args__ = (Index("ix_unreached_members_day", "on_date"),)

    userid: Mapped[str] = mapped_column(String(64), primary_key=True)  # in small letters
    on_date: Mapped[date] = mapped_column(Date(), primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
