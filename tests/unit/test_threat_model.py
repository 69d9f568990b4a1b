"""docs/threat-model.md names tests that exist, and says nothing about code that is not so."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", MODEL)
# Beside WeCom's room and the simulator: what builds the client, and `check`, which asks our own address.
CLIENTS = {"bot/app.py", "bot/commands/checking.py", "bot/commands/posters.py"}


def functions_of(path: Path) -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, functions)}


def test_every_test_it_names_exists() -> None:
    missing = [f"{path}::{name}" for path, name in NAMED if name not in functions_of(ROOT / path)]
    assert missing == []
    assert len(NAMED) > 30


def test_every_row_names_a_test() -> None:
    rows = [line for line in MODEL.split("## Doors")[1].splitlines() if line.startswith("| ")]
    told = [row for row in rows if not row.startswith("| wanted")]
    assert [row for row in told if "`tests/" not in row] == []


def test_only_the_wecom_room_and_check_ask_anybody_over_http() -> None:
    found = set()
    for folder in ("bot", "storage", "config"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            if re.search(
                r"ClientSession\(|aiohttp\.request\(|urlopen|import requests|import httpx|http\.client", text
            ):
                found.add(str(path.relative_to(ROOT)))
    outside = {
        one for one in found if not one.startswith(("bot/wecom/", "bot/simulator/")) and one != "bot/demo.py"
    }
    assert outside <= CLIENTS
