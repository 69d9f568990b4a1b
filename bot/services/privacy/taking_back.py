"""撤回 编号: one message, or the whole matter, at its sender's word; what is registered a person decides."""

from bot.notices import privacy
from bot.notices.content import Content
from bot.notices.update import Recalled
from bot.services import clustering, explaining, people, settling, speaking, telling
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.privacy import erasing
from bot.services.privacy.deciding import Wish, register
from bot.services.privacy.requests import held_among
from storage import cases as stored
from storage import erasing as stored_erasing
from storage import privacy_rights
from storage.erasing import CASE, MESSAGE, Proof
from storage.keys import find_key
from storage.models import Case, Constituent, Message
from storage.outbox import Purpose


async def find_own(context: Context, caller: Caller, number: str) -> Case | None:
    """Their own matter of this number whose words are here."""
    for found in await stored.find_numbered(context.session, number):
        case = await stored.survivor_of(context.session, found)
        if case.constituent_id == caller.constituent.id and case.erased_at is None:
            return case
    return None


async def take_back(context: Context, caller: Caller, number: str) -> Content:
    """The only message goes at once; of several they are asked which."""
    case = await find_own(context, caller, number)
    if case is None:
        return privacy.CannotTakeBack(number).render()
    messages = await privacy_rights.own_messages(context.session, case.id)
    if not messages:
        return privacy.CannotTakeBack(number).render()
    if len(messages) == 1:
        return await _forget(context, case, messages[0])
    key = await find_key(context.session, context.vault, case.key_id)
    words = tuple((one.id, key.open_text(one.text_sealed) if key else "") for one in messages)
    return privacy.WhichToTakeBack(case.number, case.id, words).render()


async def take_back_message(context: Context, caller: Caller, case_id: int, message_id: int) -> Content:
    """One of several, by a tap; a second tap says that it is gone."""
    case = await settling.find_own(context, caller, case_id)
    message = await context.session.get(Message, message_id)
    if case is None or case.erased_at or message is None or message.case_id != case.id:
        return privacy.CannotTakeBack().render()
    if message.author != "constituent" or message.recalled_at is not None:
        return privacy.CannotTakeBack(case.number).render()
    return await _forget(context, case, message)


async def _forget(context: Context, case: Case, message: Message) -> Content:
    await forget_message(context, case, message)
    return privacy.MessageTakenBack(case.number, case.id, case.is_open).render()


async def forget_message(context: Context, case: Case, message: Message) -> None:
    """Its words and attachments go for good; whoever had been told is asked not to quote it."""
    await erasing.write_down(context, MESSAGE, await erase_message(context, case, message))


async def erase_message(context: Context, case: Case, message: Message) -> Proof:
    """The same without the event on record: a list of erasures has it already."""
    told = message.author == "constituent" and message.pushed_at is not None
    proof = await stored_erasing.forget_message(context.session, message, context.now)
    await clustering.forget(context, case.id)
    await explaining.forget_words(context, case)
    if await stored_erasing.drop_unsaid_of(context.session, case) and case.is_open:
        constituent = await context.session.get_one(Constituent, case.constituent_id)
        case.cards += 1
        words = await telling.constituents_words(context, case)
        await telling.notify_owner(context, case, constituent, words)
    elif told:
        readers = people.readers_of(context, case)
        await speaking.notify_members(context, readers, Purpose.UPDATE, Recalled(case.number).render(), case=case)
    return proof


async def take_back_all(context: Context, caller: Caller, case_id: int, source_key: str) -> Content | None:
    """The whole matter; one in the register of petitions is decided by a person."""
    case = await settling.find_own(context, caller, case_id)
    if case is None or case.erased_at is not None:
        return privacy.CannotTakeBack(case.number if case else "").render()
    if await held_among(context, [case]):
        wish = Wish(
            "erase",
            "chat",
            source_key,
            scope="case",
            case=case,
            constituent_id=caller.constituent.id,
            conversation_id=caller.conversation.id,
        )
        request = await register(context, wish)
        return privacy.CannotTakeBack(case.number, held=True, request=request.id).render()
    proof = await erasing.destroy(context, await erasing.erase_cases(context, [case]))
    if proof == Proof():
        return privacy.CannotTakeBack(case.number).render()
    text = privacy.MatterTakenBack(case.number).render().text
    last = erasing.LastWord(caller.conversation.id, caller.external_userid, text)
    await erasing.write_down(context, CASE, proof, last_word=last)
    return None
