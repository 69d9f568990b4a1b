"""What was held for a constituent's next message: said with it, as one message, if it is still useful and true."""

import logging
from collections.abc import Mapping
from itertools import groupby

from bot.notices.together import join_all
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.reminders import firing, saying
from bot.services.reminders.kinds import KINDS
from bot.services.reminders.said import Answer, Kind, Spoken
from storage import reminders
from storage.reminders import TOO_LATE, Claimed

log = logging.getLogger(__name__)
SWEPT = 200  # rows a commit
SUBSCRIBED = ("day", "live")  # subjects that are said to those who subscribed
NO_ROOM = "no room in the one message"


async def say_held(context: Context, caller: Caller, kinds: Mapping[str, Kind] = KINDS) -> int:
    """They wrote: say what waited for it, at most one message; returns how many reminders that was."""
    held = await reminders.claim_held(context.session, caller.conversation.id)
    if not held or saying.why_not_now(caller.conversation, context.now):
        caller.conversation.has_parked |= bool(held)
        return 0
    late = [row for row in held if row.useful_until <= context.now]
    await firing.drop(context, late, TOO_LATE)
    answers = await _ask_all(context, kinds, [row for row in held if row.useful_until > context.now])
    await firing.void(context, answers)
    return await _say_once(
        context, caller, {row: answer for row, answer in answers.items() if isinstance(answer, Spoken)}
    )


async def _ask_all(context: Context, kinds: Mapping[str, Kind], rows: list[Claimed]) -> dict[Claimed, Answer]:
    answers: dict[Claimed, Answer] = {}
    for _, same in groupby(sorted(rows, key=lambda row: (row.occasion, row.id)), key=lambda row: row.occasion):
        answers |= await firing.ask(context, kinds, list(same))
    return answers


async def _say_once(context: Context, caller: Caller, spoken: Mapping[Claimed, Spoken]) -> int:
    """The most pressing first; what has no room any more is dropped, so that they are not flooded."""
    if not spoken:
        return 0
    rows = sorted(spoken, key=lambda row: (row.useful_until, row.id))
    together, count = join_all([spoken[row].content for row in rows])
    first = spoken[rows[0]]
    said = await saying.say_in_chat(
        context,
        caller.conversation,
        caller.external_userid,
        Spoken(together, case=first.case if count == 1 else None),
    )
    said.expires_at = rows[count - 1].useful_until if count == 1 else min(row.useful_until for row in rows[:count])
    await context.session.flush()
    await reminders.note_said(context.session, {row.id: said.id for row in rows[:count]}, context.now)
    await firing.drop(context, rows[count:], NO_ROOM)
    log.info("held reminders said", extra={"outbox_id": said.id, "count": count})
    return count


async def void_unwanted(context: Context, conversation_id: int, kinds: Mapping[str, Kind] = KINDS) -> None:
    """They unsubscribed from something: what its subject would not say to them any more is void."""
    unsaid = await reminders.claim_unsaid(context.session, conversation_id)
    subscribed = [row for row in unsaid if row.subject.partition(":")[0] in SUBSCRIBED]
    await firing.void(context, await _ask_all(context, kinds, subscribed))


async def drop_late(context: Context) -> int:
    """What was held until it was of no use any more; returns how many rows."""
    late = await reminders.find_late_held(context.session, context.now, SWEPT)
    await firing.drop(context, late, TOO_LATE)
    return len(late)
