"""Posters as they come out of the printer: the code leads where it should, everything is on the page."""

import io
from collections.abc import Callable
from functools import cache
from typing import IO

import pytest
import zxingcpp
from PIL.Image import Image
from pypdfium2 import PdfDocument

from bot.notices import posters as words
from bot.notices.posters import DirectoryEntry, DirectorySheet, Poster
from bot.notices.station_hours import DutyTime
from bot.services import posters
from bot.services.posters.paper import LEAST_MODULE, module_mm

LINK = "https://work.weixin.qq.com/kfid/kfc0a1b2c3d4e5f6789ab?enc_scene=ENC8nqXxYzAbCdEfGhIjKlMnOp&scene_param="
WHERE = [("address", "惠钱路 88 号"), ("hours", "周一至周五 9:00-17:00"), ("phone", "0510-85881234")]
LONG_NAME = "江苏省无锡市惠山区钱桥街道藕塘社区新时代文明实践广场人大代表民意征集联络示范站"
LONG_PLACE = (
    "惠山区钱桥街道惠钱路 88 号钱桥街道党群服务中心一楼东侧（地铁二号线三号口出，步行约六百米，小区北门对面）"
)
LONG_PERSON = "阿卜杜热合曼·买买提吐尔逊阿吉"
HOSTILE = "\u202e=cmd|' /C calc'!A1 <script>alert(1)</script> 😀" + "长" * 10_000


def person(name: str, code: str, *, work: str = "钱桥中心小学教师", place: str = "惠钱路 88 号") -> Poster:
    facts = [("station", "钱桥联络站"), ("address", place), ("duty", "每周二 9:00-11:00")]
    return words.representative_poster(name, "district", work, ["农村农业"], facts, code, LINK + code)


CAST = {
    "station": words.station_poster("钱桥联络站", "station", WHERE, ["教育"], "QQ1", LINK + "QQ1"),
    "long station": words.station_poster(
        LONG_NAME, "home", [("address", LONG_PLACE * 2), *WHERE[1:]], ["教育"] * 9, "JH-QQ1-2", LINK + "JH-QQ1-2"
    ),
    "person": person("张伟", "R1"),
    "long person": person(LONG_PERSON, "R-00031-2", work=LONG_PLACE, place=LONG_PLACE * 2),
    "person without a name": words.representative_poster("", "", "", [], [], "R2", LINK + "R2"),
    "hostile": person(HOSTILE, "R3", work=HOSTILE, place=HOSTILE),
}


def printed(write: Callable[[IO[bytes]], None]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


@cache
def wall(who: str, layout: str) -> bytes:
    return printed(lambda file: posters.print_poster(CAST[who], layout, file))


def picture(content: bytes, page: int = 0, dots_per_inch: int = 110) -> Image:
    image: Image = PdfDocument(content)[page].render(scale=dots_per_inch / 72).to_pil()
    return image


def read(image: Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def text_of(content: bytes, page: int = 0) -> str:
    return str(PdfDocument(content)[page].get_textpage().get_text_range())


@pytest.mark.parametrize("layout", sorted(posters.LAYOUTS))
@pytest.mark.parametrize("who", sorted(CAST))
def test_the_code_on_a_poster_leads_to_whom_it_names(who: str, layout: str) -> None:
    assert read(picture(wall(who, layout))) == [CAST[who].link]


@pytest.mark.parametrize("layout", sorted(posters.LAYOUTS))
def test_a_poster_is_read_from_across_a_hall_and_when_a_part_of_it_is_gone(layout: str) -> None:
    far = picture(
        wall("person", layout), dots_per_inch=50
    )  # the page is 413 dots wide, as on a photo from metres away
    assert read(far) == [CAST["person"].link]
    image = picture(wall("person", layout), dots_per_inch=150)
    found = zxingcpp.read_barcodes(image)[0]
    assert found.ec_level == "H"
    middle = found.position.top_left.x + 90, found.position.top_left.y + 220
    image.paste("red", (middle[0], middle[1], middle[0] + 110, middle[1] + 110))
    assert read(image) == [CAST["person"].link]


@pytest.mark.parametrize("layout", sorted(posters.LAYOUTS))
@pytest.mark.parametrize("who", sorted(CAST))
def test_everything_is_on_one_page_and_nothing_runs_over_its_edge_or_into_the_code(who: str, layout: str) -> None:
    pdf = PdfDocument(wall(who, layout))
    assert len(pdf) == 1
    width, height = pdf[0].get_size()
    image = picture(wall(who, layout), dots_per_inch=72)
    where = zxingcpp.read_barcodes(picture(wall(who, layout)))[0].position
    scale = 72 / 110
    left, right = where.top_left.x * scale, where.top_right.x * scale
    bottom, top = image.height - where.bottom_left.y * scale, image.height - where.top_left.y * scale
    page = pdf[0].get_textpage()
    for number in range(page.count_chars()):
        x0, y0, x1, y1 = page.get_charbox(number)
        assert x0 >= 12
        assert x1 <= width - 12
        assert y0 >= 12
        assert y1 <= height - 12
        assert x1 < left or x0 > right or y1 < bottom or y0 > top, page.get_text_range(number, 1)


@pytest.mark.parametrize("layout", sorted(posters.LAYOUTS))
def test_a_poster_says_who_where_when_how_and_what_it_is_not(layout: str) -> None:
    text = "".join(text_of(wall("station", layout)).split())
    assert "惠钱路88号" in text
    assert "周一至周五9:00-17:00" in text
    assert "微信扫一扫" in text
    assert "110、119、120" in text
    assert "查看和删除" in text
    assert "张伟代表" in "".join(text_of(wall("person", layout)).split())


def test_words_cannot_turn_a_line_round_and_what_no_type_has_is_marked() -> None:
    text = text_of(wall("hostile", "banner"))
    assert "\u202e" not in text
    assert "<script>" in text  # as letters


def test_the_same_words_give_the_same_file() -> None:
    assert wall("person", "quiet") == printed(lambda file: posters.print_poster(CAST["person"], "quiet", file))


def test_both_sides_of_a_table_card_lead_to_the_same() -> None:
    cards = printed(lambda file: posters.print_table_cards([CAST["station"], CAST["long person"]], file))
    assert len(PdfDocument(cards)) == 2
    for page, who in enumerate(("station", "long person")):
        assert read(picture(cards, page)) == [CAST[who].link] * 2


def entries(count: int) -> list[DirectoryEntry]:
    names = ["张伟", LONG_PERSON, "", "欧阳𬭸"]
    duty = [DutyTime(day, "09:00", "11:00") for day in range(5)]
    return [
        words.directory_entry(
            names[n % 4],
            "district",
            LONG_PLACE if n % 4 == 1 else "教师",
            ["教育"] * 9,
            duty,
            f"R{n}",
            f"{LINK}R{n}",
        )
        for n in range(count)
    ]


def directory(count: int) -> tuple[DirectorySheet, bytes]:
    sheet = words.directory_sheet(LONG_NAME, [("address", LONG_PLACE * 3), *WHERE[1:]], entries(count))
    return sheet, printed(lambda file: posters.print_directory(sheet, file))


def test_a_directory_holds_everyone_ten_to_a_page_each_beside_their_own_code() -> None:
    sheet, content = directory(21)
    assert len(PdfDocument(content)) == 3
    found = [set(read(picture(content, page, 150))) for page in range(3)]
    links = [one.link for one in sheet.entries]
    assert found == [set(links[:10]), set(links[10:20]), set(links[20:])]
    assert "3 / 3" in text_of(content, 2)


def test_a_directory_of_nobody_is_a_page() -> None:
    assert len(PdfDocument(directory(0)[1])) == 1


@pytest.mark.parametrize(
    ("side", "least"),
    [(108, 1.4), (112, 1.4), (82, 1.0), (38, LEAST_MODULE)],
    ids=["banner", "quiet", "table card", "directory"],
)
def test_modules_are_large_enough_for_the_distance_at_which_a_code_is_read(side: float, least: float) -> None:
    assert module_mm(f"{LINK}R-00031-2", side) >= least


def test_where_modules_would_be_too_small_damage_is_borne_a_little_less() -> None:
    long_link = LINK + "R" * 64
    assert module_mm(long_link, 38) > 38 / (segno_side(long_link) + 8)


def segno_side(link: str) -> int:
    import segno

    return len(segno.make(link, error="h", micro=False, boost_error=False).matrix)
