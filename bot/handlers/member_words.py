"""Words of representatives and officers: 待办, #编号 …, 请假 …, 缘由 编号, 分派, 指派 编号 代表."""

import re
from datetime import timedelta

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices import member_desk
from bot.notices.reasons import RULE_NAMES
from bot.notices.words import STEP_NAMES
from bot.services import answering, desks, explaining, leave, people
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.people import Member
from storage import cases, corrections
from storage.models import Case
from storage.states import CaseState

router = Router("member_words")
NUMBER = r"(?:[A-Za-z0-9]+-\d{4}-)?\d{1,6}"
_ANSWER = re.compile(rf"[#＃]\s*({NUMBER})(?!\d)[\s:：,，]*(.*)", re.DOTALL)
_WHY = re.compile(rf"(?:缘由|为什么)\s*[#＃]?\s*({NUMBER})[？?。]?")
FIGURES_DAYS = 30
_ASSIGN = re.compile(rf"指派\s*[#＃]?\s*({NUMBER})\s+(\S+)\s*")


async def find_theirs(context: Context, member: Member, number: str) -> Case | None:
    """The case of this number that the member may act on; one that was merged is the one that it lives on in."""
    for found in await cases.find_numbered(context.session, number):
        case = await cases.survivor_of(context.session, found)
        if people.may_act_on(context, member, case):
            return case
    return None


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"待办", "代办"})
async def todo(heard: Heard[MemberMessage], context: Context) -> Reply:
    """What waits for them."""
    return Reply(await desks.todo(context, heard.from_member))


@router.on(MemberMessage, lambda one: one.kind == "text" and _ANSWER.fullmatch(one.text.strip()) is not None)
async def answer_numbered(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`#000123 …` answers that case whatever is waiting; without words it announces the answer."""
    said = _ANSWER.fullmatch(heard.message.text.strip())
    number, words = (said[1], said[2].strip()) if said else ("", "")
    member = heard.from_member
    case = await find_theirs(context, member, number)
    if case is None:
        return Reply(member_desk.NotYours(number).render())
    if not words:
        return Reply(await desks.begin_answer(context, member, case), case=case)
    saying = Saying(heard.message.key, "text", words, heard.message.sent_at)
    return Reply((await answering.answer(context, case, member, saying)).render(), case=case)


@router.on(MemberMessage, lambda one: one.kind == "text" and one.text.strip().startswith("请假"))
async def leave_of_absence(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`请假 …`: a day, a span or a word."""
    return Reply(
        await leave.note(context, heard.from_member, heard.message.text.strip().removeprefix("请假").strip())
    )


@router.on(MemberMessage, lambda one: one.kind == "text" and _WHY.fullmatch(one.text.strip()) is not None)
async def why(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`缘由 编号`: why a case of theirs is where it is."""
    said = _WHY.fullmatch(heard.message.text.strip())
    case = await find_theirs(context, heard.from_member, said[1]) if said else None
    if case is None:
        return Reply(member_desk.NotYours(said[1] if said else "").render())
    return Reply(member_desk.Reasons(case.number, await explaining.steps_of(context, case)).render(), case=case)


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"分派", "分派情况"})
async def rule_figures(heard: Heard[MemberMessage], context: Context) -> Reply:
    """How often each rule decided and was put right; for staff."""
    if heard.from_member.staff is None:
        return Reply(member_desk.MemberHelp().render())
    since = context.now - timedelta(days=FIGURES_DAYS)
    closed = people.is_centre(context, heard.from_member)
    rows = await corrections.count_by_rule(context.session, since, restricted=closed)
    named = tuple((RULE_NAMES.get(rule, rule), decided, wrong) for rule, decided, wrong in rows)
    return Reply(member_desk.RuleFigures(FIGURES_DAYS, named).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and one.text.strip().startswith("指派"))
async def assign(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`指派 编号 代表`, by name or code; two of one name are asked apart."""
    member = heard.from_member
    said = _ASSIGN.fullmatch(heard.message.text.strip())
    if member.staff is None or said is None:
        return Reply(member_desk.AssignHelp("没有看懂要指派哪件事给谁。").render())
    case = await find_theirs(context, member, said[1])
    if case is None:
        return Reply(member_desk.NotYours(said[1]).render())
    if case.restricted:
        return Reply(member_desk.StaysHere(case.number).render(), case=case)
    if case.ruled and not people.is_centre(context, member):
        return Reply(member_desk.RuledAlready(case.number).render(), case=case)
    if case.state in {CaseState.ANSWERED, CaseState.CLOSED}:
        return Reply(member_desk.AlreadyDone(case.number, STEP_NAMES[case.state]).render(), case=case)
    return await _assign(context, case, member, said[2].removesuffix("代表"))


async def _assign(context: Context, case: Case, member: Member, name: str) -> Reply:
    directory = context.directory
    by_code = directory.representatives.get(name)
    people_named = [by_code] if by_code else directory.representatives_named(name)
    if not people_named:
        return Reply(member_desk.AssignHelp(f"没有叫“{name}”的代表。").render())
    if len(people_named) > 1:
        listed = []
        for one in people_named:
            station = directory.stations.get(one.station_code or "")
            listed.append(f"{one.name}（{station.name if station else '未编站'}）代码 {one.code}")
        return Reply(member_desk.AssignHelp("有几位同名的代表，请用代码指派：\n" + "\n".join(listed)).render())
    owner = await answering.assign_to(context, case, member, people_named[0].code)
    return Reply(member_desk.Moved(case.number, owner.name).render(), case=case)
