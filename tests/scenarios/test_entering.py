"""Coming in: by a representative's code, a station's code, a plain link."""

from tests.support.town import RESIDENT, Town


async def test_a_representatives_code_is_greeted_with_who_reads_and_the_privacy_notice(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    (greeting,) = town.heard(RESIDENT)
    assert "张伟代表" in greeting
    assert "钱桥联络站" in greeting
    assert "/privacy" in greeting
    assert "进度" in greeting or "办到哪一步" in greeting
    await town.assert_at_rest()


async def test_a_stations_code_names_the_station(town: Town) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    (greeting,) = town.heard(RESIDENT)
    assert "钱桥联络站" in greeting


async def test_a_plain_link_names_the_service_centre(town: Town) -> None:
    await town.scans(RESIDENT, "", "")
    (greeting,) = town.heard(RESIDENT)
    assert "服务中心" in greeting


async def test_nobody_is_greeted_twice(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "路灯坏了")
    await town.scans(RESIDENT, "station", "QQ1")
    assert sum("您好，这里是" in said for said in town.heard(RESIDENT)) == 1


async def test_a_code_nobody_has_leads_to_the_service_centre_with_a_word_why(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R999")
    (greeting,) = town.heard(RESIDENT)
    assert "停用" in greeting
    await town.says(RESIDENT, "路灯坏了三天了")
    case = await town.case()
    assert case.station_code == "HOME"


async def test_another_code_scanned_since_begins_a_matter_of_its_own(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.scans(RESIDENT, "rep", "R3")
    await town.says(RESIDENT, "西庄村的水渠堵了")
    from storage.models import Case

    first, second = await town.all(Case)
    assert (first.representative_code, second.representative_code) == ("R1", "R3")
