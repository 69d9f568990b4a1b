"""A message taken back in WeChat."""

from sqlalchemy import select

from bot.notices.update import Recalled
from bot.services import clustering, people, speaking
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.live import questions
from storage import cases
from storage.models import Case, Message
from storage.outbox import Purpose
from storage.states import ATTACHMENT, AttachmentState, check


async def forget_message(context: Context, caller: Caller, platform_id: str) -> None:
    """Drop the words and attachments of a recalled message; tell the owner if they had been told."""
    found = await context.session.scalars(select(Message).where(Message.platform_id == platform_id))
    message = found.one_or_none()
    if message is None:
        await questions.withdraw(context, caller, platform_id)
        return
    if message.recalled_at is not None:
        return
    case = await context.session.get_one(Case, message.case_id)
    if case.constituent_id != caller.constituent.id:
        return
    message.recalled_at = context.now
    message.text_sealed = None
    await clustering.forget(context, case.id)
    for attachment in await cases.attachments_of(context.session, [message]):
        attachment.state = check(ATTACHMENT, attachment.state, AttachmentState.RECALLED)
    if message.author == "constituent" and message.pushed_at is not None:
        readers = people.readers_of(context, case)
        await speaking.notify_members(context, readers, Purpose.UPDATE, Recalled(case.number).render(), case=case)
