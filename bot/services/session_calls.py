"""What is asked of WeCom about a session, who should have it, and the one word that a change of it allows."""

from dataclasses import dataclass
from datetime import timedelta

from bot.notices.content import PERSON, EventText, SessionCall, dump
from bot.services import cases, deciding, lanes, people
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.conversations import Caller
from storage import outbox
from storage.keys import get_key
from storage.models import Case, Constituent, Conversation, OutboxRow
from storage.outbox import Channel, Purpose, Utterance

UNHANDLED, ASSISTANT, WAITING, HUMAN, ENDED = range(5)  # WeCom document 94669
OURS = frozenset({UNHANDLED, ASSISTANT})
CALL_SECONDS = 60  # after this a person who was asked for is asked for in another way
ASIDE = ":session"  # a lane of its own: what is asked about a session waits for nothing that is to be said
ASKED, UNANSWERED, IDLE, BACK = "asked", "unanswered", "idle", "given back"  # why, and what for
WISH = "对方要求和工作人员直接说话"


@dataclass(frozen=True, slots=True)
class SessionChange:
    """How a session stands, with its servicer in state 3, and the code for one message on the change."""

    state: int
    servicer: str = ""
    code: str = ""


async def order(context: Context, caller: Caller, call: SessionCall, case: Case | None) -> None:
    """Written behind what is to be said before: once a person has the chat, WeCom takes nothing more of ours."""
    await context.session.flush()
    key = await get_key(context.session, context.vault, case.key_id) if case else context.vault
    lane = f"kf:{caller.conversation.open_kfid}:{caller.external_userid}"
    outbox.add(
        context.session,
        Utterance(
            channel=Channel.SERVICE_STATE,
            purpose=Purpose.SESSION,
            lane=lane if call.act == PERSON else lane + ASIDE,
            recipients=(caller.external_userid,),
            conversation_id=caller.conversation.id,
            case_id=case.id if case else None,
            key_id=case.key_id if case else None,
            content_sealed=key.seal(dump(call)),
            expires_at=context.now + timedelta(seconds=CALL_SECONDS),
        ),
        context.now,
    )


async def say_on_event(
    context: Context, caller: Caller, code: str, text: str, case: Case | None, lasts: timedelta
) -> None:
    """One message that the change of a session allows beside the budget; nothing where there is no code for it."""
    if not code:
        return
    key = await get_key(context.session, context.vault, case.key_id) if case else context.vault
    outbox.add(
        context.session,
        Utterance(
            channel=Channel.WELCOME,
            purpose=Purpose.REPLY,
            lane=f"kf:{caller.conversation.open_kfid}:{caller.external_userid}:event",
            recipients=(caller.external_userid,),
            conversation_id=caller.conversation.id,
            case_id=case.id if case else None,
            key_id=case.key_id if case else None,
            content_sealed=key.seal(dump(EventText(code, text))),
            expires_at=context.now + lasts,
        ),
        context.now,
    )


async def caller_of(context: Context, row: OutboxRow) -> Caller | None:
    """Whose chat a row is about; None where there is none."""
    conversation = await context.session.get(Conversation, row.conversation_id) if row.conversation_id else None
    if conversation is None:
        return None
    return Caller(await context.session.get_one(Constituent, conversation.constituent_id), conversation)


async def open_case(context: Context, caller: Caller, saying: Saying, *, with_receipt: bool = False) -> Case:
    """A matter for what was written; where it says nothing of its own, one for the officer."""
    decision = await deciding.decide(context, caller, saying.platform_id, saying.text, saying.location)
    if decision.ask == "matter" or decision.kind in ("spam", "service_query", "unclear", "praise"):
        decision = deciding.for_officer(decision)
    return await cases.open_from(context, caller, saying, decision, with_receipt=with_receipt)


def wanted(context: Context, case: Case) -> list[str]:
    """Who should have the chat, in this order: the case's readers, then the service centre."""
    return list(dict.fromkeys((*people.readers_of(context, case), *_centre(context, case))))


def _centre(context: Context, case: Case) -> list[str]:
    return lanes.seen_by(context, context.directory.centre_staff(), case)
