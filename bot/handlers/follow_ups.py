"""收到了 / 还没有 / 已经解决 under the question whether an answer came."""

import re

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.notices.constituent_menu import NoSuchCase
from bot.notices.follow_up import DONE, NOT_YET, RECEIVED
from bot.services import follow_ups, settling
from bot.services.context import Context

router = Router("follow_ups")
_ITEM = re.compile(rf"({RECEIVED}|{NOT_YET}|{DONE}):(\d{{1,18}}):(\d{{1,4}})")


@router.on(ConstituentMessage, lambda one: _ITEM.fullmatch(one.menu_id) is not None)
async def settle(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """For one's own case only."""
    item = _ITEM.fullmatch(heard.message.menu_id)
    case = await settling.find_own(context, heard.by, int(item[2])) if item else None
    if item is None or case is None:
        return Reply(NoSuchCase().render())
    return Reply(await follow_ups.settle(context, heard.by, case, item[1], item[3]), case=case)
