"""Counts and reports: proposed from the raw rows, filed by each site's officer, told to the centre at the end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.notices.activity_day_reports import DaySummary, ReportCard, ReportNoted, ReportRefused, SiteFigures
from bot.services import speaking
from bot.services.activity_days import facts
from bot.services.context import Context
from bot.services.people import Member
from storage import activity_days, audit, receptions
from storage.keys import add_key
from storage.models import ActivityDay, ActivitySite
from storage.outbox import Purpose
from storage.receptions import Counts
from storage.states import ActivityState

_FIGURE = re.compile(r"(接待|意见|建议)\s*[:：]?\s*(\d{1,5})\s*(?:人次|人|条|件)?")
_SEPARATORS = " ，,；;、。\n"
_FILEABLE = frozenset({ActivityState.CLOSED, ActivityState.COUNTED, ActivityState.REPORTED})


@dataclass(frozen=True, slots=True)
class Filed:
    """What an officer wrote: figures that replace the proposed ones, and the summary."""

    received: int | None = None
    opinions: int | None = None
    proposals: int | None = None
    summary: str = ""


def parse_report(words: str) -> Filed:
    """`接待5人 意见3条 建议1条 小结…`: figures at the beginning, in any order; the rest is the summary."""
    figures: dict[str, int] = {}
    rest = words.strip(_SEPARATORS)
    while (found := _FIGURE.match(rest)) and found[1] not in figures:
        figures[found[1]] = int(found[2])
        rest = rest[found.end() :].strip(_SEPARATORS)
    return Filed(figures.get("接待"), figures.get("意见"), figures.get("建议"), rest)


def figures_of(counts: Counts) -> SiteFigures:
    """Counts as notices tell them."""
    return SiteFigures(counts.attendances, counts.received, counts.opinions, counts.proposals)


def is_fileable(day: ActivityDay) -> bool:
    """Whether figures may be filed, or put right."""
    return day.state in _FILEABLE


def why_not(day: ActivityDay) -> str:
    """Why they may not, a word of `ReportRefused`."""
    return "archived" if day.state is ActivityState.ARCHIVED else "not_over"


async def next_card(context: Context, member: Member, day: ActivityDay) -> ReportCard | None:
    """The card of the member's next site of a day that has not filed."""
    waiting = [one for one in await activity_days.sites_of(context.session, day.id) if one.reported_at is None]
    officers = context.directory.officers_of
    theirs = [one for one in waiting if member.userid.lower() in map(str.lower, officers(one.station_code))]
    return await card_of(context, day, theirs[0]) if theirs else None


async def proposed(context: Context, site: ActivitySite) -> SiteFigures:
    """A site's figures as the raw rows have them now."""
    await context.session.flush()
    return figures_of(await receptions.count_site(context.session, site.day_id, site.station_code))


def as_filed(site: ActivitySite, raw: SiteFigures) -> SiteFigures:
    """What a site has filed; who was there is always what was noted."""
    return SiteFigures(raw.attendances, site.received or 0, site.opinions or 0, site.proposals or 0)


async def card_of(
    context: Context, day: ActivityDay, site: ActivitySite, *, overdue: bool = False, changed: bool = False
) -> ReportCard:
    """The card by which a site's figures are filed with one tap."""
    places = await facts.places(context, [site.station_code])
    return ReportCard(
        await facts.describe(context, day),
        site.id,
        places[site.station_code].name,
        await proposed(context, site),
        day.report_due_on,
        overdue,
        changed,
    )


async def find_site(
    context: Context, member: Member, day_id: int | None, words: str
) -> tuple[ActivityDay, ActivitySite, str] | ReportRefused:
    """The site that `活动日 上报 [编号] [联络站] …` is for, and the words that are left.

    Without a number the one that waits for this member; with several they are asked.
    """
    if day_id is None:
        sites = await activity_days.unfiled_at(context.session, _stations_of(context, member))
        days = {one.day_id for one in sites}
        if len(days) > 1:
            return await _which(context, sites)
        day_id = next(iter(days), None)
    day = await activity_days.get_day(context.session, day_id, lock=True) if day_id is not None else None
    if day is None:
        return ReportRefused("nothing")
    if not is_fileable(day):
        return ReportRefused(why_not(day))
    return await _site_of_day(context, member, day, words)


async def _site_of_day(
    context: Context, member: Member, day: ActivityDay, words: str
) -> tuple[ActivityDay, ActivitySite, str] | ReportRefused:
    sites = {one.station_code: one for one in await activity_days.sites_of(context.session, day.id)}
    mine = facts.works_at(context, member, sites)
    if not mine:
        return ReportRefused("not_yours")
    names = {code: place.name for code, place in (await facts.places(context, sites)).items()}
    for code, called in names.items():
        named = next((name for name in (called, code) if words.startswith(name)), None)
        if named is not None:
            return (day, sites[code], words.removeprefix(named)) if code in mine else ReportRefused("not_yours")
    own = member.staff.station_code if member.staff else None
    if len(mine) == 1 or own == mine[0]:
        return day, sites[mine[0]], words
    waiting = [code for code in mine if sites[code].reported_at is None]
    if len(waiting) == 1:
        return day, sites[waiting[0]], words
    return ReportRefused("which", tuple((day.id, names[code]) for code in (waiting or mine)[:20]))


def _stations_of(context: Context, member: Member) -> list[str]:
    return facts.works_at(context, member, context.directory.stations)


async def _which(context: Context, sites: Sequence[ActivitySite]) -> ReportRefused:
    names = await facts.places(context, [one.station_code for one in sites])
    return ReportRefused("which", tuple((one.day_id, names[one.station_code].name) for one in sites[:20]))


async def file(context: Context, member: Member, day: ActivityDay, site: ActivitySite, filed: Filed) -> ReportNoted:
    """File a site's figures and summary; filing again replaces them, with a line in the audit."""
    raw = await proposed(context, site)
    site.received = raw.received if filed.received is None else filed.received
    site.opinions = raw.opinions if filed.opinions is None else filed.opinions
    site.proposals = raw.proposals if filed.proposals is None else filed.proposals
    if filed.summary:
        site.key_id, key = await add_key(context.session, context.vault)
        site.report_sealed = key.seal_text(filed.summary)
    again = site.reported_at is not None
    site.reported_at, site.reported_by = context.now, member.userid
    audit.add_line(
        context.session,
        actor=member.userid,
        act="activity report corrected" if again else "activity report filed",
        subject=f"day {day.id}: {site.station_code}",
        at=context.now,
    )
    await context.session.flush()
    await complete(context, day)
    told = as_filed(site, raw)
    places = await facts.places(context, [site.station_code])
    return ReportNoted(
        await facts.describe(context, day), places[site.station_code].name, told, None if told == raw else raw
    )


async def complete(context: Context, day: ActivityDay) -> bool:
    """When every site has filed: counted, told to the centre, reported. Told again where a figure was corrected."""
    sites, filed = await activity_days.filed_until(context.session, day.id)
    if filed < sites or day.state not in _FILEABLE:
        return False
    day.move(ActivityState.COUNTED)
    await context.session.flush()
    summary = await summarise(context, day)
    await speaking.notify_members(context, context.directory.centre_staff(), Purpose.NOTICE, summary.render())
    day.move(ActivityState.REPORTED)
    return True


async def summarise(context: Context, day: ActivityDay) -> DaySummary:
    """The figures of the whole day: as filed, and as the raw rows have them."""
    sites = await activity_days.sites_of(context.session, day.id)
    counted = [await receptions.count_site(context.session, day.id, site.station_code) for site in sites]
    raw = _sum([figures_of(one) for one in counted])
    filed = _sum([as_filed(site, figures_of(one)) for site, one in zip(sites, counted, strict=True)])
    held = sum(one.sessions for one in counted)
    return DaySummary(await facts.describe(context, day), len(sites), held, filed, raw)


def _sum(figures: list[SiteFigures]) -> SiteFigures:
    return SiteFigures(
        sum(one.attendances for one in figures),
        sum(one.received for one in figures),
        sum(one.opinions for one in figures),
        sum(one.proposals for one in figures),
    )
