"""Which rule set counts: shipped ones and the office's own, every version of them kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.services.context import Context
from bot.services.duty import kinds
from config.score_rules import SHIPPED, RulesRefused, ScoreRules, dump, parse
from storage import audit, scores
from storage.models import ScoreRuleSet


async def find(context: Context, label: str) -> ScoreRules | None:
    """The rule set of a label such as `jiangbei@1`; None where there is none."""
    if label in SHIPPED:
        return SHIPPED[label]
    name, _, version = label.partition("@")
    if not (version.isascii() and version.isdigit()) or len(version) > 6:
        return None
    row = await scores.find_rule_set(context.session, name, int(version))
    return _read(context, row) if row is not None else None


def _read(context: Context, row: ScoreRuleSet) -> ScoreRules:
    """As it was written down; kinds that are no more stay in it and count nothing."""
    known = dict.fromkeys(kind for item in row.body.get("items", ()) for kind in item.get("kinds", ()))
    return parse(row.name, row.version, row.body, {**known, **kinds.standing(context)})


async def find_standing(context: Context) -> ScoreRules | None:
    """The rule set that the office chose; None where it counts no points."""
    return await find(context, context.rules.score_rules) if context.rules.score_rules else None


async def every(context: Context) -> Sequence[ScoreRules]:
    """Shipped ones and the office's own, by name and version."""
    own = [_read(context, row) for row in await scores.rule_sets(context.session)]
    return sorted([*SHIPPED.values(), *own], key=lambda one: (one.name, one.version))


async def add(context: Context, name: str, body: Mapping[str, Any], by: str) -> ScoreRules:
    """The next version of the office's own; it counts from when it is chosen. Raises `RulesRefused`."""
    if name in {one.name for one in SHIPPED.values()}:
        raise RulesRefused([f"{name}: is a shipped rule set; give yours a name of its own"])
    version = await scores.last_version(context.session, name) + 1
    rules = parse(name, version, body, kinds.standing(context))
    row = ScoreRuleSet(name=name, version=version, body=dump(rules), made_at=context.now, made_by=by)
    context.session.add(row)
    await context.session.flush()
    audit.add_line(context.session, actor=by, act="score rules added", subject=rules.label, at=context.now)
    return rules
