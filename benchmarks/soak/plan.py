"""Which misfortune befalls whom and when: the same seed gives the same plan. Pure."""

from dataclasses import dataclass
from random import Random

from benchmarks.crash_points import POINTS
from bot.simulator.faults import Faults, Rule

KILL, COLD, DIE, TERM = "kill", "cold", "die", "term"  # of the bot; `kill` comes up at once, `cold` from nothing
SERVER = "server"  # a restart of PostgreSQL
CUT, DELAY, FULL, JUMP, WEATHER = "cut", "delay", "full", "jump", "weather"
LINES = ("wecom", "callbacks", "database")
MOST_AHEAD_SECONDS = 1200.0  # all jumps of a round together: short of every deadline and of the 48 hours

LOST = (
    Rule("kf/send_msg", effect="answer_lost", probability=0.02),
    Rule("message/send", effect="answer_lost", probability=0.02),
)
UNKIND = (
    *LOST,
    Rule("*", errcode=-1, probability=0.03),
    Rule("*", effect="html", probability=0.02),
    Rule("*", effect="html", status=200, probability=0.01),
    Rule("*", effect="hang", seconds=2.0, probability=0.003),
    Rule("message/send", errcode=45033, probability=0.005),
)
WEATHERS = (
    Faults(duplicate_callbacks_every=3, page_size=7, empty_pages_every=5),
    Faults(duplicate_callbacks_probability=0.3, delay_callbacks_seconds=0.8, page_size=1, rules=LOST),
    Faults(duplicate_callbacks_every=5, page_size=20, empty_pages_every=3, token_death_every=97, rules=UNKIND),
    Faults(delay_callbacks_seconds=2.0, latency_seconds={"*": 0.15}, rules=UNKIND),
    Faults(),
)


@dataclass(frozen=True, slots=True)
class Mishap:
    """After so many messages this happens. `where` is a line, a point or nothing; `size` seconds, or an index."""

    at: int
    kind: str
    where: str = ""
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything one round has."""

    messages: int
    kills: int
    restarts: int = 0  # of the server
    others: int = 0
    has_server: bool = False


def make_plan(seed: int, sizes: Sizes) -> list[Mishap]:
    """All mishaps of a round in their order."""
    draw = Random(seed)
    points = list(POINTS)
    draw.shuffle(points)
    ahead = 0.0
    drawn: list[Mishap] = []
    for number in range(sizes.kills):
        kind = (DIE, KILL, DIE, COLD, DIE, TERM)[(number + seed) % 6]
        where = points[number // 2 % len(points)] if kind == DIE else ""
        drawn.append(Mishap(_moment(draw, sizes), kind, where, draw.randrange(800)))
    for _ in range(sizes.restarts if sizes.has_server else 0):
        mode = draw.choice(("fast", "immediate"))
        drawn.append(Mishap(_moment(draw, sizes), SERVER, mode, draw.uniform(0.0, 2.5)))
    for number in range(sizes.others):
        kind = (WEATHER, CUT, FULL, JUMP, DELAY)[number % 5]
        if kind == FULL and sizes.has_server:
            kind = CUT  # the limit of a process does not reach the server's files
        size = draw.uniform(0.5, 2.5)
        if kind == JUMP:
            size = _jump(draw, ahead)
            ahead += max(size, 0.0)
        lines = LINES if sizes.has_server else LINES[:2]
        where = draw.choice(lines) if kind in (CUT, DELAY) else ""
        drawn.append(Mishap(_moment(draw, sizes), kind, where, number // 5 if kind == WEATHER else size))
    return sorted(drawn, key=lambda one: one.at)


def _moment(draw: Random, sizes: Sizes) -> int:
    return draw.randrange(max(1, sizes.messages // 20), max(2, sizes.messages * 19 // 20))


def _jump(draw: Random, ahead: float) -> float:
    """Ahead by minutes, or back by seconds: what is written then waits until its time comes again."""
    back = draw.random() < 0.4 or ahead >= MOST_AHEAD_SECONDS
    return -draw.uniform(1.0, 8.0) if back else draw.uniform(20.0, 300.0)
