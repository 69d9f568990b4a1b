"""What a live session is called, who hears of it, and who may do something with it."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import quote

from bot.notices.live import LiveFacts
from bot.services import people
from bot.services.context import Context
from bot.services.people import Member
from storage.live import AHEAD, OVER
from storage.models import LiveSession
from storage.states import LiveState

REVIEWERS = frozenset({"centre", "lead", "admin"})


def subject(live: LiveSession) -> str:
    """As its reminders call it."""
    return f"live:{live.id}"


def edition(live: LiveSession) -> str:
    """What reminders are planned for: the start, and how often it was changed before."""
    return f"{live.starts_at:%Y%m%dT%H%M}-{live.edition}"


def join_url(context: Context, live: LiveSession) -> str:
    """The page that leads in near the start."""
    return f"{context.public_url}/live/{quote(live.code, safe='')}"


def poster_url(context: Context, live: LiveSession) -> str:
    """The picture of its code."""
    return f"{context.public_url}/code/{quote(live.code, safe='')}.svg"


def describe(context: Context, live: LiveSession) -> LiveFacts:
    """The session as notices tell it."""
    station = context.directory.stations.get(live.station_code)
    representatives = context.directory.representatives
    return LiveFacts(
        id=live.id,
        kind=live.kind,
        title=live.title,
        station=station.name if station else live.station_code,
        hosts=tuple(representatives[code].name for code in live.hosts if code in representatives),
        starts_at=live.starts_at,
        ends_at=live.ends_at,
        zone=context.zone,
        url=join_url(context, live),
        description=live.description,
        note=live.note,
    )


def hosts_of(context: Context, live: LiveSession) -> list[str]:
    """The member ids of those who answer, with the anchor's."""
    representatives = context.directory.representatives
    userids = [representatives[code].userid for code in live.hosts if code in representatives]
    return _unique([*filter(None, userids), *([live.anchor_userid] if live.anchor_userid else [])])


def officers_of(context: Context, live: LiveSession) -> list[str]:
    """Who works the station's queue."""
    return list(context.directory.officers_of(live.station_code))


def runners_of(context: Context, live: LiveSession) -> list[str]:
    """Everyone who runs it: officers and hosts."""
    return _unique([*officers_of(context, live), *hosts_of(context, live)])


def reviewers_of(context: Context, live: LiveSession) -> list[str]:
    """Who may stand for a draft: the leads of its station and the centre, but not its author."""
    directory = context.directory
    found = _unique([*directory.leads_of(live.station_code), *directory.centre_staff()])
    return [userid for userid in found if userid.lower() != live.author.lower()]


def may_review(context: Context, member: Member, live: LiveSession) -> bool:
    """A lead over the station, the centre, an administrator."""
    staff = member.staff
    if staff is None or staff.role not in REVIEWERS:
        return False
    return staff.role != "lead" or live.station_code in context.directory.led_by(staff.userid)


def may_run(context: Context, member: Member, live: LiveSession) -> bool:
    """Those who run it, those above them."""
    if people.is_centre(context, member) or may_review(context, member, live):
        return True
    wanted = member.userid.lower()
    return any(userid.lower() == wanted for userid in runners_of(context, live))


def is_on(context: Context, live: LiveSession) -> bool:
    """Whether it is held at this moment, as far as is known: by its state, or by the clock."""
    return live.state is LiveState.LIVE or (live.state in AHEAD and live.starts_at <= context.now < live.ends_at)


def stage(context: Context, live: LiveSession) -> str:
    """What its link does now: nothing yet (`before`), lead in (`on`), nothing any more (`over`, `cancelled`)."""
    if live.state is LiveState.CANCELLED:
        return "cancelled"
    over = timedelta(minutes=context.rules.live_over_minutes)
    if live.state in OVER or (live.state is not LiveState.LIVE and context.now >= live.ends_at + over):
        return "over"
    early = timedelta(minutes=context.rules.live_early_minutes)
    return "on" if live.state is LiveState.LIVE or context.now >= live.starts_at - early else "before"


def _unique(userids: Iterable[str]) -> list[str]:
    return list({userid.lower(): userid for userid in reversed(list(userids))}.values())[::-1]
