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


HANDED_IN = re.compile(r"\bsignature\b|\bcsrf\b|\bpassword\b")
BYTES_OF_128_BITS = 16


def sources() -> list[tuple[str, ast.Module]]:
    """Every module that runs in production."""
    found = []
    for folder in ("bot", "storage"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/simulator/" not in name and "/migrations/" not in name:
                found.append((name, ast.parse(path.read_text("utf-8"))))
    return found


def told_by_equals(tree: ast.AST) -> list[str]:
    """Comparisons with == or != of something that is secret and was handed in: they tell how near a guess was."""
    return [
        ast.unparse(one)
        for one in ast.walk(tree)
        if isinstance(one, ast.Compare)
        and any(isinstance(how, ast.Eq | ast.NotEq) for how in one.ops)
        and HANDED_IN.search(ast.unparse(one).lower())
    ]


def test_what_is_secret_and_handed_in_is_compared_in_constant_time_or_looked_up_by_its_digest() -> None:
    assert {name: found for name, tree in sources() if (found := told_by_equals(tree))} == {}
    assert told_by_equals(ast.parse("if signature != expected: refuse()")) != []
    asked = {name for name, tree in sources() if "hmac.compare_digest(" in ast.unparse(tree)}
    assert {"bot/wecom/crypto.py", "bot/web/login.py", "bot/web/gate.py"} <= asked


def test_every_token_of_an_address_has_128_bits_and_more() -> None:
    lengths = {}
    for name, tree in sources():
        known = {
            target.id: one.value.value
            for one in tree.body
            if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        for one in ast.walk(tree):
            if isinstance(one, ast.Call) and ast.unparse(one.func) == "secrets.token_urlsafe":
                (size,) = one.args
                lengths[name] = size.value if isinstance(size, ast.Constant) else known[ast.unparse(size)]
    assert len(lengths) >= 8
    assert {name: size for name, size in lengths.items() if size < BYTES_OF_128_BITS} == {}
