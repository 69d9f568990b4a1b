"""The proof at the end of a soak sees each way in which something can be lost or doubled."""

from dataclasses import replace

import pytest

from benchmarks.soak.proof import RECEIVED, Answered, Evidence, Fault, Written, find_faults

SOUND = Evidence(
    written=[Written("1", "ann", "m1", "zhang"), Written("2", "ann", "m2", "zhang")],
    answered=[Answered("1a", "ann", "JH-2026-000001")],
    constituents={"ann": [f"{RECEIVED}，编号 JH-2026-000001。", "⟦1a⟧明天去看"], "bob": []},
    members={"zhang": ["群众补充了：⟦2⟧三天了"]},
    cards={"zhang": ["⟦1⟧路灯坏了 ⟦2⟧三天了"], "officer": ["⟦1⟧路灯坏了"]},
    cases_of={"m1": ["JH-2026-000001"], "m2": ["JH-2026-000001"]},
    entries={"JH-2026-000001": 1},
    left={"inbox waiting": 0},
    ledger=[],
    rules_broken={"kf_msgid_taken": 3},
)


def test_a_sound_bot_leaves_nothing_to_be_found() -> None:
    assert find_faults(SOUND) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"cases_of": {"m1": ["JH-2026-000001"]}}, ["message in no case"]),
        ({"cases_of": {"m1": ["A-2026-000001"], "m2": ["A-2026-000002"]}}, ["matter torn in two"]),
        ({"cases_of": {**SOUND.cases_of, "m2": ["JH-2026-000001"] * 2}}, ["message in two cases"]),
        ({"members": {}, "cards": {"zhang": ["⟦1⟧路灯坏了"]}}, ["not shown to its owner"]),
        ({"cards": {**SOUND.cards, "officer": ["⟦1⟧", "⟦1⟧"]}}, ["shown twice"]),
        ({"members": {"zhang": ["⟦2⟧", "⟦2⟧"]}}, ["shown twice"]),
        ({"constituents": {"ann": ["⟦1a⟧明天去看"]}}, ["no receipt"]),
        ({"constituents": {"ann": [RECEIVED, RECEIVED, "⟦1a⟧"]}}, ["receipt said twice"]),
        ({"constituents": {"ann": [RECEIVED]}}, ["answer lost"]),
        ({"constituents": {"ann": [RECEIVED, "⟦1a⟧", "⟦1a⟧"]}}, ["answer said twice"]),
        ({"constituents": {**SOUND.constituents, "bob": ["⟦1a⟧"]}}, ["answer said to somebody else"]),
        ({"entries": {}}, ["no duty entry"]),
        ({"entries": {"JH-2026-000001": 2}}, ["duty entry too many"]),
        ({"answered": [], "constituents": {"ann": [RECEIVED]}}, ["duty entry too many"]),
        ({"answered": [], "perhaps": SOUND.answered}, []),
        ({"answered": [], "perhaps": SOUND.answered, "entries": {}, "constituents": {"ann": [RECEIVED]}}, []),
        ({"answered": [], "perhaps": SOUND.answered, "entries": {"JH-2026-000001": 2}}, ["duty entry too many"]),
        ({"left": {"inbox waiting": 2}}, ["left half-way"]),
        ({"ledger": ["line 3: its digest does not follow"]}, ["ledger"]),
        ({"rules_broken": {"sixth_message": 1}}, ["rule of the platform broken"]),
    ],
)
def test_each_fault_is_found_and_no_other(changes: dict[str, object], found: list[str]) -> None:
    told: list[Fault] = find_faults(replace(SOUND, **changes))
    assert [fault.what for fault in told] == found
