"""What is done with an activity day on its page: by the services of the chat, on the day that was looked at."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from bot.notices import activity_day_desk as desk_notices
from bot.notices.activity_day import CheckInRefused
from bot.notices.activity_day_reports import ReportRefused
from bot.notices.activity_day_rosters import PlaceRefused
from bot.services.activity_days import changing, check_in, facts, managing, planning, reporting, roster_desk
from bot.services.activity_days.planning import DayRefused
from bot.services.activity_days.reporting import Filed
from bot.services.context import Context
from bot.services.people import Member
from storage import activity_days, activity_rosters
from storage.models import ActivityDay

MOST_FIGURE, REASON_LENGTH, SUMMARY_LENGTH = 99_999, 100, 2000


class NotDone(Exception):
    """It was not done; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__("not done")
        self.words = words


@dataclass(frozen=True, slots=True)
class Order:
    """What a form says; what does not belong to its act is empty."""

    act: str
    on: date | None = None
    words: str = ""
    station: str = ""
    person: str = ""
    clock: str = ""
    figures: tuple[int | None, int | None, int | None] = (None, None, None)


_Act = Callable[[Context, Member, ActivityDay, Order], Awaitable[str]]


async def add(context: Context, member: Member, order: Order) -> ActivityDay:
    """A day that no rule found. Raises `NotDone`."""
    try:
        return await managing.add(context, member, order.on, order.words)
    except DayRefused as refused:
        raise _told(refused) from refused


async def carry_out(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    """Do it on a day that the caller has access to and has locked; the word that tells so. Raises `NotDone`."""
    try:
        if order.act in _OF_DAY:
            day = await managing.access_day(context, member, day.id)
            return await _OF_DAY[order.act](context, member, day, order)
        if order.act in _OF_SITE:
            return await _OF_SITE[order.act](context, member, day, order)
    except DayRefused as refused:
        raise _told(refused) from refused
    raise _told(DayRefused("state", day.state.value))


def _told(refused: DayRefused) -> NotDone:
    return NotDone(desk_notices.DayRefused(refused.why, refused.state).render().text)


async def _confirm(context: Context, member: Member, day: ActivityDay, _order: Order) -> str:
    await planning.confirm(context, day, member.userid)
    return "day_confirmed"


async def _topic(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    planning.name_topic(context, day, order.words.strip()[: managing.TOPIC_LENGTH], member.userid)
    return "day_saved"


async def _move(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    if order.on is None:
        raise DayRefused("date")
    await changing.move(context, day, order.on, _reason(order), member.userid)
    return "day_moved"


async def _postpone(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    await changing.postpone(context, day, _reason(order), member.userid)
    return "day_called_off"


async def _cancel(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    await changing.cancel(context, day, _reason(order), member.userid)
    return "day_called_off"


def _reason(order: Order) -> str:
    return order.words.strip(" ，,。\n")[:REASON_LENGTH]


async def _site_added(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    if order.station not in context.directory.stations:
        raise DayRefused("no_site")
    await managing.add_site(context, member, day, order.station)
    return "day_saved"


async def _site_left_out(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    await managing.leave_out(context, member, day, order.station)
    return "day_saved"


_OF_DAY: Mapping[str, _Act] = MappingProxyType(
    {
        "confirm": _confirm,
        "topic": _topic,
        "move": _move,
        "postpone": _postpone,
        "cancel": _cancel,
        "site_add": _site_added,
        "site_out": _site_left_out,
    }
)


async def _note(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    """参加, 请假 or 加人, as an officer writes it."""
    if order.person not in context.directory.representatives:
        raise NotDone(PlaceRefused("nobody", order.person[:40]).render().text)
    words = {"comes": roster_desk.COMES, "cannot": roster_desk.CANNOT, "ask": roster_desk.ASK}[order.act]
    noted = await roster_desk.note(context, member, day, words, order.person, station=order.station)
    if isinstance(noted, PlaceRefused):
        raise NotDone(noted.render().text)
    return "day_place"


async def _came(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    place = await activity_rosters.find_attendance(context.session, day.id, order.person, lock=True)
    if place is None or not facts.may_work_site(context, member, place.station_code):
        raise NotDone(CheckInRefused("not_yours", name=facts.name_of(context, order.person[:40])).render().text)
    if not check_in.may_be_noted(day):
        raise DayRefused("state", day.state.value)
    noted = await check_in.note_by_staff(context, member, place, day, order.clock or None)
    if isinstance(noted, CheckInRefused):
        raise NotDone(noted.render().text)
    return "day_came"


async def _file(context: Context, member: Member, day: ActivityDay, order: Order) -> str:
    site = await activity_days.find_site(context.session, day.id, order.station)
    if site is None or not facts.may_work_site(context, member, site.station_code):
        raise NotDone(ReportRefused("not_yours").render().text)
    if not reporting.is_fileable(day):
        raise NotDone(ReportRefused(reporting.why_not(day)).render().text)
    filed = Filed(*order.figures, order.words.strip()[:SUMMARY_LENGTH])
    await reporting.file(context, member, day, site, filed)
    return "day_filed"


_OF_SITE: Mapping[str, _Act] = MappingProxyType(
    {"comes": _note, "cannot": _note, "ask": _note, "came": _came, "file": _file}
)
