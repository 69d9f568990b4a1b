"""月报, 积分 and 导出 on pages: as the words of the chat give them, by the same services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from bot.notices.ordering import ExportGiven
from bot.notices.scores import AppealAnswered, Appeals, OwnScore, ScoreHelp, ScoresPublished
from bot.notices.two_person import Act
from bot.notices.two_person import Asked as SecondAsked
from bot.services import people
from bot.services.activity_days import facts
from bot.services.context import Context
from bot.services.duty import access
from bot.services.exports import month_report
from bot.services.exports.month_report import Behind, MonthReport
from bot.services.ordering import asking, naming, rights
from bot.services.ordering.orders import MONTH, TITLES, Order
from bot.services.people import Member
from bot.services.scores import appealing, telling
from bot.services.statistics import reading
from bot.services.two_person import deciding
from storage import audit, region_reading
from storage.models import Region


@dataclass(frozen=True, slots=True)
class Month:
    """A region's month; `behind` are the rows of the station that was opened, if any was."""

    report: MonthReport | None
    region: str
    first: date
    opened: str
    behind: Behind


def month_of(said: str, today: date) -> date:
    """The first day of a month such as `2026-10`; the month before where it is none."""
    found = reading.find_period(said.strip(), today) if said else None
    return (found or reading.month_of(date.fromordinal(today.replace(day=1).toordinal() - 1)))[0].replace(day=1)


async def regions(context: Context, member: Member) -> list[tuple[str, str]]:
    """The regions whose months a member may see, by code and name."""
    own = facts.region_of(context, member)
    query = select(Region.code, Region.name).order_by(Region.name)
    if access.viewer_of(context, member).stations is not None:
        below = await region_reading.regions_below(context.session, own) if own else []
        query = query.where(Region.code.in_(below))
    found = [(code, name) for code, name in await context.session.execute(query)]
    return sorted(found, key=lambda one: one[0] != own)


async def _is_theirs(context: Context, member: Member, order: Order) -> bool:
    """Whether there is such a region, and a member may have its month."""
    code = order.region or ""
    is_known = code in await region_reading.region_names(context.session, [code])
    return is_known and await rights.may_have(context, member, order)


async def look_month(context: Context, member: Member, region: str, first: date, station: str) -> Month:
    """The month of a region that the member may see; without one where they may see none of this code."""
    order = Order(MONTH, region=region, first=first, last=reading.month_of(first)[1])
    if not await _is_theirs(context, member, order):
        return Month(None, "", first, "", Behind())
    report = await month_report.count_month(context.session, region, first)
    behind = Behind()
    if station and any(line.station == station for line in report.stations):
        every = await month_report.rows_behind(context.session, region, first)
        behind = Behind(
            [one for one in every.came if one.station == station],
            [one for one in every.received if one.station == station],
        )
        _note(context, member, "figures opened", f"month {first:%Y-%m} of {station}")
    return Month(report, region, first, station if behind != Behind() else "", behind)


async def month_order(context: Context, member: Member, region: str, first: date) -> tuple[Order, str] | None:
    """The order of a month as a file with its name; None where they may not have it."""
    order = Order(MONTH, region=region, first=first, last=reading.month_of(first)[1])
    if not await _is_theirs(context, member, order):
        return None
    return order, (await naming.describe(context, order)).file_name("xlsx")


async def explain(context: Context, member: Member, code: str, when: str) -> OwnScore | ScoreHelp:
    """The points of a representative, item by item; reading them is on record."""
    told = await telling.of_representative(context, member, f"{code} {when}")
    if isinstance(told, OwnScore):
        _note(context, member, "points explained", f"representative {code}")
    return told


async def appeals(context: Context, member: Member) -> Appeals | None:
    """What waits for an answer."""
    found = await appealing.waiting(context, member)
    return found if isinstance(found, Appeals) else None


async def answer_appeal(context: Context, member: Member, number: int, words: str) -> str:
    """The representative hears it; empty where it was done, else why not."""
    told = await appealing.answer(context, member, number, words)
    if not isinstance(told, AppealAnswered):
        return told.render().text
    _note(context, member, "points appeal answered", f"appeal {number}")
    return ""


async def publish(context: Context, member: Member, when: str) -> tuple[bool, str]:
    """Each hears that their points are there; whether it was done, and what is said."""
    told = await appealing.publish(context, member, when)
    return isinstance(told, ScoresPublished), told.render().text


@dataclass(frozen=True, slots=True)
class Ordered:
    """What became of an order: where it is to be fetched, or what is said."""

    url: str
    said: str
    is_done: bool


def documents() -> list[tuple[str, str]]:
    """What can be asked for, by the word of the chat."""
    return [(title, title) for title in TITLES.values()]


async def order(context: Context, member: Member, words: Sequence[str]) -> Ordered:
    """`导出 …`: an address of their own, or a second person is asked, or why not."""
    plain = " ".join(part for one in words for part in one.split())
    told = await asking.ask(context, member, plain[:200])
    if isinstance(told, ExportGiven):
        return Ordered(told.url.removeprefix(context.public_url), told.render().text, is_done=True)
    return Ordered("", told.render().text, is_done=isinstance(told, SecondAsked))


async def to_decide(context: Context, member: Member) -> tuple[tuple[int, str, Act], ...]:
    """What others ask for and this member may agree to."""
    return await deciding.waiting_for(context, member)


async def decide(context: Context, member: Member, number: int, *, agrees: bool) -> str:
    """What is said of it."""
    told = await deciding.decide(context, member, number, agrees=agrees)
    return getattr(told, "text", "")


def may_publish(context: Context, member: Member) -> bool:
    """Whether points are theirs to publish."""
    return people.is_centre(context, member)


def _note(context: Context, member: Member, act: str, subject: str) -> None:
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
