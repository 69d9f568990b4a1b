"""What goes wrong on purpose, told by a JSON file, with a seeded random.

The file is one object; every key is a field of `Faults` and may be left out::

    {
      "seed": 7,
      "duplicate_callbacks_every": 3,            every 3rd callback is delivered twice
      "duplicate_callbacks_probability": 0.1,
      "drop_callbacks_every": 10,                every 10th callback is never delivered
      "drop_callbacks_probability": 0.05,
      "delay_callbacks_seconds": 0.5,            up to so long late, so that they overtake each other
      "page_size": 2,                            kf/sync_msg gives at most two messages a page
      "watch_page_size": 2,                      living/get_watch_stat gives at most two people a page
      "empty_pages_every": 4,                    every 4th page of either is empty though there is more
      "token_death_every": 50,                   every 50th call finds its access_token dead (40014)
      "tokenless_sync_per_minute": 60,           kf/sync_msg without a token, per account; then 45009
      "calls_at_once": 10,                       of one api; one more is refused with 45033
      "calls_per_minute": 10000,                 of one api; more are refused with 45009
      "media_range_above_bytes": 1000000,        media/get without Range above this: 830002
      "foreign_ip": false,                       everything but gettoken answers 60020
      "latency_seconds": {"*": 0.02, "media/upload": 0.3},
      "rules": [
        {"api": "kf/send_msg", "errcode": 45009, "every": 7, "times": 3},
        {"api": "message/send", "effect": "answer_lost", "probability": 0.02},
        {"api": "*", "effect": "hang", "seconds": 12, "every": 100},
        {"api": "kf/sync_msg", "effect": "html", "every": 20},
        {"api": "message/send", "effect": "drop", "every": 30},
        {"api": "message/send", "to": "zhang.wei", "errcode": -1, "every": 1},
        {"api": "kf/send_msg", "effect": "send_fail", "fail_type": 10, "every": 9}
      ]
    }

A rule fires on every n-th call of its api (`every`), or by chance (`probability`), after the first `after`
calls, `times` times at most (0 = no end); with `to` only calls whose body names this recipient count. Its effects:

* `errcode`: refused with that code, nothing done (the default where `errcode` is given);
* `hang`: nothing done, the connection is held for `seconds` and then cut;
* `answer_lost`: the request is carried out, then the connection is cut without an answer;
* `html`: a gateway's HTML page with HTTP `status` (502) instead of JSON, nothing done;
* `drop`: errcode 0, but nobody gets anything;
* `send_fail`: errcode 0, then a `msg_send_fail` event with `fail_type`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any, Literal, get_args

Effect = Literal["errcode", "hang", "answer_lost", "html", "drop", "send_fail"]


class BadFaultsError(ValueError):
    """The faults are not as the docstring of this module says."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One planned misfortune of one api (`*` = any)."""

    api: str
    effect: Effect = "errcode"
    errcode: int = -1
    fail_type: int = 0
    seconds: float = 10.0
    status: int = 502
    every: int = 0
    probability: float = 0.0
    after: int = 0
    times: int = 0
    to: str = ""

    def __post_init__(self) -> None:
        if self.effect not in get_args(Effect):
            raise BadFaultsError(f"rule for {self.api}: unknown effect {self.effect!r}")
        if not self.every and not self.probability:
            raise BadFaultsError(f"rule for {self.api}: give `every` or `probability`")


@dataclass(frozen=True, slots=True)
class Faults:
    """All that goes wrong; the empty one is a platform on its best day."""

    seed: int = 0
    duplicate_callbacks_every: int = 0
    duplicate_callbacks_probability: float = 0.0
    drop_callbacks_every: int = 0
    drop_callbacks_probability: float = 0.0
    delay_callbacks_seconds: float = 0.0
    page_size: int = 1000
    watch_page_size: int = 100
    empty_pages_every: int = 0
    token_death_every: int = 0
    tokenless_sync_per_minute: int = 0
    calls_at_once: int = 0
    calls_per_minute: int = 0
    media_range_above_bytes: int = 0
    foreign_ip: bool = False
    latency_seconds: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()


def parse_faults(raw: Mapping[str, Any]) -> Faults:
    """Faults from a JSON object; BadFaultsError names what is wrong."""
    known = {each.name for each in fields(Faults)}
    if strangers := sorted(set(raw) - known):
        raise BadFaultsError(f"unknown fault {', '.join(strangers)}; known are {', '.join(sorted(known))}")
    try:
        rules = tuple(Rule(**rule) for rule in raw.get("rules", ()))
        return Faults(**{**raw, "rules": rules})
    except TypeError as error:
        raise BadFaultsError(str(error)) from error


def load_faults(path: Path | str) -> Faults:
    """Read a faults file; BadFaultsError where it is not JSON or not as documented above."""
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise BadFaultsError(f"{path}: not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise BadFaultsError(f"{path}: must hold one JSON object")
    return parse_faults(raw)


@dataclass(slots=True)
class Misfortune:
    """What befalls one API call."""

    latency_seconds: float = 0.0
    hang_seconds: float = 0.0
    errcode: int | None = None
    html_status: int = 0
    answer_lost: bool = False
    drop: bool = False
    fail_type: int | None = None
    token_dies: bool = False


class Dice:
    """Throws the faults: the same seed and the same calls give the same misfortunes."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._random = Random(faults.seed)
        self._calls = [0] * len(faults.rules)
        self._fired = [0] * len(faults.rules)
        self._counts: dict[str, int] = {}

    def befall(self, api: str, body: bytes = b"") -> Misfortune:
        """What happens to this call of `api`, whose body names its recipients."""
        latency = self.faults.latency_seconds
        fate = Misfortune(latency_seconds=latency.get(api, latency.get("*", 0.0)) if latency else 0.0)
        if api != "gettoken":
            fate.token_dies = self._every("token", self.faults.token_death_every)
        for position, rule in enumerate(self.faults.rules):
            concerned = rule.api in (api, "*") and _names(body, rule.to)
            if concerned and self._fires(position, rule):
                _apply(rule, fate)
        return fate

    def callback_copies(self) -> int:
        """How often the next callback is delivered: 0, 1 or 2 times."""
        faults = self.faults
        if self._either("drop", faults.drop_callbacks_every, faults.drop_callbacks_probability):
            return 0
        twice = self._either("duplicate", faults.duplicate_callbacks_every, faults.duplicate_callbacks_probability)
        return 2 if twice else 1

    def callback_delay(self) -> float:
        longest = self.faults.delay_callbacks_seconds
        return self._random.uniform(0, longest) if longest else 0.0

    def page_is_empty(self) -> bool:
        return self._every("empty page", self.faults.empty_pages_every)

    def _fires(self, position: int, rule: Rule) -> bool:
        self._calls[position] += 1
        calls = self._calls[position] - rule.after
        if calls <= 0 or (rule.times and self._fired[position] >= rule.times):
            return False
        by_count = bool(rule.every) and calls % rule.every == 0
        by_chance = bool(rule.probability) and self._random.random() < rule.probability
        if by_count or by_chance:
            self._fired[position] += 1
        return by_count or by_chance

    def _either(self, name: str, every: int, probability: float) -> bool:
        by_chance = bool(probability) and self._random.random() < probability
        return self._every(name, every) or by_chance

    def _every(self, name: str, every: int) -> bool:
        if not every:
            return False
        self._counts[name] = self._counts.get(name, 0) + 1
        return self._counts[name] % every == 0


def _names(body: bytes, recipient: str) -> bool:
    """Whether it is one of several, or the only one; anyone will do where none is asked for."""
    wanted = re.escape(recipient.encode())
    return not recipient or re.search(rb'["|]' + wanted + rb'["|]', body) is not None


def _apply(rule: Rule, fate: Misfortune) -> None:
    match rule.effect:
        case "errcode":
            fate.errcode = rule.errcode
        case "hang":
            fate.hang_seconds = rule.seconds
        case "answer_lost":
            fate.answer_lost = True
        case "html":
            fate.html_status = rule.status
        case "drop":
            fate.drop = True
        case "send_fail":
            fate.fail_type = rule.fail_type
