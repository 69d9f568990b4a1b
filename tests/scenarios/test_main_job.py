"""A constituent writes, the representative has it, the answer comes back, and it is on record."""

from tests.support.town import LI, OFFICER, RESIDENT, ZHANG, Town


async def test_a_message_by_code_reaches_the_representative_and_the_answer_comes_back(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园门口的路灯坏了三天")

    case = await town.case()
    assert case.number == "JH-2026-000001"
    assert case.representative_code == "R1"
    assert any("JH-2026-000001" in said and "张伟代表" in said for said in town.heard(RESIDENT))
    assert len(town.cards(ZHANG)) == 1
    assert len(town.cards(OFFICER)) == 1
    assert town.cards(LI) == []

    await town.writes(ZHANG, "已联系路灯所，今晚来修。")

    assert any("今晚来修" in said and "张伟代表" in said for said in town.heard(RESIDENT))
    (entry,) = await town.entries()
    assert entry.representative_code == "R1"
    assert entry.delivered_at is not None
    await town.assert_at_rest()
