"""Drawings of any figures: valid, with nothing that runs out of them, at the narrowest and at a wide page."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.charts import FONT, NARROWEST, SMALL, Bar, Named, Stack, bars, columns, figure, stacks, width_of

SVG = "{http://www.w3.org/2000/svg}"
LONG = "锦河区牡丹园街道第一社区人大代表联络站暨群众工作服务中心分站点东区第二接待室西侧窗口"
numbers = st.one_of(st.integers(-5, 10), st.integers(0, 10**400), st.floats(allow_nan=True, allow_infinity=True))
values = st.none() | numbers
labels = st.one_of(st.text(max_size=40), st.just(LONG), st.just("<b>&\u202e\x00灯"), st.text("灯W&<", max_size=40))
some_rows = st.lists(st.builds(Bar, labels, values, st.sampled_from(["", '/x?a=1&b="<'])), max_size=45)
NAMED = Named("a-1", "每月<走访>", "一年里每月几条 & 其他")


def texts_of(drawing: str) -> list[tuple[float, float, float, float, str]]:
    """Left and right of each text in px at the narrowest width, its y, its row, what it says."""
    tree = ET.fromstring(drawing)  # noqa: S314  our own drawing
    found = []
    for one in tree.iter(f"{SVG}text"):
        size = SMALL if "middle" in one.attrib["class"] else FONT
        said = one.text or ""
        x = one.attrib["x"]
        at = float(x.rstrip("%")) / 100 * NARROWEST if x.endswith("%") else float(x)
        at += float(one.attrib["dx"])
        wide = width_of(said, size)
        left = at - wide / 2 if "middle" in one.attrib["class"] else at
        found.append((left, left + wide, float(one.attrib["y"]), size, said))
    return found


def assert_drawn(drawing: str) -> None:
    tree = ET.fromstring(drawing)  # noqa: S314  our own drawing
    high = float(tree.attrib["height"])
    for one in tree.iter(f"{SVG}rect"):
        x, width = (float(one.attrib[name].rstrip("%")) for name in ("x", "width"))
        y, height = (float(one.attrib[name]) for name in ("y", "height"))
        assert x >= 0
        assert width >= 0
        assert x + width <= 100.1
        assert y >= 0
        assert y + height <= high
    told = texts_of(drawing)
    for left, right, y, size, said in told:
        assert left >= -0.5, said
        assert right <= NARROWEST + 0.5, said
        assert size * 0.7 <= y <= high
    lines: dict[float, list[tuple[float, float]]] = {}
    for left, right, y, _, _ in told:
        lines.setdefault(y, []).append((left, right))
    for line in lines.values():
        for (_, right), (left, _) in pairwise(sorted(line)):
            assert right <= left + 0.5


@pytest.mark.parametrize("draw", [bars, columns])
@given(rows=some_rows)
def test_any_figures_and_names_are_drawn_within_the_drawing(
    draw: Callable[[Named, list[Bar]], str], rows: list[Bar]
) -> None:
    assert_drawn(draw(NAMED, rows))


@given(rows=st.lists(st.builds(Stack, labels, st.tuples(numbers, numbers, numbers)), max_size=25))
def test_parts_of_bars_add_up_within_the_drawing(rows: list[Stack]) -> None:
    assert_drawn(stacks(NAMED, ("按时", "晚答", "逾期"), rows))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (9999, "9,999"),
        (10_000, "1万"),
        (12_345, "1.2万"),
        (345_678_901, "3.5亿"),
        (2 * 10**12, "2万亿"),
        (10**16, "极大"),
        (2.5, "2.5"),
        (None, "不显示"),
    ],
)
def test_figures_are_told_as_they_are_read_here(value: float | None, said: str) -> None:
    assert figure(value) == said


def test_a_drawing_has_a_title_a_description_and_ways_for_the_mouse_alone() -> None:
    drawn = bars(NAMED, [Bar("走访", 3, "/console/duty?a=1&b=2")])
    assert '<title id="a1-title">每月&lt;走访&gt;</title>' in drawn
    assert 'href="/console/duty?a=1&amp;b=2" tabindex="-1"' in drawn
    assert "style=" not in drawn  # the policy of our pages allows none
