"""存档: papers, forms and pictures are put into a section from the chat, by staff or by whose file it is."""

from dataclasses import dataclass
from datetime import timedelta

from bot.notices.duty_file import FileRefused, FilingBegun, PaperFiled, PaperRemoved
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty_file import gathering, reading
from bot.services.people import Member
from config import duty_sections
from config.duty_sections import Section
from storage import audit, duty_file, duty_file_reading
from storage.conversations import get_desk
from storage.duty_file import NewPaper
from storage.keys import add_key, find_key
from storage.models import MemberDesk

STILL_MEANT = timedelta(minutes=10)  # what comes within this of 存档, or of the paper before, belongs there
MEDIA = frozenset({"image", "voice", "video", "file"})  # WeCom brings the first three from members
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Medium:
    """What was sent: `key` is that of its message."""

    key: str
    kind: str
    media_id: str
    name: str


async def begin(context: Context, member: Member, words: str) -> FilingBegun | FileRefused:
    """`存档 栏目 名称`, and for staff `存档 代表 栏目 名称`: what is sent next goes there."""
    sections = duty_sections.standing(context.rules.duty_sections)
    parts = words.split()
    person: RepresentativeEntry | FileRefused | None = member.representative
    if person is None or (parts and duty_sections.find_named(parts[0], sections) is None):
        person = reading.find_person(context, member, parts[0] if parts else "")
        parts = parts[1:]
    if isinstance(person, FileRefused):
        return person
    if not reading.access_file(context, member, person.code) or _is_auditor(member, person.code):
        return FileRefused("not_yours")
    section = duty_sections.find_named(parts[0], sections) if parts else None
    if section is None:
        return FileRefused("section", tuple(one.name for one in sections.values()))
    title = " ".join(parts[1:])[:LONGEST_TITLE]
    desk = await get_desk(context.session, member.userid)
    desk.filing_for, desk.filing_section, desk.filing_since = person.code, section.code, context.now
    desk.filing_title_sealed = context.vault.seal_text(title) if title else None
    return FilingBegun(person.name, section.name, title)


def _is_auditor(member: Member, code: str) -> bool:
    """Whoever only reads; their own file is theirs all the same."""
    own = member.representative is not None and member.representative.code == code
    return not own and member.staff is not None and member.staff.role == "auditor"


async def find_open(context: Context, member: Member) -> MemberDesk | None:
    """The desk where 存档 was said a moment ago."""
    desk = await get_desk(context.session, member.userid)
    since = desk.filing_since
    return desk if since is not None and context.now - since <= STILL_MEANT else None


async def put(context: Context, member: Member, desk: MemberDesk, medium: Medium) -> PaperFiled | FileRefused:
    """The paper goes where 存档 said."""
    sections = duty_sections.standing(context.rules.duty_sections)
    section = sections.get(desk.filing_section or "")
    person = context.directory.representatives.get(desk.filing_for or "")
    if person is None or section is None:
        return FileRefused("unknown")
    if not reading.may_read(context, member, person.code):
        return FileRefused("not_yours")
    desk.filing_since = context.now
    paper_id = await _add(context, member, desk, medium, person.code, section)
    first, last = gathering.year_of(context.calendar.today(context.now).year)
    counts = await duty_file_reading.count_papers(context.session, [person.code], first, last)
    return PaperFiled(paper_id, person.name, section.name, counts[person.code, section.code])


async def _add(
    context: Context, member: Member, desk: MemberDesk, medium: Medium, code: str, section: Section
) -> int:
    key_id, key = await add_key(context.session, context.vault)
    new = NewPaper(
        representative_code=code,
        section=section.code,
        on=context.calendar.today(context.now),
        title=context.vault.open_text(desk.filing_title_sealed),
        kind=medium.kind,
        media_id=medium.media_id,
        name=medium.name,
        source_key=medium.key[:128],
        by=member.userid,
    )
    paper = await duty_file.add_paper(context.session, new, key_id, key, context.now)
    subject = f"paper {paper.id} of representative {code}"
    audit.add_line(context.session, actor=member.userid, act="paper filed", subject=subject, at=context.now)
    return paper.id


async def remove(context: Context, member: Member, paper_id: int, reason: str) -> PaperRemoved | FileRefused:
    """撤下档案: by whoever filed it, or by staff who may read the file; the row stays, with who and why."""
    paper = await duty_file.find_paper(context.session, paper_id)
    if paper is None or paper.removed_at is not None or not _may_remove(context, member, paper.representative_code):
        return FileRefused("paper")
    if member.staff is None and paper.added_by.lower() != member.userid.lower():
        return FileRefused("paper")
    if not reason:
        return FileRefused("reason")
    key = await find_key(context.session, context.vault, paper.key_id)
    paper.removed_at, paper.removed_by = context.now, member.userid
    paper.reason_sealed = key.seal_text(reason) if key else None
    subject = f"paper {paper.id} of representative {paper.representative_code}"
    audit.add_line(context.session, actor=member.userid, act="paper removed", subject=subject, at=context.now)
    return PaperRemoved(paper.id)


def _may_remove(context: Context, member: Member, code: str) -> bool:
    return reading.may_read(context, member, code) and not _is_auditor(member, code)
