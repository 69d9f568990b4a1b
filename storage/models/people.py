"""Regions, stations, the people in them, the ground they cover and when they are there (`import`, contract 4)."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import RowId

_OPEN = text("ended_at IS NULL")


class Region(Base):
    """A province, city, district or town."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(
        ForeignKey("regions.code", deferrable=True, initially="DEFERRED")
    )
    level: Mapped[str] = mapped_column(String(16), default="")  # province, city, district, town


class Station(Base):
    """A home, station, point or online station where representatives can be reached."""

    __tablename__ = "stations"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16), default="station")  # home, station, point, online
    region_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"), index=True)
    parent_code: Mapped[str | None] = mapped_column(
        ForeignKey("stations.code", deferrable=True, initially="DEFERRED"), index=True
    )
    address: Mapped[str] = mapped_column(default="")
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    phone: Mapped[str] = mapped_column(default="")
    open_hours: Mapped[str] = mapped_column(default="")
    themes: Mapped[list[str]] = mapped_column(default=list)


class StaffMember(Base):
    """Someone who works for a station or for the standing committee, known by the WeCom member id."""

    __tablename__ = "staff"

    userid: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))  # lead, officer, centre, admin, auditor
    station_code: Mapped[str | None] = mapped_column(ForeignKey("stations.code"), index=True)


class Representative(Base):
    """A people's congress representative or a street deliberation representative."""

    __tablename__ = "representatives"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    level: Mapped[str] = mapped_column(String(16), default="")
    unit: Mapped[str] = mapped_column(default="")
    post: Mapped[str] = mapped_column(default="")
    specialities: Mapped[list[str]] = mapped_column(default=list)
    station_code: Mapped[str | None] = mapped_column(ForeignKey("stations.code"), index=True)
    userid: Mapped[str | None] = mapped_column(String(64), unique=True)
    phone: Mapped[str] = mapped_column(default="")
    grid_codes: Mapped[list[str]] = mapped_column(default=list)
    public_fields: Mapped[list[str]] = mapped_column(default=list)


class QueueCover(Base):
    """The queue of an officer who is away, in the hands of somebody of the service centre until it ends."""

    __tablename__ = "queue_covers"
    __table_args__ = (
        Index("ix_queue_covers_open", "officer", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    officer: Mapped[str] = mapped_column(String(64))  # userids in small letters
    by: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(64))


class StationStandard(Base):
    """One of the eight haves (八有) that a station was found to have, with who looked and when."""

    __tablename__ = "station_standards"

    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)  # as the rule `station_standards` calls it
    checked_at: Mapped[datetime]
    checked_by: Mapped[str] = mapped_column(String(64))


class StationPhrase(Base):
    """Words that a station's people often answer with, kept by themselves; offered beside an answer, never sent."""

    __tablename__ = "station_phrases"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"), index=True)
    title: Mapped[str] = mapped_column(String(24))
    text: Mapped[str]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(64))


class Grid(Base):
    """A piece of ground that belongs to one station; the polygon is WKB in GCJ-02."""

    __tablename__ = "grids"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    station_code: Mapped[str | None] = mapped_column(ForeignKey("stations.code"), index=True)
    polygon: Mapped[bytes] = mapped_column(LargeBinary)


class Place(Base):
    """An estate, village, road or school as people name it."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    aliases: Mapped[list[str]] = mapped_column(default=list)
    grid_code: Mapped[str | None] = mapped_column(ForeignKey("grids.code"))
    station_code: Mapped[str | None] = mapped_column(ForeignKey("stations.code"))


class RosterSlot(Base):
    """When a representative is on duty at a station: on a date, or each week on a weekday (0 = Monday)."""

    __tablename__ = "roster_slots"
    __table_args__ = (
        Index("ix_roster_slots_station", "station_code", "weekday", "on_date"),
        Index("ix_roster_slots_representative", "representative_code"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"))
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    on_date: Mapped[date | None] = mapped_column(Date())
    weekday: Mapped[int | None]
    start: Mapped[str] = mapped_column(String(5))
    end: Mapped[str] = mapped_column(String(5))


class Leave(Base):
    """Days on which a representative cannot be reached; both ends are local dates and belong to it."""

    __tablename__ = "leaves"
    __table_args__ = (Index("ix_leaves_last_on", "last_on"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    first_on: Mapped[date] = mapped_column(Date())
    last_on: Mapped[date] = mapped_column(Date())
    noted_at: Mapped[datetime]


class EntryCode(Base):
    """A code as it was printed, with whom it leads to and where it leads when it is no longer valid.

    A representative's or a station's own code is valid without a row; one stands here once it was changed.
    """

    __tablename__ = "entry_codes"

    code: Mapped[str] = mapped_column(String(80), primary_key=True)  # the `scene_param` of its QR
    kind: Mapped[str] = mapped_column(String(8))  # rep, station
    target_code: Mapped[str] = mapped_column(String(64), index=True)  # kept when the representative is gone
    station_code: Mapped[str | None] = mapped_column(String(64))  # remembered at issue; none: the service centre
    issued_at: Mapped[datetime]
    expires_on: Mapped[date | None] = mapped_column(Date())  # the last local day on which it is valid
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(16))  # left_office, lost, replaced, other

    def fault_on(self, day: date) -> str:
        """Why it is not valid on a local day, `revoked` or `expired`; empty where it is."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_on is not None and day > self.expires_on else ""


class ActivityRule(Base):
    """How a region's activity days are found (contract section 4)."""

    __tablename__ = "activity_rules"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    rule: Mapped[str]
    topic: Mapped[str] = mapped_column(default="")


class Holiday(Base):
    """A day off, or a make-up working day."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  # off, work
    name: Mapped[str] = mapped_column(default="")
