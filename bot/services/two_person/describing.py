"""What an act is called, for those who ask, agree or hear of it."""

from datetime import date

from bot.notices.statistics import said_span
from bot.notices.two_person import Act, AdministratorChange, CasesWithWords, WholeCase
from bot.services import people
from bot.services.context import Context
from bot.services.two_person.kinds import ADMIN, REVEAL
from storage.models import TwoPersonAct

_EVERYWHERE = "全部联络站"


def describe(context: Context, act: TwoPersonAct) -> Act:
    """As people read it."""
    facts = act.facts
    if act.kind == REVEAL:
        return WholeCase(facts["number"], facts["many"])
    if act.kind == ADMIN:
        return AdministratorChange(facts["name"], facts["userid"], facts["role"], facts["before"])
    code = facts.get("station") or ""
    station = context.directory.stations.get(code)
    first, last = (date.fromisoformat(facts[name]) if facts.get(name) else None for name in ("first", "last"))
    span = said_span(first, last) if first is not None and last is not None else ""
    return CasesWithWords(station.name if station else code or _EVERYWHERE, span)


def asker(context: Context, act: TwoPersonAct) -> str:
    """Who asked, by name; empty where a command did."""
    known = people.identify_member(context, act.asked_by).is_known
    return people.name_of(context, act.asked_by) if known else ""


def subject(act: TwoPersonAct) -> str:
    """For the audit: ids, codes and days only."""
    facts = act.facts
    if act.kind == REVEAL:
        return f"act {act.id}: all of case {facts['number']}"
    if act.kind == ADMIN:
        return f"act {act.id}: {facts['userid']} {facts['before'] or 'new'} -> {facts['role'] or 'none'}"
    period = f"{facts.get('first', '')}..{facts.get('last', '')}"
    return f"act {act.id}: cases of {facts.get('station') or 'all'} {period} with texts"
