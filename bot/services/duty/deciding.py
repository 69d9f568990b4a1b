"""What people say of entries: the representative confirms or disputes, staff pass or return, nobody changes one."""

from collections.abc import Sequence

from bot.notices.duty import Confirmed, DisputeNoted, DutyHelp, WasReturned, Withdrawn
from bot.notices.duty_desk import MOST_COUNTED, Disputed, Released, Reviewable, Reviewed, ReviewList
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.duty import access, recording, showing, shown
from bot.services.people import Member
from storage import audit, duty, duty_reading, ledger
from storage.duty import HIDDEN, NewEntry
from storage.keys import find_key
from storage.models import DutyEntry
from storage.outbox import Purpose

PAGE = 10
MOST = 200  # at once


async def confirm(context: Context, member: Member, numbers: Sequence[int]) -> Confirmed:
    """The representative stands for these of their own; what is confirmed already stays so."""
    person = member.representative
    if person is None:
        return Confirmed(0)
    done = 0
    for number in dict.fromkeys(numbers):
        entry = await access.access_entry(context, member, number)
        if entry is None or entry.representative_code != person.code or not entry.is_standing or entry.is_confirmed:
            continue
        await duty.say_of(context.session, entry, ledger.CONFIRMED, by=member.userid, at=context.now)
        done += 1
    return Confirmed(done, await duty_reading.count_to_confirm(context.session, person.code))


async def dispute(context: Context, member: Member, number: int, reason: str) -> DisputeNoted | DutyHelp:
    """履职有误: staff of the station hear of it; the entry stays, marked."""
    entry = await access.access_entry(context, member, number)
    own = member.representative is not None
    if (
        entry is None
        or not own
        or entry.representative_code != (member.representative and member.representative.code)
    ):
        return DutyHelp("not_found")
    if not entry.is_standing:
        return DutyHelp("not_standing")
    if not reason:
        return DutyHelp("reason")
    await _say(context, entry, ledger.DISPUTED, member, reason)
    name = member.representative.name if member.representative else ""
    told = Disputed(await showing.facts_of(context, entry), name, reason).render()
    await speaking.notify_members(context, _staff_of(context, entry), Purpose.NOTICE, told)
    return DisputeNoted(entry.id)


def _staff_of(context: Context, entry: DutyEntry) -> Sequence[str]:
    """Who puts an entry right: the station's officers; of a closed one only the service centre."""
    if entry.lane and entry.released_at is None:
        return context.directory.centre_staff()
    return context.directory.officers_of(entry.station_code)


async def _say(context: Context, entry: DutyEntry, event: str, member: Member, reason: str = "") -> None:
    note = None
    if reason:
        key = await find_key(context.session, context.vault, entry.key_id)
        note = key.seal_text(reason) if key is not None else None  # of an erased entry no words are kept
    await duty.say_of(context.session, entry, event, by=member.userid, at=context.now, note=note)


async def waiting(context: Context, member: Member) -> ReviewList:
    """履职待审: the first of what this member has to look at; 全部 means these until they ask again."""
    viewer = access.viewer_of(context, member)
    found = await duty_reading.to_review(context.session, viewer, PAGE)
    await shown.note(context, member, shown.ENTRY, [entry.id for entry in found if entry.is_confirmed])
    lines = tuple([await reviewable(context, entry) for entry in found])
    return ReviewList(lines, await duty_reading.count_to_review(context.session, viewer, MOST_COUNTED))


async def reviewable(context: Context, entry: DutyEntry) -> Reviewable:
    """An entry as it stands in the list of what waits, with what its representative says is wrong."""
    disputed = ""
    if not entry.is_confirmed and entry.disputed_at is not None:
        stamp = await duty_reading.last_note(context.session, entry.id, ledger.DISPUTED)
        if stamp is not None and stamp.note_sealed is not None:
            key = await find_key(context.session, context.vault, entry.key_id)
            disputed = key.open_text(stamp.note_sealed) if key is not None else ""
    person = context.directory.representatives.get(entry.representative_code)
    name = person.name if person else entry.representative_code
    return Reviewable(await showing.facts_of(context, entry), name, disputed)


async def review(
    context: Context, member: Member, numbers: Sequence[int] | None, *, passed: bool, reason: str = ""
) -> Reviewed | ReviewList:
    """通过 or 退回, one or many; `numbers` None is what 履职待审 showed them, else the list comes first.

    Why it is returned is told.
    """
    viewer = access.viewer_of(context, member)
    if numbers is None and not (numbers := await shown.take(context, member, shown.ENTRY)):
        return await waiting(context, member)
    done, refused = [], []
    for number in list(dict.fromkeys(numbers))[:MOST]:
        entry = await access.access_entry(context, member, number)
        if entry is None or not is_reviewable(member, entry):
            refused.append(number)
            continue
        await _say(context, entry, ledger.PASSED if passed else ledger.RETURNED, member, reason)
        if not passed:
            await _tell_returned(context, entry, reason)
        done.append(number)
    left = await duty_reading.count_to_review(context.session, viewer, MOST_COUNTED)
    return Reviewed(tuple(done), passed, tuple(refused), left)


def is_reviewable(member: Member, entry: DutyEntry) -> bool:
    """Confirmed, standing, not decided on before, and not one's own."""
    undecided = entry.passed_at is None and entry.returned_at is None
    return access.may_review(member, entry) and entry.is_standing and entry.is_confirmed and undecided


async def _tell_returned(context: Context, entry: DutyEntry, reason: str) -> None:
    person = context.directory.representatives.get(entry.representative_code)
    if person is not None and person.userid:
        told = WasReturned(await showing.facts_of(context, entry), reason).render()
        await speaking.notify_members(context, [person.userid], Purpose.NOTICE, told)


async def withdraw(context: Context, member: Member, number: int, reason: str) -> Withdrawn | DutyHelp:
    """履职作废: an entry that says that the other never was; both stay on record."""
    old = await access.access_entry(context, member, number)
    if old is None or not access.may_correct(member, old):
        return DutyHelp("not_found")
    if not old.is_standing:
        return DutyHelp("not_standing")
    if not reason:
        return DutyHelp("reason")
    own = member.representative is not None and member.representative.code == old.representative_code
    new = NewEntry(
        representative_code=old.representative_code,
        station_code=old.station_code,
        kind=old.kind,
        source=duty.REP if own else duty.STAFF,
        at=old.occurred_at,
        on=old.occurred_on,
        recorded_at=context.now,
        summary=reason,
        own=own,
        lane=old.lane if old.released_at is None else "",
        recorded_by=member.userid,
        withdrawn=True,
    )
    entry = await recording.correct(context, old, new)
    return Withdrawn(old.id, entry.id)


async def release(context: Context, member: Member, number: int) -> Released | DutyHelp:
    """履职公开: a hidden entry may be seen from now on; the service centre says so."""
    entry = await access.access_entry(context, member, number) if people.is_centre(context, member) else None
    if entry is None or entry.lane != HIDDEN:
        return DutyHelp("not_found")
    if entry.released_at is None:
        await _say(context, entry, ledger.RELEASED, member)
        audit.add_line(
            context.session,
            actor=member.userid,
            act="duty entry released",
            subject=f"duty entry {entry.id}",
            at=context.now,
        )
    return Released(entry.id)
