"""Counts of a run, for programs that drive the simulator from outside."""

from collections.abc import Sequence
from typing import Any

from bot.simulator.callbacks import CallbackSender
from bot.simulator.chat import Chat, Line
from bot.simulator.state import World
from bot.simulator.views import show_living


def make_report(world: World, sender: CallbackSender) -> dict[str, Any]:
    """Per constituent and member what was sent and heard; livings, violations, drops, calls, times."""
    return {
        "constituents": {
            each.external_userid: _person(each.chat) for each in world.constituents.values() if len(each.chat)
        },
        "members": {each.userid: _person(each.chat) for each in world.members.values() if len(each.chat)},
        "livings": [show_living(each, world) for each in world.livings.values()],
        "violations": dict(world.trace.violations),
        "dropped": dict(world.trace.dropped),
        "calls": [
            {"api": api, "errcode": errcode, "count": count}
            for (api, errcode), count in sorted(world.trace.calls.items())
        ],
        "callbacks": dict(world.trace.callbacks),
        "lost_callbacks": len(sender.lost),
        "answer_milliseconds": _quantiles(sorted(sender.answer_milliseconds)),
    }


def _person(chat: Chat) -> dict[str, Any]:
    lines = list(chat)
    return {
        "sent": [line.id for line in lines if line.who == "me" and line.kind != "enter"],
        "heard": [_heard(line) for line in lines if line.who == "bot"],
        "cards": sum(line.kind in ("template_card", "textcard") for line in lines),
    }


def _heard(line: Line) -> dict[str, str]:
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "kind": line.kind,
        "state": line.state,
        "text": line.text,
    }


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    return {
        name: round(values[min(int(len(values) * share), len(values) - 1)], 2)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    }
