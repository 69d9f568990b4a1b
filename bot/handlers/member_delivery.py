"""送达 and 送达 清单: the figures of delivery, and what the night found, for staff."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import member_answers
from bot.handlers.progress import bare
from bot.notices.delivery_desk import DeliveryForStaff
from bot.services.context import Context
from bot.services.watching import figures, findings, links
from bot.services.watching.figures import Scope

router = Router("member_delivery")
_LIST = re.compile(r"送达\s*[:：]?\s*(?:清单|名单)[。.？?！!]?")


async def _turn_down(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """From a representative it is what they answer; from other staff it is not for them."""
    if heard.from_member.staff is None:
        return await member_answers.answer(heard, context)
    return Reply(DeliveryForStaff().render())


def _scope(heard: Heard[MemberMessage], context: Context) -> Scope | None:
    return figures.scope_of(context, heard.from_member)


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"送达", "送达情况"})
async def show_figures(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """The figures in short, with a new address of the page."""
    scope = _scope(heard, context)
    if scope is None:
        return await _turn_down(heard, context)
    return Reply((await links.show(context, heard.from_member, scope)).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and _LIST.fullmatch(one.text.strip()) is not None)
async def show_list(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """What the night found and is still so."""
    scope = _scope(heard, context)
    if scope is None:
        return await _turn_down(heard, context)
    return Reply((await findings.show(context, heard.from_member, scope)).render())
