"""Telling a case's owner: the card, further messages, attachments, and the card's new look after a change."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from bot.notices.case_card import CaseCard, WholeMatter
from bot.notices.content import CardChange, Content, Media
from bot.notices.member_desk import ManyPeople
from bot.notices.update import Said, Update
from bot.notices.words import kind_name
from bot.services import clustering, conversations, explaining, people, showing, speaking
from bot.services.clustering import Crowd
from bot.services.context import Context
from bot.services.showing import Shown
from storage import cases, outbox
from storage.keys import get_key
from storage.models import Case, Constituent, Message, OutboxRow
from storage.outbox import Channel, Purpose

log = logging.getLogger(__name__)
CODE_LASTS = timedelta(hours=71)  # WeCom document 94888: 72 hours; some of it goes by in the outbox


async def notify_owner(context: Context, case: Case, constituent: Constituent, messages: Sequence[Message]) -> None:
    """The card of a case to its representative and its station's officers, with what does not fit on it.

    `messages` are what the constituent said so far; `case.cards` already counts this card.
    """
    readers = people.readers_of(context, case)
    if not readers:
        log.warning("nobody can be told of a case", extra={"case": case.number})
    await notify_card(context, case, constituent, messages, readers)
    log.info("owner told", extra={"case": case.number, "readers": readers})


async def notify_card(
    context: Context,
    case: Case,
    constituent: Constituent,
    messages: Sequence[Message],
    readers: Sequence[str],
    overdue: str = "",
) -> None:
    """A card to these members; `overdue` says on it that those before them have not answered."""
    matter = await _shown(context, case, messages)
    card = await _card_of(context, case, constituent, matter, messages, overdue=overdue)
    # The instant is part of it, so that a database restored from a backup never uses an id again.
    task_id = f"case-{case.id}-{case.cards}-{int(context.now.timestamp() * 1000):x}"
    await speaking.notify_members(context, readers, Purpose.CARD, card.render(), case=case, task_id=task_id)
    if card.is_cut:
        whole = WholeMatter(case.number, matter.text, matter.masked).render()
        await speaking.notify_members(context, readers, Purpose.UPDATE, whole, case=case)
    await _notify_attachments(context, case, messages, readers)


async def constituents_words(context: Context, case: Case) -> list[Message]:
    """What the constituent said in a case."""
    said = await cases.messages_of(context.session, case.id)
    return [one for one in said if one.author == "constituent"]


async def _words(context: Context, case: Case, messages: Sequence[Message]) -> str:
    key = await get_key(context.session, context.vault, case.key_id)
    texts = [key.open_text(one.text_sealed) for one in messages if one.text_sealed and one.recalled_at is None]
    return "\n".join(texts)


async def _shown(context: Context, case: Case, messages: Sequence[Message]) -> Shown:
    return showing.shown(context, case, await _words(context, case, messages))


async def _card_of(
    context: Context,
    case: Case,
    constituent: Constituent,
    matter: Shown,
    messages: Sequence[Message],
    passed_on: str = "",
    overdue: str = "",
) -> CaseCard:
    """The card as the case stands now."""
    attached = await cases.attachments_of(context.session, [one for one in messages if one.recalled_at is None])
    return CaseCard(
        case_id=case.id,
        number=case.number,
        state=case.state.value,
        who=await conversations.nickname_of(context, constituent),
        owner=people.owner_of(context, case),
        matter=matter.text,
        masked=matter.masked,
        why=await _why(context, case),
        attachments="、".join(kind_name(one.kind) for one in attached),
        opened_at=case.opened_at,
        due_at=case.due_at,
        now=context.now,
        zone=context.zone,
        passed_on=passed_on,
        overdue=overdue,
        urgency=case.urgency,
        topic=explaining.topic_name(case.topic),
        parts=len(await explaining.parts_of(context, case)),
        crowd=_crowd(context, await clustering.crowd_of(context, case)),
        restricted=case.restricted,
        page=f"{context.public_url}/r/cases/{quote(case.number, safe='')}",
    )


def _crowd(context: Context, crowd: Crowd | None) -> str:
    if crowd is None or crowd.people < 2:
        return ""
    first, last = (at.astimezone(context.zone) for at in (crowd.first_at, crowd.last_at))
    span = f"{first.month}月{first.day}日"
    if first.date() != last.date():
        span += f"至{last.month}月{last.day}日"
    return f"{span}有 {crowd.people} 人"


async def _why(context: Context, case: Case) -> str:
    return (await explaining.why_of(context, case)).replace("您", "对方")


async def words_of(context: Context, case: Case) -> str:
    """What the constituent wrote in a case, in order, as it was written: to decide by, never to show a member."""
    return await _words(context, case, await constituents_words(context, case))


async def shown_words_of(context: Context, case: Case) -> str:
    """The same as members see it: private numbers masked."""
    return (await _shown(context, case, await constituents_words(context, case))).text


async def notify_many(context: Context, case: Case, crowd: Crowd) -> None:
    """The station's officer and the centre hear once that many people raise the same thing."""
    first, last = (at.astimezone(context.zone) for at in (crowd.first_at, crowd.last_at))
    told = ManyPeople(case.number, crowd.people, f"{first.month}月{first.day}日", f"{last.month}月{last.day}日")
    readers = dict.fromkeys((*context.directory.officers_of(case.station_code), *context.directory.centre_staff()))
    await speaking.notify_members(context, list(readers), Purpose.NOTICE, told.render(), case=case)
    log.info("many people raise one matter", extra={"case": case.number, "people": crowd.people})


async def _notify_attachments(
    context: Context, case: Case, messages: Sequence[Message], readers: Sequence[str]
) -> None:
    """Each attachment in a form they can open; the bytes follow when they are here."""
    kept = [message for message in messages if message.recalled_at is None]
    for attachment in await cases.attachments_of(context.session, kept):
        media = Media(attachment.kind, attachment.id)
        await speaking.notify_members(context, readers, Purpose.UPDATE, media, case=case)


async def newest_attachment(context: Context, case: Case) -> int:
    """The number of the attachment that was kept last in a case."""
    messages = await cases.messages_of(context.session, case.id)
    return (await cases.attachments_of(context.session, messages))[-1].id


async def flush_update(context: Context, case: Case) -> None:
    """Tell the owner in one piece what the constituent added."""
    case.update_since = case.update_due_at = None
    messages = await cases.unpushed_messages(context.session, case.id)
    if not messages:
        return
    key = await get_key(context.session, context.vault, case.key_id)
    words = [showing.shown(context, case, key.open_text(one.text_sealed)) for one in messages]
    said = tuple(
        Said(one.said_at, its.text or f"[{kind_name(one.kind)}]") for one, its in zip(messages, words, strict=True)
    )
    masked = any(its.masked for its in words)
    update = Update(case.number, said, case.waits_for_answer, context.zone, masked)
    readers = people.readers_of(context, case)
    await speaking.notify_members(context, readers, Purpose.UPDATE, update.render(), case=case)
    await _notify_attachments(context, case, messages, readers)
    log.info("update told", extra={"case": case.number, "messages": len(messages), "readers": readers})
    for message in messages:
        message.pushed_at = context.now


async def note_all_told(context: Context, case: Case) -> None:
    """A card with all that was said went out: no update repeats it."""
    case.update_since = case.update_due_at = None
    for message in await cases.unpushed_messages(context.session, case.id):
        message.pushed_at = context.now


def code_of(context: Context, row: OutboxRow) -> str | None:
    """The code by which a card in a chat may still be changed; none where it has run out."""
    sent_at = row.sent_at or row.created_at
    return row.response_code if context.now - sent_at < CODE_LASTS else None


async def change_cards(
    context: Context,
    case: Case,
    constituent: Constituent,
    *,
    tapped: OutboxRow | None = None,
    response_code: str = "",
    passed_on: str = "",
) -> None:
    """Every copy of the card shows the new state: the tapped one by the tap's code, others by their own."""
    messages = await constituents_words(context, case)
    matter = await _shown(context, case, messages)
    card = (await _card_of(context, case, constituent, matter, messages, passed_on)).render()
    await context.session.flush()
    for row in await outbox.sent_cards(context.session, case.id):
        code = response_code if tapped is not None and row.id == tapped.id else code_of(context, row)
        if not code:
            continue
        if tapped is None or row.id != tapped.id:
            row.response_code = None  # good for one change
        content: Content = CardChange(code, row.task_id or "", card)
        await speaking.notify_members(
            context, row.recipients, Purpose.UPDATE, content, case=case, channel=Channel.CARD_UPDATE
        )
