"""What WeCom reports about a conversation: failed deliveries, recalls, a person holding the session."""

from bot.dispatch.messages import DeliveryFailed, MessageRecalled, SessionChanged
from bot.dispatch.router import Heard, Router
from bot.services import delivery, recalls
from bot.services.context import Context

router = Router("reports")


@router.on(DeliveryFailed)
async def note_failure(heard: Heard[DeliveryFailed], context: Context) -> None:
    """An accepted message did not arrive after all."""
    await delivery.note_reported_failure(context, heard.message.fail_msgid, heard.message.fail_type)


@router.on(MessageRecalled)
async def note_recall(heard: Heard[MessageRecalled], context: Context) -> None:
    """The words go, the case stays."""
    await recalls.forget_message(context, heard.by, heard.message.recalled_id)


@router.on(SessionChanged)
async def note_session(heard: Heard[SessionChanged], context: Context) -> None:
    """While a servicer holds the session, the platform lets nothing of ours through."""
    conversation = heard.by.conversation
    conversation.human_userid = None if heard.message.ended else heard.message.servicer_userid or None
