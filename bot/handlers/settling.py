"""已解决 / 还没有 / 继续补充 under an answer."""

import re

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.notices import answer
from bot.notices.constituent_menu import NoSuchCase, SayMore
from bot.services import settling
from bot.services.context import Context

router = Router("settling")
_ITEM = re.compile(rf"({answer.SOLVED}|{answer.UNSOLVED}|{answer.MORE}):(\d{{1,18}})")


@router.on(ConstituentMessage, lambda one: _ITEM.fullmatch(one.menu_id) is not None)
async def settle(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """Close, reopen, or wait for more, for one's own case only."""
    item = _ITEM.fullmatch(heard.message.menu_id)
    case = await settling.find_own(context, heard.by, int(item[2])) if item else None
    if item is None or case is None:
        return Reply(NoSuchCase().render())
    if item[1] == answer.SOLVED:
        return Reply((await settling.close(context, heard.by, case)).render(), case=case)
    if item[1] == answer.UNSOLVED:
        return Reply((await settling.reopen(context, heard.by, case)).render(), case=case)
    return Reply(SayMore(case.number).render(), case=case)
