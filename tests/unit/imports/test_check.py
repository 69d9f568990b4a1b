"""What is refused, and how it is said: `file:line: column: what is wrong`, every fault at once."""

import pytest

from bot.services import imports
from bot.services.imports.existing import KnownStaff, KnownStation
from tests.unit.imports.files import FILES, SQUARE, grids, write


@pytest.fixture
def faults_of(tmp_path):
    """Spoil the folder, get the faults as they are printed."""

    def spoil(existing=imports.Existing(), **changed):  # noqa: B008  a frozen value
        tables = imports.read_folder(write(tmp_path, **changed))
        return [str(fault) for fault in imports.check(tables, existing)]

    return spoil


def one_more(file, line):
    return FILES[file] + line + "\n"


def test_a_good_folder_has_no_faults(faults_of):
    assert faults_of() == []


def test_every_fault_is_told_at_once_in_the_order_of_the_files(faults_of):
    faults = faults_of(
        regions="code,name,parent_code,level\nJH,,,district\nYQ,堰桥街道,XX,village\n",
        rosters="station_code,representative_code,weekday,start,end\nYQ-S1,R1,周八,9点,11:30\n",
    )
    assert [fault.partition("”")[0] for fault in faults] == [
        "regions.csv:2: name: 不能为空",
        "regions.csv:3: level: 不认识“village",
        "regions.csv:3: parent_code: 找不到区域“XX",
        "rosters.csv:2: start: 时间“9点",
        "rosters.csv:2: weekday: 星期“周八",
    ]


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        ("regions", "JH,又一个,,", "regions.csv:4: code: 和第 3 行是同一项"),
        ("regions", "A B,空格,,", "regions.csv:4: code: 编号“A B”不能有空格"),
        ("regions", f"{'X' * 65},太长,,", "regions.csv:4: code: 编号"),
        ("regions", "AA,甲,AA,", "regions.csv:4: parent_code: 上级不能是自己"),
        ("regions", "AA,甲,JH,,多出来", "regions.csv:4: 文件: 这一行的格子比表头多"),
        ("regions", 'AA,"甲,JH,', "regions.csv:4: 文件: 引号不成对"),
        ("stations", "S9,站,depot,YQ,JH-H,,,,,,", "stations.csv:5: kind: 不认识“depot”"),
        ("stations", "S9,站,station,ZZ,JH-H,,,,,,", "stations.csv:5: region_code: 找不到区域“ZZ”"),
        ("stations", "S9,站,station,YQ,ZZ,,,,,,", "stations.csv:5: parent_code: 找不到站点“ZZ”"),
        ("stations", "S9,站,station,YQ,JH-H,,31.68,120.3,,,", "stations.csv:5: latitude: 纬度 120.3 超出"),
        ("stations", "S9,站,station,YQ,JH-H,,东经,31.6,,,", "stations.csv:5: longitude: 经度“东经”不是数字"),
        ("stations", "S9,站,station,YQ,JH-H,,nan,31.6,,,", "stations.csv:5: longitude: 经度 nan 超出"),
        ("stations", "S9,站,station,YQ,JH-H,,120.3,,,,", "stations.csv:5: longitude: 经度和纬度要么都填"),
        ("stations", "S9,站,station,YQ,JH-H,,,,,周一 9点,", "stations.csv:5: open_hours: 时间“9点”"),
        ("stations", "S9,站,station,YQ,,,,,,,", "stations.csv:5: code: 这个站点和它的上级都没有联络员"),
        ("stations", "S9,站,,YQ,,,,,,,", "stations.csv:5: code: 这个站点和它的上级都没有联络员"),
        ("stations", "S9,站,online,YQ,,,,,,,", "stations.csv:5: code: 这个站点和它的上级都没有联络员"),
        ("staff", "wang.fang,王芳,lead,YQ-S1", "staff.csv:4: userid: 和第 2 行是同一项"),
        ("staff", ",无名,lead,YQ-S1", "staff.csv:4: userid: 不能为空"),
        ("staff", "zhao.li,赵丽,boss,YQ-S1", "staff.csv:4: role: 不认识“boss”"),
        ("representatives", "R3,张三,village,,,,,,,,", "representatives.csv:4: level: 不认识“village”"),
        ("representatives", "R3,张三,town,,,,ZZ,,,,", "representatives.csv:4: station_code: 找不到站点“ZZ”"),
        ("representatives", "R3,张三,town,,,,,,,G1;G9,", "representatives.csv:4: grid_codes: 找不到网格“G9”"),
        ("representatives", "R3,张三,town,,,,,,,,age", "representatives.csv:4: public_fields: 不认识“age”"),
        ("representatives", "R3,张\x07三,town,,,,,,,,", "representatives.csv:4: name: 有看不见的控制字符"),
        ("places", "某村,,G9,", "places.csv:4: grid_code: 找不到网格“G9”"),
        ("places", "牡丹园,别名不同,G1,", "places.csv:4: name: 和第 2 行是同一项"),
        ("rosters", "YQ-S1,R9,,Mon,09:00,10:00", "rosters.csv:5: representative_code: 找不到代表“R9”"),
        ("rosters", "YQ-S1,R1,2026-12-15,Tue,09:00,10:00", "rosters.csv:5: date: 日期和星期要填一个"),
        ("rosters", "YQ-S1,R1,,,09:00,10:00", "rosters.csv:5: date: 日期和星期要填一个"),
        ("rosters", "YQ-S1,R1,2026-02-30,,09:00,10:00", "rosters.csv:5: date: 日期“2026-02-30”"),
        ("rosters", "YQ-S1,R1,,Tue,09:00,09:00", "rosters.csv:5: start: 起止时间不能相同"),
        ("rosters", "YQ-S1,R1,,Tue,09:00,24:01", "rosters.csv:5: end: 时间“24:01”"),
        ("activity_days", "ZZ,third_tuesday,", "activity_days.csv:4: region_code: 找不到区域“ZZ”"),
        ("activity_days", "JH,second_monday,", "activity_days.csv:4: rule: 不认识活动日规则“second_monday”"),
        ("activity_days", "JH,monthly:32,", "activity_days.csv:4: rule: 不认识活动日规则"),
        ("activity_days", "JH,rrule:BYDAY=3TU,", "activity_days.csv:4: rule: 重复规则要有 FREQ"),
        ("activity_days", "JH,rrule:FREQ=MONTHLY;BYDAY=3XX,", "activity_days.csv:4: rule: 重复规则"),
        ("activity_days", 'JH,"dates:2026-12-08,2026-13-01",', "activity_days.csv:4: rule: 日期“2026-13-01”"),
        ("holidays", "2027-01-01,work,改了", "holidays.csv:4: date: 和第 2 行是同一项"),
        ("holidays", "2027-05-01,half,", "holidays.csv:4: kind: 不认识“half”"),
    ],
)
def test_a_spoilt_row_is_told_by_file_line_and_column(faults_of, file, line, fault):
    faults = faults_of(**{file: one_more(f"{file}.csv", line)})
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_the_line_is_that_of_the_file_where_a_cell_has_several(faults_of):
    regions = 'code,name,parent_code,level\nJH,"锦河\n区",,district\nYQ,堰桥街道,ZZ,town\n'
    assert faults_of(regions=regions)[0].startswith("regions.csv:4: parent_code:")


def test_empty_rows_and_short_rows_are_taken(faults_of):
    assert faults_of(regions="code,name,parent_code,level\n\nJH,锦河区\n,,,\nYQ,堰桥街道,JH\n") == []


def test_the_same_row_twice_is_no_contradiction(faults_of):
    assert faults_of(places=one_more("places.csv", "牡丹园,牡丹小区;牡丹,G1,")) == []


def test_a_byte_order_mark_is_taken(faults_of):
    assert faults_of(regions=b"\xef\xbb\xbf" + FILES["regions.csv"].encode()) == []


def test_a_file_in_another_encoding_says_what_to_do_in_excel(faults_of):
    faults = faults_of(regions=FILES["regions.csv"].encode("gb18030"))
    assert faults[0].startswith("regions.csv:2: 文件: 不是 UTF-8 编码")
    assert "CSV UTF-8" in faults[0]


def test_unknown_and_missing_and_doubled_columns_are_told(faults_of):
    faults = faults_of(places="aliases,grid_code,grid_code,colour\n别名,G1,G1,红\n")
    assert sorted(fault.split("，")[0] for fault in faults) == [
        "places.csv:1: colour: 不认识这一列",
        "places.csv:1: grid_code: 这一列出现了两次",
        "places.csv:1: name: 缺少这一列",
    ]


def test_missing_files_are_simply_absent_and_other_files_are_not_read(tmp_path):
    (tmp_path / "regions.csv").write_text(FILES["regions.csv"], "utf-8")
    (tmp_path / "notes.csv").write_bytes(b"\xff\xfe")
    tables = imports.read_folder(tmp_path)
    assert set(tables.sheets) == {"regions"}
    assert imports.check(tables, imports.Existing()) == []


@pytest.mark.parametrize("name", ["nothing-here", "."])
def test_a_path_without_anything_to_import_is_one_fault(tmp_path, name):
    tables = imports.read(tmp_path / name)
    assert len(imports.check(tables, imports.Existing())) == 1


def test_chinese_headers_are_taken_and_faults_speak_of_them(faults_of):
    regions = "编号,名称,上级编号,级别\nJH,锦河区,,区\nYQ,堰桥街道,ZZ,镇\n"
    assert faults_of(regions=regions) == ["regions.csv:3: 上级编号: 找不到区域“ZZ”，文件里和系统里都没有"]


def test_every_column_has_a_chinese_header_that_means_one_column():
    listed = list(imports.headers())
    assert all(chinese for *_, chinese in listed)
    for file in {file for file, *_ in listed}:
        words = [word for known, _, _, chinese in listed if known == file for word in chinese]
        assert len(words) == len(set(words))


def test_regions_above_each_other_are_a_circle(faults_of):
    faults = faults_of(regions="code,name,parent_code,level\nJH,锦河区,YQ,\nYQ,堰桥街道,JH,\n")
    assert [fault.partition("，")[0] for fault in faults] == [
        "regions.csv:2: parent_code: 上级绕成了一个圈",
        "regions.csv:3: parent_code: 上级绕成了一个圈",
    ]


def test_references_to_what_the_database_has_are_taken(faults_of):
    known = imports.Existing(
        regions={"JH": None, "YQ": "JH"},
        stations={"JH-H": KnownStation("home", None), "YQ-S1": KnownStation("station", "JH-H")},
        staff={"wang.fang": KnownStaff("officer", "JH-H")},
    )
    assert faults_of(known, regions=None, stations=None, staff=None) == []
    assert any("找不到站点" in fault for fault in faults_of(regions=None, stations=None, staff=None, rosters=None))


def test_a_station_has_one_officer_and_two_leads(faults_of):
    staff = one_more("staff.csv", "a,甲,officer,JH-H\nb,乙,lead,YQ-S1\nc,丙,lead,YQ-S1")
    faults = faults_of(staff=staff)
    assert [fault.split("，")[0] for fault in faults] == [
        "staff.csv:2: role: 站点“JH-H”的联络员最多 1 名",
        "staff.csv:3: role: 站点“YQ-S1”的负责人最多 2 名",
        "staff.csv:4: role: 站点“JH-H”的联络员最多 1 名",
        "staff.csv:5: role: 站点“YQ-S1”的负责人最多 2 名",
        "staff.csv:6: role: 站点“YQ-S1”的负责人最多 2 名",
    ]


def test_a_second_officer_beside_the_databases_is_refused_until_the_first_moves(faults_of):
    known = imports.Existing(staff={"old": KnownStaff("officer", "JH-H")})
    assert "还有：old" in faults_of(known)[0]
    assert faults_of(known, staff=one_more("staff.csv", "old,老,auditor,")) == []


def test_taking_away_a_known_stations_officer_is_refused(faults_of):
    known = imports.Existing(
        regions={"JH": None},
        stations={"JH-H": KnownStation("home", None)},
        staff={"wang.fang": KnownStaff("officer", "JH-H")},
    )
    only_staff = dict.fromkeys(("regions", "stations", "representatives", "places", "rosters"))
    only_staff |= {"grids": None, "activity_days": None}
    faults = faults_of(known, **only_staff, staff="userid,name,role\nwang.fang,王芳,auditor\n")
    assert faults == ["staff.csv:2: role: 站点“JH-H”会因此没有联络员，请同时给它另一名"]


def test_a_point_needs_no_officer(faults_of):
    assert faults_of(stations=one_more("stations.csv", "P9,点,point,YQ,,,,,,,")) == []


def test_an_officer_with_a_fault_of_their_own_is_not_missed_as_well(faults_of):
    staff = "userid,name,role,station_code\nwang.fang,,officer,JH-H\n"
    assert faults_of(staff=staff) == ["staff.csv:2: name: 不能为空"]


def test_one_wecom_account_is_one_representative(faults_of):
    known = imports.Existing(representatives={"R7": "sun.jianguo"})
    assert faults_of(known) == [
        "representatives.csv:2: userid: 企业微信账号“sun.jianguo”已经是代表“R7”的，一个账号只能给一位代表"
    ]
    doubled = one_more("representatives.csv", "R3,张三,town,,,,,li.wei,,,")
    assert len(faults_of(representatives=doubled)) == 2


def test_a_bow_tie_is_no_polygon_and_its_line_is_told(faults_of):
    bow_tie = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    text = grids(SQUARE, bow_tie)
    line = text[: text.index('"G2"')].count("\n") - 2
    faults = faults_of(grids=text)
    assert faults[0].startswith(f"grids.geojson:{line}: geometry: 多边形不合规")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "grids.geojson:1: 文件: 不是完整的 JSON"),
        ('{"type": "Point"}', "grids.geojson:1: 文件: 不是 GeoJSON"),
        ('{"features": [1]}', "grids.geojson:1: 文件: features 里的每一项"),
        (grids(SQUARE[:3]), "grids.geojson:4: geometry: 图形读不懂"),
        (grids([[y, x] for x, y in SQUARE]), "grids.geojson:4: geometry: 坐标超出"),
        (grids(SQUARE, crs="Beijing54"), "grids.geojson:4: geometry: 不认识坐标系"),
        (grids(SQUARE, station_code="ZZ"), "grids.geojson:4: station_code: 找不到站点“ZZ”"),
        (grids(SQUARE).replace("Polygon", "LineString"), "grids.geojson:4: geometry: 图形"),
    ],
)
def test_a_spoilt_map_is_told(faults_of, text, fault):
    assert faults_of(grids=text, places=None, representatives=None, rosters=None)[0].startswith(fault)
