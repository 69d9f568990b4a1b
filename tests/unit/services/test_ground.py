"""Grids become paths inside their box, in their places, whatever their shape."""

import re

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.console.ground import MOST_HEIGHT, WIDTH, Ground, Spot, draw

WEST, EAST = shapely.box(120.30, 31.68, 120.31, 31.69), shapely.box(120.31, 31.68, 120.33, 31.69)


def points_of(path: str) -> list[tuple[float, float]]:
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_north_is_up_east_is_right_and_a_far_station_is_left_out() -> None:
    drawn = draw(
        [Ground("west", "A", WEST.wkb, "bare"), Ground("east", "B", EAST.wkb, "covered")],
        [Spot("here", "A", 120.305, 31.689), Spot("far", "B", 121.0, 31.0)],
    )
    assert drawn is not None
    west, east = drawn.shapes
    assert west.x < east.x
    assert [dot.name for dot in drawn.dots] == ["here"]
    assert drawn.dots[0].y < west.y  # it lies in the north of its grid
    assert (west.tone, west.path[0], west.path[-1]) == ("bare", "M", "Z")


def test_holes_and_several_parts_are_drawn_and_nothing_gives_no_drawing() -> None:
    holed = WEST.difference(shapely.box(120.303, 31.683, 120.307, 31.687))
    drawn = draw([Ground("g", "A", shapely.union(holed, shapely.box(120.4, 31.6, 120.41, 31.61)).wkb, "bare")])
    assert drawn is not None
    assert drawn.shapes[0].path.count("M") == 3
    assert draw([]) is None
    assert draw([Ground("empty", "A", shapely.Polygon().wkb, "bare")]) is None


@settings(max_examples=40, deadline=None)
@given(st.floats(-179, 178), st.floats(-80, 79), st.floats(1e-5, 1.0), st.floats(1e-5, 1.0))
def test_everything_lies_in_the_box(x: float, y: float, wide: float, high: float) -> None:
    drawn = draw([Ground("g", "A", shapely.box(x, y, x + wide, y + high).wkb, "bare")])
    assert drawn is not None
    assert drawn.width <= WIDTH + 0.1
    assert drawn.height <= MOST_HEIGHT + 0.1
    for left, top in points_of(drawn.shapes[0].path):
        assert -0.1 <= left <= drawn.width + 0.1
        assert -0.1 <= top <= drawn.height + 0.1
