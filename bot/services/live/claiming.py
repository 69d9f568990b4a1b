"""Each question to its end: the claim list, the fate of each, and the answer for whoever asked it."""

import logging
from dataclasses import dataclass
from typing import Any

from bot.assignment import Decision, Inquiry
from bot.notices import live as notices
from bot.notices.content import Text
from bot.notices.live_staff import ERASED, ClaimList, QuestionCard, QuestionLine, Questions
from bot.services import cases, deciding, people, promising, speaking
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.live import facts
from storage import audit
from storage import live as stored
from storage.keys import find_key, get_key
from storage.models import Case, Constituent, Conversation, LiveQuestion, LiveSession
from storage.outbox import Purpose
from storage.states import LiveState, QuestionState

log = logging.getLogger(__name__)
BY_CLOCK = "live"  # the actor where nobody decided


class FateRefused(Exception):
    """What cannot be decided of a question; `why` is a word that notices have a sentence for."""

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(why, words)
        self.why, self.words = why, words


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a question: its state, whose it is now, and whether the answer waits for its asker."""

    state: QuestionState
    detail: str
    held: bool


async def text_of(context: Context, question: LiveQuestion) -> str:
    """The words of a question; a note where they were taken back or erased."""
    key = await find_key(context.session, context.vault, question.key_id)
    return (key.open_text(question.text_sealed) if key else "") or ERASED


async def lines_of(context: Context, live: LiveSession) -> tuple[QuestionLine, ...]:
    """Every question with what became of it; one without a fate is the officer's."""
    found = await stored.questions_of(context.session, live.id)
    numbers = {question.id: question.number for question in found}
    owner = "、".join(people.name_of(context, userid) for userid in facts.officers_of(context, live)[:2])
    lines = []
    for question in found:
        detail = await _detail(context, question, numbers)
        if question.state is QuestionState.WAITING and owner:
            detail = f"由{owner}认领"
        lines.append(QuestionLine(question.number, await text_of(context, question), question.state.value, detail))
    return tuple(lines)


async def _detail(context: Context, question: LiveQuestion, numbers: dict[int, int]) -> str:
    if question.state is QuestionState.CASE:
        case = await context.session.get_one(Case, question.case_id)
        due = f"，{question.due_on.month}月{question.due_on.day}日前答复" if question.due_on else ""
        return f"{case.number}，{people.owner_of(context, case).name}{due}"
    if question.state is QuestionState.MERGED:
        return f"第 {numbers.get(question.merged_into_id or 0, 0)} 号"
    return await _words_of(context, question)


async def _words_of(context: Context, question: LiveQuestion) -> str:
    key = await find_key(context.session, context.vault, question.key_id)
    return key.open_text(question.answer_sealed) if key else ""


async def send_list(context: Context, live: LiveSession) -> None:
    """问题认领清单, to those who run it, with a card for the first question that has no fate."""
    lines = await lines_of(context, live)
    sorted_out = all(line.fate != QuestionState.WAITING for line in lines)
    readers = facts.runners_of(context, live)
    said = ClaimList(facts.describe(context, live), lines, sorted_out).render()
    await speaking.notify_members(context, readers, Purpose.NOTICE, said)
    card = await next_card(context, live)
    if card is not None:
        task_id = f"live-{live.id}-{int(context.now.timestamp() * 1000):x}"
        await speaking.notify_members(context, readers, Purpose.NOTICE, card.render(), task_id=task_id)
    log.info("claim list sent", extra={"live_session": live.id, "questions": len(lines), "readers": readers})


async def list_for(context: Context, live: LiveSession) -> Questions:
    """What was asked, for the moderator."""
    return Questions(facts.describe(context, live), await lines_of(context, live))


async def next_card(context: Context, live: LiveSession, after: int = 0) -> QuestionCard | None:
    """The next question without a fate, from a number on and then from the first; None where there is none."""
    found = await stored.questions_of(context.session, live.id)
    waiting = [one for one in found if one.state is QuestionState.WAITING]
    if not waiting:
        return None
    question = next((one for one in waiting if one.number > after), waiting[0])
    text = await text_of(context, question)
    return QuestionCard(question.id, live.id, question.number, text, len(waiting))


# --- the fates --------------------------------------------------------------------------------------


async def answer(context: Context, live: LiveSession, question: LiveQuestion, words: str, by: str) -> Fate:
    """已答: it was answered on the stream; `words` are the gist for whoever asked, or empty."""
    _decide(context, question, QuestionState.ANSWERED, by)
    await _seal_answer(context, question, words)
    held = await _tell_all(context, live, question)
    return await _done(context, live, question, by, Fate(QuestionState.ANSWERED, words, held))


async def decline(context: Context, live: LiveSession, question: LiveQuestion, reason: str, by: str) -> Fate:
    """不采纳, with the reason that its asker reads."""
    _decide(context, question, QuestionState.DECLINED, by)
    await _seal_answer(context, question, reason)
    held = await _tell_all(context, live, question)
    return await _done(context, live, question, by, Fate(QuestionState.DECLINED, reason, held))


async def open_case(
    context: Context, live: LiveSession, question: LiveQuestion, representative: str | None, by: str
) -> Fate:
    """立案: a case in the asker's own conversation, of this representative or whoever assignment finds."""
    text = await text_of(context, question)
    if text == ERASED:
        raise FateRefused("decided", str(question.number))
    _decide(context, question, QuestionState.CASE, by)
    caller = await _asker(context, question)
    begins_another = caller.conversation.starts_new
    saying = Saying(f"live-question:{question.id}", "text", text, question.asked_at)
    decision = await _decide_owner(context, live, question, text, representative)
    case = await cases.open_from(context, caller, saying, decision, with_receipt=False)
    caller.conversation.starts_new = begins_another  # that is said of their own next message
    question.case_id = case.id
    question.due_on = context.calendar.today(case.due_at)
    held = await _tell_all(context, live, question)
    detail = f"{case.number}，{people.owner_of(context, case).name}"
    return await _done(context, live, question, by, Fate(QuestionState.CASE, detail, held))


async def _decide_owner(
    context: Context, live: LiveSession, question: LiveQuestion, text: str, representative: str | None
) -> Decision:
    inquiry = Inquiry(
        id=f"live-question:{question.id}",
        text=text,
        scene="station",
        scene_param=live.station_code,
        chosen_representative=representative,
    )
    return await deciding.ask(context, inquiry)


async def merge(context: Context, live: LiveSession, question: LiveQuestion, into: LiveQuestion, by: str) -> Fate:
    """并入: it shares the answer of another question, now or as soon as that has one."""
    root = into
    if into.merged_into_id is not None and into.state is QuestionState.MERGED:
        root = await context.session.get_one(LiveQuestion, into.merged_into_id)
    if root.id == question.id:
        raise FateRefused("itself", str(question.number))
    if root.state is QuestionState.WITHDRAWN:
        raise FateRefused("no_question", str(root.number))
    _decide(context, question, QuestionState.MERGED, by)
    question.merged_into_id = root.id
    for follower in await stored.merged_into(context.session, question.id):
        follower.merged_into_id = root.id
    held = False
    if root.state is not QuestionState.WAITING:
        for one in (question, *await stored.merged_into(context.session, question.id)):
            held = await _tell(context, live, one, root) or held
    return await _done(context, live, question, by, Fate(QuestionState.MERGED, f"第 {root.number} 号", held))


def _decide(context: Context, question: LiveQuestion, state: QuestionState, by: str) -> None:
    """Raise `StateRefused` where it has a fate that stands."""
    question.move(state)
    question.decided_at, question.decided_by = context.now, by


async def _seal_answer(context: Context, question: LiveQuestion, words: str) -> None:
    key = await get_key(context.session, context.vault, question.key_id)
    question.answer_sealed = key.seal_text(words)


async def _done(context: Context, live: LiveSession, question: LiveQuestion, by: str, fate: Fate) -> Fate:
    subject = f"live {live.id} question {question.number}"
    audit.add_line(context.session, actor=by, act=f"question {fate.state.value}", subject=subject, at=context.now)
    await context.session.flush()
    await settle(context, live)
    return fate


async def settle(context: Context, live: LiveSession) -> bool:
    """As soon as every question has its fate: sorted, and the list with every owner and date goes out."""
    if live.state is not LiveState.ENDED or await stored.count_waiting(context.session, live.id):
        return False
    live.move(LiveState.SORTED)
    if await stored.questions_of(context.session, live.id):
        await send_list(context, live)
    live.move(LiveState.CLAIMED)
    return True


async def open_cases_of_cancelled(context: Context, live: LiveSession) -> int:
    """The session is called off: what was asked becomes cases, so that nobody is left without an answer."""
    opened = 0
    for question in await stored.questions_of(context.session, live.id):
        if question.state is not QuestionState.WAITING:
            continue
        if await find_key(context.session, context.vault, question.key_id) is None:
            question.move(QuestionState.WITHDRAWN)
            continue
        await open_case(context, live, question, None, BY_CLOCK)
        opened += 1
    return opened


# --- what askers are told ---------------------------------------------------------------------------


async def _tell_all(context: Context, live: LiveSession, question: LiveQuestion) -> bool:
    """Tell its asker, and those of the questions that were put together with it; whether its own answer waits."""
    held = await _tell(context, live, question, question)
    for follower in await stored.merged_into(context.session, question.id):
        await _tell(context, live, follower, question)
    return held


async def _tell(context: Context, live: LiveSession, question: LiveQuestion, root: LiveQuestion) -> bool:
    """Write down what came of a question for whoever asked it; whether it has to wait for their next message."""
    text = await text_of(context, question)
    if text == ERASED:
        return False
    facts_told: dict[str, Any] = {"fate": root.state.value, "words": await _words_of(context, root)}
    if root.state is QuestionState.CASE:
        case = await context.session.get_one(Case, root.case_id)
        facts_told |= {"owner": people.owner_of(context, case), "due_at": case.due_at, "words": ""}
        facts_told["number_of_case"] = case.number if root is question else ""
    said = notices.LiveAnswer(
        facts=facts.describe(context, live),
        number=question.number,
        question=text,
        shared_with=None if root is question else root.number,
        cancelled=live.state is LiveState.CANCELLED,
        **facts_told,
    )
    return await _write(context, question, said.render())


async def pass_on_answer(
    context: Context, live: LiveSession, question: LiveQuestion, root: LiveQuestion, words: str
) -> None:
    """The case of the question it was put together with is answered: its asker reads the same answer."""
    await _seal_answer(context, question, words)
    said = notices.LiveAnswer(
        facts=facts.describe(context, live),
        number=question.number,
        question=await text_of(context, question),
        fate=notices.ANSWERED,
        words=words,
        shared_with=root.number,
    )
    await _write(context, question, said.render())


async def _write(context: Context, question: LiveQuestion, said: Text) -> bool:
    caller = await _asker(context, question)
    conversation = caller.conversation
    foreseen = await promising.foresee(context, conversation, (said,))
    *_, row = await speaking.say_to_constituent(
        context, conversation, caller.external_userid, Purpose.ANSWER, said, key_id=question.key_id
    )
    await context.session.flush()
    question.answer_row_id, question.told_at = row.id, None
    return foreseen.held


async def _asker(context: Context, question: LiveQuestion) -> Caller:
    constituent = await context.session.get_one(Constituent, question.constituent_id)
    return Caller(constituent, await context.session.get_one(Conversation, question.conversation_id))
