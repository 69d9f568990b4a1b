"""停用码 and 换码: officers, leads and the service centre look after the printed codes of their stations."""

import re
from dataclasses import dataclass

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.notices import entry_codes as notices
from bot.services import entry_codes
from bot.services.context import Context
from bot.services.entry_codes import CodeRefused, Target

router = Router("member_codes")
# 换码头 and 停用码头 are what somebody may write to a constituent.
_BEGINS = re.compile(r"(?:停用码|换码)(?!头)")
_WORDS = re.compile(r"(停用码|换码)[\s:：,，]*([^\s,，]*)(?:[\s,，]+(\S+))?")
_LONGEST = 100  # characters; more is a letter, not an order


@dataclass(frozen=True, slots=True)
class _Order:
    """What to do with whose code; `reason` is one of the fixed words."""

    renews: bool
    words: str
    reason: str


def _is_order(text: str) -> bool:
    return _BEGINS.match(text) is not None and len(text) <= _LONGEST


def _parse(text: str) -> _Order | None:
    """What is asked for; None where it cannot be followed."""
    said = _WORDS.fullmatch(text.strip().rstrip("。."))
    if said is None or not said[2] or (said[3] and said[3] not in notices.REASON_WORDS):
        return None
    return _Order(said[1] == "换码", said[2].strip("“”\"'"), notices.REASON_WORDS.get(said[3] or "", "other"))


@router.on(MemberMessage, lambda one: one.kind == "text" and _is_order(one.text.strip()))
async def change_code(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`停用码 代表姓名或代码`, `换码 代表姓名或代码`; two of one name are asked apart."""
    order = _parse(heard.message.text)
    member = heard.from_member
    if member.staff is None:
        return Reply(notices.CodeRefused("not_staff").render())
    if order is None:
        return Reply(notices.CodeHelp().render())
    clerk = entry_codes.clerk_of(context, member.userid)
    targets = await entry_codes.find_targets(clerk, order.words)
    if not targets:
        targets = await entry_codes.find_targets(clerk, order.words.removesuffix("代表"))
    if len(targets) != 1:
        return Reply(_which(context, order.words, targets).render())
    (target,) = targets
    if not entry_codes.may_change(context, member, target):
        return Reply(notices.CodeRefused("not_theirs", order.words, _whose(target)).render())
    try:
        return await (_renew(context, clerk, target) if order.renews else _revoke(context, clerk, target, order))
    except CodeRefused as refused:
        said = notices.CodeRefused(refused.why, order.words, _whose(target), valid=refused.valid)
        return Reply(said.render())


async def _revoke(context: Context, clerk: entry_codes.Clerk, target: Target, order: _Order) -> Reply:
    rows = await entry_codes.revoke_all(clerk, target, order.reason)
    station = context.directory.stations.get(rows[0].station_code or "")
    codes = tuple(row.code for row in rows)
    return Reply(notices.CodesRevoked(_whose(target), codes, station.name if station else "").render())


async def _renew(context: Context, clerk: entry_codes.Clerk, target: Target) -> Reply:
    again = await entry_codes.find_just_renewed(clerk, target)
    row = again or await entry_codes.renew(clerk, target)
    url = entry_codes.picture_url(context.public_url, row.code)
    return Reply(notices.CodeRenewed(_whose(target), row.code, url, again is not None).render())


def _which(context: Context, words: str, targets: list[Target]) -> notices.CodeRefused:
    if not targets:
        return notices.CodeRefused("nobody", words)
    listed = []
    for one in targets:
        station = context.directory.stations.get(one.station_code or "")
        listed.append((f"{_whose(one)}（{station.name if station else '未编站'}）", one.target_code))
    return notices.CodeRefused("several", words, choices=tuple(listed))


def _whose(target: Target) -> str:
    if not target.name:
        return target.code or target.target_code
    return f"{target.name}代表" if target.kind == "rep" else target.name
