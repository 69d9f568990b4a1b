"""Consent beyond the statutory purpose: asked for by staff or a representative, given and taken back by one tap."""

from bot.notices import privacy_consent
from bot.notices.content import Content
from bot.services import people, settling, speaking
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.people import Member
from storage import audit, privacy_consents
from storage.models import Case, Constituent, Conversation
from storage.outbox import Purpose


def _name(purpose: str, case_id: int) -> str:
    """As it is kept: for one matter only."""
    return f"{purpose}:{case_id}"


async def ask(context: Context, member: Member, case: Case, purpose: str, detail: str) -> Content:
    """Ask the person; until they agree the answer is no."""
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    asked = privacy_consent.ConsentAsked(case.number, case.id, purpose, detail).render()
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, asked, case=case
    )
    subject = f"case {case.number}, {purpose}"
    audit.add_line(context.session, actor=member.userid, act="consent asked", subject=subject, at=context.now)
    return privacy_consent.ConsentAskedFor(case.number, purpose).render()


async def answer(context: Context, caller: Caller, case_id: int, purpose: str, *, given: bool) -> Content:
    """A tap; a second one of the same says the same again and tells nobody."""
    case = await settling.find_own(context, caller, case_id)
    if case is None or case.erased_at is not None:
        return privacy_consent.OwnConsents(()).render()
    name, constituent = _name(purpose, case.id), caller.constituent.id
    stands = await privacy_consents.find(context.session, constituent, name) is not None
    if given:
        await privacy_consents.give(context.session, constituent, name, context.rules.privacy_version, context.now)
    else:
        await privacy_consents.end(context.session, constituent, name, context.now)
    if stands != given or not given:
        told = privacy_consent.ConsentAnswered(case.number, purpose, given).render()
        readers = people.readers_of(context, case)
        await speaking.notify_members(context, readers, Purpose.UPDATE, told, case=case)
    return privacy_consent.ConsentNoted(case.number, case.id, purpose, given).render()


async def show(context: Context, caller: Caller) -> Content:
    """我的同意: what stands, each with a tap to take it back."""
    found = []
    for one in await privacy_consents.standing(context.session, caller.constituent.id):
        purpose, _, case_id = one.purpose.partition(":")
        case = await context.session.get(Case, int(case_id)) if case_id.isdecimal() else None
        if case is not None and purpose in privacy_consent.PURPOSES:
            found.append((case.number, case.id, purpose))
    return privacy_consent.OwnConsents(tuple(found)).render()
