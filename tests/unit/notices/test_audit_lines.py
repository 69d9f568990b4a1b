"""Every act that is written into the audit has a sentence; what has none is shown as it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.notices import audit_lines
from bot.services.live.claiming import QuestionState
from storage.states import RightsState, TwoPersonState

ROOT = Path(__file__).parents[3]
WRITERS = frozenset({"add_line", "_note", "note"})
NO_ACTS = frozenset({"activity day", "question", "rights request", "second person", "next in line:", "exported"})


def acts() -> Iterator[tuple[str, str]]:
    """Words of two or more that are handed to what writes the audit, or kept as `act`, and where they stand."""
    for room in ("bot/services", "bot/commands", "bot/web"):
        for path in (ROOT / room).rglob("*.py"):
            source = path.read_text("utf-8")
            if "audit" in source or "broadcasts" in str(path):
                yield from ((act, path.name) for act in _acts_of(ast.parse(source)))


def _acts_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in WRITERS:
                yield from _texts([*node.args, *(one.value for one in node.keywords if one.arg == "act")])
        elif isinstance(node, ast.Assign) and "act" in {getattr(one, "id", "") for one in node.targets}:
            yield from _texts([node.value])


def _texts(values: list[ast.expr]) -> Iterator[str]:
    for value in values:
        inside = {id(part) for one in ast.walk(value) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)}
        for one in ast.walk(value):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in inside:
                yield one.value


def test_every_act_has_a_sentence() -> None:
    found = {
        act: where for act, where in acts() if " " in act.strip() and act.strip() not in NO_ACTS and ":" not in act
    }
    assert len(found) > 70
    assert {act: where for act, where in found.items() if not audit_lines.is_known(act)} == {}


@pytest.mark.parametrize(
    "act",
    [
        *(f"question {state.value}" for state in QuestionState if state is not QuestionState.WAITING),
        *(f"rights request {state.value}" for state in RightsState if state is not RightsState.ASKED),
        *(f"second person {state.value}" for state in TwoPersonState),
        *(f"activity day {step}" for step in ("moved", "postponed", "cancelled")),
        *(f"next in line: {step}" for step in ("officer", "lead", "centre")),
        "passed_on",
        "assigned_by_officer",
        "corrected",
    ],
)
def test_acts_that_are_put_together_have_one_too(act: str) -> None:
    assert audit_lines.is_known(act)


def test_a_line_reads_as_a_sentence() -> None:
    told = audit_lines.tell("case read", "case JH-2026-000123", "钱联络", "officer.qq")
    assert told.sentence == "钱联络看了事项 JH-2026-000123。"
    told = audit_lines.tell("next in line: lead", "case JH-2026-000123", "", "scheduler")
    assert told.sentence == "系统定时按时限升级了事项 JH-2026-000123，请负责人来办。"
    told = audit_lines.tell("something new", "case.one {} of live.two", "", "who.ever")
    assert told.sentence == "who.ever做了“something new”（case.one {} · live.two）。"


@pytest.mark.parametrize(
    ("act", "subject", "sentence"),
    [
        (
            "figures opened",
            "20 of figures 2026-01-01..2026-12-31",
            "看了数字背后的记录（20 条 · 2026年1月1日至2026年12月31日）",
        ),
        ("duty entries read", "14 of review", "看了履职记录清单（14 条等核对的）"),
        ("duty evidence read", "duty entry 904, attachment 571", "打开了佐证（履职记录 904，附件 571）"),
        (
            "export address given",
            "duty-register of R0432 2026-01-26..2026-11-22",
            "取了导出的地址（履职登记表 · R0432 2026年1月26日至2026年11月22日）",
        ),
        (
            "roster imported",
            "regions +10 ~0, staff +387 ~2",
            "导入了名册（区域 新增 10、变更 0，工作人员 新增 387、变更 2）",
        ),
        ("audit exported", "2026-99-99..x", "导出了操作记录（2026年99月99日..x）"),
    ],
)
def test_counts_and_days_read_as_people_write_them(act: str, subject: str, sentence: str) -> None:
    assert audit_lines.tell(act, subject, "", "").what == sentence
