"""A constituent's matter from its first message: opened, joined, told to its owner."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from bot.assignment import Decision, Location, Reason, entry_codes
from bot.notices.identity_papers import Offer
from bot.notices.receipt import AddedReceipt
from bot.services import (
    clocks,
    clustering,
    emergencies,
    explaining,
    lanes,
    people,
    questions,
    receipts,
    speaking,
    telling,
)
from bot.services.activity_days import arrivals
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.privacy import papers
from bot.services.privacy import telling as privacy_telling
from storage import case_numbers, cases, numbering, unit_of_work
from storage.crypto import ContentKey
from storage.keys import add_key, get_key
from storage.models import Attachment, Case, Conversation, Message
from storage.outbox import Purpose
from storage.states import AttachmentState, CaseState

log = logging.getLogger(__name__)
NO_DISTRICT = "LX"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a page instead of from WeCom's shelf: its bytes are made safe and are at hand."""

    content_type: str
    size: int
    digest: str  # SHA-256 of the bytes
    name: str = ""  # as its sender called it


@dataclass(frozen=True, slots=True)
class Saying:
    """One message as it came in, from either side."""

    platform_id: str
    kind: str
    text: str
    said_at: datetime
    media_id: str = ""
    file_name: str = ""
    location: Location | None = None
    upload: Upload | None = None

    @classmethod
    def load(cls, kept: dict[str, Any]) -> Self:
        """From the JSON of one that was kept."""
        spot = kept.get("location")
        return cls(
            platform_id=kept["platform_id"],
            kind=kept["kind"],
            text=kept["text"],
            said_at=datetime.fromisoformat(kept["said_at"]),
            media_id=kept["media_id"],
            file_name=kept["file_name"],
            location=Location(**spot) if spot else None,
        )


async def find_open_for(context: Context, caller: Caller) -> Case | None:
    """The open case a message joins; none after 另一件 or when another code was scanned since it was last used."""
    conversation = caller.conversation
    just_scanned, conversation.scan_pending = conversation.scan_pending, False
    if conversation.starts_new:
        return None
    case = await cases.find_open(context.session, conversation.id)
    if case is not None and just_scanned and not await _leads_to(context, conversation, case):
        return None
    return case


async def find_latest(context: Context, caller: Caller) -> Case | None:
    """The open case that a word without a number means, else the last one there was."""
    case = await cases.find_open(context.session, caller.conversation.id)
    if case is None:
        case = next(iter(await cases.of_constituent(context.session, caller.constituent.id, 1)), None)
    return case


async def _leads_to(context: Context, conversation: Conversation, case: Case) -> bool:
    """Whether the code that was just scanned is that of the case's owner; another's says more than an old case.

    One that is no longer valid goes on with the case that it began itself.
    """
    scene, code = conversation.scene, conversation.scene_param
    if scene not in ("rep", "station", "day"):
        return False
    entrance = entry_codes.read(context.roster, scene, code, context.local_now.date())
    owner = case.representative_code if entrance.kind == entry_codes.REP else case.station_code
    if owner == entrance.target:
        return True
    return bool(entrance.fault) and Reason(entrance.fault, code) in await explaining.reasons_of(context, case)


async def open_from(
    context: Context,
    caller: Caller,
    saying: Saying,
    decision: Decision,
    *,
    with_receipt: bool = True,
    at_once: bool = True,
) -> Case:
    """Open a case with its number and owner, keep the message, tell the owner, write the receipt.

    Without `with_receipt` whoever opens it tells the constituent; a number to call is said all the same. Not
    `at_once`: it goes to the database with whatever is flushed next, for whoever has nothing more to do with it.
    """
    if decision.found_place:
        caller.constituent.last_station_code = decision.station or caller.constituent.last_station_code
        caller.constituent.last_grid_code = decision.grid or caller.constituent.last_grid_code
    waits = decision.kind != "emergency"  # whoever is alarmed looks at what was said, and hears the number at once
    case = await create(context, caller, decision, saying.text, late=waits)
    caller.conversation.starts_new = False
    message = await keep_message(context, case, saying, author="constituent", pushed=True, at_once=not waits)
    await arrivals.note_received(context, case, caller.conversation)
    await announce(context, caller, case, decision, saying.text, [message], with_receipt=with_receipt)
    if at_once:
        await context.session.flush()
    return case


async def announce(
    context: Context,
    caller: Caller,
    case: Case,
    decision: Decision,
    text: str,
    messages: Sequence[Message],
    *,
    with_receipt: bool,
) -> None:
    """A case that was just made: compared with others, told to its owner, and where it is due to its sender."""
    if decision.kind == "emergency":
        await emergencies.raise_alarm(context, caller, case, decision)
    crowd = await clustering.note(context, case, text, place=decision.place, placed=decision.found_place)
    await case_numbers.settle(context.session, case)
    log.info(
        "case opened",
        extra={
            "case": case.number,
            "kind": case.kind,
            "urgency": case.urgency,
            "station": case.station_code,
            "representative": case.representative_code,
            "rules": [reason.rule for reason in decision.reasons],
            "topic": case.topic,
        },
    )
    await telling.notify_owner(context, case, caller.constituent, messages)
    if with_receipt or not receipts.is_plain(decision):
        await receipts.notify_opened(context, caller, case, decision, crowd)
    if crowd is not None and crowd.begins_alert:
        await telling.notify_many(context, case, crowd)


async def create(context: Context, caller: Caller, decision: Decision, text: str, *, late: bool = False) -> Case:
    """A case with its number, key, owner and clock, kept with the next flush; nobody was told of it yet.

    With `late` its number may be a stand-in until `announce`.
    """
    context.standing.note_opened(decision.representative)
    district, year = context.directory.district_of(decision.station) or NO_DISTRICT, context.local_now.year
    key_id, key = await add_key(context.session, context.vault, at_once=False)
    stand_in = case_numbers.promise(context.session, district, year, key_id) if late else None
    case = Case(
        id=await numbering.next_id(context.session, Case),
        number=stand_in or await case_numbers.next_number(context.session, district, year),
        conversation_id=caller.conversation.id,
        constituent_id=caller.constituent.id,
        key_id=key_id,
        state=CaseState.ASSIGNED,
        round=1,
        cards=1,
        kind=decision.kind,
        topic=decision.topic,
        urgency=decision.urgency,
        referral=decision.referral,
        restricted=decision.is_restricted,
        accused=sorted(decision.accused) or None,
        station_code=context.roster.centre if decision.is_restricted else decision.station,
        representative_code=decision.representative,
        also_station_code=decision.also,
        grid_code=decision.grid,
        asked=receipts.asked_in_chat(decision),
        decided_by=decision.decided_by,
        reasons_sealed=explaining.seal(key, decision),
        opened_at=context.now,
        day_id=await arrivals.find_day_id(context, caller.conversation),
    )
    lanes.note_named(context, case, text)
    await clocks.start_round(context, case)  # `due_at` among others; asks who owns it and by which day it came in
    context.session.add(case)
    return case


async def join(
    context: Context,
    caller: Caller,
    case: Case,
    saying: Saying,
    *,
    begins_burst: bool,
    accused: frozenset[str] = frozenset(),
) -> None:
    """Keep a further message; its owner hears of it when the constituent has been quiet for a while.

    `accused` are the representatives that it speaks against: of a restricted case they hear nothing from then on.
    """
    lanes.note_named(context, case, saying.text, accused)
    if saying.media_id or saying.upload is not None:
        await keep_message(context, case, saying, author="constituent")
    else:
        key = await get_key(context.session, context.vault, case.key_id)
        unit_of_work.write(context.session, Message, _row(case, key, saying, author="constituent"))
    offer = await papers.find_offer(context, case, saying)
    was_asked = case.waiting_since is not None
    if was_asked:
        await clocks.resume(context, case)
    if await questions.complete(context, case, saying.text, saying.location):
        return  # what they were asked is answered; a picture is offered with the next one
    waits_again = case.state is CaseState.ANSWERED
    if waits_again:
        await reopen(context, case)
    log.info("case joined", extra={"case": case.number, "kind": saying.kind})
    case.update_since = case.update_since or context.now
    quiet = context.now + timedelta(seconds=context.rules.update_quiet_seconds)
    longest = case.update_since + timedelta(seconds=context.rules.update_longest_seconds)
    cases.await_update(case, context.now if was_asked else min(quiet, longest))
    if begins_burst or was_asked:
        privacy = await privacy_telling.take(context, caller.constituent)
        owner = people.owner_of(context, case)
        receipt = AddedReceipt(case.number, owner, waits_again, was_asked, privacy, offer)
        await speaking.notify_constituent(
            context, caller.conversation, caller.external_userid, Purpose.RECEIPT, receipt.render(), case=case
        )
    elif offer:
        await speaking.notify_constituent(
            context, caller.conversation, caller.external_userid, Purpose.RECEIPT, Offer(offer).render(), case=case
        )


async def reopen(context: Context, case: Case) -> None:
    """The next exchange of the same matter: a new round with a clock of its own."""
    case.move(CaseState.REOPENED, context.now)
    case.round += 1
    await clocks.start_round(context, case)


async def keep_message(
    context: Context,
    case: Case,
    saying: Saying,
    *,
    author: str,
    author_userid: str | None = None,
    representative_code: str | None = None,
    pushed: bool = False,
    at_once: bool = True,
) -> Message:
    """Keep what was said under the case's key, with a place for its attachment.

    Not `at_once`: words go to the database with whatever is flushed next, and what is changed in them later is not
    kept by that.
    """
    key = await get_key(context.session, context.vault, case.key_id)
    row = _row(case, key, saying, author=author, pushed_at=context.now if pushed else None)
    message = Message(**row | {"author_userid": author_userid, "representative_code": representative_code})
    if not at_once and not saying.media_id and saying.upload is None:
        unit_of_work.write_whole(context.session, message)
        return message
    context.session.add(message)
    await context.session.flush()
    if saying.media_id:
        context.session.add(
            Attachment(
                message_id=message.id,
                key_id=case.key_id,
                kind=saying.kind,
                media_id=saying.media_id,
                name_sealed=key.seal_text(saying.file_name) if saying.file_name else None,
                state=AttachmentState.WANTED,
                due_at=context.now,
            )
        )
        await context.session.flush()
    elif saying.upload is not None:
        context.session.add(_uploaded(context, case, message, saying.upload, key))
        await context.session.flush()
    return message


def _row(
    case: Case, key: ContentKey, saying: Saying, *, author: str, pushed_at: datetime | None = None
) -> dict[str, Any]:
    return {
        "case_id": case.id,
        "author": author,
        "author_userid": None,
        "representative_code": None,
        "round": case.round,
        "kind": saying.kind,
        "text_sealed": key.seal_text(saying.text) if saying.text else None,
        "platform_id": saying.platform_id,
        "said_at": saying.said_at,
        "pushed_at": pushed_at,
        "recalled_at": None,
        "came_from_id": None,
    }


def _uploaded(context: Context, case: Case, message: Message, upload: Upload, key: ContentKey) -> Attachment:
    return Attachment(
        message_id=message.id,
        key_id=case.key_id,
        kind=message.kind,
        media_id="",
        name_sealed=key.seal_text(upload.name) if upload.name else None,
        content_type=upload.content_type,
        size=upload.size,
        digest=upload.digest,
        state=AttachmentState.STORED,
        due_at=context.now,
    )
