"""Every query on matters and entries: narrowed by the lanes in their one place, or known here with its reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLES = {"Case", "DutyEntry", "_CASES", "_Root", "Root"}
CARRIERS = {"lanes", "visible", "is_open_to_all", "is_restricted", "ENTRY_IS_OPEN"}
JOINS = {"select_from", "join", "outerjoin"}

ONE = "one matter or entry by its number: who asks is asked by `may_see` or `visible` before a word of it is said"
SENDER = "the sender's own, for the sender or for their erasure"
EACH = "each row is asked of each who would hear of it (`people.lists_for`, `readers_of`, `lanes.seen_by`)"
OWN = "a representative's own entries, for themselves"
GIVEN = "the conditions are given by the caller, who has them from `visible` or `Chosen`"
MACHINE = "totals for whoever runs the machine: of no station, no person and no topic"
NOBODY = "clocks, loads, checks, keys, retention: no row of it is shown to anybody by this"

KNOWN = {
    "storage/batch_reading.py": {"_OPEN_CASES": SENDER},
    "storage/case_lists.py": {"get_numbered": ONE},
    "storage/cases.py": {
        "_OPEN": SENDER,
        "_DUE": EACH,
        "_LOAD": NOBODY,
        "_GIVEN": NOBODY,
        "find_numbered": ONE,
        "of_constituent": SENDER,
        "open_beside": EACH,
        "merged_into": ONE,
        "due_alerts": EACH,
    },
    "storage/clocks.py": {"_DUE": EACH, "overdue_at_centre": EACH, "running": NOBODY, "unheard_since": SENDER},
    "storage/clusters.py": {"_UNCLAIMED": NOBODY, "_OTHERS_OF_PERSON": NOBODY, "members": EACH},
    "storage/delivery_findings.py": {"undelivered_cases": EACH},
    "storage/duty.py": {
        "find_entry": ONE,
        "find_made": ONE,
        "newest_of": ONE,
        "_of_exchange": NOBODY,
        "_joined": GIVEN,
    },
    "storage/duty_file.py": {"evidence_of": ONE},
    "storage/duty_file_links.py": {"next_entries": NOBODY, "newest_entry": NOBODY},
    "storage/duty_file_reading.py": {"_lines": GIVEN},
    "storage/duty_reading.py": {"to_confirm": OWN, "count_kinds": OWN, "find_correction": GIVEN},
    "storage/duty_reports.py": {"get_entries": OWN},
    "storage/duty_sources.py": {"_unmade": NOBODY, "made_from": NOBODY},
    "storage/erasing.py": {
        "keys_of_case": NOBODY,
        "_moved_among": NOBODY,
        "_forget_words": NOBODY,
        "entries_of": NOBODY,
        "find_violations": NOBODY,
    },
    "storage/follow_ups.py": {"unplanned": SENDER, "untold_referrals": EACH},
    "storage/ledger_proof.py": {"_SAID_KEYS": NOBODY, "_fact_violations": NOBODY, "_stamp_violations": NOBODY},
    "storage/ledger_windows.py": {"joined": NOBODY},
    "storage/live.py": {"cases_of": EACH},
    "storage/month_rows.py": {"_standing": GIVEN},
    "storage/privacy_rights.py": {"cases_of": SENDER},
    "storage/receptions.py": {"has_received": NOBODY},
    "storage/retention.py": {"_words": NOBODY, "_petition_words": NOBODY, "_media": NOBODY},
    "storage/sessions.py": {"latest_case": SENDER},
    "storage/silence.py": {"_messages": EACH, "_cases": EACH},
    "storage/statistics.py": {"_joined": GIVEN},
    "storage/status_links.py": {"end_all_of": SENDER},
    "storage/watched_figures.py": {"clocks_due": MACHINE},
    "storage/work_orders.py": {"due_before": EACH},
    "bot/services/imports/duty_rows.py": {"_known": NOBODY},
    "bot/services/privacy/retaining.py": {"_erase_cases": NOBODY},
    "bot/services/verification.py": {"_number_violations": NOBODY, "_duties": NOBODY},
}


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def reads(node: ast.AST) -> bool:
    """Whether it selects from matters or entries."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            selects = isinstance(one.func, ast.Name) and one.func.id == "select"
            joins = isinstance(one.func, ast.Attribute) and one.func.attr in JOINS
            if (selects or joins) and names_in(one) & TABLES:
                return True
    return False


def definitions(tree: ast.Module) -> dict[str, ast.AST]:
    """Functions, classes and what is assigned at the top, by name."""
    found: dict[str, ast.AST] = {}
    for one in tree.body:
        if isinstance(one, ast.Assign):
            found |= {target.id: one for target in one.targets if isinstance(target, ast.Name)}
        elif isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[one.name] = one
    return found


def unnarrowed(source: str) -> set[str]:
    """What in a module reads matters or entries, and takes the lanes neither itself nor from what it uses there."""
    defined = definitions(ast.parse(source))
    narrowed = {name for name, one in defined.items() if names_in(one) & CARRIERS}
    while more := {name for name, one in defined.items() if name not in narrowed and names_in(one) & narrowed}:
        narrowed |= more
    return {name for name, one in defined.items() if name not in narrowed and reads(one)}


def modules() -> Iterator[tuple[str, str]]:
    for folder in ("bot", "storage"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and "/simulator/" not in name and name != "storage/lanes.py":
                yield name, path.read_text("utf-8")


def test_every_query_on_matters_takes_the_lanes_or_is_known_with_its_reason() -> None:
    found = {name: names for name, text in modules() if (names := unnarrowed(text))}
    assert found == {name: set(known) for name, known in KNOWN.items()}


def test_only_one_place_says_in_a_query_what_is_restricted() -> None:
    """Models and rows in hand have the attribute, too; a query asks `storage/lanes.py`."""
    asked = [
        f"{name}:{one.lineno}"
        for name, text in modules()
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.Attribute)
        and one.attr == "restricted"
        and (names_in(one) & TABLES or (isinstance(one.value, ast.Attribute) and one.value.attr == "c"))
    ]
    assert asked == []


def test_a_query_that_goes_round_them_is_noticed() -> None:
    text = "async def newest(session):\n    return await session.scalars(select(Case).order_by(Case.id))\n"
    assert unnarrowed(text) == {"newest"}
    assert unnarrowed(text.replace("select(Case)", "select(Case).where(lanes.is_open_to_all())")) == set()
