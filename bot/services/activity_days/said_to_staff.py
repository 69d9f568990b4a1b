"""What officers, leads and the centre are told of a day."""

from collections.abc import Mapping, Sequence

from bot.notices import activity_day_desk as notices
from bot.notices import activity_day_reports, activity_day_rosters
from bot.notices.activity_day import DayFacts
from bot.notices.content import Text
from bot.services.activity_days import facts, planning, public, reporting
from bot.services.activity_days.facts import Place
from bot.services.context import Context
from bot.services.people import identify_member
from bot.services.reminders.said import Answer, Spoken, Void
from storage import activity_days, activity_rosters
from storage.models import ActivityDay, ActivitySite, Attendance
from storage.states import ActivityState, AttendanceState

UNANSWERED, CLOSED, REPORT_DUE, LATE, MISSING = "unanswered", "closed", "report_due", "late_", "missing"
_MANUAL = "手工安排"


async def ask(context: Context, day: ActivityDay, userids: Sequence[str]) -> Mapping[str, Answer]:
    """The question whether a planned day holds."""
    if day.state is not ActivityState.PLANNED:
        return dict.fromkeys(userids, Void("confirmed"))
    question = notices.DayQuestion(
        await facts.describe(context, day), rule_words(day), planning.proposed_date(context, day)
    )
    return dict.fromkeys(userids, Spoken(question.render(), f"day-{day.id}-{day.edition}-ask"))


def rule_words(day: ActivityDay) -> str:
    """How the day was found, as it is told."""
    name, _, rest = day.rule.partition(":")
    known = {
        "third_tuesday": "按规则：每月第三个星期二",
        "third_calendar_week_tuesday": "按规则：每月第三周的星期二",
        "monthly": f"按规则：每月 {rest} 日",
        "dates": "按事先定好的日子",
        "rrule": "按重复规则",
    }
    return known.get(name, _MANUAL)


async def say(
    context: Context, day: ActivityDay, name: str, audience: str, userids: Sequence[str]
) -> Mapping[str, Answer]:
    """One step to members of one audience, each for the sites that are theirs."""
    desk = _Desk(context, day, await facts.describe(context, day))
    await desk.load()
    return {userid: await desk.say(name, audience, userid) for userid in userids}


class _Desk:
    """The sites and the roster of a day, read once for all who are told of them."""

    def __init__(self, context: Context, day: ActivityDay, described: DayFacts) -> None:
        self._context, self._day, self._told = context, day, described
        self._sites: dict[str, ActivitySite] = {}
        self._roster: dict[str, list[Attendance]] = {}
        self._places: dict[str, Place] = {}
        self._shown: Mapping[str, tuple[str, ...]] = {}

    async def load(self) -> None:
        """Read them."""
        sites = await activity_days.sites_of(self._context.session, self._day.id)
        self._sites = {site.station_code: site for site in sites}
        self._places = await facts.places(self._context, self._sites)
        for attendance in await activity_rosters.roster_of(self._context.session, self._day.id):
            self._roster.setdefault(attendance.station_code, []).append(attendance)
        self._shown = await public.people_by_station(self._context, self._day)

    def _mine(self, audience: str, userid: str) -> list[str]:
        directory = self._context.directory
        if audience == "centre":
            return list(self._sites) if identify_member(self._context, userid).staff else []
        found = directory.officers_of if audience == "officers" else directory.leads_of
        return [code for code in self._sites if userid in map(str.lower, found(code))]

    async def say(self, name: str, audience: str, userid: str) -> Answer:
        """What one of them is told."""
        mine = self._mine(audience, userid.lower())
        if not mine:
            return Void("not theirs")
        if name.startswith((CLOSED, REPORT_DUE, LATE)):
            return await self._report(name, mine)
        if name == MISSING:
            return self._missing(mine)
        if name == UNANSWERED:
            return self._unanswered(mine)
        if audience != "officers":
            return Spoken(notices.DayList((await self._line(),)).render())
        said = [self._site(name, code).text for code in mine]
        return Spoken(Text("\n\n".join(said)))

    def _site(self, name: str, code: str) -> Text:
        place, people = self._places[code], self._people(code)
        if name == "roster_open":
            unreachable = [self._name(one) for one in self._of(code) if self._is_unreachable(one)]
            return activity_day_rosters.RosterOpened(self._told, place.name, people, tuple(unreachable)).render()
        if name == "roster_fixed":
            return activity_day_rosters.RosterFixed(self._told, place.name, people).render()
        if name == "announced":
            shown = self._shown.get(code, ())
            return notices.PublicNotice(self._told, place.name, place.address, place.phone, shown).render()
        today = facts.today(self._context) == self._day.on_date
        return activity_day_rosters.OfficerReminder(self._told, place.name, people, today).render()

    def _of(self, code: str) -> list[Attendance]:
        return self._roster.get(code, [])

    def _name(self, attendance: Attendance) -> str:
        return facts.name_of(self._context, attendance.representative_code)

    def _is_unreachable(self, attendance: Attendance) -> bool:
        return (
            attendance.state in facts.GOING
            and facts.userid_of(self._context, attendance.representative_code) is None
        )

    def _people(self, code: str) -> tuple[tuple[str, str], ...]:
        return tuple((self._name(one), one.state.value) for one in self._of(code))

    def _unanswered(self, mine: Sequence[str]) -> Answer:
        said = []
        for code in mine:
            names = [self._name(one) for one in self._of(code) if one.state is AttendanceState.INVITED]
            if names:
                said.append(
                    activity_day_rosters.Unanswered(self._told, self._places[code].name, tuple(names)).render().text
                )
        return Spoken(Text("\n".join(said))) if said else Void("all answered")

    async def _report(self, name: str, mine: Sequence[str]) -> Answer:
        """The first site that has not filed; the card of the next one follows the tap."""
        waiting = [self._sites[code] for code in mine if self._sites[code].reported_at is None]
        if not waiting:
            return Void("filed")
        card = await reporting.card_of(self._context, self._day, waiting[0], overdue=name.startswith(LATE))
        return Spoken(card.render(), f"day-{self._day.id}-{waiting[0].id}-{name}")

    def _missing(self, mine: Sequence[str]) -> Answer:
        waiting = [code for code in mine if self._sites[code].reported_at is None]
        if not waiting:
            return Void("filed")
        names = "、".join(self._places[code].name for code in waiting[:10])
        more = f"等 {len(waiting)} 个站" if len(waiting) > 10 else ""
        due_on = self._day.report_due_on or self._day.on_date
        return Spoken(activity_day_reports.ReportMissing(self._told, names + more, due_on).render())

    async def _line(self) -> notices.DayLine:
        states = [one.state for rows in self._roster.values() for one in rows]
        return notices.DayLine(
            self._told,
            self._day.state.value,
            len(self._sites),
            states.count(AttendanceState.ACCEPTED),
            states.count(AttendanceState.INVITED),
        )
