"""Rules that staff change: read from words, refused where nothing could follow them, on record with who did it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson

from bot.calendars import check_rules, parse_ladder
from bot.services.context import Context
from bot.services.scores import rules as score_rules
from config.retention import LEAST, MOST_DAYS
from config.rules import Rules
from storage import audit
from storage import rules as stored

ROLES = frozenset({"admin", "centre"})
_CODE = re.compile(r"\w{1,32}", re.ASCII)
_MONTH_DAYS = ("liaison_nudge_days", "file_check_from")
_LADDERS = ("activity_ladder", "live_ladder", "report_ladder")
_MOST = 1_000_000_000.0  # more of anything is a slip
# The least and the most of what is not simply 0 or more. What WeCom limits may be made smaller, never larger.
_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "kf_messages_per_turn": (1, 5),
        "kf_window_hours": (1, 48),
        "welcome_seconds": (1, 20),
        "member_messages_per_minute": (1, 30),
        "member_messages_per_hour": (1, 1000),
        "app_messages_kept_share": (0, 1),
        "handling_attempts": (1, 100),
        "sending_hours": (1, 720),
        "listed_cases": (1, 20),
        "first_answer_hours": (1, 2400),
        "escalation_hours": (1, 2400),
        "alert_repeat_seconds": (30, 86_400),
        "update_quiet_seconds": (0, 3600),
        "update_longest_seconds": (1, 3600),
        "activity_ahead_days": (15, 400),
        "live_archive_days": (1, 3650),
        "activity_archive_days": (1, 3650),
        "report_nag_days": (0, 200),
        "follow_up_days": (1, 365),
        "petition_ladder_days": (0, 60),
        "petition_notice_days": (1, 60),
        "department_days": (1, 120),
        "department_ladder_days": (0, 30),
        "dormant_days": (1, 365),
        "rights_days": (1, 30),
        **{rule: (float(least), MOST_DAYS) for rule, least in LEAST.items()},
        "term_first_year": (1954, 9999),
        "term_years": (1, 20),
        "file_link_days": (1, 365),
        "session_idle_hours": (0.25, 72),
        "session_days": (0.25, 31),
    }
)
# Names that mean something else among the reminders of days and sessions.
_TAKEN = frozenset(
    {"moved", "postponed", "cancelled", "confirm", "confirm_again", "invite", "unanswered", "closed", "missing"}
    | {"draft", "approved", "sort", "undelivered", "promises", "promise_due", "promise_late"}
)


class RuleRefused(Exception):
    """A rule that is not changed so; `why` says what is wanted, in one line."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why = name, why


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule as it is now; `changed_at` and `changed_by` where it is not the default."""

    name: str
    value: Any
    default: Any
    changed_at: datetime | None = None
    changed_by: str = ""


async def list_rules(context: Context) -> list[Standing]:
    """Every rule, by name."""
    changed = await stored.find_changes(context.session)
    found = []
    for field in sorted(fields(Rules), key=lambda one: one.name):
        value, change = getattr(context.rules, field.name), changed.get(field.name)
        at, by = (change.changed_at, change.changed_by) if change else (None, "")
        found.append(Standing(field.name, value, _default(field.name), at, by))
    return found


async def change(context: Context, name: str, words: Sequence[str], by: str) -> Standing:
    """Give a rule the value that is written so; it counts from the next message on. Raises `RuleRefused`."""
    _check_staff(context, by)
    default = _default(name)
    value = _parse(name, default, [one.strip() for one in words])
    _check(context, name, value)
    if name == "score_rules" and await score_rules.find(context, str(value)) is None:
        raise RuleRefused(name, f"there is no rule set {str(value)[:60]!r}; `scores list` has them all")
    await stored.put(context.session, name, _plain(value), context.now, by)
    _note(context, name, value, by)
    return Standing(name, value, default, context.now, by)


async def reset(context: Context, name: str, by: str) -> Standing:
    """Give a rule its default back. Raises `RuleRefused`."""
    _check_staff(context, by)
    default = _default(name)
    await stored.forget(context.session, name)
    _note(context, name, default, by)
    return Standing(name, default, default)


def _check_staff(context: Context, by: str) -> None:
    staff = context.directory.find_staff(by)
    if staff is None or staff.role not in ROLES:
        raise RuleRefused("--by", f"{by} is neither of the service centre nor an administrator")


def _default(name: str) -> Any:
    for field in fields(Rules):
        if field.name == name:
            return field.default if field.default_factory is MISSING else field.default_factory()
    raise RuleRefused(name, "no such rule; `rules list` has them all")


def _parse(name: str, default: Any, words: Sequence[str]) -> Any:
    """The words as a value of the default's kind; each word is one of a list, `;` parts them too."""
    if isinstance(default, dict):
        return _parse_object(name, " ".join(words))
    if not isinstance(default, tuple):
        if len(words) != 1:
            raise RuleRefused(name, "takes one value")
        return _parse_one(name, default, words[0])
    parts = [part.strip() for one in words for part in one.split(";") if part.strip()]
    if not parts:
        raise RuleRefused(name, "takes one value or more")
    return tuple(_parse_one(name, default[0], part) for part in parts)


def _parse_object(name: str, text: str) -> dict[str, Any]:
    """What is data of its own, such as kinds of duty: a JSON object of objects, each under its code."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RuleRefused(name, f"takes JSON: {error}") from None
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        raise RuleRefused(name, 'takes a JSON object of objects, such as {"code": {"name": "…"}}')
    if wrong := [code for code in value if not _CODE.fullmatch(code)]:
        raise RuleRefused(name, f"a code has up to 32 letters, digits and _, not {wrong[0][:40]!r}")
    return value


def _parse_one(name: str, like: Any, word: str) -> Any:
    if isinstance(like, str):
        return word
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    whole = isinstance(like, int) and not isinstance(like, bool) and not _is_float(name)
    if not math.isfinite(number) or (whole and number != int(number)):
        raise RuleRefused(name, f"takes a {'whole ' if whole else ''}number, not {word[:40]!r}")
    least, most = _RANGES.get(name, (0.0, _MOST))
    if not least <= number <= most:
        raise RuleRefused(name, f"lies between {least:g} and {most:g}")
    return int(number) if whole else number


def _is_float(name: str) -> bool:
    """A default may be written `24` where the rule is a number of hours with fractions."""
    return next(field.type for field in fields(Rules) if field.name == name) in (float, "float")


def _check(context: Context, name: str, value: Any) -> None:
    """What the calendars cannot read is refused, before it is in the database."""
    faults = check_rules(replace(context.rules, **{name: value}))
    if name in faults:
        raise RuleRefused(name, str(faults[name]))
    for day in [value] if isinstance(value, str) else value if isinstance(value, tuple) else ():
        if name in _MONTH_DAYS and not _is_month_day(day):
            raise RuleRefused(name, f"takes days such as 10-01, not {day[:20]!r}")
    if name in _LADDERS:
        taken = sorted({step.name for step in parse_ladder(value).steps} & _TAKEN)
        if taken:
            raise RuleRefused(name, f"a step may not be called {', '.join(taken)}")


def _is_month_day(day: str) -> bool:
    try:
        datetime.strptime(f"2000-{day}", "%Y-%m-%d")
    except ValueError:
        return False
    return True


def _plain(value: Any) -> Any:
    """As JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def _note(context: Context, name: str, value: Any, by: str) -> None:
    before = getattr(context.rules, name)
    subject = f"{name}: {render(before)} -> {render(value)}"
    audit.add_line(context.session, actor=by, act="rule changed", subject=subject, at=context.now)


def render(value: Any) -> str:
    """A value as it is written on the command line."""
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    if isinstance(value, tuple | list):
        return "; ".join(render(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
