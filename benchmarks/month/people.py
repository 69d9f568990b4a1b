"""What people do: they answer cards, come or do not, receive people, ask on streams, and say so in their chats.

Everything goes through the phones. `Tally` counts what they did, to be held against what the bot says it recorded.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from benchmarks.month.cast import Place, Writing
from benchmarks.month.stage import District
from bot.notices import activity_day, activity_day_desk, activity_day_reports, receptions
from bot.notices.answer import SOLVED
from bot.notices.live_staff import ANSWERED_TAP, CASE_TAP
from bot.simulator.chat import Line
from storage.models import ActivityDay, ActivitySite, Case, Constituent, LiveSession, StaffMember

OPEN_HOURS = (time(7, 30), time(22, 0))


@dataclass(slots=True)
class Tally:
    """What people did, counted by those who did it."""

    matters: int = 0
    at_tables: set[str] = field(default_factory=set)  # who came by the table's code on the activity day
    table_matters: int = 0
    came: set[tuple[int, str]] = field(default_factory=set)  # (day, userid) that checked in
    received: int = 0  # people at desks
    desk_opinions: int = 0
    desk_proposals: int = 0
    sites: set[tuple[int, str]] = field(default_factory=set)  # (day, station) of a table or desk where people came
    answers: int = 0
    questions: int = 0
    done: Counter[str] = field(default_factory=Counter)


class People:
    """Everyone of the district, each after their own habits; the same for the same seed.

    Of representatives and desks only a `share` takes part in the activity day; the others stay silent.
    """

    def __init__(self, district: District, places: list[Place], draw: random.Random, share: float = 1.0) -> None:
        self._district = district
        self._places = places
        self._draw = draw
        self._share = share
        self._seen: dict[str, int] = {}
        self._met: set[str] = set()
        self.tally = Tally()
        self._habits: dict[str, Callable[[str, str, Line], None]] = {
            activity_day_desk.CONFIRM: self._confirm_day,
            activity_day.YES: self._answer_invitation,
            activity_day.CHECK_IN: self._arrive,
            activity_day_reports.FILE: self._file_report,
            receptions.OPEN_CASE: self._settle_reception,
            ANSWERED_TAP: self._sort_question,
            "accept": self._take_case,
        }

    # -- writing -------------------------------------------------------------------------------------------------

    def will_write(self, writing: Writing) -> None:
        """Someone writes at their time, by the code of the table where they stand there."""
        self._district.note(writing.at, partial(self._write, writing))

    async def _write(self, writing: Writing) -> None:
        sim = self._district.sim
        self._meet(writing.who)
        if writing.station:
            await sim.enter(writing.who, "day", writing.station)
            await self._note_table(writing)
        else:
            await sim.says(writing.who, "反映另一件事")
        await self._district.settle()
        await sim.says(writing.who, writing.text)
        self.tally.matters += 1

    async def _note_table(self, writing: Writing) -> None:
        """Counts where the day is held at their station; a contact point that takes no part has no table."""
        async with self._district.bot.database.read() as session:
            day = await session.scalar(
                select(ActivityDay.id)
                .join(ActivitySite, ActivitySite.day_id == ActivityDay.id)
                .where(ActivitySite.station_code == writing.station, ActivityDay.on_date == writing.at.date())
            )
        if day is not None:
            self.tally.at_tables.add(writing.who)
            self.tally.table_matters += 1
            self.tally.sites.add((day, writing.station))

    def _meet(self, who: str) -> None:
        if who not in self._met:
            self._met.add(who)
            self._district.sim.add_constituent(who, f"群众{who[-4:]}")

    # -- reacting ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Everyone looks at what is new on their phone and decides when to do something about it."""
        for userid, member in self._district.sim.world.members.items():
            seen = self._seen.get(userid, 0)
            if len(member.chat) == seen:
                continue
            lines = list(member.chat)
            self._seen[userid] = len(lines)
            for line in lines[seen:]:
                if line.card:
                    self._consider(userid, line)

    def _consider(self, userid: str, line: Line) -> None:
        for button in (line.card or {}).get("button_list", []):
            key = str(button.get("key", ""))
            habit = self._habits.get(key.split(":", 1)[0])
            if habit is not None:
                habit(userid, key, line)
                return

    def _later(self, minutes: float, act: Callable[[], Awaitable[None]]) -> None:
        at = self._district.clock.now() + timedelta(minutes=minutes)
        self._district.note(self._in_waking_hours(at), act)

    def _in_waking_hours(self, at: datetime) -> datetime:
        zone = self._district.bot.office.zone
        local = at.astimezone(zone)
        if local.time() < OPEN_HOURS[0]:
            return local.replace(hour=8, minute=self._draw.randrange(60))
        if local.time() > OPEN_HOURS[1]:
            return (local + timedelta(days=1)).replace(hour=8, minute=self._draw.randrange(60))
        return at

    async def _tap(self, userid: str, key: str, line: Line) -> None:
        """As a thumb does: a card that is settled meanwhile has no such button any more."""
        current = self._district.sim.world.members[userid].chat.find(line.id)
        live = {button.get("key") for button in ((current.card if current else None) or {}).get("button_list", [])}
        if key in live:
            await self._district.sim.member_taps(userid, line.id, key)
            self.tally.done[key.split(":", 1)[0]] += 1

    def _confirm_day(self, userid: str, key: str, line: Line) -> None:
        self._later(60, partial(self._tap, userid, key, line))

    def _answer_invitation(self, userid: str, key: str, line: Line) -> None:
        chance = self._draw.random() / self._share
        if chance > 0.9:
            return  # never answers
        act = activity_day.YES if chance < 0.8 else activity_day.NO
        chosen = f"{act}:{key.split(':', 1)[1]}"
        self._later(self._draw.expovariate(1 / 600), partial(self._tap, userid, chosen, line))

    def _arrive(self, userid: str, key: str, line: Line) -> None:
        chance = self._draw.random() / self._share
        if chance > 0.93:
            return  # does not come
        minutes = self._draw.randint(35, 65) if chance < 0.8 else self._draw.randint(75, 120)
        self._later(minutes, partial(self._check_in, userid, key, line))

    async def _check_in(self, userid: str, key: str, line: Line) -> None:
        before = self.tally.done[activity_day.CHECK_IN]
        await self._tap(userid, key, line)
        if self.tally.done[activity_day.CHECK_IN] > before:
            self.tally.came.add((int(key.split(":")[1]), userid))

    def _file_report(self, userid: str, key: str, line: Line) -> None:
        if self._draw.random() < 0.85 * self._share:
            self._later(self._draw.expovariate(1 / 400), partial(self._tap, userid, key, line))

    def _settle_reception(self, userid: str, key: str, line: Line) -> None:
        act = receptions.ANSWERED if self._draw.random() < 0.85 else receptions.OPEN_CASE
        self._later(1, partial(self._tap, userid, f"{act}:{key.split(':', 1)[1]}", line))

    def _sort_question(self, userid: str, key: str, line: Line) -> None:
        act = ANSWERED_TAP if self._draw.random() < 0.7 else CASE_TAP
        self._later(2, partial(self._tap, userid, f"{act}:{key.split(':', 1)[1]}", line))

    def _take_case(self, userid: str, key: str, line: Line) -> None:
        """Most answer within a day, some after the officer was asked to, a few never."""
        case_id = int(key.split(":")[1])
        chance = self._draw.random()
        hours = self._draw.lognormvariate(1.3, 0.9) if chance < 0.75 else self._draw.uniform(26, 90)
        if chance < 0.94:
            self._later(hours * 60, partial(self._answer, userid, case_id))

    async def _answer(self, userid: str, case_id: int) -> None:
        async with self._district.bot.database.read() as session:
            case = await session.get(Case, case_id)
        if case is None or not case.waits_for_answer:
            return
        words = "您反映的情况已经记下，我到现场看过，已请街道处理，有进展再告诉您。"
        await self._district.sim.member_says(userid, f"#{case.number[-6:]} {words}")
        self.tally.answers += 1
        if self._draw.random() < 0.5:
            who = await self._writer(case)
            self._later(self._draw.uniform(20, 600), partial(self._say_solved, who, case_id))

    async def _writer(self, case: Case) -> str:
        async with self._district.bot.database.read() as session:
            return (await session.get_one(Constituent, case.constituent_id)).external_userid

    async def _say_solved(self, who: str, case_id: int) -> None:
        if who in self._met:
            await self._district.sim.says(who, "已解决", menu_id=f"{SOLVED}:{case_id}")

    # -- the activity day ----------------------------------------------------------------------------------------

    async def plan_desks(self, day: ActivityDay) -> None:
        """Each site's officer notes whom the desk receives during the morning."""
        zone = self._district.bot.office.zone
        async with self._district.bot.database.read() as session:
            sites = list(await session.scalars(select(ActivitySite).where(ActivitySite.day_id == day.id)))
            staff = list(await session.scalars(select(StaffMember).where(StaffMember.role == "officer")))
        officers = {one.station_code: one.userid for one in staff}
        begin = datetime.combine(day.on_date, time(9, 10), zone)
        for site in sites:
            userid = officers.get(site.station_code)
            if userid is None or self._draw.random() >= self._share:
                continue
            for _ in range(self._draw.randint(4, 12)):
                at = begin + timedelta(minutes=self._draw.randrange(120))
                self._district.note(at, partial(self._receive, userid, site))

    async def _receive(self, userid: str, site: ActivitySite) -> None:
        count = self._draw.randint(1, 4)
        place = self._draw.choice(self._places).name
        with_matter = self._draw.random() < 0.35
        with_proposal = with_matter and self._draw.random() < 0.3
        matter = f" 反映{place}路灯不亮" if with_matter else ""
        matter += "，建议1条" if with_proposal else ""
        await self._district.sim.member_says(userid, f"接待 {count}人{matter}")
        self.tally.received += count
        self.tally.desk_opinions += with_matter
        self.tally.desk_proposals += with_proposal
        self.tally.sites.add((site.day_id, site.station_code))

    # -- live sessions -------------------------------------------------------------------------------------------

    def will_ask(self, live: LiveSession, count: int) -> None:
        """So many people ask, before and during the stream."""
        for number in range(count):
            who = f"wmLive{live.id:02d}{number:03d}"
            early = number % 3 == 0
            at = live.starts_at + timedelta(minutes=-600 + number if early else 3 + number)
            self._district.note(at, partial(self._ask, who, live.code))

    async def _ask(self, who: str, code: str) -> None:
        self._meet(who)
        place = self._draw.choice(self._places).name
        await self._district.sim.enter(who, "live", code)
        await self._district.settle()
        await self._district.sim.says(who, f"直播 想问{place}什么时候加装电梯")
        self.tally.questions += 1
