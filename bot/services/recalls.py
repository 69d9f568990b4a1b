"""A message taken back in WeChat."""

from sqlalchemy import select

from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.live import questions
from bot.services.privacy import taking_back
from storage.models import Case, Message


async def forget_message(context: Context, caller: Caller, platform_id: str) -> None:
    """Drop the words and attachments of a recalled message; tell the owner if they had been told."""
    found = await context.session.scalars(select(Message).where(Message.platform_id == platform_id))
    message = found.one_or_none()
    if message is None:
        await questions.withdraw(context, caller, platform_id)
        return
    case = await context.session.get_one(Case, message.case_id)
    if case.constituent_id == caller.constituent.id and message.recalled_at is None:
        await taking_back.forget_message(context, case, message)
