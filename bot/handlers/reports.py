"""What WeCom reports about a conversation: failed deliveries and recalls."""

from bot.dispatch.messages import DeliveryFailed, MessageRecalled
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
