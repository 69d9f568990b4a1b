"""Whatever is changed behind the ledger's back, `verify` names it."""

import pytest

from tests.integration.test_verification import Record, empty, record

__all__ = ["empty", "record"]

TAMPERINGS = {
    "a delivery is erased": ["UPDATE duty_entries SET delivered_at = NULL WHERE id = 1"],
    "a closing is erased": ["UPDATE duty_entries SET closed_at = NULL WHERE id = 3"],
    "the head goes with its last line": [
        "DELETE FROM ledger_lines WHERE seq = (SELECT max(seq) FROM ledger_lines)",
        "UPDATE duty_entries SET closed_at = NULL",
        "DELETE FROM ledger_heads",
    ],
    "the head is gone": ["DELETE FROM ledger_heads"],
    "a summary is emptied": ["UPDATE duty_entries SET summary_sealed = NULL WHERE id = 1"],
    "a summary is given another key": ["UPDATE duty_entries SET key_id = 1 WHERE id = 3"],
}


@pytest.mark.parametrize("statements", TAMPERINGS.values(), ids=TAMPERINGS)
async def test_tampering_is_found(record: Record, statements: list[str]) -> None:
    await record.tamper(*statements)
    assert await record.verify() != []
