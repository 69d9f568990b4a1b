"""The tables that can be imported: their files, columns and Chinese headers (contract section 4).

`TABLES` is in the order in which rows may refer to each other; `headers()` lists every accepted header.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.services.imports import polygons, values
from bot.services.imports.faults import BadValue, Fault
from storage import models

REGION_LEVELS = {"province": "省", "city": "市", "district": "区", "town": "镇"}
STATION_KINDS = {"home": "代表之家", "station": "联络站", "point": "联系点", "online": "网上联络站"}
ROLES = {
    "lead": "负责人",
    "officer": "联络员",
    "town": "镇街人大",
    "centre": "服务中心",
    "admin": "管理员",
    "auditor": "审计员",
    "media": "媒体",
}
LEVELS = {
    "national": "全国",
    "provincial": "省级",
    "city": "市级",
    "district": "区级",
    "town": "镇级",
    "street": "街道议政代表",
}
DAY_KINDS = {"off": "放假", "work": "上班"}
LINK_KINDS = {"representative": "联系代表", "voter": "联系选民"}
YES = {"yes": "是", "no": "否"}

Values = dict[str, Any]


class BadCell(Exception):
    """A cell that is wrong beside the others of its row."""

    def __init__(self, column: str, what: str) -> None:
        self.column, self.what = column, what
        super().__init__(column, what)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, Chinese headers, how a cell is read, and where the value goes."""

    name: str
    chinese: tuple[str, ...]
    parse: Callable[[str], Any] = values.text
    needed: bool = False
    refers_to: str | None = None
    stored_as: str | None = None

    @property
    def target(self) -> str:
        """The column of the database."""
        return self.stored_as or self.name


@dataclass(frozen=True, slots=True)
class Table:
    """One file or sheet, the model it fills, and what makes two rows the same row."""

    name: str
    chinese: str
    model: type[models.Base]
    columns: tuple[Column, ...]
    key: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    coded: bool = True
    file_ending: str = "csv"
    complete: Callable[[Values], Values] = field(default=lambda row: row)
    recorded: bool = False  # written by `duty_rows` or `link_rows`, not into the table as it is

    @property
    def file(self) -> str:
        """The file's name in a folder."""
        return f"{self.name}.{self.file_ending}"

    def find_column(self, header: str) -> Column | None:
        """The column that a header means, English or Chinese."""
        plain = header.strip()
        named = (column for column in self.columns if plain.lower() == column.name or plain in column.chinese)
        return next(named, None)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was written: stripped cells by English column name."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file or sheet that was read; `headers` has the headers as written by English column name."""

    table: Table
    file: str
    headers: Mapping[str, str]
    rows: tuple[Row, ...]

    def fault(self, row: Row, column: str, what: str) -> Fault:
        """A fault in a row, under the header that its author knows."""
        return Fault(self.file, row.line, self.headers.get(column, column), what)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that was read, and what could not be."""

    sheets: Mapping[str, Sheet]
    faults: tuple[Fault, ...] = ()

    def has(self, table: str) -> bool:
        """Whether there is anything of a table."""
        return any(sheet.table.name == table for sheet in self.sheets.values())


def headers() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """(file, sheet in Chinese, column, its Chinese headers) of everything that can be imported."""
    for table in TABLES:
        for column in table.columns:
            yield table.file, table.chinese, column.name, column.chinese


def _by(*names: str) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    return lambda row: tuple(row.get(name) for name in names)


def _place_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    grid = row.get("grid_code")
    return row["name"], *(("grid", grid) if grid else ("station", row.get("station_code")))


def _slot_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    when = row.get("on_date") if row.get("weekday") is None else row["weekday"]
    return row["station_code"], row["representative_code"], when, row["start"]


def _complete_station(row: Values) -> Values:
    if (row.get("longitude") is None) != (row.get("latitude") is None):
        raise BadCell("longitude", "经度和纬度要么都填，要么都空")
    if row.get("parent_code") == row["code"]:
        raise BadCell("parent_code", "上级不能是自己")
    return row


def _complete_region(row: Values) -> Values:
    if row.get("parent_code") == row["code"]:
        raise BadCell("parent_code", "上级不能是自己")
    return row


def _complete_grid(row: Values) -> Values:
    shape, crs = row.pop("geometry"), row.pop("crs", "")
    try:
        return {**row, "polygon": polygons.read_polygon(shape, crs)}
    except BadValue as error:
        raise BadCell("geometry", str(error)) from error


def _complete_slot(row: Values) -> Values:
    row = {"on_date": None, "weekday": None, "start": "00:00", "end": "24:00"} | row
    if (row["on_date"] is None) == (row["weekday"] is None):
        raise BadCell("date", "日期和星期要填一个，也只能填一个")
    if row["start"] == row["end"] or row["start"] == "24:00":
        raise BadCell("start", "起止时间不能相同；整天写 00:00 到 24:00，过夜写 22:00 到 06:00")
    return row


def _complete_term(row: Values) -> Values:
    if row["last_on"] < row["first_on"]:
        raise BadCell("last_on", "届满日期不能早于起始日期")
    return row


def _complete_link(row: Values) -> Values:
    to, voter = row.get("to_code"), row.get("voter") or ""
    kind = row.get("kind") or ("voter" if voter else "representative")
    if kind == "voter" and (to or not voter):
        raise BadCell("voter", "联系选民要填选民姓名，不填代表")
    if kind == "representative" and (voter or not to):
        raise BadCell("to_representative_code", "联系代表要填所联系代表的编号，不填选民")
    if to == row["representative_code"]:
        raise BadCell("to_representative_code", "不能联系自己")
    if row.get("year") is not None and not 1954 <= row["year"] <= 9999:
        raise BadCell("year", "年度要写四位数，如 2026；每年都是就空着")
    return {**row, "kind": kind}


_CODE = Column("code", ("编号", "代码"), values.code, needed=True)
_NAME = Column("name", ("名称", "姓名", "名字"), needed=True)


def _reference(name: str, table: str, *chinese: str, needed: bool = False, stored_as: str | None = None) -> Column:
    return Column(name, chinese, values.optional_code, needed, table, stored_as)


TABLES: tuple[Table, ...] = (
    Table(
        "regions",
        "区域",
        models.Region,
        (
            _CODE,
            _NAME,
            _reference("parent_code", "regions", "上级编号", "上级"),
            Column("level", ("级别", "层级"), values.choice(REGION_LEVELS, default="")),
        ),
        _by("code"),
        complete=_complete_region,
    ),
    Table(
        "departments",
        "部门",
        models.Department,
        (
            _CODE,
            _NAME,
            _reference("region_code", "regions", "区域编号", "区域"),
            Column("phone", ("电话", "联系电话")),
        ),
        _by("code"),
    ),
    Table(
        "stations",
        "站点",
        models.Station,
        (
            _CODE,
            _NAME,
            Column("kind", ("类型", "类别"), values.choice(STATION_KINDS, default="station")),
            _reference("region_code", "regions", "区域编号", "区域"),
            _reference("parent_code", "stations", "上级编号", "上级"),
            Column("address", ("地址",)),
            Column("longitude", ("经度",), values.degrees(180, "经度")),
            Column("latitude", ("纬度",), values.degrees(90, "纬度")),
            Column("phone", ("电话", "联系电话")),
            Column("open_hours", ("开放时间",), values.open_hours),
            Column("themes", ("主题", "特色"), values.listing),
        ),
        _by("code"),
        complete=_complete_station,
    ),
    Table(
        "staff",
        "工作人员",
        models.StaffMember,
        (
            Column("userid", ("企业微信账号", "账号"), values.code, needed=True),
            _NAME,
            Column("role", ("角色", "职责"), values.choice(ROLES, default="")),
            _reference("station_code", "stations", "站点编号", "站点"),
        ),
        _by("userid"),
    ),
    Table(
        "grids",
        "网格",
        models.Grid,
        (
            _CODE,
            _NAME,
            _reference("region_code", "regions", "区域编号", "区域"),
            _reference("station_code", "stations", "站点编号", "站点"),
            Column("geometry", ("图形", "多边形"), needed=True),
            Column("crs", ("坐标系",)),
        ),
        _by("code"),
        file_ending="geojson",
        complete=_complete_grid,
    ),
    Table(
        "representatives",
        "代表",
        models.Representative,
        (
            _CODE,
            _NAME,
            Column("level", ("级别", "层级"), values.choice(LEVELS, default="")),
            Column("unit", ("单位", "工作单位")),
            Column("post", ("职务",)),
            Column("specialities", ("专长", "专业领域"), values.listing),
            _reference("station_code", "stations", "站点编号", "站点"),
            Column("userid", ("企业微信账号", "账号"), values.optional_code),
            Column("phone", ("电话", "联系电话", "手机")),
            Column("grid_codes", ("网格编号", "网格"), values.code_list, refers_to="grids"),
            Column("public_fields", ("公开项", "公开字段"), values.public_fields),
        ),
        _by("code"),
    ),
    Table(
        "places",
        "地名",
        models.Place,
        (
            _NAME,
            Column("aliases", ("别名", "俗称"), values.listing),
            _reference("grid_code", "grids", "网格编号", "网格"),
            _reference("station_code", "stations", "站点编号", "站点"),
        ),
        _place_key,
        coded=False,
    ),
    Table(
        "rosters",
        "值班",
        models.RosterSlot,
        (
            _reference("station_code", "stations", "站点编号", "站点", needed=True),
            _reference("representative_code", "representatives", "代表编号", "代表", needed=True),
            Column("date", ("日期",), values.optional_day, stored_as="on_date"),
            Column("weekday", ("星期", "周几"), values.optional_weekday),
            Column("start", ("开始", "开始时间"), values.clock_or("00:00")),
            Column("end", ("结束", "结束时间"), values.clock_or("24:00")),
        ),
        _slot_key,
        coded=False,
        complete=_complete_slot,
    ),
    Table(
        "activity_days",
        "活动日",
        models.ActivityRule,
        (
            _reference("region_code", "regions", "区域编号", "区域", needed=True),
            Column("rule", ("规则",), values.activity_rule, needed=True),
            Column("topic", ("主题",)),
        ),
        _by("region_code", "rule"),
        coded=False,
    ),
    Table(
        "holidays",
        "节假日",
        models.Holiday,
        (
            Column("date", ("日期",), values.day, needed=True, stored_as="day"),
            Column("kind", ("类型", "类别"), values.choice(DAY_KINDS, default="off")),
            Column("name", ("名称", "名字")),
        ),
        _by("day"),
        coded=False,
    ),
    Table(
        "terms",
        "届",
        models.DutyTerm,
        (
            _reference("region_code", "regions", "区域编号", "区域"),
            _reference("representative_code", "representatives", "代表编号", "代表"),
            Column("level", ("级别", "层级"), values.choice(LEVELS, default="")),
            Column("name", ("届", "名称"), needed=True),
            Column("first_on", ("起", "起始日期"), values.day, needed=True),
            Column("last_on", ("止", "届满日期"), values.day, needed=True),
        ),
        _by("region_code", "representative_code", "level", "first_on"),
        coded=False,
        complete=_complete_term,
    ),
    Table(
        "contact_links",
        "双联系",
        models.LiaisonLink,
        (
            _reference("representative_code", "representatives", "代表编号", "代表", needed=True),
            Column("kind", ("类型", "类别"), values.choice(LINK_KINDS, default="")),
            _reference("to_representative_code", "representatives", "联系的代表", stored_as="to_code"),
            Column("voter", ("联系的选民", "选民")),
            Column("year", ("年度", "年"), values.count(9999)),
            Column("contacts", ("每年次数", "次数"), values.count(366)),
            Column("until", ("停止日期",), values.optional_day, stored_as="until_on"),
            Column("care", ("重点关注",), values.choice(YES, default="")),
            Column("note", ("备注",)),
        ),
        _by("representative_code", "kind", "to_code", "voter", "year"),
        coded=False,
        complete=_complete_link,
        recorded=True,
    ),
    Table(
        "duty",
        "履职",
        models.DutyEntry,
        (
            Column("date", ("日期",), values.day, needed=True),
            Column("representative", ("代表", "代表姓名", "代表编号"), needed=True),
            Column("kind", ("类别", "类型"), needed=True),
            Column("place", ("地点",)),
            Column("people", ("人数",), values.count(5000)),
            Column("summary", ("内容", "摘要"), needed=True),
            Column("opinions", ("意见", "意见数"), values.count(5000)),
            Column("proposals", ("建议", "建议数"), values.count(5000)),
            _reference("station_code", "stations", "站点编号", "站点"),
            Column("station", ("站点名称", "联络站")),
        ),
        _by(
            "date",
            "representative",
            "kind",
            "place",
            "people",
            "summary",
            "opinions",
            "proposals",
            "station_code",
        ),
        coded=False,
        recorded=True,
    ),
)
