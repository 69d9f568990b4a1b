"""What WeCom tells of our broadcasts: begun, ended, cancelled by their anchor."""

from bot.dispatch.messages import LivingChanged
from bot.dispatch.router import Heard, Router
from bot.notices.live_staff import BY_ANCHOR
from bot.services.context import Context
from bot.services.live import planning
from storage import live as stored

router = Router("living_events")
LIVE, ENDED, CANCELLED = 1, 2, 4


@router.on(LivingChanged)
async def note_change(heard: Heard[LivingChanged], context: Context) -> None:
    """Follow it; what is known already, late, or of a broadcast that is none of ours changes nothing."""
    message = heard.message
    live = await stored.find_by_living_id(context.session, message.living_id)
    if live is None:
        return
    if message.status == LIVE:
        planning.begin(live, message.sent_at)
    elif message.status == ENDED:
        await planning.end(context, live, message.sent_at)
    elif message.status == CANCELLED and live.state in planning.MAY_BE_CANCELLED:
        await planning.cancel(context, live, BY_ANCHOR, message.userid, by_wecom=True)
