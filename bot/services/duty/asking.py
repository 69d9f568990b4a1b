"""Asking representatives for their word on what was written for them: the same evening, and twice more; then staff.

A reminder row is for a representative and the day on which it was recorded: one message for all of that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.calendars.local_time import MIDNIGHT, instant_of, parse_clock
from bot.notices.duty import LISTED, PleaseConfirm
from bot.notices.duty_desk import NotConfirmed
from bot.services import people
from bot.services.context import Context
from bot.services.duty import access, showing
from bot.services.reminders.said import Answer, Spoken, Void
from storage import duty_reading, reminders
from storage.reminders import Plan

LATE = "late"
_DAY = timedelta(days=1)


async def plan(context: Context, representative_codes: Iterable[str]) -> None:
    """Write down when these are asked for what was recorded for them today; a second call changes nothing."""
    today = context.calendar.today(context.now)
    plans: list[Plan] = []
    for code in dict.fromkeys(representative_codes):
        person = context.directory.representatives.get(code)
        if person is None:
            continue
        if person.userid:
            plans += [
                Plan(_subject(today), "", step, reminders.member(person.userid), due_at, due_at + _DAY)
                for step, due_at in _steps(context, today)
            ]
        late = instant_of(today + context.rules.duty_confirm_days * _DAY, parse_clock("09:00"), context.zone)
        plans += [
            Plan(_subject(today), "", LATE, reminders.member(userid), late, late + 2 * _DAY)
            for userid in context.directory.officers_of(person.station_code)
        ]
    await reminders.add_all(context.session, plans, context.now)


def _subject(day: date) -> str:
    return f"duty:{day:%Y%m%d}"


def _steps(context: Context, today: date) -> list[tuple[str, datetime]]:
    evening = instant_of(today, parse_clock("18:00"), context.zone)
    nine = parse_clock("09:00")
    later = [
        (f"ask_{days}", instant_of(today + days * _DAY, nine, context.zone)) for days in context.rules.duty_ask_days
    ]
    return [("ask", max(context.now, evening)), *later]


async def speak(
    context: Context, subject_id: int, _edition: str, step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """To representatives what waits for their word now; to officers who has not said one."""
    try:
        day = datetime.strptime(str(subject_id), "%Y%m%d").date()
    except ValueError:
        return dict.fromkeys(recipients, Void("no such day"))
    if step == LATE:
        return {one: await _late(context, day, one) for one in recipients}
    return {one: await _ask(context, one, again=step != "ask") for one in recipients}


async def _ask(context: Context, recipient: str, *, again: bool) -> Answer:
    person = context.directory.find_representative_of(reminders.find_userid(recipient) or "")
    asked = await confirm_card(context, person.code, again=again) if person is not None else None
    return Void("nothing waits") if asked is None else Spoken(asked.render(), task_id="duty-confirm")


async def confirm_card(context: Context, representative_code: str, *, again: bool = False) -> PleaseConfirm | None:
    """What waits for a representative's word, the first few; None where nothing does."""
    waiting = await duty_reading.to_confirm(context.session, representative_code, LISTED)
    if not waiting:
        return None
    total = await duty_reading.count_to_confirm(context.session, representative_code)
    return PleaseConfirm(tuple([await showing.facts_of(context, one) for one in waiting]), total, again)


async def _late(context: Context, day: date, recipient: str) -> Answer:
    """Of what this officer may see; of closed entries nobody hears a number either."""
    member = people.identify_member(context, reminders.find_userid(recipient) or "")
    viewer = access.viewer_of(context, member)
    since = instant_of(day, MIDNIGHT, context.zone)
    until = instant_of(day + _DAY, MIDNIGHT, context.zone)
    found = await duty_reading.unconfirmed_of(context.session, viewer, since, until)
    known = context.directory.representatives
    named = tuple((known[code].name if code in known else code, count) for code, count in found)
    return Spoken(NotConfirmed(day, named).render()) if named else Void("all confirmed")
