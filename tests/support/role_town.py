"""A town with one person of every role, a matter of their own place and one of another town, and ways of asking."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.dispatch.messages import ConstituentMessage, MemberMessage, MemberTapped, Routed
from bot.handlers import ROUTERS
from bot.services.context import Context
from storage import unit_of_work
from storage.models import (
    ActivityDay,
    ActivitySite,
    Attachment,
    Base,
    Broadcast,
    Case,
    Department,
    DutyEntry,
    LiveSession,
    Message,
    Region,
    Representative,
    StaffMember,
    Station,
)
from storage.rules import note_roster_change
from storage.states import ActivityState
from tests.scenarios.test_duty_entries import tap
from tests.support import live_town
from tests.support.doors import UNKNOWN, Tap
from tests.support.lane_town import Sweep
from tests.support.pictures import PICTURE
from tests.support.town import NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town, open_town
from tests.support.visits import BY_ROLE, hire

STRANGER = "nobody.knows"
_NO_CHANGE = frozenset({"OutboxRow", "MemberDesk"})  # what is said, and what a member is in the middle of
ROLES = {**BY_ROLE, "stranger": STRANGER}
FAR_OFFICER, FAR_REPRESENTATIVE = "officer.yt", "liu.min"


@dataclass(frozen=True, slots=True)
class Record:
    """A case as somebody may name it."""

    id: int
    number: str
    message_id: int


NOTHING = Record(UNKNOWN, f"JH-2026-{UNKNOWN:06d}", UNKNOWN)


@dataclass(slots=True)
class RoleTown:
    """`own` belongs to the station, the representative and the town of the roles; `foreign` to none of them."""

    town: Town
    own: Record
    foreign: Record

    async def facts(self) -> dict[str, str | int]:
        """What the addresses of own and foreign records are filled with."""
        attachments = await self.town.all(Attachment)
        files = {one.message_id: one.id for one in attachments if one.message_id is not None}
        own_evidence, foreign_evidence = [one.id for one in attachments if one.duty_draft_id is not None]
        entries = {one.representative_code: one.id for one in await self.town.all(DutyEntry)}
        airings = {one.station_code: one.id for one in await self.town.all(LiveSession)}
        said = {one.id: one.case_id for one in await self.town.all(Message)}
        of_case = {said[message]: number for message, number in files.items()}
        days = {one.region_code: one.id for one in await self.town.all(ActivityDay)}
        notices = {one.author_userid: one.id for one in await self.town.all(Broadcast)}
        return {
            "own": self.own.number,
            "foreign": self.foreign.number,
            "own_file": of_case[self.own.id],
            "foreign_file": of_case[self.foreign.id],
            "own_day": days["JH01"],
            "foreign_day": days["JH02"],
            "own_notice": notices[OFFICER],
            "foreign_notice": notices[FAR_OFFICER],
            "own_entry": entries["R1"],
            "foreign_entry": entries["R4"],
            "own_evidence": own_evidence,
            "foreign_evidence": foreign_evidence,
            "own_live": airings["QQ1"],
            "foreign_live": airings["YT1"],
        }

    async def answers(self, context: Context, who: str, saying: str | Tap) -> tuple[bool, bool]:
        """Whether something is said or done about the own and the foreign one that is not about none at all."""
        nothing = await self._said(context, who, saying, NOTHING)
        own = await self._said(context, who, saying, self.own)
        foreign = await self._said(context, who, saying, self.foreign)
        return own != nothing, foreign != nothing

    async def does(self, context: Context, who: str, saying: str | Tap) -> tuple[bool, bool]:
        """For words that name no record: whether they hear other words than a stranger, and change something."""
        changed: set[str] = set()

        def note(flushed: Session, *_: object) -> None:
            changed.update(type(one).__name__ for one in (*flushed.new, *flushed.dirty, *flushed.deleted))

        def note_row(session: AsyncSession, model: type[Base], row: Mapping[str, Any]) -> None:
            changed.add(model.__name__)
            written(session, model, row)

        event.listen(context.session.sync_session, "before_flush", note)
        written, unit_of_work.write = unit_of_work.write, note_row
        try:
            said = await self._said(context, who, saying, NOTHING)
        finally:
            event.remove(context.session.sync_session, "before_flush", note)
            unit_of_work.write = written
        return said != await self._said(context, STRANGER, saying, NOTHING), bool(changed - _NO_CHANGE)

    async def _said(self, context: Context, who: str, saying: str | Tap, record: Record) -> list[tuple[str, str]]:
        said = await Sweep(self.town, ()).hear(context, self._message(who, saying, record), ROUTERS)
        marks = rf"{record.number}|{record.number[-6:]}|…{record.id}(?!\d)"
        return [("them" if one.to == who else one.to, re.sub(marks, "N", one.text)) for one in said]

    def _message(self, who: str, saying: str | Tap, record: Record) -> Routed:
        at = self.town.clock.now()
        parts = {"n": record.number[-6:], "id": record.id, "message": record.message_id}
        if isinstance(saying, Tap):
            return MemberTapped("key", who, f"case-{record.id}-1-0", saying.key.format(**parts), "code", at)
        text = saying.format(**parts)
        if who not in (RESIDENT, NEIGHBOUR):
            return MemberMessage("key", who, "text", text, "", "", at)
        menu = text.removeprefix("menu:") if text.startswith("menu:") else ""
        words = "点了" if menu else text
        return ConstituentMessage("key", "wkDemo", who, "老周", "text", words, menu, "", None, None, "", at)


async def _build_another_town(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(Region(code="JH02", name="堰桥街道", parent_code="JH", level="town"))
        await session.flush()
        session.add(Station(code="YT1", name="堰桥联络站", kind="station", region_code="JH02", parent_code="HOME"))
        session.add(Department(code="ZJ", name="区住建局", region_code="JH", phone=""))
        await session.flush()
        session.add(StaffMember(userid=FAR_OFFICER, name="堰联络", role="officer", station_code="YT1"))
        session.add(
            Representative(
                code="R4",
                name="刘敏",
                level="district",
                unit="",
                post="",
                specialities=[],
                station_code="YT1",
                userid=FAR_REPRESENTATIVE,
                phone="",
                grid_codes=[],
                public_fields=[],
            )
        )
        await note_roster_change(session, town.clock.now(), "test")
    for userid in (FAR_OFFICER, FAR_REPRESENTATIVE, STRANGER):
        town.sim.add_member(userid, userid)


async def _write(town: Town, who: str, code: str, text: str) -> Record:
    await town.scans(who, "rep", code)
    await town.says(who, text)
    await town.sim.sends_media(who, "image", "photo.png", PICTURE)
    await town.settle()
    case: Case = (await town.all(Case))[-1]
    first: Message = next(one for one in await town.all(Message) if one.case_id == case.id)
    return Record(case.id, case.number, first.id)


async def _plan(town: Town) -> None:
    """An activity day, a live session, a notice and a duty entry of each town."""
    async with town.bot.database.begin() as session:
        for region, station in (("JH01", "QQ1"), ("JH02", "YT1")):
            on = date(2026, 12, 15)
            day = ActivityDay(
                region_code=region,
                planned_on=on,
                on_date=on,
                start="09:00",
                end="11:30",
                state=ActivityState.CONFIRMED,
            )
            session.add(day)
            await session.flush()
            session.add(ActivitySite(day_id=day.id, station_code=station))
    for userid in (OFFICER, FAR_OFFICER):
        await town.writes(userid, "通知 周五下午两点开会")
    await live_town.draft(town)
    await live_town.draft(town, station_code="YT1", author=FAR_OFFICER, hosts=("R4",))
    for userid in (ZHANG, FAR_REPRESENTATIVE):
        await town.writes(userid, "履职 今天在小区走访3户")
        await town.sim.member_sends_media(userid, "image", "现场.png", PICTURE)
        await town.settle()
        await tap(town, userid, "duty_ok")


@asynccontextmanager
async def open_role_town(folder: Path) -> AsyncIterator[RoleTown]:
    """Everybody of `ROLES` is there, and both matters wait."""
    async with open_town(folder) as town:
        await hire(town)
        await _build_another_town(town)
        own = await _write(town, RESIDENT, "R1", "牡丹园三号楼的路灯坏了三天，电话13812345678")
        foreign = await _write(town, NEIGHBOUR, "R4", "堰桥菜场的地面坑洼，电话13912345678")
        await _plan(town)
        yield RoleTown(town, own, foreign)
