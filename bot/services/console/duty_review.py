"""履职核对: what waits for staff, one entry with what stands behind it, and what is decided on it.

Who sees which entries is asked of `duty.access` at every reading; each reading of others' words is an audit line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.notices import duty_pages as words
from bot.notices.duty import DraftCard, DutyFacts, Recorded
from bot.notices.duty_desk import MOST_COUNTED, Released, Reviewed, counted
from bot.services import people
from bot.services.console import files
from bot.services.console.files import Found
from bot.services.context import Context
from bot.services.duty import access, deciding, drafting, showing
from bot.services.people import Member
from storage import audit, duty_drafts, duty_file, duty_reading
from storage.keys import find_key, open_ahead
from storage.models import Attachment, Case, DutyEntry, DutyStamp
from storage.states import AttachmentState

LISTED = 30
MOST_WORDS = 500


class DutyRefused(Exception):
    """It was not done; `why` is a word of `notices.duty_pages.REFUSED`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind an entry: an attachment (`kind` such as image), a matter (`case`) or an attendance."""

    kind: str
    number: str
    here: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry in the list; `disputed` is what its representative says is wrong, then it cannot be passed."""

    facts: DutyFacts
    who: str
    station: str
    recorded_at: datetime | None
    disputed: str
    is_disputed: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """The first of what waits, the oldest first; how many in all and besides these, in words or empty."""

    rows: tuple[Waiting, ...]
    total: str
    rest: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of an entry."""

    event: str
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry; `words` of `facts` are empty where they are not this member's to read."""

    facts: DutyFacts
    who: str
    code: str
    station: str
    source: str
    recorded_at: datetime | None
    recorded_by: str
    state: str
    is_readable: bool
    evidence: tuple[Evidence, ...]
    said: tuple[Said, ...]
    corrects: int | None
    corrected_by: int | None
    may: frozenset[str]


async def look(context: Context, member: Member) -> Queue:
    """What this member has to look at; reading it is on record."""
    viewer = access.viewer_of(context, member)
    found = await duty_reading.to_review(context.session, viewer, LISTED)
    await open_ahead(context.session, context.vault, [entry.key_id for entry in found])
    known = await duty_file.attachments(context.session, [one for entry in found for one in _numbers(entry)])
    rows = tuple([await _waiting(context, member, entry, known) for entry in found])
    if rows:
        _note(context, member, "duty entries read", f"{len(rows)} of review")
    total = await duty_reading.count_to_review(context.session, viewer, MOST_COUNTED)
    rest = counted(total, len(rows)) if total > len(rows) else ""
    return Queue(rows, counted(total) if total else "", rest)


async def _waiting(context: Context, member: Member, entry: DutyEntry, known: Mapping[int, Attachment]) -> Waiting:
    shown = await deciding.reviewable(context, entry)
    readable = await access.may_read_words(context, member, entry)
    return Waiting(
        facts=shown.facts if readable else _closed(entry),
        who=shown.representative,
        station=_station(context, entry.station_code),
        recorded_at=entry.recorded_at,
        disputed=shown.disputed if readable else "",
        is_disputed=not entry.is_confirmed,
        evidence=await _evidence(context, member, entry, known) if readable else (),
    )


def _numbers(entry: DutyEntry) -> list[int]:
    """The attachments that an entry names."""
    named = [one.partition(":") for one in entry.evidence or ()]
    return [int(number) for what, _, number in named if what == "attachment" and number.isdigit()]


def _closed(entry: DutyEntry) -> DutyFacts:
    return DutyFacts(entry.id, entry.occurred_on, words.CLOSED)


def _station(context: Context, code: str | None) -> str:
    known = context.directory.stations.get(code or "")
    return known.name if known else code or ""


async def _evidence(
    context: Context, member: Member, entry: DutyEntry, rows: Mapping[int, Attachment]
) -> tuple[Evidence, ...]:
    """Attachments that came (of `rows`), matters that the reader may open, attendances."""
    named = [one.partition(":") for one in entry.evidence or ()]
    found = []
    root = await context.session.get(DutyEntry, entry.root_id) if entry.root_id else entry
    if root is not None and root.case_id is not None:
        named.append(("case", ":", str(root.case_id)))
    for what, _, number in named:
        if what == "attachment" and (row := rows.get(int(number) if number.isdigit() else 0)) is not None:
            found.append(Evidence(row.kind, number, row.state is AttachmentState.STORED))
        elif what == "case" and number.isdigit():
            case = await context.session.get(Case, int(number))
            if case is not None and people.may_act_on(context, member, case):
                found.append(Evidence("case", case.number))
        elif what == "attendance":
            found.append(Evidence("attendance", number))
    return tuple(found)


async def access_entry(context: Context, member: Member, number: int) -> DutyEntry | None:
    """The entry of this number, where the member may see it; locked."""
    return await access.access_entry(context, member, number) if number else None


async def open_entry(context: Context, member: Member, entry: DutyEntry) -> EntryPage:
    """The page of an entry that the member has access to; reading it is on record."""
    readable = await access.may_read_words(context, member, entry)
    _note(context, member, "duty entry read", f"duty entry {entry.id}")
    person = context.directory.representatives.get(entry.representative_code)
    known = await duty_file.attachments(context.session, _numbers(entry))
    after = await duty_reading.find_correction(context.session, entry.id) if entry.corrected_at else None
    return EntryPage(
        facts=await showing.facts_of(context, entry) if readable else _closed(entry),
        who=person.name if person else entry.representative_code,
        code=entry.representative_code,
        station=_station(context, entry.station_code),
        source=entry.source,
        recorded_at=entry.recorded_at,
        recorded_by=people.name_of(context, entry.recorded_by) if entry.recorded_by else "",
        state=_state_of(entry),
        is_readable=readable,
        evidence=await _evidence(context, member, entry, known) if readable else (),
        said=await _said(context, entry) if readable else (),
        corrects=entry.corrects_id,
        corrected_by=after,
        may=_may(context, member, entry) if readable else frozenset(),
    )


async def _said(context: Context, entry: DutyEntry) -> tuple[Said, ...]:
    key = await find_key(context.session, context.vault, entry.key_id)

    def note(stamp: DutyStamp) -> str:
        return key.open_text(stamp.note_sealed) if key is not None and stamp.note_sealed is not None else ""

    return tuple(
        Said(one.event, one.at, people.name_of(context, one.by), note(one))
        for one in await duty_reading.stamps_of(context.session, entry.id)
    )


def _state_of(entry: DutyEntry) -> str:
    """One of `notices.duty_pages.STATES`."""
    if entry.withdrawn:
        return "withdraws"
    if entry.corrected_at is not None:
        return "corrected"
    if not entry.is_confirmed:
        return "disputed" if entry.disputed_at is not None else "unconfirmed"
    if entry.passed_at is not None:
        return "passed"
    return "returned" if entry.returned_at is not None else "waiting" if entry.source == "rep" else "standing"


def _may(context: Context, member: Member, entry: DutyEntry) -> frozenset[str]:
    found = set()
    if deciding.is_reviewable(member, entry):
        found |= {"pass", "return"}
    if access.may_correct(member, entry) and entry.is_standing:
        found |= {"correct", "withdraw"}
    if people.is_centre(context, member) and entry.lane == "hidden" and entry.released_at is None:
        found |= {"release"}
    return frozenset(found)


async def decide(
    context: Context, member: Member, numbers: Sequence[int], *, passed: bool, reason: str = ""
) -> tuple[int, int]:
    """Pass or return these; how many were, and how many could not be. Raises `DutyRefused`."""
    if not numbers:
        raise DutyRefused("none")
    if not passed:
        _check(reason)
    done = await deciding.review(context, member, list(numbers), passed=passed, reason=reason)
    if not isinstance(done, Reviewed) or not done.done:
        raise DutyRefused("decided")
    act = "duty entries passed" if passed else "duty entries returned"
    _note(context, member, act, " ".join(map(str, done.done)))
    return len(done.done), len(done.refused)


def _check(said: str, empty: str = "reason") -> None:
    if not said:
        raise DutyRefused(empty)
    if len(said) > MOST_WORDS:
        raise DutyRefused("long")


async def withdraw(context: Context, member: Member, entry: DutyEntry, reason: str) -> None:
    """It never was: both stay on record. Raises `DutyRefused`."""
    if "withdraw" not in _may(context, member, entry):
        raise DutyRefused("not_now")
    _check(reason)
    await deciding.withdraw(context, member, entry.id, reason)
    _note(context, member, "duty entry withdrawn", f"duty entry {entry.id}")


async def release(context: Context, member: Member, entry: DutyEntry) -> None:
    """A hidden entry may be seen from now on. Raises `DutyRefused`."""
    if "release" not in _may(context, member, entry):
        raise DutyRefused("not_now")
    if not isinstance(await deciding.release(context, member, entry.id), Released):
        raise DutyRefused("not_now")


async def begin_correction(context: Context, member: Member, entry: DutyEntry, said: str, key: str) -> DutyFacts:
    """What would stand in the place of an entry, to be looked at first. Raises `DutyRefused`."""
    if "correct" not in _may(context, member, entry):
        raise DutyRefused("not_now")
    _check(said, "nothing")
    source = f"web:{member.userid.lower()}:{key}"[:128]
    _, shown = await drafting.begin_correction(context, member, entry, said, source)
    if not isinstance(shown, DraftCard):
        raise DutyRefused("nothing")
    return shown.facts


async def finish_correction(context: Context, member: Member, draft_id: int) -> int:
    """The draft goes on record in the place of the entry; the number of the new one. Raises `DutyRefused`."""
    draft = await duty_drafts.find_theirs(context.session, member.userid, draft_id) if draft_id else None
    if draft is None:
        raise DutyRefused("not_now")
    old = await access.access_entry(context, member, draft.corrects_id or 0)
    if draft.entry_id is None and (old is None or not access.may_correct(member, old)):
        raise DutyRefused("not_now")
    was_new = draft.entry_id is None
    done = (await drafting.confirm(context, member, draft)).said
    if not isinstance(done, Recorded):
        raise DutyRefused("not_now")
    if was_new:
        _note(context, member, "duty entry corrected", f"duty entry {draft.corrects_id} -> {done.entry_id}")
    return done.entry_id


def _note(context: Context, member: Member, act: str, subject: str) -> None:
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)


async def find_evidence(context: Context, member: Member, entry: DutyEntry, attachment_id: int) -> Found | None:
    """What stands behind an entry, where its words are this member's to read; opening it is on record."""
    if not await access.may_read_words(context, member, entry):
        return None
    found = await files.access_evidence(context, entry, attachment_id)
    if found is not None:
        _note(context, member, "duty evidence read", f"duty entry {entry.id}, attachment {found.id}")
    return found
