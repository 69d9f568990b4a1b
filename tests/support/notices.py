"""Notices in a town: written by the officer, agreed to by the centre, and what became of each recipient."""

from typing import Any

from bot.notices.broadcast import OK, Wording
from bot.services.broadcasts import announcing, approving, recalling, sending, writing
from storage import broadcasts
from storage.models import Broadcast, BroadcastRecipient
from tests.support.town import CENTRE, OFFICER, Town

WORDS = "明天上午九点在联络站开会，请带好材料。"


async def draft_in_chat(town: Town, text: str = WORDS, to: str = "representatives") -> int:
    """The officer writes it and taps whom it is for; the number of the draft."""
    await town.writes(OFFICER, f"通知 {text}")
    number = (await town.all(Broadcast))[-1].id
    await town.taps(OFFICER, f"notice_to:{number}:{to}")
    return number


async def send_in_chat(town: Town, text: str = WORDS, to: str = "representatives") -> int:
    """As above, then 送审 and 同意, and it goes out; its number."""
    number = await draft_in_chat(town, text, to)
    await town.taps(OFFICER, f"notice_submit:{number}")
    await town.taps(CENTRE, f"notice_agree:{number}")
    await town.passes(seconds=1)
    await town.passes(seconds=1)
    return number


async def approve(town: Town, wording: Wording | str = WORDS, **how: Any) -> int:
    """What a command does: written and approved in one commit; its number. It goes out when time passes."""
    if isinstance(wording, str):
        wording = Wording(wording, buttons=OK)
    author, reviewer = how.pop("author", OFFICER), how.pop("reviewer", CENTRE)
    userids = how.pop("userids", ())
    how.setdefault("audience", "list" if userids else "representatives")
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        broadcast = await writing.begin(context, author, wording, **how)
        hearers = await approving.hearers_of(context, broadcast, userids)
        assert await approving.submit(context, broadcast, hearers) is None
        await announcing.approve(context, broadcast, reviewer, hearers)
        return broadcast.id


async def send(town: Town, wording: Wording | str = WORDS, **how: Any) -> int:
    """Approved and sent; its number."""
    number = await approve(town, wording, **how)
    await town.passes(seconds=1)
    await town.passes(seconds=1)
    return number


async def act(town: Town, number: int, what: str, userid: str = OFFICER) -> Any:
    """撤回 or 重发, as the words do it."""
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        broadcast = await broadcasts.find(session, number, lock=True)
        assert broadcast is not None
        if what == "撤回":
            return await recalling.recall(context, broadcast, userid)
        return await sending.send_again(context, broadcast)


async def look(town: Town, number: int) -> Broadcast:
    """The notice as it is now."""
    return next(one for one in await town.all(Broadcast) if one.id == number)


async def results(town: Town, number: int) -> dict[str, tuple[str, str]]:
    """State and reason of each recipient, by userid or conversation."""
    rows = await town.all(BroadcastRecipient)
    return {one.name or one.recipient: (one.state.value, one.reason) for one in rows if one.broadcast_id == number}


def times_heard(town: Town, userid: str, words: str = WORDS) -> int:
    """How many messages on this phone say it."""
    return sum(words in heard for heard in town.member_heard(userid))
