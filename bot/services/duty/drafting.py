"""A duty told in the chat: understood, completed by at most three questions, and put on record by a tap."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

from bot.notices.duty import (
    AskKind,
    AskWords,
    DraftCard,
    DraftSettled,
    DutyFacts,
    DutyHelp,
    EvidenceNoted,
    HowToEdit,
    Recorded,
    StillMissing,
)
from bot.notices.words import kind_name
from bot.services.context import Context
from bot.services.duty import kinds, matters, numbers, parsing, recording, showing
from bot.services.duty.parsing import Told
from bot.services.people import Member
from config.duty_kinds import OTHER
from storage import duty, duty_drafts
from storage.duty import NewEntry
from storage.keys import add_key, get_key
from storage.models import DutyDraft, DutyEntry

MOST_QUESTIONS = 3
STILL_MEANT = timedelta(minutes=10)  # words, pictures and voices within this belong to the draft
KEPT = timedelta(days=7)
EVIDENCE = frozenset({"image", "voice", "video", "file"})
EDIT = "edit"
OFFERED = ("visit", "reception", "research", "inspection", "training", OTHER)
_NAMES = {"on": "日期", "kind": "类别", "place": "地点", "people": "人数", "summary": "内容"}
Said = DraftCard | AskKind | AskWords | DutyHelp | HowToEdit | EvidenceNoted | Recorded | StillMissing


@dataclass(frozen=True, slots=True)
class Settled:
    """A tap: what the card shows afterwards (none: it stays as it is), and what is said beside it."""

    card: DraftSettled | None
    said: Said | None


async def begin(context: Context, member: Member, text: str, source_key: str) -> tuple[DutyDraft | None, Said]:
    """`履职 …`: a draft, and the question or card that follows. The same message again shows the same draft."""
    known = await duty_drafts.find_by_source(context.session, source_key)
    if known is not None:
        return known, await _next(context, known, await told_of(context, known))
    person = member.representative
    if person is None:
        return None, DutyHelp("not_representative")
    if not text.strip():
        return None, DutyHelp()
    told = parsing.parse(text, _today(context), kinds.standing(context))
    if told.on is None and not numbers.names_no_day(text, _today(context)):
        told = replace(told, on=_today(context))
    draft = await _open(context, member.userid, person.code, source_key, told)
    return draft, await _next(context, draft, told)


async def begin_told(context: Context, member: Member, told: Told, source_key: str) -> DutyDraft | None:
    """The same from a form in which every part has a field of its own; None where they are no representative."""
    known = await duty_drafts.find_by_source(context.session, source_key)
    if known is not None:
        return known
    person = member.representative
    return await _open(context, member.userid, person.code, source_key, told) if person is not None else None


async def begin_correction(
    context: Context, member: Member, entry: DutyEntry, text: str, source_key: str
) -> tuple[DutyDraft | None, Said]:
    """`履职更正 编号 …`: a draft that would stand in the place of an entry."""
    known = await duty_drafts.find_by_source(context.session, source_key)
    if known is not None:
        return known, await _next(context, known, await told_of(context, known))
    if not entry.is_standing:
        return None, DutyHelp("not_standing")
    summary, details = await showing.details_of(context, entry)
    before = Told(
        entry.occurred_on, entry.kind, str(details.get("place", "")), entry.people, summary, (), entry.lane
    )
    told = parsing.change(before, text, _today(context), kinds.standing(context))
    if told is None or told == before:
        return None, DutyHelp("nothing")
    draft = await _open(context, member.userid, entry.representative_code, source_key, told, entry.id)
    return draft, await _next(context, draft, told)


async def _open(
    context: Context, userid: str, code: str, source_key: str, told: Told, corrects_id: int | None = None
) -> DutyDraft:
    key_id, key = await add_key(context.session, context.vault)
    draft = DutyDraft(
        userid=userid.lower(),
        representative_code=code,
        source_key=source_key,
        key_id=key_id,
        draft_sealed=key.seal(orjson.dumps(asdict(told))),
        corrects_id=corrects_id,
        asked="",
        questions=0,
        touched_at=context.now,
    )
    context.session.add(draft)
    await context.session.flush()
    return draft


async def told_of(context: Context, draft: DutyDraft) -> Told:
    """What the draft says so far."""
    key = await get_key(context.session, context.vault, draft.key_id)
    kept: dict[str, Any] = orjson.loads(key.open(draft.draft_sealed))
    on = date.fromisoformat(kept["on"]) if kept["on"] else None
    return Told(**{**kept, "on": on, "matters": tuple(kept["matters"])})


async def _keep(context: Context, draft: DutyDraft, told: Told) -> None:
    key = await get_key(context.session, context.vault, draft.key_id)
    draft.draft_sealed = key.seal(orjson.dumps(asdict(told)))
    draft.touched_at = context.now


def _today(context: Context) -> date:
    return context.calendar.today(context.now)


def _missing(context: Context, told: Told) -> list[str]:
    """Which fields still have to be said, in the order in which they are asked."""
    kind = kinds.standing(context).get(told.kind)
    needs = kind.needs if kind else ()
    missing = [] if kind else ["kind"]
    if told.on is None or told.on > _today(context):
        missing.append("on")
    if not told.summary:
        missing.append("summary")
    if "place" in needs and not told.place:
        missing.append("place")
    if "people" in needs and told.people is None:
        missing.append("people")
    return missing


async def _next(context: Context, draft: DutyDraft, told: Told) -> Said:
    """A question where something is missing and fewer than three were asked, else the card."""
    missing = _missing(context, told)
    if draft.settled_at is not None:
        return DutyHelp("gone")
    if not missing or draft.questions >= MOST_QUESTIONS:
        draft.asked = ""
        return DraftCard(await _facts(context, draft, told))
    draft.asked, draft.questions = missing[0], draft.questions + 1
    if missing[0] != "kind":
        return AskWords(missing[0])
    known = kinds.standing(context)
    return AskKind(draft.id, tuple((code, known[code].name) for code in OFFERED if code in known), told.summary)


async def _facts(context: Context, draft: DutyDraft, told: Told) -> DutyFacts:
    return DutyFacts(
        draft.id,
        told.on,
        kinds.name_of(context, told.kind),
        told.place,
        told.people,
        told.summary,
        told.matters,
        len(await duty_drafts.attachments_of(context.session, draft.id)),
        tuple(_NAMES[name] for name in _missing(context, told)),
        _lane(context, told),
        draft.corrects_id,
    )


def _lane(context: Context, told: Told) -> str:
    """What the words say, else what the kind says; restricted is stricter than hidden."""
    kind = kinds.standing(context).get(told.kind)
    return told.lane or (kind.lane if kind else "")


async def find_open(context: Context, member: Member) -> DutyDraft | None:
    """The draft that what they write or send now belongs to."""
    return await duty_drafts.find_open(context.session, member.userid, context.now - STILL_MEANT)


async def go_on(context: Context, draft: DutyDraft, text: str) -> Said:
    """The answer to a question, or what is to be changed."""
    told = await told_of(context, draft)
    today, known = _today(context), kinds.standing(context)
    if draft.asked == EDIT:
        changed = parsing.change(told, text, today, known)
        if changed is None:
            return DutyHelp("nothing")
        told = changed
    else:
        told = parsing.answer(told, draft.asked, text, today, known)
    await _keep(context, draft, told)
    return await _next(context, draft, told)


async def attach(context: Context, draft: DutyDraft, kind: str, media_id: str, name: str) -> EvidenceNoted:
    """A picture, voice or file is evidence."""
    key = await get_key(context.session, context.vault, draft.key_id)
    duty_drafts.attach(context.session, draft, key, kind=kind, media_id=media_id, name=name, now=context.now)
    await context.session.flush()
    draft.touched_at = context.now
    return EvidenceNoted(kind_name(kind), len(await duty_drafts.attachments_of(context.session, draft.id)))


async def choose_kind(context: Context, draft: DutyDraft, code: str) -> Said:
    """A kind was tapped."""
    if draft.settled_at is not None or code not in kinds.standing(context):
        return DutyHelp("gone")
    told = replace(await told_of(context, draft), kind=code)
    await _keep(context, draft, told)
    return await _next(context, draft, told)


async def edit(context: Context, draft: DutyDraft) -> Said:
    """改一下: the next words say what is different."""
    if not _is_alive(context, draft):
        return DutyHelp("gone")
    draft.asked, draft.touched_at = EDIT, context.now
    return HowToEdit()


def _is_alive(context: Context, draft: DutyDraft) -> bool:
    return draft.settled_at is None and context.now - draft.touched_at <= KEPT


async def drop(context: Context, draft: DutyDraft) -> Settled:
    """取消: nothing is put on record; a second tap says so."""
    if draft.settled_at is not None:
        return Settled(None, DutyHelp("gone"))
    told = await told_of(context, draft)
    draft.settled_at = context.now
    return Settled(DraftSettled(await _facts(context, draft, told), "没有登记"), None)


async def confirm(context: Context, member: Member, draft: DutyDraft, *, with_cases: bool = False) -> Settled:
    """确认: on record, with its evidence; its matters become cases `with_cases`. A second tap changes nothing."""
    if draft.entry_id is not None:
        return Settled(None, Recorded(draft.entry_id))
    if not _is_alive(context, draft):
        return Settled(None, DutyHelp("gone"))
    told = await told_of(context, draft)
    if missing := _missing(context, told):
        draft.touched_at, draft.asked = context.now, EDIT
        return Settled(None, StillMissing(tuple(_NAMES[name] for name in missing)))
    old = await context.session.get(DutyEntry, draft.corrects_id) if draft.corrects_id else None
    if old is not None and not old.is_standing:
        draft.settled_at = context.now
        return Settled(None, DutyHelp("not_standing"))
    opened = await matters.open_cases(context, member, draft, told.matters) if with_cases else ()
    evidence = [f"attachment:{one.id}" for one in await duty_drafts.attachments_of(context.session, draft.id)]
    new = _entry(context, member, draft, told, (*evidence, *(f"case:{case.id}" for case in opened)), old)
    if old is None:
        entry = await recording.write(context, new, draft.key_id)
    else:
        entry = await recording.correct(context, old, new, draft.key_id)
    draft.settled_at, draft.entry_id = context.now, entry.id
    facts = await _facts(context, draft, told)
    numbers_ = tuple(case.number for case in opened)
    return Settled(
        DraftSettled(facts, f"已登记 {entry.id}"), Recorded(entry.id, numbers_, reviewed=entry.source == duty.REP)
    )


def _entry(
    context: Context,
    member: Member,
    draft: DutyDraft,
    told: Told,
    evidence: tuple[str, ...],
    old: DutyEntry | None,
) -> NewEntry:
    person = context.directory.representatives.get(draft.representative_code)
    own = member.representative is not None and member.representative.code == draft.representative_code
    on = told.on or _today(context)
    same_day = old is not None and old.occurred_on == on
    kept: tuple[str, ...] = tuple(old.evidence or ()) if old is not None else ()
    details: Mapping[str, Any] = {
        name: value for name, value in (("place", told.place), ("matters", list(told.matters))) if value
    }
    return NewEntry(
        representative_code=draft.representative_code,
        station_code=old.station_code if old is not None else (person.station_code if person else None),
        kind=told.kind,
        source=duty.REP if own else duty.STAFF,
        at=old.occurred_at if old is not None and same_day else day_begins(context, on),
        on=on,
        recorded_at=context.now,
        summary=told.summary,
        own=own,
        lane=_stricter(_lane(context, told), old.lane if old is not None and old.released_at is None else ""),
        recorded_by=member.userid,
        people=told.people or 0,
        opinions=len(told.matters) or (old.opinions if old is not None else 0),
        proposals=old.proposals if old is not None else 0,
        evidence=(*kept, *evidence),
        details=details,
    )


def _stricter(lane: str, before: str) -> str:
    """A correction opens nothing to others."""
    return duty.RESTRICTED if duty.RESTRICTED in (lane, before) else lane or before


def day_begins(context: Context, on: date) -> datetime:
    """The instant at which a local day begins: what stands for a time of day that nobody said."""
    return datetime.combine(on, time(), context.zone)
