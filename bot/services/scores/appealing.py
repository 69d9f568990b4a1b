"""积分公布, 积分申诉 and its answer: each is told that their points are there, and may object for some days."""

from datetime import date

from bot.notices import scores as notices
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.duty import access
from bot.services.people import Member
from bot.services.scores import rules, telling
from bot.services.statistics.reading import find_period
from storage import audit, scores
from storage.keys import add_key, find_key
from storage.models import ScoreAppeal, ScorePublication
from storage.outbox import Purpose

LISTED = 10
_AT_ONCE = 500  # recipients of a row


async def publish(context: Context, member: Member, words: str) -> notices.ScoresPublished | notices.ScoreHelp:
    """积分公布 2026: from now on each representative may see their own points of it and appeal; no list is made."""
    if not people.is_centre(context, member):
        return notices.ScoreHelp("centre_only")
    today = context.calendar.today(context.now)
    span = find_period(words.strip(), today)
    if span is None:
        return notices.ScoreHelp("period")
    ruled = await rules.find_standing(context)
    if ruled is None:
        return notices.ScoreHelp("no_rules")
    published = ScorePublication(
        first_on=span[0],
        last_on=span[1],
        rules=ruled.label,
        published_at=context.now,
        published_by=member.userid,
    )
    context.session.add(published)
    await context.session.flush()
    told = await _tell(context, published, telling.appeal_until(context, published, ruled))
    subject = f"{span[0]} to {span[1]} by {ruled.label}"
    audit.add_line(context.session, actor=member.userid, act="points published", subject=subject, at=context.now)
    return notices.ScoresPublished(*span, ruled.title, told)


async def _tell(context: Context, published: ScorePublication, until: date) -> int:
    """Everybody hears the same words: that points are there, and how one sees one's own."""
    content = notices.SeeYourScore(published.first_on, published.last_on, until).render()
    userids = sorted(one.userid for one in context.directory.representatives.values() if one.userid)
    for start in range(0, len(userids), _AT_ONCE):
        await speaking.notify_members(context, userids[start : start + _AT_ONCE], Purpose.NOTICE, content)
    return len(userids)


async def appeal(
    context: Context, member: Member, words: str, source_key: str
) -> notices.AppealNoted | notices.ScoreHelp:
    """积分申诉 …: against what was published last, while there is time; staff of their station hear of it."""
    person = member.representative
    if person is None:
        return notices.ScoreHelp("not_representative")
    if not words:
        return notices.ScoreHelp("words")
    known = await scores.find_appeal_of(context.session, source_key)
    if known is not None:
        return notices.AppealNoted(known.id)
    published = await scores.find_publication(context.session)
    ruled = await rules.find(context, published.rules) if published else None
    if published is None or ruled is None:
        return notices.ScoreHelp("unpublished")
    until = telling.appeal_until(context, published, ruled)
    if context.calendar.today(context.now) > until:
        return notices.ScoreHelp("too_late", until)
    key_id, key = await add_key(context.session, context.vault)
    row = ScoreAppeal(
        publication_id=published.id,
        representative_code=person.code,
        source_key=source_key,
        key_id=key_id,
        words_sealed=key.seal_text(words),
        made_at=context.now,
    )
    context.session.add(row)
    await context.session.flush()
    heard = [*context.directory.officers_of(person.station_code), *context.directory.centre_staff()]
    others = [one for one in dict.fromkeys(heard) if one.lower() != member.userid.lower()]
    told = notices.AppealMade(row.id, person.name, words).render()
    await speaking.notify_members(context, others, Purpose.NOTICE, told)
    return notices.AppealNoted(row.id)


async def waiting(context: Context, member: Member) -> notices.Appeals | notices.ScoreHelp:
    """积分申诉, from staff: how many there were, and those that wait for an answer."""
    if member.staff is None:
        return notices.ScoreHelp("words")
    total, answered = await scores.count_appeals(context.session)
    lines = []
    for row in await scores.open_appeals(context.session, LISTED):
        if _may_answer(context, member, row):
            key = await find_key(context.session, context.vault, row.key_id)
            words = key.open_text(row.words_sealed) if key else ""
            lines.append((row.id, _name(context, row), context.calendar.today(row.made_at), words))
    return notices.Appeals(total, answered, tuple(lines))


async def answer(
    context: Context, member: Member, appeal_id: int, words: str
) -> notices.AppealAnswered | notices.ScoreHelp:
    """积分答复 3 …: the representative hears it; a second answer is not taken."""
    row = await scores.find_appeal(context.session, appeal_id)
    if row is None or not _may_answer(context, member, row):
        return notices.ScoreHelp("no_appeal")
    if row.answered_at is not None:
        return notices.ScoreHelp("answered")
    if not words:
        return notices.ScoreHelp("answer_words")
    key = await find_key(context.session, context.vault, row.key_id)
    row.answer_sealed = key.seal_text(words) if key else None
    row.answered_at, row.answered_by = context.now, member.userid
    person = context.directory.representatives.get(row.representative_code)
    if person is not None and person.userid:
        told = notices.AppealAnswer(row.id, words).render()
        await speaking.notify_members(context, [person.userid], Purpose.NOTICE, told)
    return notices.AppealAnswered(row.id)


def _may_answer(context: Context, member: Member, row: ScoreAppeal) -> bool:
    """Staff who see the representative's points; nobody on their own, and no auditor."""
    if member.staff is None or member.staff.role == "auditor":
        return False
    own = member.representative is not None and member.representative.code == row.representative_code
    person = context.directory.representatives.get(row.representative_code)
    station = person.station_code if person else None
    viewer = access.viewer_of(context, member)
    return not own and (viewer.stations is None or station in viewer.stations)


def _name(context: Context, row: ScoreAppeal) -> str:
    person = context.directory.representatives.get(row.representative_code)
    return person.name if person else row.representative_code
