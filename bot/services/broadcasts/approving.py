"""The second person: submitting, agreeing or sending back, and the list that is frozen when they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notices import broadcast_desk as desk
from bot.notices.broadcast import CARD_TEXT_LENGTH, Wording
from bot.notices.content import Card, CardChange
from bot.notices.words import moment
from bot.services import people, speaking
from bot.services.broadcasts import audiences, roles, writing
from bot.services.broadcasts.audiences import Audience, Hearers
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from bot.services.reminders.saying import why_not_now
from bot.services.telling import CODE_LASTS
from storage import broadcasts, conversations, recipients
from storage.chunks import CHUNK
from storage.keys import find_key
from storage.models import Broadcast, OutboxRow
from storage.outbox import Channel, Purpose
from storage.states import BroadcastState, OutboxState

MOSTLY = 0.5  # of the smaller audience
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Same:
    """An earlier notice with the same words, and how many of its audience this one shares."""

    broadcast: Broadcast
    shared: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How many constituents a notice reaches now, and how many with their next message."""

    now: int
    later: int


async def hearers_of(context: Context, broadcast: Broadcast, userids: Sequence[str] = ()) -> Hearers:
    """Whom it is for now; raise `AudienceRefused`, or `BroadcastRefused` where that is nobody."""
    hearers = await audiences.find_hearers(context, _audience(broadcast, userids))
    if not hearers.size:
        raise BroadcastRefused("empty audience")
    return hearers


def _audience(broadcast: Broadcast, userids: Sequence[str]) -> Audience:
    return audiences.parse_audience(broadcast.audience, userids)


async def facts_of(context: Context, broadcast: Broadcast, hearers: Hearers) -> desk.Facts:
    """What is shown before it is sent."""
    reach = await reach_of(context, hearers.conversations)
    return desk.Facts(
        audience=await writing.describe(context, broadcast.audience),
        size=hearers.size,
        now=reach.now,
        later=reach.later,
        for_people=bool(hearers.conversations),
        without_userid=len(hearers.without_userid),
        unknown=len(hearers.unknown),
    )


async def reach_of(context: Context, numbers: Sequence[int]) -> Reach:
    """Now: through open windows, the last message kept. Later: when they write. Not: who had everything erased."""
    now = 0
    for start in range(0, len(numbers), CHUNK):
        some = await conversations.find_chats(context.session, numbers[start : start + CHUNK])
        now += sum(not why_not_now(chat.conversation, context.now) for chat in some.values())
    gone = await broadcasts.count_erased(context.session, numbers)
    now = min(now, len(numbers) - gone)
    return Reach(now, len(numbers) - gone - now)


async def find_same(context: Context, broadcast: Broadcast, hearers: Hearers) -> Same | None:
    """A notice of the last hours with the same words to mostly the same people."""
    words = _bare(await writing.wording_of(context, broadcast))
    mine = {key for key, _ in hearers.recipients()}
    since = context.now - timedelta(hours=context.rules.notice_repeat_hours)
    for other in reversed(await broadcasts.approved_since(context.session, since)):
        key = await find_key(context.session, context.vault, other.key_id)
        if other.id == broadcast.id or key is None or _bare(await writing.wording_of(context, other)) != words:
            continue
        theirs = {recipient for recipient, _ in await recipients.keys_of(context.session, other.id)}
        shared = len(mine & theirs)
        if shared >= MOSTLY * max(1, min(len(mine), len(theirs))):
            return Same(other, shared)
    return None


def _bare(wording: Wording) -> str:
    """Words alone: blanks and punctuation do not make another text."""
    return "".join(one for one in f"{wording.title}\n{wording.text}".casefold() if one.isalnum())


def due_at(context: Context, broadcast: Broadcast) -> datetime:
    """When it is sent if it is approved now: as wanted, but not in quiet hours unless it is urgent."""
    wanted = max(broadcast.wanted_at or context.now, context.now)
    return wanted if broadcast.urgent else context.calendar.quiet.end_after(wanted, context.zone)


async def submit(context: Context, broadcast: Broadcast, hearers: Hearers) -> Same | None:
    """Hand a draft to the second person; the same words said lately are returned instead, unless that is meant."""
    if not broadcast.again and (same := await find_same(context, broadcast, hearers)) is not None:
        return same
    move(broadcast, BroadcastState.SUBMITTED)
    broadcast.submitted_at = context.now
    broadcast.size = hearers.size
    writing.note(context, broadcast, broadcast.author_userid, "notice submitted")
    return None


def move(broadcast: Broadcast, state: BroadcastState, *before: BroadcastState) -> None:
    """Change the state; raise `BroadcastRefused` where it is not one of `before` any more."""
    wanted = before or (_BEFORE[state],)
    if broadcast.state not in wanted:
        raise BroadcastRefused("state")
    broadcast.move(state)


_BEFORE = {
    BroadcastState.SUBMITTED: BroadcastState.DRAFT,
    BroadcastState.APPROVED: BroadcastState.SUBMITTED,
    BroadcastState.REFUSED: BroadcastState.SUBMITTED,
    BroadcastState.SCHEDULED: BroadcastState.APPROVED,
}


def check_reviewer(context: Context, broadcast: Broadcast, userid: str) -> None:
    """Raise `BroadcastRefused` where this member cannot be the second person."""
    author = context.directory.find_staff(broadcast.author_userid)
    if userid.lower() == broadcast.author_userid.lower():
        raise BroadcastRefused("own notice")
    if author is None or not roles.may_review(context, author, context.directory.find_staff(userid)):
        raise BroadcastRefused("may not review")


async def approve(context: Context, broadcast: Broadcast, reviewer_userid: str, hearers: Hearers) -> datetime:
    """They stand for it too: the list is frozen, and it is sent when its time comes, which is returned."""
    check_reviewer(context, broadcast, reviewer_userid)
    move(broadcast, BroadcastState.APPROVED)
    broadcast.reviewer_userid = reviewer_userid
    broadcast.approved_at = context.now
    await context.session.flush()
    broadcast.size = await _freeze(context, broadcast, hearers)
    broadcast.due_at = due_at(context, broadcast)
    move(broadcast, BroadcastState.SCHEDULED)
    writing.note(context, broadcast, reviewer_userid, "notice approved")
    return broadcast.due_at


async def _freeze(context: Context, broadcast: Broadcast, hearers: Hearers) -> int:
    """The list as it is now; an audience is of members or of constituents."""
    if hearers.conversations:
        return await recipients.add_conversations(context.session, broadcast.id, hearers.conversations, context.now)
    return await recipients.add_all(context.session, broadcast.id, hearers.recipients(), context.now)


async def send_back(context: Context, broadcast: Broadcast, reviewer_userid: str) -> None:
    """They do not stand for it: its author is told, nobody else hears of it."""
    check_reviewer(context, broadcast, reviewer_userid)
    move(broadcast, BroadcastState.REFUSED)
    broadcast.reviewer_userid = reviewer_userid
    writing.note(context, broadcast, reviewer_userid, "notice refused")
    told = desk.SentBack(broadcast.id, people.name_of(context, reviewer_userid)).render()
    await speaking.notify_members(context, [broadcast.author_userid], Purpose.NOTICE, told)


async def ask_review(context: Context, broadcast: Broadcast, hearers: Hearers) -> str:
    """The card to everyone who may be the second person; returns their names."""
    author = context.directory.find_staff(broadcast.author_userid)
    able = roles.reviewers_of(context, author) if author is not None else []
    if not able:
        raise BroadcastRefused("nobody to review")
    text = (await writing.wording_of(context, broadcast)).text
    when = due_at(context, broadcast)
    card = desk.PleaseReview(
        broadcast.id,
        people.name_of(context, broadcast.author_userid),
        text,
        await facts_of(context, broadcast, hearers),
        "同意后马上发" if when <= context.now else moment(when, context.zone),
    ).render()
    userids = [one.userid for one in able]
    await speaking.notify_members(
        context, userids, Purpose.CARD, card, task_id=f"{_review_prefix(broadcast)}{_stamp(context)}"
    )
    if len(text) > CARD_TEXT_LENGTH:
        await speaking.notify_members(context, userids, Purpose.UPDATE, desk.WholeText(broadcast.id, text).render())
    return reviewer_names(context, broadcast)


def reviewer_names(context: Context, broadcast: Broadcast) -> str:
    """Who may be the second person, by name."""
    author = context.directory.find_staff(broadcast.author_userid)
    able = roles.reviewers_of(context, author) if author is not None else []
    names = "、".join(one.name for one in able[:_NAMES])
    return f"{names}等 {len(able)} 人" if len(able) > _NAMES else names


def _review_prefix(broadcast: Broadcast) -> str:
    return f"review-{broadcast.id}-"


def _stamp(context: Context) -> str:
    # The instant is part of a task id, so that a database restored from a backup never uses one again.
    return f"{int(context.now.timestamp() * 1000):x}"


async def settle_review(context: Context, broadcast: Broadcast, words: str) -> None:
    """The cards of the second person show what became of it, on every phone."""
    text = (await writing.wording_of(context, broadcast)).text
    card = desk.Settled(broadcast.id, "请审核一条通知", text, words).render()
    for row in await broadcasts.find_rows(
        context.session, _review_prefix(broadcast), Purpose.CARD, OutboxState.SENT
    ):
        if row.response_code and context.now - (row.sent_at or context.now) < CODE_LASTS:
            await change_card(context, row.recipients, row.response_code, row.task_id or "", card)
            row.response_code = None  # good for one change


async def change_card(
    context: Context, userids: Sequence[str], response_code: str, task_id: str, card: Card
) -> OutboxRow | None:
    """A card that members have gets a new look."""
    change = CardChange(response_code, task_id, card)
    return await speaking.say_to_members(context, userids, Purpose.UPDATE, change, channel=Channel.CARD_UPDATE)
