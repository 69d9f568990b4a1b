"""Import files as offices send them, and worse: told line by line what is wrong, or taken."""

import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import imports
from storage.database import Database
from tests.fuzz.effort import examples
from tests.fuzz.words import pieces
from tests.unit.imports.files import FILES, SQUARE, grids, write

NAMES = sorted(name.removesuffix(".csv") for name in FILES)
CELLS = (
    *(
        "",
        "JH",
        "YQ",
        "YQ-S1",
        "G1",
        "R1",
        "R2",
        "wang.fang",
        "Mon",
        "周八",
        "09:00",
        "24:00",
        "2026-12-08",
        "0000-00-00",
    ),
    *(
        "9999-12-31",
        "nan",
        "inf",
        "1e400",
        "-0",
        "rrule:FREQ=SECONDLY",
        "rrule:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2",
    ),
    *(
        "monthly:31",
        "dates:2026-12-08,",
        "Mon-Fri 09:00-17:00",
        "=1+1",
        "\ufeff",
        "\x00",
        "\r",
        '"',
        "a,b",
        "x" * 70,
    ),
)
cell = st.sampled_from(CELLS) | pieces
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-400, 400)
    | st.floats()
    | st.sampled_from(["Polygon", "wgs84", "Point"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "features", "properties", "geometry", "coordinates", "code"]), inner
        )
    ),
    max_leaves=10,
)


@st.composite
def spoilt_csv(draw: st.DrawFn) -> tuple[str, str | bytes]:
    """One of the good files, with cells replaced, lines doubled and cut, or bytes of another encoding."""
    name = draw(st.sampled_from(NAMES))
    header, *lines = FILES[f"{name}.csv"].splitlines()
    rows = [line.split(",") for line in lines]
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(cell)
    text = "\n".join([header, *(",".join(row) for row in rows), *draw(st.lists(cell, max_size=2))])
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "gb18030", "utf-16"]))
    return name, text[: draw(st.integers(len(text) // 2, len(text)))].encode(encoding)


@st.composite
def spoilt_grids(draw: st.DrawFn) -> tuple[str, str | bytes]:
    """The grids as GeoJSON, with one part of them replaced by anything."""
    if draw(st.booleans()):
        return "grids", json.dumps(draw(JSON))
    document = json.loads(grids(SQUARE))
    feature = document["features"][0]
    spoilt: tuple[dict[str, Any], str] = draw(
        st.sampled_from([(feature, "geometry"), (feature, "properties"), (feature["geometry"], "coordinates")])
    )
    spoilt[0][spoilt[1]] = draw(JSON)
    return "grids", json.dumps(document)


def check(folder: Path, name: str, content: str | bytes) -> imports.Tables:
    tables = imports.read_folder(write(folder, **{name: content}))
    for fault in imports.check(tables, imports.Existing()):
        assert fault.what
        assert fault.line >= 1
        assert str(fault).isprintable() or "\n" not in fault.what
    return tables


@given(spoilt_csv() | spoilt_grids())
@examples(60)
async def test_a_folder_is_told_what_is_wrong_or_taken(
    tmp_path: Path, sqlite: Database, spoilt: tuple[str, str | bytes]
) -> None:
    """What `check` finds nothing wrong with, `apply` writes; nothing is kept where it is refused."""
    tables = check(tmp_path, *spoilt)
    async with sqlite.begin() as session:
        with suppress(imports.ImportRefused):
            assert (await imports.apply(session, tables)).changed >= 0
        await session.rollback()


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """The regions and stations as one workbook."""
    book = openpyxl.Workbook()
    for name in ("regions", "stations"):
        sheet = book.create_sheet(name)
        for line in FILES[f"{name}.csv"].splitlines():
            sheet.append(line.split(","))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_workbook_with_two_damaged_bytes_anywhere_is_read_or_refused(tmp_path: Path, workbook: bytes) -> None:
    for at in range(30, len(workbook), 71):
        (tmp_path / "x.xlsx").write_bytes(workbook[:at] + b"\xf5\x1f" + workbook[at + 2 :])
        tables = imports.read_workbook(tmp_path / "x.xlsx")
        assert tables.sheets or tables.faults


@given(st.binary(max_size=64), st.integers(0, 20_000), st.booleans())
@examples(25)
def test_a_broken_workbook_is_refused_in_words(
    tmp_path: Path, workbook: bytes, noise: bytes, at: int, cut: bool
) -> None:
    """Cut off anywhere, or with bytes of it replaced: either it still opens, or it is said what to do."""
    at %= len(workbook)
    (tmp_path / "x.xlsx").write_bytes(workbook[:at] + noise + (b"" if cut else workbook[at + len(noise) :]))
    tables = imports.read_workbook(tmp_path / "x.xlsx")
    assert tables.sheets or tables.faults
    for fault in imports.check(tables, imports.Existing()):
        assert fault.what
