"""Having WeCom reserve, change or call off a broadcast (documents 93634 to 93640).

Reserving is not idempotent: there is no id of ours that WeCom would refuse a second time. After an attempt whose
answer was lost the broadcasts of the anchor are looked through for the one that carries the session's mark, and
only where there is none another is reserved.
"""

from bot.services.live.broadcasting import CANCEL, CREATE, MODIFY, LivingOrder
from bot.wecom.client import WeComClient
from bot.wecom.errors import Permanent
from bot.wecom.living import LivingPlan, LivingStatus

GONE = frozenset({92006, 92008})  # begun or cancelled already; not ours any more


async def carry_out(client: WeComClient, order: object) -> str:
    """Do it; returns what WeCom calls the broadcast. Raises the client's errors."""
    if not isinstance(order, LivingOrder):
        raise TypeError("only an order for a broadcast is carried out as one")
    if order.act == CREATE:
        found = await _find(client, order) if order.in_doubt else ""
        return found or await client.living_create(order.anchor_userid, _plan(order))
    if order.act == MODIFY:
        await client.living_modify(order.living_id, _plan(order))
        return order.living_id
    living_id = order.living_id if order.act == CANCEL else await _find(client, order)
    if living_id:
        await _cancel(client, living_id)
    return living_id


async def _cancel(client: WeComClient, living_id: str) -> None:
    try:
        await client.living_cancel(living_id)
    except Permanent as refused:
        if refused.errcode not in GONE:
            raise


async def _find(client: WeComClient, order: LivingOrder) -> str:
    """The reserved broadcast that carries the session's mark; empty where there is none."""
    for living_id in await client.living_ids_of(order.anchor_userid):
        if living_id in order.known:
            continue
        try:
            info = await client.living_info(living_id)
        except Permanent as refused:
            if refused.errcode in GONE:  # reserved by somebody else
                continue
            raise
        if info.status is LivingStatus.RESERVED and info.description.startswith(order.mark):
            return living_id
    return ""


def _plan(order: LivingOrder) -> LivingPlan:
    return LivingPlan(order.theme, order.starts_at, order.duration_seconds, order.description)
