"""The sample district has the size of a real one, hangs together, and is the same every time."""

import csv
import json
from collections import Counter
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import shapely

from bot.assignment import Inquiry, Location, decide
from bot.services import imports
from bot.services.rosters import load_roster
from bot.simulator.district import demo_places, people_of_interest, write_district
from storage import models
from storage.database import Database


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("district")
    write_district(folder)
    return folder


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_has_no_faults(folder):
    assert imports.check(imports.read_folder(folder), imports.Existing()) == []


def test_the_same_seed_writes_the_same_files(folder, tmp_path):
    write_district(tmp_path / "again")
    write_district(tmp_path / "other", seed=7)
    for file in folder.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
    assert (tmp_path / "other" / "places.csv").read_bytes() != (folder / "places.csv").read_bytes()


def test_any_seed_makes_a_district_that_can_be_imported(tmp_path):
    for seed in range(12):
        write_district(tmp_path, seed=seed)
        assert imports.check(imports.read_folder(tmp_path), imports.Existing()) == []


def test_it_has_153_sites_and_815_representatives(folder):
    kinds = Counter(station["kind"] for station in rows(folder, "stations"))
    assert kinds == {"home": 8, "station": 94, "point": 51}
    levels = Counter(person["level"] for person in rows(folder, "representatives"))
    assert levels.pop("street") == 275
    assert sum(levels.values()) == 540
    assert set(levels) == {"national", "provincial", "city", "district", "town"}


def test_case_numbers_will_begin_with_jh(folder):
    regions = {region["code"]: region for region in rows(folder, "regions")}
    assert regions["JH"]["level"] == "district"
    assert all(regions[station["region_code"]]["code"] in ("JH", *regions) for station in rows(folder, "stations"))


def test_every_person_has_an_account_of_their_own_and_some_share_a_name(folder):
    everyone = rows(folder, "representatives") + rows(folder, "staff")
    assert len({person["userid"] for person in everyone}) == len(everyone)
    assert sum(count > 1 for count in Counter(p["name"] for p in rows(folder, "representatives")).values()) >= 5


def test_the_grids_tile_the_district_without_gap_or_overlap(folder):
    features = json.loads((folder / "grids.geojson").read_text("utf-8"))["features"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    whole = shapely.union_all(shapes)
    assert len(shapes) >= 300
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert whole.area == pytest.approx(sum(shape.area for shape in shapes), rel=1e-9)


def test_every_grid_has_a_representative(folder):
    codes = {code for person in rows(folder, "representatives") for code in person["grid_codes"].split(";")}
    features = json.loads((folder / "grids.geojson").read_text("utf-8"))["features"]
    assert {feature["properties"]["code"] for feature in features} <= codes


def test_there_are_thousands_of_places_and_some_names_are_used_twice(folder):
    places = rows(folder, "places")
    names = Counter(place["name"] for place in places)
    assert len(places) > 3000
    assert sum(count > 1 for count in names.values()) > 50
    assert sum(count == 1 for count in names.values()) > 1000


def test_the_demo_knows_whom_to_show_first(folder):
    cast = people_of_interest(folder)
    assert len({persona.external_userid for persona in cast.constituents}) == 8
    accounts = {person["userid"] for person in rows(folder, "representatives") + rows(folder, "staff")}
    assert {member.userid for member in cast.members} <= accounts
    assert {member.role for member in cast.members} == {"representative", "officer", "centre"}
    assert cast.members[0].name == cast.members[1].name
    assert not any("{" in persona.hint for persona in cast.constituents)


async def test_each_demo_place_is_found_by_its_location_and_by_its_name(folder, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'demo.db'}")
    async with database.writer.begin() as connection:
        await connection.run_sync(models.Base.metadata.create_all)
    async with database.begin() as session:
        await imports.apply(session, imports.read_folder(folder))
        roster = await load_roster(session)
    await database.close()
    now = datetime(2026, 12, 16, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

    def owner(text, location=None):
        inquiry = Inquiry("1", text, location=location)
        return decide(inquiry, roster, at=now, load={}, away=frozenset())

    places = demo_places(folder)
    assert len(places) == 14
    assert all(one != other for one, other in pairwise(places))
    for name, latitude, longitude in places:
        by_location = owner("路灯坏了", Location(latitude, longitude))
        by_name = owner(f"{name}路灯坏了")
        assert by_location.reasons[0].rule == "location_in_grid"
        assert by_location.station == by_name.station
        assert by_name.representative is not None
