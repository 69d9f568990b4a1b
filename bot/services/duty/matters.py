"""What people raised during a visit becomes cases when the representative wants it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.assignment import Decision, Reason
from bot.services import cases, conversations, deciding
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.people import Member
from bot.services.privacy import telling as telling_privacy
from storage import audit
from storage.conversations import DESK
from storage.models import Case, DutyDraft

VISITED = "走访群众"


async def open_cases(
    context: Context, member: Member, draft: DutyDraft, matters: Sequence[str]
) -> tuple[Case, ...]:
    """One case for each matter; its sender is known only to whoever met them, who tells them the answer."""
    return tuple([await _open(context, member, draft, at, words) for at, words in enumerate(matters)])


async def _open(context: Context, member: Member, draft: DutyDraft, at: int, words: str) -> Case:
    person = context.directory.representatives.get(draft.representative_code)
    station = person.station_code if person else None
    caller = await conversations.open_caller(context, f"{DESK}-{secrets.token_hex(12)}", DESK, VISITED)
    caller.conversation.scene, caller.conversation.scene_param = "station", station or ""
    await telling_privacy.note_given(context, caller.constituent, source="desk", by=member.userid)
    key = f"duty:{draft.id}:{at}"
    decided = await deciding.decide(context, caller, key, words, None)
    decision = _for_visitor(decided, station, draft.representative_code)
    saying = Saying(platform_id=key, kind="text", text=words, said_at=context.now)
    case = await cases.open_from(context, caller, saying, decision)
    audit.add_line(
        context.session,
        actor=member.userid,
        act="case opened from a duty entry",
        subject=f"case {case.number}, draft {draft.id}",
        at=context.now,
    )
    return case


def _for_visitor(decision: Decision, station: str | None, code: str) -> Decision:
    """The representative who heard it has it, unless the matter is one that they may not have."""
    if decision.kind in ("spam", "service_query", "unclear", "praise"):
        decision = deciding.for_officer(decision)
    here = Reason("received_at_desk", station or "")
    reasons = tuple(here if reason.rule == "station_code" else reason for reason in decision.reasons)
    decision = replace(decision, ask=None, station=decision.station or station, reasons=reasons)
    apart = decision.is_restricted or decision.kind != "case" or code in decision.accused
    return decision if apart else replace(decision, representative=code)
