"""活动日 from a constituent: when and where they can meet representatives."""

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.services.activity_days import showing
from bot.services.context import Context

router = Router("activity_days")
_WORDS = frozenset({"活动日", "代表活动日", "最近的活动日", "下次活动日", "群众日", "什么时候有活动日"})


@router.on(ConstituentMessage, lambda one: one.menu_id == "word:活动日" or bare(one.text) in _WORDS)
async def show(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """The next days of their station."""
    return Reply((await showing.next_days(context, heard.by)).render())
