"""A made-up district at the size of a real one, written in the format that `import` reads.

Jinhe District (锦河区) of an invented city: 1 district home, 7 town homes, 94 stations and 51 points; 540
representatives and 275 street deliberation representatives; grids that tile the district; places as people name
them. The same seed writes the same files. `people_of_interest` and `demo_places` tell the demo page where to begin.
"""

import csv
import itertools
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.simulator import district_ground
from bot.simulator import district_words as words
from bot.simulator.district_ground import DISTRICT, Grid, Ground, Site

Row = dict[str, str]

_LEVELS = (("national", 2), ("provincial", 9), ("city", 69), ("district", 255), ("town", 205), ("street", 275))
_NAMESAKES = 9  # pairs of representatives with one name
_SHIFTS = (("09:00", "11:30"), ("14:00", "17:00"), ("18:30", "20:30"))
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ACTIVITY_DATES = ("2026-12-15", "2027-01-19", "2027-02-16")
_OPEN_HOURS = (
    "",
    "",
    "周一至周五 09:00-17:00; 周六 09:00-12:00",
    "Mon-Fri 08:30-11:30,13:30-17:30",
    "周二、周四 14:00-17:00",
)
_SITE_NAMES = {"home": "人大代表之家", "station": "人大代表联络站", "point": "人大代表联系点"}
_TOWN_NAMES = {code: name for code, name, *_ in words.TOWNS} | {DISTRICT: ""}


@dataclass(frozen=True, slots=True)
class DemoPersona:
    """A constituent of the demo: a WeChat user with a nickname and something to say."""

    external_userid: str
    nickname: str
    hint: str


@dataclass(frozen=True, slots=True)
class DemoMember:
    """A WeCom member worth watching first: a representative (with a `code`) or one of the staff."""

    userid: str
    name: str
    role: str
    code: str | None
    station_code: str
    hint: str


@dataclass(frozen=True, slots=True)
class DemoCast:
    """Who is on stage when the demo opens."""

    constituents: tuple[DemoPersona, ...]
    members: tuple[DemoMember, ...]


def write_district(folder: Path, *, seed: int = 20261121) -> None:
    """Write the district into `folder`, which is made if it is not there; files of the same names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    ground = district_ground.lay_out(draw)
    people = _Names(draw)
    representatives = _representatives(draw, people, ground)
    _write(folder / "regions.csv", _regions())
    _write(folder / "stations.csv", (_station(draw, site, number) for number, site in enumerate(ground.sites)))
    _write(folder / "staff.csv", _staff(draw, people, ground))
    _write(folder / "representatives.csv", representatives)
    _write(folder / "places.csv", _places(draw, ground))
    _write(folder / "rosters.csv", _rosters(draw, ground, representatives))
    _write(folder / "activity_days.csv", _activity_days())
    _write(folder / "departments.csv", _departments())
    _write_grids(folder / "grids.geojson", ground)


def people_of_interest(folder: Path) -> DemoCast:
    """The constituents and members with whom the demo begins, out of a folder that `write_district` wrote."""
    members = tuple(_demo_members(folder))
    places = _unique_places(folder)
    about = {
        "estate": next(place["name"] for place in places if place["name"].endswith("花园")),
        "school": next(place["name"] for place in places if place["name"].endswith("实验小学")),
        "namesake": next(member.name for member in members if "同名" in member.hint),
    }
    constituents = tuple(DemoPersona(who, nick, hint.format(**about)) for who, nick, hint in words.NICKNAMES)
    return DemoCast(constituents, members)


def demo_places(folder: Path, *, count: int = 14) -> list[tuple[str, float, float]]:
    """(name, latitude, longitude) of places all over the district, each in the middle of its grid, in GCJ-02."""
    features = json.loads((folder / "grids.geojson").read_text("utf-8"))["features"]
    rings = {feature["properties"]["code"]: feature["geometry"]["coordinates"][0][:4] for feature in features}
    places = [place for place in _unique_places(folder) if "公交站" not in place["name"]]
    step = max(1, len(places) // count)
    found = []
    for place in places[step // 2 :: step][:count]:
        ring = rings[place["grid_code"]]
        longitude, latitude = (round(sum(corner[axis] for corner in ring) / 4, 6) for axis in (0, 1))
        found.append((place["name"], latitude, longitude))
    return found


class _Names:
    """Draws names of people, each with an account of its own in pinyin."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._accounts: Counter[str] = Counter()

    def draw(self) -> tuple[str, str]:
        """A new person: name and account."""
        surname = self._draw.choice(list(words.SURNAMES))
        given = "".join(self._draw.sample(list(words.GIVEN), 1 if self._draw.random() < 0.25 else 2))
        if surname + given in words.NAMES_IN_THE_NEWS:
            return self.draw()
        return surname + given, self.account(surname + given)

    def account(self, name: str) -> str:
        """An account for someone of this name: `zhang.wei`, the next one `zhang.wei2`."""
        account = f"{words.SURNAMES[name[0]]}.{''.join(words.GIVEN[character] for character in name[1:])}"
        self._accounts[account] += 1
        again = self._accounts[account]
        return account if again == 1 else f"{account}{again}"


def _regions() -> Iterator[Row]:
    upper = (
        ("DJ", "东江省", "", "province"),
        ("CZ", "澄州市", "DJ", "city"),
        (DISTRICT, "锦河区", "CZ", "district"),
    )
    for code, name, parent, level in (*upper, *((code, name, DISTRICT, "town") for code, name, *_ in words.TOWNS)):
        yield {"code": code, "name": name, "parent_code": parent, "level": level}


def _station(draw: random.Random, site: Site, number: int) -> Row:
    longitude, latitude = site.middle
    town = _TOWN_NAMES[site.town]
    return {
        "code": site.code,
        "name": f"{site.core}{_SITE_NAMES[site.kind]}",
        "kind": site.kind,
        "region_code": site.town,
        "parent_code": site.parent,
        "address": f"锦河区{town}{_road(draw)}{draw.randint(1, 299)}号",
        "longitude": str(longitude),
        "latitude": str(latitude),
        "phone": f"6600-{number + 1:04}",
        "open_hours": draw.choice(_OPEN_HOURS),
        "themes": draw.choice(words.TRADES)[2] if draw.random() < 0.3 else "",
    }


def _staff(draw: random.Random, people: _Names, ground: Ground) -> Iterator[Row]:
    for site in ground.sites:
        officers = int(site.kind != "point" or draw.random() < 0.4)
        for role in ("officer",) * officers + ("lead",) * (1 if site.kind == "point" else 2):
            yield _member(people, role, site.code)
    for role in ("centre", "centre", "centre", "centre", "admin", "auditor"):
        yield _member(people, role, ground.home.code)


def _member(people: _Names, role: str, station: str) -> Row:
    name, userid = people.draw()
    return {"userid": userid, "name": name, "role": role, "station_code": station}


def _representatives(draw: random.Random, people: _Names, ground: Ground) -> list[Row]:
    posts = [
        (level, site)
        for level, count in _LEVELS
        for site in itertools.islice(itertools.cycle(_sites_for(draw, level, ground)), count)
    ]
    rows = [_representative(draw, people, n, level, site) for n, (level, site) in enumerate(posts, start=1)]
    _give_namesakes(draw, people, rows)
    _share_grids(rows, ground)
    return rows


def _sites_for(draw: random.Random, level: str, ground: Ground) -> list[Site]:
    """Where representatives of a level are at home: town ones in towns, street ones in streets, others anywhere."""
    streets = {code for code, _, _, is_street in words.TOWNS if is_street}
    if level in ("town", "street"):
        sites = [site for site in ground.stations if (site.town in streets) == (level == "street")]
    elif level == "district":
        sites = [*ground.stations, *ground.town_homes]
    else:
        sites = [ground.home, *ground.town_homes, *draw.sample(ground.stations, 30)]
    draw.shuffle(sites)
    return sites


def _representative(draw: random.Random, people: _Names, number: int, level: str, site: Site) -> Row:
    name, userid = people.draw()
    unit, post, specialities = draw.choice(words.TRADES)
    return {
        "code": f"R{number:04}",
        "name": name,
        "level": level,
        "unit": _base(site.core) + unit,
        "post": post,
        "specialities": specialities,
        "station_code": site.code,
        "userid": userid,
        "phone": "",
        "grid_codes": "",
        "public_fields": "",
    }


def _give_namesakes(draw: random.Random, people: _Names, rows: list[Row]) -> None:
    """Some representatives of different stations have one name, as they do."""
    chosen = draw.sample(rows, 2 * _NAMESAKES)
    for one, other in zip(chosen[::2], chosen[1::2], strict=True):
        if one["station_code"] != other["station_code"]:
            other["name"], other["userid"] = one["name"], people.account(one["name"])


def _share_grids(rows: Sequence[Row], ground: Ground) -> None:
    """Every grid has a representative and every close representative a grid."""
    people: defaultdict[str, list[Row]] = defaultdict(list)
    grids: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["level"] in ("district", "town", "street"):
            people[row["station_code"]].append(row)
    for grid in ground.grids:
        grids[grid.site.code].append(grid.code)
    for station, codes in grids.items():
        mine = people[station]
        for number in range(max(len(mine), len(codes))):
            row, code = mine[number % len(mine)], codes[number % len(codes)]
            row["grid_codes"] = f"{row['grid_codes']};{code}".strip(";")


def _places(draw: random.Random, ground: Ground) -> Iterator[Row]:
    taken: set[tuple[str, str]] = set()  # (town, name): people of one town give a name once
    for site in (*ground.stations, *ground.points):
        if site.kind == "station":
            office = "村委会" if site.core.endswith("村") else "居委会"
            yield _place(site.core, (_base(site.core) + office,), "", site.code)
        else:
            yield _place(site.core, (), "", site.code)
    for town, *_ in words.TOWNS:
        yield from _roads(draw, [grid for grid in ground.grids if grid.site.town == town], taken)
    for grid in ground.grids:
        yield from _fresh(_dwellings(draw, grid), taken, grid)
    for number, site in enumerate(ground.stations):
        yield from _fresh(_facilities(draw, site, number), taken, draw.choice(_grids_of(site, ground)))


def _fresh(found: Iterable[tuple[str, Sequence[str]]], taken: set[tuple[str, str]], grid: Grid) -> Iterator[Row]:
    for name, aliases in found:
        if (grid.site.town, name) not in taken:
            taken.add((grid.site.town, name))
            yield _place(name, aliases, grid.code, grid.site.code)


def _place(name: str, aliases: Sequence[str], grid: str, station: str) -> Row:
    return {"name": name, "aliases": ";".join(aliases), "grid_code": grid, "station_code": station}


def _dwellings(draw: random.Random, grid: Grid) -> Iterator[tuple[str, Sequence[str]]]:
    """Estates in town, hamlets in the country, and the bus stop before each second one."""
    for number in range(6):
        if grid.site.core.endswith("村") and draw.random() < 0.6:
            surname = draw.choice(list(words.SURNAMES))
            name = surname + draw.choice(words.VILLAGE_SECOND)
            aliases: tuple[str, ...] = (name.replace("家", "", 1) + "自然村",)
        else:
            first = draw.choice(words.ESTATE_FIRST)
            name = first + draw.choice(words.ESTATE_SECOND)
            aliases = () if name.endswith("小区") else (f"{name}小区",)
        yield name, aliases
        if number % 2:
            yield f"{name}公交站", (f"{name}站",)


def _facilities(draw: random.Random, site: Site, number: int) -> Iterator[tuple[str, Sequence[str]]]:
    for ending, short in draw.sample(words.FACILITIES, 5):
        yield _base(site.core) + ending, ((_base(site.core) + short,) if short else ())
    if number % 3 == 0:
        yield f"{_base(site.core)}工业园", (f"{_base(site.core)}园区",)


def _roads(draw: random.Random, grids: Sequence[Grid], taken: set[tuple[str, str]]) -> Iterator[Row]:
    """Roads from west to east through up to four grids; the longer ones cross from one station's to another's."""
    by_cell = {grid.cell: grid for grid in grids}
    for grid in draw.sample(grids, min(len(grids), 24)):
        name = _road(draw)
        if (grid.site.town, name) in taken:
            continue
        taken.add((grid.site.town, name))
        column, row = grid.cell
        for step in range(draw.randint(1, 4)):
            if (column + step, row) in by_cell:
                part = by_cell[column + step, row]
                yield _place(name, (), part.code, part.site.code)


def _rosters(draw: random.Random, ground: Ground, representatives: Sequence[Row]) -> Iterator[Row]:
    people: defaultdict[str, list[str]] = defaultdict(list)
    for row in representatives:
        people[row["station_code"]].append(row["code"])
    for site in (*ground.town_homes, *ground.stations):
        mine = people[site.code]
        for weekday in draw.sample(_WEEKDAYS, 3):
            start, end = draw.choice(_SHIFTS)
            yield _slot(site.code, draw.choice(mine), "", weekday, start, end)
        for date in _ACTIVITY_DATES:
            yield _slot(site.code, draw.choice(mine), date, "", "09:00", "11:30")
    for number, weekday in enumerate(_WEEKDAYS):
        mine = people[ground.home.code]
        yield _slot(ground.home.code, mine[number % len(mine)], "", weekday, "09:00", "17:00")
        yield _slot(ground.home.code, mine[(number + 1) % len(mine)], "", weekday, "22:00", "06:00")


def _slot(station: str, representative: str, date: str, weekday: str, start: str, end: str) -> Row:
    return {
        "station_code": station,
        "representative_code": representative,
        "date": date,
        "weekday": weekday,
        "start": start,
        "end": end,
    }


def _activity_days() -> Iterator[Row]:
    yield {"region_code": DISTRICT, "rule": "third_tuesday", "topic": "代表联系服务群众日"}
    yield {"region_code": "QH", "rule": "monthly:13", "topic": "青禾镇代表接待日"}
    yield {"region_code": "LD", "rule": "dates:2026-12-08,2027-01-12", "topic": "柳荡街道民生议事"}


def _departments() -> Iterator[Row]:
    """Who a matter may be handed over to; one without a region works everywhere."""
    of_district = ("住房和城乡建设局", "城市管理局", "交通运输局", "教育局", "卫生健康委员会", "水务局", "民政局")
    for number, name in enumerate(of_district, start=1):
        yield {"code": f"BM{number:02d}", "name": f"区{name}", "region_code": DISTRICT, "phone": ""}
    yield {"code": "GD01", "name": "市供电公司", "region_code": "", "phone": ""}


def _write(path: Path, rows: Iterable[Row]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)


def _write_grids(path: Path, ground: Ground) -> None:
    features = (
        {
            "type": "Feature",
            "properties": {
                "code": grid.code,
                "name": grid.name,
                "region_code": grid.site.town,
                "station_code": grid.site.code,
            },
            "geometry": {"type": "Polygon", "coordinates": [ground.outline(grid.cell)]},
        }
        for grid in ground.grids
    )
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', "utf-8")


def _demo_members(folder: Path) -> Iterator[DemoMember]:
    """One of each kind: two of one name, their officer, someone who drives a bus, and the service centre."""
    representatives, staff = _read(folder / "representatives.csv"), _read(folder / "staff.csv")
    close = [row for row in representatives if row["grid_codes"]]
    names = Counter(row["name"] for row in close)
    pair = [row for row in close if row["name"] == next(name for name in names if names[name] > 1)]
    for row in pair:
        yield _shown(row, f"{len(pair)} 位代表同名，要靠站点或地名分清")
    driver = next(row for row in close if row["post"] == "驾驶员" and row not in pair)
    yield _shown(driver, "公交驾驶员，熟悉班次和站台")
    host = next(row for row in representatives if row["level"] == "city" and row["station_code"] == f"{DISTRICT}-H")
    yield _shown(host, "市级代表，在区代表之家接待")
    for station in (pair[0]["station_code"], driver["station_code"]):
        officer = next(row for row in staff if row["station_code"] == station and row["role"] == "officer")
        yield DemoMember(officer["userid"], officer["name"], "officer", None, station, "看得到本站代表收到的一切")
    centre = next(row for row in staff if row["role"] == "centre")
    yield DemoMember(
        centre["userid"], centre["name"], "centre", None, centre["station_code"], "接手没有人认领的事项"
    )


def _shown(row: Mapping[str, str], hint: str) -> DemoMember:
    return DemoMember(row["userid"], row["name"], "representative", row["code"], row["station_code"], hint)


def _unique_places(folder: Path) -> list[Row]:
    """Places in a grid whose name nobody else in the district uses."""
    places = _read(folder / "places.csv")
    names = Counter(name for place in places for name in (place["name"], *place["aliases"].split(";")))
    return [place for place in places if names[place["name"]] == 1 and place["grid_code"]]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _base(core: str) -> str:
    return core.removesuffix("社区").removesuffix("村")


def _road(draw: random.Random) -> str:
    return draw.choice(words.ROAD_FIRST) + draw.choice(words.ROAD_SECOND)


def _grids_of(site: Site, ground: Ground) -> list[Grid]:
    return [grid for grid in ground.grids if grid.site == site]
