"""更正 编号 …: what was said before stays, the correction stands beside it and goes to whoever has the matter."""

from datetime import datetime, timedelta

from bot.notices import privacy
from bot.notices.content import Content
from bot.services.cases import Saying, keep_message
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.privacy.taking_back import find_own
from storage import cases

_MARK = "【更正】"


async def correct(
    context: Context, caller: Caller, number: str, words: str, *, key: str, said_at: datetime
) -> Content:
    """Kept as a message of the matter, open or closed; its owner hears of it as of any further word."""
    case = await find_own(context, caller, number)
    if case is None:
        return privacy.CannotTakeBack(number).render()
    saying = Saying(key, "text", f"{_MARK}{words}", said_at)
    await keep_message(context, case, saying, author="constituent")
    case.update_since = case.update_since or context.now
    cases.await_update(case, context.now + timedelta(seconds=context.rules.update_quiet_seconds))
    return privacy.Corrected(case.number).render()
