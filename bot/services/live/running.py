"""What those who run a session do with it, in the chat and on the pages of staff: arrange, settle, decide."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.notices.live_staff import STATES
from bot.services.context import Context
from bot.services.live import claiming, planning
from bot.services.live.claiming import Fate, FateRefused
from bot.services.live.planning import Draft, LiveRefused
from bot.services.people import Member
from storage import live as stored
from storage.models import LiveQuestion, LiveSession
from storage.states import StateRefused

APPROVE, END, RESUME = "approve", "end", "resume"
ANSWERED, CASE, MERGED, DECLINED = "已答", "立案", "并入", "不采纳"
_Decide = Callable[[], Awaitable[Fate]]


async def settle(context: Context, member: Member, live: LiveSession, act: str) -> None:
    """同意, 结束 or 恢复 of a session that the member runs. Raises `LiveRefused`."""
    if act == APPROVE:
        await planning.approve(context, live, member.userid)
    elif act == RESUME:
        planning.resume(context, live, member.userid)
    elif not await planning.end(context, live, context.now, member.userid):
        raise LiveRefused("state", STATES[live.state.value])


async def arrange(
    context: Context, member: Member, starts_at: datetime, title: str, hosts: Sequence[str], link: str, minutes: int
) -> LiveSession:
    """A draft of one's own station; without an address the first host broadcasts in WeCom. Raises `LiveRefused`."""
    if member.staff is None or member.staff.station_code is None:
        raise LiveRefused("not_staff" if member.staff is None else "no_station")
    draft = Draft(
        station_code=member.staff.station_code,
        title=title,
        starts_at=starts_at,
        minutes=minutes,
        author=member.userid,
        hosts=tuple(hosts),
        anchor_userid=None if link else _anchor(context, hosts),
        join_url=link,
    )
    return await planning.add(context, draft)


def _anchor(context: Context, hosts: Sequence[str]) -> str:
    if not hosts:
        raise LiveRefused("no_draft")
    person = context.directory.representatives.get(hosts[0])
    if person is None:
        raise LiveRefused("nobody", hosts[0])
    if person.userid is None:
        raise LiveRefused("no_anchor")
    return person.userid


def get_representative(context: Context, words: str) -> str:
    """The code of the one that a code or a name means. Raises `FateRefused`."""
    directory = context.directory
    if words in directory.representatives:
        return words
    named = directory.representatives_named(words.removesuffix("代表"))
    if not named:
        raise FateRefused("nobody", words)
    if len(named) > 1:
        raise FateRefused("same_name", "、".join(one.code for one in named))
    return named[0].code


async def decide(
    context: Context, member: Member, live: LiveSession, question: LiveQuestion, act: str, words: str
) -> Fate:
    """已答, 立案, 并入 or 不采纳, of a session that the member runs. Raises `FateRefused`."""
    do = await _decision(context, member, live, question, act, words)
    try:
        return await do()
    except StateRefused as refused:
        raise FateRefused("decided", str(question.number)) from refused


async def _decision(
    context: Context, member: Member, live: LiveSession, question: LiveQuestion, act: str, words: str
) -> _Decide:
    """What is to be done, with everything looked up that may be refused."""
    by, number = member.userid, str(question.number)
    if act == ANSWERED:
        if not words:
            raise FateRefused("no_words", number)
        return lambda: claiming.answer(context, live, question, words, by)
    if act == DECLINED:
        if not words:
            raise FateRefused("no_reason", number)
        return lambda: claiming.decline(context, live, question, words, by)
    if act == CASE:
        code = get_representative(context, words) if words else None
        return lambda: claiming.open_case(context, live, question, code, by)
    other = re.fullmatch(r"第?(\d{1,6})[号题]?", words)
    into = await stored.find_question(context.session, live.id, int(other[1])) if other else None
    if into is None:
        raise FateRefused("no_question", words or "?")
    return lambda: claiming.merge(context, live, question, into, by)
