"""The text of a report: sentences from confirmed entries with their numbers; what is edited is theirs."""

from collections.abc import Sequence
from datetime import date

import orjson

from bot.notices import duty_reports as notices
from bot.notices.duty_report_draft import KindFacts, ReportFacts, Sentence, Told, compose
from bot.services.context import Context
from bot.services.duty import kinds, showing
from bot.services.people import Member
from bot.services.statistics import reading
from storage import duty_reports
from storage.duty_reports import ReportedEntry
from storage.keys import add_key, find_key
from storage.models import DutyReport
from storage.states import DutyReportState

QUOTED = 10  # things in the representative's own words
MOST_WORDS = 20_000


async def facts_of(context: Context, code: str, first: date, last: date) -> ReportFacts:
    """What is confirmed and open to all, counted; own words of the newest with anybody met."""
    entries = await duty_reports.entries_for(context.session, code, first, last)
    exchanges = [one for one in entries if one.exchange]
    others = [one for one in entries if not one.exchange]
    grouped: dict[str, list[ReportedEntry]] = {}
    for one in others:
        grouped.setdefault(one.kind, []).append(one)
    order = list(kinds.standing(context))
    named = sorted(grouped, key=lambda kind: (order.index(kind) if kind in order else len(order), kind))
    return ReportFacts(
        first,
        last,
        _kind("", entries),
        tuple(_kind(kinds.name_of(context, kind), grouped[kind]) for kind in named),
        tuple(one.number for one in exchanges),
        tuple(one.number for one in exchanges if one.closed),
        await _told(context, [one for one in others if one.told]),
    )


def _kind(name: str, entries: Sequence[ReportedEntry]) -> KindFacts:
    return KindFacts(
        name,
        tuple(one.number for one in entries),
        len({one.on for one in entries}),
        sum(one.people for one in entries),
        sum(one.opinions for one in entries),
        sum(one.proposals for one in entries),
    )


async def _told(context: Context, entries: Sequence[ReportedEntry]) -> tuple[Told, ...]:
    """Most people first, then the newest; shown by day."""
    chosen = sorted(entries, key=lambda one: (-one.people, -one.on.toordinal(), one.number))[:QUOTED]
    found = []
    for entry in await duty_reports.get_entries(context.session, [one.number for one in chosen]):
        summary, details = await showing.details_of(context, entry)
        if summary:
            found.append(Told(entry.id, entry.occurred_on, str(details.get("place", "")), summary))
    return tuple(sorted(found, key=lambda one: (one.on, one.entry)))


async def draft(context: Context, member: Member, words: str) -> notices.Draft | notices.ReportHelp:
    """述职 草稿: made anew from the record as it is now; a text of their own is left as it is."""
    person = member.representative
    if person is None:
        return notices.ReportHelp("not_representative")
    today = context.calendar.today(context.now)
    asked = reading.read(words or "今年", today, reading.Vocabulary())
    if asked.unknown or asked.by or asked.about or asked.figure:
        return notices.ReportHelp("period")
    facts = await facts_of(context, person.code, asked.first, asked.last)
    sentences = tuple(compose(facts))
    if not sentences:
        return notices.Draft(asked.first, asked.last, ())
    report = await get_or_add(context, person.code, asked.first, asked.last)
    key = await find_key(context.session, context.vault, report.key_id)
    if key is not None and report.state is not DutyReportState.HELD:
        report.draft_sealed = key.seal(orjson.dumps([[one.text, one.entries] for one in sentences]))
        report.drafted_at = context.now
    return notices.Draft(asked.first, asked.last, sentences, report.own_sealed is not None)


async def get_or_add(context: Context, code: str, first: date, last: date) -> DutyReport:
    """The report on these days; a new one begins as a draft."""
    found = await duty_reports.find(context.session, code, first, last)
    if found is not None:
        return found
    key_id, _ = await add_key(context.session, context.vault)
    report = DutyReport(
        representative_code=code, first_on=first, last_on=last, state=DutyReportState.DRAFTED, key_id=key_id
    )
    context.session.add(report)
    await context.session.flush()
    return report


async def sentences_of(context: Context, report: DutyReport) -> Sequence[Sentence]:
    """The draft as it was made last; none where there is none, or it was erased."""
    key = await find_key(context.session, context.vault, report.key_id)
    if key is None or report.draft_sealed is None:
        return []
    return [Sentence(text, tuple(entries)) for text, entries in orjson.loads(key.open(report.draft_sealed))]


async def sources(context: Context, member: Member, index: int) -> notices.Sources | notices.ReportHelp:
    """述职 出处 2: every entry of one sentence of the newest draft."""
    report = await _own_report(context, member)
    if report is None:
        return notices.ReportHelp("no_draft")
    sentences = await sentences_of(context, report)
    if not 1 <= index <= len(sentences):
        return notices.ReportHelp("no_sentence" if sentences else "no_draft")
    return notices.Sources(index, sentences[index - 1])


async def keep_own(context: Context, member: Member, words: str) -> notices.OwnKept | notices.ReportHelp:
    """述职 改稿 …: their text stands in place of the draft."""
    if member.representative is None:
        return notices.ReportHelp("not_representative")
    if not words:
        return notices.ReportHelp("words")
    report = await _own_report(context, member)
    key = await find_key(context.session, context.vault, report.key_id) if report is not None else None
    if report is None or key is None:
        return notices.ReportHelp("no_draft")
    kept = words[:MOST_WORDS]
    report.own_sealed, report.own_at = key.seal_text(kept), context.now
    return notices.OwnKept(len(kept))


async def show_own(context: Context, member: Member) -> notices.OwnText | notices.ReportHelp:
    """述职 我的稿."""
    report = await _own_report(context, member)
    key = await find_key(context.session, context.vault, report.key_id) if report is not None else None
    if report is None or key is None or report.own_sealed is None:
        return notices.ReportHelp("no_draft")
    return notices.OwnText(key.open_text(report.own_sealed))


async def _own_report(context: Context, member: Member) -> DutyReport | None:
    person = member.representative
    return await duty_reports.find_open(context.session, person.code) if person is not None else None
