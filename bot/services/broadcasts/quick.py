"""A quick notice from a phone: the draft, whom it is for by one tap, the preview, the second person."""

from bot.notices import broadcast_desk as desk
from bot.notices.broadcast import Wording
from bot.notices.content import Card
from bot.services import people
from bot.services.broadcasts import announcing, approving, audiences, recalling, roles, writing
from bot.services.broadcasts.audiences import AudienceRefused
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from bot.services.directory import StaffEntry
from storage import broadcasts
from storage.models import Broadcast
from storage.states import BroadcastState

_RECENT = 5
_MOST_CHOICES = 5  # buttons of a card, less the one that drops the draft
CORRECTION = "更正"


async def begin(context: Context, userid: str, text: str) -> tuple[Broadcast, Card]:
    """The draft of a text, and the card that asks whom it is for; raises `BroadcastRefused`."""
    wording = Wording(text, buttons=writing.fitting_buttons(text))
    broadcast = await writing.begin(context, userid, wording, needs_receipt=True)
    return broadcast, await ask_audience(context, broadcast)


async def begin_correction(
    context: Context, userid: str, corrected: Broadcast, text: str
) -> tuple[Broadcast, Card]:
    """A correction for those who got a notice; the second person is asked as for any other."""
    wording = Wording(text, title=CORRECTION, buttons=writing.fitting_buttons(text))
    audience = f"notice:{corrected.id}"
    broadcast = await writing.begin(context, userid, wording, audience=audience, needs_receipt=True)
    return broadcast, await ready(context, broadcast)


async def ask_audience(context: Context, broadcast: Broadcast) -> Card:
    """Whom it could be for, each with how many people that is now."""
    author = context.directory.find_staff(broadcast.author_userid)
    choices = []
    for code, label in _offers(context, author).items():
        hearers = await audiences.find_hearers(context, audiences.parse_audience(expression_of(author, code)))
        if hearers.size:
            choices.append(desk.Choice(code, label, hearers.size))
    wording = await writing.wording_of(context, broadcast)
    return desk.WhoGetsIt(broadcast.id, wording.text, tuple(choices[:_MOST_CHOICES])).render()


def _offers(context: Context, author: StaffEntry | None) -> dict[str, str]:
    mine = author is not None and author.station_code in context.directory.stations
    own = {"station": "本站代表", "subscribers": "订阅群众"} if mine else {}
    return {**own, "representatives": "全体代表", "officers": "联络员", "staff": "工作人员"}


def expression_of(author: StaffEntry | None, code: str) -> str:
    """The audience that a tapped code means; raise `BroadcastRefused` for one that is not offered."""
    station = author.station_code if author is not None else None
    match code:
        case "station" | "subscribers" if station:
            return f"{code}:{station}"
        case "representatives" | "officers" | "staff":
            return code
        case _:
            raise BroadcastRefused("audience")


async def choose(context: Context, broadcast: Broadcast, code: str) -> Card:
    """The audience was tapped: the preview goes to the author, then the card that submits it."""
    author = context.directory.find_staff(broadcast.author_userid)
    writing.choose(broadcast, expression_of(author, code))
    return await ready(context, broadcast)


async def ready(context: Context, broadcast: Broadcast) -> Card:
    """Preview in the author's own chat, and the card with the facts; raises `BroadcastRefused`."""
    wording = await writing.wording_of(context, broadcast)
    sender = writing.sender_of(context, context.directory.find_staff(broadcast.author_userid))
    for_people = broadcast.audience.startswith("subscribers:")
    writing.check_wording(wording, sender, needs_receipt=broadcast.needs_receipt, for_people=for_people)
    try:
        hearers = await approving.hearers_of(context, broadcast)
    except AudienceRefused:
        raise BroadcastRefused("audience") from None
    reviewers = approving.reviewer_names(context, broadcast)
    if not reviewers:
        raise BroadcastRefused("nobody to review")
    await writing.preview(context, broadcast)
    facts = await approving.facts_of(context, broadcast, hearers)
    return desk.ReadyToSubmit(broadcast.id, wording.text, facts, reviewers).render()


async def submit(context: Context, broadcast: Broadcast, *, again: bool = False) -> Card | str:
    """Ask the second person; the names of those asked, or the card that questions the same words again."""
    if not broadcast.audience:
        raise BroadcastRefused("audience")
    broadcast.again = broadcast.again or again
    if broadcast.audience.startswith("subscribers:"):
        broadcast.needs_receipt = False
    try:
        hearers = await approving.hearers_of(context, broadcast)
    except AudienceRefused:
        raise BroadcastRefused("audience") from None
    same = await approving.submit(context, broadcast, hearers)
    if same is None:
        return await approving.ask_review(context, broadcast, hearers)
    at = same.broadcast.approved_at or context.now
    return desk.SameAgain(broadcast.id, same.broadcast.id, at, same.shared, context.zone).render()


async def agree(context: Context, broadcast: Broadcast, userid: str) -> None:
    """The second person tapped 同意: the list is frozen, the author told, every copy of the card settled."""
    try:
        hearers = await approving.hearers_of(context, broadcast)
    except AudienceRefused:
        raise BroadcastRefused("audience") from None
    await announcing.approve(context, broadcast, userid, hearers)
    await approving.settle_review(context, broadcast, f"{people.name_of(context, userid)}已同意"[:10])


async def refuse(context: Context, broadcast: Broadcast, userid: str) -> None:
    """The second person tapped 退回."""
    await approving.send_back(context, broadcast, userid)
    await approving.settle_review(context, broadcast, f"{people.name_of(context, userid)}已退回"[:10])


async def drop(context: Context, broadcast: Broadcast, userid: str) -> None:
    """不发了, while it is a draft or waits for the second person."""
    await recalling.recall(context, broadcast, userid)
    await approving.settle_review(context, broadcast, "起草人已撤回")


async def access(context: Context, userid: str, number: int, *, lock: bool = True) -> Broadcast:
    """A notice that this member may look after; raise `BroadcastRefused` for any other."""
    broadcast = await broadcasts.find(context.session, number, lock=lock)
    person = context.directory.find_staff(userid)
    if broadcast is None or not roles.may_steer(person, broadcast.author_userid, broadcast.reviewer_userid):
        raise BroadcastRefused("no such notice")
    is_theirs = userid.lower() in {broadcast.author_userid.lower(), (broadcast.reviewer_userid or "").lower()}
    if broadcast.state is BroadcastState.DRAFT and not is_theirs:
        raise BroadcastRefused("no such notice")
    return broadcast


async def help_for(context: Context, userid: str) -> desk.BroadcastHelp:
    """What can be written, and what this member's last notices are doing."""
    recent = await broadcasts.find_latest_of(context.session, userid, _RECENT)
    listed = [(one.id, (await writing.wording_of(context, one)).name, one.state.value) for one in recent]
    return desk.BroadcastHelp(tuple(listed))
