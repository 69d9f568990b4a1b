"""Every fault of an import at once: in the files, between them, and against what the database has."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bot.services.imports.entries import Entries, Entry, read_entries
from bot.services.imports.existing import Existing, KnownStaff, KnownStation
from bot.services.imports.faults import BadValue, Fault
from bot.services.imports.tables import TABLES, Column, Row, Tables

_MOST = {"officer": (1, "联络员"), "lead": (2, "负责人")}


def check(tables: Tables, existing: Existing) -> list[Fault]:
    """All faults, in the order of files and lines; an empty list means that `apply` will take it."""
    entries, unread = read_entries(tables)
    faults = [
        *tables.faults,
        *unread,
        *_said_twice(entries),
        *_missing_references(tables, existing),
        *_circles(entries.get("regions", ()), existing.regions),
        *_circles(entries.get("stations", ()), {code: s.parent_code for code, s in existing.stations.items()}),
        *_userids(entries.get("representatives", ()), existing.representatives),
        *_posts(entries.get("staff", ()), existing),
        *_without_officer(entries, tables, existing),
    ]
    order = {sheet.file: number for number, sheet in enumerate(tables.sheets.values())}
    return sorted(set(faults), key=lambda fault: (order.get(fault.file, -1), fault))


def _said_twice(entries: Entries) -> Iterator[Fault]:
    """A code twice in one file; of rows without a code only those that contradict each other."""
    for table in TABLES:
        first: dict[object, Entry] = {}
        for entry in entries.get(table.name, ()):
            known = first.setdefault(entry.key, entry)
            if known is not entry and (table.coded or known.values != entry.values):
                column = table.columns[0].name
                yield entry.fault(column, f"和第 {known.row.line} 行是同一项，请只留一行")


def _missing_references(tables: Tables, existing: Existing) -> Iterator[Fault]:
    """What nobody knows; in a row that has another fault, too, or that would be told a round later."""
    known = {table: existing.codes(table) | _written_codes(tables, table) for table in _referred_to()}
    for sheet in filter(None, (tables.sheets.get(table.name) for table in TABLES)):
        for column in sheet.table.columns:
            if column.refers_to is None:
                continue
            for row in sheet.rows:
                for code in _codes_in(column, row):
                    if code not in known[column.refers_to]:
                        yield sheet.fault(row, column.name, _not_found(code, column.refers_to))


def _codes_in(column: Column, row: Row) -> list[str]:
    """The codes of a cell; none of one that cannot be read, which is a fault of its own."""
    try:
        value = column.parse(row.cells.get(column.name, ""))
    except BadValue:
        return []
    return value if isinstance(value, list) else [value] if value else []


def _not_found(code: str, table: str) -> str:
    chinese = next(known.chinese for known in TABLES if known.name == table)
    return f"找不到{chinese}“{code}”，文件里和系统里都没有"


def _referred_to() -> set[str]:
    return {column.refers_to for table in TABLES for column in table.columns if column.refers_to}


def _written_codes(tables: Tables, table: str) -> frozenset[str]:
    """Codes as written: a row that has another fault still counts as being there, or one fault would echo."""
    sheet = tables.sheets.get(table)
    return frozenset(row.cells.get("code", "") for row in sheet.rows) if sheet else frozenset()


def _circles(entries: Iterable[Entry], existing: Mapping[str, str | None]) -> Iterator[Fault]:
    parents = dict(existing) | {entry.key[0]: _parent(entry, existing) for entry in entries}
    for entry in entries:
        if entry.key[0] in _above(entry.key[0], parents):
            yield entry.fault("parent_code", "上级绕成了一个圈，请检查各级上级编号")


def _parent(entry: Entry, existing: Mapping[str, str | None]) -> str | None:
    parent: str | None = entry.values.get("parent_code", existing.get(entry.key[0]))
    return parent


def _above(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """The line above a code; it holds the code itself where the line is a circle."""
    line: list[str] = []
    current = parents.get(code)
    while current is not None and current not in line:
        line.append(current)
        current = parents.get(current)
    return line


def _userids(entries: Iterable[Entry], existing: Mapping[str, str | None]) -> Iterator[Fault]:
    """One WeCom member is one representative."""
    after = dict(existing) | {entry.key[0]: _userid(entry, existing) for entry in entries}
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for code, userid in after.items():
        if userid:
            owners[userid].append(code)
    for entry in entries:
        userid = _userid(entry, existing)
        others = [code for code in owners.get(userid or "", []) if code != entry.key[0]]
        if others:
            yield entry.fault("userid", f"企业微信账号“{userid}”已经是代表“{others[0]}”的，一个账号只能给一位代表")


def _userid(entry: Entry, existing: Mapping[str, str | None]) -> str | None:
    userid: str | None = entry.values.get("userid", existing.get(entry.key[0]))
    return userid


def _staff_after(entries: Iterable[Entry], existing: Existing) -> dict[str, KnownStaff]:
    after = dict(existing.staff)
    for entry in entries:
        before = after.get(entry.key[0], KnownStaff("", None))
        after[entry.key[0]] = KnownStaff(
            entry.values.get("role", before.role), entry.values.get("station_code", before.station_code)
        )
    return after


def _posts(entries: Iterable[Entry], existing: Existing) -> Iterator[Fault]:
    """One officer and up to two leads a station."""
    after = _staff_after(entries, existing)
    taken = Counter(after.values())
    for entry in entries:
        post = after[entry.key[0]]
        most, chinese = _MOST.get(post.role, (0, ""))
        if most and post.station_code and taken[post] > most:
            others = [userid for userid, other in after.items() if other == post and userid != entry.key[0]]
            yield entry.fault(
                "role",
                f"站点“{post.station_code}”的{chinese}最多 {most} 名，还有：{'、'.join(others)}；"
                "请在这个文件里改掉其中一位的角色或站点",
            )


def _without_officer(entries: Entries, tables: Tables, existing: Existing) -> Iterator[Fault]:
    """Every station but a point ends up with an officer, its own or that of a station above it."""
    staff = entries.get("staff", ())
    after = _stations_after(entries.get("stations", ()), existing)
    served = {post.station_code for post in _staff_after(staff, existing).values() if post.role == "officer"}
    served |= _written_officers(tables)
    lost = {code for code, station in after.items() if not _is_served(code, station, after, served)}
    told = {entry.key[0] for entry in entries.get("stations", ())}
    for entry in entries.get("stations", ()):
        if entry.key[0] in lost:
            yield entry.fault("code", "这个站点和它的上级都没有联络员，请在 staff（工作人员）里给它一名")
    for entry in staff:
        before = existing.staff.get(entry.key[0])
        left = before is not None and before.role == "officer" and before.station_code in lost - told
        if left and before is not None:
            yield entry.fault("role", f"站点“{before.station_code}”会因此没有联络员，请同时给它另一名")


def _stations_after(entries: Iterable[Entry], existing: Existing) -> dict[str, KnownStation]:
    after = dict(existing.stations)
    for entry in entries:
        before = after.get(entry.key[0], KnownStation("station", None))
        after[entry.key[0]] = KnownStation(
            entry.values.get("kind", before.kind), entry.values.get("parent_code", before.parent_code)
        )
    return after


def _written_officers(tables: Tables) -> set[str | None]:
    """Stations of officers as written, whatever else is wrong in their rows."""
    sheet = tables.sheets.get("staff")
    rows = sheet.rows if sheet else ()
    return {
        row.cells.get("station_code") for row in rows if row.cells.get("role", "").lower() in ("officer", "联络员")
    }


def _is_served(
    code: str, station: KnownStation, stations: Mapping[str, KnownStation], served: set[str | None]
) -> bool:
    if station.kind == "point":
        return True
    parents = {known: other.parent_code for known, other in stations.items()}
    # a parent that is not there is a fault of its own
    return any(site in served or site not in stations for site in (code, *_above(code, parents)))
