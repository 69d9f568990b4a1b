"""Who may open whose file: one's own, those of one's stations; a refusal is on record (domain A3, row 4)."""

from bot.notices.duty_file import FileRefused
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty import access
from bot.services.people import QUEUE_ROLES, Member
from storage import audit


def may_read(context: Context, member: Member, representative_code: str) -> bool:
    """Whether a member may open this file now."""
    person = context.directory.representatives.get(representative_code)
    if person is None or not member.is_known:
        return False
    viewer = access.viewer_of(context, member)
    if viewer.representative_code == person.code or viewer.stations is None:
        return True
    return person.station_code is not None and person.station_code in viewer.stations


def sees_closed(context: Context, member: Member, representative_code: str) -> bool:
    """Whether a member sees the hidden and restricted entries of a file: its own representative, and the centre."""
    viewer = access.viewer_of(context, member)
    return viewer.sees_closed or viewer.representative_code == representative_code


def is_near(member: Member, representative_code: str) -> bool:
    """Whether a reader is the representative themselves, or an officer or lead: not the centre, nor an auditor."""
    own = member.representative is not None and member.representative.code == representative_code
    return own or (member.staff is not None and member.staff.role in QUEUE_ROLES)


def access_file(context: Context, member: Member, representative_code: str) -> bool:
    """As `may_read`; opening somebody else's file, and being refused it, are audit lines."""
    allowed = may_read(context, member, representative_code)
    own = member.representative is not None and member.representative.code == representative_code
    if not own:
        act = "duty file read" if allowed else "duty file refused"
        subject = f"representative {representative_code}"
        audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
    return allowed


def find_person(context: Context, member: Member, words: str) -> RepresentativeEntry | FileRefused:
    """Whom a code or name means; nothing written means the representative who writes."""
    plain = words.strip().removesuffix("代表")
    if not plain:
        return member.representative or FileRefused("nobody")
    known = context.directory
    if plain in known.representatives:
        return known.representatives[plain]
    named = known.representatives_named(plain)
    theirs = [one for one in named if may_read(context, member, one.code)] or named
    if len(theirs) != 1:
        return FileRefused("several" if theirs else "unknown")
    return theirs[0]
