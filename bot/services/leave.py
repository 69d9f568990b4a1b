"""请假: on which days a representative is passed over."""

import re
from datetime import date

from bot.notices import member_desk
from bot.notices.content import Text
from bot.notices.member_rosters import SlotsOnLeave
from bot.services import duty_leaves
from bot.services.context import Context
from bot.services.days import NotUnderstood, parse_day
from bot.services.people import Member
from storage import audit, leaves

_TO = re.compile(r"\s*(?:至|到|~|～|—|–|--)\s*")
MOST_DAYS = 366


def parse(words: str, today: date) -> tuple[date, date]:
    """The first and the last day of `2026-12-15`, `2026-11-21 至 2026-11-24`, `12月3日到12月5日`, `明天`.

    A day without a year is the next one of that name. Raises `NotUnderstood`.
    """
    ends = _TO.split(words.strip(" 。，,."), maxsplit=1)
    first = parse_day(ends[0], today)
    last = parse_day(ends[1], today, not_before=first) if len(ends) == 2 else first
    if last < first:
        raise NotUnderstood("结束的日子在开始之前。")
    if last < today:
        raise NotUnderstood("这些日子已经过去了。")
    if (last - first).days >= MOST_DAYS:
        raise NotUnderstood("一次最多请一年。")
    return first, last


async def note(context: Context, member: Member, words: str) -> Text:
    """Note a leave of the representative who writes, or say how it is written."""
    representative = member.representative
    if representative is None:
        return member_desk.LeaveHelp("请假只用于人大代表本人。").render()
    today = context.local_now.date()
    try:
        first, last = parse(words, today)
    except NotUnderstood as error:
        known = await leaves.of_representative(context.session, representative.code, today)
        listed = tuple(f"{_said(one.first_on)}至{_said(one.last_on)}" for one in known)
        return member_desk.LeaveHelp(str(error) if words else "", listed).render()
    code = representative.code
    known = await leaves.between(context.session, [code], first, last)
    if any(one.first_on <= first and last <= one.last_on for one in known):  # written twice: nobody is told again
        return member_desk.LeaveNoted(_said(first), _said(last)).render()
    await leaves.add(context.session, representative_code=code, first_on=first, last_on=last, at=context.now)
    audit.add_line(
        context.session, actor=member.userid, act="leave noted", subject=f"{first} to {last}", at=context.now
    )
    noted = member_desk.LeaveNoted(_said(first), _said(last)).render()
    slots = await duty_leaves.tell(context, representative, first, last)
    return Text(f"{noted.text}\n{SlotsOnLeave(slots).render().text}") if slots else noted


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
