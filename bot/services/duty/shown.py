"""What a reviewer was shown: 全部 means these and no others, whatever came in since."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.services.context import Context
from bot.services.people import Member
from storage.conversations import get_desk

ENTRY, CHECK = "entry", "check"
STILL_MEANT = timedelta(hours=12)


async def note(context: Context, member: Member, what: str, numbers: Iterable[int]) -> None:
    """Remember the list that is being shown; it takes the place of the one before."""
    desk = await get_desk(context.session, member.userid)
    desk.shown, desk.shown_at = [f"{what}:{number}" for number in numbers], context.now


async def take(context: Context, member: Member, what: str) -> Sequence[int]:
    """What was shown to them within these hours, once; empty where nothing was."""
    desk = await get_desk(context.session, member.userid)
    listed, at = desk.shown or [], desk.shown_at
    named = [one.partition(":") for one in listed]
    numbers = [int(number) for kind, _, number in named if kind == what]
    if not numbers or at is None or context.now - at > STILL_MEANT:
        return ()
    desk.shown, desk.shown_at = None, None
    return numbers
