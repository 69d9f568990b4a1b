"""The broadcast in WeCom that belongs to a session: reserved, changed, called off by the outbox, and by it alone.

A row of the outbox only names the session. What is to be done is decided when its turn comes, from the session as
it is then, so that a session that was moved twice meanwhile is reserved once, at the right time.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.notices.content import LivingCall, dump
from bot.notices.live_staff import LivingRefused
from bot.services import speaking
from bot.services.context import Context
from bot.services.live import facts
from storage import live as stored
from storage import outbox
from storage.live import AHEAD
from storage.models import LiveSession, OutboxRow
from storage.outbox import Channel, Purpose, Utterance
from storage.states import LiveState

log = logging.getLogger(__name__)
CREATE, MODIFY, CANCEL, SEEK = "create", "modify", "cancel", "seek"


@dataclass(frozen=True, slots=True)
class LivingOrder:
    """What WeCom is asked to do now.

    `in_doubt`: an earlier call may have reserved a broadcast and its answer was lost. `seek` looks for it and
    cancels it. `description` begins with `mark`, which no other session has: by it the broadcast is found again.
    `known` are the broadcasts of this anchor that belong to sessions.
    """

    session_id: int
    act: str
    living_id: str
    anchor_userid: str
    theme: str
    description: str
    mark: str
    starts_at: datetime
    duration_seconds: int
    in_doubt: bool = False
    known: frozenset[str] = frozenset()


def settle(context: Context, live: LiveSession) -> None:
    """Have WeCom brought up to what the session is; nothing where it is streamed elsewhere."""
    if live.platform != "wecom":
        return
    outbox.add(
        context.session,
        Utterance(
            channel=Channel.LIVING,
            purpose=Purpose.NOTICE,
            lane=f"living:{live.id}",
            content_sealed=context.vault.seal(dump(LivingCall(live.id))),
        ),
        context.now,
    )


async def decide_order(context: Context, call: LivingCall, *, in_doubt: bool) -> LivingOrder | None:
    """What there is to do now; None where WeCom has it already, or it is too late.

    `in_doubt`: an earlier attempt of this row may have been carried out.
    """
    live = await stored.find(context.session, call.session_id)
    if live is None or live.anchor_userid is None:
        return None
    act = _act(context, live, in_doubt=in_doubt)
    if act is None:
        return None
    mark = f"场次 {live.id}。"
    known = await stored.known_living_ids(context.session, live.anchor_userid) if in_doubt else ()
    return LivingOrder(
        session_id=live.id,
        act=act,
        living_id=live.living_id or "",
        anchor_userid=live.anchor_userid,
        theme=live.title,
        description=f"{mark}{facts.describe(context, live).station}。{live.description}",
        mark=mark,
        starts_at=live.starts_at,
        duration_seconds=int((live.ends_at - live.starts_at).total_seconds()),
        in_doubt=in_doubt,
        known=frozenset(known),
    )


def _act(context: Context, live: LiveSession, *, in_doubt: bool) -> str | None:
    if live.state is LiveState.CANCELLED:
        if live.living_id is not None:
            return CANCEL
        return SEEK if in_doubt else None
    if live.state not in AHEAD or live.ends_at <= context.now:
        return None
    return CREATE if live.living_id is None else MODIFY


async def note_done(context: Context, order: LivingOrder, living_id: str) -> None:
    """WeCom did it: remember what it calls the broadcast."""
    live = await stored.find(context.session, order.session_id, lock=True)
    if live is None or not living_id or live.living_id is not None:
        return
    live.living_id = living_id
    log.info("broadcast is reserved", extra={"live_session": live.id})


async def note_failed(context: Context, row: OutboxRow) -> None:
    """It will never be done: officers and hosts are told, so that the anchor does it by hand."""
    live = await stored.find(context.session, int(row.lane.removeprefix("living:")))
    if live is None:
        return
    log.error("broadcast could not be settled", extra={"live_session": live.id, "outbox_id": row.id})
    cancelled = live.state is LiveState.CANCELLED
    told = LivingRefused(facts.describe(context, live), cancelled).render()
    await speaking.notify_members(context, facts.runners_of(context, live), Purpose.NOTICE, told)
