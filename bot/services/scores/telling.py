"""我的积分 and 积分: one representative's points, told to them and to the staff of their station alone."""

from datetime import date, datetime

from bot.notices import scores as notices
from bot.services.context import Context
from bot.services.duty import access, kinds
from bot.services.people import Member
from bot.services.scores import counting, rules
from bot.services.scores.counting import Fact, ItemSum, Score
from bot.services.statistics.reading import find_period
from config.score_rules import ABSENCE, ScoreRules
from storage import audit, scores
from storage.models import ScorePublication


async def count(
    context: Context, ruled: ScoreRules, code: str, first: date, last: date, as_of: datetime | None = None
) -> Score:
    """The points of a representative as the record stood at `as_of`, now where it is not given."""
    entries = await scores.entries_of(context.session, code, first, last, as_of or context.now)
    facts = [
        Fact(one.number, one.kind, one.on, one.people, one.confirmed, one.passed, one.evidence) for one in entries
    ]
    absences = await scores.absences_of(context.session, code, first, last)
    facts += [Fact(number, ABSENCE, on) for number, on in absences]
    return counting.count(ruled, first, last, facts)


Told = notices.OwnScore | notices.ScoreHelp


async def of_own(context: Context, member: Member, words: str) -> Told:
    """我的积分, of this year or the period that is named."""
    person = member.representative
    if person is None:
        return notices.ScoreHelp("not_representative")
    return await _tell(context, person.code, person.name, words, own=True)


async def of_representative(context: Context, member: Member, words: str) -> Told:
    """积分 张伟 2026, for staff of their station and the service centre; who else asks is noted."""
    name, _, period = words.strip().partition(" ")
    directory = context.directory
    by_code = directory.representatives.get(name)
    found = [by_code] if by_code else directory.representatives_named(name.removesuffix("代表"))
    if len(found) != 1:
        return notices.ScoreHelp("several" if found else "nobody")
    person = found[0]
    if not _may_see(context, member, person.station_code):
        act, subject = "points of another station refused", f"representative {person.code}"
        audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
        return notices.ScoreHelp("nobody")
    return await _tell(context, person.code, person.name, period, own=False)


def _may_see(context: Context, member: Member, station_code: str | None) -> bool:
    viewer = access.viewer_of(context, member)
    return viewer.stations is None or (station_code is not None and station_code in viewer.stations)


async def _tell(context: Context, code: str, name: str, words: str, *, own: bool) -> Told:
    today = context.calendar.today(context.now)
    span = find_period(words.strip() or "今年", today)
    if span is None:
        return notices.ScoreHelp("period")
    published = await scores.find_publication(context.session, *span)
    ruled = await rules.find(context, published.rules) if published else await rules.find_standing(context)
    if ruled is None:
        return notices.ScoreHelp("no_rules")
    as_of = published.published_at if published else None
    score = await count(context, ruled, code, *span, as_of)
    return notices.OwnScore(
        name=name,
        own=own,
        first=span[0],
        last=span[1],
        title=f"{ruled.title}（{ruled.label}）",
        total=_plain(score.total),
        band=score.band,
        base=_plain(ruled.base),
        items=tuple(_item(context, one) for one in counting.by_item(score)),
        published_on=context.calendar.today(published.published_at) if published else None,
        appeal_until=appeal_until(context, published, ruled) if published else None,
    )


def appeal_until(context: Context, published: ScorePublication, ruled: ScoreRules) -> date:
    """The last local day on which points may be appealed against."""
    on = context.calendar.today(published.published_at)
    return date.fromordinal(on.toordinal() + ruled.appeal_days)


def _item(context: Context, one: ItemSum) -> notices.ScoredItem:
    counted = tuple((line.fact.number, _plain(line.points)) for line in one.counted)
    others = tuple((line.fact.number, line.why) for line in one.others)
    absent = any(line.fact.kind == ABSENCE for line in (*one.counted, *one.others))
    name = one.item or "、".join(dict.fromkeys(kinds.name_of(context, line.fact.kind) for line in one.others))
    return notices.ScoredItem(name, _plain(one.points), counted, others, attendance=absent)


def _plain(points: object) -> str:
    """`3`, `-0.5`: no more digits than it has."""
    told = f"{points:.2f}"
    return told.rstrip("0").rstrip(".")
