"""What staff do in the yearly check: waive what cannot be filled, pass or send back, and what follows by itself.

A file that was passed is published (Deputies Law, 2025, Art. 58); when its year is over it is sealed by a digest.
"""

from collections.abc import Sequence

from bot.notices.duty_file import FileRefused
from bot.notices.duty_file_check import (
    CheckRefused,
    CheckReturned,
    ChecksReviewed,
    CheckWaiting,
    GapList,
    Waived,
    WasSentBack,
)
from bot.services import speaking
from bot.services.context import Context
from bot.services.duty import access, shown
from bot.services.duty_file import checking, gathering, reading
from bot.services.people import Member
from storage import audit, duty_file_checks, duty_file_reading
from storage.keys import add_key, get_key
from storage.models import FileCheck
from storage.outbox import Purpose
from storage.states import FileCheckState

PAGE = 20
PART = 50
_S = FileCheckState


def _may_review(context: Context, member: Member, code: str) -> bool:
    """Staff of their stations; nobody their own file, and no auditor."""
    own = member.representative is not None and member.representative.code == code
    staff = member.staff
    return staff is not None and staff.role != "auditor" and not own and reading.may_read(context, member, code)


async def _find(
    context: Context, member: Member, words: str
) -> tuple[FileCheck | None, str, FileRefused | CheckRefused | None]:
    """The newest check of whom the words mean, their name, or why there is none for this member."""
    person = reading.find_person(context, member, words) if words.strip() else FileRefused("nobody")
    if isinstance(person, FileRefused):
        return None, "", person
    if not _may_review(context, member, person.code):
        return None, "", FileRefused("not_yours")
    check = await duty_file_checks.newest(context.session, person.code)
    return check, person.name, None if check is not None else CheckRefused("none")


async def list_gaps(context: Context, member: Member, words: str) -> GapList | FileRefused | CheckRefused:
    """档案缺项 代表: what is missing, with the numbers by which it is waived."""
    check, name, refused = await _find(context, member, words)
    if check is None:
        return refused or CheckRefused("none")
    await checking.refresh(context, check)
    gaps = await checking.open_gaps(context, check) if check.state is _S.GAPS_LISTED else ()
    return GapList(check.year, gaps, name)


async def waive(
    context: Context, member: Member, words: str, number: int, reason: str
) -> Waived | FileRefused | CheckRefused:
    """档案免除 代表 缺项 原因: it is not asked for this year; the reason is kept, sealed."""
    check, name, refused = await _find(context, member, words)
    if check is None:
        return refused or CheckRefused("none")
    if not reason:
        return CheckRefused("reason")
    listed = await duty_file_checks.gaps(context.session, check.id)
    gap = listed[number - 1] if 1 <= number <= len(listed) else None
    if check.state is not _S.GAPS_LISTED or gap is None or not duty_file_checks.is_open(gap):
        return CheckRefused("gap")
    if check.key_id is None:
        check.key_id, key = await add_key(context.session, context.vault)
    else:
        key = await get_key(context.session, context.vault, check.key_id)
    gap.waived_at, gap.waived_by, gap.reason_sealed = context.now, member.userid, key.seal_text(reason)
    _note(context, member, "file gap waived", f"gap {gap.id} of check {check.id}")
    left = sum(map(duty_file_checks.is_open, listed))
    if not left:
        await checking.complete(context, check)
    return Waived(name, number, left)


async def waiting(context: Context, member: Member) -> CheckWaiting:
    """档案待审: files that their representatives confirmed; 全部 means these."""
    viewer = access.viewer_of(context, member)
    known = context.directory.representatives
    codes = [
        code
        for code, one in known.items()
        if (viewer.stations is None or one.station_code in viewer.stations) and _may_review(context, member, code)
    ]
    found = await duty_file_checks.of_representatives(context.session, codes, _S.CONFIRMED, PAGE)
    await shown.note(context, member, shown.CHECK, [check.id for check in found])
    return CheckWaiting(tuple((known[check.representative_code].name, check.year) for check in found))


async def review(context: Context, member: Member, names: Sequence[str] | None) -> ChecksReviewed | CheckWaiting:
    """档案通过, one or several; `names` None is what 档案待审 showed them, else that list comes first."""
    if names is None:
        numbers = await shown.take(context, member, shown.CHECK)
        if not numbers:
            return await waiting(context, member)
        checks = [await context.session.get(FileCheck, number, with_for_update=True) for number in numbers]
        done = [_pass(context, member, check) for check in checks if check is not None]
        return ChecksReviewed(sum(done), ())
    refused, passed = [], 0
    for words in dict.fromkeys(names):
        check, _, _ = await _find(context, member, words)
        if check is not None and _pass(context, member, check):
            passed += 1
        else:
            refused.append(words)
    return ChecksReviewed(passed, tuple(refused))


def _pass(context: Context, member: Member, check: FileCheck) -> bool:
    if check.state is not _S.CONFIRMED or not _may_review(context, member, check.representative_code):
        return False
    check.move(_S.REVIEWED)
    check.reviewed_at, check.reviewed_by = context.now, member.userid
    _note(context, member, "file passed", f"check {check.id}")
    return True


async def send_back(
    context: Context, member: Member, words: str, reason: str
) -> CheckReturned | FileRefused | CheckRefused:
    """档案退回 代表 原因: the representative hears why, and is asked to confirm again."""
    check, name, refused = await _find(context, member, words)
    if check is None:
        return refused or CheckRefused("none")
    if not reason:
        return CheckRefused("reason")
    if check.state is not _S.CONFIRMED:
        return CheckRefused("state")
    check.move(_S.COMPLETE)
    _note(context, member, "file sent back", f"check {check.id}")
    person = context.directory.representatives[check.representative_code]
    if person.userid:
        told = WasSentBack(check.id, check.year, reason).render()
        await speaking.notify_members(context, [person.userid], Purpose.NOTICE, told)
    return CheckReturned(name, check.year)


async def follow(context: Context) -> int:
    """One part: passed files are published, published ones of a year that is over are sealed; returns how many."""
    published = await duty_file_checks.in_state(context.session, _S.REVIEWED, PART)
    for check in published:
        check.move(_S.PUBLISHED)
        check.published_at = context.now
    this_year = context.calendar.today(context.now).year
    over = await duty_file_checks.in_state(context.session, _S.PUBLISHED, PART, before_year=this_year)
    for check in over:
        first, last = gathering.year_of(check.year)
        check.digest = await duty_file_reading.seal_digest(context.session, check.representative_code, first, last)
        check.move(_S.SEALED)
        check.sealed_at = context.now
    return len(published) + len(over)


def _note(context: Context, member: Member, act: str, subject: str) -> None:
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
