"""What the demo page and outside programs are shown of the world, as plain JSON values."""

from typing import Any

from bot.simulator.chat import Chat, Line
from bot.simulator.state import HUMAN, LIVE, RESERVED, WAITING, Living, World
from bot.simulator.trace import Step

STEPS_AT_ONCE = 500
RECEIVERS = 8


def show_state(world: World, *, constituent: str, member: str, since: int, trace_since: int) -> dict[str, Any]:
    """What changed after `since`: the two phones in view, who has unread lines, the trace."""
    found = world.constituents.get(constituent)
    holder = world.find_member(member)
    shown: dict[str, Any] = {
        "revision": world.pulse.revision,
        "account": next((each.name for each in world.accounts.values()), ""),
        "now": world.clock.now().isoformat(),
        "constituent": _read(found.chat, since) if found else [],
        "member": _read(holder.chat, since) if holder else [],
        "steps": [show_step(step) for step in world.trace.since(trace_since)[-STEPS_AT_ONCE:]],
    }
    shown["unread"] = {
        "constituents": {
            each.external_userid: each.chat.unread for each in world.constituents.values() if each.chat.unread
        },
        "members": {each.userid: each.chat.unread for each in world.members.values() if each.chat.unread},
    }
    shown["receivers"] = _receivers(world)
    shown["livings"] = _livings(world)
    shown["sessions"] = _sessions(world, member)
    return shown


def show_people(world: World) -> dict[str, Any]:
    """Everybody whose phone can be taken in hand."""
    return {
        "constituents": [
            {"external_userid": each.external_userid, "nickname": each.nickname, "hint": each.hint}
            for each in world.constituents.values()
        ],
        "members": [
            {"userid": each.userid, "name": each.name, "title": each.title, "hint": each.hint}
            for each in world.members.values()
            if each.visible
        ],
    }


def show_living(living: Living, world: World) -> dict[str, Any]:
    return {
        "livingid": living.livingid,
        "theme": living.theme,
        "anchor": living.anchor.userid,
        "anchor_name": living.anchor.name,
        "starts_at": living.starts_at.isoformat(),
        "status": living.status_at(world.clock.now()),
        "viewers": len(living.watches),
        "comments": sum(each.comments for each in living.watches.values()),
    }


def show_line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "who": line.who,
        "kind": line.kind,
        "text": line.text,
        "state": line.state,
        "menu": line.menu,
        "card": line.card,
        "media_id": line.media_id,
        "extra": line.extra,
    }


def show_step(step: Step) -> dict[str, Any]:
    return {
        "revision": step.revision,
        "at": step.at.isoformat(),
        "direction": step.direction,
        "what": step.what,
        "who": step.who,
        "sentence": step.sentence,
        "errcode": step.errcode,
        "milliseconds": step.milliseconds,
        "facts": step.facts,
    }


def _read(chat: Chat, since: int) -> list[dict[str, Any]]:
    """Looking at a chat reads it."""
    chat.unread = 0
    return [show_line(line) for line in chat.since(since)]


def _livings(world: World) -> list[dict[str, Any]]:
    """Those that are on or still to come, the earliest first."""
    now = world.clock.now()
    current = [each for each in world.livings.values() if each.status_at(now) in (RESERVED, LIVE)]
    return [show_living(each, world) for each in sorted(current, key=lambda each: each.starts_at)]


def _sessions(world: World, member: str) -> list[dict[str, Any]]:
    """Chats that wait for a person whom this member may be, and those that they have."""
    now = world.clock.now()
    found = []
    for constituent in world.constituents.values():
        for session in constituent.sessions.values():
            state = session.state_at(now)
            may_take = state == WAITING and member in world.accounts[session.open_kfid].servicers
            if may_take or (state == HUMAN and session.servicer_userid == member):
                last = next((line.text for line in reversed(list(constituent.chat)) if line.who == "me"), "")
                found.append(
                    {
                        "external_userid": constituent.external_userid,
                        "nickname": constituent.nickname,
                        "open_kfid": session.open_kfid,
                        "taken": state == HUMAN,
                        "last": last,
                    }
                )
    return found


def _receivers(world: World) -> list[dict[str, Any]]:
    """Who got something from the app lately, the newest first, each once."""
    newest: dict[str, int] = {}
    for revision, userid in reversed(world.receivers):
        newest.setdefault(userid, revision)
    return [
        {"userid": userid, "name": world.members[userid].name, "revision": revision}
        for userid, revision in newest.items()
    ][:RECEIVERS]
